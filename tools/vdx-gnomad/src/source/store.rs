//! A [store](crate::store): a file for each contig, and beside it names of dbSNP and allele numbers of all sites.

mod absence;

use std::path::Path;

use vdx_hts::index::Effort;
use vdx_hts::{Error, Result};
use vdx_vcf::Header;
use vdx_vcf::contig::{self, Contig, MT};
use vdx_vcf::variant::Variant;

use self::absence::Absence;
use super::facts::name_of;
use super::question::Fit;
use super::{Answer, Extent, FileFacts, How, Origin, Question, Reader, Source, alleles};
use crate::fields::{self, Field, Part};
use crate::store::rsid::{self, Names};
use crate::store::side::SideFile;
use crate::store::{Cursor, SitesCursor, StoreFile, folder, sites};
use crate::values::Values;

/// The contigs of a store, in the order of their numbers.
#[derive(Default)]
pub(super) struct StoreFiles(Vec<File>);

struct File {
    store: StoreFile,
    /// The allele numbers of all sites.
    sites: Option<SideFile>,
}

impl StoreFiles {
    /// Adds the file of a contig, with what stands beside it; the contig.
    pub(super) fn add(&mut self, store: StoreFile) -> Result<Contig> {
        let sites = side_file(&store, sites::SUFFIX, sites::KIND)?;
        let description = &store.description;
        let contig = Contig { name: description.contig.clone().into_bytes(), length: description.length };
        self.0.push(File { store, sites });
        Ok(contig)
    }
}

impl Source for StoreFiles {
    fn headers(&self) -> Vec<&Header> {
        let mut files: Vec<&StoreFile> = self.0.iter().map(|file| &file.store).collect();
        files.sort_by_key(|file| contig::number(file.description.contig.as_bytes()) == Some(MT));
        files.into_iter().map(|file| &file.header).collect()
    }

    fn file(&self, contig: u32) -> (&Path, &Header) {
        let store = &self.0[contig as usize].store;
        (store.path(), &store.header)
    }

    fn holds(&self, name: &str) -> bool {
        self.0.iter().any(|File { store, .. }| match fields::part(name, &store.header) {
            None => false,
            Some(Part::Info { key, .. }) => std::str::from_utf8(&key).is_ok_and(|key| store.column(key).is_some()),
            Some(Part::Filter | Part::Status) => true,
        })
    }

    fn is_plain(&self, contig: u32) -> bool {
        self.0[contig as usize].store.own().is_none()
    }

    fn reader<'a>(&'a self, fields: &'a [Field], _: bool) -> Box<dyn Reader + 'a> {
        Box::new(StoreReader {
            files: &self.0,
            fields,
            columns: self.0.iter().map(|_| None).collect(),
            cursor: Cursor::default(),
            absence: Absence::new(fields),
            sites: SitesCursor::default(),
        })
    }

    fn facts(&self, _: &[Contig]) -> Result<Vec<FileFacts>> {
        let facts = |File { store, sites }: &File| {
            let sites = sites.as_ref().map(|sites| sites.about.source.name.clone());
            Ok(FileFacts {
                name: name_of(store.path()),
                contigs: vec![store.description.contig.clone()],
                size: store.size(),
                records: Some(store.end.records),
                index: "inside".to_owned(),
                source: Some(store.description.source.name.clone()),
                forced: store.description.forced,
                beside: Some((folder::exists(&store.beside(rsid::SUFFIX))?, sites)),
            })
        };
        self.0.iter().map(facts).collect()
    }

    fn origins(&self) -> Option<Vec<Origin<'_>>> {
        None
    }

    fn names(&self) -> Result<Option<Names>> {
        let mut found = Vec::new();
        let mut lacks = None;
        for File { store, .. } in &self.0 {
            match side_file(store, rsid::SUFFIX, rsid::KIND)? {
                // Names are a file of their own and may be left over from another build of the contig: they would
                // lead to variants that are not there.
                Some(names) if names.about.source == store.description.source => found.push(names),
                Some(_) => {
                    let name = store.beside(rsid::SUFFIX).display().to_string();
                    let message = "expected the names of the contig's file, found those of another source";
                    return Err(Error::data(format!("{message}; delete it and build with --rsid again")).in_file(name));
                }
                None => lacks = Some(&store.description.contig),
            }
        }
        match (found.is_empty(), lacks) {
            (false, Some(contig)) => Err(Error::data(format!(
                "expected names of dbSNP for all contigs of the store, found none for {contig}; build it with --rsid, too"
            ))),
            (empty, _) => Ok((!empty).then(|| Names::new(found))),
        }
    }
}

/// Opens the file of that kind beside a contig's, if there is one.
fn side_file(store: &StoreFile, suffix: &str, kind: &'static str) -> Result<Option<SideFile>> {
    let (path, contig) = (store.beside(suffix), &store.description.contig);
    if !folder::exists(&path)? {
        return Ok(None);
    }
    let file = SideFile::open(&path, kind)?;
    if file.about.contig != *contig {
        let message = format!("expected it to be of {contig}, found {}; was it renamed?", file.about.contig);
        return Err(Error::data(message).in_file(path.display().to_string()));
    }
    Ok(Some(file))
}

/// What a store keeps of ALT number `number` beside its key: see [`OWN`](crate::store::describe::OWN).
pub(crate) fn own_text(own: &Variant<'_>, minimal: Option<&Variant<'_>>, info: &[u8], number: usize) -> Vec<u8> {
    let mut text = Vec::new();
    match minimal {
        Some(minimal) if alleles::is_own(minimal, own.reference, own.alt) => {}
        Some(_) => {
            let pos = own.pos.to_string();
            text = [pos.as_bytes(), own.reference, own.alt].join(&b' ');
            text.make_ascii_uppercase();
        }
        None if alleles::is_letters(own.alt) => {}
        None => Extent::of(info, number).write(&mut text),
    }
    text
}

/// A worker's place in a store.
struct StoreReader<'a> {
    files: &'a [File],
    fields: &'a [Field],
    /// By file, and then by field; found when it is first asked.
    columns: Vec<Option<Vec<Option<usize>>>>,
    cursor: Cursor,
    absence: Absence,
    sites: SitesCursor,
}

impl Reader for StoreReader<'_> {
    fn answer(
        &mut self,
        contig: u32,
        questions: &[Question<'_>],
        compares: bool,
        answers: &mut [Answer],
        values: &mut Values,
    ) -> Result<()> {
        let number = contig as usize;
        let File { store, sites } = &self.files[number];
        let columns = self.columns[number].get_or_insert_with(|| columns(self.fields, store));
        match store.own() {
            None => {
                for same_pos in questions.chunk_by(|a, b| a.variant.pos == b.variant.pos) {
                    compare(number, store, same_pos, compares, columns, &mut self.cursor, answers, values)?;
                }
            }
            Some(own) => {
                for question in questions {
                    let answer = &mut answers[question.slot as usize];
                    compare_texts(number, store, own, question, compares, columns, &mut self.cursor, answer, values)?;
                }
            }
        }
        match sites {
            Some(sites) => self.absence.judge(number, sites, &mut self.sites, questions, answers, values),
            None => Ok(()),
        }
    }

    /// Pages of a store are not counted.
    fn take_effort(&mut self) -> Effort {
        Effort::default()
    }
}

/// Which columns of a file the fields are; what the file lacks stays empty.
fn columns(fields: &[Field], file: &StoreFile) -> Vec<Option<usize>> {
    let place = |field: &Field| match fields::part(&field.name, &file.header)? {
        Part::Info { key, .. } => file.column(std::str::from_utf8(&key).ok()?),
        Part::Filter => file.column(fields::FILTER),
        Part::Status => None,
    };
    fields.iter().map(place).collect()
}

/// Compares the rows of a store with the questions at a position, as is done with the lines of a VCF.
#[allow(clippy::too_many_arguments, reason = "what is asked, where, and where the answers go")]
fn compare(
    number: usize,
    file: &StoreFile,
    questions: &[Question<'_>],
    compares: bool,
    columns: &[Option<usize>],
    cursor: &mut Cursor,
    answers: &mut [Answer],
    values: &mut Values,
) -> Result<()> {
    for row in cursor.rows_at(number, file, questions[0].variant.pos)? {
        let mut record = None;
        for question in questions {
            let answer = &mut answers[question.slot as usize];
            let found = cursor.key(file, row)?;
            if compares && answer.agrees.is_none() {
                answer.agrees = alleles::references_agree(question.variant.reference, found.reference);
            }
            let fit = question.how.fit(true);
            if answer.fit >= fit || !alleles::same(&question.variant, &found) {
                continue;
            }
            let (taken, passed) = match record {
                Some(known) => known,
                None => (cursor.take(file, columns, row, values)?, cursor.passed(file, row)?),
            };
            record = Some((taken, passed));
            answer.take(taken, passed, fit);
        }
    }
    Ok(())
}

/// The same in a store of alleles of any kind, of which column `own` tells more than their keys.
#[allow(clippy::too_many_arguments, reason = "what is asked, where, and where the answer goes")]
fn compare_texts(
    number: usize,
    file: &StoreFile,
    own: usize,
    question: &Question<'_>,
    compares: bool,
    columns: &[Option<usize>],
    cursor: &mut Cursor,
    answer: &mut Answer,
    values: &mut Values,
) -> Result<()> {
    let asked = &question.variant;
    let is_text = question.how == How::Text;
    let minimal = if is_text { alleles::minimal(asked.pos, asked.reference, asked.alt) } else { Some(*asked) };
    let key = minimal.unwrap_or(*asked);
    let mut text = Vec::new();
    for row in cursor.rows_at(number, file, key.pos)? {
        let found = cursor.key(file, row)?;
        if compares && answer.agrees.is_none() && matches!(question.how, How::Own | How::Minimal) {
            answer.agrees = alleles::references_agree(asked.reference, found.reference);
        }
        if !(if minimal.is_some() { alleles::same(&key, &found) } else { alleles::same_text(&key, &found) }) {
            continue;
        }
        text.clear();
        let has_text = cursor.text(file, own, row, &mut text)?;
        let fit = match minimal {
            Some(_) if is_text => {
                let pos = asked.pos.to_string();
                let same = text.eq_ignore_ascii_case(&[pos.as_bytes(), asked.reference, asked.alt].join(&b' '));
                if same { Fit::Text } else { Fit::None }
            }
            Some(_) => question.how.fit(!has_text),
            None if question.extent.is_none_or(|extent| extent.fits(&Extent::read(&text))) => Fit::Text,
            None => Fit::None,
        };
        if fit > answer.fit {
            let taken = cursor.take(file, columns, row, values)?;
            answer.take(taken, cursor.passed(file, row)?, fit);
        }
    }
    Ok(())
}
