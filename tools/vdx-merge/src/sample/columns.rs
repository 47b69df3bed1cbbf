//! Which column of a raw genotype file holds what, and how a line falls into columns.
//!
//! Vendors differ in order, separator and spelling (`Allele1 - Plus`, `Allele1...Plus`, `allele_1`), hardly in what the
//! columns are called: names are compared by their letters and digits alone, in any case.

use std::ops::Range;

use super::sex::{X, Y};
use vdx_vcf::contig::MT;

use super::Call;

/// What stands between two columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// One such byte.
    Byte(u8),
    /// Any run of tabs and spaces.
    Blanks,
}

impl Separator {
    /// The likeliest one of a line.
    pub fn of(line: &[u8]) -> Self {
        let found = b"\t,;".iter().find(|&&byte| memchr::memchr(byte, line).is_some());
        found.map_or(Self::Blanks, |&byte| Self::Byte(byte))
    }
}

/// A line taken apart; keeps its memory from line to line.
#[derive(Debug, Default)]
pub struct Fields {
    text: Vec<u8>,
    ranges: Vec<Range<usize>>,
}

impl Fields {
    /// Takes a line apart. Quotes go away; a separator within a pair of them separates nothing, unless the quotes are
    /// doubled: a kind of MyHeritage file has `"rs1"",""1"",""101"",""AA"`, where they mean nothing at all.
    pub fn split(&mut self, line: &[u8], separator: Separator) {
        self.text.clear();
        self.ranges.clear();
        let mut start = 0;
        if let Separator::Byte(byte) = separator
            && memchr::memchr(b'"', line).is_none()
        {
            // Without quotes, which is most files, the fields lie where they are.
            self.text.extend_from_slice(line);
            for end in memchr::memchr_iter(byte, line).chain([line.len()]) {
                self.close(start..end, separator);
                start = end + 1;
            }
            return;
        }
        let mangled = memchr::memmem::find(line, b"\"\"").is_some();
        let mut quoted = false;
        for &byte in line {
            let splits = match separator {
                Separator::Byte(wanted) => byte == wanted,
                Separator::Blanks => matches!(byte, b' ' | b'\t'),
            };
            if byte == b'"' {
                quoted = !quoted && !mangled;
            } else if splits && !quoted {
                self.close(start..self.text.len(), separator);
                start = self.text.len();
            } else {
                self.text.push(byte);
            }
        }
        self.close(start..self.text.len(), separator);
        while self.ranges.last().is_some_and(Range::is_empty) && separator == Separator::Blanks {
            self.ranges.pop();
        }
    }

    /// Adds the field at `range` of the text, but for blanks around it.
    fn close(&mut self, range: Range<usize>, separator: Separator) {
        let field = self.text[range.clone()].trim_ascii_start();
        let from = range.end - field.len();
        let field = field.trim_ascii_end();
        if !field.is_empty() || separator != Separator::Blanks {
            self.ranges.push(from..from + field.len());
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.ranges.len()
    }

    /// One of them, without blanks around it; empty where the line has fewer.
    pub fn get(&self, at: usize) -> &[u8] {
        self.ranges.get(at).map_or(&[], |range| &self.text[range.clone()])
    }
}

/// Where the genotype is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Genotype {
    /// In one column.
    One(usize),
    /// Each allele in a column of its own.
    Two(usize, usize),
    /// In this column, the last one, or in this and the next one.
    Rest(usize),
}

/// The columns of a file, each by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    id: usize,
    /// Another id for rows whose first one is missing.
    other_id: Option<usize>,
    /// Chromosome and position.
    place: Option<(usize, usize)>,
    genotype: Genotype,
    strand: Option<usize>,
    person: Option<usize>,
    width: usize,
    /// The alleles are Illumina's `Forward` ones: dbSNP's orientation, which for some rsIDs is the minus strand.
    pub either_strand: bool,
}

const IDS: &[&str] = &["rsid", "snpid", "snpname", "name", "markername", "marker", "snp", "id"];
const CHROMOSOMES: &[&str] = &["chromosome", "chrom", "chr"];
const POSITIONS: &[&str] = &["position", "pos", "bp"];
const GENOTYPES: &[&str] = &["genotype", "result", "gt", "yourcode"];
const PERSONS: &[&str] = &["sampleid", "samplename"];

impl Columns {
    /// `rsid chromosome position genotype`, or `allele1 allele2` in place of the last.
    pub const STANDARD: Self = Self {
        id: 0,
        other_id: None,
        place: Some((1, 2)),
        genotype: Genotype::Rest(3),
        strand: None,
        person: None,
        width: 4,
        either_strand: false,
    };

    /// Reads a line of column names. `Ok(None)` where the line is none.
    ///
    /// # Errors
    /// Names of columns among which no usable genotype is.
    pub fn named(line: &[u8]) -> Result<Option<Self>, &'static str> {
        let mut fields = Fields::default();
        for separator in [Separator::Byte(b'\t'), Separator::Byte(b','), Separator::Byte(b';'), Separator::Blanks] {
            fields.split(line, separator);
            let words: Vec<String> = (0..fields.count()).map(|at| word(fields.get(at))).collect();
            // Prose has the same words.
            let prose = separator == Separator::Blanks && !IDS.contains(&words.first().map_or("", String::as_str));
            if prose {
                continue;
            }
            if let Some(found) = Self::of_words(&words)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn of_words(words: &[String]) -> Result<Option<Self>, &'static str> {
        let at = |name: &str| words.iter().position(|word| word == name);
        let any = |names: &[&str]| names.iter().find_map(|name| at(name));
        let pair = |kind: &str| Some((at(&format!("allele1{kind}"))?, at(&format!("allele2{kind}"))?));
        let mut ids = IDS.iter().filter_map(|name| at(name));
        let Some(id) = ids.next() else { return Ok(None) };
        let other_id = ids.next();
        let place = any(CHROMOSOMES).zip(any(POSITIONS));
        let (plus, forward, plain) = (pair("plus"), pair("forward"), pair(""));
        let either_strand = plus.is_none() && forward.is_some();
        let genotype = match (plus.or(forward).or(plain), any(GENOTYPES)) {
            (Some((one, other)), _) => Genotype::Two(one, other),
            (None, Some(3)) if (id, place, words.len()) == (0, Some((1, 2)), 4) => Genotype::Rest(3),
            (None, Some(one)) => Genotype::One(one),
            _ if words.iter().any(|word| word.starts_with("allele1")) => {
                return Err("expected alleles of the plus or the forward strand (Allele1 - Plus, Allele1 - Forward), \
                            found other ones alone; export the report again with them");
            }
            _ => return Ok(None),
        };
        let (strand, person, width) = (at("strand"), any(PERSONS), words.len());
        Ok(Some(Self { id, other_id, place, genotype, strand, person, width, either_strand }))
    }

    /// Whether rows say where they are.
    pub fn have_places(&self) -> bool {
        self.place.is_some()
    }

    /// Whose row it is, in a file that may be about several people.
    pub fn person<'a>(&self, fields: &'a Fields) -> Option<&'a [u8]> {
        self.person.map(|at| fields.get(at))
    }

    /// Reads one row.
    pub fn row<'a>(&self, fields: &'a Fields, ways: Ways) -> Result<Row<'a>, &'static str> {
        let pairs = matches!(self.genotype, Genotype::Rest(_));
        let most = self.width + usize::from(pairs);
        if fields.count() < self.width {
            return Err(
                "fewer columns than expected (rsid, chromosome, position and genotype, or those that a line of \
                        names gives)",
            );
        }
        if (most..fields.count()).any(|at| !fields.get(at).is_empty()) {
            return Err("more columns than expected");
        }
        let given = |id: &[u8]| !matches!(id, b"" | b"." | b"NA" | b"-");
        let mut ids = fields.get(self.id);
        if let Some(other) = self.other_id.filter(|_| !given(ids)) {
            ids = fields.get(other);
        }
        let odd = |byte: u8| !byte.is_ascii_graphic() || matches!(byte, b';' | b'=');
        if !ids.split(|&byte| byte == b',').all(|id| given(id) && !id.iter().any(|&byte| odd(byte))) {
            return Err("an id that is empty or holds characters no id has");
        }
        if is_date(ids) {
            return Err("an id that is a date: a spreadsheet has changed this file");
        }
        let (chromosome, pos) = match self.place {
            Some((chromosome, pos)) => ways.place(fields.get(chromosome), fields.get(pos))?,
            None => (0, 0),
        };
        let (one, other) = match self.genotype {
            Genotype::One(at) => (fields.get(at), None),
            Genotype::Rest(at) if fields.count() == at + 1 => (fields.get(at), None),
            Genotype::Rest(at) => (fields.get(at), Some(fields.get(at + 1))),
            Genotype::Two(one, other) => (fields.get(one), Some(fields.get(other))),
        };
        let mut call = match other {
            None => whole(one)?,
            Some(other) => pair(one, other, ways.one_allele || matches!(chromosome, Y | MT))?,
        };
        match self.strand.map(|at| fields.get(at)) {
            None | Some(b"+") => {}
            Some(b"-") => call = call.complement(),
            Some(_) => return Err("a strand that is neither + nor -"),
        }
        Ok(Row { ids, chromosome, pos, call })
    }
}

/// A row of a raw file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// One id, or several joined by commas.
    pub ids: &'a [u8],
    /// 1-22, 23 X, 24 Y, 25 MT; 0 for none.
    pub chromosome: u8,
    /// 1-based; 0 for none.
    pub pos: u32,
    /// The genotype.
    pub call: Call,
}

/// What a vendor writes in its own way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// 23 is X, 24 Y, 25 the pseudoautosomal regions, 26 MT, as PLINK and AncestryDNA have it.
    pub numbered: bool,
    /// One called allele beside a missing one is all there is, not half of a genotype.
    pub one_allele: bool,
}

/// A chromosome as a raw file names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    None,
    Number(u8),
    /// Where X and Y pair: which of the two is meant tells the position.
    Pairing,
}

impl Ways {
    /// Chromosome and position as in [`Row`].
    pub fn place(self, chromosome: &[u8], pos: &[u8]) -> Result<(u8, u32), &'static str> {
        let place = self.chromosome(chromosome).ok_or("a chromosome that is none of 1-22, X, Y and MT")?;
        if place == Place::None {
            return Ok((0, 0));
        }
        let pos = vdx_vcf::line::parse_pos(pos).ok_or("a position that is not a whole number")?;
        Ok(if pos == 0 { (0, 0) } else { (place.number(pos), pos) })
    }

    fn chromosome(self, name: &[u8]) -> Option<Place> {
        match name {
            b"" | b"-" | b"--" | b"0" => Some(Place::None),
            b"23" if self.numbered => Some(Place::Number(X)),
            b"24" if self.numbered => Some(Place::Number(Y)),
            b"25" | b"XY" | b"PAR" if self.numbered => Some(Place::Pairing),
            b"26" if self.numbered => Some(Place::Number(MT)),
            _ => vdx_vcf::contig::number(name).map(Place::Number),
        }
    }
}

impl Place {
    fn number(self, pos: u32) -> u8 {
        use super::sex::is_pseudoautosomal;
        use vdx_vcf::build::Build::{Grch37, Grch38};
        let pairs = |number: u8| [Grch37, Grch38].iter().any(|&build| is_pseudoautosomal(build, number, pos));
        match self {
            Self::None => 0,
            Self::Number(number) => number,
            Self::Pairing if !pairs(X) && pairs(Y) => Y,
            Self::Pairing => X,
        }
    }
}

const NO_GENOTYPE: &str = "a genotype that is not one or two of ACGT, one or two of I and D, or --";

/// A genotype in one column: `AG`, `A/G`, `--`, `00`.
fn whole(text: &[u8]) -> Result<Call, &'static str> {
    let call = match text {
        b"00" | b"0" | b"??" | b"-/-" | b"./." => Some(Call::NONE),
        [one, b'/' | b'|', other] => Call::parse(&[*one, *other]),
        _ if text.contains(&b'/') => return Err("alleles of more than one base, which are not read"),
        _ => Call::parse(text),
    };
    call.ok_or(NO_GENOTYPE)
}

/// A genotype in two columns, `one_allele` of which may be all there is.
fn pair(one: &[u8], other: &[u8], one_allele: bool) -> Result<Call, &'static str> {
    let missing = |allele: &[u8]| matches!(allele, b"0" | b"-" | b"--" | b"." | b"?" | b"N");
    match (one, other) {
        _ if missing(one) && (missing(other) || other.is_empty()) => Ok(Call::NONE),
        ([one], []) => Call::parse(&[*one]).ok_or(NO_GENOTYPE),
        ([letter], none) | (none, [letter]) if missing(none) => match Call::parse(&[*letter]) {
            Some(call) if one_allele => Ok(call),
            Some(_) => Err("one allele is called, the other is not"),
            None => Err(NO_GENOTYPE),
        },
        ([one], [other]) => Call::parse(&[*one, *other]).ok_or(NO_GENOTYPE),
        _ => Err(NO_GENOTYPE),
    }
}

/// Whether a spreadsheet has made a date of an id: `03.Jan`, `3-Jan-01`, `2001-01-03`, `1/3/2001`.
fn is_date(id: &[u8]) -> bool {
    const MONTHS: [&[u8]; 12] =
        [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
    let (mut numbers, mut months) = (0, 0);
    for part in id.split(|byte| matches!(byte, b'.' | b'-' | b'/')) {
        match part.len() {
            1..=4 if part.iter().all(u8::is_ascii_digit) => numbers += 1,
            3 if MONTHS.iter().any(|month| part.eq_ignore_ascii_case(month)) => months += 1,
            _ => return false,
        }
    }
    matches!((numbers, months), (1 | 2, 1) | (3, 0))
}

/// The letters and digits of a name, in lower case.
pub fn word(name: &[u8]) -> String {
    name.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(|&byte| char::from(byte.to_ascii_lowercase())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str, separator: Separator) -> Vec<String> {
        let mut fields = Fields::default();
        fields.split(line.as_bytes(), separator);
        (0..fields.count()).map(|at| String::from_utf8(fields.get(at).to_vec()).unwrap()).collect()
    }

    #[test]
    fn lines_fall_into_columns() {
        assert_eq!(split("rs1\t1\t 5 \t", Separator::Byte(b'\t')), ["rs1", "1", "5", ""]);
        assert_eq!(split(" rs4 1\t\t\t 104\tT\tT ", Separator::Blanks), ["rs4", "1", "104", "T", "T"]);
        assert_eq!(split("\"rs6,rs9\",\"1\",2,AA", Separator::Byte(b',')), ["rs6,rs9", "1", "2", "AA"]);
        assert_eq!(split("\"rs1\"\",\"\"1\"\",\"\"101\"\",\"\"AA\"", Separator::Byte(b',')), ["rs1", "1", "101", "AA"]);
        assert_eq!(Separator::of(b"a,b\tc"), Separator::Byte(b'\t'));
    }

    #[test]
    fn names_are_known_in_every_spelling() {
        let named = |line: &str| Columns::named(line.as_bytes());
        assert_eq!(named("rsid\tchromosome\tposition\tgenotype"), Ok(Some(Columns::STANDARD)));
        assert_eq!(named("RSID,CHROMOSOME,POSITION,RESULT"), Ok(Some(Columns::STANDARD)));
        let columns =
            named("SNP Name\trsID\tAllele1...Top\tAllele2...Top\tAllele1...Plus\tAllele2...Plus\tChr\tPosition");
        let columns = columns.unwrap().unwrap();
        assert_eq!((columns.id, columns.other_id, columns.genotype), (1, Some(0), Genotype::Two(4, 5)));
        assert_eq!((columns.place, columns.either_strand), (Some((6, 7)), false));
        let columns = named("Sample ID,SNP Name,Allele1 - Forward,Allele2 - Forward").unwrap().unwrap();
        assert_eq!((columns.person, columns.either_strand, columns.have_places()), (Some(0), true, false));
        assert!(named("SNP Name\tAllele1 - Top\tAllele2 - Top").unwrap_err().contains("plus or the forward"));
        for line in ["rs1\t1\t5\tAG", "we provide its (rsid or internal id) location and genotype", ""] {
            assert_eq!(named(line), Ok(None), "{line}");
        }
    }

    #[test]
    fn a_missing_allele_is_half_a_genotype_where_there_are_two() {
        assert_eq!(pair(b"0", b"0", false), Ok(Call::NONE));
        assert_eq!(pair(b"A", b"", false), Ok(Call(*b"A\0")));
        assert_eq!(pair(b"0", b"A", true), Ok(Call(*b"A\0")));
        assert_eq!(pair(b"A", b"0", false), Err("one allele is called, the other is not"));
        assert_eq!(pair(b"A", b"-", true), Ok(Call(*b"A\0")));
        assert_eq!(pair(b"I", b"D", false), Ok(Call(*b"ID")));
        assert!(pair(b"AG", b"A", false).is_err());
    }
}
