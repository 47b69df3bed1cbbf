//! Taking a multi-allelic record apart: what INFO and the samples hold for REF and one of the ALT alleles.
//!
//! The rules are those of `bcftools norm -m -`: Number=A, R and G fields and GT are cut down, everything else is copied
//! as it is. Values are pieces of text and stay the text they are. Unlike bcftools, which writes `.` for what is
//! missing in a text field or in one sample, a list of the wrong length is always an error, or its field is left out
//! where that is asked for: which value belongs to which allele is not known then.

mod effects;
mod local;

use std::fmt;

use crate::header::{Field, Header, Number};
use crate::info;
use effects::Effects;
use local::Place;

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
    /// Whether a list has the wrong length: [`Splitter::forced`] leaves such a field out.
    pub wrong_length: bool,
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
    /// The FORMAT field whose values of the other ALTs are added to that of REF.
    summed: Option<Vec<u8>>,
    forced: bool,
    /// Fields that are taken for another Number than the header has.
    numbers: Vec<(Vec<u8>, Number)>,
    /// Lists whose entries say which ALT they are about.
    effects: Vec<Effects>,
    rules: Vec<Rule>,
    dropped: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Copy,
    Drop,
    Genotype,
    /// LAA, LGT, and lists of Number=LA, LR and LG.
    LocalAlleles,
    LocalGenotype,
    Local(Number),
    /// Number=R, with the other ALTs in the value of REF.
    Sum,
    Values(Number),
}

impl<'h> Splitter<'h> {
    /// `header` tells the Number of each field; one it does not declare is copied.
    pub fn new(header: &'h Header, overlaps: Overlaps) -> Self {
        Self {
            header,
            overlaps,
            summed: None,
            forced: false,
            numbers: Vec::new(),
            effects: effects::declared(header),
            rules: Vec::new(),
            dropped: Vec::new(),
        }
    }

    /// Adds what the other ALTs have in FORMAT field `key` (Number=R) to the value of REF, so that the sum stays.
    #[must_use]
    pub fn summing(mut self, key: &[u8]) -> Self {
        self.summed = Some(key.to_vec());
        self
    }

    /// Takes INFO and FORMAT fields for lists of this Number, whatever the header says.
    #[must_use]
    pub fn numbered(mut self, numbers: &[(Vec<u8>, Number)]) -> Self {
        self.numbers = numbers.to_vec();
        self
    }

    /// The Number of a field that the header declares as `declared`.
    fn number(&self, key: &[u8], declared: Option<Field>) -> Number {
        let told = self.numbers.iter().find(|(name, _)| name == key).map(|(_, number)| *number);
        told.or(declared.map(|field| field.number)).unwrap_or(Number::Unknown)
    }

    /// Leaves a field out whose list has the wrong length; in FORMAT where one sample's has.
    #[must_use]
    pub fn forced(mut self) -> Self {
        self.forced = true;
        self
    }

    /// The fields left out since the last call, such as `INFO/AC`, for each ALT.
    pub fn dropped(&mut self) -> std::vec::Drain<'_, String> {
        self.dropped.drain(..)
    }

    /// Appends INFO as it is for ALT number `alt` (0-based) to `out`; `alleles` are REF and all ALTs.
    ///
    /// Of the entries that VEP, SnpEff and tools like them write, those about this ALT stay, if each tells its own.
    pub fn info(&mut self, info: &[u8], alt: usize, alleles: &[&[u8]], out: &mut Vec<u8>) -> Result<(), SplitError> {
        let alts = alleles.len() - 1;
        let start = out.len();
        for (key, value) in info::entries(info) {
            let before = out.len();
            if before > start {
                out.push(b';');
            }
            out.extend_from_slice(key);
            let Some(value) = value else { continue };
            out.push(b'=');
            let number = self.number(key, self.header.info(key));
            if number == Number::Unknown
                && let Some(effects) = self.effects.iter().find(|effects| effects.key == key)
                && let Some(places) = effects.places(value, alleles)
            {
                let own = places.iter().enumerate().filter(|(_, place)| **place == alt).map(|(at, _)| at);
                if places.contains(&alt) {
                    pick(value, own, out);
                } else {
                    out.truncate(before);
                }
                continue;
            }
            if let Err(message) = values(value, number, alt, alts, out) {
                let field = format!("INFO/{}", text(key));
                if !self.forced {
                    return Err(SplitError { field, message, wrong_length: true });
                }
                out.truncate(before);
                self.dropped.push(field);
            }
        }
        if out.len() == start {
            out.push(b'.');
        }
        Ok(())
    }

    /// Appends FORMAT and the sample columns (`samples` as in [`crate::line::Rest`]) likewise.
    pub fn samples(&mut self, samples: &[u8], alt: usize, alts: usize, out: &mut Vec<u8>) -> Result<(), SplitError> {
        let mut columns = samples.split(|&byte| byte == b'\t');
        let format = columns.next().unwrap_or_default();
        let header = self.header;
        let keys = || format.split(|&byte| byte == b':');
        // Which ALTs a sample knows is told by its own LAA.
        let laa = keys().position(|key| key == b"LAA");
        let mut rules = std::mem::take(&mut self.rules);
        rules.clear();
        rules.extend(keys().map(|key| self.rule(key, laa.is_some())));
        self.rules = rules;
        if self.forced {
            self.drop_wrong(format, laa, columns.clone(), alts);
        }
        let rule_of = |at: usize| self.rules.get(at).copied().unwrap_or(Rule::Copy);
        let start = out.len();
        let kept = keys().enumerate().filter(|(at, _)| rule_of(*at) != Rule::Drop);
        kept.for_each(|(_, key)| append(key, start, out));
        if out.len() == start {
            out.push(b'.');
        }
        for (number, sample) in columns.enumerate() {
            out.push(b'\t');
            let start = out.len();
            let place = Place::of_sample(sample, laa, alt, alts);
            for (at, value) in sample.split(|&byte| byte == b':').enumerate() {
                let rule = rule_of(at);
                if rule == Rule::Drop {
                    continue;
                }
                if out.len() > start {
                    out.push(b':');
                }
                let written = match rule {
                    Rule::Copy | Rule::Drop => {
                        out.extend_from_slice(value);
                        Ok(())
                    }
                    Rule::Genotype => genotype(value, alt, alts, self.overlaps, out),
                    Rule::Sum => sum(value, alt, alts, out),
                    Rule::LocalAlleles => place.clone().map(|place| place.alleles(out)),
                    Rule::LocalGenotype => place.clone().and_then(|place| place.genotype(value, self.overlaps, out)),
                    Rule::Local(number) => place.clone().and_then(|place| place.values(value, number, out)),
                    Rule::Values(number) => values(value, number, alt, alts, out),
                };
                written.map_err(|message| {
                    let key = keys().nth(at).unwrap_or_default();
                    let sample = header.samples().get(number).map_or_else(|| number.to_string(), |name| text(name));
                    let wrong_length = !fits_rule(rule, value, &place, alts);
                    SplitError { field: format!("FORMAT/{} of sample {sample}", text(key)), message, wrong_length }
                })?;
            }
            if out.len() == start {
                out.push(b'.');
            }
        }
        Ok(())
    }

    fn rule(&self, key: &[u8], has_laa: bool) -> Rule {
        match self.number(key, self.header.format(key)) {
            _ if key == b"GT" => Rule::Genotype,
            _ if key == b"LAA" => Rule::LocalAlleles,
            _ if key == b"LGT" && has_laa => Rule::LocalGenotype,
            number @ (Number::LocalA | Number::LocalR | Number::LocalG) if has_laa => Rule::Local(number),
            Number::R if self.summed.as_deref() == Some(key) => Rule::Sum,
            number @ (Number::A | Number::R | Number::G) => Rule::Values(number),
            _ => Rule::Copy,
        }
    }

    /// Marks the fields of which a sample's list has the wrong length.
    fn drop_wrong<'v>(
        &mut self,
        format: &[u8],
        laa: Option<usize>,
        samples: impl Iterator<Item = &'v [u8]>,
        alts: usize,
    ) {
        for sample in samples {
            let place = Place::of_sample(sample, laa, 0, alts);
            for (value, rule) in sample.split(|&byte| byte == b':').zip(&mut self.rules) {
                if !fits_rule(*rule, value, &place, alts) {
                    *rule = Rule::Drop;
                }
            }
        }
        for (key, rule) in format.split(|&byte| byte == b':').zip(&self.rules) {
            if *rule == Rule::Drop {
                self.dropped.push(format!("FORMAT/{}", text(key)));
            }
        }
    }
}

/// Appends one of a list of keys that begins at `start`.
fn append(key: &[u8], start: usize, out: &mut Vec<u8>) {
    if out.len() > start {
        out.push(b':');
    }
    out.extend_from_slice(key);
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

fn fits_rule(rule: Rule, value: &[u8], place: &Result<Place, String>, alts: usize) -> bool {
    match rule {
        Rule::Values(number) => fits(value, number, alts),
        Rule::Sum => fits(value, Number::R, alts),
        // Where LAA itself is wrong, that is what is told.
        Rule::Local(number) => place.as_ref().is_ok_and(|place| place.fits(value, number)),
        _ => true,
    }
}

/// Whether a list has the length that its Number asks for, or is a lone `.`.
fn fits(value: &[u8], number: Number, alts: usize) -> bool {
    let found = 1 + memchr::memchr_iter(b',', value).count();
    value == b"."
        || match number {
            Number::A => found == alts,
            Number::R => found == alts + 1,
            Number::G => ploidy(alts as u64 + 1, found as u64).is_some(),
            _ => true,
        }
}

/// Writes a list of Number=R for one ALT, the values of the other ALTs added to that of REF; what is missing adds
/// nothing, and a missing value of REF stays.
fn sum(value: &[u8], alt: usize, alts: usize, out: &mut Vec<u8>) -> Result<(), String> {
    if value == b"." || !fits(value, Number::R, alts) {
        return values(value, Number::R, alt, alts, out);
    }
    let mut own = &b"."[..];
    let mut total = Some(0u64);
    for (at, part) in value.split(|&byte| byte == b',').enumerate() {
        if at == alt + 1 {
            own = part;
        } else if part == b"." {
            total = total.filter(|_| at > 0);
        } else {
            let number = std::str::from_utf8(part).ok().and_then(|part| part.parse::<u64>().ok());
            let Some(number) = number else {
                return Err(format!("expected whole numbers to add up, found '{}'", text(part)));
            };
            total = total.map(|total| total.saturating_add(number));
        }
    }
    match total {
        Some(total) => out.extend_from_slice(total.to_string().as_bytes()),
        None => out.push(b'.'),
    }
    out.push(b',');
    out.extend_from_slice(own);
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
##FORMAT=<ID=LAA,Number=.,Type=Integer,Description=\"\">
##FORMAT=<ID=LGT,Number=1,Type=String,Description=\"\">
##FORMAT=<ID=LVAF,Number=LA,Type=Float,Description=\"\">
##FORMAT=<ID=LPL,Number=LG,Type=Integer,Description=\"\">
##FORMAT=<ID=LAD,Number=LR,Type=Integer,Description=\"\">
##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"\">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts1\ts2\n";

    fn split(info: &str, samples: &str, alts: usize, overlaps: Overlaps) -> Result<Vec<(String, String)>, String> {
        let header = Header::parse(HEADER.as_bytes()).unwrap();
        split_by(Splitter::new(&header, overlaps), info, samples, alts)
    }

    fn split_by(
        mut splitter: Splitter,
        info: &str,
        samples: &str,
        alts: usize,
    ) -> Result<Vec<(String, String)>, String> {
        (0..alts)
            .map(|alt| {
                let (mut ours, mut theirs) = (Vec::new(), Vec::new());
                splitter
                    .info(info.as_bytes(), alt, &[&b"A"[..]; 4][..=alts], &mut ours)
                    .map_err(|error| error.to_string())?;
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
    fn depths_of_other_alleles_are_added_to_that_of_the_reference() {
        let header = Header::parse(HEADER.as_bytes()).unwrap();
        let summed = |samples: &str| {
            let splitter = Splitter::new(&header, Overlaps::Reference).summing(b"AD");
            split_by(splitter, ".", samples, 2).map(|split| [split[0].1.clone(), split[1].1.clone()])
        };
        assert_eq!(summed("AD\t7,8,9\t.").unwrap(), ["AD\t16,8\t.", "AD\t15,9\t."]);
        assert_eq!(summed("AD\t.,8,9\t7,.,9").unwrap(), ["AD\t.,8\t16,.", "AD\t.,9\t7,9"]);
        assert!(summed("AD\t7,8,x\t.").unwrap_err().contains("whole numbers to add up, found 'x'"));
        assert!(summed("AD\t7,8\t.").unwrap_err().contains("expected 3 values"));
    }

    #[test]
    fn lists_of_local_alleles_follow_the_samples_own_alleles() {
        let header = Header::parse(HEADER.as_bytes()).unwrap();
        let split = |samples: &str, overlaps| {
            let split = split_by(Splitter::new(&header, overlaps), ".", samples, 3)?;
            Ok::<_, String>(split.into_iter().map(|(_, samples)| samples).collect::<Vec<_>>())
        };
        let format = "LAA:LGT:LAD:LVAF:LPL";
        let sites = format!("{format}\t1,3:1/2:9,8,7:.1,.3:0,1,2,3,4,5\t2:0|1:5,4:.:0,1,2\t.:0/0:3:.:.");
        let expected = [
            format!("{format}\t1:1/0:9,8:.1:0,1,2\t.:0|0:5:.:0\t.:0/0:3:.:."),
            format!("{format}\t.:0/0:9:.:0\t1:0|1:5,4:.:0,1,2\t.:0/0:3:.:."),
            format!("{format}\t1:0/1:9,7:.3:0,3,5\t.:0|0:5:.:0\t.:0/0:3:.:."),
        ];
        assert_eq!(split(&sites, Overlaps::Reference).unwrap(), expected);
        assert!(split("LAA:LGT\t1,3:1/2", Overlaps::Missing).unwrap()[1].ends_with("\t.:./."));
        assert!(split("LAA:LAD\t4:1,2", Overlaps::Reference).unwrap_err().contains("from 1 to 3, found '4'"));
        let wrong = split("LAA:LAD\t1,3:1,2", Overlaps::Reference).unwrap_err();
        assert_eq!(wrong, "FORMAT/LAD of sample s1: expected 3 values (Number=LR, 2 local ALT alleles), found 2");
        assert_eq!(split("LAD\t1,2", Overlaps::Reference).unwrap(), ["LAD\t1,2"; 3]);
    }

    #[test]
    fn fields_have_the_number_that_is_given() {
        let header = Header::parse(HEADER.as_bytes()).unwrap();
        let numbers = [(b"MLEAC".to_vec(), Number::A), (b"X".to_vec(), Number::R)];
        let split =
            |info: &str| split_by(Splitter::new(&header, Overlaps::Reference).numbered(&numbers), info, "X\t1,2,3", 2);
        let expected = [(text(b"MLEAC=5"), text(b"X\t1,2")), (text(b"MLEAC=6"), text(b"X\t1,3"))];
        assert_eq!(split("MLEAC=5,6").unwrap(), expected);
        assert!(split("MLEAC=5").unwrap_err().starts_with("INFO/MLEAC: expected 2 values"));
    }

    #[test]
    fn wrong_lists_are_left_out_where_that_is_asked_for() {
        let header = Header::parse(HEADER.as_bytes()).unwrap();
        let mut splitter = Splitter::new(&header, Overlaps::Reference).forced();
        let mut forced = |info: &str, samples: &str| {
            let mut out = Vec::new();
            splitter.info(info.as_bytes(), 0, &[&b"A"[..]; 3], &mut out).unwrap();
            out.push(b' ');
            splitter.samples(samples.as_bytes(), 0, 2, &mut out).unwrap();
            (text(&out), splitter.dropped().collect::<Vec<_>>())
        };
        let (record, dropped) = forced("AC=1;AD=9,1,2;AF=1,2,3", "GT:AD:PL\t1/2:1,2,3:.\t0/1:1,2:0,1,2");
        assert_eq!(record, "AD=9,1 GT:PL\t1/0:.\t0/1:0,1");
        assert_eq!(dropped, ["INFO/AC", "INFO/AF", "FORMAT/AD"]);
        assert_eq!(forced("AC=1", "AD\t1\t.").0, ". .\t.\t.");
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
