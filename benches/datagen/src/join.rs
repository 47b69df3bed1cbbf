//! The files that hold all contigs: ClinVar, the raw file and the table of what is planted in it, queries.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::bgzf;
use crate::calls;
use crate::clinvar_header;
use crate::genome::CONTIGS;
use crate::plan::{Spec, shares};
use crate::queries;
use crate::stats::Stats;
use crate::truth;

/// Creates a file; the error names it.
pub fn create(path: &Path) -> io::Result<File> {
    File::create(path).map_err(|error| named(path, &error))
}

/// Creates a folder and those above it; the error names it.
pub fn create_folder(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path).map_err(|error| named(path, &error))
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// What a contig's job hands on to be joined in order.
#[derive(Default)]
pub struct Part {
    pub clinvar: Vec<u8>,
    pub raw: Vec<u8>,
    pub truth: Vec<u8>,
    pub queries: Vec<u8>,
    /// BGZF blocks.
    pub genome: Vec<u8>,
    pub genome_truth: Vec<u8>,
    pub stats: Stats,
}

/// The files that hold all contigs, and parts that came before their turn.
#[derive(Default)]
pub struct Joined {
    next: usize,
    waiting: BTreeMap<usize, Part>,
    clinvar: Option<File>,
    raw: Option<BufWriter<File>>,
    truth: Option<BufWriter<File>>,
    queries: Option<File>,
    genome: Option<(File, BufWriter<File>)>,
    stats: Stats,
}

impl Joined {
    /// Opens the files that `spec` asks for and writes their headers; `contigs` are gnomAD's `(name, length)`.
    pub fn open(spec: &Spec, contigs: &[(String, usize)]) -> io::Result<Self> {
        let mut joined = Self::default();
        if spec.outputs.clinvar {
            let mut head = bgzf::Writer::new(create(&spec.dir.join("clinvar.vcf.gz"))?);
            head.push(clinvar_header::header(spec.style.build()).as_bytes())?;
            joined.clinvar = Some(head.finish_part()?);
        }
        if spec.outputs.queries {
            let mut head = bgzf::Writer::new(create(&spec.dir.join("queries.vcf.gz"))?);
            head.push(queries::header(contigs).as_bytes())?;
            joined.queries = Some(head.finish_part()?);
        }
        if spec.outputs.person {
            let mut raw = BufWriter::new(create(&spec.dir.join("sample.23andme.txt"))?);
            for line in truth::raw_header(spec.seed) {
                raw.write_all(line.as_bytes())?;
                raw.write_all(spec.line_end())?;
            }
            let mut table = BufWriter::new(create(&spec.dir.join("truth.tsv"))?);
            table.write_all(truth::COLUMNS.as_bytes())?;
            (joined.raw, joined.truth) = (Some(raw), Some(table));
        }
        if spec.outputs.genome {
            let mut head = bgzf::Writer::new(create(&spec.dir.join("genome.vcf.gz"))?);
            let lengths = shares(spec).into_iter().map(|share| share.len);
            let contigs = CONTIGS.iter().map(|contig| contig.name).zip(lengths);
            head.push(calls::header(spec.style.build(), contigs).as_bytes())?;
            let mut table = BufWriter::new(create(&spec.dir.join("genome.truth.tsv"))?);
            table.write_all(calls::COLUMNS.as_bytes())?;
            joined.genome = Some((head.finish_part()?, table));
        }
        Ok(joined)
    }

    /// Ends the files and returns the statistics of all parts.
    pub fn finish(mut self) -> io::Result<Stats> {
        for file in [&mut self.clinvar, &mut self.queries].into_iter().flatten() {
            file.write_all(&bgzf::EOF)?;
        }
        if let Some((file, table)) = &mut self.genome {
            file.write_all(&bgzf::EOF)?;
            table.flush()?;
        }
        for file in [&mut self.raw, &mut self.truth].into_iter().flatten() {
            file.flush()?;
        }
        Ok(self.stats)
    }

    /// Takes in the part of contig number `index` and writes what can be written in order.
    pub fn add(&mut self, index: usize, part: Part) -> io::Result<()> {
        self.waiting.insert(index, part);
        while let Some(part) = self.waiting.remove(&self.next) {
            self.next += 1;
            if let Some(file) = &mut self.clinvar {
                file.write_all(&part.clinvar)?;
            }
            if let Some(file) = &mut self.queries {
                file.write_all(&part.queries)?;
            }
            if let (Some(raw), Some(truth)) = (&mut self.raw, &mut self.truth) {
                raw.write_all(&part.raw)?;
                truth.write_all(&part.truth)?;
            }
            if let Some((file, table)) = &mut self.genome {
                file.write_all(&part.genome)?;
                table.write_all(&part.genome_truth)?;
            }
            self.stats.merge(&part.stats);
        }
        Ok(())
    }
}
