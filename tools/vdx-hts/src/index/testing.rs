//! Small BGZF files for tests.

use std::path::{Path, PathBuf};

pub(super) use vdx_testkit::bgzf;

/// Writes text as a BGZF file.
pub(super) fn write(dir: &Path, name: &str, text: &[u8], block: usize) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bgzf(text, block)).unwrap();
    path
}

/// A sorted VCF of short lines.
pub(super) fn vcf(records: u32) -> String {
    vcf_of(records, 300)
}

/// A sorted VCF: per contig `records` records, several at some positions, dense stretches and large gaps, some
/// deletions that span windows; INFO of uneven length, up to `longest`, that hardly shrinks, so that windows hold many
/// blocks.
pub(super) fn vcf_of(records: u32, longest: u32) -> String {
    let mut text = String::from("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
    let mut random = vdx_testkit::Random(7);
    for contig in ["1", "2", "X"] {
        let mut pos = 5;
        for record in 0..records {
            let reference = if record % 170 == 0 { "A".repeat(20_000) } else { "A".into() };
            text.push_str(&format!("{contig}\t{pos}\tr{record}\t{reference}\tC\t.\t.\tN="));
            for _ in 0..(record * 3637) % longest {
                text.push(char::from(b'0' + random.below(64) as u8));
            }
            text.push('\n');
            pos += if record % 1300 == 1299 { 40_000 } else { [0, 1, 3, 4, 9][(record % 5) as usize] };
        }
    }
    text.replace(';', "x")
}
