//! What else than its text tells one allele that is not of letters from another: where it ends, how long it is, and where
//! its other end joins (VCF 4.5, sections 1.6.1 and 5).

use vdx_vcf::info;
use vdx_vcf::line::parse_pos;

/// What a record says of an allele such as `<DEL>`, as far as it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent<'a> {
    /// INFO/END, 1-based.
    end: Option<u32>,
    /// The value of INFO/SVLEN, without its sign: old files write deletions below 0.
    length: Option<u32>,
    /// INFO/CHR2 with INFO/POS2, or INFO/END2 where there is none.
    mate: Option<(&'a [u8], Option<u32>)>,
}

impl<'a> Extent<'a> {
    /// What INFO says of ALT number `alt` (0-based).
    pub(crate) fn of(info: &'a [u8], alt: usize) -> Self {
        let number = |key: &[u8]| info::value(info, key).and_then(parse_pos);
        let lengths = info::value(info, b"SVLEN").unwrap_or_default();
        let mut all = lengths.split(|&byte| byte == b',');
        // One for the site, as older files have it.
        let own = if memchr::memchr(b',', lengths).is_none() { Some(lengths) } else { all.nth(alt) };
        let length = own.and_then(|text| parse_pos(text.strip_prefix(b"-").unwrap_or(text)));
        let mate = info::value(info, b"CHR2").map(|contig| (contig, number(b"POS2").or_else(|| number(b"END2"))));
        Self { end: number(b"END"), length, mate }
    }

    /// Whether both can be of one allele: what both say is the same.
    pub(crate) fn fits(&self, other: &Self) -> bool {
        fn same<T: Copy + PartialEq>(a: Option<T>, b: Option<T>) -> bool {
            a.is_none() || b.is_none() || a == b
        }
        same(self.end, other.end) && same(self.length, other.length) && same(self.mate, other.mate)
    }

    /// Appends it as a store keeps it: `END,SVLEN,CHR2:POS2`, each empty where there is none; nothing where all are.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        if *self == Self::default() {
            return;
        }
        let put = |number: Option<u32>, out: &mut Vec<u8>| {
            out.extend(number.iter().flat_map(|number| number.to_string().into_bytes()));
        };
        put(self.end, out);
        out.push(b',');
        put(self.length, out);
        out.push(b',');
        if let Some((contig, pos)) = self.mate {
            out.extend_from_slice(contig);
            out.push(b':');
            put(pos, out);
        }
    }

    /// Reads what [`Extent::write`] wrote.
    pub(crate) fn read(text: &'a [u8]) -> Self {
        let mut parts = text.splitn(3, |&byte| byte == b',');
        let mut part = || parts.next().unwrap_or_default();
        let (end, length, mate) = (parse_pos(part()), parse_pos(part()), part());
        let mate = memchr::memrchr(b':', mate).map(|at| (&mate[..at], parse_pos(&mate[at + 1..])));
        Self { end, length, mate }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_say_must_be_the_same() {
        let of = |info: &'static str| Extent::of(info.as_bytes(), 1);
        let long = of("SVTYPE=DEL;END=200;SVLEN=5,-100");
        assert_eq!(long, Extent { end: Some(200), length: Some(100), mate: None });
        for (info, fits) in [
            ("", true),
            ("END=200", true),
            ("END=201", false),
            ("END=200;SVLEN=100", true),
            ("SVLEN=99", false),
            ("CHR2=2;POS2=7", true),
        ] {
            assert_eq!(long.fits(&of(info)), fits, "{info}");
        }
        let mate = of("CHR2=chr2;END2=9;END=4");
        assert!(!mate.fits(&of("CHR2=chr3;END2=9")) && !mate.fits(&of("CHR2=chr2;POS2=8")));
    }

    #[test]
    fn a_store_gives_it_back() {
        for info in ["", "END=7", "SVLEN=-5", "CHR2=HLA-A*01:01;POS2=3", "END=1;SVLEN=2;CHR2=X"] {
            let extent = Extent::of(info.as_bytes(), 0);
            let mut text = Vec::new();
            extent.write(&mut text);
            assert_eq!(Extent::read(&text), extent, "{info}");
        }
    }
}
