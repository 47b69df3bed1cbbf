//! The serial half of `match`: what needs the neighbours of a record, and the writing.
//!
//! A hit waits until everything that can change its verdict has gone by: the other records at its position, the other
//! records that a row of `I` or `D` fits, and, until build and strand are proven or the stream is at its end, the
//! proof. Only hits wait, never the stream.

pub(crate) mod locus;
pub(crate) mod writer;

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use vdx_hts::sorted::Sorted;
use vdx_hts::{Error, Result};
use vdx_pipeline::ordered::Order;
use vdx_pipeline::{Form, Output, Sink};
use vdx_vcf::assembly::Declared;
use vdx_vcf::{Header, Line};

use self::locus::Locus;
use crate::matching::STREAM;
use crate::matching::bases::Bases;
use crate::matching::concordance::Concordance;
use crate::matching::indel::{Decision, Fit, REACH, decide};
use crate::matching::notes::{Evidence, Hit, IndelCall, Note, Observation, Stretch};
use crate::matching::ordered::writer::{AssessedRecord, Proof, Writer};
use crate::matching::several_alts::Split;
use crate::sample::raw::RawTable;
use crate::verdict::assessment::{Assessment, choose};
use crate::verdict::{BELOW_MIN_DP, BELOW_MIN_GQ, NO_DATA};
use crate::verdict::{Genotype, Verdict};

/// Bytes of hits that may wait for the proof of build and strand; then the run goes on unproven.
const MOST_WAITING: usize = 16 << 20;

/// A hit that waits.
struct Pending {
    contig: u32,
    pos: u32,
    /// A copy, so that the chunk's memory goes back before the hit is written; `None` where it cannot come to that.
    line: Option<Arc<[u8]>>,
    /// See [`Hit::alt`].
    alt: Option<usize>,
    /// What it adds to what waits, in bytes.
    weight: usize,
    observations: Vec<Observation>,
    /// Each with its place in the group of its row.
    indel_calls: Vec<(usize, IndelCall)>,
}

/// The ordered stage.
pub(crate) struct Ordered<'a> {
    table: Option<&'a RawTable>,
    writer: Writer,
    /// What header, command line and ClinVar say.
    declared: (Option<Declared>, Option<Declared>),
    all: bool,
    sorted: Sorted,
    /// Counts contigs; the number of the current one.
    contig: u32,
    pos: u32,
    locus: Option<Locus>,
    pending: VecDeque<Pending>,
    waiting: usize,
    /// What each row of `I` or `D` of this contig fits.
    groups: HashMap<u32, Vec<Fit>>,
    proof: Option<Proof>,
    split: Split<'a>,
    buffer: Vec<u8>,
    /// Counts so far.
    pub(crate) tally: MatchTally,
}

/// What a run found, without any genotype.
#[derive(Debug, Default)]
pub(crate) struct MatchTally {
    /// Records at which the person's data had something to say, by verdict.
    pub(crate) verdicts: HashMap<Verdict, u64>,
    /// Of the records without a call, those that the sample calls reference where nothing was read.
    pub(crate) no_data: u64,
    /// Of the records without a call, those whose call has less than was asked for: GQ, DP.
    pub(crate) below: [u64; 2],
    /// Records written.
    pub(crate) written: u64,
    /// Records that `-i` or `-e` left out.
    pub(crate) dropped: u64,
    /// About build and strand.
    pub(crate) concordance: Concordance,
    /// Rows of `I` or `D` that some record fits.
    pub(crate) fitted: HashSet<u32>,
    /// The contigs of the stream in order, and how many records each has.
    pub(crate) contigs: Vec<(String, u64)>,
    /// Build and strand are proven.
    pub(crate) proven: bool,
}

impl<'a> Ordered<'a> {
    /// `table` is the raw file, if the sample is one; `declared` the builds that sample and ClinVar
    /// name; `header` is the stream's.
    pub(crate) fn new(
        header: &'a Arc<Header>,
        table: Option<&'a RawTable>,
        writer: Writer,
        declared: (Option<Declared>, Option<Declared>),
        all: bool,
    ) -> Self {
        Self {
            table,
            writer,
            declared,
            all,
            sorted: Sorted::new(STREAM),
            contig: 0,
            pos: 0,
            locus: None,
            pending: VecDeque::new(),
            waiting: 0,
            groups: HashMap::new(),
            proof: None,
            split: Split::new(header),
            buffer: Vec::new(),
            tally: MatchTally::default(),
        }
    }

    /// The words that ClinVar's vocabulary lacks.
    pub(crate) fn writer(&self) -> &Writer {
        &self.writer
    }

    /// The stream has come to `pos`: a locus before it is complete.
    fn advance(&mut self, pos: u32) -> Result<()> {
        self.pos = pos;
        if self.locus.as_ref().is_some_and(|locus| locus.contig != self.contig || locus.pos < pos) {
            return self.close_locus();
        }
        Ok(())
    }

    fn close_locus(&mut self) -> Result<()> {
        let Some(locus) = self.locus.take() else { return Ok(()) };
        locus.count(self.table, &mut self.tally.concordance);
        // Another build is told within the first hundred loci: nobody waits for the end of the stream to learn it.
        self.tally.concordance.check_so_far(self.declared.0, self.declared.1)?;
        // Letters that another record of the locus knows are another allele, not a wrong REF.
        for pending in self.pending.iter_mut().rev() {
            if pending.contig != locus.contig || pending.pos != locus.pos {
                break;
            }
            for observation in &mut pending.observations {
                let (Evidence::Row(row), Some(table)) = (&observation.evidence, self.table) else { continue };
                let letters = Bases::of_call(table.row(*row).call);
                if observation.assessment.verdict == Verdict::RefMismatch && letters.within(locus.alleles) {
                    observation.assessment.verdict = Verdict::OtherAllele;
                }
                // Letters that are alleles here as they stand, and other alleles on the other strand.
                let other = letters.complement();
                observation.strand_matters |= table.either_strand()
                    && !letters.is_empty()
                    && letters != other
                    && letters.within(locus.alleles)
                    && other.within(locus.alleles);
            }
        }
        if self.proof.is_none() && self.tally.concordance.proves() {
            self.proof = Some(Proof::Proven);
        }
        Ok(())
    }

    fn push(&mut self, hit: Hit, line: (Option<Arc<[u8]>>, usize)) {
        let Hit { pos, number, alt, observations, indel_calls, substitution, rsid_in_place, ref_agrees, .. } = hit;
        match rsid_in_place {
            Some(true) => self.tally.concordance.rsid_in_place += 1,
            Some(false) => self.tally.concordance.rsid_moved += 1,
            None => {}
        }
        if substitution.is_some() || ref_agrees.is_some() {
            let locus = self.locus.get_or_insert_with(|| Locus::new(self.contig, number, pos));
            locus.add(substitution, &observations, self.table, ref_agrees);
        }
        let indel_calls = indel_calls
            .into_iter()
            .map(|call| {
                self.tally.fitted.insert(call.row);
                let group = self.groups.entry(call.row).or_default();
                group.push(call.fit.clone());
                (group.len() - 1, call)
            })
            .collect();
        let (line, weight) = (line.0, line.1 + size_of::<Pending>());
        self.waiting += weight;
        self.pending.push_back(Pending { contig: self.contig, pos, line, alt, weight, observations, indel_calls });
        // Memory is bounded, whatever the sample: without proof by now its records are flagged, and go out.
        if self.proof.is_none() && self.waiting > MOST_WAITING {
            self.proof = Some(Proof::Unproven);
        }
    }

    /// Whether nothing that is still to come can change the front hit.
    fn is_ready(&self, pending: &Pending) -> bool {
        // A row of I or D is about whichever records it fits: until the stream is past its reach another may come
        // that contests it.
        let row_pos = |row: u32| self.table.map_or(0, |table| table.row(row).pos);
        pending.contig != self.contig
            || (pending.pos < self.pos
                && pending.indel_calls.iter().all(|(_, call)| row_pos(call.row).saturating_add(REACH) < self.pos))
    }

    /// Writes what is ready, once there is proof or the lack of it is known.
    fn flush(&mut self, sink: &mut Sink, end: bool) -> Result<()> {
        let Some(proof) = self.proof else { return Ok(()) };
        if !self.writer.has_begun() {
            self.writer.begin(proof, self.declared, &mut self.buffer)?;
            sink.write_header(&self.buffer, &Form::Text)?;
            self.buffer.clear();
        }
        while let Some(front) = self.pending.front() {
            if !end && !self.is_ready(front) {
                break;
            }
            let Some(pending) = self.pending.pop_front() else { break };
            self.waiting -= pending.weight;
            self.decide(pending, proof)?;
            if self.buffer.len() > 1 << 16 {
                sink.write_lines(&self.buffer)?;
                self.buffer.clear();
            }
        }
        sink.write_lines(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// The end of the stream.
    fn end(&mut self, sink: &mut Sink) -> Result<()> {
        self.close_locus()?;
        self.tally.concordance.check(self.declared.0, self.declared.1)?;
        self.tally.proven = self.tally.concordance.proves();
        self.proof.get_or_insert(Proof::Unproven);
        self.flush(sink, true)
    }

    /// The final verdict on one record.
    fn decide(&mut self, pending: Pending, proof: Proof) -> Result<()> {
        let mut seen = Vec::with_capacity(pending.observations.len() + pending.indel_calls.len());
        let mut assessments = Vec::with_capacity(seen.capacity());
        for Observation { evidence, mut assessment, strand_matters } in pending.observations {
            // No proof of the build proves the strand of one row among rows of both.
            if strand_matters && (proof == Proof::Unproven || self.table.is_some_and(RawTable::either_strand)) {
                assessment = unknown(assessment, Verdict::StrandAmbiguous);
            }
            seen.push(evidence);
            assessments.push(assessment);
        }
        for (at, IndelCall { row, assessment, .. }) in pending.indel_calls {
            let group = self.groups.get(&row).map_or(&[][..], Vec::as_slice);
            seen.push(Evidence::Row(row));
            assessments.push(match decide(group, at) {
                Decision::Taken => assessment,
                Decision::Another => unknown(assessment, Verdict::NotAssayed),
                Decision::Unresolved => unknown(assessment, Verdict::Unresolved).flagged("several_indels_fit"),
            });
        }
        let Some((at, contradicted)) = choose(&assessments) else { return Ok(()) };
        let mut assessment = assessments.swap_remove(at);
        if contradicted {
            assessment = unknown(assessment, Verdict::Unresolved).flagged("rows_disagree");
        }
        if proof == Proof::Unproven {
            assessment = assessment.flagged("build_unproven");
        }
        *self.tally.verdicts.entry(assessment.verdict).or_default() += 1;
        self.tally.no_data += u64::from(assessment.verdict == Verdict::NoCall && assessment.flags.contains(&NO_DATA));
        for (count, flag) in self.tally.below.iter_mut().zip([BELOW_MIN_GQ, BELOW_MIN_DP]) {
            *count += u64::from(assessment.flags.contains(&flag));
        }
        if (self.all || assessment.verdict.carries())
            && let Some(line) = &pending.line
        {
            let record = AssessedRecord { assessment, evidence: seen.swap_remove(at), table: self.table };
            let written = match pending.alt {
                None => self.writer.record(line, &record, &mut self.buffer)?,
                Some(alt) => {
                    let (line, mut written) = (Line::parse(line).map_err(Error::caused_by)?, false);
                    self.split.by_alt(&line, alt..=alt, |_, part| {
                        written = self.writer.record(part, &record, &mut self.buffer)?;
                        Ok(())
                    })?;
                    written
                }
            };
            if written {
                self.tally.written += 1;
            } else {
                self.tally.dropped += 1;
            }
        }
        Ok(())
    }
}

/// The line at `at` of `lines`, and how many bytes it adds to what waits: those of a record of several ALTs are there once, with
/// the first of its hits.
fn shared_line(
    at: &Range<usize>,
    lines: &[u8],
    before: &mut (Range<usize>, Option<Arc<[u8]>>),
) -> (Option<Arc<[u8]>>, usize) {
    if at.is_empty() {
        return (None, 0);
    }
    if before.0 == *at {
        return (before.1.clone(), 0);
    }
    *before = (at.clone(), Some(lines[at.clone()].into()));
    (before.1.clone(), at.len())
}

/// The assessment without what it said about alleles.
fn unknown(assessment: Assessment, verdict: Verdict) -> Assessment {
    let genotype = if verdict == Verdict::StrandAmbiguous { assessment.genotype.unknown() } else { Genotype::MISSING };
    Assessment { verdict, genotype, ..assessment }
}

impl Order<Note> for Ordered<'_> {
    fn accept(&mut self, mut out: Output<Note>, sink: &mut Sink) -> Result<()> {
        let Note { hits, lines, contigs, last, covered, unread } = std::mem::take(&mut out.note);
        // The chunk goes back to the reader at once: only the hits wait, and they have copies of their lines.
        drop(out);
        *self.tally.verdicts.entry(Verdict::Reference).or_default() += covered;
        *self.tally.verdicts.entry(Verdict::NoCall).or_default() += unread;
        self.tally.no_data += unread;
        let mut hits = hits.into_iter().peekable();
        let mut shared = (0..0, None);
        for (index, Stretch { name, first, line, records }) in contigs.iter().enumerate() {
            let entered = self.sorted.enter(name, *first);
            if entered.map_err(|error| error.at_line(*line))? {
                self.close_locus()?;
                self.flush(sink, true)?;
                self.contig += 1;
                // What waits for proof is still to be decided by its groups.
                if self.pending.is_empty() {
                    self.groups.clear();
                }
                self.tally.contigs.push((String::from_utf8_lossy(name).into_owned(), 0));
            }
            if let Some((_, count)) = self.tally.contigs.last_mut() {
                *count += records;
            }
            self.advance(*first)?;
            while let Some(hit) = hits.next_if(|hit| hit.contig as usize == index) {
                self.advance(hit.pos)?;
                self.sorted.reach(hit.pos);
                let line = shared_line(&hit.line, &lines, &mut shared);
                self.push(hit, line);
            }
        }
        self.sorted.reach(last);
        self.advance(last)?;
        self.flush(sink, false)
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<()> {
        self.end(sink)
    }
}
