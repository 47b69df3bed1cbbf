//! Many threads: the reader thread, the pool, and the calling thread as the serial stage, joined by one queue.

use std::collections::VecDeque;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use rayon::{ThreadPool, ThreadPoolBuilder};
use vdx_hts::THREAD_STACK;
use vdx_hts::batch::{Batch, Pool, Taken};
use vdx_hts::bgzf::Inflater;
use vdx_hts::caught::caught;
use vdx_hts::error::{Error, Result};
use vdx_hts::memory::give_back;
use vdx_hts::reorder::Reorder;
use vdx_hts::source::{self, Source};

use super::serial::Serial;
use super::{Done, Feed, Run, Work, sequential};
use crate::limits::Limits;
use crate::message::Message;
use crate::ordered::Order;
use crate::output::Output;
use crate::threads::Threads;
use crate::worker::{Task, Worker, work_on};

type ReaderJob = Box<dyn FnOnce() + Send>;

/// The threads of a run, started before anything is read, so that a refusal costs nothing but speed.
pub(super) struct Crew {
    pool: Arc<ThreadPool>,
    reader: Sender<ReaderJob>,
    workers: usize,
}

impl Crew {
    /// Starts a reader and `threads` workers, or half as many where that is refused; `None`: not even two.
    pub(crate) fn muster(threads: usize, report: &(dyn Fn(Message) + Sync)) -> Option<Self> {
        let mut workers = threads;
        while workers > 1 {
            match Self::start(workers) {
                Ok(crew) => {
                    if workers < threads {
                        let message = format!(
                            "threads refused by the system: going on with {workers} workers instead of {threads}"
                        );
                        report(Message::StepDown(message));
                    }
                    return Some(crew);
                }
                // The plan looked at the limits of the host; what others took of them since then only a refusal
                // tells.
                Err(_) => workers /= 2,
            }
        }
        report(Message::StepDown(format!(
            "threads refused by the system: going on sequentially instead of with {threads} workers"
        )));
        None
    }

    fn start(workers: usize) -> std::result::Result<Self, Box<dyn std::error::Error>> {
        let (reader, jobs) = channel::<ReaderJob>();
        thread::Builder::new().name("vdx-reader".into()).stack_size(THREAD_STACK).spawn(move || {
            if let Ok(job) = jobs.recv() {
                job();
            }
        })?;
        let pool = ThreadPoolBuilder::new()
            .num_threads(workers)
            .stack_size(THREAD_STACK)
            .thread_name(|at| format!("vdx-worker-{at}"));
        Ok(Self { pool: Arc::new(pool.build()?), reader, workers })
    }
}

/// What reaches the serial stage.
enum Event<N> {
    /// The reader's next batch, blocks not yet inflated.
    Read(Box<Batch>),
    /// A batch whose blocks are inflated, by its number.
    Decoded(u64, Result<Box<Batch>>),
    /// A chunk's output, by its number.
    Worked(u64, Result<Output<N>>),
    /// The reader is done: what was wrong with the end where that is allowed, or why it stopped.
    End(Result<Option<String>>),
    /// The reader could not have another buffer and goes on with this many.
    Fewer(usize),
}

pub(super) fn run<W: Work, F: Feed<W::Side>, O: Order<W::Note>>(run: Run<'_, W, F, O>, crew: Crew) -> Result<Done<O>> {
    let Crew { pool: threads, reader, workers } = crew;
    let Limits { permits, spare_bytes: spare, .. } = *run.limits;
    let (mut serial, input) = Serial::start(run)?;
    let read_bytes = serial.forms.read_bytes();
    serial.sink.compress_on(&threads);
    let crew = Threads(Arc::clone(&threads));
    serial.feed.work_on(&crew);
    serial.order.work_on(&crew);
    let pool = Pool::new(permits, read_bytes);
    let (sender, events) = channel();
    let (source, head) = (input.source, input.head);
    let reading = {
        let (pool, sender) = (pool.clone(), sender.clone());
        move || read(source, &head, read_bytes, &pool, &sender)
    };
    let sent = reader.send(Box::new(reading));
    // A lock that nobody waits for: each thread of the pool takes its own.
    let at_work: Vec<Mutex<Worker<W::Scratch>>> = (0..workers).map(|_| Mutex::new(Worker::new())).collect();
    let inflaters: Vec<Mutex<Inflater>> = (0..workers).map(|_| Mutex::default()).collect();
    let work = serial.work;
    let forms = &serial.forms.clone();
    // The serial stage is the calling thread, none of the pool: it waits for events, which a closure on the pool must
    // never do.
    let accepted = threads.in_place_scope(|scope| {
        caught(|| {
            if sent.is_err() {
                return Err(Error::data("internal error: the reader thread is gone"));
            }
            let mut stage = Stage {
                serial: &mut serial,
                pool: &pool,
                decoded: Reorder::default(),
                worked: Reorder::default(),
                end: None,
                closed: false,
                cut: None,
                beyond: Beyond::new(spare),
            };
            while !stage.finished() {
                let event = events.recv().map_err(|_| Error::data("internal error: the workers are gone"))?;
                match event {
                    Event::Fewer(left) => {
                        let message = format!(
                            "memory refused by the system: going on with {left} chunk(s) at a time instead of {permits}"
                        );
                        (stage.serial.report)(Message::StepDown(message));
                    }
                    Event::Read(mut batch) => {
                        let number = stage.decoded.issue();
                        if batch.blocks.is_empty() {
                            stage.decoded.arrive(number, Ok(batch));
                        } else {
                            let (sender, inflaters) = (sender.clone(), &inflaters);
                            scope.spawn(move |_| {
                                let mut inflater = lock(&inflaters[thread_index()]);
                                let result = caught(|| {
                                    source::decode_records(&mut batch, &mut inflater, &forms.read).map(|()| batch)
                                });
                                // Nobody receives once the run has failed.
                                sender.send(Event::Decoded(number, result)).ok();
                            });
                        }
                    }
                    Event::Decoded(number, result) => stage.decoded.arrive(number, result),
                    Event::Worked(number, result) => stage.worked.arrive(number, result),
                    Event::End(end) => stage.end = Some(end),
                }
                loop {
                    let tasks = stage.cut();
                    if stage.beyond.alone && !tasks.is_empty() {
                        // Nobody works now: what the threads keep from chunk to chunk makes room, too.
                        at_work.iter().for_each(|worker| *lock(worker) = Worker::new());
                        give_back();
                    }
                    for (number, task) in tasks {
                        let (sender, at_work) = (sender.clone(), &at_work);
                        scope.spawn(move |_| {
                            let mut worker = lock(&at_work[thread_index()]);
                            let result = caught(|| work_on(work, forms, &mut worker, task));
                            sender.send(Event::Worked(number, result)).ok();
                        });
                    }
                    let before = stage.worked.taken();
                    while let Some(result) = stage.worked.next_in_order() {
                        stage.serial.accept(result)?;
                    }
                    // What was accepted may be what a long record waited for.
                    if before == stage.worked.taken() {
                        break;
                    }
                }
            }
            Ok(())
        })
    });
    pool.cancel();
    serial.conclude(accepted, workers)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The index of the pool's thread that runs this.
fn thread_index() -> usize {
    rayon::current_thread_index().unwrap_or(0)
}

/// The reader thread: fills batches for as long as there are permits and input.
fn read<N>(mut source: Source, head: &[u8], chunk_bytes: usize, pool: &Pool, events: &Sender<Event<N>>) {
    let mut head = Some(head).filter(|head| !head.is_empty());
    let end = loop {
        match pool.take() {
            Taken::Batch(mut batch) => {
                let filled = match head.take() {
                    Some(head) => {
                        batch.load(head, source.decoded() - head.len() as u64);
                        Ok(true)
                    }
                    None => caught(|| source.fill(&mut batch, chunk_bytes)),
                };
                match filled {
                    Ok(true) if events.send(Event::Read(batch)).is_ok() => {}
                    Ok(true) => return,
                    Ok(false) => break Ok(source.truncated().map(str::to_owned)),
                    Err(error) => break Err(error),
                }
            }
            Taken::Fewer(left) => {
                events.send(Event::Fewer(left)).ok();
            }
            Taken::Refused => break Err(sequential::out_of_memory(chunk_bytes)),
            Taken::Cancelled => return,
        }
    };
    // Nobody receives once the run has failed.
    events.send(Event::End(end)).ok();
}

struct Stage<'s, 'a, W: Work, F, O> {
    serial: &'s mut Serial<'a, W, F, O>,
    pool: &'s Pool,
    decoded: Reorder<Result<Box<Batch>>>,
    worked: Reorder<Result<Output<W::Note>>>,
    end: Option<Result<Option<String>>>,
    /// Nothing more is cut: the input ended or failed, and the chunks that were issued are all there will be.
    closed: bool,
    /// The chunks of one batch, and what they take beyond what is planned for every chunk: they wait until there is room.
    cut: Option<(Vec<Task<W::Side>>, usize)>,
    beyond: Beyond,
}

impl<W: Work, F: Feed<W::Side>, O: Order<W::Note>> Stage<'_, '_, W, F, O> {
    fn finished(&self) -> bool {
        self.closed && self.cut.is_none() && self.worked.under_way() == 0
    }

    /// Cuts what is decoded, in order, as far as there is room for it. A failure takes its place behind the chunks before it.
    fn cut(&mut self) -> Vec<(u64, Task<W::Side>)> {
        let mut tasks = Vec::new();
        loop {
            if let Some((cut, bytes)) = self.cut.take() {
                if !self.beyond.takes(bytes, self.worked.taken(), self.worked.under_way()) {
                    self.cut = Some((cut, bytes));
                    break;
                }
                tasks.extend(cut.into_iter().map(|task| (self.worked.issue(), task)));
                self.beyond.until(self.worked.taken() + self.worked.under_way());
            }
            if self.closed {
                break;
            }
            let cut = match self.decoded.next_in_order() {
                Some(batch) => batch.and_then(|batch| self.serial.cut(batch)),
                None if self.decoded.under_way() == 0 => match self.end.take() {
                    Some(end) => {
                        self.closed = true;
                        end.and_then(|truncated| self.serial.end(truncated.as_deref()))
                            .map(|task| task.into_iter().collect())
                    }
                    None => break,
                },
                None => break,
            };
            match cut {
                Ok(cut) => {
                    // All chunks of a batch share its bytes.
                    let ends = cut.first().zip(cut.last());
                    let bytes = ends.map_or(0, |(first, last)| {
                        self.serial.forms.beyond(&first.cut.batch, first.cut.range.start..last.cut.range.end)
                    });
                    self.cut = Some((cut, bytes)).filter(|(cut, _)| !cut.is_empty());
                }
                Err(error) => {
                    self.closed = true;
                    let number = self.worked.issue();
                    self.worked.arrive(number, Err(error));
                }
            }
        }
        let waits = self.cut.as_ref().is_some_and(|(_, bytes)| *bytes > self.beyond.spare);
        let narrow = self.beyond.alone || waits || self.serial.carried_beyond() > self.beyond.spare;
        self.pool.narrow(narrow);
        tasks
    }
}

/// What chunks with long records take beyond what is planned for every chunk.
struct Beyond {
    /// How many bytes that may be while other chunks are under way.
    spare: usize,
    /// Those under way: the number behind the last chunk of a batch, and bytes.
    under_way: VecDeque<(u64, usize)>,
    /// One that takes more: nothing else is under way.
    alone: bool,
}

impl Beyond {
    fn new(spare: usize) -> Self {
        Self { spare, under_way: VecDeque::new(), alone: false }
    }

    /// Whether there is room for a batch that takes `bytes`, now that the chunks before number `taken` are done and
    /// `under_way` others are not.
    fn takes(&mut self, bytes: usize, taken: u64, under_way: u64) -> bool {
        while self.under_way.front().is_some_and(|(end, _)| *end <= taken) {
            self.under_way.pop_front();
        }
        if under_way == 0 {
            self.alone = bytes > self.spare;
        } else if self.alone
            || self.under_way.iter().map(|(_, bytes)| bytes).sum::<usize>() + bytes > self.spare && bytes > 0
        {
            return false;
        }
        if bytes > 0 {
            self.under_way.push_back((u64::MAX, bytes));
        }
        true
    }

    /// The batch that was taken last has the chunks before number `end`.
    fn until(&mut self, end: u64) {
        if let Some((until, _)) = self.under_way.back_mut() {
            *until = (*until).min(end);
        }
    }
}
