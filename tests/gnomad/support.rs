//! Running the binary, and reading files by code that shares nothing with it.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

pub use vdx_testkit::Ran;
use vdx_testkit::{Stdin, binary};

/// Runs `vdx-gnomad annotate --no-version` with `stdin` as its input.
pub fn annotate(arguments: &[&str], stdin: &str) -> Ran {
    run(&[&["annotate", "--no-version"], arguments].concat(), stdin)
}

/// Runs `vdx-gnomad` with `stdin` as its input.
pub fn run(arguments: &[&str], stdin: &str) -> Ran {
    Ran::of(Command::new(binary("vdx-gnomad")).args(arguments), Stdin::Bytes(stdin.as_bytes()))
}

/// The text of a (block-)gzipped file.
pub fn gunzip(path: &Path) -> String {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text
}

/// Writes text as BGZF.
pub fn bgzip(path: &Path, text: &str) -> PathBuf {
    std::fs::write(path, vdx_testkit::bgzf(text.as_bytes(), 30_000)).unwrap();
    path.to_owned()
}

/// One record as its columns, and INFO by key.
pub struct Record {
    pub columns: Vec<String>,
    pub info: HashMap<String, String>,
}

impl Record {
    pub fn parse(line: &str) -> Self {
        let columns: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let entries = columns[7].split(';').filter(|entry| *entry != ".");
        let info = entries.map(|entry| {
            let (key, value) = entry.split_once('=').unwrap_or((entry, ""));
            (key.to_owned(), value.to_owned())
        });
        Self { info: info.collect(), columns: columns.clone() }
    }

    /// The value of a key where it has one.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.info.get(key).map(String::as_str).filter(|value| *value != ".")
    }
}

/// The data lines of a VCF or table text.
pub fn body(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

/// A VCF of lines `CHROM POS REF ALT [INFO]`, separated by spaces.
pub fn vcf(lines: &[&str]) -> String {
    let mut text = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n".to_owned();
    for line in lines {
        let fields: Vec<&str> = line.split(' ').collect();
        let info = fields.get(4).unwrap_or(&".");
        text.push_str(&format!("{}\t{}\t.\t{}\t{}\t.\t.\t{info}\n", fields[0], fields[1], fields[2], fields[3]));
    }
    text
}
