//! What is known of the input's build before its records are read: what `--build` says, else what the header does.

use vdx_hts::{Error, Result};
use vdx_vcf::Header;
use vdx_vcf::assembly::{Assembly, Declared};
use vdx_vcf::contig::{self, MT};
use vdx_vcf::header::evidence;

use crate::source::{Db, Resolved};

/// How it is known that the input is of a source's build, from nothing to the strongest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Proof {
    /// It is not.
    #[default]
    Unproven,
    /// The header names the build.
    Header,
    /// `--build` does.
    Flag,
    /// Lengths or RefSeq names of contigs are those of the source.
    Contigs,
}

impl Proof {
    /// As it stands in statistics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unproven => "unproven",
            Self::Header => "header",
            Self::Flag => "flag",
            Self::Contigs => "contigs",
        }
    }
}

/// What an input says of its build, beside one source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claim {
    /// What speaks for the source's build.
    pub(crate) proof: Proof,
    /// The error for the first record on a nuclear chromosome: the header speaks for another build, but nothing tells yet
    /// that there are such records, and the mitochondrion is the same in both.
    pub(crate) contradiction: Option<Error>,
}

/// Whether a header has a contig that is a chromosome other than the mitochondrion.
pub(crate) fn declares_nuclear(header: &Header) -> bool {
    header.contigs().iter().any(|contig| is_nuclear(&contig.name))
}

/// Whether a contig is a chromosome other than the mitochondrion.
pub(crate) fn is_nuclear(name: &[u8]) -> bool {
    contig::number(name).is_some_and(|number| number != MT)
}

/// What speaks for and against the source's build: `said` by `--build`, which decides, else in the header, which comes with
/// whether it is known that the input has records on nuclear chromosomes.
///
/// # Errors
/// The input is of another build than the source, or says so.
pub(crate) fn claim(db: &Db, header: Option<(&Header, bool)>, said: Option<Assembly>) -> Result<Claim> {
    let own = db.build();
    if let Some(said) = said {
        return match own {
            Some(own) if own != said => Err(Error::data(format!(
                "the builds differ: --build says that the input is of {}, {} is of {}; use the gnomAD release of the input's build",
                said.name(),
                db.label(),
                own.name()
            ))),
            Some(_) => Ok(Claim { proof: Proof::Flag, contradiction: None }),
            None => Ok(Claim::default()),
        };
    }
    let Some((header, is_nuclear)) = header else { return Ok(Claim::default()) };
    let mut claim = Claim::default();
    if let Some(own) = own {
        for evidence in evidence(header) {
            if evidence.build == Declared::Human(own) {
                claim.proof = Proof::Header;
                continue;
            }
            let (what, found) = (evidence.what, evidence.build);
            let own = own.name();
            let error = Error::data(format!(
                "the builds differ: by {what} the input is of {found}, {} is of {own}; use the gnomAD release of the input's build, or --build {own} if the header is wrong",
                db.label()
            ));
            if is_nuclear {
                return Err(error);
            }
            claim.contradiction = Some(error);
            return Ok(claim);
        }
    }
    if matches_by_contigs(db, header)? {
        claim.proof = Proof::Contigs;
    }
    Ok(claim)
}

/// Whether lengths of nuclear contigs in the header are those of the source.
///
/// # Errors
/// They are not.
fn matches_by_contigs(db: &Db, header: &Header) -> Result<bool> {
    let mut matches = false;
    for contig in header.contigs() {
        if let Resolved::Covered(at) = db.resolve(&contig.name, contig.length)? {
            let length = db.contig(at).length;
            matches |= length.is_some() && length == contig.length && !db.is_mitochondrial(at);
        }
    }
    Ok(matches)
}
