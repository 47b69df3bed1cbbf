//! Opens a sample, whatever it is, and reads what must be known before the stream begins.

pub(crate) mod archive;
pub(crate) mod inferred;
pub(crate) mod names;
pub(crate) mod reader;

use std::path::{Path, PathBuf};

use vdx_hts::{Error, Kind, Result};
use vdx_pipeline::input::{Format, Options};
use vdx_pipeline::{Input, Lines, Message};
use vdx_vcf::Header;
use vdx_vcf::assembly::{Declared, named_by_path};
use vdx_vcf::header::evidence;

use self::names::Named;
use self::reader::{RawFile, Reader};
use super::build::SaidBy;
use super::format::SampleFormat;
use super::sex::vcf::VariantCalls;
use super::vcf::choose_sample;
use super::vendors::detect::{Maker, detect};
use super::vendors::generic::GENERIC;
use super::vendors::table::of_format;
use super::vendors::vendor::ToldBy;

/// Which sample is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// `None` is standard input.
    pub(crate) path: Option<&'a Path>,
    /// `--sample-format`
    pub(crate) format: SampleFormat,
    /// Which sample of a VCF.
    pub(crate) name: Option<&'a str>,
    /// Tables of an array's names: see [`names`].
    pub(crate) maps: &'a [PathBuf],
    /// `--allow-truncated`
    pub(crate) allow_truncated: bool,
}

/// A sample that is ready to be matched.
pub(crate) enum Sample {
    /// A raw file, read to its end.
    Raw {
        /// What is in it.
        file: Box<RawFile>,
        /// Who made it.
        maker: Maker,
        /// What tables of the array's names came to, where there are any.
        named: Option<Named>,
        /// What there is to tell of its end.
        messages: Vec<Message>,
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
        /// Its calls on X, where an index leads there, or why they cannot be read.
        calls: Result<Option<VariantCalls>>,
    },
}

impl Sample {
    /// Opens what is asked for.
    pub(crate) fn open(asked: &Asked) -> Result<Self> {
        let Asked { path, format, .. } = *asked;
        let options = Options { allow_truncated: asked.allow_truncated, ..Options::default() };
        let mut input = Input::open(path, options)?;
        if archive::is_archive(input.peek()?) {
            let Some(path) = path else {
                let message = "a ZIP archive, whose directory is at its end, cannot be read from standard input; name \
                               the file, or unpack it: 'unzip -p FILE.zip | ...'";
                return Err(Error::data(message).in_file(input.name()));
            };
            input = archive::open(path, format, options)?;
        }
        let found = input.format()?;
        let name = input.name().to_owned();
        let head = input.peek()?;
        if head.trim_ascii().is_empty() {
            let message = "expected a VCF or a raw genotype file, found no data; fetch it again";
            return Err(Error::data(message).in_file(name));
        }
        match (format, found) {
            (SampleFormat::Vcf, Format::Other) => {
                let message = "expected a VCF, as --sample-format says, found something else; leave --sample-format \
                               out, and the content tells";
                Err(Error::data(message).in_file(name))
            }
            (SampleFormat::Vcf, _) | (SampleFormat::Auto, Format::Vcf | Format::Bcf) => {
                if !asked.maps.is_empty() {
                    let message = "--rsid-map is for raw files whose ids are an array's names; this is a variant file";
                    return Err(Error::usage(message).in_file(name));
                }
                Self::vcf(input, asked)
            }
            (_, Format::Vcf | Format::Bcf) => {
                let expected = of_format(format).map_or("raw", |vendor| vendor.name);
                let message = format!("expected {expected} data, as --sample-format says, found a variant file");
                Err(Error::data(message).in_file(name))
            }
            (SampleFormat::Auto, Format::Other) => {
                let Some(maker) = detect(head).map_err(|error| error.in_file(&name))? else {
                    let message = "expected a VCF or a raw genotype file (whose comments name its maker, or whose columns \
                                   are rsid, chromosome, position and genotype), found neither; if it is one, say which \
                                   with --sample-format";
                    return Err(Error::data(message).in_file(name));
                };
                Self::raw(input, maker, asked.maps)
            }
            (_, Format::Other) => {
                let vendor = of_format(format).unwrap_or(&GENERIC);
                let maker = Maker::by_user(vendor, head);
                Self::raw(input, maker, asked.maps)
            }
        }
    }

    fn raw(mut input: Input, maker: Maker, maps: &[PathBuf]) -> Result<Self> {
        let options = input.options();
        input.allow_open_end();
        let name = input.name().to_owned();
        let mut lines = input.into_lines();
        let mut reader = Reader::new(maker.vendor);
        while let Some((block, first)) = lines.block()? {
            let (mut at, mut number) = (0, first);
            while at < block.len() {
                let end = memchr::memchr(b'\n', &block[at..]).map_or(block.len(), |end| at + end + 1);
                let taken = reader.line(&block[at..end], number);
                taken.map_err(|error| error.in_file(name.clone()).at_line(number))?;
                (at, number) = (end, number + 1);
            }
            lines.consume(at, number - first);
        }
        let messages = lines.messages();
        let named = match maps {
            [] => None,
            maps => Some(names::look_up(maps, reader.rows(), options)?),
        };
        let unread = |error: Error| match maker.another {
            Some(content) if maker.told_by == ToldBy::User && error.kind() == Kind::Data => Error::data(format!(
                "{error}; --sample-format says that this is from {}, its content that it is from {}",
                maker.vendor.name, content.name
            )),
            _ => error,
        };
        let file = Box::new(reader.finish().map_err(|error| unread(error).in_file(name))?);
        let maker = maker.of_rows(file.numbered);
        Ok(Self::Raw { file, maker, named, messages })
    }

    fn vcf(mut input: Input, asked: &Asked) -> Result<Self> {
        let header = input.read_vcf_header()?;
        let column = choose_sample(&header, asked.name, input.name())?;
        let name = String::from_utf8_lossy(&header.samples()[column]).into_owned();
        let declared = of_header(&header);
        // Standard input cannot be read twice, and X is needed before the first record is matched.
        let calls = asked.path.map_or(Ok(None), |path| VariantCalls::of(path, column));
        // A sex that cannot be told is a warning; memory that is refused is the run's end.
        if let Err(error) = &calls
            && error.kind() == Kind::Memory
        {
            return Err(error.clone());
        }
        Ok(Self::Vcf { lines: Box::new(input.into_lines()), column, name, declared, calls })
    }

    /// The build its header names, else the one of all files of its format, and which of the two says so.
    pub(crate) fn declared(&self) -> (Option<Declared>, SaidBy) {
        match self {
            Self::Raw { file, maker, .. } if file.declared.is_none() && maker.vendor.build.is_some() => {
                (maker.vendor.build, SaidBy::Format)
            }
            Self::Raw { file, .. } => (file.declared, SaidBy::Header),
            Self::Vcf { declared, .. } => (*declared, SaidBy::Header),
        }
    }
}

/// The build of a VCF: by the strongest [`evidence`] of its header, else by what `##reference` or `##assembly` names.
pub(crate) fn of_header(header: &Header) -> Option<Declared> {
    let named = |key: &[u8]| header.meta_value(key).and_then(named_by_path);
    let first = evidence(header).into_iter().next().map(|evidence| evidence.build);
    first.or_else(|| named(b"reference")).or_else(|| named(b"assembly"))
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
        assert_eq!(build("##reference=file:///refs/hg19/lifted/GRCh38.fa\n"), Some("GRCh38"));
        assert_eq!(build("##reference=x/genome.fa\n##contig=<ID=NC_000001.10>\n"), Some("GRCh37"));
    }
}
