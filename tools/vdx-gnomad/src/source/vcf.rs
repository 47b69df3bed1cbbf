//! gnomAD's own files, or any other BGZF-compressed VCF: the index of a file is read, checked or made when it is first
//! asked for, and lines at the wanted positions are compared.

pub(crate) mod scan;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use vdx_cli::Logger;
use vdx_hts::index::{self, Cursor, Effort, Indexed, Kept};
use vdx_hts::{Error, Result};
use vdx_vcf::contig::{self, Contig, MT};
use vdx_vcf::{Header, Line};

use self::scan::Scanner;
use super::facts::name_of;
use super::{Answer, FileFacts, Origin, Question, Reader, Source, Status, alleles};
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
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    header: Header,
    /// The one contig that an official name promises.
    named: Option<Vec<u8>>,
    /// Opened once: every chunk that needs it reports the same failure.
    indexed: OnceLock<Result<Indexed>>,
}

impl VcfFiles {
    /// None yet.
    pub(super) fn new(options: index::Options, log: Logger) -> Self {
        Self { files: Vec::new(), contigs: Vec::new(), options, log }
    }

    /// Adds the file of a contig that its name promises, under `label`; the contig.
    pub(super) fn add_named(&mut self, path: PathBuf, label: &str) -> Result<Contig> {
        let header = self.read_header(&path)?;
        let number = contig::number(label.as_bytes());
        let declared = header.contigs().iter().find(|contig| contig::number(&contig.name) == number);
        let contig = declared.cloned().unwrap_or_else(|| Contig {
            name: label.as_bytes().to_vec(),
            // The mitochondrion of every release is the rCRS.
            length: (number == Some(MT)).then_some(contig::RCRS_LENGTH),
        });
        let named = Some(contig.name.clone());
        self.contigs.push((self.files.len(), contig.name.clone()));
        self.files.push(File { path, header, named, indexed: OnceLock::new() });
        Ok(contig)
    }

    /// Adds a file of any contigs: its index says which have records.
    pub(super) fn add_whole(&mut self, path: PathBuf) -> Result<Vec<Contig>> {
        let header = self.read_header(&path)?;
        let at = self.files.len();
        let file = File { path, header, named: None, indexed: OnceLock::new() };
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

    fn read_header(&self, path: &Path) -> Result<Header> {
        let text = index::read_header(path, &self.options)?;
        Header::parse(&text).map_err(|error| Error::from(error).in_file(path.display().to_string()))
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
        for same_pos in questions.chunk_by(|a, b| a.variant.pos == b.variant.pos) {
            self.cursor.lines_at(file, at, same_pos[0].variant.pos, |line| {
                let line = Line::parse(line).map_err(|error| Error::caused_by(error).in_file(file.file.name()))?;
                compare(&line, same_pos, compares, scanner, answers, values)
                    .map_err(|error| error.in_file(file.file.name()).at_locus(line.chrom(), line.pos().into()))
            })?;
        }
        self.cursor.settle(file)
    }

    fn take_effort(&mut self) -> Effort {
        self.cursor.take_effort()
    }
}

/// Compares one gnomAD record with the questions at its position.
///
/// A record that is not in minimal form stands before the position that it changes and is not found there: gnomAD's
/// records are minimal.
fn compare(
    line: &Line<'_>,
    questions: &[Question<'_>],
    compares: bool,
    scanner: &Scanner,
    answers: &mut [Answer],
    values: &mut Values,
) -> Result<()> {
    for question in questions {
        let answer = &mut answers[question.slot as usize];
        if compares && answer.agrees.is_none() {
            answer.agrees = alleles::references_agree(question.variant.reference, line.reference());
        }
    }
    for (at, alt) in line.alts().enumerate() {
        let Some(found) = alleles::question(line.pos(), line.reference(), alt) else { continue };
        let mut record = None;
        for question in questions.iter().filter(|question| alleles::same(&question.variant, &found)) {
            let answer = &mut answers[question.slot as usize];
            if answer.record.is_some() {
                continue;
            }
            let rest = line.rest().map_err(Error::caused_by)?;
            let number = match record {
                Some(known) => known,
                None => {
                    // Most are one letter.
                    let alts = if line.alt().len() == 1 { 1 } else { line.alts().count() };
                    scanner.scan(&rest, (at, alts), values).map_err(|wrong| wrong.into_error())?
                }
            };
            record = Some(number);
            answer.record = Some(number);
            answer.status = if matches!(rest.filter, b"PASS" | b".") { Status::Found } else { Status::Filtered };
        }
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
        files.files.push(File { path: "a.vcf.bgz".into(), header, named: None, indexed });
        files.contigs.push((0, b"chr1".to_vec()));
        for _ in 0..2 {
            let error = files.opened(0).map(|_| ()).unwrap_err();
            assert_eq!((error.kind(), error.to_string()), (Kind::Memory, failure.to_string()));
        }
    }
}
