//! One thread: the stages of the pipeline as a plain loop.

use vdx_hts::batch::{Pool, Taken};
use vdx_hts::bgzf::Inflater;
use vdx_hts::caught::caught;
use vdx_hts::error::{Error, Result};
use vdx_hts::source;

use super::serial::Serial;
use super::{Done, Feed, Run, Work};
use crate::ordered::Order;
use crate::worker::{Task, Worker, work_on};

pub(super) fn run<W: Work, F: Feed<W::Side>, O: Order<W::Note>>(run: Run<'_, W, F, O>) -> Result<Done<O>> {
    let chunk_bytes = run.limits.chunk_bytes;
    let (mut serial, mut input) = Serial::start(run)?;
    let read_bytes = serial.forms.read_bytes();
    let pool = Pool::new(1, read_bytes);
    let mut inflater = Inflater::new();
    let mut worker = Worker::new();
    let mut head = std::mem::take(&mut input.head);
    let mut feed_through = |serial: &mut Serial<W, F, O>, task: Task<W::Side>| {
        let result = work_on(serial.work, &serial.forms, &mut worker, task);
        serial.accept(result)
    };
    let mut step = |serial: &mut Serial<W, F, O>| -> Result<bool> {
        let mut batch = match pool.take() {
            Taken::Batch(batch) => batch,
            _ => return Err(out_of_memory(chunk_bytes)),
        };
        let located = |error: Error, serial: &Serial<W, F, O>| error.in_file(&serial.name);
        if !head.is_empty() {
            let bytes = std::mem::take(&mut head);
            batch.load(&bytes, input.source.decoded() - bytes.len() as u64);
        } else if input.source.fill(&mut batch, read_bytes)? {
            source::decode_records(&mut batch, &mut inflater, &serial.forms.read)
                .map_err(|error| located(error, serial))?;
        } else {
            drop(batch);
            if let Some(task) =
                serial.end(input.source.truncated()).or_else(|error| serial.accept(Err(error)).map(|()| None))?
            {
                feed_through(serial, task)?;
            }
            return Ok(false);
        }
        for task in serial.cut(batch).map_err(|error| located(error, serial))? {
            feed_through(serial, task)?;
        }
        Ok(true)
    };
    let accepted = caught(|| {
        while step(&mut serial)? {}
        Ok(())
    });
    serial.conclude(accepted, 0)
}

/// The smallest run there is did not fit.
pub(super) fn out_of_memory(chunk_bytes: usize) -> Error {
    let needed = (chunk_bytes + vdx_hts::batch::HEADROOM).div_ceil(1 << 20);
    Error::no_memory(format!("one chunk of the input ({needed} MB)"))
}
