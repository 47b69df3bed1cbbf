//! Lines that have the columns of the header: an error else, but for empty columns behind the last one.

use std::ops::Range;

use vdx_hts::error::{Error, Result};
use vdx_vcf::line::LineError;
use vdx_vcf::{Columns, Form, Line, Mended};

use crate::output::Output;

/// The lines of a chunk, each with the columns that the header has.
pub struct ChunkLines<'a> {
    records: &'a [u8],
    at: usize,
    columns: Option<Columns>,
}

impl<'a> ChunkLines<'a> {
    pub(crate) fn new(records: &'a [u8], columns: Option<Columns>) -> Self {
        Self { records, at: 0, columns }
    }

    /// The next line, and where it stands in the chunk, line end included; it is counted in `out`.
    ///
    /// # Errors
    /// What is no line of the header's columns, with its place.
    #[inline]
    pub fn next<N>(&mut self, out: &mut Output<N>) -> Result<Option<(Line<'a>, Range<usize>)>> {
        let rest = &self.records[self.at..];
        if rest.is_empty() {
            return Ok(None);
        }
        out.line();
        let columns = self.columns.ok_or_else(|| Error::data("internal error: lines of what is no VCF"))?;
        let (line, len) = columns.first(rest).map_err(|error| located(error, rest).at_line(out.lines()))?;
        let start = self.at;
        self.at += len;
        Ok(Some((line, start..self.at)))
    }
}

/// Whole `lines` without the empty columns behind those of the header, each ended by `\n`; `None`: they can stay as they
/// are.
///
/// # Errors
/// What is no line of so many columns; its 1-based number among the lines, and its locus.
pub(crate) fn checked(columns: Columns, lines: &[u8]) -> Result<Option<Mended>> {
    // As they are first: few files have empty columns, and looking for some would be another pass over all the
    // others.
    let Err(error) = check(columns, lines) else { return Ok(None) };
    let mended = columns.mended(lines).ok_or(error)?;
    check(columns, &mended.text)?;
    Ok(Some(mended))
}

fn check(columns: Columns, lines: &[u8]) -> Result<()> {
    let (mut at, mut number) = (0, 0);
    while at < lines.len() {
        number += 1;
        let rest = &lines[at..];
        at += columns.first(rest).map_err(|error| located(error, rest).at_line(number))?.1;
    }
    Ok(())
}

/// The error with the locus of the first line of `text`, where that has one.
fn located(error: LineError, text: &[u8]) -> Error {
    let error = Error::from(error);
    match Form::Text.locus(text) {
        Some((chrom, pos)) if !chrom.contains(&b'\n') => error.at_locus(chrom, pos.into()),
        _ => error,
    }
}
