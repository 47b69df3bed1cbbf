//! The table people read: of what `match` has just found, or of the records that it wrote as VCF and `vdx-gnomad` may have
//! annotated.
//!
//! `match -O tsv` and `report -O tsv` make their cells from the same [`VerdictRecord`], so they cannot differ.

pub(crate) mod genes;
pub(crate) mod trust;
mod value;
pub(crate) mod write;

use std::sync::Arc;

use vdx_hts::{Error, Result};
use vdx_vcf::header::{Type, declared_info};
use vdx_vcf::{Header, Line, info, line};

pub(crate) use value::words;
pub(crate) use write::{Cell, Layout};

use self::genes::{GeneList, Listed};
use self::trust::{Judge, Rarity, Trust};
use crate::verdict::info::VdxInfo;

/// The prefix of the INFO keys that `vdx-gnomad annotate` adds.
const GNOMAD: &[u8] = b"gnomad_";

/// The columns before and behind those of gnomAD.
const FRONT: [&str; 14] = [
    "rsid",
    "chromosome",
    "position",
    "ref_allele",
    "alt_allele",
    "genotype",
    "zygosity",
    "gene",
    "clinical_significance",
    "review_status",
    "review_stars",
    "molecular_consequence",
    "disease",
    "variation_id",
];
const BACK: [&str; 9] = [
    "verdict",
    "match_type",
    "confidence",
    "flags",
    "raw_id",
    "raw_position",
    "raw_genotype",
    "trust",
    "trust_reasons",
];

/// The columns of a list of genes (`--genes`), behind all others.
const LISTED: [&str; 3] = ["listed_gene", "listed_inheritance", "listed_note"];

/// A record and what was found about it.
#[derive(Clone, Copy)]
pub(crate) struct VerdictRecord<'a> {
    /// As ClinVar has it, or as `match` has written it.
    pub(crate) line: &'a Line<'a>,
    /// INFO of the line.
    pub(crate) info: &'a [u8],
    /// The person's GT.
    pub(crate) gt: &'a [u8],
    /// What `match` says, in INFO or not yet.
    pub(crate) said: &'a VdxInfo<'a>,
}

/// The columns of a table, fixed by the header of the VCF it is made from.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    gnomad: Vec<Gnomad>,
    judge: Judge,
    genes: Option<Arc<GeneList>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Gnomad {
    key: Vec<u8>,
    name: String,
    number: bool,
}

impl Columns {
    /// Takes the gnomAD columns in the order of their INFO lines.
    ///
    /// # Errors
    /// Where the header does not declare `VDX_VERDICT`: the file was not written by `match`.
    pub(crate) fn of(header: &Header) -> Result<Self> {
        if header.info(b"VDX_VERDICT").is_none() || header.samples().len() != 1 {
            return Err(Error::data(
                "expected the output of 'vdx-merge match' (INFO VDX_VERDICT and one sample), found another VCF; \
                 run 'vdx-merge match' first",
            ));
        }
        let mut gnomad: Vec<Gnomad> = Vec::new();
        for (key, _) in header.meta_lines().filter_map(declared_info) {
            if key.starts_with(GNOMAD) && !gnomad.iter().any(|column| column.key == key) {
                let number = header.info(key).is_some_and(|field| matches!(field.kind, Type::Integer | Type::Float));
                gnomad.push(Gnomad { key: key.to_vec(), name: column_name(key), number });
            }
        }
        let sample = header.meta_value(b"vdx_sample").unwrap_or_default();
        let sample = sample.strip_prefix(b"<").unwrap_or(sample).strip_suffix(b">").unwrap_or_default();
        let vendor = vdx_vcf::header::attribute(sample, b"Vendor").unwrap_or_default();
        let judge = Judge::of(gnomad.iter().map(|column| column.key.as_slice()), vendor);
        Ok(Self { gnomad, judge, genes: None })
    }

    /// The same for the records of a sample of this vendor, whatever the header says.
    #[must_use]
    pub(crate) fn of_vendor(self, vendor: &str) -> Self {
        Self { judge: self.judge.of_vendor(vendor.as_bytes()), ..self }
    }

    /// The same with the columns of a list of genes, if there is one.
    #[must_use]
    pub(crate) fn with_genes(self, genes: Option<Arc<GeneList>>) -> Self {
        Self { genes, ..self }
    }

    /// Whether rare array calls are told in `trust`.
    pub(crate) fn rarity(&self) -> Rarity {
        self.judge.rarity()
    }

    /// The names, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let listed = if self.genes.is_some() { &LISTED[..] } else { &[] };
        let gnomad = self.gnomad.iter().map(|column| column.name.as_str());
        FRONT.into_iter().chain(gnomad).chain(BACK).chain(listed.iter().copied())
    }

    /// The cells of one record that `match` has written, in the order of [`Columns::names`]; an empty cell is a missing
    /// value.
    ///
    /// # Errors
    /// A line that is no record, or has no verdict.
    pub(crate) fn cells(&self, text: &[u8]) -> Result<Vec<Cell>> {
        let data = |error: line::LineError| Error::caused_by(error);
        let line = Line::parse(text).map_err(data)?;
        let rest = line.rest().map_err(data)?;
        let Some(said) = VdxInfo::read(rest.info) else {
            let message = "expected VDX_VERDICT in INFO, found none; run 'vdx-merge match' again";
            return Err(Error::data(message).at_locus(line.chrom(), u64::from(line.pos())));
        };
        let gt = rest.samples.and_then(value::first_gt).unwrap_or(b".");
        Ok(self.cells_of(&VerdictRecord { line: &line, info: rest.info, gt, said: &said }))
    }

    /// The cells of one record, in the order of [`Columns::names`].
    pub(crate) fn cells_of(&self, record: &VerdictRecord) -> Vec<Cell> {
        let VerdictRecord { line, info, gt, said } = *record;
        let get = |key: &str| info::value(info, key.as_bytes()).filter(|value| *value != b".");
        let given = |text: &[u8]| if text == b"." { Vec::new() } else { text.to_vec() };
        let mut cells = Vec::with_capacity(FRONT.len() + self.gnomad.len() + BACK.len() + LISTED.len());
        cells.push(Cell::text(value::rsid(get("RS"), &said.raw_id)));
        cells.push(Cell::text(line.chrom().to_vec()));
        cells.push(Cell::number(line.pos().to_string().into_bytes()));
        cells.push(Cell::text(line.reference().to_vec()));
        cells.push(Cell::text(given(line.alt())));
        cells.push(Cell::text(value::genotype(gt, line)));
        cells.push(Cell::text(value::zygosity(gt)));
        cells.push(Cell::text(value::genes(get("GENEINFO"))));
        cells.push(Cell::text(value::words(get("CLNSIG"))));
        cells.push(Cell::text(value::words(get("CLNREVSTAT"))));
        cells.push(Cell::number(value::stars(get("CLNREVSTAT"))));
        cells.push(Cell::text(value::consequences(get("MC"))));
        cells.push(Cell::text(value::words(get("CLNDN"))));
        cells.push(Cell::text(given(line.id())));
        for column in &self.gnomad {
            let value = info::value(info, &column.key).filter(|value| *value != b".").unwrap_or_default().to_vec();
            cells.push(if column.number { Cell::number(value) } else { Cell::text(value) });
        }
        cells.push(Cell::text(given(&said.verdict)));
        cells.push(Cell::text(given(&said.found)));
        cells.push(Cell::number(given(&said.confidence)));
        cells.push(Cell::text(value::list(&given(&said.flags))));
        cells.push(Cell::text(given(&said.raw_id)));
        cells.push(Cell::number(given(&said.raw_pos)));
        cells.push(Cell::text(given(&said.raw_genotype)));
        let Trust { word, reasons } = self.judge.judge(line, info, said);
        cells.push(Cell::text(word.into()));
        cells.push(Cell::text(reasons.join("|").into()));
        if let Some(genes) = &self.genes {
            let listed = genes.of(get("GENEINFO").unwrap_or_default());
            let joined = |of: fn(&Listed) -> &str| {
                let words: Vec<&str> =
                    listed.iter().map(|listed| of(listed)).filter(|words| !words.is_empty()).collect();
                // What others wrote into a list is no more than one cell.
                Cell::text(words.join("|").replace(['\t', '\r', '\n'], " ").into_bytes())
            };
            cells.push(joined(|listed| &listed.gene));
            cells.push(joined(|listed| &listed.inheritance));
            cells.push(joined(|listed| &listed.note));
        }
        cells
    }
}

/// `gnomad_AF_afr` is `gnomad_af_afr`; FILTER is `gnomad_filters`, as VariDex has it.
fn column_name(key: &[u8]) -> String {
    let name = String::from_utf8_lossy(key).to_ascii_lowercase();
    match name.strip_suffix("_filter") {
        Some(stem) => format!("{stem}_filters"),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "##fileformat=VCFv4.1\n##INFO=<ID=VDX_VERDICT,Number=1,Type=String,Description=\"\">\n\
        ##INFO=<ID=gnomad_AF,Number=A,Type=Float,Description=\"\">\n\
        ##INFO=<ID=gnomad_FILTER,Number=A,Type=String,Description=\"\">\n\
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme\n";

    fn columns() -> Columns {
        Columns::of(&Header::parse(HEADER.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn a_record_becomes_a_row() {
        let line = "1\t949696\t161455\tC\tCG\t.\t.\tCLNDN=Immunodeficiency_38|not_provided;\
            CLNREVSTAT=criteria_provided,_multiple_submitters,_no_conflicts;CLNSIG=Pathogenic;\
            GENEINFO=ISG15:9636|X:1;MC=SO:0001589|frameshift_variant,SO:0001583|missense_variant;RS=672601345;\
            VDX_VERDICT=het;VDX_MATCH=rsid_and_position;VDX_CONF=0.9;VDX_FLAGS=a,b;VDX_RAWID=rs672601345;\
            VDX_RAWPOS=949697;VDX_RAWGT=DI;gnomad_AF=1e-05;gnomad_FILTER=PASS\tGT\t0/1\n";
        let columns = columns();
        let cells = columns.cells(line.as_bytes()).unwrap();
        let row: Vec<(&str, &str)> =
            columns.names().zip(cells.iter().map(|cell| std::str::from_utf8(cell.bytes()).unwrap())).collect();
        assert_eq!(
            row,
            [
                ("rsid", "rs672601345"),
                ("chromosome", "1"),
                ("position", "949696"),
                ("ref_allele", "C"),
                ("alt_allele", "CG"),
                ("genotype", "C/CG"),
                ("zygosity", "heterozygous"),
                ("gene", "ISG15|X"),
                ("clinical_significance", "Pathogenic"),
                ("review_status", "criteria provided, multiple submitters, no conflicts"),
                ("review_stars", "2"),
                ("molecular_consequence", "frameshift_variant|missense_variant"),
                ("disease", "Immunodeficiency 38|not provided"),
                ("variation_id", "161455"),
                ("gnomad_af", "1e-05"),
                ("gnomad_filters", "PASS"),
                ("verdict", "het"),
                ("match_type", "rsid_and_position"),
                ("confidence", "0.9"),
                ("flags", "a|b"),
                ("raw_id", "rs672601345"),
                ("raw_position", "949697"),
                ("raw_genotype", "DI"),
                ("trust", "doubtful"),
                ("trust_reasons", "array_call_rarer_than_1e-4"),
            ]
        );
    }

    #[test]
    fn other_files_and_other_records_are_errors() {
        let other = Header::parse(b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n").unwrap();
        assert!(Columns::of(&other).unwrap_err().to_string().contains("vdx-merge match"));
        let error = columns().cells(b"1\t2\t.\tA\tC\t.\t.\tRS=1\tGT\t0/1\n").unwrap_err();
        assert_eq!(error.to_string(), "1:2: expected VDX_VERDICT in INFO, found none; run 'vdx-merge match' again");
    }
}
