//! Writing one contig.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use flate2::Crc;
use tempfile::NamedTempFile;
use vdx_cli::alloc::{TempGuard, register_temp};
use vdx_stream::{Error, Result, Threads};

use super::column;
use super::describe::Description;
use super::file::{Block, End, MAGIC, VERSION};
use super::keys::Keys;
use super::rows::{Rows, unsorted};
use super::section::Packer;
use crate::scan::Values;

/// Records in a block: enough to pack well, few enough to unpack for one question.
const BLOCK_RECORDS: usize = 4096;

/// What a block holds in memory before it is packed, in bytes: with hundreds of columns it has fewer records.
const BLOCK_BYTES: usize = 8 << 20;

/// A file that is being made, beside its final name until [`ContigWriter::finish`].
pub struct ContigWriter {
    target: PathBuf,
    temp: NamedTempFile,
    _guard: TempGuard,
    description: Description,
    packer: Packer,
    threads: Option<Threads>,
    keys: Keys,
    values: Values,
    /// Raw and packed bytes of a block.
    raw: Vec<u8>,
    packed: Vec<u8>,
    written: u64,
    last: u32,
    lines: Crc,
    end: End,
}

/// A file beside `target` that will take its name, and what removes it when a signal or refused memory ends the run.
///
/// # Errors
/// It cannot be made.
pub(super) fn temporary(target: &Path) -> Result<(NamedTempFile, TempGuard)> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let temp = tempfile::Builder::new()
        .prefix(".vdx-store-")
        // As any new file: what the umask leaves.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(|error| Error::io(folder.display().to_string(), &error))?;
    let guard = register_temp(temp.path());
    Ok((temp, guard))
}

impl ContigWriter {
    /// Starts the file of the contig that `description` names; `threads` share the packing.
    ///
    /// # Errors
    /// The file cannot be made or written.
    pub fn new(target: &Path, description: Description, threads: Option<Threads>) -> Result<Self> {
        let (temp, guard) = temporary(target)?;
        let mut values = Values::default();
        values.reset(description.columns.len());
        let mut this = Self {
            target: target.to_owned(),
            temp,
            _guard: guard,
            description,
            packer: Packer::new(),
            threads,
            keys: Keys::default(),
            values,
            raw: Vec::new(),
            packed: Vec::new(),
            written: 0,
            last: 0,
            lines: Crc::new(),
            end: End::default(),
        };
        this.packed.extend_from_slice(MAGIC);
        this.packed.extend_from_slice(&VERSION.to_le_bytes());
        this.raw = this.description.to_json().to_string().into_bytes();
        this.pack()?;
        this.flush()?;
        Ok(this)
    }

    /// The contig's name.
    pub fn contig(&self) -> &str {
        &self.description.contig
    }

    /// The final name.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Takes records that follow those before.
    ///
    /// # Errors
    /// They stand before the record before them, or the file cannot be written.
    pub fn append(&mut self, rows: &Rows) -> Result<()> {
        if rows.first < self.last {
            return Err(rows.place(unsorted(self.last)));
        }
        self.last = rows.last;
        self.end.left_out += rows.left_out;
        self.lines.combine(&rows.lines);
        for row in 0..rows.keys.len() {
            let variant = rows.keys.get(row);
            let is_full = self.keys.len() >= BLOCK_RECORDS || self.values.footprint() >= BLOCK_BYTES;
            if is_full && self.keys.positions.last().is_none_or(|&last| last < variant.pos) {
                self.block()?;
            }
            self.keys.push(&variant);
            self.values.push_from(&rows.values, row as u32);
        }
        Ok(())
    }

    /// Writes what was gathered.
    fn block(&mut self) -> Result<()> {
        let rows = self.keys.len();
        let (Some(&first), Some(&last)) = (self.keys.positions.first(), self.keys.positions.last()) else {
            return Ok(());
        };
        let columns = self.columns(rows as u32).into_iter().collect::<std::result::Result<Vec<_>, _>>();
        let columns = columns.map_err(Error::data)?;
        self.raw.clear();
        columns.iter().for_each(|column| self.raw.extend_from_slice(&(column.len() as u32).to_le_bytes()));
        self.keys.encode(&mut self.raw);
        let keys = self.pack()?;
        self.end.records += rows as u64;
        self.end.blocks.push(Block {
            offset: self.written,
            keys: keys.into(),
            first: first.into(),
            last: last.into(),
            records: rows as u64,
        });
        columns.iter().for_each(|column| self.packed.extend_from_slice(column));
        self.keys.clear();
        self.values.reset(self.description.columns.len());
        self.flush()
    }

    /// The columns of `rows` records, packed.
    fn columns(&self, rows: u32) -> Vec<std::result::Result<Vec<u8>, String>> {
        let (values, columns) = (&self.values, &self.description.columns);
        let pack = |(packer, raw): &mut (Packer, Vec<u8>), at: usize| {
            raw.clear();
            column::encode(values, rows, at, &columns[at].guesses, raw);
            let mut packed = Vec::new();
            packer.pack(raw, &mut packed).map(|_| packed)
        };
        let scratch = || (Packer::new(), Vec::new());
        match &self.threads {
            Some(threads) => threads.map(columns.len(), scratch, pack),
            None => {
                let mut scratch = scratch();
                (0..columns.len()).map(|at| pack(&mut scratch, at)).collect()
            }
        }
    }

    /// Packs `raw`; the size of the section.
    fn pack(&mut self) -> Result<u32> {
        self.packer.pack(&self.raw, &mut self.packed).map_err(Error::data)
    }

    fn flush(&mut self) -> Result<()> {
        self.temp.write_all(&self.packed).map_err(|error| Error::io(self.target.display().to_string(), &error))?;
        self.written += self.packed.len() as u64;
        self.packed.clear();
        Ok(())
    }

    /// Writes the end, and gives the file its name.
    ///
    /// # Errors
    /// The file cannot be written or renamed.
    pub fn finish(mut self) -> Result<End> {
        self.block()?;
        self.end.lines = self.lines.sum();
        self.raw = self.end.encode();
        let offset = self.written;
        let size = self.pack()?;
        self.packed.extend_from_slice(&offset.to_le_bytes());
        self.packed.extend_from_slice(&size.to_le_bytes());
        self.packed.extend_from_slice(MAGIC);
        self.flush()?;
        let failed = |error: &std::io::Error| Error::io(self.target.display().to_string(), error);
        self.temp.as_file().sync_all().map_err(|error| failed(&error))?;
        self.temp.persist(&self.target).map_err(|error| failed(&error.error))?;
        Ok(self.end)
    }
}
