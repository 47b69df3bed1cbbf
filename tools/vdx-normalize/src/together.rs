//! The records of one POS together: duplicates go, and the order may be that of REF and ALT.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use vdx_stream::order::{Settle, Tied};
use vdx_stream::{Error, Result};
use vdx_vcf::{Line, info};

use crate::class::{self, Class};
use crate::expression::Filter;
use crate::expression::numbers::Stacks;
use crate::note::{Finding, NAMED, Reason, Tally};
use crate::pass::shown_record;
use crate::plan::{Duplicates, Plan};

/// What is done to the records of one POS, and what came of it.
#[derive(Debug)]
pub struct Together {
    duplicates: Option<Duplicates>,
    by_alleles: bool,
    only_check: bool,
    filter: Option<Arc<Filter>>,
    stacks: Stacks,
    /// By contig.
    counts: HashMap<Vec<u8>, Counts>,
    findings: Vec<Finding>,
}

#[derive(Debug, Default)]
struct Counts {
    removed: u64,
    not_normal: u64,
}

/// A record and what of it is compared.
struct Record<'a> {
    line: Line<'a>,
    bytes: &'a [u8],
    /// Not worked on, so that it can be no duplicate.
    aside: bool,
    alts: Vec<&'a [u8]>,
    snv: bool,
    indel: bool,
}

impl<'a> Record<'a> {
    fn parse(&Tied { line: bytes, aside }: &Tied<'a>) -> Result<Self> {
        let line = Line::parse(bytes).map_err(|error| Error::data(error.to_string()))?;
        let alts: Vec<&[u8]> = line.alts().collect();
        let has = |wanted: &[Class]| alts.iter().any(|alt| wanted.contains(&class::of(line.reference(), alt)));
        let (snv, indel) = (has(&[Class::Snv, Class::Mnv]), has(&[Class::Indel]));
        Ok(Self { line, bytes, aside, alts, snv, indel })
    }

    /// Whether both have the same alleles, ALTs in any order, in any case; symbolic ones of the same SVLEN.
    fn is(&self, other: &Self) -> bool {
        self.line.reference().eq_ignore_ascii_case(other.line.reference())
            && self.alts.len() == other.alts.len()
            && self.alts.iter().all(|alt| other.alts.iter().any(|theirs| theirs.eq_ignore_ascii_case(alt)))
            && (!self.is_symbolic() || self.svlen() == other.svlen())
    }

    fn is_symbolic(&self) -> bool {
        self.alts.iter().any(|alt| alt.starts_with(b"<"))
    }

    fn svlen(&self) -> Option<&[u8]> {
        self.line.rest().ok().and_then(|rest| info::value(rest.info, b"SVLEN"))
    }

    /// By REF, then by one ALT after the other, without regard to case.
    fn order(&self, other: &Self) -> Ordering {
        let lower = |allele: &[u8]| allele.to_ascii_lowercase();
        let alts = |record: &Self| record.alts.iter().map(|alt| lower(alt)).collect::<Vec<_>>();
        lower(self.line.reference()).cmp(&lower(other.line.reference())).then_with(|| alts(self).cmp(&alts(other)))
    }
}

impl Together {
    /// As the plan has it, for the records that pass `filter`.
    #[must_use]
    pub fn new(plan: &Plan, filter: Option<Arc<Filter>>) -> Self {
        let Plan { duplicates, by_alleles, only_check, .. } = *plan;
        let stacks = Stacks::default();
        Self { duplicates, by_alleles, only_check, filter, stacks, counts: HashMap::new(), findings: Vec::new() }
    }

    /// Adds what was counted to the rest.
    pub fn count_into(&self, tally: &mut Tally) {
        for (contig, counts) in &self.counts {
            tally.add(contig, Reason::DupRemoved, counts.removed, counts.removed);
            tally.add(contig, Reason::NotNormal, counts.not_normal, 0);
        }
    }

    /// The first records that are not normal.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn is_duplicate(&self, record: &Record, kept: &[Record]) -> bool {
        let snv = record.snv && kept.iter().any(|kept| kept.snv);
        let indel = record.indel && kept.iter().any(|kept| kept.indel);
        match self.duplicates {
            None => false,
            Some(Duplicates::All) => !kept.is_empty(),
            Some(Duplicates::Snps) => snv,
            Some(Duplicates::Indels) => indel,
            Some(Duplicates::Both) => snv || indel,
            Some(Duplicates::Exact) => kept.iter().any(|kept| kept.is(record)),
        }
    }

    fn found(&mut self, contig: &[u8], pos: u32, what: String) {
        if self.only_check {
            self.counts.entry(contig.to_vec()).or_default().not_normal += 1;
            if self.findings.len() < NAMED {
                self.findings.push(Finding { contig: contig.to_vec(), pos, what });
            }
        }
    }
}

impl Settle for Together {
    fn settle(&mut self, contig: &[u8], pos: u32, records: &[Tied], out: &mut Vec<u8>) -> Result<()> {
        let mut all = records.iter().map(Record::parse).collect::<Result<Vec<_>>>()?;
        if self.by_alleles {
            if let Some(late) = all.windows(2).find(|pair| pair[1].order(&pair[0]).is_lt()) {
                let (late, before) = (shown_record(&late[1].line), shown_record(&late[0].line));
                self.found(contig, pos, format!("{late} would come before {before} (-S lex)"));
            }
            all.sort_by(Record::order);
        }
        let mut kept: Vec<Record> = Vec::new();
        for record in all {
            if record.aside {
                out.extend_from_slice(record.bytes);
            } else if self.is_duplicate(&record, &kept) {
                self.counts.entry(contig.to_vec()).or_default().removed += 1;
                self.found(contig, pos, format!("{} would go as a duplicate", shown_record(&record.line)));
            } else {
                out.extend_from_slice(record.bytes);
                kept.push(record);
            }
        }
        Ok(())
    }

    fn is_aside(&mut self, record: &[u8]) -> Result<bool> {
        // What is not worked on has the bytes that it was judged by.
        let Some(filter) = &self.filter else { return Ok(false) };
        let line = Line::parse(record).map_err(|error| Error::data(error.to_string()))?;
        Ok(!filter.passes(&line, &mut self.stacks).map_err(Error::data)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Args;
    use clap::Parser;

    /// The alleles that stay of records `REF ALT [INFO]`, and how many were removed.
    fn settle(words: &[&str], records: &[&str]) -> (Vec<String>, u64) {
        let plan = Plan::new(&Args::parse_from([&["vdx-normalize"], words].concat())).unwrap();
        let mut together = Together::new(&plan, None);
        let line = |record: &&str| {
            let mut parts = record.split(' ');
            let (reference, alt) = (parts.next().unwrap(), parts.next().unwrap());
            format!("1\t5\t.\t{reference}\t{alt}\t.\t.\t{}\n", parts.next().unwrap_or("."))
        };
        let lines: Vec<String> = records.iter().map(line).collect();
        let lines: Vec<Tied> =
            lines.iter().map(|line| Tied { line: line.as_bytes(), aside: line.contains("aside") }).collect();
        let mut out = Vec::new();
        together.settle(b"1", 5, &lines, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let alleles = |line: &str| line.split('\t').skip(3).take(2).collect::<Vec<_>>().join(" ");
        (text.lines().map(alleles).collect(), together.counts.values().map(|counts| counts.removed).sum())
    }

    const RECORDS: &[&str] = &["A C", "AT A", "A T", "A AT", "A <DEL>", "a c", "A C,T", "A T,C", "A .", "A ."];

    #[test]
    fn the_first_of_its_kind_stays() {
        let kept = |which: &str| settle(&["-d", which], RECORDS).0;
        assert_eq!(kept("all"), ["A C"]);
        assert_eq!(kept("snps"), ["A C", "AT A", "A AT", "A <DEL>", "A .", "A ."]);
        assert_eq!(kept("indels"), ["A C", "AT A", "A T", "A <DEL>", "a c", "A C,T", "A T,C", "A .", "A ."]);
        assert_eq!(kept("both"), ["A C", "AT A", "A <DEL>", "A .", "A ."]);
        assert_eq!(kept("exact"), ["A C", "AT A", "A T", "A AT", "A <DEL>", "A C,T", "A ."]);
        assert_eq!(settle(&["-D"], RECORDS).1, 3);
    }

    #[test]
    fn what_is_not_worked_on_is_no_duplicate() {
        let records = ["A C aside", "A C", "A C aside", "A C"];
        assert_eq!(settle(&["-d", "all"], &records), (vec!["A C".into(), "A C".into(), "A C".into()], 1));
    }

    #[test]
    fn symbolic_alleles_differ_by_their_length() {
        let records = ["A <DEL> SVLEN=-5", "A <DEL> SVLEN=-6", "A <DEL> SVLEN=-5", "A <DEL>"];
        assert_eq!(settle(&["-D"], &records).0.len(), 3);
    }

    #[test]
    fn records_are_ordered_by_their_alleles() {
        let sorted = settle(&["-S", "lex"], &["AT A", "A T", "a c", "A C,T", "A .", "A C"]).0;
        assert_eq!(sorted, ["A .", "a c", "A C", "A C,T", "A T", "AT A"]);
        assert_eq!(settle(&["-S", "lex", "-D"], &["A T", "A C", "A T"]), (vec!["A C".into(), "A T".into()], 1));
    }
}
