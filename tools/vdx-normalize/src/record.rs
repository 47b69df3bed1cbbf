//! Writing a record that changed: what is new is written, the rest is copied.

use vdx_vcf::header::{Header, Type};
use vdx_vcf::line::Rest;
use vdx_vcf::{Line, info, write_number};

/// A record as it was read, or one that is to be: what is new is written to a [`Room`], the rest is that of the line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'r> {
    pub(crate) chrom: &'r [u8],
    /// 1-based.
    pub(crate) pos: u32,
    pub(crate) id: &'r [u8],
    /// REF.
    pub(crate) reference: &'r [u8],
    /// The ALT field: alleles joined by `,`, or `.`.
    pub(crate) alt: &'r [u8],
    /// QUAL, FILTER, INFO and the samples.
    pub(crate) rest: Rest<'r>,
}

/// Room for what is new of a record.
#[derive(Debug, Default)]
pub(crate) struct Room {
    pub(crate) alt: Vec<u8>,
    pub(crate) info: Vec<u8>,
    /// FORMAT and the samples.
    pub(crate) samples: Vec<u8>,
}

impl<'r> Record<'r> {
    /// That of a line.
    pub(crate) fn of(line: &Line<'r>, rest: &Rest<'r>) -> Self {
        let (chrom, pos, id) = (line.chrom(), line.pos(), line.id());
        Self { chrom, pos, id, reference: line.reference(), alt: line.alt(), rest: *rest }
    }

    /// The same at another place or with other alleles.
    pub(crate) fn at(self, pos: u32, reference: &'r [u8], alt: &'r [u8]) -> Self {
        Self { pos, reference, alt, ..self }
    }

    /// The same with another INFO.
    pub(crate) fn telling(self, info: &'r [u8]) -> Self {
        Self { rest: Rest { info, ..self.rest }, ..self }
    }

    /// The same with the samples that were written to `room`, where it has any.
    pub(crate) fn with_samples_of(self, room: &'r Room) -> Self {
        Self { rest: Rest { samples: self.rest.samples.map(|_| &room.samples[..]), ..self.rest }, ..self }
    }

    /// The ALT alleles; none where ALT is `.`.
    pub(crate) fn alts(&self) -> impl Iterator<Item = &'r [u8]> + Clone + use<'r> {
        vdx_vcf::line::alts(self.alt)
    }

    /// The last base of REF, 1-based.
    pub(crate) fn end_of_reference(&self) -> u32 {
        self.pos + self.reference.len() as u32 - 1
    }

    /// REF>ALT for a message.
    pub(crate) fn shown(&self) -> String {
        shown(self.reference, self.alt)
    }

    /// About how many bytes its line has: not fewer.
    pub(crate) fn len(&self) -> usize {
        let Rest { qual, filter, info, samples } = self.rest;
        let fields = [self.chrom, self.id, self.reference, self.alt, qual, filter, info, samples.unwrap_or_default()];
        // POS, and what ends the fields.
        fields.iter().map(|field| field.len() + 1).sum::<usize>() + 11
    }

    /// Appends its line.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.chrom);
        out.push(b'\t');
        write_number(self.pos.into(), out);
        let Rest { qual, filter, info, samples } = self.rest;
        for field in [self.id, self.reference, self.alt, qual, filter, info].into_iter().chain(samples) {
            out.push(b'\t');
            out.extend_from_slice(field);
        }
        out.push(b'\n');
    }
}

/// Sets END, where INFO has one, to `end` (1-based).
///
/// As bcftools has it, END of a record of bases follows REF. An END that is not one whole number, or that the header
/// declares as something else, is not this END and stays.
pub(crate) fn set_end(header: &Header, end: u32, info: &mut Vec<u8>) {
    let Some(old) = info::value(info, b"END").filter(|old| !old.is_empty() && old.iter().all(u8::is_ascii_digit))
    else {
        return;
    };
    if header.info(b"END").is_none_or(|field| field.kind == Type::Integer) {
        let at = old.as_ptr() as usize - info.as_ptr() as usize;
        let mut number = Vec::with_capacity(10);
        write_number(end.into(), &mut number);
        info.splice(at..at + old.len(), number);
    }
}

/// REF>ALT for a message, cut where they are long.
pub(crate) fn shown(reference: &[u8], alt: &[u8]) -> String {
    let cut = |text: &[u8]| {
        let text = String::from_utf8_lossy(text);
        if text.len() > 40 { format!("{}...", text.chars().take(40).collect::<String>()) } else { text.into_owned() }
    };
    format!("{}>{}", cut(reference), cut(alt))
}

/// Appends alleles joined by `,`.
pub(crate) fn join<'a>(alleles: impl IntoIterator<Item = &'a [u8]>, out: &mut Vec<u8>) {
    for (at, allele) in alleles.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(allele);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(info: &str) -> Header {
        Header::parse(format!("{info}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n").as_bytes()).unwrap()
    }

    #[test]
    fn a_record_gets_its_new_locus_and_keeps_the_rest() {
        let line = Line::parse(b"1\t10\trs1\tCAC\tC\t1e2\tq10\tEND=12;AF=0.50;XEND=3\tGT:DP\t0/1:.\n").unwrap();
        let record = Record::of(&line, &line.rest().unwrap()).at(4_294_967, b"GCA", b"G");
        let (mut out, mut info) = (Vec::new(), record.rest.info.to_vec());
        set_end(&header(""), record.end_of_reference(), &mut info);
        record.telling(&info).write(&mut out);
        assert!((out.len()..out.len() + 11).contains(&record.telling(&info).len()));
        let expected = "1\t4294967\trs1\tGCA\tG\t1e2\tq10\tEND=4294969;AF=0.50;XEND=3\tGT:DP\t0/1:.\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn another_end_stays() {
        let string = "##INFO=<ID=END,Number=1,Type=String,Description=\"\">\n";
        for (declared, info) in [(string, "END=7"), ("", "END"), ("", "END=."), ("", "END=1,2"), ("", ".")] {
            let mut set = info.as_bytes().to_vec();
            set_end(&header(declared), 1, &mut set);
            assert_eq!(set, info.as_bytes());
        }
    }
}
