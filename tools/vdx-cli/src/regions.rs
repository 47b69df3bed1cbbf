//! Regions and targets of the command line, read and handed to the input.

use std::path::{Path, PathBuf};

use vdx_hts::{Error, Result, index};
use vdx_pipeline::input::Options;
use vdx_pipeline::regions::{RegionFilter, Selection};
use vdx_vcf::Header;
use vdx_vcf::contig::Contig;
use vdx_vcf::region::{Layout, Region, Regions, parse_line, parse_list};

use crate::context::Context;
use crate::flags::{Input, RegionArgs, RunArgs};

impl RegionArgs {
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
