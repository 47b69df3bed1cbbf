//! gnomAD's own files, any other BGZF-compressed VCF, or a table of scores: the index of a file is read, checked or made when it is first
//! asked for, and lines at the wanted positions are compared.

mod pending;
pub(crate) mod scan;
pub(crate) mod scores;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use vdx_cli::Logger;
use vdx_hts::index::{self, BgzfFile, Cursor, Effort, Indexed, Kept};
use vdx_hts::{Error, Result};
use vdx_vcf::contig::{self, Contig, MT};
use vdx_vcf::variant::Variant;
use vdx_vcf::{Header, Line};

use self::pending::Pending;
use self::scan::Scanner;
use self::scores::Layout;
use super::facts::name_of;
use super::question::Fit;
use super::{Answer, Extent, FileFacts, How, Origin, Question, Reader, Source, alleles, release_files};
use crate::fields::{self, Field};
use crate::store::rsid::Names;
use crate::values::Values;

/// VCFs by contig.
pub(super) struct VcfFiles {
    files: Vec<File>,
    /// By contig: which file has it, and its name there.
    contigs: Vec<(usize, Vec<u8>)>,
    options: index::Options,
    log: Logger,
    /// What the columns of a table of scores are called.
    columns: Vec<(String, String)>,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    header: Header,
    /// The one contig that an official name promises.
    named: Option<Vec<u8>>,
    /// Where a table has what a record is made of; `None`: it is a VCF.
    layout: Option<Layout>,
    /// Whether it has an official name: gnomAD's records are of bases, in minimal form.
    is_plain: bool,
    /// Opened once: every chunk that needs it reports the same failure.
    indexed: OnceLock<Result<Indexed>>,
}

impl VcfFiles {
    /// None yet.
    pub(super) fn new(options: index::Options, log: Logger) -> Self {
        Self { files: Vec::new(), contigs: Vec::new(), options, log, columns: Vec::new() }
    }

    /// The same; the columns of a table of scores are called so.
    pub(super) fn with_columns(self, columns: &[(String, String)]) -> Self {
        Self { columns: columns.to_vec(), ..self }
    }

    /// Adds the file of a contig that its name promises, under `label`; the contig.
    pub(super) fn add_named(&mut self, path: PathBuf, label: &str) -> Result<Contig> {
        let (header, layout) = self.read_header(&path)?;
        let number = contig::number(label.as_bytes());
        let declared = header.contigs().iter().find(|contig| contig::number(&contig.name) == number);
        let contig = declared.cloned().unwrap_or_else(|| Contig {
            name: label.as_bytes().to_vec(),
            // The mitochondrion of every release is the rCRS.
            length: (number == Some(MT)).then_some(contig::RCRS_LENGTH),
        });
        let named = Some(contig.name.clone());
        self.contigs.push((self.files.len(), contig.name.clone()));
        self.files.push(File { is_plain: true, path, header, layout, named, indexed: OnceLock::new() });
        Ok(contig)
    }

    /// Adds a file of any contigs: its index says which have records.
    pub(super) fn add_whole(&mut self, path: PathBuf) -> Result<Vec<Contig>> {
        let (header, layout) = self.read_header(&path)?;
        let at = self.files.len();
        let is_plain = release_files::parse(&name_of(&path)).is_some();
        let file = File { is_plain, path, header, layout, named: None, indexed: OnceLock::new() };
        let names: Vec<Vec<u8>> = {
            let indexed = self.indexed(&file)?;
            let contigs = indexed.index.contigs().iter().filter(|contig| !contig.is_empty());
            contigs.map(|contig| contig.name.clone()).collect()
        };
        self.contigs.extend(names.iter().map(|name| (at, name.clone())));
        let length = |name: &[u8]| file.header.contigs().iter().find(|contig| contig.name == name)?.length;
        let contigs = names.into_iter().map(|name| Contig { length: length(&name), name }).collect();
        self.files.push(file);
        Ok(contigs)
    }

    /// The header of a VCF; of a table one that says the same, and its layout.
    fn read_header(&self, path: &Path) -> Result<(Header, Option<Layout>)> {
        let in_file = |error: Error| error.in_file(path.display().to_string());
        let top = index::read_top(path, &self.options)?;
        if let Some((layout, header)) = Layout::parse(&top, &self.columns).map_err(in_file)? {
            return Ok((header, Some(layout)));
        }
        let text = index::read_header(path, &self.options)?;
        Header::parse(&text).map(|header| (header, None)).map_err(|error| in_file(error.into()))
    }

    /// The opened file of a contig and the contig's place in its index; `None` where the index has no record of it.
    ///
    /// # Errors
    /// The file or its index is damaged, the index belongs to another file, or the file has other contigs than its
    /// name says.
    fn opened(&self, contig: u32) -> Result<Option<(&Indexed, usize)>> {
        let (file, name) = &self.contigs[contig as usize];
        let indexed = self.indexed(&self.files[*file])?;
        Ok(indexed.index.contig(name).map(|at| (indexed, at)))
    }

    fn indexed<'a>(&self, file: &'a File) -> Result<&'a Indexed> {
        let name = || file.path.display().to_string();
        let opened = file.indexed.get_or_init(|| self.open_indexed(file).map_err(|error| error.in_file(name())));
        opened.as_ref().map_err(Error::clone)
    }

    fn open_indexed(&self, file: &File) -> Result<Indexed> {
        if index::find_index(&file.path, &self.options)?.is_none() {
            self.log.info(&format!("{}: no index is there, making one", file.path.display()));
        }
        let opened = index::open(&file.path, &self.options)?;
        let index = &opened.indexed.index;
        if let Some(named) = &file.named {
            let held = index.contigs().iter().filter(|contig| !contig.is_empty());
            // A renamed file would answer for another chromosome: every variant absent, and no error.
            if let Some(other) = held.clone().next().filter(|_| !held.clone().any(|contig| contig.name == *named)) {
                return Err(Error::data(format!(
                    "expected records of {} by the file's name, found {}; was it renamed?",
                    String::from_utf8_lossy(named),
                    String::from_utf8_lossy(&other.name)
                ))
                .in_file(opened.indexed.file.name()));
            }
        }
        if let Kept::Written(path) = &opened.kept {
            self.log.info(&format!("made {}", path.display()));
        }
        opened.warnings.iter().for_each(|warning| self.log.warn(warning));
        Ok(opened.indexed)
    }

    /// The numbers of the contigs of a file.
    fn contigs_of(&self, file: usize) -> impl Iterator<Item = usize> {
        self.contigs.iter().enumerate().filter(move |(_, (at, _))| *at == file).map(|(contig, _)| contig)
    }
}

impl Source for VcfFiles {
    fn headers(&self) -> Vec<&Header> {
        let mut files: Vec<&File> = self.files.iter().collect();
        // The mitochondrion last: its files have fields of their own, and the others' are what is meant by a name.
        files.sort_by_key(|file| file.named.as_deref().and_then(contig::number) == Some(MT));
        files.into_iter().map(|file| &file.header).collect()
    }

    fn file(&self, contig: u32) -> (&Path, &Header) {
        let file = &self.files[self.contigs[contig as usize].0];
        (&file.path, &file.header)
    }

    fn holds(&self, name: &str) -> bool {
        self.files.iter().any(|file| fields::part(name, &file.header).is_some())
    }

    fn is_plain(&self, contig: u32) -> bool {
        self.files[self.contigs[contig as usize].0].is_plain
    }

    fn reader<'a>(&'a self, fields: &'a [Field], force: bool) -> Box<dyn Reader + 'a> {
        let scanners = self.files.iter().map(|_| None).collect();
        Box::new(VcfReader { files: self, fields, force, scanners, cursor: Cursor::default() })
    }

    fn facts(&self, contigs: &[Contig]) -> Result<Vec<FileFacts>> {
        let facts = |(at, file): (usize, &File)| {
            let failed = |error| Error::io(file.path.display().to_string(), &error);
            let size = std::fs::metadata(&file.path).map_err(failed)?.len();
            let index = index::find_index(&file.path, &self.options)?;
            Ok(FileFacts {
                name: name_of(&file.path),
                contigs: self
                    .contigs_of(at)
                    .map(|contig| String::from_utf8_lossy(&contigs[contig].name).into_owned())
                    .collect(),
                size,
                records: None,
                index: index.map_or_else(|| "missing".to_owned(), |path| name_of(&path)),
                source: None,
                forced: false,
                beside: None,
            })
        };
        self.files.iter().enumerate().map(facts).collect()
    }

    fn origins(&self) -> Option<Vec<Origin<'_>>> {
        let origin = |at: usize| Origin {
            path: &self.files[at].path,
            header: &self.files[at].header,
            named: self.files[at].named.as_deref(),
            is_plain: self.files[at].is_plain,
            layout: self.files[at].layout.as_ref(),
            contigs: self.contigs_of(at).map(|contig| contig as u32).collect(),
        };
        Some((0..self.files.len()).map(origin).collect())
    }

    fn names(&self) -> Result<Option<Names>> {
        Ok(None)
    }
}

/// A worker's place in VCFs.
struct VcfReader<'a> {
    files: &'a VcfFiles,
    fields: &'a [Field],
    force: bool,
    /// By file, made when it is first asked.
    scanners: Vec<Option<Scanner>>,
    cursor: Cursor,
}

impl Reader for VcfReader<'_> {
    fn answer(
        &mut self,
        contig: u32,
        questions: &[Question<'_>],
        compares: bool,
        answers: &mut [Answer],
        values: &mut Values,
    ) -> Result<()> {
        let Some((file, at)) = self.files.opened(contig)? else { return Ok(()) };
        let number = self.files.contigs[contig as usize].0;
        let scanner = self.scanners[number].get_or_insert_with(|| {
            let names: Vec<&str> = self.fields.iter().map(|field| &field.name[..]).collect();
            Scanner::new(&names, &self.files.files[number].header, self.force)
        });
        let place =
            |error: Error, line: &Line<'_>| error.in_file(file.file.name()).at_locus(line.chrom(), line.pos().into());
        let places = questions.chunk_by(|a, b| a.variant.pos == b.variant.pos);
        if self.files.files[number].is_plain {
            for same_pos in places {
                self.cursor.lines_at(file, at, same_pos[0].variant.pos, |line| {
                    let line = parse(line, &file.file)?;
                    compare(&line, same_pos, compares, scanner, answers, values).map_err(|error| place(error, &line))
                })?;
            }
            return self.cursor.settle(file);
        }
        // In files of any maker a record may stand before the variant that it is about, as its alleles are not in
        // minimal form: the lines before a position are read along.
        let mut pending = Pending::default();
        let layout = self.files.files[number].layout.as_ref();
        let mut record = Vec::new();
        for same_pos in places {
            let pos = same_pos[0].variant.pos;
            let window = pending.window(pos);
            self.cursor.lines_within(file, at, window, |line| {
                let line = match layout {
                    Some(layout) => {
                        record.clear();
                        if !layout.record(line, pos, &mut record).map_err(|error| error.in_file(file.file.name()))? {
                            return Ok(());
                        }
                        &record
                    }
                    None => line,
                };
                let line = parse(line, &file.file)?;
                pending.keep(&line);
                if line.pos() < pos {
                    return Ok(());
                }
                compare(&line, same_pos, compares, scanner, answers, values).map_err(|error| place(error, &line))
            })?;
            for (line, number) in pending.at(pos) {
                let line = parse(line, &file.file)?;
                let Some(alt) = line.alts().nth(number) else { continue };
                compare_alt(&line, (number, alt), same_pos, scanner, answers, values)
                    .map_err(|error| place(error, &line))?;
            }
        }
        self.cursor.settle(file)
    }

    fn take_effort(&mut self) -> Effort {
        self.cursor.take_effort()
    }
}

fn parse<'l>(line: &'l [u8], file: &BgzfFile) -> Result<Line<'l>> {
    Line::parse(line).map_err(|error| Error::caused_by(error).in_file(file.name()))
}

/// Compares one record with the questions at its position.
fn compare(
    line: &Line<'_>,
    questions: &[Question<'_>],
    compares: bool,
    scanner: &Scanner,
    answers: &mut [Answer],
    values: &mut Values,
) -> Result<()> {
    for question in questions.iter().filter(|_| compares) {
        let answer = &mut answers[question.slot as usize];
        if answer.agrees.is_none() && matches!(question.how, How::Own | How::Minimal) {
            answer.agrees = alleles::references_agree(question.variant.reference, line.reference());
        }
    }
    for (number, alt) in line.alts().enumerate() {
        compare_alt(line, (number, alt), questions, scanner, answers, values)?;
    }
    Ok(())
}

/// Compares one ALT of a record with questions at the position of its minimal form, or at POS.
#[inline]
fn compare_alt(
    line: &Line<'_>,
    (number, alt): (usize, &[u8]),
    questions: &[Question<'_>],
    scanner: &Scanner,
    answers: &mut [Answer],
    values: &mut Values,
) -> Result<()> {
    let own = Variant { pos: line.pos(), reference: line.reference(), alt };
    let found = alleles::minimal(own.pos, own.reference, alt);
    let mut record = None;
    for question in questions {
        let fit = match &found {
            Some(found) if question.how != How::Text => {
                if !alleles::same(&question.variant, found) {
                    continue;
                }
                question.how.fit(alleles::is_own(found, own.reference, alt))
            }
            _ => {
                if question.how != How::Text || !alleles::same_text(&question.variant, &own) {
                    continue;
                }
                Fit::Text
            }
        };
        let answer = &mut answers[question.slot as usize];
        if answer.fit >= fit {
            continue;
        }
        let rest = line.rest().map_err(Error::caused_by)?;
        if let Some(extent) = question.extent
            && found.is_none()
            && !extent.fits(&Extent::of(rest.info, number))
        {
            continue;
        }
        let taken = match record {
            Some(known) => known,
            None => {
                // Most are one letter.
                let alts = if line.alt().len() == 1 { 1 } else { line.alts().count() };
                scanner.scan(&rest, (number, alts), values).map_err(|wrong| wrong.into_error())?
            }
        };
        record = Some(taken);
        answer.take(taken, matches!(rest.filter, b"PASS" | b"."), fit);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use vdx_hts::Kind;

    use super::*;

    #[test]
    fn every_chunk_gets_the_failure_with_its_status_and_its_file() {
        let failure = Error::memory("no room for it").in_file("a.vcf.bgz.tbi");
        let header = Header::parse(b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n").unwrap();
        let indexed = OnceLock::from(Err(failure.clone()));
        let mut files = VcfFiles::new(index::Options::default(), Logger::silent("vdx-gnomad"));
        files.files.push(File { path: "a.vcf.bgz".into(), header, layout: None, named: None, is_plain: true, indexed });
        files.contigs.push((0, b"chr1".to_vec()));
        for _ in 0..2 {
            let error = files.opened(0).map(|_| ()).unwrap_err();
            assert_eq!((error.kind(), error.to_string()), (Kind::Memory, failure.to_string()));
        }
    }
}
