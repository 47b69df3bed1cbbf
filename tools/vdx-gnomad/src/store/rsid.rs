//! Names of dbSNP: which variants of a contig have the number of an `rs...`, in a file beside that of the contig.
//!
//! `CONTIG.rsid` is a [side file](super::side) of kind `rsid`, ordered by number, then by position. A block of n entries:
//! `u32` n; n codes, how much larger each number is than the one before it (the first: than 0); n codes of 1-based
//! positions; n codes of REF lengths, n codes of ALT lengths, and letters (REF and ALT in turn). A variant that has
//! several numbers is there once for each.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{Seek, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use vdx_hts::{Error, Result};
use vdx_vcf::variant::Variant;

use super::codes;
use super::section::Unpacker;
use super::side::{About, SideFile, SideWriter};

/// What the names of these files end with.
pub(crate) const SUFFIX: &str = ".rsid";

/// Their kind.
pub(crate) const KIND: &str = "rsid";

const BLOCK_ENTRIES: usize = 4096;

/// Entries that are sorted in memory; more are sorted in parts and merged, so that memory does not grow with the contig.
const RUN_ENTRIES: usize = 1 << 18;

/// The number of an rs name, in any case; `None` for any other word.
pub(crate) fn number(name: &[u8]) -> Option<u64> {
    let digits = name.get(2..).filter(|_| name[..2].eq_ignore_ascii_case(b"rs"))?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// A variant with its number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Entry {
    /// Without `rs`.
    pub(crate) number: u64,
    /// 1-based.
    pub(crate) pos: u32,
    /// In minimal form, upper case.
    pub(crate) reference: Vec<u8>,
    /// Likewise.
    pub(crate) alt: Vec<u8>,
}

/// Gathers the entries of a contig, in any order.
pub(crate) struct Gatherer {
    target: PathBuf,
    about: About,
    entries: Vec<Entry>,
    /// Sorted runs, one after the other, and where they start.
    spill: Option<File>,
    runs: Vec<u64>,
}

impl Gatherer {
    /// For the file at `target`.
    pub(crate) fn new(target: &Path, about: About) -> Self {
        Self { target: target.to_owned(), about, entries: Vec::new(), spill: None, runs: Vec::new() }
    }

    /// Takes a variant in minimal form with the ID column of its record.
    ///
    /// # Errors
    /// A temporary file cannot be written.
    pub(crate) fn add(&mut self, id: &[u8], variant: &Variant<'_>) -> Result<()> {
        for number in id.split(|&byte| byte == b';').filter_map(number) {
            self.entries.push(Entry {
                number,
                pos: variant.pos,
                reference: variant.reference.to_ascii_uppercase(),
                alt: variant.alt.to_ascii_uppercase(),
            });
        }
        if self.entries.len() >= RUN_ENTRIES { self.spill() } else { Ok(()) }
    }

    /// Writes what was gathered as one more run.
    fn spill(&mut self) -> Result<()> {
        let failed = |error: std::io::Error| Error::io("a temporary file", &error);
        let mut file = match self.spill.take() {
            Some(file) => file,
            // Where there must be room for the store itself: TMPDIR may be small, or memory.
            None => tempfile::tempfile_in(self.target.parent().unwrap_or(Path::new("."))).map_err(failed)?,
        };
        self.entries.sort();
        self.runs.push(file.stream_position().map_err(failed)?);
        for part in self.entries.chunks(BLOCK_ENTRIES) {
            let raw = encode(part);
            file.write_all(&(raw.len() as u32).to_le_bytes()).map_err(failed)?;
            file.write_all(&raw).map_err(failed)?;
        }
        self.entries.clear();
        self.spill = Some(file);
        Ok(())
    }

    /// Writes the file.
    ///
    /// # Errors
    /// It or a temporary file cannot be written.
    pub(crate) fn finish(mut self) -> Result<()> {
        let mut writer = SideWriter::new(&self.target, &self.about)?;
        let mut part = Vec::with_capacity(BLOCK_ENTRIES);
        let mut put = |entry: Option<Entry>| -> Result<()> {
            let full = part.len() >= BLOCK_ENTRIES || entry.is_none();
            if let Some((first, last)) = part.first().zip(part.last()).filter(|_| full) {
                let (first, last): (&Entry, &Entry) = (first, last);
                writer.block(&encode(&part), first.number, last.number)?;
                part.clear();
            }
            part.extend(entry);
            Ok(())
        };
        if self.spill.is_some() {
            self.spill()?;
        }
        match self.spill {
            None => {
                self.entries.sort();
                self.entries.into_iter().try_for_each(|entry| put(Some(entry)))?;
            }
            Some(file) => merge(&file, &self.runs, &mut |entry| put(Some(entry)))?,
        }
        put(None)?;
        writer.finish()
    }
}

/// Gives out the entries of all runs in order.
fn merge(file: &File, runs: &[u64], put: &mut dyn FnMut(Entry) -> Result<()>) -> Result<()> {
    let failed = |error: std::io::Error| Error::io("a temporary file", &error);
    let end = file.metadata().map_err(failed)?.len();
    let ends = runs.iter().skip(1).copied().chain([end]);
    let mut runs: Vec<RunReader<'_>> =
        runs.iter().zip(ends).map(|(&at, end)| RunReader { file, at, end, entries: Vec::new() }).collect();
    let mut heap = BinaryHeap::new();
    for (number, run) in runs.iter_mut().enumerate() {
        heap.extend(run.next().map_err(failed)?.map(|entry| Reverse((entry, number))));
    }
    while let Some(Reverse((entry, number))) = heap.pop() {
        heap.extend(runs[number].next().map_err(failed)?.map(|entry| Reverse((entry, number))));
        put(entry)?;
    }
    Ok(())
}

/// Reads a run, a block at a time.
struct RunReader<'a> {
    file: &'a File,
    at: u64,
    end: u64,
    /// Last first.
    entries: Vec<Entry>,
}

impl RunReader<'_> {
    fn next(&mut self) -> std::io::Result<Option<Entry>> {
        if self.entries.is_empty() && self.at < self.end {
            let mut size = [0; 4];
            self.file.read_exact_at(&mut size, self.at)?;
            let mut raw = vec![0; u32::from_le_bytes(size) as usize];
            self.file.read_exact_at(&mut raw, self.at + 4)?;
            self.at += 4 + raw.len() as u64;
            self.entries = decode(&raw).ok_or_else(|| std::io::Error::other("it does not hold what was written"))?;
            self.entries.reverse();
        }
        Ok(self.entries.pop())
    }
}

fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut out = (entries.len() as u32).to_le_bytes().to_vec();
    let before = std::iter::once(0).chain(entries.iter().map(|entry| entry.number));
    let steps: Vec<u64> = entries.iter().zip(before).map(|(entry, before)| entry.number - before).collect();
    codes::put(&mut out, &steps);
    let mut put = |part: fn(&Entry) -> u64| codes::put(&mut out, &entries.iter().map(part).collect::<Vec<_>>());
    put(|entry| entry.pos.into());
    put(|entry| entry.reference.len() as u64);
    put(|entry| entry.alt.len() as u64);
    for entry in entries {
        out.extend_from_slice(&entry.reference);
        out.extend_from_slice(&entry.alt);
    }
    out
}

/// `None`: damaged.
fn decode(mut raw: &[u8]) -> Option<Vec<Entry>> {
    let raw = &mut raw;
    let count = codes::get_u32(raw)? as usize;
    let [steps, positions, references, alts] =
        [codes::get(raw, count)?, codes::get(raw, count)?, codes::get(raw, count)?, codes::get(raw, count)?];
    let mut number = 0u64;
    let mut entries = Vec::with_capacity(count);
    for at in 0..count {
        number = number.checked_add(steps[at])?;
        let reference = raw.split_off(..usize::try_from(references[at]).ok()?)?.to_vec();
        let alt = raw.split_off(..usize::try_from(alts[at]).ok()?)?.to_vec();
        entries.push(Entry { number, pos: u32::try_from(positions[at]).ok()?, reference, alt });
    }
    raw.is_empty().then_some(entries)
}

/// The names in a store.
#[derive(Debug)]
pub(crate) struct Names {
    contigs: Vec<SideFile>,
}

impl Names {
    /// Takes the files of all contigs.
    pub(crate) fn new(contigs: Vec<SideFile>) -> Self {
        Self { contigs }
    }

    /// The variants of a number, with their contigs, in the order of contigs and positions.
    ///
    /// # Errors
    /// A file cannot be read or is damaged.
    pub(crate) fn find(&self, number: u64) -> Result<Vec<(&str, Entry)>> {
        let (mut unpacker, mut raw, mut found) = (Unpacker::new(), Vec::new(), Vec::new());
        for file in &self.contigs {
            let start = file.blocks.partition_point(|block| block.last < number);
            for block in file.blocks[start..].iter().take_while(|block| block.first <= number) {
                file.read(*block, &mut unpacker, &mut raw)?;
                let entries = decode(&raw).ok_or_else(|| file.damaged("a block of names"))?;
                let own = entries.into_iter().filter(|entry| entry.number == number);
                found.extend(own.map(|entry| (file.about.contig.as_str(), entry)));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::describe::SourceFile;

    #[test]
    fn names_have_numbers() {
        assert_eq!((number(b"rs123"), number(b"RS7")), (Some(123), Some(7)));
        for name in ["", "rs", "rs1x", "1", "xrs1", "ss1"] {
            assert_eq!(number(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn names_are_found_in_any_number_of_runs() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("chr1.rsid");
        let source = SourceFile { name: "a".into(), size: 1, modified: 2 };
        let about = About { kind: KIND, contig: "chr1".into(), source };
        for (count, spills) in [(0u32, false), (10_000, false), (10_000, true)] {
            let mut gatherer = Gatherer::new(&target, about.clone());
            for at in 0..count {
                let id = format!("rs{};x;rs{}", (at * 7919) % 10_007, at % 5);
                gatherer.add(id.as_bytes(), &Variant { pos: at + 1, reference: b"a", alt: b"AT" }).unwrap();
                if spills && at % 3000 == 17 {
                    gatherer.spill().unwrap();
                }
            }
            gatherer.finish().unwrap();
            let names = Names::new(vec![SideFile::open(&target, KIND).unwrap()]);
            assert_eq!(names.find(99_999).unwrap(), []);
            if count > 0 {
                let found = names.find(7919 * 3 % 10_007).unwrap();
                let expected = Entry { number: 3743, pos: 4, reference: b"A".to_vec(), alt: b"AT".to_vec() };
                assert_eq!(found, [("chr1", expected)]);
                let many = names.find(3).unwrap();
                assert!(many.len() >= 2000 && many.windows(2).all(|pair| pair[0].1.pos <= pair[1].1.pos));
            }
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let good = std::fs::read(&target).unwrap();
        for at in (0..good.len()).step_by(211) {
            let mut bad = good.clone();
            bad[at] ^= 4;
            std::fs::write(&target, bad).unwrap();
            let all = SideFile::open(&target, KIND).and_then(|file| {
                let mut unpacker = Unpacker::new();
                file.blocks.iter().try_for_each(|block| file.read(*block, &mut unpacker, &mut Vec::new()))
            });
            assert!(all.is_err(), "byte {at}");
        }
        std::fs::write(&target, &good[..good.len() - 1]).unwrap();
        assert!(SideFile::open(&target, KIND).unwrap_err().to_string().contains("damaged store"));
        std::fs::write(&target, &good).unwrap();
        assert!(SideFile::open(&target, "an-sites").unwrap_err().to_string().contains("expected a file of an-sites"));
    }
}
