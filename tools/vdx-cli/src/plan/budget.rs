//! How much memory a plan may count on, and the most parallel shape that fits.

use vdx_hts::{Error, Result};
use vdx_pipeline::limits::{FRESH_SHARE, LONGEST_RECORD, RECORD_SHARE};

use super::{MIB, ToolCost};
use crate::flags::{AutoOr, format_size};
use crate::host::{Host, Limit};

/// Resident memory of one worker: the touched part of its stack, its scratch buffers, its compressor.
const PER_THREAD: u64 = 2 * MIB;
/// What stays of it where it has nothing to do: its stack, what the allocator keeps for it, its compressor.
const IDLE_THREAD: u64 = MIB / 2;
/// Text that waits for a thread that compresses it, and the blocks it becomes; at level 0 the buffers that it is written from.
const ENCODING: u64 = 9 * MIB / 8;
/// A compressor of level 8 or 9 (libdeflate's 10 and 12).
pub(super) const STRONG_ENCODER: u64 = 9 * MIB;
/// The pages of a program itself, resident with its first chunk: text, data, what the system linker adds.
const PROGRAM: u64 = 5 * MIB;
/// What is touched of a thread's stack.
const STACK_TOUCHED: u64 = MIB / 8;
/// Address space of one thread: its stack and the heap glibc reserves for it, 64 MiB at a time. Only `ulimit -v` counts
/// that.
const ADDRESS_PER_THREAD: u64 = vdx_hts::THREAD_STACK as u64 + 64 * MIB;
/// Reader and sink.
const HELPERS: u64 = 2;
/// Copies of a chunk that may be alive at once: the chunk with its blocks, and twice as much that a worker makes of it.
pub(super) const COPIES: u64 = 1 + FRESH_SHARE as u64;
/// Sizes of chunks, best first.
const CHUNKS: [u64; 3] = [MIB, MIB / 2, MIB / 4];

/// These tools need tens of megabytes; more than this is never taken unasked.
const MODEST: u64 = 256 * MIB;
/// What a small machine or container may give up beyond a quarter of what it has left.
const COMFORT: u64 = 64 * MIB;

/// A number of threads with their chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) threads: usize,
    pub(super) permits: usize,
    pub(super) chunk: u64,
}

impl Shape {
    /// The least there is.
    const SMALLEST: Self = Self { threads: 1, permits: 1, chunk: CHUNKS[CHUNKS.len() - 1] };

    /// Resident bytes.
    pub(super) fn need(&self, cost: &ToolCost) -> u64 {
        let chunks = (self.permits as u64).saturating_mul(COPIES * self.chunk);
        base(self.threads, cost).saturating_add(chunks)
    }

    /// Bytes of address space on top of what the process has mapped already.
    fn address_space(&self, cost: &ToolCost) -> u64 {
        let threads = if self.threads == 1 { 0 } else { self.threads as u64 + HELPERS };
        self.need(cost).saturating_add(threads.saturating_mul(ADDRESS_PER_THREAD))
    }
}

pub(super) fn base(threads: usize, cost: &ToolCost) -> u64 {
    let threads = threads as u64;
    // One group of blocks in a plain loop; else as many as there are threads, one that is filled, one that is written.
    let jobs = if threads == 1 { 1 } else { threads.saturating_add(2) };
    let scratch = threads.saturating_mul(PER_THREAD + cost.per_thread).saturating_add(jobs.saturating_mul(ENCODING));
    (cost.fixed + cost.reserve).saturating_add(scratch)
}

/// What of a process of so many workers is no heap, in bytes.
pub(super) fn outside(threads: usize) -> u64 {
    PROGRAM.saturating_add((threads as u64 + HELPERS).saturating_mul(STACK_TOUCHED))
}

/// What a plan may count on, in bytes.
pub(super) struct Budget {
    pub(super) bytes: u64,
    /// What the process may come to.
    pub(super) ceiling: u64,
}

/// `--memory`, or a modest share of what is left.
pub(super) fn of(host: &Host, asked: AutoOr<u64>, cost: &ToolCost, why: &mut Vec<String>) -> Result<Budget> {
    let least = Shape::SMALLEST.need(cost);
    if let AutoOr::Fixed(bytes) = asked
        && bytes < least
    {
        return Err(too_small(&format!("--memory {}", format_size(bytes)), least, "give that, or more"));
    }
    // What is in use now may be given back; what a limit allows at all will not grow.
    if let Some(cap) = host.memory_cap().filter(|cap| *cap < least) {
        let who =
            host.memory.iter().find(|limit| limit.value == cap).map_or("the machine", |limit| limit.what.as_str());
        return Err(too_small(&format!("{who} allows {}, which", format_size(cap)), least, "request more memory"));
    }
    let left = host.memory_left();
    let most = left.as_ref().map_or(u64::MAX, Limit::left);
    let by = left.as_ref().map_or_else(String::new, |limit| {
        format!(" of {} left by {} of {}", format_size(limit.left()), limit.what, limit.level)
    });
    let (bytes, room) = match asked {
        AutoOr::Fixed(bytes) if bytes <= most => {
            why.push(format!("--memory {}", format_size(bytes)));
            (bytes, bytes)
        }
        AutoOr::Fixed(bytes) => {
            why.push(format!("--memory {}, but only {}{by}", format_size(bytes), format_size(most)));
            (most.max(least), most)
        }
        AutoOr::Auto => {
            let share = (most / 4).max((most / 4 * 3).min(COMFORT)).clamp(least, MODEST.max(least));
            why.push(format!("memory {}{by}", format_size(share)));
            // One monstrous record is rare and may take what a run as a whole should not.
            (share, (most / 2).max(share))
        }
    };
    Ok(Budget { bytes, ceiling: room.max(bytes) })
}

/// The longest record that `room` has memory for, in bytes. Where it needs much it is worked on alone, and what threads are
/// for has given back what it can.
pub(super) fn longest_record(room: u64, threads: usize, cost: &ToolCost) -> u64 {
    let least = base(1, cost) + idle(threads);
    (room.saturating_sub(least) / RECORD_SHARE as u64).clamp(CHUNKS[0] / 2, LONGEST_RECORD as u64)
}

/// What a run needs beside one long record, so that it is accepted whatever number of threads, up to those wanted, the
/// budget for it then allows.
pub(super) fn beside_record(wanted: usize, cost: &ToolCost) -> u64 {
    base(1, cost) + idle(wanted)
}

/// What the threads of a run beyond the first keep where one record is worked on alone, in bytes.
fn idle(threads: usize) -> u64 {
    (threads as u64 - 1).saturating_mul(IDLE_THREAD)
}

/// The most parallel shape within `budget` and within what threads may be made: first smaller chunks, then fewer of
/// them, then fewer threads.
pub(super) fn fit(host: &Host, wanted: usize, budget: u64, cost: &ToolCost, why: &mut Vec<String>) -> Result<Shape> {
    let address = Host::tightest(&host.address_space);
    let tasks = Host::tightest(&host.tasks);
    let address_left = address.map_or(u64::MAX, Limit::left);
    let tasks_left = tasks.map_or(u64::MAX, Limit::left);

    let mut lowered_by = None;
    // Threads are given up last: a smaller chunk costs a little speed, a thread all of its share.
    for threads in (2..=wanted).rev() {
        let full = 2 * threads + 2;
        let smaller_chunks = CHUNKS.iter().map(|chunk| Shape { threads, permits: full, chunk: *chunk });
        let fewer_chunks = (threads + 1..full).rev().map(|permits| Shape { threads, permits, ..Shape::SMALLEST });
        let Some(shape) = smaller_chunks.chain(fewer_chunks).find(|shape| shape.need(cost) <= budget) else {
            lowered_by.get_or_insert_with(|| format!("memory {}", format_size(budget)));
            continue;
        };
        if shape.address_space(cost) > address_left {
            lowered_by = address.map(describe);
        } else if threads as u64 + HELPERS > tasks_left {
            lowered_by = tasks.map(describe);
        } else {
            note_lowered(wanted, threads, lowered_by, why);
            return Ok(shape);
        }
    }
    note_lowered(wanted, 1, lowered_by, why);
    let one = CHUNKS.iter().map(|chunk| Shape { chunk: *chunk, ..Shape::SMALLEST });
    let shape = one.into_iter().find(|shape| shape.need(cost) <= budget && shape.address_space(cost) <= address_left);
    match (shape, address) {
        (Some(shape), _) => Ok(shape),
        (None, Some(limit)) if Shape::SMALLEST.address_space(cost) > address_left => {
            let least = Shape::SMALLEST.address_space(cost) + limit.used.unwrap_or(0);
            let found = format!("{} (ulimit -v) allows {}, which", limit.what, format_size(limit.value));
            Err(too_small(&found, least, "raise it"))
        }
        (None, _) => Ok(Shape::SMALLEST),
    }
}

fn describe(limit: &Limit) -> String {
    format!("{} of {}", limit.what, limit.level)
}

fn note_lowered(wanted: usize, threads: usize, by: Option<String>, why: &mut Vec<String>) {
    if let Some(by) = by.filter(|_| threads < wanted) {
        why.push(format!("{threads} of {wanted} threads: {by}"));
    }
}

fn too_small(found: &str, least: u64, advice: &str) -> Error {
    // Rounded up to what --memory takes.
    let mib = least.div_ceil(MIB);
    Error::memory(format!("{found} is too small even for one thread: the smallest that works is {mib}M; {advice}"))
}
