//! Alignment and trimming of one site, all its alleles as a unit: to the left (Tan et al. 2015, Bioinformatics 31:2202),
//! or to the right, as HGVS has it on the forward strand.

use vdx_hts::Result;

use crate::Bases;

/// A site in its normal form: the fewest letters, as far to the left as it can be.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Aligned {
    /// 1-based.
    pub pos: u32,
    /// REF, then the ALTs in their order: upper-case letters.
    pub alleles: Vec<Vec<u8>>,
}

/// Buffers that outlive a site.
#[derive(Debug, Default)]
pub struct Aligner {
    aligned: Aligned,
    /// Bases to the left of the site, the nearest first, as far as they were needed.
    left: Vec<u8>,
    /// The same to the right.
    right: Vec<u8>,
}

impl Aligner {
    /// Left-aligns and trims a site; `None` where it is in its normal form already, so that its bytes, lower case
    /// included, can stay.
    ///
    /// `alleles` are REF and at least one ALT, letters only, all different from REF in more than case; REF agrees with
    /// the contig at `pos` (1-based, at least 1). Letters are compared without regard to case. At the start of the
    /// contig, where no base to the left can anchor an indel, it keeps the base to its right (`AC>C` at POS 1), as
    /// bcftools and the VCF specification have it. The shift has no limit and costs one look at each base passed.
    pub fn align<'a, B: Bases>(
        &'a mut self,
        pos: u32,
        alleles: &[&[u8]],
        contig: &mut B,
    ) -> Result<Option<&'a Aligned>> {
        let Some((&reference, alts)) = alleles.split_first() else { return Ok(None) };
        let shortest = alleles.iter().map(|allele| allele.len()).min().unwrap_or(0);
        self.left.clear();
        let right = self.trim_right(pos, alleles, shortest, contig)?;
        // Where more letters go at the end than the shortest allele has, so many bases come in at its start; the last
        // of them is its anchor.
        let pulled = (right + 1).saturating_sub(shortest);
        // The shortest allele is down to its anchor then: it has no more to give at its start.
        let trimmed = if pulled > 0 { 0 } else { common_start(reference, alts, shortest - right) };
        if trimmed == 0 && right == 0 {
            return Ok(None);
        }
        // At the start of the contig the anchor was not looked at yet.
        while self.left.len() < pulled {
            self.pull(pos, contig)?;
        }
        let out = &mut self.aligned;
        out.pos = pos - pulled as u32 + trimmed as u32;
        out.alleles.resize_with(alleles.len(), Vec::new);
        for (allele, new) in alleles.iter().zip(&mut out.alleles) {
            let length = pulled + allele.len() - trimmed - right;
            new.clear();
            new.extend(self.left[..pulled].iter().rev().take(length));
            let own = trimmed..trimmed + length - new.len();
            new.extend(allele[own].iter().map(u8::to_ascii_uppercase));
        }
        Ok(Some(out))
    }

    /// The same as far to the right as can be; an indel keeps the base before it, as in bcftools. The end of the contig
    /// stops the shift.
    pub fn align_right<'a, B: Bases>(
        &'a mut self,
        pos: u32,
        alleles: &[&[u8]],
        contig: &mut B,
    ) -> Result<Option<&'a Aligned>> {
        let Some((&reference, alts)) = alleles.split_first() else { return Ok(None) };
        let shortest = alleles.iter().map(|allele| allele.len()).min().unwrap_or(0);
        self.right.clear();
        let shared = self.trim_left(pos + reference.len() as u32, alleles, shortest, contig)?;
        let is_indel = alts.iter().any(|alt| alt.len() != reference.len());
        // The last base that is shared stays in front, as VCF has no empty alleles.
        let left = shared.saturating_sub(usize::from(is_indel));
        let pulled = (left + 1).saturating_sub(shortest);
        let right = if pulled > 0 { 0 } else { common_end(reference, alts, shortest - left) };
        if left == 0 && right == 0 {
            return Ok(None);
        }
        let out = &mut self.aligned;
        out.pos = pos + left as u32;
        out.alleles.resize_with(alleles.len(), Vec::new);
        for (allele, new) in alleles.iter().zip(&mut out.alleles) {
            let end = allele.len() - right;
            new.clear();
            new.extend(allele[left.min(end)..end].iter().map(u8::to_ascii_uppercase));
            new.extend(&self.right[left.saturating_sub(allele.len()).min(pulled)..pulled]);
        }
        Ok(Some(out))
    }

    /// How many letters all alleles share at their starts, where alleles that are used up go on with the bases from
    /// `next` on.
    fn trim_left<B: Bases>(&mut self, next: u32, alleles: &[&[u8]], shortest: usize, contig: &mut B) -> Result<usize> {
        let mut trimmed = 0;
        loop {
            if trimmed >= shortest {
                let Some(base) = contig.base(next + self.right.len() as u32)? else { return Ok(trimmed) };
                self.right.push(base);
            }
            let mut letters = alleles.iter().map(|allele| match allele.get(trimmed) {
                Some(letter) => letter.to_ascii_uppercase(),
                None => self.right[trimmed - allele.len()],
            });
            let first = letters.next();
            if letters.any(|letter| Some(letter) != first) {
                return Ok(trimmed);
            }
            trimmed += 1;
        }
    }

    /// How many letters all alleles share at their ends, where alleles that are used up go on with the bases to their
    /// left, and the shortest keeps a letter at the start of the contig.
    fn trim_right<B: Bases>(&mut self, pos: u32, alleles: &[&[u8]], shortest: usize, contig: &mut B) -> Result<usize> {
        // All bases from POS 1 on, and all letters of the shortest allele but one.
        let most = (shortest + pos as usize).saturating_sub(2);
        let mut trimmed = 0;
        while trimmed < most {
            if trimmed >= shortest {
                self.pull(pos, contig)?;
            }
            let mut letters = alleles.iter().map(|allele| match allele.len().checked_sub(trimmed + 1) {
                Some(at) => allele[at].to_ascii_uppercase(),
                None => self.left[trimmed - allele.len()],
            });
            let first = letters.next();
            if letters.any(|letter| Some(letter) != first) {
                break;
            }
            trimmed += 1;
        }
        Ok(trimmed)
    }

    /// Takes in one more base to the left.
    fn pull<B: Bases>(&mut self, pos: u32, contig: &mut B) -> Result<()> {
        let base = contig.base(pos - 1 - self.left.len() as u32)?;
        // Only asked for bases between the start of the contig and `pos`.
        self.left.push(base.unwrap_or(b'N'));
        Ok(())
    }
}

/// How many letters all alleles share at their starts, the shortest keeping one of its `shortest`.
fn common_start(reference: &[u8], alts: &[&[u8]], shortest: usize) -> usize {
    let most = shortest.saturating_sub(1);
    let shared = |at: usize| alts.iter().all(|alt| alt[at].eq_ignore_ascii_case(&reference[at]));
    (0..most).take_while(|&at| shared(at)).count()
}

/// How many letters all alleles share at their ends, the shortest keeping one of its `shortest`.
fn common_end(reference: &[u8], alts: &[&[u8]], shortest: usize) -> usize {
    let most = shortest.saturating_sub(1);
    let last = |allele: &[u8], at: usize| allele[allele.len() - 1 - at].to_ascii_uppercase();
    (0..most).take_while(|&at| alts.iter().all(|alt| last(alt, at) == last(reference, at))).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn align(contig: &str, pos: u32, alleles: &[&str]) -> Option<(u32, Vec<String>)> {
        let mut aligner = Aligner::default();
        let alleles: Vec<&[u8]> = alleles.iter().map(|allele| allele.as_bytes()).collect();
        let text = |allele: &Vec<u8>| String::from_utf8(allele.clone()).unwrap();
        let aligned = aligner.align(pos, &alleles, &mut contig.as_bytes()).unwrap()?;
        Some((aligned.pos, aligned.alleles.iter().map(text).collect()))
    }

    fn moved(pos: u32, alleles: &[&str]) -> Option<(u32, Vec<String>)> {
        Some((pos, alleles.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn indels_go_left_and_lose_what_is_shared() {
        let contig = "GGGCACACACAGGG";
        assert_eq!(align(contig, 8, &["CAC", "C"]), moved(3, &["GCA", "G"]));
        assert_eq!(align(contig, 6, &["CAC", "C"]), moved(3, &["GCA", "G"]));
        assert_eq!(align(contig, 3, &["GCA", "G"]), None);
        assert_eq!(align(contig, 3, &["GCACA", "GCA"]), moved(3, &["GCA", "G"]));
        assert_eq!(align(contig, 10, &["C", "CAC"]), moved(3, &["G", "GCA"]));
        assert_eq!(align(contig, 2, &["GGCA", "GG"]), moved(3, &["GCA", "G"]));
    }

    #[test]
    fn substitutions_are_trimmed_on_both_sides() {
        assert_eq!(align("ACGTACGT", 2, &["CGT", "CAT"]), moved(3, &["G", "A"]));
        assert_eq!(align("ACGTACGT", 2, &["CGT", "TGA"]), None);
        assert_eq!(align("ACGTACGT", 2, &["c", "a"]), None);
    }

    #[test]
    fn alleles_move_together() {
        let contig = "GGGCACACACAGGG";
        assert_eq!(align(contig, 8, &["CAC", "C", "CACAC"]), moved(3, &["GCA", "G", "GCACA"]));
        assert_eq!(align(contig, 8, &["CAC", "C", "CAT"]), None);
        assert_eq!(align(contig, 8, &["CACA", "CA", "CATA"]), moved(8, &["CAC", "C", "CAT"]));
    }

    #[test]
    fn the_start_of_the_contig_stops_the_shift() {
        assert_eq!(align("AAAAC", 4, &["AC", "C"]), moved(1, &["AA", "A"]));
        assert_eq!(align("AAAAC", 3, &["A", "AA"]), moved(1, &["A", "AA"]));
        assert_eq!(align("AAAAC", 1, &["AA", "A"]), None);
        assert_eq!(align("ACGT", 1, &["AC", "C"]), None);
        assert_eq!(align("ACGT", 1, &["ACG", "CG"]), moved(1, &["AC", "C"]));
    }

    #[test]
    fn case_and_ambiguity_do_not_hinder() {
        assert_eq!(align("GggcacACACAggg", 8, &["cac", "c"]), moved(3, &["GCA", "G"]));
        assert_eq!(align("GGRCACACAGGG", 6, &["CAC", "C"]), moved(3, &["NCA", "N"]));
        assert_eq!(align("gaaac", 2, &["aa", "a"]), moved(1, &["GA", "G"]));
    }

    fn align_right(contig: &str, pos: u32, alleles: &[&str]) -> Option<(u32, Vec<String>)> {
        let mut aligner = Aligner::default();
        let alleles: Vec<&[u8]> = alleles.iter().map(|allele| allele.as_bytes()).collect();
        let text = |allele: &Vec<u8>| String::from_utf8(allele.clone()).unwrap();
        let aligned = aligner.align_right(pos, &alleles, &mut contig.as_bytes()).unwrap()?;
        Some((aligned.pos, aligned.alleles.iter().map(text).collect()))
    }

    #[test]
    fn indels_go_right_as_far_as_they_can() {
        let contig = "GGGCACACACAGGG";
        assert_eq!(align_right(contig, 3, &["GCA", "G"]), moved(9, &["ACA", "A"]));
        assert_eq!(align_right(contig, 3, &["GCACA", "GCA"]), moved(9, &["ACA", "A"]));
        assert_eq!(align_right(contig, 9, &["ACA", "A"]), None);
        assert_eq!(align_right(contig, 3, &["G", "GCA"]), moved(11, &["A", "ACA"]));
        assert_eq!(align_right(contig, 3, &["GCA", "G", "GCACA"]), moved(9, &["ACA", "A", "ACACA"]));
        assert_eq!(align_right(contig, 3, &["GCA", "G", "GCT"]), moved(4, &["CAC", "C", "CTC"]));
        assert_eq!(align_right(contig, 5, &["acac", "ac"]), moved(9, &["ACA", "A"]));
    }

    #[test]
    fn the_end_of_the_contig_stops_the_shift_to_the_right() {
        assert_eq!(align_right("GAAA", 1, &["GA", "G"]), moved(3, &["AA", "A"]));
        assert_eq!(align_right("GAAA", 1, &["G", "GAA"]), moved(4, &["A", "AAA"]));
        assert_eq!(align_right("AAAA", 1, &["AA", "A"]), moved(3, &["AA", "A"]));
    }

    #[test]
    fn substitutions_are_trimmed_before_a_shift_to_the_right() {
        assert_eq!(align_right("ACGTACGT", 2, &["CGT", "CAT"]), moved(3, &["G", "A"]));
        assert_eq!(align_right("ACGTACGT", 2, &["CGTA", "TGA"]), moved(2, &["CGT", "TG"]));
        assert_eq!(align_right("ACGTACGT", 2, &["CGTA", "TC"]), None);
        assert_eq!(align_right("ACGTACGT", 2, &["CGTA", "TGTA", "CATA"]), moved(2, &["CG", "TG", "CA"]));
    }

    #[test]
    fn a_long_homopolymer_is_crossed() {
        let contig = format!("G{}C", "A".repeat(20_000));
        assert_eq!(align(&contig, 20_000, &["AA", "A"]), moved(1, &["GA", "G"]));
        assert_eq!(align(&contig, 20_001, &["A", "AAAA"]), moved(1, &["G", "GAAA"]));
    }
}
