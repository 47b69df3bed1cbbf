//! The rows of the raw file that carry no ClinVar ALT.

use crate::clinvar::{RsSpace, rs_number};
use crate::person::{Person, letters};
use crate::variant::{base, is_acgt};

impl Person<'_> {
    /// A ClinVar locus with two (or one) reference alleles or no call.
    pub fn reference_call(&mut self, index: usize) -> bool {
        let variant = &self.scene.variants[index];
        let (first, allele) = if variant.changes_length() {
            let deletion = variant.reference.len() > variant.alternate.len();
            match self.lone_reach(index) {
                Some((first, last)) => {
                    self.used.extend(first..=last);
                    (self.rng.between(first as usize, last as usize) as u32, if deletion { 'I' } else { 'D' })
                }
                None => return false,
            }
        } else if variant.reference.len() == 1 && !self.used.contains(&variant.pos) {
            (variant.pos, char::from(variant.reference[0]))
        } else {
            return false;
        };
        // Y's pseudoautosomal bases are reported on X.
        if self.scene.contig.name == "Y" && self.diploid(first) {
            return false;
        }
        let genotype = if self.rng.chance(0.06) {
            "--".to_string()
        } else {
            allele.to_string().repeat(if self.diploid(first) { 2 } else { 1 })
        };
        self.stats.add("person.rows.at_clinvar_without_alt", 1);
        let (id, _) = self.id_for(index, 0.9);
        self.row(first, id, genotype);
        true
    }

    /// A row that no ClinVar record can match.
    pub fn elsewhere(&mut self) {
        for _ in 0..200 {
            let at = self.rng.between(self.scene.area.0, self.scene.area.1 - 1);
            let pos = at as u32 + 1;
            let indel = self.rng.chance(0.004);
            let reach = if indel { 300 } else { 0 };
            let y_par = self.scene.contig.name == "Y" && self.diploid(pos);
            if y_par
                || !is_acgt(self.scene.seq, at, at + 1)
                || self.used.contains(&pos)
                || self.loci.touched(pos.saturating_sub(reach), pos + reach)
            {
                continue;
            }
            let reference = base(self.scene.seq, at);
            let (r, a) = if indel {
                if self.rng.chance(0.5) { (b'I', b'D') } else { (b'D', b'I') }
            } else {
                (reference, *self.rng.pick(b"ACGT"))
            };
            let diploid = self.diploid(pos);
            let genotype = match self.rng.below(100) {
                0..3 if !diploid && self.rng.chance(0.3) => "-".into(),
                0..3 => "--".into(),
                3..25 if diploid => letters("het", r, a),
                25..35 => letters(if diploid { "hom" } else { "hemizygous" }, r, a),
                _ => letters(if diploid { "hom" } else { "hemizygous" }, r, r),
            };
            let number = self.number();
            let id = if self.rng.chance(0.03) {
                format!("i{}", 6_000_000 + number)
            } else {
                format!("rs{}", rs_number(RsSpace::Person, number))
            };
            self.row(pos, id, genotype);
            return;
        }
    }
}
