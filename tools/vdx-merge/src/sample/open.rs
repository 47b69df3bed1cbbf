//! Opens a sample, whatever it is, and reads what must be known before the stream begins.

use std::path::Path;

use vdx_stream::input::{Format, Options};
use vdx_stream::{Error, Input, Lines, Result};
use vdx_vcf::Header;
use vdx_vcf::build::Build;
use vdx_vcf::contig;

use super::build::{Declared, named_in};
use super::raw::Table;
use super::sex::{Sex, X, XCalls, is_pseudoautosomal};
use super::twenty_three_and_me::{self, LeftOut, Reader};
use super::vcf::choose_sample;
use crate::args::SampleFormat;

/// A sample that is ready to be matched.
pub enum Sample {
    /// A raw file, read to its end.
    Raw {
        /// The rows.
        table: Box<Table>,
        /// Who made it.
        vendor: &'static str,
        /// The build its header names.
        declared: Option<Declared>,
        /// Lines that could not be read.
        left_out: LeftOut,
    },
    /// A VCF, its header read.
    Vcf {
        /// Behind the header.
        lines: Box<Lines>,
        /// The sample's column, from 0.
        column: usize,
        /// The sample's name.
        name: String,
        /// The build its header names or its contigs' lengths tell.
        declared: Option<Declared>,
    },
}

impl Sample {
    /// Opens `path` (`None`: standard input). `wanted` names the sample of a VCF.
    pub fn open(
        path: Option<&Path>,
        format: SampleFormat,
        wanted: Option<&str>,
        allow_truncated: bool,
    ) -> Result<Self> {
        let mut input = Input::open(path, Options { allow_truncated, ..Options::default() })?;
        let found = input.format()?;
        let name = input.name().to_owned();
        let head = input.peek()?;
        if head.starts_with(b"PK\x03\x04") {
            let message = "this is a ZIP archive, which is not read; unpack it first, e.g. 'unzip -p FILE.zip | ...'";
            return Err(Error::data(message).in_file(name));
        }
        let is_23andme = twenty_three_and_me::is_it(head);
        match (format, found) {
            (SampleFormat::Vcf, _) | (SampleFormat::Auto, Format::Vcf | Format::Bcf) => Self::vcf(input, wanted),
            (SampleFormat::TwentyThreeAndMe, Format::Vcf | Format::Bcf) => {
                let message = "expected 23andMe raw data (--sample-format 23andme), found a variant file";
                Err(Error::data(message).in_file(name))
            }
            (SampleFormat::Auto, Format::Other) if !is_23andme => {
                let message = "expected a VCF or 23andMe raw data (whose comments say so), found neither; if it is in \
                               23andMe's format, say so with --sample-format 23andme";
                Err(Error::data(message).in_file(name))
            }
            _ => Self::raw(input),
        }
    }

    fn raw(mut input: Input) -> Result<Self> {
        input.allow_open_end();
        let name = input.name().to_owned();
        let mut lines = input.into_lines();
        let mut reader = Reader::default();
        while let Some((line, number)) = lines.next()? {
            reader.line(line, number).map_err(|error| error.in_file(name.clone()).at_line(number))?;
        }
        let file = reader.finish().map_err(|error| error.in_file(name))?;
        let (table, declared, left_out) = (Box::new(file.table), file.declared, file.left_out);
        Ok(Self::Raw { table, vendor: "23andMe", declared, left_out })
    }

    fn vcf(mut input: Input, wanted: Option<&str>) -> Result<Self> {
        let header = input.read_vcf_header()?;
        let column = choose_sample(&header, wanted, input.name())?;
        let name = String::from_utf8_lossy(&header.samples()[column]).into_owned();
        let declared = of_header(&header);
        Ok(Self::Vcf { lines: Box::new(input.into_lines()), column, name, declared })
    }

    /// The build its header names.
    pub fn declared(&self) -> Option<Declared> {
        match self {
            Self::Raw { declared, .. } | Self::Vcf { declared, .. } => *declared,
        }
    }
}

/// The build of a VCF: by the lengths of its chromosomes, else by what `##reference` or `##assembly` names.
pub fn of_header(header: &Header) -> Option<Declared> {
    let by_length = header
        .contigs()
        .iter()
        .find_map(|contig| Build::by_length(contig::number(&contig.name)?, contig.length?))
        .map(Declared::Human);
    let named = |key: &[u8]| header.meta_value(key).and_then(named_in);
    by_length.or_else(|| named(b"reference")).or_else(|| named(b"assembly"))
}

/// The sex that a raw file's calls on X tell.
pub fn sex_of(table: &Table, build: Build) -> Sex {
    let mut calls = XCalls::default();
    for at in table.chromosome(X) {
        let row = table.row(at);
        if !is_pseudoautosomal(build, X, row.pos) {
            calls.add(row.call);
        }
    }
    calls.sex()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_tell_a_build_before_names_do() {
        let header = |meta: &str| {
            Header::parse(format!("{meta}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n").as_bytes()).unwrap()
        };
        let build = |meta: &str| of_header(&header(meta)).map(Declared::name);
        assert_eq!(build("##reference=GRCh37\n"), Some("GRCh37"));
        assert_eq!(build("##reference=x/hg19.fa\n##contig=<ID=chr1,length=248956422>\n"), Some("GRCh38"));
        assert_eq!(build("##contig=<ID=chrM,length=16569>\n"), None);
    }
}
