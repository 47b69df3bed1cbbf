//! What a file would take: how much text it holds, and how long its records are.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};
use vdx_cli::flags::format_size;
use vdx_cli::plan::Workload;
use vdx_hts::bgzf;
use vdx_hts::{Error, Result};
use vdx_pipeline::Input;
use vdx_pipeline::input::{Format, Options};

/// So much of a file is looked at, packed and unpacked: enough to know it by, and read in milliseconds.
const SAMPLE: usize = 1 << 20;

/// A VCF or BCF as its first megabyte shows it. Sizes are bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFacts {
    name: String,
    form: &'static str,
    /// Of the file as it is.
    size: Option<u64>,
    header: u64,
    samples: usize,
    /// Of the records that were looked at.
    mean: u64,
    longest: u64,
    /// Of the whole text; as far as its packing tells.
    text: Option<u64>,
}

impl InputFacts {
    /// Looks at the beginning of `path`.
    ///
    /// # Errors
    /// What is no VCF or BCF, or cannot be read.
    pub fn of(path: &Path) -> Result<Self> {
        let mut input = Input::open(Some(path), Options { allow_truncated: true, ..Options::default() })?;
        let form = if input.format()? == Format::Bcf { "BCF" } else { "VCF" };
        let (name, size) = (input.name().to_owned(), input.size());
        let header = input.read_vcf_header()?;
        let mut lines = input.into_records();
        let (mut read, mut records, mut longest) = (0, 0, 0);
        let mut whole = false;
        while read < SAMPLE as u64 {
            let Some((record, _)) = lines.next()? else {
                whole = true;
                break;
            };
            read += record.len() as u64;
            records += 1;
            longest = longest.max(record.len() as u64);
        }
        let header_bytes = header.to_bytes().len() as u64;
        let packed = lines.progress().bytes();
        let text = if whole { Some(header_bytes + read) } else { whole_text(path, size, header_bytes + read, packed) };
        let mean = read / u64::max(records, 1);
        Ok(Self { name, form, size, header: header_bytes, samples: header.samples().len(), mean, longest, text })
    }

    /// What the plan's peak depends on.
    #[must_use]
    pub fn workload(&self) -> Workload {
        Workload { text: self.text, header: self.header, longest: self.longest }
    }

    /// One line for people.
    #[must_use]
    pub fn describe(&self) -> String {
        let size = self.size.map_or_else(|| "of unknown size".to_owned(), format_size);
        let text = self.text.map_or_else(String::new, |text| format!(", about {} unpacked", format_size(text)));
        let samples = match self.samples {
            0 => String::new(),
            1 => ", 1 sample".to_owned(),
            samples => format!(", {samples} samples"),
        };
        let (mean, longest) = (format_size(self.mean), format_size(self.longest));
        format!("{}: {}, {size}{text}{samples}, records of {mean}, the longest seen {longest}", self.name, self.form)
    }

    /// For programs; the keys stay.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "file": self.name,
            "format": self.form,
            "bytes": self.size,
            "text_bytes": self.text,
            "header_bytes": self.header,
            "samples": self.samples,
            "mean_record_bytes": self.mean,
            "longest_record_bytes": self.longest,
        })
    }
}

/// The text of a whole file of `size`, of whose bytes `packed` made `unpacked`. BGZF says it block by block; a reader of
/// other gzip has read ahead, so that its ratio is a little too low.
fn whole_text(path: &Path, size: Option<u64>, unpacked: u64, packed: u64) -> Option<u64> {
    let size = size?;
    let mut head = Vec::new();
    let failed = |error| Error::io(path.display().to_string(), &error);
    let read = File::open(path).and_then(|file| file.take(SAMPLE as u64).read_to_end(&mut head)).map_err(failed);
    read.ok()?;
    let (mut at, mut text) = (0, 0);
    while let Some(block) = head.get(at..).filter(|rest| bgzf::is_header(rest)) {
        let extra = block.get(bgzf::FIXED_HEADER..bgzf::FIXED_HEADER + bgzf::extra_len(block));
        let Some(block) = extra.and_then(bgzf::block_size).and_then(|len| block.get(..len)) else { break };
        text += bgzf::text_len(block) as u64;
        at += block.len();
    }
    let (text, packed) = match at {
        0 if !head.starts_with(&[0x1f, 0x8b]) => return Some(size),
        // All of it was read ahead: no telling how much of that the records were.
        0 if packed >= size => return None,
        0 => (unpacked, packed),
        _ => (text, at as u64),
    };
    let whole = u128::from(size) * u128::from(text) / u128::from(packed.max(1));
    u64::try_from(whole).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(bytes: &[u8]) -> InputFacts {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.vcf");
        std::fs::write(&path, bytes).unwrap();
        InputFacts::of(&path).unwrap()
    }

    #[test]
    fn small_files_are_known_whole_and_large_ones_by_their_packing() {
        let header = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n";
        let text = |records: usize| {
            let line = "1\t5\t.\tA\tC\t.\t.\t.\tGT\t0/1\t0/0\n";
            format!("{header}{}", line.repeat(records)).into_bytes()
        };
        let small = facts(&text(3));
        assert_eq!((small.samples, small.longest, small.mean), (2, 27, 27));
        assert_eq!((small.text, small.header), (Some(text(3).len() as u64), header.len() as u64));
        let large = text(200_000);
        assert_eq!(facts(&large).text, Some(large.len() as u64));
        let found = facts(&vdx_testkit::bgzf(&large, 60_000)).text.unwrap() as f64 / large.len() as f64;
        assert!((0.95..1.05).contains(&found), "{found}");
        assert_eq!(facts(&vdx_testkit::gzip(&large, large.len())).text, None);
    }
}
