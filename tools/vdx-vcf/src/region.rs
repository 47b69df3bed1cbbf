//! Regions of a genome as bcftools writes them: `chr`, `chr:pos`, `chr:from-to` (1-based, both ends within), TAB and BED
//! files.

use crate::contig::{self, Contig};
use crate::line::parse_pos;

/// A stretch of a contig.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// As it was written.
    pub contig: Vec<u8>,
    /// The first base (1-based).
    pub first: u32,
    /// The last base.
    pub last: u32,
}

/// How a file lists regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// CHROM, POS or CHROM, FROM, TO: 1-based, both ends within.
    Tab,
    /// CHROM, START, END: 0-based, END is behind the last base.
    Bed,
    /// The positions of a VCF's records.
    Vcf,
}

/// What of a record must lie in a region (`--regions-overlap`, `--targets-overlap` of bcftools).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// POS.
    Pos,
    /// Any base of the record.
    Record,
    /// Any base from the first one that an ALT changes.
    Variant,
}

/// Reads `chr`, `chr:pos`, `chr:from-` and `chr:from-to`, joined by commas. A name that holds a colon stands in braces.
///
/// # Errors
/// Says which region cannot be read.
pub fn parse_list(text: &str) -> Result<Vec<Region>, String> {
    text.split(',').map(|text| parse(text).ok_or_else(|| not_a_region(text))).collect()
}

fn not_a_region(text: &str) -> String {
    format!("expected a region such as chr1, chr1:100 or chr1:100-200 (first base 1), found '{text}'")
}

fn parse(text: &str) -> Option<Region> {
    let (name, range) = match text.strip_prefix('{') {
        Some(rest) => {
            let (name, rest) = rest.split_once('}')?;
            (name, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
        }
        None => text.split_once(':').map_or((text, None), |(name, range)| (name, Some(range))),
    };
    let (first, last) = match range.map(|range| (range, range.split_once('-'))) {
        None => (0, u32::MAX),
        Some((_, Some((from, "")))) => (parse_pos(from.as_bytes())?, u32::MAX),
        Some((_, Some((from, to)))) => (parse_pos(from.as_bytes())?, parse_pos(to.as_bytes())?),
        Some((pos, None)) => {
            let pos = parse_pos(pos.as_bytes())?;
            (pos, pos)
        }
    };
    (!name.is_empty() && first <= last).then(|| Region { contig: name.into(), first, last })
}

/// Reads one line of a file; `None` for a comment, an empty line and a region without bases.
///
/// # Errors
/// Says what the line lacks.
pub fn parse_line(line: &[u8], layout: Layout) -> Result<Option<Region>, String> {
    let line = line.trim_ascii_end();
    if line.is_empty() || line.starts_with(b"#") {
        return Ok(None);
    }
    if layout == Layout::Bed && (line.starts_with(b"track") || line.starts_with(b"browser")) {
        return Ok(None);
    }
    let mut fields = line.split(|&byte| byte == b'\t');
    let contig = fields.next().unwrap_or_default();
    let from = fields.next().and_then(parse_pos);
    let to = match fields.next() {
        Some(to) if layout != Layout::Vcf => parse_pos(to),
        _ if layout == Layout::Bed => None,
        _ => from,
    };
    let (Some(from), Some(to), false) = (from, to, contig.is_empty()) else {
        let expected = match layout {
            Layout::Bed => "CHROM, START and END (a BED file counts bases from 0)",
            Layout::Tab => "CHROM, POS or CHROM, FROM, TO (bases from 1; name the file .bed if they count from 0)",
            Layout::Vcf => "a VCF record",
        };
        let found = String::from_utf8_lossy(&line[..line.len().min(60)]);
        return Err(format!("expected {expected}, tab-separated, found '{found}'"));
    };
    // BED counts from 0, and its END is the first base behind: as a 1-based number that is the last one within.
    let first = if layout == Layout::Bed { from.saturating_add(1) } else { from };
    if first > to.saturating_add(1) {
        return Err(format!("expected a region, found one that ends before it starts ({from} to {to})"));
    }
    Ok((first <= to).then(|| Region { contig: contig.to_vec(), first, last: to }))
}

/// Regions by contig, sorted; those that overlap are one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Regions {
    contigs: Vec<Contig>,
    /// First and last base, 1-based, for each contig.
    stretches: Vec<Vec<(u32, u32)>>,
}

impl Regions {
    /// Regions in any order.
    pub fn new(regions: impl IntoIterator<Item = Region>) -> Self {
        let mut this = Self::default();
        for Region { contig, first, last } in regions {
            // Regions come contig by contig, or nearly so.
            let at = this.contigs.iter().rposition(|known| known.name == contig).unwrap_or_else(|| {
                this.contigs.push(Contig { name: contig, length: None });
                this.stretches.push(Vec::new());
                this.stretches.len() - 1
            });
            this.stretches[at].push((first, last));
        }
        for stretches in &mut this.stretches {
            stretches.sort_unstable();
            stretches.dedup_by(|next, last| {
                let joins = next.0 <= last.1;
                if joins {
                    last.1 = last.1.max(next.1);
                }
                joins
            });
        }
        this
    }

    /// The contigs as the regions name them.
    pub fn contigs(&self) -> &[Contig] {
        &self.contigs
    }

    /// The stretches of a contig: first and last base, 1-based.
    pub fn stretches(&self, contig: usize) -> &[(u32, u32)] {
        &self.stretches[contig]
    }

    /// The place of the contig that a file calls `name`: by that name, else by an alias ([`contig::resolve`]).
    pub fn find(&self, name: &[u8], length: Option<u64>) -> Option<usize> {
        contig::resolve(name, length, &self.contigs)
    }

    /// Whether a stretch reaches `first` and starts at or before `last`. Between two bases (`last` before `first`), both
    /// must be within.
    pub fn overlap(&self, contig: usize, first: u32, last: u32) -> bool {
        let stretches = &self.stretches[contig];
        let at = stretches.partition_point(|&(_, end)| end < first);
        // An insertion lies behind `last`.
        stretches.get(at).is_some_and(|&(start, _)| start <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(contig: &str, first: u32, last: u32) -> Region {
        Region { contig: contig.into(), first, last }
    }

    #[test]
    fn lists_are_read_as_in_bcftools() {
        assert_eq!(
            parse_list("1,chr2:5,X:7-9,MT:3-,{HLA:1}:4-6,{a:b}").unwrap(),
            [
                region("1", 0, u32::MAX),
                region("chr2", 5, 5),
                region("X", 7, 9),
                region("MT", 3, u32::MAX),
                region("HLA:1", 4, 6),
                region("a:b", 0, u32::MAX)
            ]
        );
        for wrong in ["", "1,", "1:", ":5", "1:a", "1:9-8", "1:-5", "{1:5", "{1}5"] {
            assert!(parse_list(wrong).unwrap_err().contains("chr1:100-200"), "{wrong}");
        }
    }

    #[test]
    fn files_count_from_one_or_zero() {
        let read = |line: &str, layout| parse_line(line.as_bytes(), layout).unwrap();
        assert_eq!(read("1\t10\t20\tname\r\n", Layout::Tab), Some(region("1", 10, 20)));
        assert_eq!(read("1\t10\n", Layout::Tab), Some(region("1", 10, 10)));
        assert_eq!(read("1\t10\t20\n", Layout::Bed), Some(region("1", 11, 20)));
        assert_eq!(read("1\t10\t10\n", Layout::Bed), None);
        assert_eq!(read("1\t10\t7\tA\tC\t.\t.\t.\n", Layout::Vcf), Some(region("1", 10, 10)));
        assert_eq!(read("track name=x\n", Layout::Bed), None);
        assert_eq!(read("#c\n", Layout::Tab), None);
        for (wrong, layout) in [("1\t10", Layout::Bed), ("1 10 20", Layout::Tab), ("1\t20\t10", Layout::Tab)] {
            assert!(parse_line(wrong.as_bytes(), layout).is_err(), "{wrong}");
        }
        assert!(parse_line(b"1\t10\tx", Layout::Tab).unwrap_err().contains(".bed"));
    }

    #[test]
    fn what_overlaps_is_found() {
        let regions = Regions::new([region("1", 10, 20), region("2", 1, 1), region("1", 15, 30), region("1", 40, 50)]);
        assert_eq!(regions.stretches(0), [(10, 30), (40, 50)]);
        for (first, last, expected) in [
            (9, 9, false),
            (10, 10, true),
            (31, 39, false),
            (31, 40, true),
            (50, 60, true),
            (51, 60, false),
            (1, 99, true),
        ] {
            assert_eq!(regions.overlap(0, first, last), expected, "{first}-{last}");
        }
        // Between 30 and 31, between 29 and 30.
        assert!(!regions.overlap(0, 31, 30));
        assert!(regions.overlap(0, 30, 29));
        assert_eq!(regions.find(b"chr2", None), Some(1));
        assert_eq!(regions.find(b"3", None), None);
    }
}
