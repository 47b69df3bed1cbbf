//! A change that no record of the sample covers alone: blocks of a gVCF and the records between them say together what is
//! there.

use vdx_hts::Result;
use vdx_vcf::Line;

use super::{SliceCursor, quality, touches};
use crate::matching::Least;
use crate::matching::change::Change;
use crate::sample::feed::slice::LineSpan;
use crate::verdict::assessment::Assessment;
use crate::verdict::{Genotype, Match, Verdict};

/// The first and the last base, 1-based, that tell whether a change is there: those it replaces or takes away, or the two
/// that an insertion comes between.
pub(super) fn bases_of(change: &Change, line: &Line) -> (u32, u32) {
    match change {
        Change::Substitution { pos, .. } => (*pos, *pos),
        Change::Indel(indel) if indel.insertion => (indel.anchor, indel.anchor + 1),
        Change::Indel(indel) => (indel.anchor + 1, indel.anchor + indel.alleles.0.len().max(2) as u32 - 1),
        Change::Other => (line.pos(), line.pos() + line.reference().len() as u32 - 1),
    }
}

/// What `parts`, records in order that each speak about some of the bases, say about all of them; `None` where a base is left
/// out. A copy is reference where it is so in all of them.
///
/// Nothing tells which copy of one record is which of the next, so as many copies differ as do in the record with most.
pub(super) fn assess<'a>(
    parts: &[&'a (LineSpan, std::ops::Range<usize>)],
    (first, last): (u32, u32),
    least: Least,
    place: &mut SliceCursor<'a>,
) -> Result<Option<Assessment>> {
    let mut next = first;
    let (mut copies, mut differ, mut is_called) = (0, 0, true);
    let mut flags: Vec<&'static str> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let sample = place.read(part)?;
        if sample.pos() > next {
            return Ok(None);
        }
        next = next.max(sample.end.saturating_add(1));
        let touching = sample.called.iter().flatten().filter(|&&index| touches(sample, index, first, last)).count();
        // A reference call where nothing was read is none.
        is_called &= sample.called.iter().all(Option::is_some) && !(sample.no_data && touching == 0);
        differ = differ.max(touching);
        copies = if at == 0 { sample.called.len() } else { copies.min(sample.called.len()) };
        let too_little: Vec<_> = least.reasons(sample).collect();
        is_called &= too_little.is_empty();
        for flag in quality(sample).into_iter().chain(too_little) {
            if !flags.contains(&flag) {
                flags.push(flag);
            }
        }
    }
    if next <= last || copies == 0 {
        return Ok(None);
    }
    if !is_called {
        return Ok(Some(Assessment { flags, ..Assessment::without_alleles(Verdict::NoCall, Match::Position) }));
    }
    let copy = |at: usize| if at < differ { None } else { Some(0) };
    let genotype = Genotype::of((0..copies).map(copy));
    Ok(Some(Assessment { verdict: genotype.verdict(), genotype, found: Match::Position, flags }))
}
