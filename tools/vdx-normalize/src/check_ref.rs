//! `-c`: what follows where REF is not what the FASTA has; and `-c s`, which sets it right by what the record itself can
//! say.

use vdx_genome::Bases;
use vdx_hts::Result;
use vdx_vcf::allele::{is_base, is_bases};
use vdx_vcf::alleles::Alleles;

/// `-c`: what follows where REF and FASTA differ, or the FASTA has no such contig.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CheckRef {
    /// The run ends.
    Error,
    /// It goes on.
    Go {
        /// The record is named.
        warn: bool,
        /// The record is dropped; else it passes through as it is, not aligned.
        exclude: bool,
        /// REF is set right first, where it can be.
        fix: bool,
    },
}

impl CheckRef {
    /// Reads the letters of `-c`; `e` wins over the others, as in bcftools.
    pub(crate) fn parse(letters: &str) -> std::result::Result<Self, String> {
        let has = |letter| letters.contains(letter);
        if letters.is_empty() || letters.chars().any(|letter| !"ewxs".contains(letter)) {
            return Err(format!("expected e, or letters of w, x and s, found '{letters}'"));
        }
        if has('e') { Ok(Self::Error) } else { Ok(Self::Go { warn: has('w'), exclude: has('x'), fix: has('s') }) }
    }
}

/// A site with the REF of the FASTA.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fixed {
    /// REF and the ALTs, which may be none.
    pub(crate) letters: Vec<Vec<u8>>,
    /// How they stem from what they were.
    pub(crate) alleles: Alleles,
    /// What was done to REF; `None` where only ALTs that are REF went.
    pub(crate) how: Option<How>,
}

/// What is done to a REF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// `.`, N and letters besides ACGT are what the FASTA has.
    Filled,
    /// An ALT is REF, and REF an ALT.
    Swapped,
    /// No ALT is what the FASTA has: its bases take the place of REF.
    Overwritten,
}

/// Sets REF of a site at 1-based `pos` right, and removes ALTs that are REF. `alts` are empty where ALT is `.`. `None`
/// where nothing is to be done, or where REF is not within the contig.
///
/// The order is that of bcftools: fill what is no base, then take the first ALT that the FASTA has there, then the FASTA.
/// Where there is no ALT the old REF becomes one, and no genotype changes what it says.
pub(crate) fn fix<B: Bases>(pos: u32, reference: &[u8], alts: &[&[u8]], contig: &mut B) -> Result<Option<Fixed>> {
    let longest = alts.iter().filter(|alt| is_bases(alt)).map(|alt| alt.len()).max().unwrap_or(0);
    let mut found = Vec::new();
    if pos > 0 {
        contig.copy(pos, longest.max(reference.len()), &mut found)?;
    }
    if found.len() < reference.len() {
        return Ok(None);
    }
    let here = &found[..reference.len()];
    let mut letters: Vec<Vec<u8>> = std::iter::once(&reference).chain(alts).map(|allele| allele.to_vec()).collect();
    let mut from: Vec<Vec<usize>> = (0..letters.len()).map(|allele| vec![allele]).collect();
    let mut how = None;
    if !reference.eq_ignore_ascii_case(here) {
        how = Some(How::Filled);
        fill(&mut letters, here);
        if !letters[0].eq_ignore_ascii_case(here) {
            // As many bases as the ALT has: REF of a swapped indel has another length.
            let is_here = |alt: &Vec<u8>| found.get(..alt.len()).is_some_and(|found| alt.eq_ignore_ascii_case(found));
            if let Some(alt) = letters[1..].iter().position(is_here) {
                how = Some(How::Swapped);
                letters.swap(0, alt + 1);
                from.swap(0, alt + 1);
            } else if alts.is_empty() {
                how = Some(How::Swapped);
                letters.insert(0, here.to_vec());
                from.insert(0, Vec::new());
            } else {
                how = Some(How::Overwritten);
                letters[0] = here.to_vec();
            }
        }
    }
    let is_reference = |at: &usize| letters[*at].eq_ignore_ascii_case(&letters[0]);
    // An ALT that is REF is the reference in every genotype that has it: its number becomes 0, its values go.
    let same: Vec<usize> = (1..letters.len()).filter(is_reference).collect();
    if how.is_none() && same.is_empty() {
        return Ok(None);
    }
    for at in same.into_iter().rev() {
        letters.remove(at);
        let gone = from.remove(at);
        from[0].extend(gone);
    }
    let to = |old: usize| from.iter().position(|sources| sources.contains(&old));
    let to = (0..=alts.len()).map(to).collect();
    Ok(Some(Fixed { letters, alleles: Alleles { from, to }, how }))
}

/// Writes what the FASTA has for N, and letters besides ACGT, in REF, and for N at the same place in ALTs. Other letters
/// besides ACGT become N.
fn fill(letters: &mut [Vec<u8>], found: &[u8]) {
    let Some((reference, alts)) = letters.split_first_mut() else { return };
    for (at, (letter, base)) in reference.iter_mut().zip(found).enumerate() {
        if !is_base(*letter) || letter.eq_ignore_ascii_case(&b'N') {
            // A REF that is missing says nothing of ALT.
            let missing = std::mem::replace(letter, *base) == b'.';
            if missing {
                continue;
            }
            let beside = alts.iter_mut().filter(|alt| is_letters(alt)).filter_map(|alt| alt.get_mut(at));
            beside.filter(|letter| letter.eq_ignore_ascii_case(&b'N')).for_each(|letter| *letter = *base);
        }
    }
    for alt in alts.iter_mut().filter(|alt| is_letters(alt)) {
        alt.iter_mut().filter(|letter| !is_base(**letter)).for_each(|letter| *letter = b'N');
    }
}

fn is_letters(allele: &[u8]) -> bool {
    allele.iter().all(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTIG: &[u8] = b"ACGTNACGT";

    /// `how REF ALT,ALT from;from`
    fn shown(pos: u32, reference: &str, alts: &[&str]) -> String {
        let alts: Vec<&[u8]> = alts.iter().map(|alt| alt.as_bytes()).collect();
        let mut contig = CONTIG;
        let Some(fixed) = fix(pos, reference.as_bytes(), &alts, &mut contig).unwrap() else { return "-".into() };
        let letters: Vec<_> = fixed.letters.iter().map(|allele| String::from_utf8_lossy(allele)).collect();
        let from = |sources: &Vec<usize>| sources.iter().map(ToString::to_string).collect::<String>();
        let from: Vec<String> = fixed.alleles.from.iter().map(from).collect();
        let how = fixed.how.map_or_else(|| "none".into(), |how| format!("{how:?}"));
        format!("{how} {} {}", letters.join(","), from.join(";"))
    }

    #[test]
    fn what_is_no_base_is_filled() {
        assert_eq!(shown(2, ".", &["T", "N"]), "Filled C,T,N 0;1;2");
        assert_eq!(shown(2, "NN", &["N", "NGG", "<NON>"]), "Filled CG,C,CGG,<NON> 0;1;2;3");
        assert_eq!(shown(2, "R", &["M", "<DEL>", "*", "A[1:2["]), "Filled C,N,<DEL>,*,A[1:2[ 0;1;2;3;4");
        assert_eq!(shown(2, "n", &[]), "Filled C 0");
        assert_eq!(shown(2, "c", &["M"]), "-");
        assert_eq!(shown(5, "N", &["A"]), "-");
    }

    #[test]
    fn an_alt_that_the_contig_has_changes_places() {
        assert_eq!(shown(2, "T", &["C"]), "Swapped C,T 1;0");
        assert_eq!(shown(2, "T", &["A", "c", "G"]), "Swapped c,A,T,G 2;1;0;3");
        assert_eq!(shown(2, "CA", &["C"]), "Swapped C,CA 1;0");
        assert_eq!(shown(2, "NA", &["CG"]), "Swapped CG,CA 1;0");
        assert_eq!(shown(2, "T", &["C", "C"]), "Swapped C,T 12;0");
        assert_eq!(shown(2, "T", &[]), "Swapped C,T ;0");
    }

    #[test]
    fn else_the_contig_wins() {
        assert_eq!(shown(2, "T", &["A", "<DEL>"]), "Overwritten C,A,<DEL> 0;1;2");
        assert_eq!(shown(2, "TT", &["T"]), "Overwritten CG,T 0;1");
        assert_eq!(shown(5, "A", &["C"]), "Overwritten N,C 0;1");
    }

    #[test]
    fn alts_that_are_reference_go() {
        assert_eq!(shown(2, "C", &["c"]), "none C 01");
        assert_eq!(shown(2, "C", &["A", "C", "T"]), "none C,A,T 02;1;3");
    }

    #[test]
    fn what_is_not_on_the_contig_stays() {
        assert_eq!(shown(9, "TA", &["T"]), "-");
        assert_eq!(shown(0, "N", &["A"]), "-");
        assert_eq!(shown(99, "N", &["A"]), "-");
    }
}
