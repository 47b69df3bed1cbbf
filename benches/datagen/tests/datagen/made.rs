//! Runs the generator and reads back what it made, by code of its own.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The 28-byte empty block at the end of a BGZF file.
pub const EOF: [u8; 28] = *b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x1b\0\x03\0\0\0\0\0\0\0\0\0";

/// A folder that is removed when it goes out of scope.
pub struct Folder(pub PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays behind in the temporary directory harms no test.
        std::fs::remove_dir_all(&self.0).unwrap_or(());
    }
}

/// Runs `datagen` with `args` into a new folder.
pub fn make(name: &str, args: &[&str]) -> (Folder, String) {
    let folder = Folder(std::env::temp_dir().join(format!("datagen-{}-{name}", std::process::id())));
    let run = Command::new(env!("CARGO_BIN_EXE_datagen")).args(args).arg("-o").arg(&folder.0).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    (folder, String::from_utf8(run.stdout).unwrap())
}

/// Every file under `dir` with its bytes, sorted by path.
pub fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            all.push((path, bytes));
        }
    }
    all.sort();
    all
}

/// The text of a BGZF file; fails if it does not end in the EOF block.
pub fn bgzf(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    assert!(bytes.ends_with(&EOF), "{} has no EOF block", path.display());
    let (mut text, mut rest) = (Vec::new(), &bytes[..]);
    while !rest.is_empty() {
        let size = usize::from(u16::from_le_bytes([rest[16], rest[17]])) + 1;
        let len = u32::from_le_bytes(rest[size - 4..size].try_into().unwrap()) as usize;
        let start = text.len();
        text.resize(start + len, 0);
        libdeflater::Decompressor::new().deflate_decompress(&rest[18..size - 8], &mut text[start..]).unwrap();
        rest = &rest[size..];
    }
    String::from_utf8(text).unwrap()
}

/// Sequences in upper case; anything but A, C, G, T as N.
pub fn fasta(path: &Path) -> HashMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap();
    text.split('>')
        .skip(1)
        .map(|contig| {
            let (name, lines) = contig.split_once('\n').unwrap();
            let known = |c: char| if "ACGT".contains(c) { c } else { 'N' };
            (name.to_string(), lines.chars().filter(|c| *c != '\n').map(|c| known(c.to_ascii_uppercase())).collect())
        })
        .collect()
}

/// The data lines of a VCF as columns.
pub fn records(vcf: &str) -> impl Iterator<Item = Vec<&str>> {
    vcf.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// Checks that every REF is what the reference has there, contigs are contiguous and positions never go down.
pub fn check_loci(vcf: &str, reference: &HashMap<String, String>) {
    let (mut seen, mut last): (Vec<String>, usize) = (Vec::new(), 0);
    for record in records(vcf) {
        let (contig, pos) = (record[0].trim_start_matches("chr"), record[1].parse::<usize>().unwrap());
        let sequence = reference.get(record[0]).or_else(|| reference.get(contig)).unwrap();
        assert_eq!(&sequence[pos - 1..pos - 1 + record[3].len()], record[3], "{}:{pos}", record[0]);
        if seen.last().map(String::as_str) != Some(record[0]) {
            assert!(!seen.contains(&record[0].to_string()), "{} comes twice", record[0]);
            seen.push(record[0].to_string());
            last = 0;
        }
        assert!(pos >= last, "{}:{pos} after {last}", record[0]);
        last = pos;
    }
}

/// The value of an INFO key.
pub fn info<'a>(record: &[&'a str], key: &str) -> Option<&'a str> {
    record[7].split(';').find_map(|pair| pair.split_once('=').filter(|(k, _)| *k == key).map(|(_, v)| v))
}
