//! The index of a BGZF file that is being written.

use std::path::{Path, PathBuf};

use vdx_vcf::Form;

use super::builder::IndexBuilder;
use super::find::temporary;
use super::{IndexKind, cache};
use crate::atomic::{AtomicFile, Mode};
use crate::bgzf;
use crate::error::{Error, Result};
use crate::records::Records as _;

/// Gathers rows from the text on its way to the compressor, by their offset in the text, and what blocks hold when they
/// are written, which is later.
pub struct IndexWriter {
    rows: IndexBuilder,
    form: Form,
    /// A record whose end has not come yet.
    unfinished: Vec<u8>,
    /// Bytes of text so far.
    text: u64,
    /// Where the blocks start in the text and in the file.
    blocks: Vec<(u64, u64)>,
    /// Text and compressed bytes of the blocks so far.
    size: (u64, u64),
}

impl IndexWriter {
    /// Nothing yet of an index of this kind.
    pub fn new(kind: IndexKind) -> Self {
        Self {
            rows: IndexBuilder::new(kind),
            form: Form::Text,
            unfinished: Vec::new(),
            text: 0,
            blocks: Vec::new(),
            size: (0, 0),
        }
    }

    /// The file starts with a header of `header` bytes, and what follows are records of `form`.
    pub fn begin(&mut self, form: Form, header: usize) {
        self.form = form;
        self.text = header as u64;
    }

    /// Of which kind it will be.
    pub fn kind(&self) -> IndexKind {
        self.rows.kind()
    }

    /// The next bytes of the text; records may go on from call to call.
    pub fn text(&mut self, bytes: &[u8]) -> Result<()> {
        let before = self.text;
        self.text += bytes.len() as u64;
        let Some(edge) = self.form.last_edge(&self.unfinished, bytes, None)? else {
            self.unfinished.extend_from_slice(bytes);
            return Ok(());
        };
        let (mut records, rest) = bytes.split_at(edge);
        let mut start = before;
        if !self.unfinished.is_empty() {
            let first = self.form.first_edge(&self.unfinished, records);
            self.unfinished.extend_from_slice(&records[..first]);
            records = &records[first..];
            start = before + first as u64;
            self.rows.add(&self.form, &self.unfinished, start - self.unfinished.len() as u64, start)?;
            self.unfinished.clear();
        }
        for record in self.form.records(records) {
            let end = start + record.len() as u64;
            self.rows.add(&self.form, record, start, end)?;
            start = end;
        }
        self.unfinished.extend_from_slice(rest);
        Ok(())
    }

    /// The next blocks as they are written.
    pub fn blocks(&mut self, mut blocks: &[u8]) {
        while blocks.len() > bgzf::FIXED_HEADER {
            let extra = blocks.get(bgzf::FIXED_HEADER..bgzf::FIXED_HEADER + bgzf::extra_len(blocks));
            let size = extra.and_then(bgzf::block_size).unwrap_or(blocks.len());
            let Some((block, rest)) = blocks.split_at_checked(size) else { return };
            self.block(bgzf::text_len(block), size);
            blocks = rest;
        }
    }

    /// The next block as it is written: bytes of its text, and of all of it.
    pub fn block(&mut self, text: usize, size: usize) {
        self.blocks.push(self.size);
        self.size = (self.size.0 + text as u64, self.size.1 + size as u64);
    }

    /// Writes the index of the file that will be called `file` beside it, under a name that is not final: with the
    /// end-of-file block, all blocks are written.
    pub fn finish(self, file: &Path, mode: Mode) -> Result<(AtomicFile, PathBuf)> {
        let path = cache::beside(file, self.kind().suffix());
        let Self { rows, form, blocks, .. } = self;
        // Compression lags behind the records: where their blocks are in the file is known only now.
        let virtual_of = |text: u64| {
            // The last block that starts there: behind a full one, or behind all, it is the next.
            let behind = blocks.partition_point(|&(start, _)| start <= text);
            let (start, block) = blocks[..behind].last().copied().unwrap_or_default();
            (block << 16) | (text - start)
        };
        let rows = match form {
            Form::Text | Form::Table(_) => rows.finish(virtual_of),
            Form::Bcf(dictionaries) => rows.finish_bcf(&dictionaries, virtual_of),
        };
        let written = temporary(&rows, &path, mode).map_err(|error| Error::io(path.display().to_string(), &error))?;
        Ok((written, path))
    }
}
