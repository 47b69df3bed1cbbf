//! Rows that go by an array's own names, such as `1:101` of Illumina's GSA, and the table that tells their rsIDs.
//!
//! Illumina has such tables for each array: one of `Name` and `RsID` (several joined by commas, `.` for none), another of
//! `Name`, `Chr` and `MapInfo`. Either will do, or both together.

use std::path::Path;

use vdx_hts::{Error, Result};
use vdx_pipeline::Input;
use vdx_pipeline::input::Options;
use vdx_vcf::line::trim_line_end;

use crate::sample::columns::{Fields, Separator, Ways, word};
use crate::sample::raw::{Builder, rs_number};

/// What came of the tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// Rows that had a name and no rsID.
    pub(crate) rows: usize,
    /// Those of them that have an rsID or a place by now.
    pub(crate) known: usize,
}

/// Where a table has what.
struct MapColumns {
    name: usize,
    rs: Option<usize>,
    place: Option<(usize, usize)>,
}

impl MapColumns {
    fn of(fields: &Fields) -> Option<Self> {
        let words: Vec<String> = (0..fields.count()).map(|at| word(fields.get(at))).collect();
        let at = |names: &[&str]| words.iter().position(|word| names.contains(&word.as_str()));
        let columns = Self {
            name: at(&["name", "snpname", "locusname", "probeid"])?,
            rs: at(&["rsid", "rs", "dbsnp"]),
            place: at(&["chr", "chrom", "chromosome"]).zip(at(&["mapinfo", "position", "pos"])),
        };
        (columns.rs.is_some() || columns.place.is_some()).then_some(columns)
    }
}

/// Gives the rows the rsIDs and places that the tables tell. What a row says itself stays.
///
/// # Errors
/// A file that is no such table, or none of whose names the sample has.
pub(crate) fn look_up(tables: &[impl AsRef<Path>], rows: &mut Builder, options: Options) -> Result<Named> {
    let named = rows.by_name()?;
    let mut known = vec![false; named.len()];
    for path in tables {
        let input = Input::open(Some(path.as_ref()), Options { open_end: true, ..options })?;
        let file = input.name().to_owned();
        let mut lines = input.into_lines();
        let mut fields = Fields::default();
        let mut layout = None;
        let mut met = false;
        while let Some((line, number)) = lines.next()? {
            let line = trim_line_end(line);
            if line.trim_ascii().is_empty() || layout.is_none() && line.starts_with(b"#") {
                continue;
            }
            let Some((columns, separator)) = &layout else {
                let separator = Separator::of(line);
                fields.split(line, separator);
                let Some(columns) = MapColumns::of(&fields) else {
                    let message = "expected a table that names its columns Name and RsID (or Chr and MapInfo), found \
                                   another line";
                    return Err(Error::data(message).in_file(file).at_line(number));
                };
                layout = Some((columns, separator));
                continue;
            };
            fields.split(line, *separator);
            let ids = columns.rs.map_or(&b""[..], |at| fields.get(at));
            let ids = || ids.split(|&byte| byte == b',').filter(|id| rs_number(id.trim_ascii()).is_some());
            let place = columns.place.and_then(|(chromosome, pos)| {
                Ways { numbered: true, ..Ways::default() }.place(fields.get(chromosome), fields.get(pos)).ok()
            });
            let place = place.filter(|(chromosome, _)| *chromosome > 0);
            if ids().next().is_none() && place.is_none() {
                continue;
            }
            let name = fields.get(columns.name);
            let first = named.partition_point(|row| rows.name(row) < name);
            let count = named[first..].iter().take_while(|row| rows.name(row) == name).count();
            for (at, row) in named.iter().enumerate().skip(first).take(count) {
                (met, known[at]) = (true, true);
                rows.identify(row, ids().filter_map(|id| rs_number(id.trim_ascii())), place)?;
            }
        }
        if !met {
            let message =
                "expected the names of the sample's array, found none of them; is this the table of another one?";
            return Err(Error::data(message).in_file(file));
        }
    }
    Ok(Named { rows: named.len(), known: known.into_iter().filter(|known| *known).count() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::open::reader::Reader;
    use crate::sample::open::reader::tests::rows;
    use crate::sample::vendors::tellmegen::TELLME_GEN;

    /// Reads rows of an array and looks their names up in the tables.
    fn looked_up(text: &str, tables: &[&str]) -> Result<(Vec<String>, Named)> {
        let folder = tempfile::tempdir().unwrap();
        let mut paths = Vec::new();
        for (at, table) in tables.iter().enumerate() {
            paths.push(folder.path().join(at.to_string()));
            std::fs::write(&paths[at], table).unwrap();
        }
        let mut reader = Reader::new(&TELLME_GEN);
        for (at, line) in text.split_inclusive('\n').enumerate() {
            reader.line(line.as_bytes(), at as u64 + 1)?;
        }
        let named = look_up(&paths, reader.rows(), Options::default())?;
        Ok((rows(&reader.finish()?), named))
    }

    #[test]
    fn names_become_rs_ids() {
        let text = "rsid\tChromosome\tposition\tgenotype\n1:101\t1\t101\tAA\n1:105\t1\t105\tAG\nrs9\t1\t109\tCC\n\
            exm7\t1\t107\tGG\n1:103\t1\t103\tTT\n";
        let table = "Name\tRsID\r\n1:101\trs1\r\n1:105\trs5,rs6\r\nexm7\t.\r\n2:7\trs7\r\n";
        let (rows, named) = looked_up(text, &[table]).unwrap();
        assert_eq!(
            rows,
            ["rs1 1:101 AA", "1:103 1:103 TT", "rs5 1:105 AG", "rs6 1:105 AG", "exm7 1:107 GG", "rs9 1:109 CC"]
        );
        assert_eq!(named, Named { rows: 4, known: 2 });
    }

    #[test]
    fn names_become_places() {
        let text = "[Header]\n[Data]\nSample ID,SNP Name,Allele1 - Plus,Allele2 - Plus\ns,1:101,A,A\ns,exm2,G,G\n";
        let tables = ["Name\tChr\tMapInfo\tdeCODE(cM)\n1:101\t1\t101\t0.1\nexm2\tX\t7\t0\n", "Name,RsID\nexm2,rs2\n"];
        let (rows, named) = looked_up(text, &tables).unwrap();
        assert_eq!((rows, named.known), (vec!["1:101 1:101 AA".to_owned(), "rs2 23:7 GG".to_owned()], 2));
    }

    #[test]
    fn other_tables_are_refused() {
        let text = "rsid\tChromosome\tposition\tgenotype\n1:101\t1\t101\tAA\n";
        let error = looked_up(text, &["a\tb\n"]).unwrap_err().to_string();
        assert!(error.contains(":1: ") && error.contains("Name and RsID"), "{error}");
        let error = looked_up(text, &["Name\tRsID\n1:102\trs1\n"]).unwrap_err().to_string();
        assert!(error.contains("another one"), "{error}");
    }
}
