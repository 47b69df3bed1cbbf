//! Which column of a raw genotype file holds what.
//!
//! Vendors differ in order, separator and spelling (`Allele1 - Plus`, `Allele1...Plus`, `allele_1`), hardly in what the
//! columns are called: names are compared by their letters and digits alone, in any case.

use vdx_vcf::contig::MT;

use super::call::Call;
use super::sex::ploidy::Y;

mod cells;
mod fields;
mod plain;

pub(crate) use cells::Ways;
pub(crate) use fields::{Fields, Separator};
pub(crate) use plain::PlainRow;

use cells::{is_date, is_numbered, pair, whole};

/// Where the genotype is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GenotypeColumns {
    /// In one column.
    One(usize),
    /// Each allele in a column of its own.
    Two(usize, usize),
    /// One allele in a column, the other in its companion (`genotype`, `genotype_other`); or the whole in the first.
    Companions(usize, usize),
    /// In this column, the last one, or in this and the next one.
    Rest(usize),
}

/// The columns of a file, each by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawColumns {
    id: usize,
    /// Another id for rows whose first one is missing.
    other_id: Option<usize>,
    /// Chromosome and position.
    place: Option<(usize, usize)>,
    genotype: GenotypeColumns,
    strand: Option<usize>,
    person: Option<usize>,
    width: usize,
    /// The alleles are Illumina's `Forward` ones: dbSNP's orientation, which for some rsIDs is the minus strand.
    pub(crate) either_strand: bool,
}

const IDS: &[&str] = &["rsid", "snpid", "snpname", "name", "markername", "marker", "snp", "id"];
const CHROMOSOMES: &[&str] = &["chromosome", "chrom", "chr"];
const POSITIONS: &[&str] = &["position", "pos", "bp"];
const GENOTYPES: &[&str] = &["genotype", "result", "gt", "yourcode"];
const PERSONS: &[&str] = &["sampleid", "samplename"];

impl RawColumns {
    /// `rsid chromosome position genotype`, or `allele1 allele2` in place of the last.
    pub(crate) const STANDARD: Self = Self {
        id: 0,
        other_id: None,
        place: Some((1, 2)),
        genotype: GenotypeColumns::Rest(3),
        strand: None,
        person: None,
        width: 4,
        either_strand: false,
    };

    /// Reads a line of column names. `Ok(None)` where the line is none.
    ///
    /// # Errors
    /// Names of columns among which no usable genotype is.
    pub(crate) fn named(line: &[u8]) -> Result<Option<Self>, &'static str> {
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
            (Some((one, other)), _) => GenotypeColumns::Two(one, other),
            (None, Some(3)) if (id, place, words.len()) == (0, Some((1, 2)), 4) => GenotypeColumns::Rest(3),
            (None, Some(one)) => match at(&format!("{}other", words[one])) {
                Some(other) => GenotypeColumns::Companions(one, other),
                None => GenotypeColumns::One(one),
            },
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
    pub(crate) fn have_places(&self) -> bool {
        self.place.is_some()
    }

    /// Whose row it is, in a file that may be about several people.
    pub(crate) fn person<'a>(&self, fields: &'a Fields) -> Option<&'a [u8]> {
        self.person.map(|at| fields.get(at))
    }

    /// Reads one row.
    pub(crate) fn row<'a>(&self, fields: &'a Fields, ways: Ways) -> Result<ParsedRow<'a>, &'static str> {
        let pairs = matches!(self.genotype, GenotypeColumns::Rest(_));
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
        // `;` and `=` would end the value in INFO that an id becomes.
        let odd = |byte: u8| !byte.is_ascii_graphic() || matches!(byte, b';' | b'=');
        if !ids.split(|&byte| byte == b',').all(|id| given(id) && !id.iter().any(|&byte| odd(byte))) {
            return Err("an id that is empty or holds characters no id has");
        }
        if is_date(ids) {
            return Err("an id that is a date: a spreadsheet has changed this file");
        }
        let (chromosome, pos, numbered) = match self.place {
            Some((chromosome, pos)) => {
                let (number, pos) = ways.place(fields.get(chromosome), fields.get(pos))?;
                (number, pos, number > 22 && is_numbered(fields.get(chromosome)))
            }
            None => (0, 0, false),
        };
        let (one, other) = match self.genotype {
            GenotypeColumns::One(at) => (fields.get(at), None),
            GenotypeColumns::Rest(at) if fields.count() == at + 1 => (fields.get(at), None),
            GenotypeColumns::Rest(at) => (fields.get(at), Some(fields.get(at + 1))),
            GenotypeColumns::Two(one, other) => (fields.get(one), Some(fields.get(other))),
            GenotypeColumns::Companions(one, other) => match (fields.get(one), fields.get(other)) {
                // The whole genotype, with nothing else or with itself beside it.
                (one, b"" | b"." | b"NA") => (one, None),
                (one, other) if one.len() > 1 && one == other => (one, None),
                (one, other) => (one, Some(other)),
            },
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
        Ok(ParsedRow { ids, chromosome, pos, numbered, call })
    }
}

/// A row of a raw file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ParsedRow<'a> {
    /// One id, or several joined by commas.
    pub(crate) ids: &'a [u8],
    /// 1-22, 23 X, 24 Y, 25 MT; 0 for none.
    pub(crate) chromosome: u8,
    /// 1-based; 0 for none.
    pub(crate) pos: u32,
    /// The chromosome is named as PLINK names it, and others do not: `23` to `26`, `XY`.
    pub(crate) numbered: bool,
    /// The genotype.
    pub(crate) call: Call,
}

/// The letters and digits of a name, in lower case.
pub(crate) fn word(name: &[u8]) -> String {
    name.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(|&byte| char::from(byte.to_ascii_lowercase())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_every_spelling() {
        let named = |line: &str| RawColumns::named(line.as_bytes());
        assert_eq!(named("rsid\tchromosome\tposition\tgenotype"), Ok(Some(RawColumns::STANDARD)));
        assert_eq!(named("RSID,CHROMOSOME,POSITION,RESULT"), Ok(Some(RawColumns::STANDARD)));
        let columns =
            named("SNP Name\trsID\tAllele1...Top\tAllele2...Top\tAllele1...Plus\tAllele2...Plus\tChr\tPosition");
        let columns = columns.unwrap().unwrap();
        assert_eq!((columns.id, columns.other_id, columns.genotype), (1, Some(0), GenotypeColumns::Two(4, 5)));
        assert_eq!((columns.place, columns.either_strand), (Some((6, 7)), false));
        let columns = named("Sample ID,SNP Name,Allele1 - Forward,Allele2 - Forward").unwrap().unwrap();
        assert_eq!((columns.person, columns.either_strand, columns.have_places()), (Some(0), true, false));
        assert!(named("SNP Name\tAllele1 - Top\tAllele2 - Top").unwrap_err().contains("plus or the forward"));
        for line in ["rs1\t1\t5\tAG", "we provide its (rsid or internal id) location and genotype", ""] {
            assert_eq!(named(line), Ok(None), "{line}");
        }
    }
}
