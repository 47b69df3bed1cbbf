//! Taking a multi-allelic record apart: what INFO and the samples hold for REF and one of the ALT alleles.
//!
//! The rules are those of `bcftools norm -m -`: Number=A, R and G fields and GT are cut down, everything else is copied
//! as it is. Values are pieces of text and stay the text they are. Unlike bcftools, which writes `.` for what is
//! missing in a text field or in one sample, a list of the wrong length is always an error: which value belongs to
//! which allele is not known then.

use std::fmt;

use crate::header::{Header, Number};
use crate::info;

/// What the other ALT alleles become in GT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlaps {
    /// `1/2` becomes `1/0` and `0/1`.
    #[default]
    Reference,
    /// `1/2` becomes `1/.` and `./1`.
    Missing,
}

/// A field that cannot be divided among the alleles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitError {
    /// `INFO/AC`, `FORMAT/AD of sample NA1`.
    pub field: String,
    /// Expected, found.
    pub message: String,
}

impl fmt::Display for SplitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for SplitError {}

/// Writes the fields of a record with several ALT alleles for one of them at a time.
#[derive(Debug)]
pub struct Splitter<'h> {
    header: &'h Header,
    overlaps: Overlaps,
    rules: Vec<Rule>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Copy,
    Genotype,
    Values(Number),
}

impl<'h> Splitter<'h> {
    /// `header` tells the Number of each field; one it does not declare is copied.
    pub fn new(header: &'h Header, overlaps: Overlaps) -> Self {
        Self { header, overlaps, rules: Vec::new() }
    }

    /// Appends INFO as it is for ALT number `alt` (0-based) of `alts` to `out`.
    pub fn info(&self, info: &[u8], alt: usize, alts: usize, out: &mut Vec<u8>) -> Result<(), SplitError> {
        let mut written = false;
        for (key, value) in info::entries(info) {
            if written {
                out.push(b';');
            }
            written = true;
            out.extend_from_slice(key);
            let Some(value) = value else { continue };
            out.push(b'=');
            let number = self.header.info(key).map_or(Number::Unknown, |field| field.number);
            values(value, number, alt, alts, out)
                .map_err(|message| SplitError { field: format!("INFO/{}", text(key)), message })?;
        }
        if !written {
            out.push(b'.');
        }
        Ok(())
    }

    /// Appends FORMAT and the sample columns (`samples` as in [`crate::line::Rest`]) likewise.
    pub fn samples(&mut self, samples: &[u8], alt: usize, alts: usize, out: &mut Vec<u8>) -> Result<(), SplitError> {
        let mut columns = samples.split(|&byte| byte == b'\t');
        let format = columns.next().unwrap_or_default();
        let header = self.header;
        self.rules.clear();
        self.rules.extend(format.split(|&byte| byte == b':').map(|key| rule(header, key)));
        out.extend_from_slice(format);
        for (number, sample) in columns.enumerate() {
            out.push(b'\t');
            for (at, value) in sample.split(|&byte| byte == b':').enumerate() {
                if at > 0 {
                    out.push(b':');
                }
                let written = match self.rules.get(at).copied().unwrap_or(Rule::Copy) {
                    Rule::Copy => {
                        out.extend_from_slice(value);
                        Ok(())
                    }
                    Rule::Genotype => genotype(value, alt, alts, self.overlaps, out),
                    Rule::Values(number) => values(value, number, alt, alts, out),
                };
                written.map_err(|message| {
                    let key = format.split(|&byte| byte == b':').nth(at).unwrap_or_default();
                    let sample = header.samples().get(number).map_or_else(|| number.to_string(), |name| text(name));
                    SplitError { field: format!("FORMAT/{} of sample {sample}", text(key)), message }
                })?;
            }
        }
        Ok(())
    }
}

fn rule(header: &Header, key: &[u8]) -> Rule {
    match header.format(key).map(|field| field.number) {
        _ if key == b"GT" => Rule::Genotype,
        Some(number @ (Number::A | Number::R | Number::G)) => Rule::Values(number),
        _ => Rule::Copy,
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Writes the values of a list that belong to REF and one ALT; a lone `.` stays.
fn values(value: &[u8], number: Number, alt: usize, alts: usize, out: &mut Vec<u8>) -> Result<(), String> {
    let found = 1 + memchr::memchr_iter(b',', value).count();
    let wrong = |number: &str, expected: &str| {
        let values = if found == 1 { "value" } else { "values" };
        Err(format!("expected {expected} values (Number={number}, {alts} ALT alleles), found {found} {values}"))
    };
    match number {
        _ if value == b"." => out.extend_from_slice(value),
        Number::A if found != alts => return wrong("A", &alts.to_string()),
        Number::R if found != alts + 1 => return wrong("R", &(alts + 1).to_string()),
        Number::A => pick(value, [alt], out),
        Number::R => pick(value, [0, alt + 1], out),
        Number::G => {
            let alleles = alts as u64 + 1;
            let Some(ploidy) = ploidy(alleles, found as u64) else {
                return wrong("G", &format!("{} (haploid) or {}", alleles, genotypes(alleles, 2)));
            };
            pick(value, (0..=ploidy).map(|copies| genotype_index(alt as u64 + 1, copies, ploidy) as usize), out);
        }
        _ => out.extend_from_slice(value),
    }
    Ok(())
}

/// Writes the values at `wanted`, 0-based and ascending, all of which are there.
fn pick(value: &[u8], wanted: impl IntoIterator<Item = usize>, out: &mut Vec<u8>) {
    let mut values = value.split(|&byte| byte == b',');
    let mut next = 0;
    for (count, at) in wanted.into_iter().enumerate() {
        if count > 0 {
            out.push(b',');
        }
        out.extend_from_slice(values.nth(at - next).unwrap_or(b"."));
        next = at + 1;
    }
}

/// `n` over `k`, as far as a list of values may be long.
fn choose(n: u64, k: u64) -> u64 {
    (0..k).fold(1u64, |value, at| value.saturating_mul(n - at) / (at + 1))
}

/// How many genotypes of that ploidy there are (VCF 4.5, section 1.6.2, Genotype Ordering).
fn genotypes(alleles: u64, ploidy: u64) -> u64 {
    choose(alleles + ploidy - 1, ploidy)
}

/// The ploidy whose genotypes are `found` in number.
fn ploidy(alleles: u64, found: u64) -> Option<u64> {
    (1..)
        .map(|ploidy| (ploidy, genotypes(alleles, ploidy)))
        .find(|(_, count)| *count >= found)
        .and_then(|(ploidy, count)| (count == found).then_some(ploidy))
}

/// The 0-based place of the genotype with `copies` of allele number `allele` (1-based) and REF else.
fn genotype_index(allele: u64, copies: u64, ploidy: u64) -> u64 {
    (ploidy - copies + 1..=ploidy).map(|place| choose(allele + place - 1, place)).sum()
}

/// Writes a genotype with ALT `alt` (0-based) as `1` and the other ALTs as REF or missing; phasing stays.
fn genotype(value: &[u8], alt: usize, alts: usize, overlaps: Overlaps, out: &mut Vec<u8>) -> Result<(), String> {
    let mut rest = value;
    while let Some((&byte, tail)) = rest.split_first() {
        if !byte.is_ascii_digit() {
            out.push(byte);
            rest = tail;
            continue;
        }
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, tail) = rest.split_at(digits);
        // So many alleles that the number overflows are too many in any case.
        let allele = number
            .iter()
            .fold(0usize, |value, digit| value.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
        if allele > alts {
            return Err(format!("expected alleles from 0 to {alts}, found {allele} in '{}'", text(value)));
        }
        out.push(match overlaps {
            _ if allele == 0 => b'0',
            _ if allele == alt + 1 => b'1',
            Overlaps::Reference => b'0',
            Overlaps::Missing => b'.',
        });
        rest = tail;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">
##INFO=<ID=AF,Number=A,Type=Float,Description=\"\">
##INFO=<ID=AD,Number=R,Type=Integer,Description=\"\">
##INFO=<ID=S,Number=R,Type=String,Description=\"\">
##INFO=<ID=GL,Number=G,Type=Float,Description=\"\">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"\">
##FORMAT=<ID=VAF,Number=A,Type=Float,Description=\"\">
##FORMAT=<ID=LAD,Number=LR,Type=Integer,Description=\"\">
##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"\">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts1\ts2\n";

    fn split(info: &str, samples: &str, alts: usize, overlaps: Overlaps) -> Result<Vec<(String, String)>, String> {
        let header = Header::parse(HEADER.as_bytes()).unwrap();
        let mut splitter = Splitter::new(&header, overlaps);
        (0..alts)
            .map(|alt| {
                let (mut ours, mut theirs) = (Vec::new(), Vec::new());
                splitter.info(info.as_bytes(), alt, alts, &mut ours).map_err(|error| error.to_string())?;
                splitter.samples(samples.as_bytes(), alt, alts, &mut theirs).map_err(|error| error.to_string())?;
                Ok((text(&ours), text(&theirs)))
            })
            .collect()
    }

    fn infos(info: &str) -> Vec<String> {
        split(info, "GT\t.", 2, Overlaps::Reference).unwrap().into_iter().map(|(info, _)| info).collect()
    }

    fn samples(samples: &str, overlaps: Overlaps) -> Vec<String> {
        split(".", samples, 2, overlaps).unwrap().into_iter().map(|(_, samples)| samples).collect()
    }

    #[test]
    fn info_is_divided_by_number_and_text_stays() {
        assert_eq!(infos("DB;AC=3,4;AF=1e-5,0.50;X=1,2"), ["DB;AC=3;AF=1e-5;X=1,2", "DB;AC=4;AF=0.50;X=1,2"]);
        assert_eq!(infos("AD=9,1,2;S=ref,a,b"), ["AD=9,1;S=ref,a", "AD=9,2;S=ref,b"]);
        assert_eq!(infos("GL=0,1,2,3,4,5"), ["GL=0,1,2", "GL=0,3,5"]);
        assert_eq!(infos("."), [".", "."]);
        assert_eq!(infos("AC=.;AF=.,2"), ["AC=.;AF=.", "AC=.;AF=2"]);
    }

    #[test]
    fn genotypes_keep_phase_and_ploidy() {
        let gt = "GT\t1/2\t2|1\t0/1\t.|2\t2\t./.\t0/1/2|2";
        let reference = ["GT\t1/0\t0|1\t0/1\t.|0\t0\t./.\t0/1/0|0", "GT\t0/1\t1|0\t0/0\t.|1\t1\t./.\t0/0/1|1"];
        assert_eq!(samples(gt, Overlaps::Reference), reference);
        assert_eq!(samples("GT\t1/2\t0|2", Overlaps::Missing), ["GT\t1/.\t0|.", "GT\t./1\t0|1"]);
        assert_eq!(samples("GT\t/1/2\t|0|2", Overlaps::Reference), ["GT\t/1/0\t|0|0", "GT\t/0/1\t|0|1"]);
    }

    #[test]
    fn sample_fields_are_divided_and_short_samples_stay_short() {
        assert_eq!(
            samples("GT:AD:VAF:LAD\t1/2:7,8,9:.1,.2:1,2\t.:.:.", Overlaps::Reference),
            ["GT:AD:VAF:LAD\t1/0:7,8:.1:1,2\t.:.:.", "GT:AD:VAF:LAD\t0/1:7,9:.2:1,2\t.:.:."]
        );
        assert_eq!(samples("GT\t1/2:7\t0", Overlaps::Reference), ["GT\t1/0:7\t0", "GT\t0/1:7\t0"]);
    }

    #[test]
    fn genotype_lists_of_any_ploidy_are_divided() {
        assert_eq!(
            samples("PL\t0,1,2,3,4,5\t7,8,9\t0,1,2,3,4,5,6,7,8,9", Overlaps::Reference),
            ["PL\t0,1,2\t7,8\t0,1,2,3", "PL\t0,3,5\t7,9\t0,4,7,9"]
        );
    }

    #[test]
    fn lists_of_the_wrong_length_are_named() {
        let message = |info: &str, samples: &str| split(info, samples, 2, Overlaps::Reference).unwrap_err();
        assert_eq!(message("AC=1", "GT\t."), "INFO/AC: expected 2 values (Number=A, 2 ALT alleles), found 1 value");
        assert!(message("S=a,b", "GT\t.").starts_with("INFO/S: expected 3 values"));
        assert!(message("GL=1,2,3,4", "GT\t.").contains("expected 3 (haploid) or 6 values"));
        assert!(message(".", "GT:AD\t0/1:1,2,3\t0/1:1,2").starts_with("FORMAT/AD of sample s2: expected 3"));
        assert!(message(".", "GT\t0/3").contains("found 3 in '0/3'"));
        assert!(message(".", "GT\t0/99999999999999999999999").contains("expected alleles from 0 to 2"));
    }
}
