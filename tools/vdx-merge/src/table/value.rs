//! Values of a VCF as people read them. Lists are joined by `|` throughout.

use vdx_vcf::Line;

use crate::clinvar::vocabulary;

/// The GT of the first sample, from FORMAT and the sample columns.
pub(crate) fn first_gt(samples: &[u8]) -> Option<&[u8]> {
    let mut columns = samples.split(|&byte| byte == b'\t');
    let at = columns.next()?.split(|&byte| byte == b':').position(|key| key == b"GT")?;
    columns.next()?.split(|&byte| byte == b':').nth(at)
}

/// The record's rsID, else the person's.
pub(crate) fn rsid(rs: Option<&[u8]>, raw_id: &[u8]) -> Vec<u8> {
    let own = Some(raw_id).filter(|id| id.starts_with(b"rs")).map(<[u8]>::to_vec);
    let joined = rs.map(|numbers| {
        let mut out = Vec::new();
        for number in numbers.split(|byte| !byte.is_ascii_digit()).filter(|number| !number.is_empty()) {
            if !out.is_empty() {
                out.push(b'|');
            }
            out.extend_from_slice(b"rs");
            out.extend_from_slice(number);
        }
        out
    });
    joined.filter(|text| !text.is_empty()).or(own).unwrap_or_default()
}

/// The alleles of a GT as letters: `C/CG`. Empty where none is known.
pub(crate) fn genotype(gt: &[u8], line: &Line) -> Vec<u8> {
    if gt.iter().all(|byte| !byte.is_ascii_digit()) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (at, allele) in gt.split(|byte| matches!(byte, b'/' | b'|')).enumerate() {
        if at > 0 {
            out.push(b'/');
        }
        out.extend_from_slice(match allele {
            b"0" => line.reference(),
            b"1" => line.alt(),
            _ => b".",
        });
    }
    out
}

/// `heterozygous`, `homozygous`, `hemizygous`, or nothing where no allele is known.
pub(crate) fn zygosity(gt: &[u8]) -> Vec<u8> {
    let alleles = || gt.split(|byte| matches!(byte, b'/' | b'|'));
    let first = alleles().next();
    let word = match alleles().count() {
        _ if alleles().all(|allele| matches!(allele, b"." | b"")) => "",
        1 => "hemizygous",
        _ if alleles().all(|allele| Some(allele) == first) => "homozygous",
        _ => "heterozygous",
    };
    word.into()
}

/// The symbols of `SYM:id|SYM:id`.
pub(crate) fn genes(value: Option<&[u8]>) -> Vec<u8> {
    let genes = value.unwrap_or_default().split(|&byte| byte == b'|');
    join(genes.map(|gene| gene.split(|&byte| byte == b':').next().unwrap_or_default()))
}

/// The terms of `SO:n|term,SO:n|term`.
pub(crate) fn consequences(value: Option<&[u8]>) -> Vec<u8> {
    let terms = value.unwrap_or_default().split(|&byte| byte == b',');
    join(terms.map(|term| term.rsplit(|&byte| byte == b'|').next().unwrap_or_default()))
}

/// A comma list.
pub(crate) fn list(value: &[u8]) -> Vec<u8> {
    join(value.split(|&byte| byte == b','))
}

/// Text in which ClinVar writes `_` for a space and `%XX` for what VCF does not allow.
pub(crate) fn words(value: Option<&[u8]>) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.map_or(0, <[u8]>::len));
    let mut rest = value.unwrap_or_default();
    while let [byte, tail @ ..] = rest {
        let decoded = if *byte == b'%' { tail.get(..2).and_then(escaped) } else { None };
        if let Some(decoded) = decoded {
            out.push(decoded);
            rest = &tail[2..];
        } else {
            out.push(if *byte == b'_' { b' ' } else { *byte });
            rest = tail;
        }
    }
    out
}

/// The characters that VCF 4.3 (section 1.2) writes as `%XX`, line ends and tabs aside, which stay escaped here, too.
fn escaped(digits: &[u8]) -> Option<u8> {
    match digits {
        b"3A" | b"3a" => Some(b':'),
        b"3B" | b"3b" => Some(b';'),
        b"3D" | b"3d" => Some(b'='),
        b"25" => Some(b'%'),
        b"2C" | b"2c" => Some(b','),
        _ => None,
    }
}

/// The review stars; nothing for a missing or unknown status.
pub(crate) fn stars(value: Option<&[u8]>) -> Vec<u8> {
    value.and_then(vocabulary::stars).map(|stars| vec![b'0' + stars]).unwrap_or_default()
}

fn join<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    parts.collect::<Vec<_>>().join(&b'|')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn values_become_words() {
        assert_eq!(
            text(words(Some(b"Myasthenic_syndrome,_congenital|a%3Bb%2"))),
            "Myasthenic syndrome, congenital|a;b%2"
        );
        assert_eq!(text(genes(Some(b"A:1|B:2"))), "A|B");
        assert_eq!(text(consequences(Some(b"SO:1|x,SO:2|y"))), "x|y");
        assert_eq!(text(consequences(None)), "");
        assert_eq!(text(rsid(Some(b"5"), b"rs6")), "rs5");
        assert_eq!(text(rsid(None, b"rs6")), "rs6");
        assert_eq!(text(rsid(None, b"i6")), "");
    }

    #[test]
    fn genotypes_are_spelt_out() {
        let line = Line::parse(b"1\t2\t.\tC\tCG\t.\t.\t.").unwrap();
        let spelt = |gt: &[u8]| (text(genotype(gt, &line)), text(zygosity(gt)));
        assert_eq!(spelt(b"0/1"), ("C/CG".into(), "heterozygous".into()));
        assert_eq!(spelt(b"1/1"), ("CG/CG".into(), "homozygous".into()));
        assert_eq!(spelt(b"1"), ("CG".into(), "hemizygous".into()));
        assert_eq!(spelt(b"1/."), ("CG/.".into(), "heterozygous".into()));
        assert_eq!(spelt(b"./."), (String::new(), String::new()));
        assert_eq!(spelt(b"."), (String::new(), String::new()));
        assert_eq!(first_gt(b"DP:GT\t3:0/1"), Some(&b"0/1"[..]));
    }
}
