//! A source that is read ahead: a thread of its own reads, the pool inflates, and batches come back in order.
//!
//! For a second input whose lines the serial stage takes one after the other: what costs time is done elsewhere by then.
//! The reader waits for buffers alone and the pool for nothing, so that whoever takes the batches may wait for both.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rayon::ThreadPool;

use super::{Source, Stop, decode};
use crate::batch::{Batch, Pool, Taken};
use crate::bgzf::Inflater;
use crate::caught::caught;
use crate::error::{Error, Result};
use crate::reorder::Reorder;

/// Batches beyond one for each thread: one is filled, one is taken.
const SPARE: usize = 2;

/// The batches of a source, by their numbers.
pub(super) struct Ahead {
    events: Receiver<Event>,
    decoded: Reorder<Result<Box<Batch>>>,
    end: Option<End>,
    pool: Pool,
}

/// How the source ended: how many batches there were, and what was wrong with the end where that is allowed.
struct End {
    count: u64,
    result: Result<Option<String>>,
}

enum Event {
    Decoded(u64, Result<Box<Batch>>),
    End(End),
}

impl Ahead {
    /// Starts to read `source` in batches of `bytes`; gives it back where the system refuses a thread.
    pub(super) fn start(
        source: Source,
        threads: &Arc<ThreadPool>,
        bytes: usize,
    ) -> std::result::Result<Self, Box<Source>> {
        let pool = Pool::new(threads.current_num_threads() + SPARE, bytes);
        let (sender, events) = channel();
        let (hand_over, handed_over) = channel::<Source>();
        let reading = {
            let (threads, pool) = (Arc::clone(threads), pool.clone());
            move || {
                if let Ok(mut source) = handed_over.recv() {
                    read(&mut source, bytes, &threads, &pool, &sender);
                }
            }
        };
        if thread::Builder::new().name("vdx-ahead".into()).stack_size(crate::THREAD_STACK).spawn(reading).is_err() {
            return Err(Box::new(source));
        }
        match hand_over.send(source) {
            Ok(()) => Ok(Self { events, decoded: Reorder::default(), end: None, pool }),
            Err(refused) => Err(Box::new(refused.0)),
        }
    }

    /// Makes the next decoded bytes those of `batch`; none at the end.
    pub(super) fn fill(&mut self, batch: &mut Batch) -> std::result::Result<(), Stop> {
        loop {
            if let Some(next) = self.decoded.next_in_order() {
                return next.map(|mut next| batch.take_over(&mut next)).map_err(Stop::Failed);
            }
            if let Some(end) = self.end.take_if(|end| end.count == self.decoded.taken()) {
                return match end.result {
                    Ok(None) => Ok(()),
                    Ok(Some(truncated)) => Err(Stop::Truncated(truncated)),
                    Err(error) => Err(Stop::Failed(error)),
                };
            }
            match self.events.recv() {
                Ok(Event::Decoded(number, result)) => self.decoded.arrive(number, result),
                Ok(Event::End(end)) => self.end = Some(end),
                Err(_) => {
                    return Err(Stop::Failed(Error::data("internal error: the thread that reads ahead is gone")));
                }
            }
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.pool.cancel();
    }
}

fn read(source: &mut Source, bytes: usize, threads: &ThreadPool, pool: &Pool, events: &Sender<Event>) {
    let inflaters: Arc<Vec<Mutex<Inflater>>> =
        Arc::new((0..threads.current_num_threads()).map(|_| Mutex::default()).collect());
    let mut count = 0;
    let result = loop {
        let mut batch = match pool.take() {
            Taken::Batch(batch) => batch,
            Taken::Fewer(_) => continue,
            Taken::Refused => break Err(Error::no_memory("a batch of the input")),
            Taken::Cancelled => return,
        };
        match caught(|| source.fill(&mut batch, bytes)) {
            Ok(true) => {}
            Ok(false) => break Ok(source.truncated().map(str::to_owned)),
            Err(error) => break Err(error),
        }
        let number = count;
        count += 1;
        let (events, inflaters, name) = (events.clone(), Arc::clone(&inflaters), source.name().to_owned());
        threads.spawn(move || {
            let at = rayon::current_thread_index().unwrap_or(0);
            let mut inflater = inflaters[at].lock().unwrap_or_else(PoisonError::into_inner);
            let result =
                caught(|| decode(&mut batch, &mut inflater).map(|()| batch)).map_err(|error| error.in_file(name));
            // Nobody receives once the run has failed.
            events.send(Event::Decoded(number, result)).ok();
        });
    };
    events.send(Event::End(End { count, result })).ok();
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::batch::HEADROOM;
    use crate::bgzf::{Deflater, EOF_BLOCK};

    fn source(bytes: Vec<u8>) -> Source {
        Source::from_reader(Box::new(Cursor::new(bytes)), "x".into(), None, false).unwrap()
    }

    fn text(mut source: Source) -> Result<Vec<u8>> {
        let threads = Arc::new(rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap());
        let bytes = 1 << 16;
        source.read_ahead(&threads, bytes);
        let Taken::Batch(mut batch) = Pool::new(1, bytes).take() else { panic!("no batch") };
        let mut text = Vec::new();
        while source.fill(&mut batch, bytes)? {
            decode(&mut batch, &mut Inflater::new())?;
            text.extend_from_slice(&batch.text[HEADROOM..batch.end]);
        }
        assert!(!source.fill(&mut batch, bytes)?, "the end stays the end");
        Ok(text)
    }

    #[test]
    fn bytes_come_in_order_and_damage_behind_them() {
        let plain: Vec<u8> = (0..200_000u32).flat_map(u32::to_le_bytes).collect();
        let mut packed = Vec::new();
        plain.chunks(20_000).for_each(|part| Deflater::new(1).deflate(part, &mut packed));
        assert!(text(source([&packed, &EOF_BLOCK[..]].concat())).unwrap() == plain);
        assert!(text(source(plain.clone())).unwrap() == plain);
        assert!(text(source(packed)).unwrap_err().to_string().contains("x: truncated BGZF"));
    }
}
