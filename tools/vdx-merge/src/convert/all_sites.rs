//! All sites, for `--all-sites`. Only the last one tells which rows belong to a site before it, so that the others wait: on
//! disk, in a file without a name, sorted by chromosome and position.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

use vdx_hts::spill::failed;
use vdx_hts::{Error, Result};
use vdx_vcf::Line;
use vdx_vcf::line::alts;
use vdx_vcf::variant::Variant;

use super::contigs::Meaning;

/// Sites that are sorted at once, in bytes. Files are sorted, as a rule: their runs are chromosomes, and one is read at a time.
const SORTED: usize = 2 << 20;
/// What of a run is in memory while it is read, in bytes.
const AHEAD: usize = 1 << 15;
/// POS and the length of what follows: ID, REF and ALT with tabs between them.
const HEAD: usize = 8;

/// One site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Site<'a> {
    /// 1-based.
    pub(crate) pos: u32,
    /// As in the file; `.` where it is missing.
    pub(crate) id: &'a [u8],
    /// In upper case.
    pub(crate) reference: &'a [u8],
    /// ALT as in the file.
    alt: &'a [u8],
}

impl<'a> Site<'a> {
    /// The sites that [`InOrder::take`] gathered, in order.
    pub(super) fn all(mut sites: &'a [u8]) -> impl Iterator<Item = Self> {
        std::iter::from_fn(move || {
            let (pos, len) = head(sites)?;
            let mut words = sites.get(HEAD..len)?.split(|byte| *byte == b'\t');
            sites = &sites[len..];
            Some(Self { pos, id: words.next()?, reference: words.next()?, alt: words.next()? })
        })
    }

    /// The ALT alleles, as in the file.
    pub(super) fn alts(&self) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        alts(self.alt).filter(|alt| *alt != b".")
    }

    /// Whether it is about one base, so that letters can speak about it.
    pub(super) fn is_letters(&self) -> bool {
        let one = |allele: &[u8]| matches!(allele, [b'A' | b'C' | b'G' | b'T' | b'a' | b'c' | b'g' | b't']);
        one(self.reference) && self.alts().all(one)
    }

    /// Whether rows mean one of its alleles; `meanings` are sorted by position.
    pub(super) fn is_among(&self, meanings: &[Meaning]) -> bool {
        self.alts().any(|alt| {
            let Variant { pos, reference, alt } = Variant { pos: self.pos, reference: self.reference, alt }.minimal();
            let from = meanings.partition_point(|meaning| meaning.meant.pos < pos);
            let there = meanings[from..].iter().take_while(|meaning| meaning.meant.pos == pos);
            there.map(|meaning| &meaning.meant.alleles).any(|[own_reference, own_alt]| {
                own_reference.as_slice() == reference && own_alt.eq_ignore_ascii_case(alt)
            })
        })
    }
}

/// POS of the first of `sites` and its length, head included.
fn head(sites: &[u8]) -> Option<(u32, usize)> {
    let number = |at| sites.get(at..at + 4)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
    Some((number(0)?, HEAD + number(4)? as usize))
}

/// The sites of a file.
#[derive(Debug, Default)]
pub(crate) struct AllSites {
    /// The ones that were not written yet, and of each its chromosome, its position and where it begins.
    gathered: Vec<u8>,
    places: Vec<(u8, u32, usize)>,
    file: Option<File>,
    /// In the order of the file of sites.
    runs: Vec<Run>,
}

/// Sites of a chromosome that are sorted by position.
#[derive(Clone, Debug)]
struct Run {
    chromosome: u8,
    first: u32,
    last: u32,
    /// Where they are on disk.
    bytes: Range<u64>,
}

impl AllSites {
    /// Adds a site of a chromosome.
    ///
    /// # Errors
    /// TMPDIR cannot be written to, or is full.
    pub(super) fn add(&mut self, line: &Line, chromosome: u8) -> Result<()> {
        let start = self.gathered.len();
        self.places.push((chromosome, line.pos(), start));
        let len = line.id().len() + line.reference().len() + line.alt().len() + 2;
        self.gathered.reserve(HEAD + len);
        self.gathered.extend_from_slice(&line.pos().to_le_bytes());
        self.gathered.extend_from_slice(&(len as u32).to_le_bytes());
        self.gathered.extend_from_slice(line.id());
        self.gathered.push(b'\t');
        self.gathered.extend(line.reference().iter().map(u8::to_ascii_uppercase));
        self.gathered.push(b'\t');
        self.gathered.extend_from_slice(line.alt());
        if self.gathered.len() < SORTED { Ok(()) } else { self.write() }
    }

    /// No site is added any more.
    ///
    /// # Errors
    /// As for [`AllSites::add`].
    pub(super) fn complete(&mut self) -> Result<()> {
        self.write()?;
        (self.gathered, self.places) = (Vec::new(), Vec::new());
        Ok(())
    }

    fn write(&mut self) -> Result<()> {
        // Those of one position stay in order.
        self.places.sort_by_key(|(chromosome, pos, _)| (*chromosome, *pos));
        let mut written = || {
            let file = match &mut self.file {
                Some(file) => file,
                None => self.file.insert(tempfile::tempfile()?),
            };
            let mut out = BufWriter::new(file);
            for &(chromosome, pos, at) in &self.places {
                let site = &self.gathered[at..];
                let site = head(site).and_then(|(_, len)| site.get(..len)).unwrap_or_default();
                out.write_all(site)?;
                let end = self.runs.last().map_or(0, |run| run.bytes.end);
                let bytes = end..end + site.len() as u64;
                match self.runs.last_mut() {
                    Some(run) if run.chromosome == chromosome && run.last <= pos => {
                        (run.last, run.bytes.end) = (pos, bytes.end);
                    }
                    _ => self.runs.push(Run { chromosome, first: pos, last: pos, bytes }),
                }
            }
            out.flush()
        };
        written().map_err(|error| failed(&error))?;
        self.gathered.clear();
        self.places.clear();
        Ok(())
    }

    /// Those of a chromosome.
    pub(super) fn of(&self, chromosome: u8) -> InOrder<'_> {
        let runs = self.runs.iter().filter(|run| run.chromosome == chromosome);
        let (next, runs): (Vec<_>, _) =
            runs.enumerate().map(|(at, run)| (Reverse((run.first, at)), Reader::of(run))).unzip();
        InOrder { file: self.file.as_ref(), next: next.into(), runs }
    }
}

/// The sites of a chromosome by position; those of one position are in the order of the file.
#[derive(Debug)]
pub(super) struct InOrder<'a> {
    file: Option<&'a File>,
    /// The position of the next site of each run, and which run that is.
    next: BinaryHeap<Reverse<(u32, usize)>>,
    runs: Vec<Reader>,
}

impl InOrder<'_> {
    /// Appends the next sites, up to 1-based `last`, to `sites`, about `most` bytes. Returns up to where there are all.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn take(&mut self, last: u32, most: usize, sites: &mut Vec<u8>) -> Result<u32> {
        let (Some(file), mut taken) = (self.file, 0) else { return Ok(last) };
        while let Some(&Reverse((pos, at))) = self.next.peek().filter(|Reverse((pos, _))| *pos <= last) {
            // No position is parted.
            if sites.len() >= most && pos > taken {
                return Ok(taken);
            }
            taken = pos;
            self.next.pop();
            let run = &mut self.runs[at];
            let (_, len) = run.head(file)?.ok_or_else(cut_short)?;
            sites.extend_from_slice(run.ahead(len, file)?.get(..len).ok_or_else(cut_short)?);
            run.at += len;
            match run.head(file)? {
                Some((pos, _)) => self.next.push(Reverse((pos, at))),
                None => run.bytes = Vec::new(),
            }
        }
        Ok(last)
    }
}

fn cut_short() -> Error {
    Error::data("internal error: a site on disk is cut")
}

/// Reads a run.
#[derive(Debug)]
struct Reader {
    rest: Range<u64>,
    bytes: Vec<u8>,
    /// So many of them were taken.
    at: usize,
}

impl Reader {
    fn of(run: &Run) -> Self {
        Self { rest: run.bytes.clone(), bytes: Vec::new(), at: 0 }
    }

    /// POS of the next site and its length; `None` at the end.
    fn head(&mut self, file: &File) -> Result<Option<(u32, usize)>> {
        self.ahead(HEAD, file).map(head)
    }

    /// What comes next: at least `len` bytes, unless the end comes before.
    fn ahead(&mut self, len: usize, file: &File) -> Result<&[u8]> {
        let left = self.rest.end - self.rest.start;
        if self.bytes.len() - self.at < len && left > 0 {
            self.bytes.drain(..self.at);
            self.at = 0;
            let have = self.bytes.len();
            let more = (AHEAD.max(len) - have).min(usize::try_from(left).unwrap_or(usize::MAX));
            self.bytes.resize(have + more, 0);
            file.read_exact_at(&mut self.bytes[have..], self.rest.start).map_err(|error| failed(&error))?;
            self.rest.start += more as u64;
        }
        Ok(&self.bytes[self.at..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites(lines: &[String]) -> AllSites {
        let mut sites = AllSites::default();
        for line in lines {
            sites.add(&Line::parse(line.as_bytes()).unwrap(), 1 + (line.as_bytes()[0] - b'1')).unwrap();
        }
        sites.complete().unwrap();
        sites
    }

    fn of(sites: &AllSites, chromosome: u8, most: usize) -> Vec<(u32, String)> {
        let (mut order, mut found, mut from) = (sites.of(chromosome), Vec::new(), 0);
        loop {
            let mut block = Vec::new();
            let last = order.take(u32::MAX, most, &mut block).unwrap();
            let shown = |site: Site| {
                assert!((from..=last).contains(&site.pos));
                (site.pos, [site.id, site.reference, site.alt].map(String::from_utf8_lossy).join(" "))
            };
            found.extend(Site::all(&block).map(shown));
            if last == u32::MAX {
                return found;
            }
            from = last + 1;
        }
    }

    #[test]
    fn they_come_back_by_position_and_in_the_order_of_the_file_at_one() {
        // Down from 90,000 in each contig, three at each position: far more than is sorted at once.
        let line = |contig: u32, at: u32| format!("{contig}\t{}\tid{at}\tacgT\tA,C\t.\t.\t.", 90_000 - at / 3);
        let lines: Vec<String> = (0..90_000).flat_map(|at| [line(1, at), line(2, at)]).collect();
        let mut sorted = lines.clone();
        sorted.sort_by_key(|line| line.split('\t').nth(1).unwrap().parse::<u32>().unwrap());
        for lines in [lines, sorted.clone()] {
            let sites = sites(&lines);
            for contig in [1, 2] {
                let expected: Vec<(u32, String)> = sorted
                    .iter()
                    .map(|line| line.split('\t').collect::<Vec<_>>())
                    .filter(|words| words[0] == contig.to_string())
                    .map(|words| (words[1].parse().unwrap(), format!("{} ACGT A,C", words[2])))
                    .collect();
                for most in [1, 1000, usize::MAX] {
                    assert!(of(&sites, contig, most) == expected, "{contig} {most}");
                }
            }
            assert!(of(&sites, 3, 1).is_empty());
        }
    }

    #[test]
    fn runs_of_a_sorted_file_are_its_chromosomes() {
        let line = |contig: u32, at: u32| format!("{contig}\t{at}\t.\tA\t{}\t.\t.\t.", "C".repeat(100));
        let lines: Vec<String> = [3, 1, 2].iter().flat_map(|contig| (1..20_000).map(|at| line(*contig, at))).collect();
        let sites = sites(&lines);
        let overlap = |pair: &[Run]| pair[0].chromosome == pair[1].chromosome && pair[0].last > pair[1].first;
        assert!(sites.runs.len() < 8 && !sites.runs.windows(2).any(overlap), "{:?}", sites.runs);
        let long = AHEAD * 3;
        let sites = self::sites(&[format!("1\t5\t.\tA\t{}\t.\t.\t.", "C".repeat(long)), line(1, 6)]);
        assert_eq!(
            of(&sites, 1, 1).iter().map(|(pos, text)| (*pos, text.len())).collect::<Vec<_>>(),
            [(5, long + 4), (6, 104)]
        );
    }
}
