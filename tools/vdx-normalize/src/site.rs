//! What is to be done with one site: decided on contig, position and alleles alone.

use vdx_genome::Bases;
use vdx_genome::align::{Aligned, Aligner};
use vdx_hts::Result;
use vdx_vcf::allele::{AlleleKind, is_bases, kind};

/// Why a site does not agree with the FASTA or with itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// REF has letters besides ACGTN.
    NonAcgtnRef,
    /// REF is not what the FASTA has; holds that.
    RefMismatch(Vec<u8>),
    /// An ALT, held here, is neither bases nor symbolic nor a breakend.
    NonAcgtnAlt(Vec<u8>),
    /// An ALT is REF.
    AltDup,
}

/// Why a site is not aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stays {
    /// A symbolic allele: its length is not in its letters.
    Symbolic,
    /// `*` belongs to a deletion upstream.
    Star,
    /// A breakend names two places.
    Breakend,
}

/// What is to be done with a site.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict<'a> {
    /// Nothing: it is in its normal form.
    Normal,
    /// It has another form.
    Aligned(&'a Aligned),
    /// It has no ALT and a REF of several bases, of which one is enough.
    CutReference,
    /// It is not aligned.
    Stays(Stays),
    /// It is wrong.
    Problem(Problem),
}

/// Checks REF at `pos` (1-based) against the contig, without regard to case.
///
/// A letter of the FASTA besides ACGT counts as N, and N in REF agrees with nothing but that. POS 0 is the telomere,
/// where nothing can be compared: only breakends and symbolic alleles can be there.
pub(crate) fn check_reference<B: Bases>(
    pos: u32,
    reference: &[u8],
    alts: &[&[u8]],
    contig: &mut B,
) -> Result<Option<Problem>> {
    if !is_bases(reference) {
        return Ok(Some(Problem::NonAcgtnRef));
    }
    let at_telomere = |alt: &&[u8]| matches!(kind(alt), AlleleKind::Breakend | AlleleKind::Symbolic);
    // Telomeres are at POS 0 and behind the last base (VCF 4.5, section 1.6.1, POS): there is no base to compare.
    if pos == 0 && !alts.is_empty() && alts.iter().all(at_telomere) {
        return Ok(None);
    }
    if contig.matches(pos, reference)? {
        return Ok(None);
    }
    let mut found = Vec::new();
    if pos > 0 {
        contig.copy(pos, reference.len(), &mut found)?;
    }
    Ok(Some(Problem::RefMismatch(found)))
}

/// Which sites are aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// None: only what is wrong is found.
    Never,
    /// Those whose alleles are all of bases.
    Whole,
    /// Those, too, that hold `*`, `<NON_REF>` or `<*>`, by their alleles of bases.
    PerAllele,
}

/// To which side indels are moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Towards the first base, as VCF has it.
    Left,
    /// As HGVS has it on the forward strand.
    Right,
}

/// Whether an ALT says nothing about where the others stand: `*`, `<NON_REF>` and `<*>`.
pub(crate) fn is_aside(alt: &[u8]) -> bool {
    matches!(alt, b"*" | b"<NON_REF>" | b"<*>")
}

/// Decides on a site whose REF is right. `alleles` are REF and the ALTs; REF alone where ALT is `.`. An aligned site
/// has new letters for its alleles of bases only.
pub(crate) fn judge<'a, B: Bases>(
    pos: u32,
    alleles: &[&[u8]],
    (align, to): (Align, Side),
    contig: &mut B,
    aligner: &'a mut Aligner,
) -> Result<Verdict<'a>> {
    let Some((&reference, alts)) = alleles.split_first() else { return Ok(Verdict::Normal) };
    let mut stays = None;
    let mut is_reference = false;
    for &alt in alts {
        match kind(alt) {
            AlleleKind::Bases => is_reference |= alt.eq_ignore_ascii_case(reference),
            // A symbolic allele outweighs the others: its reason to stay is the one that is counted.
            AlleleKind::Symbolic => stays = Some(Stays::Symbolic),
            AlleleKind::Star => stays = stays.or(Some(Stays::Star)),
            AlleleKind::Breakend => stays = stays.or(Some(Stays::Breakend)),
            AlleleKind::Missing | AlleleKind::Other => {
                return Ok(Verdict::Problem(Problem::NonAcgtnAlt(alt.to_vec())));
            }
        }
    }
    if is_reference {
        return Ok(Verdict::Problem(Problem::AltDup));
    }
    if align == Align::Never {
        return Ok(Verdict::Normal);
    }
    if alts.is_empty() {
        return Ok(if reference.len() > 1 { Verdict::CutReference } else { Verdict::Normal });
    }
    // As in bcftools the whole site stays unless asked for otherwise: an indel that moves left beside <NON_REF> runs
    // into the block before it, and `*` loses the deletion that it belongs to.
    if let Some(stays) = stays {
        let bases: Vec<&[u8]> = alleles.iter().copied().filter(|allele| !is_aside(allele)).collect();
        if align == Align::Whole || bases.len() < 2 || !bases.iter().all(|allele| is_bases(allele)) {
            return Ok(Verdict::Stays(stays));
        }
        return moved(pos, &bases, to, contig, aligner);
    }
    moved(pos, alleles, to, contig, aligner)
}

fn moved<'a, B: Bases>(
    pos: u32,
    alleles: &[&[u8]],
    to: Side,
    contig: &mut B,
    aligner: &'a mut Aligner,
) -> Result<Verdict<'a>> {
    let aligned = match to {
        Side::Left => aligner.align(pos, alleles, contig)?,
        Side::Right => aligner.align_right(pos, alleles, contig)?,
    };
    Ok(aligned.map_or(Verdict::Normal, Verdict::Aligned))
}

impl Problem {
    /// What is wrong, for a message; `reference` is REF and `fasta` names the file.
    pub(crate) fn describe(&self, reference: &[u8], fasta: &str) -> String {
        let reference = shown(reference);
        match self {
            Self::NonAcgtnRef => format!("expected REF of the letters ACGTN, found {reference}"),
            Self::RefMismatch(found) if found.is_empty() => {
                format!("expected POS on the contig, which ends before it in {fasta}; REF is {reference}")
            }
            Self::RefMismatch(found) => {
                format!("expected REF {} as {fasta} has it, found {reference}", shown(found))
            }
            Self::NonAcgtnAlt(alt) => {
                format!("expected ALT of the letters ACGTN, symbolic or a breakend, found {}", shown(alt))
            }
            Self::AltDup => format!("expected ALT other than REF, found {reference} in both"),
        }
    }

    /// What the user can do about it.
    pub(crate) fn advice(&self) -> &'static str {
        match self {
            Self::RefMismatch(_) => {
                "is the FASTA of the same build? -c w passes such records through unaligned, -c x drops them"
            }
            Self::NonAcgtnRef | Self::NonAcgtnAlt(_) => "-c w passes such records through unaligned, -c x drops them",
            Self::AltDup => "-c w or -c x pass such records through unaligned",
        }
    }
}

/// The most letters of an allele that a message shows.
const SHOWN: usize = 40;

/// An allele in quotes, cut where it is long.
fn shown(allele: &[u8]) -> String {
    let text = String::from_utf8_lossy(&allele[..allele.len().min(SHOWN)]).into_owned();
    if allele.len() > SHOWN { format!("'{text}...' ({} letters)", allele.len()) } else { format!("'{text}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTIG: &[u8] = b"GGGCACACACAGGRN";

    fn verdict(pos: u32, alleles: &[&str]) -> String {
        verdict_by(Align::Whole, pos, alleles)
    }

    fn verdict_by(align: Align, pos: u32, alleles: &[&str]) -> String {
        let alleles: Vec<&[u8]> = alleles.iter().map(|allele| allele.as_bytes()).collect();
        let mut contig = CONTIG;
        if let Some(problem) = check_reference(pos, alleles[0], &alleles[1..], &mut contig).unwrap() {
            return format!("{problem:?}");
        }
        let mut aligner = Aligner::default();
        match judge(pos, &alleles, (align, Side::Left), &mut contig, &mut aligner).unwrap() {
            Verdict::Aligned(aligned) => {
                let letters: Vec<_> = aligned.alleles.iter().map(|allele| String::from_utf8_lossy(allele)).collect();
                format!("{} {}", aligned.pos, letters.join(" "))
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn sites_of_bases_are_aligned() {
        assert_eq!(verdict(8, &["CAC", "C"]), "3 GCA G");
        assert_eq!(verdict(4, &["c", "T"]), "Normal");
        assert_eq!(verdict(4, &["CACA"]), "CutReference");
        assert_eq!(verdict(4, &["C"]), "Normal");
    }

    #[test]
    fn what_is_not_bases_stays() {
        assert_eq!(verdict(8, &["CAC", "C", "*"]), "Stays(Star)");
        assert_eq!(verdict(8, &["CAC", "C", "<NON_REF>", "*"]), "Stays(Symbolic)");
        assert_eq!(verdict(8, &["C", "T", "C[2:100["]), "Stays(Breakend)");
        assert_eq!(verdict(0, &["N", ".[2:100["]), "Stays(Breakend)");
    }

    #[test]
    fn alleles_of_bases_are_aligned_beside_others_where_asked_for() {
        let verdict = |alleles: &[&str]| verdict_by(Align::PerAllele, 8, alleles);
        assert_eq!(verdict(&["CAC", "C", "*", "<NON_REF>"]), "3 GCA G");
        assert_eq!(verdict(&["CAC", "*", "C", "CACAC"]), "3 GCA G GCACA");
        assert_eq!(verdict(&["C", "T", "*"]), "Normal");
        assert_eq!(verdict(&["C", "*"]), "Stays(Star)");
        assert_eq!(verdict(&["CAC", "C", "<DEL>"]), "Stays(Symbolic)");
        assert_eq!(verdict(&["CAC", "C", "C[2:100["]), "Stays(Breakend)");
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(verdict(4, &["T", "C"]), format!("RefMismatch({:?})", b"C"));
        assert_eq!(verdict(14, &["R", "C"]), "NonAcgtnRef");
        assert_eq!(verdict(14, &["A", "C"]), format!("RefMismatch({:?})", b"N"));
        assert_eq!(verdict(14, &["NN", "C"]), "Normal");
        assert_eq!(verdict(15, &["NN", "N"]), format!("RefMismatch({:?})", b"N"));
        assert_eq!(verdict(99, &["N", "A"]), "RefMismatch([])");
        assert_eq!(verdict(0, &["N", "A"]), "RefMismatch([])");
        assert_eq!(verdict(4, &["C", "M", "*"]), format!("Problem(NonAcgtnAlt({:?}))", b"M"));
        assert_eq!(verdict(4, &["C", "c"]), "Problem(AltDup)");
    }

    #[test]
    fn long_alleles_are_cut_in_messages() {
        let text = Problem::AltDup.describe(&[b'A'; 50], "r.fa");
        assert_eq!(text, format!("expected ALT other than REF, found '{}...' (50 letters) in both", "A".repeat(40)));
    }
}
