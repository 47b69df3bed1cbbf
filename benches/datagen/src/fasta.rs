//! FASTA with 60 columns and its `.fai`. Offsets follow from names and lengths, so contigs can be written in any order.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::join::create;

/// Bases per line.
pub const COLUMNS: usize = 60;

/// Where one contig lies in the file.
struct Entry {
    name: String,
    len: usize,
    /// Byte offset of the `>` and of the first base.
    record: u64,
    bases: u64,
}

/// An open FASTA whose contigs are known but not yet written.
pub struct Fasta {
    path: PathBuf,
    file: File,
    entries: Vec<Entry>,
}

impl Fasta {
    /// Creates the file.
    pub fn create(path: &Path, contigs: impl Iterator<Item = (String, usize)>) -> io::Result<Self> {
        let mut entries = Vec::new();
        let mut at = 0;
        for (name, len) in contigs {
            let bases = at + name.len() as u64 + 2;
            let end = bases + (len + len.div_ceil(COLUMNS)) as u64;
            entries.push(Entry { name, len, record: at, bases });
            at = end;
        }
        Ok(Self { path: path.to_owned(), file: create(path)?, entries })
    }

    /// Writes the `.fai` beside the file: last, so that it is not older than what it describes.
    pub fn write_index(&self) -> io::Result<()> {
        let mut index = String::new();
        for e in &self.entries {
            index.push_str(&format!("{}\t{}\t{}\t{COLUMNS}\t{}\n", e.name, e.len, e.bases, COLUMNS + 1));
        }
        let mut fai = self.path.clone().into_os_string();
        fai.push(".fai");
        create(fai.as_ref())?.write_all(index.as_bytes())
    }

    /// Writes contig number `index`.
    pub fn write(&self, index: usize, seq: &[u8]) -> io::Result<()> {
        let entry = &self.entries[index];
        self.file.write_all_at(format!(">{}\n", entry.name).as_bytes(), entry.record)?;
        let mut at = entry.bases;
        let mut text = Vec::new();
        for piece in seq.chunks(COLUMNS * 20_000) {
            text.clear();
            for line in piece.chunks(COLUMNS) {
                text.extend_from_slice(line);
                text.push(b'\n');
            }
            self.file.write_all_at(&text, at)?;
            at += text.len() as u64;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_agree_with_the_text() {
        let dir = std::env::temp_dir().join(format!("datagen-fasta-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let path = dir.join("r.fa");
        let contigs = [("a".to_string(), 120), ("bb".to_string(), 61), ("c".to_string(), 5)];
        let fasta = Fasta::create(&path, contigs.iter().cloned()).unwrap();
        for index in [2, 0, 1] {
            fasta.write(index, &vec![b"ACG"[index]; contigs[index].1]).unwrap();
        }
        fasta.write_index().unwrap();
        let text = std::fs::read(&path).unwrap();
        let fai = std::fs::read_to_string(dir.join("r.fa.fai")).unwrap();
        for (line, base) in fai.lines().zip(b"ACG") {
            let offset: usize = line.split('\t').nth(2).unwrap().parse().unwrap();
            assert_eq!(text[offset], *base);
            assert_eq!(text[offset - 1], b'\n');
        }
        assert_eq!(text.last(), Some(&b'\n'));
        std::fs::remove_dir_all(dir).unwrap();
    }
}
