//! The first look at every shard: its header, where its first record is, and whether all are of one kind.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;

use memchr::memchr;
use vdx_hts::{Error, Result};
use vdx_pipeline::input::{Format, Options};
use vdx_pipeline::{Form, Input, Lines, Message};
use vdx_vcf::contig;

use crate::shards::contigs::{ContigOrder, Key};
use crate::shards::cursor;
use crate::shards::layout::{LineLayout, LocusColumns};
use crate::shards::united::United;

/// A shard that waits for its turn.
pub(crate) struct Shard {
    /// Where its first record is.
    pub(crate) key: Key,
    at: At,
}

enum At {
    /// Opened again when its turn comes.
    Closed(PathBuf),
    /// A pipe is read once.
    Open(Box<Lines>),
}

impl Shard {
    /// Its records from the first on, as records of `form`.
    ///
    /// # Errors
    /// The file is not what it was a moment ago; a record cannot be one of `form`.
    pub(crate) fn open(self, options: Options, form: &Form) -> Result<Lines> {
        let records = match self.at {
            At::Open(records) => *records,
            At::Closed(path) => {
                let mut input = Input::open(Some(&path), options)?;
                head(&mut input)?;
                input.into_records()
            }
        };
        records.turned_to(form.clone())
    }
}

/// What all shards together are.
pub(crate) struct Survey {
    /// What their lines are.
    pub(crate) layout: LineLayout,
    /// Their headers, for a VCF.
    pub(crate) united: United,
    /// The form of the first shard that is BCF, which a BCF output keeps to.
    pub(crate) form: Form,
    /// The header line of a table.
    pub(crate) names: Vec<u8>,
    /// The order of contigs.
    pub(crate) order: ContigOrder,
    /// Shards with records, by their first ones, then as they were given.
    pub(crate) shards: VecDeque<Shard>,
    /// How many of them are pipes.
    pub(crate) pipes: usize,
    /// The size of all, where it is known.
    pub(crate) size: Option<u64>,
    /// What there is to tell of shards without records.
    pub(crate) messages: Vec<Message>,
}

/// What stands before the records of a shard.
enum Head {
    Vcf(Box<vdx_vcf::Header>),
    Table(LocusColumns, Vec<u8>),
}

fn head(input: &mut Input) -> Result<Head> {
    if input.format()? != Format::Other || input.peek()?.is_empty() {
        return Ok(Head::Vcf(Box::new(input.read_vcf_header()?)));
    }
    // Only the header line is asked for here; something else may be as long as the file.
    let peeked = input.peek()?;
    let start = &peeked[..memchr(b'\n', peeked).unwrap_or(peeked.len())];
    let table = LocusColumns::parse(start).map_err(|error| error.in_file(input.name()).at_line(1))?;
    input.allow_open_end();
    let names = input.read_line()?.unwrap_or_default();
    Ok(Head::Table(table, vdx_vcf::line::trim_line_end(&names).to_vec()))
}

/// Looks at the shards; `None` is standard input. `contigs` is the order that was given.
///
/// # Errors
/// What cannot be read, is of another kind than the first, or has another header.
pub(crate) fn survey(paths: &[Option<PathBuf>], contigs: Option<ContigOrder>, options: Options) -> Result<Survey> {
    let mut first: Option<(String, LineLayout, Vec<u8>)> = None;
    let mut united = United::default();
    let mut united_form = Form::Text;
    let mut found = Vec::new();
    let mut size = Some(0u64);
    let mut messages = Vec::new();
    for path in paths {
        let mut input = Input::open(path.as_deref(), options)?;
        size = size.zip(input.size()).map(|(sum, more)| sum + more);
        let (layout, names) = match head(&mut input)? {
            Head::Vcf(header) => {
                if first.as_ref().is_none_or(|(_, layout, _)| *layout == LineLayout::Vcf) {
                    united.add(input.name(), &header)?;
                }
                (LineLayout::Vcf, Vec::new())
            }
            Head::Table(table, names) => (LineLayout::Table(table), names),
        };
        let (its_file, its_layout, its_names) =
            first.get_or_insert_with(|| (input.name().to_owned(), layout, names.clone()));
        if its_layout.name() != layout.name() {
            let (expected, found) = (its_layout.name(), layout.name());
            let message = format!("expected {expected} as {its_file} is, found {found}; shards are parts of one file");
            return Err(Error::data(message).in_file(input.name()));
        }
        if *its_names != names {
            let text = String::from_utf8_lossy;
            let message = format!(
                "expected the columns '{}' as in {its_file}, found '{}'; shards are parts of one file",
                text(its_names),
                text(&names)
            );
            return Err(Error::data(message).in_file(input.name()).at_line(1));
        }
        let reopened = path.clone().filter(|path| path.is_file());
        let form = input.form().clone();
        if form.is_bcf() && !united_form.is_bcf() {
            united_form = form.clone();
        }
        let mut lines = input.into_records();
        let file = lines.name().to_owned();
        let locus = match lines.block()? {
            None => None,
            Some((block, number)) => {
                let record = form.records(block).next().unwrap_or_default();
                let locus = cursor::locus(layout, &form, record);
                let (contig, pos) = locus.map_err(|error| error.in_file(&file).at_line(number))?;
                Some((contig.to_vec(), pos, number))
            }
        };
        let Some(locus) = locus else {
            // A header alone has nothing more to say, but what is wrong with its end.
            messages.extend(lines.messages());
            continue;
        };
        let at = reopened.map_or_else(|| At::Open(Box::new(lines)), At::Closed);
        found.push((file, locus, at));
    }
    let (_, layout, names) = first.ok_or_else(|| Error::usage("expected at least one shard, found none"))?;
    let order = match contigs {
        Some(order) => order,
        None => united.order()?,
    };
    let mut spelled: HashMap<u8, (Vec<u8>, String)> = HashMap::new();
    let mut shards = Vec::new();
    for (file, (contig, pos, number), at) in found {
        // Some references have the two mitochondria chrM and chrMT.
        if let Some(chromosome) = contig::number(&contig).filter(|&chromosome| chromosome != contig::MT) {
            let (name, its_file) = spelled.entry(chromosome).or_insert_with(|| (contig.clone(), file.clone()));
            if *name != contig {
                let (name, found) = (String::from_utf8_lossy(name), String::from_utf8_lossy(&contig));
                let message = format!(
                    "expected the chromosome to be named {name} as in {its_file}, found {found}; rename it, e.g. with \
                     'bcftools annotate --rename-chrs'"
                );
                return Err(Error::data(message).in_file(file).at_line(number).at_locus(&contig, pos.into()));
            }
        }
        let contig =
            order.contig(&contig).map_err(|error| error.in_file(file).at_line(number).at_locus(&contig, pos.into()))?;
        shards.push(Shard { key: Key { contig, pos }, at });
    }
    // The sort is stable: shards that begin at one place stay as they were given.
    shards.sort_by(|a, b| a.key.cmp(&b.key));
    let pipes = shards.iter().filter(|shard| matches!(shard.at, At::Open(_))).count();
    Ok(Survey { layout, united, form: united_form, names, order, shards: shards.into(), pipes, size, messages })
}
