//! `-r -R -t -T`: which records of the input are meant.

use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};
use vdx_hts::{Error, Result, index};
use vdx_pipeline::input::Options;
use vdx_pipeline::regions::{RegionFilter, Selection};
use vdx_vcf::Header;
use vdx_vcf::contig::Contig;
use vdx_vcf::region::{Layout, Overlap, Region, Regions, parse_line, parse_list};

use super::{Input, RunArgs, local_path};
use crate::context::Context;

const HEADING: &str = "Regions";

/// Regions (by the index) and targets (all of the input is read), as in bcftools.
#[derive(Clone, Debug, Default, Args)]
pub struct RegionArgs {
    /// Only records of these regions, read by the index: chr, chr:pos, chr:from-to or chr:from-, joined by commas
    #[arg(short = 'r', long, value_name = "REGION", conflicts_with = "regions_file", help_heading = HEADING)]
    pub regions: Option<String>,

    /// Only records of the regions in FILE, read by the index: BED by its suffix, else CHROM, FROM and TO from 1
    #[arg(short = 'R', long, value_name = "FILE", value_parser = local_path(), help_heading = HEADING)]
    pub regions_file: Option<PathBuf>,

    /// What must lie in a region: POS (0), any base of the record (1), any base that an ALT changes (2)
    #[arg(long, value_name = "0|1|2", value_enum, default_value_t = Where::Record, help_heading = HEADING)]
    pub regions_overlap: Where,

    /// Like -r, but without an index: the whole input is read; ^ in front means all but these
    #[arg(short = 't', long, value_name = "[^]REGION", conflicts_with = "targets_file", help_heading = HEADING)]
    pub targets: Option<String>,

    /// Like -R, but without an index: the whole input is read; ^ in front means all but these
    #[arg(short = 'T', long, value_name = "[^]FILE", value_parser = targets_path(), help_heading = HEADING)]
    pub targets_file: Option<PathBuf>,

    /// What must lie in a target: POS (0), any base of the record (1), any base that an ALT changes (2)
    #[arg(long, value_name = "0|1|2", value_enum, default_value_t = Where::Pos, help_heading = HEADING)]
    pub targets_overlap: Where,
}

/// `--regions-overlap`, `--targets-overlap`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Where {
    /// POS
    #[default]
    #[value(name = "0", alias = "pos")]
    Pos,
    /// Any base of the record
    #[value(name = "1", alias = "record")]
    Record,
    /// Any base that an ALT changes
    #[value(name = "2", alias = "variant")]
    Variant,
}

impl From<Where> for Overlap {
    fn from(place: Where) -> Self {
        match place {
            Where::Pos => Self::Pos,
            Where::Record => Self::Record,
            Where::Variant => Self::Variant,
        }
    }
}

/// A local path that `^` may stand before.
fn targets_path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().try_map(|text| {
        let bare = text.to_str().and_then(|text| text.strip_prefix('^')).map_or_else(|| text.clone(), Into::into);
        super::input::check_local(bare).map(|_| PathBuf::from(text))
    })
}

impl RegionArgs {
    /// Whether any region or target is given.
    #[must_use]
    pub fn any(&self) -> bool {
        self.regions.is_some() || self.regions_file.is_some() || self.targets.is_some() || self.targets_file.is_some()
    }

    /// Has `input`, the VCF of `source` whose `header` has been read, give out only what is meant. `reference` are the
    /// contigs of a FASTA, where the run has one.
    ///
    /// # Errors
    /// Regions that cannot be read, or on contigs that neither header, index nor FASTA has; a usage error where `-r` or `-R`
    /// has no file with an index to jump in.
    pub fn apply(
        &self,
        context: &Context,
        run: &RunArgs,
        source: &Input,
        input: &mut vdx_pipeline::Input,
        header: &Header,
        reference: &[Contig],
    ) -> Result<()> {
        let mut selections = Vec::new();
        let mut known = header.contigs().to_vec();
        if let Some(regions) = read(self.regions.as_deref(), self.regions_file.as_deref(), "-r")? {
            let Some(path) = source.path() else {
                return Err(Error::usage(
                    "-r and -R jump by an index, which standard input does not have; name a file, or use -t or -T",
                ));
            };
            let options = index::Options { cache: run.cache.clone(), allow_truncated: run.allow_truncated };
            let (warnings, indexed) = input.jump(path, &regions, header.contigs(), &options)?;
            known.extend(indexed);
            warnings.iter().for_each(|warning| context.log.warn(warning));
            selections.push(Selection { regions, overlap: self.regions_overlap.into(), complement: false });
        }
        let list = self.targets.as_deref();
        let file = self.targets_file.as_deref();
        let bare = |text: &str| text.strip_prefix('^').map(str::to_owned);
        let bare_list = list.and_then(bare);
        let bare_file = file.and_then(|file| file.to_str()).and_then(bare).map(PathBuf::from);
        let complement = bare_list.is_some() || bare_file.is_some();
        if let Some(regions) = read(bare_list.as_deref().or(list), bare_file.as_deref().or(file), "-t")? {
            selections.push(Selection { regions, overlap: self.targets_overlap.into(), complement });
        }
        if !selections.is_empty() {
            known.extend_from_slice(reference);
            let filter = RegionFilter::new(selections, known);
            filter.check(false).map_err(|error| error.in_file(input.name()))?;
            input.select(filter);
        }
        Ok(())
    }
}

/// The regions of a list or of a file.
fn read(list: Option<&str>, file: Option<&Path>, flag: &str) -> Result<Option<Regions>> {
    if let Some(list) = list {
        let regions = parse_list(list).map_err(|message| Error::usage(format!("{flag}: {message}")))?;
        return Ok(Some(Regions::new(regions)));
    }
    file.map(|file| Ok(Regions::new(read_file(file)?))).transpose()
}

fn read_file(path: &Path) -> Result<Vec<Region>> {
    let name = path.to_string_lossy().to_ascii_lowercase();
    let mut layout = if name.ends_with(".bed") || name.ends_with(".bed.gz") { Layout::Bed } else { Layout::Tab };
    let options = Options { open_end: true, ..Options::default() };
    let mut lines = vdx_pipeline::Input::open(Some(path), options)?.into_lines();
    let mut regions = Vec::new();
    while let Some((line, number)) = lines.next()? {
        if number == 1 && line.starts_with(b"##fileformat=VCF") {
            layout = Layout::Vcf;
        }
        let located = |message| Error::data(message).in_file(path.display().to_string()).at_line(number);
        regions.extend(parse_line(line, layout).map_err(located)?);
    }
    Ok(regions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_bed_by_their_name_and_vcf_by_their_first_line() {
        let directory = tempfile::tempdir().unwrap();
        let read = |name: &str, text: &str| {
            let path = directory.path().join(name);
            std::fs::write(&path, text).unwrap();
            read_file(&path).map(|regions| regions.iter().map(|one| (one.first, one.last)).collect::<Vec<_>>())
        };
        assert_eq!(read("a.BED", "1\t9\t12\n").unwrap(), [(10, 12)]);
        assert_eq!(read("a.tsv", "#c\n1\t9\t12\n1\t5").unwrap(), [(9, 12), (5, 5)]);
        assert_eq!(read("a.vcf", "##fileformat=VCFv4.2\n1\t9\t7\tA\tC\n").unwrap(), [(9, 9)]);
        let error = read("b.tsv", "1\t2\t3\n1 5 6\n").unwrap_err().to_string();
        assert!(error.contains("b.tsv:2: expected CHROM"), "{error}");
    }
}
