//! The contigs of a source, and which of them a query's contig is.

use vdx_hts::{Error, Result};
use vdx_vcf::Header;
use vdx_vcf::assembly::{Assembly, Declared};
use vdx_vcf::contig::{self, Contig, MT};
use vdx_vcf::header::evidence;

use super::Db;
use crate::source::release_files;

/// Other names of chromosomes, as PLINK, arrays and tables of scores have them. 25 is the part of X that Y shares.
const NUMBERED: [(&[u8], &[u8]); 5] = [(b"23", b"X"), (b"24", b"Y"), (b"25", b"X"), (b"26", b"MT"), (b"M", b"MT")];

/// What is known of a query's contig.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// The number of the contig in the source.
    Covered(u32),
    /// No file has it.
    NotCovered,
}

impl Db {
    /// What messages and headers call it: `gnomAD exomes 4.1`, or the name of a file that is not gnomAD's.
    pub(crate) fn label(&self) -> String {
        let is_release = release_files::dataset_of_title(&self.title).is_some();
        if is_release { format!("gnomAD {}", self.title) } else { self.title.clone() }
    }

    /// All contigs, by their numbers.
    pub(crate) fn contigs(&self) -> &[Contig] {
        &self.contigs
    }

    /// A contig by its number.
    pub(crate) fn contig(&self, contig: u32) -> &Contig {
        &self.contigs[contig as usize]
    }

    /// The build: by lengths or RefSeq names of contigs, else by the release, else by what headers name. `None` where
    /// nothing tells, or all is mitochondrial.
    pub(crate) fn build(&self) -> Option<Assembly> {
        let nuclear = || self.contigs.iter().enumerate().filter(|(_, found)| contig::number(&found.name) != Some(MT));
        nuclear().next()?;
        nuclear()
            .find_map(|(_, contig)| build_of(contig))
            .or_else(|| release_files::build(&self.title))
            .or_else(|| nuclear().find_map(|(at, _)| named_in(self.source.file(at as u32).1)))
    }

    /// Finds a query's contig, whose length in bases is `length` where the query knows it.
    ///
    /// # Errors
    /// The source has the chromosome, but of another build: by length or by RefSeq name.
    pub(crate) fn resolve(&self, name: &[u8], length: Option<u64>) -> Result<Resolved> {
        match self.resolve_name(name, length)? {
            Resolved::NotCovered => self.resolve_number(name, length),
            covered @ Resolved::Covered(_) => Ok(covered),
        }
    }

    /// The same by the numbers that arrays and tables of scores have for chromosomes, where one side has them.
    fn resolve_number(&self, name: &[u8], length: Option<u64>) -> Result<Resolved> {
        // Other species have more chromosomes, and these among them.
        if self.contigs.iter().any(|contig| contig.name == b"27") {
            return Ok(Resolved::NotCovered);
        }
        if let Some((_, chromosome)) = NUMBERED.iter().find(|(number, _)| *number == name) {
            return self.resolve_name(chromosome, length);
        }
        // UCSC's chrM may be another sequence.
        let chromosome = contig::number(name).filter(|number| *number != MT || !name.starts_with(b"chr"));
        let mut names =
            NUMBERED.iter().filter(|(_, other)| chromosome.is_some() && contig::number(other) == chromosome);
        let found = names.find_map(|(number, _)| self.contigs.iter().position(|contig| contig.name == *number));
        Ok(found.map_or(Resolved::NotCovered, |at| Resolved::Covered(at as u32)))
    }

    fn resolve_name(&self, name: &[u8], length: Option<u64>) -> Result<Resolved> {
        if let Some(at) = contig::resolve(name, length, &self.contigs) {
            let found = &self.contigs[at];
            let own = self.build();
            let differs =
                matches!(Assembly::of_refseq(name), Some((_, Some(build))) if own.is_some_and(|own| own != build));
            let same_length =
                found.name != name || length.is_none() || found.length.is_none() || length == found.length;
            if same_length && !differs {
                return Ok(Resolved::Covered(at as u32));
            }
        }
        let number = contig::number(name);
        let other = self
            .contigs
            .iter()
            .find(|contig| contig.name == name || (number.is_some() && contig::number(&contig.name) == number));
        match other {
            // hg19's chrM is another sequence than the rCRS in a file that is right otherwise.
            Some(_) if number == Some(MT) => Ok(Resolved::NotCovered),
            Some(other) => Err(Error::data(format!(
                "the builds differ: the input's {} is {}, gnomAD's ({}) {} is {}; use the gnomAD release of the input's build",
                String::from_utf8_lossy(name),
                describe(name, length),
                self.title,
                String::from_utf8_lossy(&other.name),
                match (other.length, self.build()) {
                    (None, Some(build)) => format!("of {}", build.name()),
                    (length, _) => describe(&other.name, length),
                },
            ))),
            None => Ok(Resolved::NotCovered),
        }
    }

    /// What is to be said of a record of the source, in words that say where it is.
    pub(crate) fn located(&self, contig: u32, pos: u32, what: impl std::fmt::Display) -> String {
        let (path, _) = self.source.file(contig);
        format!("{} {}:{pos}: {what}", path.display(), String::from_utf8_lossy(&self.contig(contig).name))
    }

    /// Whether the contig is the mitochondrion, which is the same in both builds.
    pub(crate) fn is_mitochondrial(&self, contig: u32) -> bool {
        contig::number(&self.contig(contig).name) == Some(MT)
    }
}

fn build_of(contig: &Contig) -> Option<Assembly> {
    match Assembly::of_refseq(&contig.name) {
        Some((_, build)) => build,
        None => Assembly::by_length(contig::number(&contig.name)?, contig.length?),
    }
}

fn named_in(header: &Header) -> Option<Assembly> {
    evidence(header).into_iter().find_map(|evidence| match evidence.build {
        Declared::Human(build) => Some(build),
        Declared::Ncbi36 => None,
    })
}

fn describe(name: &[u8], length: Option<u64>) -> String {
    let build = match Assembly::of_refseq(name) {
        Some((_, build)) => build,
        None => contig::number(name).and_then(|number| Assembly::by_length(number, length?)),
    };
    match (length, build) {
        (Some(length), Some(build)) => format!("{length} bp long ({})", build.name()),
        (Some(length), None) => format!("{length} bp long"),
        (None, Some(build)) => format!("of {}", build.name()),
        (None, None) => "of unknown length".to_owned(),
    }
}
