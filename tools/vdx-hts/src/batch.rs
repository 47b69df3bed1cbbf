//! Buffers of decoded bytes, the permits that bound how many there are, and the pool they come from and go back to.

use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::bgzf::MAX_BLOCK;
use crate::memory::try_reserve_exact;

/// Room before the decoded bytes of a batch for the cut record that the batch before left over, so that the two join
/// without copying the batch.
pub const HEADROOM: usize = 1 << 16;

/// Where a run of decoded bytes stood in a BGZF file, so that an unchanged block can be passed on as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceBlock {
    /// Offset of the block in the compressed stream.
    pub offset: u64,
    /// The block's bytes within [`Batch::raw`].
    pub raw: Range<usize>,
    /// Its decoded bytes, counted from [`Batch::data`], or from [`Batch::carried`] bytes in front of it.
    pub text: Range<usize>,
}

/// One read of the source: decoded bytes, or blocks that wait to be decoded.
pub struct Batch {
    /// `[..data]` is headroom; decoded bytes stand at `[data..end]`. Its length is the room there is.
    pub text: Vec<u8>,
    /// Where the decoded bytes of this batch start.
    pub data: usize,
    /// Where they end.
    pub end: usize,
    /// How many decoded bytes of the source came before this batch's own.
    pub base: u64,
    /// How many bytes in front of [`Batch::data`] the blocks count from: those of a cut record that came in blocks before.
    pub carried: usize,
    /// Lines were dropped from it: its bytes no longer follow each other as in the source.
    pub compacted: bool,
    /// Compressed blocks, empty for sources that are not BGZF.
    pub raw: Vec<u8>,
    /// What `raw` holds.
    pub blocks: Vec<SourceBlock>,
    /// Records within its own bytes, as far as they were looked for ([`Form::scout`](vdx_vcf::Form::scout)).
    pub scouted: Option<Range<usize>>,
    permit: Permit,
}

/// The BGZF blocks that decoded bytes came in.
#[derive(Clone, Copy, Debug)]
pub struct SourceBlocks<'a> {
    /// How many decoded bytes of the source came before those that the blocks count from.
    pub base: u64,
    /// In order.
    pub blocks: &'a [SourceBlock],
    /// Their bytes as they are stored.
    pub raw: &'a [u8],
}

impl Batch {
    /// The blocks that its bytes came in.
    pub fn source_blocks(&self) -> SourceBlocks<'_> {
        SourceBlocks { base: self.base.saturating_sub(self.carried as u64), blocks: &self.blocks, raw: &self.raw }
    }

    /// Makes `bytes` the decoded bytes of this batch, which stand at `base` in the decoded source.
    pub fn load(&mut self, bytes: &[u8], base: u64) {
        (self.base, self.scouted) = (base, None);
        self.data = HEADROOM;
        self.end = HEADROOM + bytes.len();
        if self.end > self.text.len() {
            self.text.resize(self.end, 0);
        }
        self.text[self.data..self.end].copy_from_slice(bytes);
    }

    /// Takes the decoded bytes of another batch, whose buffers are as long.
    pub(crate) fn take_over(&mut self, other: &mut Self) {
        std::mem::swap(&mut self.text, &mut other.text);
        (self.data, self.end, self.base, self.carried) = (other.data, other.end, other.base, 0);
        self.scouted = other.scouted.take();
        self.blocks.clear();
        self.raw.clear();
    }

    /// Gives the permit back while the buffer is still in use: the ordered stage's reserve counts it from then on.
    pub fn release(&self) {
        self.permit.release();
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let (text, raw) = (std::mem::take(&mut self.text), std::mem::take(&mut self.raw));
        self.permit.shared.put_back(text, raw);
    }
}

/// Hands out batches: as many at once as there are permits.
#[derive(Clone)]
pub struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    batch_bytes: usize,
    allocate: fn(usize) -> Option<Vec<u8>>,
}

struct State {
    /// How many batches may be out.
    allowed: usize,
    /// How many are out.
    out: usize,
    /// Buffers that came back.
    spare: Vec<(Vec<u8>, Vec<u8>)>,
    /// Buffers in use, permit given back or not.
    in_use: usize,
    /// One batch at a time, and no buffer is kept.
    narrow: bool,
    cancelled: bool,
}

/// What taking a batch came to.
pub enum Taken {
    /// A batch with room for `batch_bytes`.
    Batch(Box<Batch>),
    /// Memory was refused: from now on at most this many batches are out at once. Take again.
    Fewer(usize),
    /// Memory was refused with no batch out.
    Refused,
    /// The run is over.
    Cancelled,
}

struct Permit {
    shared: Arc<Shared>,
    held: Mutex<bool>,
}

impl Pool {
    /// `permits` batches at once, each with room for `batch_bytes` decoded bytes, but at least for a BGZF block.
    pub fn new(permits: usize, batch_bytes: usize) -> Self {
        Self::with_allocator(permits, batch_bytes.max(MAX_BLOCK), allocate)
    }

    fn with_allocator(permits: usize, batch_bytes: usize, allocate: fn(usize) -> Option<Vec<u8>>) -> Self {
        let state =
            State { allowed: permits.max(1), out: 0, spare: Vec::new(), in_use: 0, narrow: false, cancelled: false };
        Self { shared: Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new(), batch_bytes, allocate }) }
    }

    /// Waits for a permit and a buffer.
    pub fn take(&self) -> Taken {
        let shared = &self.shared;
        let mut state = shared.lock();
        loop {
            if state.cancelled {
                return Taken::Cancelled;
            }
            if state.out < if state.narrow { 1 } else { state.allowed } {
                break;
            }
            state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let (text, raw) = match state.spare.pop() {
            Some(buffers) => buffers,
            None => {
                let Some(text) = (shared.allocate)(HEADROOM + shared.batch_bytes) else {
                    // Buffers whose permit was given back wait for what is read next: nobody may wait for them.
                    if state.out == 0 {
                        return Taken::Refused;
                    }
                    if state.allowed > 1 {
                        // Half as many, and no more than there are: where one buffer is refused the next ones would
                        // be, too, and a run that goes on with fewer is better than one that ends.
                        state.allowed = state.allowed.div_ceil(2).min(state.in_use);
                        return Taken::Fewer(state.allowed);
                    }
                    // One at a time already: the next buffer is the one that comes back.
                    while state.spare.is_empty() && state.out > 0 && !state.cancelled {
                        state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                    }
                    drop(state);
                    return self.take();
                };
                (text, Vec::new())
            }
        };
        state.out += 1;
        state.in_use += 1;
        let permit = Permit { shared: Arc::clone(shared), held: Mutex::new(true) };
        Taken::Batch(Box::new(Batch {
            text,
            data: HEADROOM,
            end: HEADROOM,
            base: 0,
            carried: 0,
            compacted: false,
            raw,
            blocks: Vec::new(),
            scouted: None,
            permit,
        }))
    }

    /// Whether only one batch is out at a time, and memory of others goes back to the system: there is something that needs
    /// it more. Those that are out already stay out.
    pub fn narrow(&self, narrow: bool) {
        let mut state = self.shared.lock();
        if state.narrow != narrow {
            state.narrow = narrow;
            state.spare.clear();
            drop(state);
            self.shared.changed.notify_all();
        }
    }

    /// Wakes and ends whoever waits for a batch.
    pub fn cancel(&self) {
        self.shared.lock().cancelled = true;
        self.shared.changed.notify_all();
    }
}

/// A buffer of zeros, or `None` where the system refuses it.
fn allocate(len: usize) -> Option<Vec<u8>> {
    // Not `vec![0; len]`, which ends the process where memory is refused.
    let mut bytes = Vec::new();
    try_reserve_exact(&mut bytes, len).ok()?;
    bytes.resize(len, 0);
    Some(bytes)
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_back(&self, mut text: Vec<u8>, mut raw: Vec<u8>) {
        let mut state = self.lock();
        state.in_use -= 1;
        // A buffer that one monster record grew is not kept, and neither are more than can be out again.
        let usual = HEADROOM + self.batch_bytes;
        if (usual..=2 * usual).contains(&text.capacity()) && state.spare.len() < state.allowed && !state.narrow {
            text.resize(usual, 0);
            raw.clear();
            state.spare.push((text, raw));
        }
        drop(state);
        self.changed.notify_all();
    }
}

impl Permit {
    fn release(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut *held) {
            self.shared.lock().out -= 1;
            self.shared.changed.notify_all();
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(pool: &Pool) -> Box<Batch> {
        match pool.take() {
            Taken::Batch(batch) => batch,
            _ => panic!("no batch"),
        }
    }

    #[test]
    fn a_released_batch_makes_room_and_its_buffer_comes_back_once() {
        let pool = Pool::new(1, 10);
        let first = taken(&pool);
        first.release();
        let second = taken(&pool);
        first.release();
        drop((first, second));
        let state = pool.shared.lock();
        assert_eq!((state.out, state.in_use, state.spare.len()), (0, 0, 1));
    }

    #[test]
    fn refused_memory_is_told() {
        assert!(matches!(Pool::new(4, isize::MAX as usize - HEADROOM).take(), Taken::Refused));
    }

    #[test]
    fn a_refusal_lowers_the_permits_and_the_buffers_there_are_go_round() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static GIVEN: AtomicUsize = AtomicUsize::new(0);
        let at_most_three = |len| (GIVEN.fetch_add(1, Ordering::Relaxed) < 3).then(|| vec![0; len]);
        let pool = Pool::with_allocator(8, 10, at_most_three);
        let held: Vec<_> = (0..3).map(|_| taken(&pool)).collect();
        assert!(matches!(pool.take(), Taken::Fewer(3)));
        held[0].release();
        assert!(matches!(pool.take(), Taken::Fewer(2)));
        held[1].release();
        assert!(matches!(pool.take(), Taken::Fewer(1)));
        let waiting = std::thread::spawn({
            let pool = pool.clone();
            move || matches!(pool.take(), Taken::Batch(_))
        });
        drop(held);
        assert!(waiting.join().unwrap(), "the buffer that came back is taken");
    }

    #[test]
    fn nobody_waits_for_buffers_that_wait_for_the_next_one() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static GIVEN: AtomicUsize = AtomicUsize::new(0);
        let pool = Pool::with_allocator(1, 10, |len| (GIVEN.fetch_add(1, Ordering::Relaxed) < 2).then(|| vec![0; len]));
        let first = taken(&pool);
        first.release();
        let second = taken(&pool);
        second.release();
        assert!(matches!(pool.take(), Taken::Refused));
    }

    #[test]
    fn narrow_is_one_at_a_time_and_keeps_nothing() {
        let pool = Pool::new(3, 10);
        let (first, second) = (taken(&pool), taken(&pool));
        pool.narrow(true);
        drop(first);
        assert!(pool.shared.lock().spare.is_empty());
        let waiting = std::thread::spawn({
            let pool = pool.clone();
            move || matches!(pool.take(), Taken::Batch(_))
        });
        assert!(!waiting.is_finished());
        drop(second);
        assert!(waiting.join().unwrap());
        let _held = taken(&pool);
        pool.narrow(false);
        drop((taken(&pool), taken(&pool)));
        assert_eq!(pool.shared.lock().spare.len(), 2);
    }

    #[test]
    fn cancelling_ends_the_wait() {
        let pool = Pool::new(1, 10);
        let _held = taken(&pool);
        pool.cancel();
        assert!(matches!(pool.take(), Taken::Cancelled));
    }
}
