//! A worker's turn at a chunk: its records in the form that the tool takes, the tool's work, its output in the form that
//! is written.

use std::sync::Arc;

use vdx_vcf::Form;
use vdx_vcf::bcf::{Encoder, Floats};

use super::{Chunk, Work};
use crate::cut::Cut;
use crate::error::{Error, Result};
use crate::out::Out;
use crate::turn::to_lines;

/// A chunk on its way to a worker.
pub(super) struct Task<S> {
    pub cut: Cut,
    pub side: S,
}

/// The forms of the records on their way.
#[derive(Clone)]
pub(super) struct Forms {
    /// In the input.
    pub read: Form,
    /// In the chunks that the tool sees, and in what it makes of them.
    pub worked: Form,
    /// In the output.
    pub written: Form,
    /// Text that goes out is as bcftools has it; what becomes BCF again keeps every bit.
    pub floats: Floats,
}

/// What one worker thread keeps.
pub(super) struct Bench<S> {
    scratch: Option<S>,
    encoder: Encoder,
}

impl<S> Bench<S> {
    pub fn new() -> Self {
        Self { scratch: None, encoder: Encoder::new() }
    }
}

/// Runs a tool's work on one task. A panic, which only a bug can cause, becomes an error like others.
pub(super) fn work_on<W: Work>(
    work: &W,
    forms: &Forms,
    bench: &mut Bench<W::Scratch>,
    task: Task<W::Side>,
) -> Result<Out<W::Note>> {
    let Task { cut, side } = task;
    let batch = Arc::clone(&cut.batch);
    let mut records = &batch.text[cut.range.clone()];
    let mut turned = None;
    let mut damage = None;
    if forms.read.is_bcf() && !forms.worked.is_bcf() {
        let mut lines = Vec::new();
        damage = to_lines(&forms.read, records, forms.floats, &mut lines).err();
        turned = Some(Arc::new(lines));
    }
    let lines = turned.clone();
    if let Some(lines) = &lines {
        records = lines;
    }
    let chunk = Chunk { records, form: &forms.worked, side: &side };
    let mut out = Out::new(cut, turned, forms.worked.clone());
    let Bench { scratch, encoder } = bench;
    let scratch = match scratch {
        Some(scratch) => scratch,
        None => scratch.insert(work.scratch()?),
    };
    let run = std::panic::AssertUnwindSafe(|| work.process(scratch, &chunk, &mut out));
    match std::panic::catch_unwind(run) {
        Ok(result) => result?,
        Err(_) => {
            let error = Error::data("internal error at this record (a bug of vdx: please report it with the record)");
            return Err(error.at_line(out.lines().max(1)));
        }
    }
    // Told behind what is wrong with the records before it.
    if let Some(damage) = damage {
        return Err(damage);
    }
    out.settle();
    if forms.written.is_bcf() && !forms.worked.is_bcf() {
        out.turn(&forms.written, encoder)?;
    }
    Ok(out)
}
