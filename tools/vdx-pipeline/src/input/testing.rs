//! Inputs from memory, for tests.

use std::io::Cursor;

use vdx_hts::error::Result;
use vdx_hts::source::Source;

use super::{Input, Lines, Options};

/// A VCF of three lines.
pub(crate) const VCF: &[u8] =
    b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t5\t.\tA\tC\t.\t.\t.\n";

/// An input of these bytes, by the name `x`.
pub(crate) fn input(bytes: &[u8], options: Options) -> Input {
    let reader = Box::new(Cursor::new(bytes.to_vec()));
    Input::new(Source::from_reader(reader, "x".into(), None, options.allow_truncated).unwrap(), options)
}

/// Every line that is left, behind its number and without its line end.
pub(crate) fn all_lines(mut lines: Lines) -> Result<Vec<String>> {
    let mut found = Vec::new();
    while let Some((line, number)) = lines.next()? {
        found.push(format!("{number}:{}", String::from_utf8_lossy(line).trim_end()));
    }
    Ok(found)
}
