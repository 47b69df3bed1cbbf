//! Reading only the parts of a BGZF file that an index says can hold records of some regions.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use noodles_core::Position;
use noodles_core::region::Interval;
use noodles_csi::BinningIndex;
use vdx_vcf::contig::Contig;
use vdx_vcf::region::Regions;

use super::blocks::{BgzfFile, Blocks};
use super::find::Indexed;
use crate::error::{Error, Result};

/// Whole lines of a file: from one virtual offset to another, part by part.
pub struct RegionReader {
    db: Indexed,
    blocks: Blocks,
    /// Start and end, in file order, in different blocks each.
    parts: VecDeque<(u64, u64)>,
    /// The block to read next of the first part.
    next: Option<u64>,
    text: Vec<u8>,
    at: usize,
    end: usize,
}

impl RegionReader {
    /// What of the file, whose index is at `index`, overlaps the regions. `declared` are the contigs of its header.
    pub fn new(db: Indexed, index: &Path, regions: &Regions, declared: &[Contig]) -> Result<Self> {
        let name = index.display().to_string();
        let failed = |error: io::Error| Error::io(name.clone(), &error);
        let open = || File::open(index).map(BufReader::new).map_err(failed);
        let rows: Box<dyn BinningIndex> = match noodles_tabix::io::Reader::new(open()?).read_index() {
            Ok(index) => Box::new(index),
            Err(_) => Box::new(noodles_csi::io::Reader::new(open()?).read_index().map_err(failed)?),
        };
        let base = (1usize << (rows.min_shift() + 3 * rows.depth())) - 1;
        let position = |pos: u32| Position::try_from((pos as usize).clamp(1, base)).unwrap_or(Position::MIN);
        let mut parts = Vec::new();
        for (id, contig) in db.index.contigs().iter().enumerate() {
            let length = declared.iter().find(|known| known.name == contig.name).and_then(|known| known.length);
            let Some(place) = regions.find(&contig.name, length) else { continue };
            // What is less than a window apart lies in the same windows or in neighbours: one look at the index will do.
            let near = |last: u32, first: u32| first - last < 1 << rows.min_shift();
            let stretches = regions.stretches(place).chunk_by(|last, next| near(last.1, next.0));
            for (first, last) in stretches.filter_map(|run| Some((run.first()?.0, run.last()?.1))) {
                let interval = Interval::from(position(first)..=position(last));
                let found = rows.query(id, interval).map_err(failed)?;
                parts.extend(found.iter().map(|part| (u64::from(part.start()), u64::from(part.end()))));
            }
        }
        parts.sort_unstable();
        parts.dedup_by(|next, last| {
            let joins = next.0 >> 16 <= last.1 >> 16;
            if joins {
                last.1 = last.1.max(next.1);
            }
            joins
        });
        Ok(Self { db, blocks: Blocks::new(), parts: parts.into(), next: None, text: Vec::new(), at: 0, end: 0 })
    }

    /// Decodes the next block; `false` at the end.
    fn more(&mut self) -> Result<bool> {
        while let Some(&(start, end)) = self.parts.front() {
            let block = self.next.unwrap_or(start >> 16);
            self.text.clear();
            let file: &BgzfFile = &self.db.file;
            let next = if block > end >> 16 { None } else { self.blocks.read(file, block, &mut self.text)? };
            let within = |offset: u64, other: usize| {
                if block == offset >> 16 { (offset & 0xffff) as usize } else { other }
            };
            self.end = within(end, self.text.len()).min(self.text.len());
            self.at = within(start, 0).min(self.end);
            self.next = next.filter(|_| block < end >> 16);
            if self.next.is_none() {
                self.parts.pop_front();
            }
            if self.at < self.end {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Read for RegionReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.end && !self.more().map_err(io::Error::other)? {
            return Ok(0);
        }
        let len = buffer.len().min(self.end - self.at);
        buffer[..len].copy_from_slice(&self.text[self.at..self.at + len]);
        self.at += len;
        Ok(len)
    }
}
