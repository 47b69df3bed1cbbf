//! The records of a VCF sample that concern one ClinVar record.

mod together;

use std::ops::Range;

use vdx_hts::Result;
use vdx_vcf::variant::Variant;

use super::change::{Change, Indel, allele_key};
use super::notes::{Evidence, Hit, Note, Observation, SampleCall};
use super::{ClinvarRecord, Least, Matcher, Scratch};
use crate::sample::feed::slice::{LineSpan, Slice};
use crate::sample::feed::window::{self, MARGIN};
use crate::sample::vcf::SampleRecord;
use crate::verdict::assessment::Assessment;
use crate::verdict::{BELOW_MIN_DP, BELOW_MIN_GQ, Genotype, Match, NO_DATA, Verdict};

/// Where a chunk stands in the sample's lines of its contig.
pub(crate) struct SliceCursor<'a> {
    slice: &'a Slice,
    lines: &'a [(LineSpan, Range<usize>)],
    /// The line that was read last: a reference block concerns many records in turn.
    read: Option<(u64, SampleRecord<'a>)>,
}

impl<'a> SliceCursor<'a> {
    /// The start of a contig.
    pub(crate) fn new(slice: &'a Slice, chrom: &[u8]) -> Self {
        Self { slice, lines: slice.on(chrom), read: None }
    }

    /// The lines that can say something about a record.
    fn near(&mut self, record: &ClinvarRecord) -> impl Iterator<Item = &'a (LineSpan, Range<usize>)> + use<'a> {
        // No window begins further before POS.
        let pos = record.line.pos();
        while self.lines.first().is_some_and(|(line, _)| line.end.saturating_add(MARGIN) < pos) {
            self.lines = &self.lines[1..];
        }
        let (first, last) = window::of(pos, record.line.reference(), record.line.alt());
        self.lines.iter().take_while(move |(line, _)| line.pos <= last).filter(move |(line, _)| line.end >= first)
    }

    fn read(&mut self, line: &'a (LineSpan, Range<usize>)) -> Result<&SampleRecord<'a>> {
        let known = self.read.take().filter(|(number, _)| *number == line.0.line);
        let record = match known {
            Some((_, record)) => record,
            None => self.slice.read(line)?,
        };
        Ok(&self.read.insert((line.0.line, record)).1)
    }
}

impl Matcher<'_> {
    /// Notes the record if the sample speaks about it.
    pub(super) fn vcf(
        &self,
        record: &ClinvarRecord,
        place: &mut SliceCursor<'_>,
        scratch: &mut Scratch,
        note: &mut Note,
    ) -> Result<()> {
        let line = &record.line;
        let mut near = place.near(record).peekable();
        if near.peek().is_none() {
            return Ok(());
        }
        let change = Change::of(line.pos(), line.reference(), line.alt());
        let bases = together::bases_of(&change, line);
        let (mut assessed, mut parts) = (Vec::new(), Vec::new());
        let mut ref_agrees = None;
        for span in near {
            let sample = place.read(span)?;
            let first = sample.reference().first().map_or(0, u8::to_ascii_uppercase);
            // One base is enough for every kind of record, blocks among them, whose REF has no more. What disagrees
            // is of another build, and says nothing.
            if sample.pos() == line.pos() && matches!(first, b'A' | b'C' | b'G' | b'T') {
                let agrees = line.reference()[0].eq_ignore_ascii_case(&first);
                ref_agrees = ref_agrees.or(Some(agrees));
                if !agrees {
                    assessed.push((span, Assessment::without_alleles(Verdict::RefMismatch, Match::Position)));
                    continue;
                }
            }
            if let Some(assessment) = self.assess_record(record, &change, sample, scratch)? {
                assessed.push((span, self.least.held(without_data(assessment, sample), sample)));
            } else if span.0.pos <= bases.1 && span.0.end >= bases.0 {
                parts.push(span);
            }
        }
        if let (true, [first, ..]) = (assessed.is_empty(), parts.as_slice())
            && let Some(assessment) = together::assess(&parts, bases, self.least, place)?
        {
            assessed.push((*first, assessment));
        }
        // Records of one site that were split by allele: the one with the allele knows more than the others.
        let rank = |verdict: Verdict| match verdict {
            verdict if verdict.carries() => 0,
            Verdict::OtherAllele => 1,
            Verdict::Reference => 2,
            _ => 3,
        };
        let best = assessed.iter().map(|(_, assessment)| rank(assessment.verdict)).min();
        assessed.retain(|(_, assessment)| Some(rank(assessment.verdict)) == best);
        let Some((first, assessment)) = assessed.first() else { return Ok(()) };
        let written = self.all || assessment.verdict.carries() || ref_agrees.is_some();
        let (first, verdict) = (*first, assessment.verdict);
        // What is too little is counted with its reason, which only a hit has.
        let is_plain =
            verdict == Verdict::Reference || (verdict == Verdict::NoCall && assessment.flags.contains(&NO_DATA));
        if !written && is_plain && place.read(first)?.block {
            if verdict == Verdict::Reference {
                note.covered += 1;
            } else {
                note.unread += 1;
            }
            return Ok(());
        }
        let mut observations = Vec::with_capacity(assessed.len());
        for (span, assessment) in assessed {
            let evidence = Evidence::Sample(Box::new(sample_call(place.read(span)?)));
            observations.push(Observation { evidence, assessment, strand_matters: false });
        }
        let hit = Hit {
            contig: note.contigs.len() as u32 - 1,
            number: record.number.unwrap_or(0),
            pos: line.pos(),
            line: 0..0,
            alt: None,
            observations,
            indel_calls: Vec::new(),
            substitution: None,
            rsid_in_place: None,
            ref_agrees,
        };
        note.hits.push(hit);
        Ok(())
    }

    /// What one record of the sample says; `None` where it is about something else.
    fn assess_record(
        &self,
        record: &ClinvarRecord,
        change: &Change,
        sample: &SampleRecord,
        scratch: &mut Scratch,
    ) -> Result<Option<Assessment>> {
        let line = &record.line;
        for (at, alt) in sample.alts().enumerate() {
            if let Some(found) = self.same_allele(record, change, sample, alt, scratch)? {
                return Ok(Some(self.assess_allele(record, sample, at as u16 + 1, found)));
            }
        }
        let plain =
            |verdict| Assessment { flags: quality(sample), ..Assessment::without_alleles(verdict, Match::Position) };
        let (first, last) = together::bases_of(change, line);
        if sample.pos() > first || sample.end < last {
            return Ok(None);
        }
        if sample.called.iter().any(Option::is_none) {
            return Ok(Some(plain(Verdict::NoCall)));
        }
        let touching = sample.called.iter().flatten().filter(|&&index| touches(sample, index, first, last)).count();
        // What was called lies beside the record's bases: nothing is known of them but where the record stands
        // itself.
        if touching == 0 && sample.called.iter().any(|allele| *allele != Some(0)) {
            return Ok((sample.pos() == line.pos()).then(|| plain(Verdict::NotAssayed)));
        }
        let untouched = |index: &Option<u16>| index.filter(|&index| !touches(sample, index, first, last)).map(|_| 0);
        let genotype = Genotype::of(sample.called.iter().map(untouched));
        Ok(Some(Assessment { verdict: genotype.verdict(), genotype, found: Match::Position, flags: quality(sample) }))
    }

    /// Whether an ALT of the sample is the allele of the record, and how alike they are written.
    fn same_allele(
        &self,
        record: &ClinvarRecord,
        change: &Change,
        sample: &SampleRecord,
        alt: &[u8],
        scratch: &mut Scratch,
    ) -> Result<Option<Match>> {
        let line = &record.line;
        if sample.pos() == line.pos()
            && sample.reference().eq_ignore_ascii_case(line.reference())
            && alt.eq_ignore_ascii_case(line.alt())
        {
            return Ok(Some(Match::Exact));
        }
        if !vdx_vcf::allele::is_bases(alt) || !vdx_vcf::allele::is_bases(line.alt()) {
            return Ok(None);
        }
        // The same change, written with other bases round it.
        let theirs = Variant { pos: sample.pos(), reference: sample.reference(), alt }.minimal();
        let ours = Variant { pos: line.pos(), reference: line.reference(), alt: line.alt() }.minimal();
        if theirs.pos == ours.pos
            && theirs.reference.eq_ignore_ascii_case(ours.reference)
            && theirs.alt.eq_ignore_ascii_case(ours.alt)
        {
            return Ok(Some(Match::Normalised));
        }
        let (Change::Indel(ours), Change::Indel(theirs)) =
            (change, Change::of(theirs.pos, theirs.reference, theirs.alt))
        else {
            return Ok(None);
        };
        let length = |indel: &Indel| indel.moved.map(<[u8]>::len);
        // Cheap looks first: few indels are near each other and alike, and only for those is the FASTA asked.
        if scratch.cursor.is_none()
            || ours.moved.is_none()
            || ours.insertion != theirs.insertion
            || length(ours) != length(&theirs)
        {
            return Ok(None);
        }
        // In a repeat an indel may be written anywhere: only the reference tells how far.
        let placement = self.placement(record, ours, scratch.cursor.as_mut())?;
        let within = (placement.first..=placement.last).contains(&theirs.anchor);
        let same = within && allele_key(ours, placement) == allele_key(&theirs, placement);
        Ok(same.then_some(Match::Normalised))
    }

    /// The verdict where the sample's allele `index` is the record's.
    fn assess_allele(&self, record: &ClinvarRecord, sample: &SampleRecord, index: u16, found: Match) -> Assessment {
        let mut flags = quality(sample);
        let code = |called: &Option<u16>| match called {
            Some(0) => Some(0),
            Some(called) if *called == index => Some(1),
            _ => None,
        };
        let unknown = sample.called.iter().filter(|allele| allele.is_none()).count();
        if unknown == sample.called.len() {
            return Assessment { flags, ..Assessment::without_alleles(Verdict::NoCall, found) };
        }
        let haploid = record.number.is_some_and(|number| self.haploidy.at(number, sample.pos()));
        let mut genotype = Genotype::of(sample.called.iter().map(code));
        if haploid {
            genotype = genotype.of_one_copy();
        }
        if unknown > 0 {
            flags.push("partial_call");
        }
        let verdict = match genotype.verdict() {
            // The copy that is not known may be the allele: to say that it is not would be a guess.
            Verdict::OtherAllele if unknown > 0 => Verdict::NoCall,
            verdict => verdict,
        };
        if haploid && verdict == Verdict::Het {
            flags.push("het_where_haploid");
        }
        Assessment { verdict, genotype, found, flags }
    }
}

/// Whether allele `index` changes a base of `first..=last` (1-based), or an insertion span between them.
fn touches(sample: &SampleRecord, index: u16, first: u32, last: u32) -> bool {
    if index == 0 {
        return false;
    }
    let Some(alt) = sample.allele(index) else { return true };
    if !vdx_vcf::allele::is_bases(alt) {
        return true;
    }
    let minimal = Variant { pos: sample.pos(), reference: sample.reference(), alt }.minimal();
    let (from, to) = match Change::of(minimal.pos, minimal.reference, minimal.alt) {
        Change::Indel(Indel { anchor, insertion: true, moved: Some(_), .. }) => {
            return (first..last).contains(&anchor);
        }
        Change::Indel(Indel { anchor, moved: Some(moved), .. }) => (anchor + 1, anchor + moved.len() as u32),
        _ => (minimal.pos, minimal.pos + minimal.reference.len() as u32 - 1),
    };
    from <= last && first <= to
}

/// A reference call where nothing was read is what the caller assumed, no result.
fn without_data(assessment: Assessment, sample: &SampleRecord) -> Assessment {
    if sample.no_data && assessment.verdict == Verdict::Reference {
        return Assessment { verdict: Verdict::NoCall, genotype: assessment.genotype.unknown(), ..assessment };
    }
    assessment
}

impl Least {
    /// A call with less than was asked for is no call, whatever it says.
    fn held(self, assessment: Assessment, sample: &SampleRecord) -> Assessment {
        let mut reasons = self.reasons(sample).peekable();
        if !assessment.verdict.is_definite() || reasons.peek().is_none() {
            return assessment;
        }
        let mut held = Assessment { verdict: Verdict::NoCall, genotype: assessment.genotype.unknown(), ..assessment };
        held.flags.extend(reasons);
        held
    }

    /// Why a call is less than was asked for.
    fn reasons(self, sample: &SampleRecord) -> impl Iterator<Item = &'static str> + use<> {
        let below =
            |value: Option<f32>, least: Option<f32>| value.zip(least).is_some_and(|(value, least)| value < least);
        let reasons =
            [(below(sample.quality, self.quality), BELOW_MIN_GQ), (below(sample.depth, self.depth), BELOW_MIN_DP)];
        reasons.into_iter().filter_map(|(is, flag)| is.then_some(flag))
    }
}

fn quality(sample: &SampleRecord) -> Vec<&'static str> {
    let flags = [(sample.filtered, "sample_filtered"), (sample.low_quality, "low_quality"), (sample.no_data, NO_DATA)];
    flags.into_iter().filter_map(|(is, flag)| is.then_some(flag)).collect()
}

fn sample_call(sample: &SampleRecord) -> SampleCall {
    let id = if sample.id() == b"." { Vec::new() } else { sample.id().to_vec() };
    let allele = |index: &Option<u16>| index.and_then(|index| sample.allele(index)).unwrap_or(b".");
    // A block's REF is of its first base only.
    let genotype =
        if sample.block { b"0/0".to_vec() } else { sample.called.iter().map(allele).collect::<Vec<_>>().join(&b'/') };
    SampleCall { id, pos: sample.pos(), genotype }
}
