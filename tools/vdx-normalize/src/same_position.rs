//! The records of one POS together: duplicates go, those that belong together are joined, and the order may be another.

mod duplicates;
mod groups;
mod record;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use vdx_hts::{Error, Result};
use vdx_pipeline::ordered::{Settle, Tied};
use vdx_vcf::alleles::{Joiner, Lists, Part, Undeclared};
use vdx_vcf::header::Number;
use vdx_vcf::{Header, Line};

use crate::counts::{Finding, NAMED, Reason, Tags, Tally, UndeclaredTags};
use crate::multiallelics::Types;
pub(crate) use duplicates::Duplicates;
use groups::Group;
use record::Record;
use vdx_filter::{Filter, Stacks};

/// What is to be done to the records of one POS together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rules {
    /// Which of them are one too many.
    pub(crate) duplicates: Option<Duplicates>,
    /// Order them by REF and ALT.
    pub(crate) by_alleles: bool,
    /// Which of them are joined.
    pub(crate) join: Option<Types>,
    /// A joined record is PASS only if all its records are.
    pub(crate) strict_filter: bool,
    /// Leave out lists of the wrong length.
    pub(crate) force: bool,
    /// Fields that are lists of another Number than the header has.
    pub(crate) numbers: Vec<(Vec<u8>, Number)>,
    /// Tell what would change.
    pub(crate) only_check: bool,
}

impl Rules {
    /// Whether the records of one POS need be looked at together.
    #[must_use]
    pub(crate) fn ask_for_anything(&self) -> bool {
        self.duplicates.is_some() || self.by_alleles || self.join.is_some()
    }
}

/// What is done to the records of one POS, and what came of it.
#[derive(Debug)]
pub(crate) struct SamePosition {
    rules: Arc<Rules>,
    header: Arc<Header>,
    join: Option<(Types, Joiner)>,
    /// Which records are worked on.
    filter: Option<Arc<Filter>>,
    stacks: Stacks,
    /// By contig, of each where it comes anew.
    counts: Vec<(Vec<u8>, ContigCounts)>,
    findings: Vec<Finding>,
    tags: Tags,
    undeclared: UndeclaredTags,
    /// What there is to say about records, not said yet.
    warnings: Vec<Error>,
}

/// What was done on one contig.
#[derive(Debug, Default)]
struct ContigCounts {
    removed: u64,
    joined: u64,
    tags_dropped: u64,
    /// Divided, and copied.
    undeclared: [u64; 2],
    genotypes_lost: u64,
    not_normal: u64,
}

impl SamePosition {
    /// By `rules`, for the records that pass `filter`; `header` is that of the input.
    #[must_use]
    pub(crate) fn new(rules: Arc<Rules>, header: &Arc<Header>, filter: Option<Arc<Filter>>) -> Self {
        let joiner = || Joiner::new(header, &rules.numbers).strict(rules.strict_filter).forced(rules.force);
        let join = rules.join.map(|types| (types, joiner()));
        Self {
            header: Arc::clone(header),
            join,
            rules,
            filter,
            stacks: Stacks::default(),
            counts: Vec::new(),
            findings: Vec::new(),
            tags: Tags::new(),
            undeclared: UndeclaredTags::new(),
            warnings: Vec::new(),
        }
    }

    /// Adds what was counted to the rest.
    pub(crate) fn count_into(&self, tally: &mut Tally) {
        for (contig, counts) in &self.counts {
            tally.add(contig, Reason::DupRemoved, counts.removed, counts.removed);
            tally.add(contig, Reason::Joined, counts.joined, counts.joined);
            tally.add(contig, Reason::TagDropped, counts.tags_dropped, 0);
            let [divided, copied] = counts.undeclared;
            tally.add(contig, Reason::UndeclaredDivided, divided, 0);
            tally.add(contig, Reason::UndeclaredCopied, copied, 0);
            tally.add(contig, Reason::GenotypeLost, counts.genotypes_lost, 0);
            tally.add(contig, Reason::NotNormal, counts.not_normal, 0);
        }
        tally.add_tags(&self.tags, &self.undeclared);
    }

    /// The first records that are not normal, of each thread.
    #[must_use]
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Those that stay of `all`, in their order.
    fn without_duplicates<'a>(&mut self, contig: &[u8], all: Vec<Record<'a>>) -> Vec<Record<'a>> {
        let Some(which) = self.rules.duplicates else { return all };
        let mut kept: Vec<Record> = Vec::new();
        for record in all {
            if which.has(&record, &kept, self.join.is_some()) {
                self.count(contig).removed += 1;
                self.found(contig, record.line.pos(), || format!("{} would go as a duplicate", shown(&record)));
            } else {
                kept.push(record);
            }
        }
        kept
    }

    /// Appends the record that those of a group become.
    fn join(&mut self, contig: &[u8], group: &Group, out: &mut Vec<u8>) -> Result<()> {
        let Some((_, joiner)) = self.join.as_mut().filter(|_| group.records.len() > 1) else {
            group.records.iter().for_each(|record| out.extend_from_slice(record.bytes));
            return Ok(());
        };
        let pos = group.records[0].line.pos();
        let records: Vec<&Part> = group.parts.iter().collect();
        let from = out.len();
        if let Err(error) = joiner.join(&records, out) {
            let advice = if error.wrong_length { "; --force leaves such a field out" } else { "" };
            let error = Error::data(format!("{error}{advice}")).at_locus(contig, u64::from(pos));
            return Err(match group.records[not_joined(joiner, &records)].read_from {
                Some(line) => error.at_input_line(line),
                None => error,
            });
        }
        let lost = joiner.lost();
        let Lists { dropped, undeclared } = joiner.lists();
        let (tags, undeclared): (Vec<_>, Vec<_>) = (dropped.collect(), undeclared.collect());
        let counts = self.count(contig);
        counts.joined += records.len() as u64 - 1;
        counts.tags_dropped += tags.len() as u64;
        counts.genotypes_lost += lost;
        for (_, fate) in &undeclared {
            counts.undeclared[usize::from(*fate == Undeclared::Copied)] += 1;
        }
        if lost > 0 {
            let message = format!(
                "{lost} alleles of genotypes are lost where this record is joined with others of its POS: a sample has more \
                 ALT alleles than copies"
            );
            let warning = Error::data(message).at_locus(contig, u64::from(pos));
            self.warnings.push(match group.records.iter().find_map(|record| record.read_from) {
                Some(line) => warning.at_input_line(line),
                None => warning,
            });
        }
        tags.into_iter().for_each(|tag| *self.tags.entry(tag).or_default() += 1);
        undeclared.into_iter().for_each(|list| *self.undeclared.entry(list).or_default() += 1);
        self.found(contig, pos, || {
            let names: Vec<String> = group.records.iter().map(shown).collect();
            let joined = Record::parse(0, &out[from..]).map_or_else(|_| "one record".into(), |joined| shown(&joined));
            format!("{} would become {joined}", names.join(" and "))
        });
        Ok(())
    }

    fn count(&mut self, contig: &[u8]) -> &mut ContigCounts {
        // Records come contig by contig.
        if self.counts.last().is_none_or(|(last, _)| last != contig) {
            self.counts.push((contig.to_vec(), ContigCounts::default()));
        }
        let last = self.counts.len() - 1;
        &mut self.counts[last].1
    }

    fn found(&mut self, contig: &[u8], pos: u32, what: impl FnOnce() -> String) {
        if self.rules.only_check {
            self.count(contig).not_normal += 1;
            if self.findings.len() < NAMED {
                self.findings.push(Finding { contig: contig.to_vec(), pos, what: what() });
            }
        }
    }
}

impl Settle for SamePosition {
    fn settle(&mut self, contig: &[u8], pos: u32, records: &[Tied], out: &mut Vec<u8>) -> Result<()> {
        let parse = |(arrival, tied)| {
            let &Tied { line, aside, read_from } = tied;
            Record::parse(arrival, line).map(|record| record.known_as(aside, read_from))
        };
        let mut all = Vec::with_capacity(records.len());
        for tied in records.iter().enumerate().map(parse) {
            all.push(tied?);
        }
        if self.rules.by_alleles {
            all.sort_by(Record::order);
        }
        let kept = self.without_duplicates(contig, all);
        let types = self.join.as_ref().map(|(types, _)| *types);
        let mut groups = groups::of(&mut self.join, kept);
        if self.rules.by_alleles {
            groups.sort_by(|group, other| group.records[0].order(&other.records[0]));
        } else if types.is_some_and(|types| types != Types::Any) {
            groups.sort_by_key(|group| group.classes);
        }
        let first = |group: &Group| group.records.iter().map(|record| record.arrival).min();
        if let Some(pair) = groups.windows(2).find(|pair| first(&pair[1]) < first(&pair[0])) {
            let option = if self.rules.by_alleles { "-S lex" } else { "-m +" };
            self.found(contig, pos, || {
                format!("{} would come before {} ({option})", shown(&pair[0].records[0]), shown(&pair[1].records[0]))
            });
        }
        // Joined records may have a longer REF.
        if !self.rules.by_alleles || groups.iter().all(|group| group.records.len() == 1) {
            return groups.iter().try_for_each(|group| self.join(contig, group, out));
        }
        let mut joined = Vec::new();
        let mut ends = vec![0];
        for group in &groups {
            self.join(contig, group, &mut joined)?;
            ends.push(joined.len());
        }
        let joined = ends.windows(2).map(|ends| Record::parse(0, &joined[ends[0]..ends[1]]));
        let mut joined = joined.collect::<Result<Vec<_>>>()?;
        joined.sort_by(Record::order);
        joined.iter().for_each(|record| out.extend_from_slice(record.bytes));
        Ok(())
    }

    fn warnings(&mut self) -> Vec<Error> {
        std::mem::take(&mut self.warnings)
    }

    fn another(&self) -> Self {
        Self::new(Arc::clone(&self.rules), &self.header, self.filter.clone())
    }

    fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.counts.extend(other.counts);
        other.tags.into_iter().for_each(|(tag, count)| *self.tags.entry(tag).or_default() += count);
        other.undeclared.into_iter().for_each(|(list, count)| *self.undeclared.entry(list).or_default() += count);
    }

    fn is_aside(&mut self, record: &[u8]) -> Result<bool> {
        // What is not worked on has the bytes that it was judged by.
        let Some(filter) = &self.filter else { return Ok(false) };
        let line = Line::parse(record).map_err(Error::caused_by)?;
        Ok(!filter.passes(&line, &mut self.stacks).map_err(Error::data)?)
    }
}

/// Which of `records`, that cannot be joined, it is for: one that cannot be joined with itself, else the first that does not
/// go with those before it.
fn not_joined(joiner: &mut Joiner, records: &[&Part]) -> usize {
    let mut fails = |records: &[&Part]| joiner.join(records, &mut Vec::new()).is_err();
    let alone = (0..records.len()).find(|&at| fails(&[records[at], records[at]]));
    alone.or_else(|| (1..records.len()).find(|&at| fails(&records[..=at]))).unwrap_or(0)
}

fn shown(record: &Record) -> String {
    crate::record::shown(record.line.reference(), record.line.alt())
}
