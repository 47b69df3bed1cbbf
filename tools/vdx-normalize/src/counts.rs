//! What a run counts, chunk by chunk, and whether the records come sorted.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};
use vdx_cli::Stats;
use vdx_hts::Result;
use vdx_hts::sorted::unsorted;
use vdx_vcf::alleles::Undeclared;

use crate::haplotypes::Carried;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident => $name:literal,)*) => {
        /// What happens to records, and is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Reason {
            $($(#[$doc])* $variant,)*
        }

        /// Their names in `--stats` and in the summary, in their order.
        pub(crate) const REASONS: &[&str] = &[$($name,)*];
    };
}

reasons! {
    /// A record got other alleles or another POS.
    Realigned => "realigned",
    /// A record stays where it was: another of its haplotype is in the way.
    HeldBack => "held_back",
    /// A site became several records.
    Split => "split",
    /// A record became those of its atoms.
    Atomized => "atomized",
    /// A record without ALT got a REF of one base.
    RefCut => "ref_cut",
    /// REF is not what the FASTA has.
    RefMismatch => "ref_mismatch",
    /// What was no base in REF became what the FASTA has.
    RefFilled => "ref_filled",
    /// REF and an ALT changed places.
    RefSwapped => "ref_swapped",
    /// REF became what the FASTA has.
    RefOverwritten => "ref_overwritten",
    /// REF has letters besides ACGTN.
    NonAcgtnRef => "non_acgtn_ref",
    /// An ALT has.
    NonAcgtnAlt => "non_acgtn_alt",
    /// An ALT is REF.
    AltDup => "alt_dup",
    /// The FASTA lacks the contig.
    NoContig => "no_contig",
    /// A record is not written.
    Dropped => "dropped",
    /// Not worked on: -i or -e leaves it out.
    Filtered => "filtered",
    /// Not aligned: a symbolic allele.
    LeftSymbolic => "left_symbolic",
    /// Not aligned: `*`.
    LeftStar => "left_star",
    /// Not aligned: a breakend.
    LeftBreakend => "left_breakend",
    /// A field of a split or joined site is left out: its list has the wrong length.
    TagDropped => "tag_dropped",
    /// A list that the header does not declare followed the alleles, as VCF 4.5 reserves it.
    UndeclaredDivided => "undeclared_divided",
    /// A list that the header does not declare stayed as it is where alleles changed.
    UndeclaredCopied => "undeclared_copied",
    /// A record became part of another at its POS.
    Joined => "joined",
    /// An allele of a genotype found no place when records were joined: all copies were other ALTs.
    GenotypeLost => "genotype_lost",
    /// A record is left out: there is another like it at its POS.
    DupRemoved => "dup_removed",
    /// With `--check`: a record is not in its normal form.
    NotNormal => "not_normal",
}

impl Reason {
    /// What a list that nobody declares is counted as.
    pub(crate) fn of_undeclared(fate: Undeclared) -> Self {
        match fate {
            Undeclared::Divided => Self::UndeclaredDivided,
            Undeclared::Copied => Self::UndeclaredCopied,
        }
    }
}

/// Fields such as `INFO/AC`, and how often.
pub(crate) type Tags = BTreeMap<String, u64>;

/// The same by what became of them.
pub(crate) type UndeclaredTags = BTreeMap<(String, Undeclared), u64>;

/// Counts of one contig, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Records read.
    pub(crate) records_in: u64,
    /// Records written.
    pub(crate) records_out: u64,
    reasons: [u64; REASONS.len()],
}

impl Counts {
    /// Counts one more.
    pub(crate) fn add(&mut self, reason: Reason) {
        self.reasons[reason as usize] += 1;
    }

    /// The count of one reason.
    pub(crate) fn get(&self, reason: Reason) -> u64 {
        self.reasons[reason as usize]
    }

    fn merge(&mut self, other: &Self) {
        self.records_in += other.records_in;
        self.records_out += other.records_out;
        for (sum, count) in self.reasons.iter_mut().zip(other.reasons) {
            *sum += count;
        }
    }

    fn to_json(&self) -> Value {
        let mut map = Map::new();
        map.insert("in".into(), json!(self.records_in));
        map.insert("out".into(), json!(self.records_out));
        for (name, count) in REASONS.iter().zip(self.reasons) {
            map.insert((*name).into(), json!(count));
        }
        Value::Object(map)
    }
}

/// The records of one contig that follow each other in a chunk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stretch {
    /// As the VCF has it.
    pub(crate) contig: Vec<u8>,
    /// POS of the first record (1-based).
    pub(crate) first: u32,
    /// POS of the last record.
    pub(crate) last: u32,
    /// What was counted.
    pub(crate) counts: Counts,
}

/// A record that `--check` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// As the VCF has it.
    pub(crate) contig: Vec<u8>,
    /// 1-based.
    pub(crate) pos: u32,
    /// What is not normal about it.
    pub(crate) what: String,
}

/// How many records `--check` names.
pub(crate) const NAMED: usize = 10;

/// What a chunk tells the ordered stage: its contigs in their order.
#[derive(Debug, Default)]
pub(crate) struct Note {
    /// The first records that are not normal.
    pub(crate) findings: Vec<Finding>,
    /// Fields left out, and how often.
    pub(crate) tags: Tags,
    /// Lists that the header does not declare, and what became of them.
    pub(crate) undeclared: UndeclaredTags,
    /// With `--safe`, where records stand that are known to be on some haplotype, in input order.
    pub(crate) carried: Vec<Carried>,
    /// Each but the last has all its records before those of the next.
    pub(crate) stretches: Vec<Stretch>,
}

/// What is to be sorted where its records are not.
pub(crate) const INPUT: &str = "the input";

/// Records whose REF is not what the FASTA has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Differing {
    /// Records that were held against the FASTA.
    pub(crate) compared: u64,
    /// Those of them.
    pub(crate) differing: u64,
    /// The contigs on which they are many, with both counts.
    pub(crate) contigs: Vec<(String, u64, u64)>,
}

/// Gathers the notes in input order; refuses records that are not sorted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    contigs: Vec<Stretch>,
    /// Where each is among them.
    places: HashMap<Vec<u8>, usize>,
    findings: Vec<Finding>,
    tags: Tags,
    undeclared: UndeclaredTags,
}

impl Tally {
    /// Takes the next chunk's note. Errors count lines from the start of the chunk.
    pub(crate) fn take(&mut self, note: &mut Note) -> Result<()> {
        let room = NAMED.saturating_sub(self.findings.len());
        self.findings.extend(note.findings.drain(..).take(room));
        self.add_tags(&note.tags, &note.undeclared);
        (note.tags, note.undeclared) = (Tags::new(), UndeclaredTags::new());
        let mut line = 1;
        for stretch in note.stretches.drain(..) {
            let (records, place) = (stretch.counts.records_in, self.contigs.len());
            match self.contigs.last_mut() {
                Some(last) if last.contig == stretch.contig => {
                    if stretch.first < last.last {
                        let (found, before) = ((&stretch.contig[..], stretch.first), (&last.contig[..], last.last));
                        return Err(unsorted(INPUT, found, before).at_line(line));
                    }
                    last.last = stretch.last;
                    last.counts.merge(&stretch.counts);
                }
                last => {
                    if self.places.insert(stretch.contig.clone(), place).is_some()
                        && let Some(last) = last
                    {
                        let (found, before) = ((&stretch.contig[..], stretch.first), (&last.contig[..], last.last));
                        return Err(unsorted(INPUT, found, before).at_line(line));
                    }
                    self.contigs.push(stretch);
                }
            }
            line += records;
        }
        Ok(())
    }

    /// Adds what the ordered stage made of the records of `contig`: `count` of them for `reason`, `removed` of them.
    pub(crate) fn add(&mut self, contig: &[u8], reason: Reason, count: u64, removed: u64) {
        if let Some(stretch) = self.on(contig) {
            stretch.counts.reasons[reason as usize] += count;
            stretch.counts.records_out -= removed;
        }
    }

    /// Adds fields that were left out, and lists that the header does not declare.
    pub(crate) fn add_tags(&mut self, tags: &Tags, undeclared: &UndeclaredTags) {
        for (tag, count) in tags {
            *self.tags.entry(tag.clone()).or_default() += count;
        }
        for (list, count) in undeclared {
            *self.undeclared.entry(list.clone()).or_default() += count;
        }
    }

    /// Adds that `count` records of `contig` were not moved, although they were counted as such.
    pub(crate) fn held_back(&mut self, contig: &[u8], count: u64) {
        self.add(contig, Reason::HeldBack, count, 0);
        if let Some(stretch) = self.on(contig) {
            stretch.counts.reasons[Reason::Realigned as usize] -= count;
        }
    }

    fn on(&mut self, contig: &[u8]) -> Option<&mut Stretch> {
        self.contigs.get_mut(*self.places.get(contig)?)
    }

    /// Fields left out for the length of their lists, and how often.
    pub(crate) fn tags(&self) -> &Tags {
        &self.tags
    }

    /// Lists that the header does not declare of which that became, and how often.
    pub(crate) fn undeclared(&self, fate: Undeclared) -> impl Iterator<Item = (&str, u64)> {
        self.undeclared.iter().filter(move |((_, told), _)| *told == fate).map(|((tag, _), count)| (&**tag, *count))
    }

    /// The first findings, those of the ordered stage (`more`) among them, in the order of the input.
    pub(crate) fn findings(&self, more: &[Finding]) -> Vec<Finding> {
        let mut findings = [&self.findings, more].concat();
        findings.sort_by_key(|finding| (self.places.get(&finding.contig), finding.pos));
        findings.truncate(NAMED);
        findings
    }

    /// Contigs that the FASTA lacks, and how many records they hold.
    pub(crate) fn absent(&self) -> Vec<(String, u64)> {
        let lacks = |stretch: &&Stretch| stretch.counts.get(Reason::NoContig) > 0;
        let told = |stretch: &Stretch| {
            (String::from_utf8_lossy(&stretch.contig).into_owned(), stretch.counts.get(Reason::NoContig))
        };
        self.contigs.iter().filter(lacks).map(told).collect()
    }

    /// What tells that the FASTA is of another build: more than one in 20 of at least 100 records that were held against it
    /// differ, on several contigs.
    pub(crate) fn of_another_build(&self) -> Option<Differing> {
        let several = |&(_, compared, differing): &(String, u64, u64)| differing * 20 > compared;
        let of = |stretch: &Stretch| {
            let counts = &stretch.counts;
            let differing = [Reason::RefMismatch, Reason::RefSwapped, Reason::RefOverwritten];
            let differing = differing.into_iter().map(|reason| counts.get(reason)).sum();
            let compared = counts.records_in - counts.get(Reason::Filtered) - counts.get(Reason::NoContig);
            (String::from_utf8_lossy(&stretch.contig).into_owned(), compared, differing)
        };
        let all: Vec<_> = self.contigs.iter().map(of).collect();
        let compared: u64 = all.iter().map(|(_, compared, _)| compared).sum();
        let differing: u64 = all.iter().map(|(.., differing)| differing).sum();
        let contigs: Vec<_> = all.into_iter().filter(several).collect();
        let tells = compared >= 100 && differing * 20 > compared && contigs.len() > 1;
        tells.then_some(Differing { compared, differing, contigs })
    }

    /// Everything that was counted.
    pub(crate) fn stats(&self) -> Stats {
        let mut stats = Stats::default();
        let mut sum = Counts::default();
        let mut by_contig = Map::new();
        for stretch in &self.contigs {
            let name = String::from_utf8_lossy(&stretch.contig).into_owned();
            sum.merge(&stretch.counts);
            stats.contigs.add(&name, stretch.counts.records_in);
            by_contig.insert(name, stretch.counts.to_json());
        }
        for (name, count) in REASONS.iter().zip(sum.reasons) {
            stats.reasons.add(name, count);
        }
        (stats.records_in, stats.records_out) = (sum.records_in, sum.records_out);
        stats.details.insert("by_contig".into(), Value::Object(by_contig));
        stats
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(stretches: &[(&str, u32, u32, u64)]) -> Note {
        let stretch = |&(contig, first, last, records): &(&str, u32, u32, u64)| {
            let counts = Counts { records_in: records, records_out: records, ..Counts::default() };
            Stretch { contig: contig.into(), first, last, counts }
        };
        Note { stretches: stretches.iter().map(stretch).collect(), ..Note::default() }
    }

    fn take(notes: &[&[(&str, u32, u32, u64)]]) -> (Tally, Result<()>) {
        let mut tally = Tally::default();
        let result = notes.iter().try_for_each(|stretches| tally.take(&mut note(stretches)));
        (tally, result)
    }

    #[test]
    fn stretches_of_a_contig_are_joined() {
        let (tally, result) = take(&[&[("1", 5, 9, 3)], &[("1", 9, 20, 2), ("2", 1, 1, 1)]]);
        result.unwrap();
        let stats = tally.stats();
        assert_eq!((stats.records_in, stats.records_out), (6, 6));
        assert_eq!(stats.contigs.iter().collect::<Vec<_>>(), [("1", 5), ("2", 1)]);
        assert_eq!(stats.reasons.get("realigned"), 0);
        assert_eq!(stats.details["by_contig"]["2"]["in"], 1);
    }

    #[test]
    fn many_other_bases_on_several_contigs_tell_another_build() {
        for (contigs, expected) in [
            (&[("1", 80, 5), ("2", 40, 3)][..], Some((120, 8, 2))),
            // Too few records, too few that differ, one contig alone (a mitochondrion).
            (&[("1", 60, 50), ("2", 39, 30)], None),
            (&[("1", 80, 4), ("2", 40, 2)], None),
            (&[("1", 800, 0), ("MT", 100, 90)], None),
            (&[("1", 800, 70), ("2", 100, 1), ("3", 10, 8)], Some((910, 79, 2))),
        ] {
            let mut tally = Tally::default();
            for &(contig, records, differing) in contigs {
                let mut counts = Counts { records_in: records, ..Counts::default() };
                (0..differing).for_each(|_| counts.add(Reason::RefMismatch));
                tally.contigs.push(Stretch { contig: contig.into(), counts, ..Stretch::default() });
            }
            let told = tally.of_another_build().map(|told| (told.compared, told.differing, told.contigs.len()));
            assert_eq!(told, expected, "{contigs:?}");
        }
    }

    #[test]
    fn unsorted_chunks_are_refused_with_both_records() {
        let error = take(&[&[("1", 5, 9, 3)], &[("1", 8, 20, 2)]]).1.unwrap_err().to_string();
        assert!(error.starts_with("line 1 1:8: ") && error.contains("behind 1:9; sort the input"), "{error}");
        let error = take(&[&[("1", 5, 9, 3), ("2", 1, 1, 1)], &[("2", 4, 4, 2), ("1", 30, 30, 1)]]).1.unwrap_err();
        let error = error.to_string();
        assert!(
            error.starts_with("line 3 1:30: ") && error.contains("behind 2:4 although 1 was there before"),
            "{error}"
        );
    }
}
