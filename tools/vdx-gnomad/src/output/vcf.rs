//! Annotating VCF records: bytes that are not ours go out as they came.

use std::ops::Range;
use std::time::Instant;

use memchr::memchr;
use memchr::memmem::Finder;
use vdx_filter::{Filter, Stacks};
use vdx_hts::{Error, Result};
use vdx_pipeline::{Chunk, Output, Work};
use vdx_vcf::header::{Type, declared_info};
use vdx_vcf::{Form, Header, info};

use crate::fields::Field;
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
}

/// What a worker keeps from chunk to chunk.
pub(crate) struct VcfScratch<'a> {
    annotator: Scratch<'a>,
    stacks: Stacks,
}

/// A record of the chunk while its answers are awaited.
struct Record {
    line: Range<usize>,
    info: Range<usize>,
    alts: Alts,
}

impl<'a> VcfWork<'a> {
    /// Annotates by `annotator`; of the records `filter` takes some, by what they have then.
    pub(crate) fn new(annotator: Annotator<'a>, filter: Option<Filter>) -> Self {
        let tags = annotator.settings.written().map(|(source, field)| format!(";{}=", source.tag(field))).collect();
        let prefix = Finder::new(&annotator.settings.prefix).into_owned();
        Self { annotator, tags, prefix, filter }
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
        Ok(VcfScratch { annotator: self.annotator.scratch(), stacks: Stacks::default() })
    }

    fn process(&self, scratch: &mut VcfScratch<'a>, chunk: &Chunk<()>, out: &mut Output<Note>) -> Result<()> {
        let started = Instant::now();
        let VcfScratch { annotator: scratch, stacks } = scratch;
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
        for (at, record) in records.into_iter().enumerate() {
            let place = |error: Error| error.at_line(at as u64 + 1);
            if !self.annotator.stays(scratch, &batch, record.alts).map_err(place)? {
                continue;
            }
            if self.drops(scratch, stacks, &batch, &record, bytes).map_err(place)? {
                out.note.dropped += 1;
                continue;
            }
            out.note.kept += 1;
            self.put(scratch, &batch, &record, bytes, out);
        }
        out.note.turn = self.annotator.turn(scratch, count, started);
        Ok(())
    }
}

impl VcfWork<'_> {
    /// Whether `-i` or `-e` leaves out what becomes of the record.
    fn drops(
        &self,
        scratch: &Scratch<'_>,
        stacks: &mut Stacks,
        batch: &Batch<'_>,
        record: &Record,
        bytes: &[u8],
    ) -> Result<bool> {
        let Some(filter) = &self.filter else { return Ok(false) };
        let old = &bytes[record.info.clone()];
        let rest = self.without_ours(old);
        let mut tags = Vec::new();
        self.write_tags(scratch, batch, record.alts, &mut tags);
        let mut line = bytes[record.line.start..record.info.start].to_vec();
        info::append(&mut line, rest.as_deref().unwrap_or(old), &tags);
        line.extend_from_slice(&bytes[record.info.end..record.line.end]);
        let located = |message| match Form::Text.locus(&line) {
            Some((chrom, pos)) => Error::data(message).at_locus(chrom, pos.into()),
            None => Error::data(message),
        };
        Ok(!filter.takes(&line, stacks).map_err(located)?)
    }

    fn put(&self, scratch: &Scratch<'_>, batch: &Batch<'_>, record: &Record, bytes: &[u8], out: &mut Output<Note>) {
        let old = &bytes[record.info.clone()];
        if let Some(rest) = self.without_ours(old) {
            let mut tags = Vec::new();
            self.write_tags(scratch, batch, record.alts, &mut tags);
            out.keep(record.line.start..record.info.start);
            let from = out.fresh().len();
            info::append(out.fresh(), &rest, &tags);
            out.push_fresh(from);
            out.keep(record.info.end..record.line.end);
            return;
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
