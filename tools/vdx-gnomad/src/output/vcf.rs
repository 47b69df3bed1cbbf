//! Annotating VCF records: bytes that are not ours go out as they came; or as rows of a table.

use std::ops::Range;
use std::time::Instant;

use memchr::memchr;
use memchr::memmem::Finder;
use vdx_filter::{Filter, Stacks};
use vdx_hts::{Error, Result};
use vdx_pipeline::{Chunk, Output, Work};
use vdx_vcf::header::{Type, declared_info};
use vdx_vcf::{Form, Header, Line, info};

use crate::fields::Field;
use crate::output::rows::{Column, Kind, RowWriter, Shape};
use crate::output::table::AT_ONCE;
use crate::query::annotator::{Annotator, Note, Scratch};
use crate::query::batch::{Alts, Batch};
use crate::query::settings::SourceFields;

/// The work on a VCF.
pub(crate) struct VcfWork<'a> {
    annotator: Annotator<'a>,
    /// `;KEY=`, in the order of the columns.
    tags: Vec<String>,
    /// Finds what our keys start with.
    prefix: Finder<'static>,
    /// Which records are written (`-i`, `-e`).
    filter: Option<Filter>,
    /// What makes rows of a table of the records.
    rows: Option<RowWriter>,
}

/// The columns of a record in a table, before those that are added; INFO stays in the VCF.
const COLUMNS: [(&str, Kind); 7] = [
    ("chromosome", Kind::Text),
    ("position", Kind::Position),
    ("id", Kind::Text),
    ("ref_allele", Kind::Text),
    ("alt_allele", Kind::Text),
    ("qual", Kind::Float),
    ("filter", Kind::Text),
];

/// What a worker keeps from chunk to chunk.
pub(crate) struct VcfScratch<'a> {
    annotator: Scratch<'a>,
    stacks: Stacks,
    /// INFO of a record, then the record that `-i` and `-e` look at.
    info: Vec<u8>,
    line: Vec<u8>,
}

/// A record of the chunk while its answers are awaited.
struct Record {
    line: Range<usize>,
    info: Range<usize>,
    alts: Alts,
}

impl<'a> VcfWork<'a> {
    /// Annotates by `annotator`; of the records `filter` takes some, by what they have then. With a `shape`, what is written
    /// are rows of it.
    pub(crate) fn new(annotator: Annotator<'a>, filter: Option<Filter>, shape: Option<Shape>) -> Self {
        let tags = annotator.settings.written().map(|(source, field)| format!(";{}=", source.tag(field))).collect();
        let prefix = Finder::new(&annotator.settings.prefix).into_owned();
        let rows = shape.map(|shape| {
            let own = COLUMNS.map(|(name, kind)| Column { name: name.to_owned(), kind });
            RowWriter::new(own.into_iter().chain(Column::added(annotator.settings)).collect(), shape)
        });
        Self { annotator, tags, prefix, filter, rows }
    }

    /// What makes rows of a table of the records.
    pub(crate) fn rows(&self) -> Option<&RowWriter> {
        self.rows.as_ref()
    }

    /// Appends `KEY=VALUE;...` of all fields that have a value.
    fn write_tags(&self, scratch: &Scratch<'_>, batch: &Batch<'_>, alts: Alts, out: &mut Vec<u8>) {
        if !self.annotator.has_values(batch, alts) {
            return;
        }
        let start = out.len();
        for (column, tag) in self.tags.iter().enumerate() {
            let key = &tag.as_bytes()[usize::from(out.len() == start)..];
            self.annotator.write(scratch, batch, alts, (column, key), out);
        }
    }

    /// INFO without entries that are called as ours; `None` where there are none.
    fn without_ours(&self, text: &[u8]) -> Option<Vec<u8>> {
        self.prefix.find(text)?;
        let is_ours = |entry: &[u8]| {
            let key = &entry[..memchr(b'=', entry).unwrap_or(entry.len())];
            self.tags.iter().any(|tag| &tag.as_bytes()[1..tag.len() - 1] == key)
        };
        let entries = || text.split(|&byte| byte == b';');
        if !entries().any(is_ours) {
            return None;
        }
        let rest: Vec<&[u8]> = entries().filter(|entry| !is_ours(entry)).collect();
        Some(if rest.is_empty() { b".".to_vec() } else { rest.join(&b';') })
    }
}

impl<'a> Work for VcfWork<'a> {
    type Scratch = VcfScratch<'a>;
    type Side = ();
    type Note = Note;

    fn scratch(&self) -> Result<VcfScratch<'a>> {
        let annotator = self.annotator.scratch();
        Ok(VcfScratch { annotator, stacks: Stacks::default(), info: Vec::new(), line: Vec::new() })
    }

    fn process(&self, scratch: &mut VcfScratch<'a>, chunk: &Chunk<()>, out: &mut Output<Note>) -> Result<()> {
        let started = Instant::now();
        let VcfScratch { annotator: scratch, stacks, info: new, line: made } = scratch;
        let bytes = chunk.records();
        let mut batch = Batch::default();
        let mut records = Vec::new();
        let mut lines = chunk.lines();
        while let Some((line, range)) = lines.next(out)? {
            let line_number = out.lines();
            let place = |error: Error| error.at_line(line_number).at_locus(line.chrom(), line.pos().into());
            let info = line.rest().map_err(|error| place(Error::caused_by(error)))?.info;
            let at = range.start + line.offset_of(info);
            let subject = (line.chrom(), line.pos(), line.reference(), info);
            let alts = self.annotator.ask(scratch, &mut batch, subject, line.alts()).map_err(place)?;
            records.push(Record { line: range, info: at..at + info.len(), alts });
        }
        self.annotator.answer(scratch, &mut batch, &mut out.note)?;
        let count = records.len();
        // About what is added, so that it need not grow: keys are longer than the spans of their values.
        out.fresh().reserve(2 * self.annotator.footprint(scratch));
        let mut from = out.fresh().len();
        for (at, record) in records.into_iter().enumerate() {
            let place = |error: Error| error.at_line(at as u64 + 1);
            if !self.annotator.stays(scratch, &batch, record.alts).map_err(place)? {
                continue;
            }
            let mut is_changed = true;
            if let Some(filter) = &self.filter {
                is_changed = self.info(scratch, &batch, &record, bytes, new);
                made.clear();
                for part in
                    [&bytes[record.line.start..record.info.start], new, &bytes[record.info.end..record.line.end]]
                {
                    made.extend_from_slice(part);
                }
                let located = |message| match Form::Text.locus(made) {
                    Some((chrom, pos)) => Error::data(message).at_locus(chrom, pos.into()),
                    None => Error::data(message),
                };
                if !filter.takes(made, stacks).map_err(|message| place(located(message)))? {
                    out.note.dropped += 1;
                    continue;
                }
            }
            out.note.kept += 1;
            if let Some(writer) = &self.rows {
                self.write(writer, (scratch, &batch), &record, bytes, out.fresh()).map_err(place)?;
                if out.fresh().len() - from >= AT_ONCE {
                    out.push_fresh(from);
                    from = out.fresh().len();
                }
            } else if self.filter.is_none() {
                self.put(scratch, &batch, &record, bytes, out);
            } else if is_changed {
                put_info(&record, new, out);
            } else {
                out.keep(record.line);
            }
        }
        if self.rows.is_some() {
            out.push_fresh(from);
        }
        out.note.turn = self.annotator.turn(scratch, count, started);
        Ok(())
    }
}

/// Sends a record out with another INFO.
fn put_info(record: &Record, info: &[u8], out: &mut Output<Note>) {
    out.keep(record.line.start..record.info.start);
    let from = out.fresh().len();
    out.fresh().extend_from_slice(info);
    out.push_fresh(from);
    out.keep(record.info.end..record.line.end);
}

impl VcfWork<'_> {
    /// Makes INFO with our entries of that of a record; `false`: it is the same.
    fn info(&self, scratch: &Scratch<'_>, batch: &Batch<'_>, record: &Record, bytes: &[u8], new: &mut Vec<u8>) -> bool {
        let old = &bytes[record.info.clone()];
        let rest = self.without_ours(old);
        let mut tags = Vec::new();
        self.write_tags(scratch, batch, record.alts, &mut tags);
        new.clear();
        if rest.is_none() && tags.is_empty() {
            new.extend_from_slice(old);
            return false;
        }
        info::append(new, rest.as_deref().unwrap_or(old), &tags);
        true
    }

    /// Sends a record out with our entries in INFO; where none is there yet, nothing of the old ones is copied.
    fn put(&self, scratch: &Scratch<'_>, batch: &Batch<'_>, record: &Record, bytes: &[u8], out: &mut Output<Note>) {
        let old = &bytes[record.info.clone()];
        if let Some(rest) = self.without_ours(old) {
            let (mut tags, mut new) = (Vec::new(), Vec::new());
            self.write_tags(scratch, batch, record.alts, &mut tags);
            info::append(&mut new, &rest, &tags);
            return put_info(record, &new, out);
        }
        let from = out.fresh().len();
        let is_empty = old == b"." || old.is_empty();
        if !is_empty && old.last() != Some(&b';') {
            out.fresh().push(b';');
        }
        let head = out.fresh().len();
        self.write_tags(scratch, batch, record.alts, out.fresh());
        if out.fresh().len() == head {
            out.fresh().truncate(from);
            out.keep(record.line.clone());
            return;
        }
        out.keep(record.line.start..if is_empty { record.info.start } else { record.info.end });
        out.push_fresh(from);
        out.keep(record.info.end..record.line.end);
    }

    /// Writes a row for each ALT of a record, one for a record without ALT.
    fn write(
        &self,
        writer: &RowWriter,
        (scratch, batch): (&Scratch<'_>, &Batch<'_>),
        record: &Record,
        bytes: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let line = Line::parse(&bytes[record.line.clone()]).map_err(Error::caused_by)?;
        let rest = line.rest().map_err(Error::caused_by)?;
        let located = |message: String| Error::data(message).at_locus(line.chrom(), line.pos().into());
        let alts = line.alts().map(Some).chain([None]).take(record.alts.len().max(1));
        for (number, alt) in alts.enumerate() {
            writer.cell(0, line.chrom(), out).map_err(located)?;
            writer.integer(1, line.pos(), out).map_err(located)?;
            let others = [line.id(), line.reference(), alt.unwrap_or(b"."), rest.qual, rest.filter];
            for (at, value) in (2..).zip(others) {
                writer.cell(at, if value == b"." { b"" } else { value }, out).map_err(located)?;
            }
            for column in 0..self.annotator.width() {
                let value = self.annotator.value_of(scratch, batch, (record.alts, number), column).unwrap_or_default();
                writer.cell(COLUMNS.len() + column, value, out).map_err(located)?;
            }
            writer.end(out);
        }
        Ok(())
    }
}

/// Declares the tags of a source, in place of declarations that are there already, and names the source.
pub(crate) fn declare(header: &mut Header, source: &SourceFields, label: &str, build: Option<&str>) {
    let tags: Vec<(String, &Field)> = source.written().iter().map(|field| (source.tag(field), field)).collect();
    header.remove(|line| declared_info(line).is_some_and(|(key, _)| tags.iter().any(|(tag, _)| tag.as_bytes() == key)));
    for (tag, field) in tags {
        let kind = match field.kind {
            Type::Integer => "Integer",
            Type::Float => "Float",
            Type::Flag | Type::Character | Type::String => "String",
        };
        let about = field.about.replace('\\', "").replace('"', "'");
        // What belongs to the whole site is one text for each ALT, however many commas it has.
        let (number, rule) =
            if field.whole { (".", "; where several ALTs have one, commas within are %2C") } else { ("A", "") };
        let line = format!("##INFO=<ID={tag},Number={number},Type={kind},Description=\"{label}, {about}{rule}\">");
        header.add(line.as_bytes());
    }
    let build = build.map(|build| format!(",Build={build}")).unwrap_or_default();
    // An ID must not be empty.
    let prefix = if source.prefix.is_empty() { "gnomad" } else { &source.prefix };
    let line = format!("##vdx_gnomadSource=<ID={prefix},Source=\"{label}\"{build}>");
    header.remove(|other| other.starts_with(format!("##vdx_gnomadSource=<ID={prefix},").as_bytes()));
    header.add(line.as_bytes());
}
