//! What a chunk asks, and where the answers stand: one slot for each ALT of each record, the same in every source.

use std::ops::Range;

use vdx_vcf::variant::Variant;

use crate::source::{Answer, Extent, Status, alleles};

/// The ALTs of one chunk and their answers.
#[derive(Default)]
pub(crate) struct Batch<'c> {
    subjects: Vec<Option<Variant<'c>>>,
    /// ALTs that are no minimal form of letters as they stand, in order of their slots.
    literals: Vec<Literal<'c>>,
    /// Variants that were moved, by slot, and where their letters are.
    moved: Vec<(usize, Moved)>,
    letters: Vec<u8>,
    /// Slots that nothing is asked for, and why.
    pub(crate) unasked: Vec<(usize, Status)>,
    runs: Vec<Run>,
    /// How many variants were moved, and what hindered others.
    pub(crate) aligned: Aligned,
    /// By source, then by slot.
    pub(crate) answers: Vec<Vec<Answer>>,
}

/// An ALT as the input has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Literal<'c> {
    /// Its slot.
    pub(crate) slot: usize,
    /// POS, REF and ALT.
    pub(crate) variant: Variant<'c>,
    /// INFO of its record.
    info: &'c [u8],
    /// Its number in the record, from 0.
    number: usize,
}

impl<'c> Literal<'c> {
    /// What INFO says of it, where it is not of letters.
    pub(crate) fn extent(&self) -> Extent<'c> {
        if alleles::is_letters(self.variant.alt) { Extent::default() } else { Extent::of(self.info, self.number) }
    }
}

/// A variant whose letters are not the input's: its position, and where REF and ALT end.
#[derive(Clone, Copy)]
struct Moved {
    pos: u32,
    start: usize,
    middle: usize,
    end: usize,
}

/// Records in a row that are on one contig.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// Which of the contigs that the worker knows.
    pub(crate) contig: usize,
    /// How many records.
    pub(crate) records: u64,
    /// The slots of their ALTs.
    pub(crate) slots: Range<usize>,
}

/// Where a record's ALTs stand in its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Alts {
    first: usize,
    count: usize,
}

/// What came of aligning indels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Aligned {
    /// ALTs that were moved.
    pub(crate) moved: u64,
    /// ALTs that were not because REF differs from the FASTA, and where the first of them is.
    pub(crate) ref_differs: u64,
    /// Likewise: CHROM and POS.
    pub(crate) first: Option<(Vec<u8>, u32)>,
    /// ALTs that were not because the FASTA lacks the contig, by contig.
    pub(crate) no_contig: Vec<(Vec<u8>, u64)>,
}

impl Alts {
    /// The slots.
    pub(crate) fn slots(self) -> Range<usize> {
        self.first..self.first + self.count
    }

    /// How many there are.
    pub(crate) fn len(self) -> usize {
        self.count
    }

    /// Whether the record has none.
    pub(crate) fn is_empty(self) -> bool {
        self.count == 0
    }
}

impl<'c> Batch<'c> {
    /// Takes in the ALTs of one record, with that INFO, on a contig of that number.
    pub(crate) fn add(
        &mut self,
        contig: usize,
        (pos, reference, info): (u32, &'c [u8], &'c [u8]),
        alts: impl Iterator<Item = &'c [u8]>,
    ) -> Alts {
        let first = self.subjects.len();
        for (number, alt) in alts.enumerate() {
            let minimal = alleles::minimal(pos, reference, alt);
            if !minimal.is_some_and(|minimal| alleles::is_own(&minimal, reference, alt)) {
                let (slot, variant) = (self.subjects.len(), Variant { pos, reference, alt });
                self.literals.push(Literal { slot, variant, info, number });
            }
            self.subjects.push(minimal);
        }
        let end = self.subjects.len();
        match self.runs.last_mut() {
            Some(run) if run.contig == contig => {
                run.records += 1;
                run.slots.end = end;
            }
            _ => self.runs.push(Run { contig, records: 1, slots: first..end }),
        }
        Alts { first, count: end - first }
    }

    /// Takes in a record that asks nothing: its one answer is this status.
    pub(crate) fn add_unasked(&mut self, status: Status) -> Alts {
        let first = self.subjects.len();
        self.unasked.push((first, status));
        self.subjects.push(None);
        Alts { first, count: 1 }
    }

    /// Takes in a line that is no record.
    pub(crate) fn add_nothing(&self) -> Alts {
        Alts { first: self.subjects.len(), count: 0 }
    }

    /// The contigs in the order of the records.
    pub(crate) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// How many slots there are.
    pub(crate) fn slots(&self) -> usize {
        self.subjects.len()
    }

    /// What the ALT of a slot is in minimal form; `None` where it is not of letters.
    pub(crate) fn subject(&self, slot: usize) -> Option<Variant<'c>> {
        self.subjects[slot]
    }

    /// The ALTs that are no minimal form of letters as they stand, in order of their slots.
    pub(crate) fn literals(&self) -> &[Literal<'c>] {
        &self.literals
    }

    /// The ALT of a slot in minimal form as far to the left as it can be moved; `None` where it is there.
    pub(crate) fn moved(&self, slot: usize) -> Option<Variant<'_>> {
        if self.moved.is_empty() {
            return None;
        }
        let at = self.moved.binary_search_by_key(&slot, |(slot, _)| *slot).ok()?;
        let Moved { pos, start, middle, end } = self.moved[at].1;
        Some(Variant { pos, reference: &self.letters[start..middle], alt: &self.letters[middle..end] })
    }

    /// POS of the minimal form of the ALT of a slot, 1-based; `None` where it has none.
    pub(crate) fn position(&self, slot: usize) -> Option<u32> {
        self.subjects[slot].as_ref().map(|variant| variant.pos)
    }

    /// Moves the variant of a slot, which is none before one that was moved already.
    pub(crate) fn relocate(&mut self, slot: usize, to: &Variant<'_>) {
        let start = self.letters.len();
        self.letters.extend_from_slice(to.reference);
        let middle = self.letters.len();
        self.letters.extend_from_slice(to.alt);
        self.moved.push((slot, Moved { pos: to.pos, start, middle, end: self.letters.len() }));
    }

    /// A source's answers for a record, one for each ALT.
    pub(crate) fn of(&self, source: usize, alts: Alts) -> &[Answer] {
        &self.answers[source][alts.first..alts.first + alts.count]
    }
}
