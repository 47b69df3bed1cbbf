//! The forms that records have on their way through a tool, and what can be asked of either without decoding it.

use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memrchr};

use crate::bcf::{self, BcfError, Dictionaries, Fixed, record_len};
use crate::cells::Dialect;
use crate::line::parse_pos;

/// Text lines, BCF records of one header, or rows of a table.
#[derive(Clone, Debug, Default)]
pub enum Form {
    /// Lines that end in `\n`.
    #[default]
    Text,
    /// Records with their two lengths in front.
    Bcf(Arc<Dictionaries>),
    /// Rows of a table: lines, but that those within quotes do not end one.
    Table(Dialect),
}

impl Form {
    /// The length of the record that `buffer` starts with, line end or length fields included; `None` where its end
    /// is not in the buffer.
    ///
    /// # Errors
    /// The bytes are not BCF records.
    #[inline]
    pub fn record_len(&self, buffer: &[u8]) -> Result<Option<usize>, BcfError> {
        match self {
            Self::Text => Ok(memchr(b'\n', buffer).map(|at| at + 1)),
            Self::Bcf(_) => record_len(buffer),
            Self::Table(dialect) => Ok(dialect.row_len(buffer)),
        }
    }

    /// The bytes up to the last record edge in `buffer`, which starts with a record; 0 where the first has no end.
    ///
    /// # Errors
    /// The bytes are not BCF records.
    pub fn whole_len(&self, buffer: &[u8]) -> Result<usize, BcfError> {
        match self {
            Self::Text => Ok(memrchr(b'\n', buffer).map_or(0, |at| at + 1)),
            Self::Bcf(_) => {
                let mut at = 0;
                while let Some(len) = record_len(&buffer[at..])? {
                    at += len;
                }
                Ok(at)
            }
            Self::Table(dialect) => Ok(dialect.whole_len(buffer)),
        }
    }

    /// Whole records within `bytes`, which begin anywhere: from a start, which is a guess, to the end of the last one.
    /// `before` is what was found in fewer of the bytes. `None` where edges are found without that, or none is found.
    pub fn scout(&self, bytes: &[u8], before: Option<Range<usize>>) -> Option<Range<usize>> {
        match self {
            Self::Text | Self::Table(_) => None,
            Self::Bcf(_) => bcf::scout(bytes, before),
        }
    }

    /// The records in `bytes`, line ends or length fields included. What is no whole record ends the walk: it comes
    /// last, as it is.
    pub fn records<'a>(&self, bytes: &'a [u8]) -> Records<'a> {
        let edges = match self {
            Self::Text => Edges::Lines,
            Self::Bcf(_) => Edges::Lengths,
            // Where no cell is quoted, rows are lines.
            Self::Table(dialect) if memchr(b'"', bytes).is_some() => Edges::Rows(*dialect),
            Self::Table(_) => Edges::Lines,
        };
        Records { rest: bytes, edges }
    }

    /// CHROM and POS (1-based) of a record; `None` where it has none that can be read.
    #[inline]
    pub fn locus<'a>(&'a self, record: &'a [u8]) -> Option<(&'a [u8], u32)> {
        match self {
            Self::Text => {
                let tab = memchr(b'\t', record)?;
                let rest = &record[tab + 1..];
                Some((&record[..tab], parse_pos(&rest[..memchr(b'\t', rest)?])?))
            }
            Self::Bcf(dictionaries) => {
                let fixed = Fixed::of(record)?;
                Some((dictionaries.contig(fixed.contig)?, fixed.pos))
            }
            Self::Table(_) => None,
        }
    }

    /// The dictionaries of BCF records.
    pub fn dictionaries(&self) -> Option<&Arc<Dictionaries>> {
        match self {
            Self::Text | Self::Table(_) => None,
            Self::Bcf(dictionaries) => Some(dictionaries),
        }
    }

    /// Whether records are BCF.
    pub fn is_bcf(&self) -> bool {
        matches!(self, Self::Bcf(_))
    }
}

/// See [`Form::records`].
#[derive(Clone, Debug)]
pub struct Records<'a> {
    rest: &'a [u8],
    edges: Edges,
}

/// Where records end.
#[derive(Clone, Copy, Debug)]
enum Edges {
    Lines,
    Lengths,
    Rows(Dialect),
}

impl<'a> Iterator for Records<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let len = match self.edges {
            Edges::Lines => memchr(b'\n', self.rest).map(|at| at + 1),
            Edges::Lengths => record_len(self.rest).ok().flatten(),
            Edges::Rows(dialect) => dialect.row_len(self.rest),
        };
        let (record, rest) = self.rest.split_at(len.unwrap_or(self.rest.len()));
        self.rest = rest;
        Some(record)
    }
}
