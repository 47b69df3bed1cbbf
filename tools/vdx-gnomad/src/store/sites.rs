//! Allele numbers of all sites, variable or not: what tells a variant that gnomAD would have seen from one that it could
//! not see.
//!
//! `CONTIG.an` is a [side file](super::side) of kind `an-sites`, ordered by position. A block of n runs of neighbouring
//! positions with one AN: `u32` n; n codes, how far each run starts behind the end of the one before it (the first: its
//! 1-based position); n codes, how many positions more than one it has; n codes, how much its AN is above the one
//! before it (the first: above 0), times two, or how much it is below, times two minus one. Sites with AN 0 are left out.

use std::path::Path;

use vdx_hts::{Error, Result};

use super::codes;
use super::section::Unpacker;
use super::side::{About, SideFile, SideWriter};

/// What the names of these files end with.
pub(crate) const SUFFIX: &str = ".an";

/// Their kind.
pub(crate) const KIND: &str = "an-sites";

const BLOCK_RUNS: usize = 8192;

/// Positions in a row that have one AN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    first: u32,
    last: u32,
    an: u64,
}

/// Writes the sites of a contig.
pub(crate) struct SitesWriter {
    writer: SideWriter,
    runs: Vec<Run>,
    last: u32,
    /// How many sites there are.
    pub(crate) sites: u64,
}

impl SitesWriter {
    /// Starts the file at `target`.
    ///
    /// # Errors
    /// It cannot be made or written.
    pub(crate) fn new(target: &Path, about: &About) -> Result<Self> {
        Ok(Self { writer: SideWriter::new(target, about)?, runs: Vec::new(), last: 0, sites: 0 })
    }

    /// Takes a site.
    ///
    /// # Errors
    /// It does not stand behind the one before it, or the file cannot be written.
    pub(crate) fn add(&mut self, pos: u32, an: u64) -> Result<()> {
        if pos <= self.last {
            return Err(Error::data(format!("expected sites in order of position, found one behind {}", self.last)));
        }
        self.last = pos;
        if an == 0 {
            return Ok(());
        }
        self.sites += 1;
        match self.runs.last_mut() {
            Some(run) if run.an == an && run.last + 1 == pos => run.last = pos,
            _ => {
                if self.runs.len() >= BLOCK_RUNS {
                    self.block()?;
                }
                self.runs.push(Run { first: pos, last: pos, an });
            }
        }
        Ok(())
    }

    fn block(&mut self) -> Result<()> {
        let Some((first, last)) = self.runs.first().zip(self.runs.last()) else { return Ok(()) };
        self.writer.block(&encode(&self.runs), first.first.into(), last.last.into())?;
        self.runs.clear();
        Ok(())
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// It cannot be written or renamed.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.block()?;
        self.writer.finish()
    }
}

fn encode(runs: &[Run]) -> Vec<u8> {
    let mut out = (runs.len() as u32).to_le_bytes().to_vec();
    let before = || std::iter::once(Run { first: 0, last: 0, an: 0 }).chain(runs.iter().copied());
    let mut put = |part: fn(&Run, Run) -> u64| {
        codes::put(&mut out, &runs.iter().zip(before()).map(|(run, before)| part(run, before)).collect::<Vec<_>>());
    };
    put(|run, before| (run.first - before.last).into());
    put(|run, _| (run.last - run.first).into());
    put(|run, before| if run.an >= before.an { (run.an - before.an) * 2 } else { (before.an - run.an) * 2 - 1 });
    out
}

/// `None`: damaged.
fn decode(mut raw: &[u8]) -> Option<Vec<Run>> {
    let raw = &mut raw;
    let count = codes::get_u32(raw)? as usize;
    let [steps, lengths, changes] = [codes::get(raw, count)?, codes::get(raw, count)?, codes::get(raw, count)?];
    let (mut last, mut an) = (0u32, 0u64);
    let mut runs = Vec::with_capacity(count);
    for at in 0..count {
        let first = last.checked_add(u32::try_from(steps[at]).ok()?)?;
        last = first.checked_add(u32::try_from(lengths[at]).ok()?)?;
        let change = changes[at].div_ceil(2);
        an = if changes[at] % 2 == 0 { an.checked_add(change)? } else { an.checked_sub(change)? };
        runs.push(Run { first, last, an });
    }
    raw.is_empty().then_some(runs)
}

/// The last block of sites that was looked into; one per thread.
pub(crate) struct SitesCursor {
    unpacker: Unpacker,
    raw: Vec<u8>,
    /// The number of the file in its source, and of the block in it.
    id: Option<(usize, usize)>,
    runs: Vec<Run>,
}

impl Default for SitesCursor {
    fn default() -> Self {
        Self { unpacker: Unpacker::new(), raw: Vec::new(), id: None, runs: Vec::new() }
    }
}

impl SitesCursor {
    /// The AN at a 1-based position of file number `number` of a source; `None` where nobody was called.
    ///
    /// # Errors
    /// The file cannot be read or is damaged.
    pub(crate) fn an_at(&mut self, number: usize, file: &SideFile, pos: u32) -> Result<Option<u64>> {
        let at = file.blocks.partition_point(|block| block.last < u64::from(pos));
        let Some(block) = file.blocks.get(at).filter(|block| block.first <= u64::from(pos)) else { return Ok(None) };
        if self.id != Some((number, at)) {
            self.id = None;
            file.read(*block, &mut self.unpacker, &mut self.raw)?;
            self.runs = decode(&self.raw).ok_or_else(|| file.damaged("a block of sites"))?;
            self.id = Some((number, at));
        }
        let run = self.runs.partition_point(|run| run.last < pos);
        Ok(self.runs.get(run).filter(|run| run.first <= pos).map(|run| run.an))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::describe::SourceFile;

    #[test]
    fn sites_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("chr1.an");
        let source = SourceFile { name: "a".into(), size: 1, modified: 2 };
        let about = About { kind: KIND, contig: "chr1".into(), source };
        let an = |pos: u32| match pos % 1000 {
            0..100 => 0,
            100..500 => 1000,
            rest => u64::from(rest) * 7 % 5000 + u64::from(pos / 1000),
        };
        let mut writer = SitesWriter::new(&target, &about).unwrap();
        for pos in 501..60_000 {
            writer.add(pos, an(pos)).unwrap();
        }
        assert!(writer.add(59_999, 1).unwrap_err().to_string().contains("in order of position"));
        writer.finish().unwrap();
        let file = SideFile::open(&target, KIND).unwrap();
        assert!(file.blocks.len() > 2);
        let mut cursor = SitesCursor::default();
        for pos in (1..61_000).rev().chain(1..61_000) {
            let expected = Some(an(pos)).filter(|an| *an > 0 && (501..60_000).contains(&pos));
            assert_eq!(cursor.an_at(0, &file, pos).unwrap(), expected, "{pos}");
        }
    }
}
