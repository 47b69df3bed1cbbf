//! One open shard, at its next line.

use std::cmp::Ordering;

use vdx_cli::stats::Counts;
use vdx_hts::sorted::unsorted;
use vdx_hts::source::Progress;
use vdx_hts::{Error, Result};
use vdx_pipeline::{Form, Lines, Message};
use vdx_vcf::bcf::Record;
use vdx_vcf::line::trim_line_end;

use crate::shards::contigs::{ContigOrder, Key};
use crate::shards::layout::LineLayout;

/// Where merged lines go.
pub(crate) type Out<'a> = dyn FnMut(&[u8]) -> Result<()> + 'a;

/// What all shards have in common.
pub(crate) struct Common<'a> {
    /// What a line is.
    pub(crate) layout: LineLayout,
    /// What the output's records are, and so those that are merged.
    pub(crate) form: Form,
    /// How contigs are ordered.
    pub(crate) order: ContigOrder,
    /// Told how far the run is.
    pub(crate) progress: &'a Progress,
}

impl Common<'_> {
    /// RankedContig and position (1-based) of a record.
    fn locus<'a>(&'a self, record: &'a [u8]) -> Result<(&'a [u8], u32)> {
        locus(self.layout, &self.form, record)
    }

    /// A record without its line end.
    pub(crate) fn trimmed<'a>(&self, record: &'a [u8]) -> &'a [u8] {
        if self.form.is_bcf() { record } else { trim_line_end(record) }
    }
}

/// RankedContig and position (1-based) of a record of `form`, or of a table's row.
pub(crate) fn locus<'a>(layout: LineLayout, form: &'a Form, record: &'a [u8]) -> Result<(&'a [u8], u32)> {
    let Form::Bcf(dictionaries) = form else { return layout.locus(record) };
    let parsed = Record::parse(record)?;
    let contig = dictionaries.contig(parsed.contig());
    let damaged = || Error::data("damaged BCF record: expected a contig of the header; make the file again");
    Ok((contig.ok_or_else(damaged)?, parsed.pos()))
}

/// Counts so far.
#[derive(Debug, Default)]
pub(crate) struct MergeTally {
    /// Records read, by contig.
    pub(crate) contigs: Counts,
    /// Records read.
    pub(crate) records: u64,
    /// Records left out because another shard has the very line.
    pub(crate) duplicates: u64,
    /// Blocks of lines read.
    pub(crate) blocks: u64,
    /// Times that open shards were merged into a temporary file to make room.
    pub(crate) passes: u64,
    /// What there is to tell of the shards.
    pub(crate) messages: Vec<Message>,
}

impl MergeTally {
    /// Counts records of the contig of `key`.
    fn count(&mut self, key: &Key, records: u64) {
        if records > 0 {
            self.records += records;
            self.contigs.add(&String::from_utf8_lossy(&key.contig.name), records);
        }
    }
}

/// An open shard that is not at its end. Cursors compare by their next line, then by their shards.
pub(crate) struct ShardCursor {
    lines: Lines,
    file: String,
    /// Its place among the shards in the order of their first records.
    serial: usize,
    /// The next line's place.
    key: Key,
    /// What it gives out comes from shards and has been counted.
    spilled: bool,
    bytes_told: u64,
}

impl ShardCursor {
    /// A shard whose next line is at `key`.
    pub(crate) fn new(lines: Lines, serial: usize, key: Key) -> Self {
        Self { file: lines.name().to_owned(), lines, serial, key, spilled: false, bytes_told: 0 }
    }

    /// A temporary file of lines that cursors gave out before; it stands in for the one at `key` and `serial`.
    pub(crate) fn spilled(lines: Lines, serial: usize, key: Key) -> Self {
        Self { spilled: true, ..Self::new(lines, serial, key) }
    }

    /// The next line's place.
    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// The place of the shard among the others.
    pub(crate) fn serial(&self) -> usize {
        self.serial
    }

    /// Hands out the lines before `bound`, whole runs at once, each line with an end; `false` at the end of the shard.
    ///
    /// # Errors
    /// A line that is no record, or stands before the one in front of it.
    pub(crate) fn run(
        &mut self,
        bound: Option<&Key>,
        common: &Common<'_>,
        tally: &mut MergeTally,
        out: &mut Out<'_>,
    ) -> Result<bool> {
        let mut limit = limit_within(&self.key, bound);
        loop {
            let Some((block, number)) = self.lines.block()? else {
                tally.messages.extend(self.lines.messages());
                return Ok(false);
            };
            let (mut at, mut count, mut counted, mut stopped) = (0, 0, 0, false);
            while at < block.len() {
                let Some(line) = common.form.records(&block[at..]).next() else { break };
                let located = |error: Error| error.in_file(&self.file).at_line(number + count);
                let (name, pos) = common.locus(line).map_err(located)?;
                if *name == *self.key.contig.name {
                    if pos < self.key.pos {
                        return Err(located(unsorted("this shard", (name, pos), (name, self.key.pos))));
                    }
                } else {
                    let contig =
                        common.order.contig(name).map_err(|error| located(error.at_locus(name, pos.into())))?;
                    if contig < self.key.contig {
                        return Err(located(wrong_order(&self.key, number + count - 1, name, pos)));
                    }
                    if !self.spilled {
                        tally.count(&self.key, count - counted);
                    }
                    counted = count;
                    self.key = Key { contig, pos };
                    limit = limit_within(&self.key, bound);
                }
                self.key.pos = pos;
                if u64::from(pos) >= limit {
                    stopped = true;
                    break;
                }
                at += line.len();
                count += 1;
            }
            if !self.spilled {
                tally.count(&self.key, count - counted);
            }
            // A run of lines that nothing comes between goes out in one piece: shards of chromosomes are merged at
            // the speed of copying.
            let used = &block[..at];
            out(used)?;
            // Only the last line of a table may lack its end.
            if !common.form.is_bcf() && used.last().is_some_and(|&byte| byte != b'\n') {
                out(b"\n")?;
            }
            self.lines.consume(at, count);
            if stopped {
                return Ok(true);
            }
            tally.blocks += 1;
            self.tell(common.progress, count);
        }
    }

    fn tell(&mut self, progress: &Progress, records: u64) {
        if !self.spilled {
            let bytes = self.lines.progress().bytes();
            progress.add_bytes(bytes - std::mem::replace(&mut self.bytes_told, bytes));
            progress.add_records(records);
        }
    }
}

/// The first position on the contig of `key` that is not before `bound`.
fn limit_within(key: &Key, bound: Option<&Key>) -> u64 {
    match bound.map(|bound| (key.contig.cmp(&bound.contig), bound.pos)) {
        None | Some((Ordering::Less, _)) => u64::MAX,
        Some((Ordering::Equal, pos)) => pos.into(),
        Some((Ordering::Greater, _)) => 0,
    }
}

/// The error for a record whose contig comes before that of the record in front of it, which is at `line`.
fn wrong_order(before: &Key, line: u64, chrom: &[u8], pos: u32) -> Error {
    let (name, last) = (String::from_utf8_lossy(&before.contig.name), before.pos);
    let found = String::from_utf8_lossy(chrom);
    let message = format!(
        "this shard is not sorted: expected no record of {found} behind the one at {name}:{last} (line {line}), as {found} \
         comes before {name}; sort it first, e.g. with 'bcftools sort', or give the order of contigs with --contigs"
    );
    Error::data(message).at_locus(chrom, pos.into())
}

impl PartialEq for ShardCursor {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for ShardCursor {}

impl PartialOrd for ShardCursor {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ShardCursor {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.key, self.serial).cmp(&(&other.key, other.serial))
    }
}
