//! ZIP archives, as most vendors hand their files out: the one member with genotypes is read where it is.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::Crc;
use flate2::read::DeflateDecoder;
use vdx_hts::source::Source;
use vdx_hts::{Error, Result};
use vdx_pipeline::Input;
use vdx_pipeline::input::{Format, Options};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use crate::sample::format::SampleFormat;
use crate::sample::vendors::detect::detect;
use crate::sample::vendors::genesforgood::GENES_FOR_GOOD;

/// Whether a file that begins so is an archive.
pub(crate) fn is_archive(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// Genes for Good's archive has the same person several times: these ends of names tell which one is meant.
const GENES_FOR_GOOD_MEMBERS: [&str; 2] = ["filtered_unphased_genotypes_23andMe.txt", "_23andMe.txt"];

/// Where a member's bytes are.
struct Member {
    name: String,
    start: u64,
    compressed: u64,
    size: u64,
    crc: u32,
    deflated: bool,
}

/// Opens the member of the archive at `path` that holds genotypes, as its content tells. `format` is what the user
/// says; then any single file will do.
///
/// # Errors
/// A damaged archive; no such member or several, named.
pub(crate) fn open(path: &Path, format: SampleFormat, options: Options) -> Result<Input> {
    let shown = path.display().to_string();
    let mut candidates = Vec::new();
    let mut others = Vec::new();
    for member in members(path).map_err(|error| error.in_file(&shown))? {
        let mut input = member.open(path, options)?;
        let known = match input.format()? {
            Format::Vcf | Format::Bcf => Some(None),
            Format::Other => {
                let maker = detect(input.peek()?).map_err(|error| error.in_file(input.name()))?;
                maker.map(|maker| Some(maker.vendor))
            }
        };
        match known {
            Some(vendor) => candidates.push((member, vendor)),
            None => others.push(member),
        }
    }
    // Who says what it is knows better than a look at the content.
    if candidates.is_empty() && format != SampleFormat::Auto {
        candidates.extend(others.drain(..).map(|member| (member, None)));
    }
    let of_genes_for_good =
        candidates.iter().any(|(_, vendor)| vendor.is_some_and(|vendor| vendor.format == GENES_FOR_GOOD.format));
    if of_genes_for_good {
        for end in GENES_FOR_GOOD_MEMBERS {
            let mut named = candidates.iter().filter(|(member, _)| member.name.ends_with(end));
            if let (Some((member, _)), None) = (named.next(), named.next()) {
                return member.open(path, options);
            }
        }
    }
    let quoted = |names: &mut dyn Iterator<Item = &Member>| {
        names.map(|member| format!("'{}'", member.name)).collect::<Vec<_>>().join(", ")
    };
    match &candidates[..] {
        [(member, _)] => member.open(path, options),
        [] => {
            let found = quoted(&mut others.iter());
            let found = if found.is_empty() { "no file at all".to_owned() } else { found };
            let message = format!("expected a file of genotypes in this ZIP archive, found {found}");
            Err(Error::data(message).in_file(shown))
        }
        several => Err(Error::data(format!(
            "expected one file of genotypes in this ZIP archive, found several: {}; unpack the one that is meant, e.g. \
             'unzip -p FILE.zip MEMBER | vdx-merge match --sample - ...'",
            quoted(&mut several.iter().map(|(member, _)| member))
        ))
        .in_file(shown)),
    }
}

/// The files of an archive, but for what file managers put in.
fn members(path: &Path) -> Result<Vec<Member>> {
    let file = File::open(path).map_err(|error| Error::io_unnamed(&error))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(unreadable)?;
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(unreadable)?;
        let name = entry.name().map_err(unreadable)?.into_owned();
        let base = name.rsplit('/').next().unwrap_or_default();
        if entry.is_dir() || name.starts_with("__MACOSX/") || base.is_empty() || base.starts_with('.') {
            continue;
        }
        if entry.encrypted() {
            return Err(Error::data(format!("'{name}' is encrypted, which is not read; unpack it first")));
        }
        let deflated = match entry.compression() {
            CompressionMethod::Deflated => true,
            CompressionMethod::Stored => false,
            other => {
                let message = format!("'{name}' is compressed by {other}, which is not read; unpack it first");
                return Err(Error::data(message));
            }
        };
        let start = entry.data_start().ok_or_else(|| damaged(&"no start of a member"))?;
        let (compressed, size, crc) = (entry.compressed_size(), entry.size(), entry.crc32());
        members.push(Member { name, start, compressed, size, crc, deflated });
    }
    Ok(members)
}

/// What the archive's directory, or reading it, has come to. Only what is wrong with the bytes is damage.
fn unreadable(error: ZipError) -> Error {
    match error {
        ZipError::Io(error) if !matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData) => {
            Error::io_unnamed(&error)
        }
        error => damaged(&error),
    }
}

fn damaged(what: &dyn std::fmt::Display) -> Error {
    Error::data(format!("expected a whole ZIP archive, found one that cannot be read ({what}); download it again"))
}

impl Member {
    fn open(&self, path: &Path, options: Options) -> Result<Input> {
        let name = format!("{}({})", path.display(), self.name);
        let failed = |error: io::Error| Error::io(&name, &error);
        let mut file = File::open(path).map_err(failed)?;
        file.seek(SeekFrom::Start(self.start)).map_err(failed)?;
        let bytes = BufReader::new(file).take(self.compressed);
        let inner: Box<dyn Read + Send> =
            if self.deflated { Box::new(DeflateDecoder::new(bytes)) } else { Box::new(bytes) };
        let checked = Checked { inner, crc: Crc::new(), expected: (self.crc, self.size) };
        let source = Source::from_reader(Box::new(checked), name, None, options.allow_truncated)?;
        Ok(Input::new(source, options))
    }
}

/// A member that is not what the archive's directory says is an error, never an early end.
struct Checked {
    inner: Box<dyn Read + Send>,
    crc: Crc,
    expected: (u32, u64),
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.crc.update(&buffer[..read]);
        let (sum, size) = self.expected;
        // The sum counts bytes modulo 2^32.
        if read == 0 && !buffer.is_empty() && (self.crc.sum() != sum || self.crc.amount() != size as u32) {
            let message = "damaged: expected the checksum that the ZIP archive gives, found another; download it again";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use vdx_hts::Kind;

    use super::*;

    #[test]
    fn a_read_that_fails_is_no_damage() {
        let kind = |kind: io::ErrorKind| unreadable(ZipError::Io(kind.into())).kind();
        assert_eq!((kind(io::ErrorKind::OutOfMemory), kind(io::ErrorKind::UnexpectedEof)), (Kind::Memory, Kind::Data));
        let denied = unreadable(ZipError::Io(io::Error::from_raw_os_error(5))).to_string();
        assert!(!denied.contains("download"), "{denied}");
        assert!(unreadable(ZipError::FileNotFound).to_string().contains("download it again"));
        let missing = open(Path::new("/nonexistent.zip"), SampleFormat::Auto, Options::default()).err().unwrap();
        let source = std::error::Error::source(&missing).and_then(|source| source.downcast_ref::<io::Error>());
        assert_eq!(source.map(io::Error::kind), Some(io::ErrorKind::NotFound));
        assert!(missing.to_string().starts_with("/nonexistent.zip: "), "{missing}");
    }
}
