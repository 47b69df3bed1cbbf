//! What a tabix or CSI index says, reduced to what look-ups by start position need.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use noodles_csi::binning_index::BinningIndex;
use noodles_csi::binning_index::index::reference_sequence::index::LinearIndex;
use noodles_csi::binning_index::index::{Header, ReferenceSequence};
use vdx_vcf::Form;
use vdx_vcf::bcf::Dictionaries;

use super::bins::windows_of;
use super::builder::Built;
use super::counts;
use crate::error::{Error, Result};

/// Where the records of each contig are.
///
/// A virtual offset is a block's offset in the file << 16 | an offset within the decoded block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    shift: u8,
    contigs: Vec<Contig>,
}

/// One contig of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contig {
    /// Its name in the file.
    pub name: Vec<u8>,
    /// For each window of 2^shift bases: the virtual offset before which no record starts in this window. Never
    /// goes down.
    windows: Vec<u64>,
    /// The virtual offset behind the last record; 0 where there are none.
    end: u64,
}

impl Index {
    /// Reads a `.tbi` or `.csi` file, told apart by their magic, of a file with records of `form`.
    ///
    /// # Errors
    /// The file cannot be read or is not an index of such a file.
    pub(super) fn read(path: &Path, form: &Form) -> Result<Self> {
        let name = path.display().to_string();
        let open = || File::open(path).map(BufReader::new).map_err(|error| Error::io(name.clone(), &error));
        let damaged = |error: std::io::Error| {
            Error::data(format!("not a readable index ({error}); delete it and it is made again")).in_file(name.clone())
        };
        counts::check(noodles_bgzf::io::Reader::new(open()?)).map_err(damaged)?;
        // Both are BGZF; what is inside decides.
        match noodles_tabix::io::Reader::new(open()?).read_index() {
            Ok(index) => Ok(Self::from_tabix(&index)),
            Err(tabix_error) => match noodles_csi::io::Reader::new(open()?).read_index() {
                Ok(index) => {
                    if let Form::Bcf(dictionaries) = form {
                        return Ok(Self::of_bcf(&index, dictionaries));
                    }
                    if names(index.header()).is_empty() && !index.reference_sequences().is_empty() {
                        return Err(Error::data("expected the index of a VCF, found one without contig names (of a BCF?); delete it and it is made again").in_file(name));
                    }
                    Ok(Self::from_csi(&index))
                }
                Err(csi_error) => {
                    let is_csi = path.extension().is_some_and(|suffix| suffix == "csi");
                    Err(damaged(if is_csi { csi_error } else { tabix_error }))
                }
            },
        }
    }

    /// What an index that was just made says.
    pub(super) fn of(index: &Built) -> Self {
        match index {
            Built::Tbi(index) => Self::from_tabix(index),
            Built::Csi(index) => Self::from_csi(index),
        }
    }

    /// The index of a BCF file, where contigs go by their numbers.
    fn of_bcf(index: &noodles_csi::Index, dictionaries: &Dictionaries) -> Self {
        let (shift, depth) = (index.min_shift(), index.depth());
        let name = |number: usize| dictionaries.contig(number as u32).unwrap_or_default().to_vec();
        let contigs = index.reference_sequences().iter().enumerate();
        Self { shift, contigs: contigs.map(|(at, found)| Contig::new(name(at), found, &[], depth)).collect() }
    }

    fn from_csi(index: &noodles_csi::Index) -> Self {
        let (shift, depth) = (index.min_shift(), index.depth());
        let contigs = names(index.header()).into_iter().zip(index.reference_sequences());
        Self { shift, contigs: contigs.map(|(name, found)| Contig::new(name, found, &[], depth)).collect() }
    }

    fn from_tabix(index: &noodles_tabix::Index) -> Self {
        let (shift, depth) = (index.min_shift(), index.depth());
        let contigs = names(index.header()).into_iter().zip(index.reference_sequences());
        let contig = |(name, found): (Vec<u8>, &ReferenceSequence<LinearIndex>)| {
            let linear: Vec<u64> = found.index().iter().map(|&offset| offset.into()).collect();
            Contig::new(name, found, &linear, depth)
        };
        Self { shift, contigs: contigs.map(contig).collect() }
    }

    /// The contigs in file order, those without records among them.
    pub fn contigs(&self) -> &[Contig] {
        &self.contigs
    }

    /// The place of the contig with that very name.
    pub fn contig(&self, name: &[u8]) -> Option<usize> {
        self.contigs.iter().position(|contig| contig.name == name)
    }

    /// The window that 1-based `pos` lies in.
    pub(super) fn window(&self, pos: u32) -> usize {
        (pos.saturating_sub(1) >> self.shift) as usize
    }

    /// The 1-based position that starts window number `window`.
    pub(super) fn window_start(&self, window: usize) -> u32 {
        u32::try_from(((window as u64) << self.shift) + 1).unwrap_or(u32::MAX)
    }
}

impl Contig {
    /// What is known of records that start in a window, from two sources: they lie behind the records of every bin
    /// that ends before the window, and the linear index says where the first record that reaches the window is.
    fn new<I>(name: Vec<u8>, found: &ReferenceSequence<I>, linear: &[u64], depth: u8) -> Self
    where
        I: noodles_csi::binning_index::index::reference_sequence::Index,
    {
        let (mut start, mut end) = (u64::MAX, 0);
        let mut bounds: Vec<(usize, u64)> = Vec::new();
        for (&id, bin) in found.bins() {
            for chunk in bin.chunks() {
                start = start.min(chunk.start().into());
                end = end.max(chunk.end().into());
            }
            let last = bin.chunks().iter().map(|chunk| u64::from(chunk.end())).max();
            if let (Some(windows), Some(last)) = (windows_of(id, depth), last) {
                bounds.push((windows.end, last));
            }
        }
        if start == u64::MAX {
            return Self { name, windows: Vec::new(), end: 0 };
        }
        let count = linear.len().max(bounds.iter().map(|&(behind, _)| behind).max().unwrap_or(0)).max(1);
        let mut windows = vec![start; count];
        for (window, &offset) in windows.iter_mut().zip(linear) {
            *window = (*window).max(offset);
        }
        for (behind, offset) in bounds {
            if let Some(window) = windows.get_mut(behind) {
                *window = (*window).max(offset);
            }
        }
        let mut highest = start;
        for window in &mut windows {
            highest = highest.max(*window);
            *window = highest;
        }
        Self { name, windows, end }
    }

    /// Whether the index has no records of this contig.
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// The virtual offset behind the last record.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// The virtual offset before which no record starts in that window; [`Contig::end`] behind the last.
    pub(super) fn bound(&self, window: usize) -> u64 {
        // Behind the last window no record starts, unless bins alone told how many windows there are.
        self.windows.get(window).or(self.windows.last()).copied().unwrap_or(self.end)
    }

    /// How many windows the index tells apart.
    pub(super) fn window_count(&self) -> usize {
        self.windows.len()
    }
}

fn names(header: Option<&Header>) -> Vec<Vec<u8>> {
    header
        .map(|header| {
            header.reference_sequence_names().iter().map(|name| AsRef::<[u8]>::as_ref(name).to_vec()).collect()
        })
        .unwrap_or_default()
}
