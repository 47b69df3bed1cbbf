//! How much heap is in use, and how much may be: the last fence of `--memory`.
//!
//! What a run plans, spills or flushes in pieces keeps it well below. Behind the fence is what nobody foresaw (a header of
//! a million contigs, half a million records at one POS): the request that would pass it is refused as the system refuses
//! one, so that the run ends with a message and exit 137 before a cgroup's killer ends it without one.
//!
//! Each thread tells of what it took and gave back in sums, which costs an allocation a few instructions; the count may be
//! off by [`UNTOLD`] for each thread.

use std::cell::Cell;
use std::sync::atomic::{AtomicIsize, Ordering};

/// What a thread keeps to itself, in bytes.
const UNTOLD: isize = 1 << 16;

static LIVE: AtomicIsize = AtomicIsize::new(0);
static MOST: AtomicIsize = AtomicIsize::new(isize::MAX);
/// The most that a refused request would have come to; 0: none was refused.
static REFUSED: AtomicIsize = AtomicIsize::new(0);

thread_local! {
    // Without a destructor and without a first use that allocates, as an allocator needs it.
    static OWN: Cell<isize> = const { Cell::new(0) };
}

/// What glibc takes for a block of `size` bytes: its own word in front, in steps of 16.
fn cost(size: usize) -> isize {
    (size.saturating_add(23) & !15).max(32) as isize
}

/// Counts a block of `size` bytes; `false` where it would pass the fence: it is not counted then.
#[inline]
pub(super) fn takes(size: usize) -> bool {
    let bytes = cost(size);
    let own = OWN.get().saturating_add(bytes);
    if own < UNTOLD {
        OWN.set(own);
        return true;
    }
    tells(own)
}

/// Adds what a thread kept to itself, unless it is more and would pass the fence.
#[cold]
fn tells(own: isize) -> bool {
    let live = LIVE.load(Ordering::Relaxed).saturating_add(own);
    if own > 0 && live > MOST.load(Ordering::Relaxed) {
        REFUSED.fetch_max(live, Ordering::Relaxed);
        return false;
    }
    LIVE.fetch_add(own, Ordering::Relaxed);
    OWN.set(0);
    true
}

/// A block of `size` bytes went back.
#[inline]
pub(super) fn gives(size: usize) {
    let own = OWN.get().saturating_sub(cost(size));
    if own > -UNTOLD {
        OWN.set(own);
        return;
    }
    LIVE.fetch_add(own, Ordering::Relaxed);
    OWN.set(0);
}

/// Counts a block of `old` bytes as one of `new`; `false` where it would pass the fence: it stays as it was counted.
#[inline]
pub(super) fn changes(old: usize, new: usize) -> bool {
    let bytes = cost(new).saturating_sub(cost(old));
    let own = OWN.get().saturating_add(bytes);
    if own.abs() < UNTOLD {
        OWN.set(own);
        return true;
    }
    tells(own)
}

/// Puts the fence at `most` bytes of heap.
pub(super) fn put(most: u64) {
    MOST.store(isize::try_from(most).unwrap_or(isize::MAX), Ordering::Relaxed);
}

/// Heap in use, in bytes.
pub(super) fn live() -> u64 {
    u64::try_from(LIVE.load(Ordering::Relaxed)).unwrap_or(0)
}

/// The heap that a refused request would have come to, where one was, in bytes.
pub(super) fn refused() -> Option<u64> {
    u64::try_from(REFUSED.load(Ordering::Relaxed)).ok().filter(|&bytes| bytes > 0)
}
