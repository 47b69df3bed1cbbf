//! Many questions at once: sorted by place, answered in one sweep over a source.

use vdx_hts::Result;

use crate::source::{Answer, Db, How, Question, Reader, Status, alleles};
use crate::values::Values;

/// Answers `questions` into their slots of `answers`, and the values into `values`. Questions may come in any order, and
/// are in that of the source then.
///
/// # Errors
/// A gnomAD file that cannot be opened or read.
pub(crate) fn look_up(
    db: &Db,
    reader: &mut dyn Reader,
    questions: &mut [Question<'_>],
    answers: &mut [Answer],
    values: &mut Values,
) -> Result<()> {
    // Input is mostly in order already; the sort is stable, so that ties never depend on luck.
    if !questions.is_sorted_by_key(|question| (question.contig, question.variant.pos)) {
        questions.sort_by_key(|question| (question.contig, question.variant.pos));
    }
    let mut rest = &questions[..];
    while let Some(first) = rest.first() {
        let contig = first.contig;
        let (here, behind) = rest.split_at(rest.partition_point(|question| question.contig <= contig));
        rest = behind;
        for question in here.iter().filter(|question| matches!(question.how, How::Own | How::Minimal)) {
            // gnomAD has no record of several bases for as many: that such a variant is not found says nothing of how
            // rare it is.
            let represented = alleles::is_represented(&question.variant);
            let status = if represented { Status::Absent } else { Status::NotRepresented };
            answers[question.slot as usize] = Answer::without(status);
        }
        reader.answer(contig, here, !db.is_mitochondrial(contig), answers, values)?;
    }
    Ok(())
}
