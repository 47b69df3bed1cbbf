//! The store: gnomAD's wanted fields by column, a file per contig, every value as the very text of its source.
//!
//! A store is a folder of files `CONTIG.vdxg`; each describes itself, and nothing else in the folder is read. Numbers are
//! little-endian. A *section* is `u32` raw size, `u32` packed size, `u32` CRC-32 (of the raw size as written and the
//! packed bytes), then the packed bytes: the raw ones as a deflate stream (RFC 1951).
//!
//! | part | what it holds |
//! |---|---|
//! | start | 8 bytes `vdxgnom\n`, `u32` version (1 or 2), the description: a section of JSON |
//! | blocks | one after the other; each is its keys section and a section for every column |
//! | end | the end section, then `u64` its offset, `u32` its whole size, 8 bytes `vdxgnom\n` |
//!
//! **Description.** `title`, `contig`, `length` (or null), `header` (the source's meta lines that matter to names),
//! `source` (`name`, `size` in bytes, `modified` in seconds), `forced` (true, or not there: values of lists of the wrong
//! length were left out), `columns`: each a `key` (an INFO key, or `FILTER` with `|` for
//! `;`) and its `guesses` at a value: `{"ratio": [a, b]}` is column a divided by column b, `{"same": a}` is column a.
//!
//! **Codes** are unsigned integers: a byte each for their sizes in bytes (0 to 8), then the lowest bytes of all that have
//! one, then the second bytes, and so on.
//!
//! **Keys** of a block of n records, in the order of the source: a `u32` for each column, the size of its section; `u32` n;
//! `u32` 1-based position of the first record; n codes, how much further each record is than the one before it; n bytes:
//! `4 x REF + ALT` for single bases (ACGT are 0 to 3), 16 for other alleles, whose `u32` count, codes of REF lengths, codes
//! of ALT lengths, and letters (REF and ALT in turn) follow. Alleles are in minimal form and upper case. Records at one
//! position are never parted between blocks. In version 2, what is not of letters stands as it is, at the source's POS, and
//! minimal forms of others stand in the order of their own positions, which may be behind POS; the column `@own` says what
//! else tells an allele: `POS REF ALT` of the source where that is not the minimal form; of what is not of letters
//! `END,SVLEN,CHR2:POS2`, each empty where the source has none.
//!
//! **Column** of a block: a byte for the style of its numbers (see `number`), a byte that is 1 where there are texts, n
//! codes, and where there are texts their `u32` count, codes of their lengths, and their letters. A code is 0 for no value,
//! 1 to g for the column's g guesses, and from g + 1 on a number of that style; where there are texts, twice the number,
//! or twice the text's place plus one.
//!
//! **End**: `u64` records, `u64` ALTs that were left out because they cannot be asked for, `u32` CRC-32 of the contig's
//! record lines in the source, `u32` count of blocks, and codes for all blocks of: how far the block starts behind the
//! start of the one before, the size of its keys section, its first position, its last position minus the first, its
//! records.
//!
//! Two more files can stand beside that of a contig: `CONTIG.rsid` (see [`rsid`]), the variants by their names in dbSNP,
//! and `CONTIG.an` (see [`sites`]), allele numbers of all sites. They are [side files](side) with a version of their own.
//!
//! A ratio is printed as the style does: a value is only stored as one where that gives the source's very text.

mod codes;
mod column;
mod container;
pub(crate) mod describe;
pub(crate) mod file;
pub(crate) mod folder;
pub(crate) mod keys;
pub(crate) mod lock;
mod number;
mod read;
pub(crate) mod rows;
pub(crate) mod rsid;
mod section;
pub(crate) mod side;
pub(crate) mod sites;
mod temp;
pub(crate) mod write;

pub(crate) use file::StoreFile;
pub(crate) use read::Cursor;
pub(crate) use sites::SitesCursor;
