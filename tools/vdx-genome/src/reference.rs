//! A reference FASTA that is opened once and read in windows: never loaded, never mapped.

use std::path::Path;

use vdx_hts::{Error, Result};
use vdx_vcf::contig::Contig;

use crate::bases::{Bases, plain};
use crate::fai::Entry;
use crate::index;
use crate::storage::{Storage, Window};

/// A FASTA file, plain or BGZF, and where its sequences are. Shared by all threads.
#[derive(Debug)]
pub struct Reference {
    storage: Storage,
    contigs: Vec<Contig>,
    entries: Vec<Entry>,
}

impl Reference {
    /// Opens a FASTA, finding or making its `.fai` and `.gzi`; `cache` is where an index goes that cannot be written beside
    /// the FASTA. Comes with warnings for the user.
    pub fn open(path: &Path, cache: Option<&Path>) -> Result<(Self, Vec<String>)> {
        let (storage, mut warnings) = index::open(path, cache)?;
        let mut start = Vec::new();
        Window::default().read(&storage, 0, 1, &mut start)?;
        if !matches!(start.first(), Some(b'>' | b'\n' | b'\r')) {
            let message = "expected a FASTA, whose first line starts with '>'";
            return Err(Error::data(message).in_file(storage.name()));
        }
        let (entries, more) = index::load(path, &storage, cache)?;
        warnings.extend(more);
        let contig = |entry: &Entry| Contig { name: entry.name.clone(), length: Some(entry.length) };
        let contigs = entries.iter().map(contig).collect();
        Ok((Self { storage, contigs, entries }, warnings))
    }

    /// [`Reference::open`] for a FASTA that may not have been given; `warn` gets the warnings, one by one.
    pub fn open_given(path: Option<&Path>, cache: Option<&Path>, warn: impl FnMut(&String)) -> Result<Option<Self>> {
        let Some(path) = path else { return Ok(None) };
        let (reference, warnings) = Self::open(path, cache)?;
        warnings.iter().for_each(warn);
        Ok(Some(reference))
    }

    /// The path as it was given.
    pub fn name(&self) -> &str {
        self.storage.name()
    }

    /// Names and lengths of the sequences, in the order of the file.
    pub fn contigs(&self) -> &[Contig] {
        &self.contigs
    }

    /// A reader of bases; every thread has its own. It stands on the first contig.
    pub fn cursor(&self) -> Cursor<'_> {
        let mut cursor = Cursor {
            reference: self,
            contig: usize::MAX,
            length: 0,
            line_bases: 1,
            line_width: 1,
            offset: 0,
            window: Window::default(),
            aim: MIN_WINDOW,
        };
        cursor.select(0);
        cursor
    }
}

/// What the first read after a jump takes in, in bytes: a page.
const MIN_WINDOW: usize = 4 << 10;

/// The most one read takes in, in bytes; what a cursor holds.
pub(crate) const MAX_WINDOW: usize = 128 << 10;

/// A look-up less than this many bytes behind the window makes the next one larger.
const DENSE: u64 = 1 << 10;

/// One this far behind starts anew.
const SPARSE: u64 = 4 << 10;

/// Look-ups that are known before and less than this many bytes apart are read at once: a read of its own takes as long as
/// the copy of what lies between.
const TOGETHER: u64 = 4 << 10;

/// Reads bases of one contig at a time through a window of the file's bytes.
///
/// A window grows while look-ups are dense and starts small after a gap, so that dense variants cost few reads and
/// sparse ones few bytes: over a file of ClinVar's size a third of the bytes that large windows would take in. Line ends
/// stay in the window: an offset is cheaper than a copy without them.
pub struct Cursor<'a> {
    reference: &'a Reference,
    contig: usize,
    /// Of the contig; longer ones than a VCF can address are cut.
    length: u32,
    line_bases: u32,
    line_width: u64,
    offset: u64,
    window: Window,
    aim: usize,
}

impl Cursor<'_> {
    /// Goes to the contig at `index` in [`Reference::contigs`].
    pub fn select(&mut self, index: usize) {
        if index == self.contig {
            return;
        }
        let Some(entry) = self.reference.entries.get(index) else { return };
        self.contig = index;
        self.length = u32::try_from(entry.length).unwrap_or(u32::MAX);
        // A line longer than any position of a VCF is as good as one that never ends.
        self.line_bases = u32::try_from(entry.line_bases.max(1)).unwrap_or(u32::MAX);
        self.line_width = entry.line_width;
        self.offset = entry.offset;
    }

    /// The length of the contig in bases.
    pub fn length(&self) -> u32 {
        self.length
    }

    /// The file offset of the base at `at` (0-based).
    #[inline]
    fn offset_of(&self, at: u32) -> u64 {
        self.offset + u64::from(at / self.line_bases) * self.line_width + u64::from(at % self.line_bases)
    }

    /// Fills the window with bytes round `offset`.
    #[cold]
    fn load(&mut self, offset: u64) -> Result<()> {
        let (start, end) = (self.window.start, self.window.start + self.window.filled as u64);
        let gap = offset.checked_sub(end);
        let backward = offset < start && offset + self.aim as u64 >= start;
        if backward || gap.is_some_and(|gap| gap < DENSE) {
            self.aim = (self.aim * 2).min(MAX_WINDOW);
        } else if gap.is_none_or(|gap| gap >= SPARSE) {
            self.aim = MIN_WINDOW;
        }
        // Behind a jump or going on, some bases to the left are kept, for indels that move; going back, most are.
        let left = if backward { self.aim - 64 } else { 256 };
        let left = left.min((offset - self.offset) as usize);
        self.window.load(&self.reference.storage, offset, left, self.aim)
    }

    /// Appends the bases at `positions` (1-based, ascending), each as [`Bases::base`] has it. What lies close together is
    /// read at once, and nothing is read besides: for many look-ups far apart.
    pub fn bases(&mut self, positions: &[u32], out: &mut Vec<Option<u8>>) -> Result<()> {
        for (number, pos) in positions.iter().enumerate() {
            let at = pos.wrapping_sub(1);
            if at >= self.length {
                out.push(None);
                continue;
            }
            let offset = self.offset_of(at);
            if !self.window.has(offset) {
                let (mut last, most) = (offset, offset + MAX_WINDOW as u64);
                for next in positions[number + 1..].iter().take_while(|next| **next <= self.length) {
                    let next = self.offset_of(next - 1);
                    if next >= most || next - last >= TOGETHER {
                        break;
                    }
                    last = next;
                }
                self.window.load(&self.reference.storage, offset, 0, (last - offset) as usize + 1)?;
            }
            out.push(Some(plain(self.window.at(offset))));
        }
        Ok(())
    }

    /// The bytes of the window from the base at `at` (0-based) up to the end of its line, of the contig or of the
    /// window.
    fn line_from(&mut self, at: u32) -> Result<&[u8]> {
        let offset = self.offset_of(at);
        if !self.window.has(offset) {
            self.load(offset)?;
        }
        let bytes = self.window.from(offset);
        let most = (self.line_bases - at % self.line_bases).min(self.length - at) as usize;
        Ok(&bytes[..bytes.len().min(most)])
    }
}

impl Bases for Cursor<'_> {
    #[inline]
    fn base(&mut self, pos: u32) -> Result<Option<u8>> {
        let at = pos.wrapping_sub(1);
        if at >= self.length {
            return Ok(None);
        }
        let offset = self.offset_of(at);
        if !self.window.has(offset) {
            self.load(offset)?;
        }
        Ok(Some(plain(self.window.at(offset))))
    }

    fn copy(&mut self, pos: u32, len: usize, out: &mut Vec<u8>) -> Result<()> {
        let Some(mut at) = pos.checked_sub(1).filter(|&at| at < self.length) else { return Ok(()) };
        let mut left = len.min((self.length - at) as usize);
        while left > 0 {
            let line = self.line_from(at)?;
            let line = &line[..line.len().min(left)];
            out.extend(line.iter().map(|&byte| plain(byte)));
            left -= line.len();
            at += line.len() as u32;
        }
        Ok(())
    }

    fn matches(&mut self, pos: u32, bases: &[u8]) -> Result<bool> {
        let Some(mut at) = pos.checked_sub(1) else { return Ok(false) };
        let mut rest = bases;
        while !rest.is_empty() {
            if at >= self.length {
                return Ok(false);
            }
            let line = self.line_from(at)?;
            let len = line.len().min(rest.len());
            let (head, tail) = rest.split_at(len);
            if line.iter().zip(head).any(|(&ours, &theirs)| plain(ours) != theirs.to_ascii_uppercase()) {
                return Ok(false);
            }
            rest = tail;
            at += len as u32;
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vdx_hts::bgzf::BLOCK_TEXT;

    fn open(text: &[u8]) -> (tempfile::TempDir, Result<(Reference, Vec<String>)>) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ref.fa");
        std::fs::write(&path, text).unwrap();
        let reference = Reference::open(&path, None);
        (directory, reference)
    }

    /// A genome of three contigs folded at `width`, and their letters.
    fn genome(width: usize, line_end: &str) -> (Vec<u8>, Vec<Vec<u8>>) {
        let mut random = vdx_testkit::Random(1);
        let mut text = Vec::new();
        let mut contigs = Vec::new();
        for (number, length) in [300_000, 1, 4_001].into_iter().enumerate() {
            let letters: Vec<u8> = (0..length).map(|_| b"ACGTacgtNR"[random.below(10) as usize]).collect();
            text.extend_from_slice(format!(">c{number} x{line_end}").as_bytes());
            for line in letters.chunks(width) {
                text.extend_from_slice(line);
                text.extend_from_slice(line_end.as_bytes());
            }
            contigs.push(letters);
        }
        (text, contigs)
    }

    fn bgzf(text: &[u8]) -> Vec<u8> {
        vdx_testkit::bgzf(text, BLOCK_TEXT - 1)
    }

    #[test]
    fn every_base_is_found_forwards_backwards_and_by_jumps() {
        for (width, line_end, compressed) in
            [(60, "\n", false), (61, "\r\n", false), (1 << 20, "\n", false), (1, "\n", false), (60, "\n", true)]
        {
            let (mut text, contigs) = genome(width, line_end);
            if compressed {
                text = bgzf(&text);
            }
            let (_directory, reference) = open(&text);
            let (reference, _) = reference.unwrap();
            let mut cursor = reference.cursor();
            for (index, letters) in contigs.iter().enumerate() {
                cursor.select(index);
                let mut memory = letters.as_slice();
                let length = letters.len() as u32;
                assert_eq!(cursor.length(), length);
                let jumps = (0..2_000u32).map(|at| at.wrapping_mul(2_654_435_761) % (length + 2));
                for pos in (0..=length + 1).chain((0..length).rev()).chain(jumps) {
                    assert_eq!(cursor.base(pos).unwrap(), memory.base(pos).unwrap(), "{width} {index} {pos}");
                }
                for step in [1, 7, 5_000] {
                    let positions: Vec<u32> = (0..=length + 1).step_by(step).collect();
                    let mut bases = Vec::new();
                    cursor.bases(&positions, &mut bases).unwrap();
                    let expected: Vec<_> = positions.iter().map(|pos| memory.base(*pos).unwrap()).collect();
                    assert_eq!(bases, expected, "{width} {index} {step}");
                }
                for (pos, len) in [(0, 5), (1, 3), (59, 70), (100, 300_000), (length, 9), (length + 1, 1)] {
                    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
                    cursor.copy(pos, len, &mut ours).unwrap();
                    if pos > 0 {
                        memory.copy(pos, len, &mut theirs).unwrap();
                    }
                    assert_eq!(ours, theirs, "{width} {index} {pos} {len}");
                    assert!(pos == 0 || cursor.matches(pos, &theirs).unwrap());
                    theirs.push(b'A');
                    assert_eq!(cursor.matches(pos, &theirs).unwrap(), memory.matches(pos, &theirs).unwrap());
                }
            }
        }
    }

    #[test]
    fn what_is_no_plain_fasta_is_refused_with_advice() {
        let message = |text: &[u8]| open(text).1.unwrap_err().to_string();
        assert!(message(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00").contains("with bgzip, not gzip"));
        assert!(message(b"ACGT\n").contains("starts with '>'"));
        assert!(message(b"").contains("starts with '>'"));
        assert!(Reference::open(Path::new("/"), None).unwrap_err().to_string().contains("directory"));
        assert!(Reference::open(Path::new("/no/such.fa"), None).unwrap_err().to_string().contains("/no/such.fa"));
    }
    #[test]
    fn a_block_table_is_made_once_and_must_belong() {
        let (text, _) = genome(60, "\n");
        let whole = bgzf(&text);
        let (directory, made) = open(&whole);
        made.unwrap();
        let path = directory.path().join("ref.fa");
        let table = directory.path().join("ref.fa.gzi");
        let blocks = crate::gzi::parse(&std::fs::read(&table).unwrap()).unwrap();
        assert_eq!(blocks[1].1, BLOCK_TEXT as u64 - 1);
        assert_eq!(Reference::open(&path, None).unwrap().1, Vec::<String>::new());
        let shifted: Vec<_> = blocks.iter().map(|&(at, text)| if at > 0 { (at + 1, text) } else { (0, 0) }).collect();
        std::fs::write(&table, crate::gzi::to_bytes(&shifted)).unwrap();
        assert!(Reference::open(&path, None).unwrap_err().to_string().contains("delete a .gzi"));
        std::fs::remove_file(&table).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 40]).unwrap();
        assert!(Reference::open(&path, None).unwrap_err().to_string().contains("within a BGZF block"));
        std::fs::write(&path, &whole[..whole.len() - 28]).unwrap();
        assert!(Reference::open(&path, None).unwrap_err().to_string().contains("no BGZF end-of-file block"));
    }
}
