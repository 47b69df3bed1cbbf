//! The merge: open shards in a heap by their next line, the others waiting by their first.
//!
//! A shard is opened when the merge comes to its first record, so that shards which do not overlap are read one after
//! the other, however many there are. Where more overlap than may be open, those that are open are merged into a
//! temporary file, which takes their place.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet, VecDeque};
use std::fs::File;
use std::io::{BufWriter, Seek, Write};

use vdx_hts::{Error, Result};
use vdx_pipeline::Input;
use vdx_pipeline::input::Options;

use crate::shards::contigs::Key;
use crate::shards::cursor::{Common, MergeTally, Out, ShardCursor};
use crate::shards::survey::Shard;

/// A merge under way.
pub(crate) struct Merge<'a> {
    /// What all shards have in common.
    pub(crate) common: &'a Common<'a>,
    /// Shards in the order of their first records.
    pub(crate) waiting: VecDeque<Shard>,
    /// How many shards may be open at once, at least two.
    pub(crate) most_open: usize,
    /// Lines that several shards have are all written.
    pub(crate) keep_duplicates: bool,
    /// How a shard is opened.
    pub(crate) options: Options,
}

const SPILL: &str = "a temporary file";

impl Merge<'_> {
    /// Hands out all lines in order, in runs of whole lines.
    pub(crate) fn go(mut self, tally: &mut MergeTally, out: &mut Out<'_>) -> Result<()> {
        let mut open = BinaryHeap::new();
        let mut serial = 0;
        loop {
            while let Some(next) = self.waiting.pop_front_if(|next| {
                open.peek().is_none_or(|Reverse(top): &Reverse<ShardCursor>| next.key <= *top.key())
            }) {
                // Shards that overlap are all open at once, and a process may have a thousand files as a rule: those
                // there are become one.
                if open.len() >= self.most_open {
                    open = BinaryHeap::from([Reverse(self.spill(open, tally)?)]);
                }
                let key = next.key.clone();
                open.push(Reverse(ShardCursor::new(next.open(self.options, &self.common.form)?, serial, key)));
                serial += 1;
            }
            let bound = self.waiting.front().map(|shard| &shard.key);
            if !step(&mut open, bound, self.common, self.keep_duplicates, tally, out)? {
                return Ok(());
            }
        }
    }

    /// Merges what is left of `open` into one temporary file, which no other process can see and which goes with the
    /// process.
    fn spill(&self, mut open: BinaryHeap<Reverse<ShardCursor>>, tally: &mut MergeTally) -> Result<ShardCursor> {
        let failed = |error: std::io::Error| {
            Error::io(format!("{SPILL} (in TMPDIR, for shards that overlap and cannot all be open)"), &error)
        };
        let first = open.iter().map(|Reverse(cursor)| cursor.serial()).min().unwrap_or_default();
        let key = open.peek().map(|Reverse(cursor)| cursor.key().clone());
        let Some(key) = key else { return Err(Error::data("internal error: no shard to make room with")) };
        let mut file = BufWriter::with_capacity(1 << 18, tempfile::tempfile().map_err(failed)?);
        let mut write = |bytes: &[u8]| file.write_all(bytes).map_err(failed);
        while step(&mut open, None, self.common, self.keep_duplicates, tally, &mut write)? {}
        let mut file: File = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.rewind().map_err(failed)?;
        tally.passes += 1;
        let spilled = Input::of_records(Box::new(file), SPILL, self.common.form.clone())?;
        Ok(ShardCursor::spilled(spilled.into_records(), first, key))
    }
}

/// Hands out the first lines of `open`: all up to where another shard, or one that waits until `bound`, has its turn.
/// `false` when nothing is left.
fn step(
    open: &mut BinaryHeap<Reverse<ShardCursor>>,
    bound: Option<&Key>,
    common: &Common<'_>,
    keep_duplicates: bool,
    tally: &mut MergeTally,
    out: &mut Out<'_>,
) -> Result<bool> {
    let Some(Reverse(mut cursor)) = open.pop() else { return Ok(false) };
    let second = open.peek().map(|Reverse(next)| next.key());
    if second == Some(cursor.key()) && !keep_duplicates {
        open.push(Reverse(cursor));
        share(open, common, tally, out)?;
        return Ok(true);
    }
    // One line of a shard that has its turn goes out in any case: the other's is not before it.
    let bound = match second.into_iter().chain(bound).min() {
        Some(bound) if bound == cursor.key() => Some(behind(bound)),
        bound => bound.cloned(),
    };
    if cursor.run(bound.as_ref(), common, tally, out)? {
        open.push(Reverse(cursor));
    }
    Ok(true)
}

/// Just behind a position.
fn behind(key: &Key) -> Key {
    Key { contig: key.contig.clone(), pos: key.pos + 1 }
}

/// Hands out the lines of one position that several shards have, shard by shard. A line that a shard before has, too, is
/// left out.
fn share(
    open: &mut BinaryHeap<Reverse<ShardCursor>>,
    common: &Common<'_>,
    tally: &mut MergeTally,
    out: &mut Out<'_>,
) -> Result<()> {
    let Some(key) = open.peek().map(|Reverse(top)| top.key().clone()) else { return Ok(()) };
    let behind = behind(&key);
    // Jobs that worked on neighbouring regions both have a record that reaches over the edge: it is one.
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    let mut lines = Vec::new();
    while let Some(Reverse(mut cursor)) = open.pop() {
        if *cursor.key() != key {
            open.push(Reverse(cursor));
            break;
        }
        lines.clear();
        let mut keep = |bytes: &[u8]| {
            lines.extend_from_slice(bytes);
            Ok(())
        };
        let more = cursor.run(Some(&behind), common, tally, &mut keep)?;
        let mut fresh = Vec::new();
        for line in common.form.records(&lines) {
            if seen.contains(common.trimmed(line)) {
                tally.duplicates += 1;
            } else {
                out(line)?;
                fresh.push(common.trimmed(line).to_vec());
            }
        }
        // A line that one shard has twice is its own.
        seen.extend(fresh);
        if more {
            open.push(Reverse(cursor));
        }
    }
    Ok(())
}
