//! A male's 23andMe-like raw file on one contig: planted ClinVar genotypes, ClinVar loci without the ALT, and the rest.

use std::collections::HashSet;

use crate::clinvar::{Annotator, RsSpace, rs_number};
use crate::genome::Contig;
use crate::loci::{Loci, MARGIN};
use crate::rng::Rng;
use crate::stats::Stats;
use crate::truth::{Match, Truth};
use crate::variant::{Class, Variant};

/// How many genotypes to plant on a contig, by kind.
#[derive(Clone, Copy, Default, Debug)]
pub struct Quota {
    pub het: usize,
    pub hom: usize,
    pub deletion: usize,
    pub insertion: usize,
    pub hemizygous: usize,
    pub moved: usize,
    pub unresolved: usize,
}

/// A contig with its ClinVar records.
pub struct Scene<'a> {
    pub contig: &'a Contig,
    pub seq: &'a [u8],
    pub variants: &'a [Variant],
    pub annotator: &'a Annotator,
    /// Index in the whole file of the contig's first record.
    pub first_index: u64,
    /// The record whose rsID each record carries.
    pub rs: &'a [Option<u64>],
    /// 0-based range in which rows may lie.
    pub area: (usize, usize),
}

/// One line of the raw file.
pub struct Row {
    pub pos: u32,
    pub id: String,
    pub genotype: String,
}

/// Draws the rows of one contig.
pub struct Person<'a> {
    pub scene: Scene<'a>,
    pub loci: Loci,
    pub rng: Rng,
    pub used: HashSet<u32>,
    pub next_id: u64,
    pub rows: Vec<Row>,
    pub truths: Vec<Truth>,
    pub stats: Stats,
}

impl<'a> Person<'a> {
    /// `first_row` is the number of the contig's first row in the whole file: IDs are made from it.
    pub fn new(scene: Scene<'a>, rng: Rng, first_row: u64) -> Self {
        let loci = Loci::new(scene.seq, scene.variants);
        let (used, stats) = (HashSet::new(), Stats::default());
        Self { scene, loci, rng, used, next_id: first_row, rows: Vec::new(), truths: Vec::new(), stats }
    }

    /// Plants `quota`, then fills up to `count` rows, and sorts them.
    pub fn fill(&mut self, quota: &Quota, count: usize) {
        self.plant_unresolved(quota.unresolved);
        self.plant(quota.deletion, |p, i| p.indel(i, Class::Deletion));
        self.plant(quota.insertion, |p, i| p.indel(i, Class::Insertion));
        self.plant(quota.het, |p, i| p.snv(i, "het"));
        self.plant(quota.hom, |p, i| p.snv(i, "hom"));
        self.plant(quota.moved, Self::moved);
        let indels = quota.hemizygous / 6;
        self.plant(indels, |p, i| p.indel(i, Class::Deletion));
        self.plant(quota.hemizygous - indels, |p, i| p.snv(i, "hemizygous"));
        let reference = (count.saturating_sub(self.rows.len()) / 10).min(self.scene.variants.len() / 3);
        self.plant_any(reference, Self::reference_call);
        let rest = count.saturating_sub(self.rows.len());
        for _ in 0..rest {
            self.elsewhere();
        }
        self.rows.sort_by_key(|row| row.pos);
    }

    /// Calls `make` with records drawn at random until it has made `count`; a third of them pathogenic.
    fn plant(&mut self, count: usize, make: impl Fn(&mut Self, usize) -> bool) {
        let mut wanted = count;
        while wanted > 0 {
            let pathogenic = self.rng.chance(0.35);
            let made = (0..3000).any(|_| {
                let index = self.rng.below(self.scene.variants.len());
                (!pathogenic || self.is_pathogenic(index)) && make(self, index)
            });
            wanted = if made { wanted - 1 } else { 0 };
        }
    }

    fn plant_any(&mut self, count: usize, make: impl Fn(&mut Self, usize) -> bool) {
        let mut made = 0;
        for _ in 0..count * 4 {
            let index = self.rng.below(self.scene.variants.len());
            made += usize::from(made < count && make(self, index));
        }
    }

    fn is_pathogenic(&self, index: usize) -> bool {
        let verdict = self.scene.annotator.verdict(self.file_index(index), self.scene.variants[index].class);
        verdict.significance.is_some_and(|s| s.starts_with("Pathogenic") || s.starts_with("Likely_pathogenic"))
    }

    fn file_index(&self, index: usize) -> u64 {
        self.scene.first_index + index as u64
    }

    pub fn diploid(&self, pos: u32) -> bool {
        self.scene.contig.diploid_in_male(pos)
    }

    pub fn number(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    pub fn internal_id(&mut self) -> String {
        format!("i{}", 6_000_000 + self.number())
    }

    pub fn row(&mut self, pos: u32, id: String, genotype: String) {
        self.used.insert(pos);
        self.rows.push(Row { pos, id, genotype });
    }

    fn truth(&mut self, index: usize, matched: Match, zygosity: &'static str) {
        let row = &self.rows[self.rows.len() - 1];
        let variant = &self.scene.variants[index];
        let kind = match variant.alternate.len().cmp(&variant.reference.len()) {
            std::cmp::Ordering::Equal => "snv",
            std::cmp::Ordering::Greater => "ins",
            std::cmp::Ordering::Less => "del",
        };
        let truth = Truth {
            variation_id: self.scene.annotator.variation_id(self.file_index(index)),
            contig: self.scene.contig.name,
            variant: variant.clone(),
            raw_id: row.id.clone(),
            raw_pos: row.pos,
            genotype: row.genotype.clone(),
            zygosity,
            kind,
            matched,
            normalised: variant.normalised(self.scene.seq),
            rs: self.scene.rs[index].map(|rs| rs_number(RsSpace::ClinVar, rs)),
        };
        self.stats.add("person.planted", 1);
        self.stats.add(&format!("person.planted.{kind}.{zygosity}"), 1);
        self.stats.add(&format!("person.planted.match.{}", matched.name()), 1);
        if truth.moves() {
            self.stats.add("person.planted.clinvar_record_moves", 1);
        }
        self.truths.push(truth);
    }

    /// The record's rsID, or an internal ID (always so if the record has none).
    pub fn id_for(&mut self, index: usize, rs_share: f64) -> (String, Match) {
        match self.scene.rs[index] {
            Some(rs) if self.rng.chance(rs_share) => (format!("rs{}", rs_number(RsSpace::ClinVar, rs)), Match::RsId),
            _ => (self.internal_id(), Match::Position),
        }
    }

    fn snv(&mut self, index: usize, zygosity: &'static str) -> bool {
        let variant = &self.scene.variants[index];
        let pos = variant.pos;
        let plain = variant.class == Class::Snv && variant.reference.len() == 1;
        if !plain || self.used.contains(&pos) || self.diploid(pos) != (zygosity != "hemizygous") {
            return false;
        }
        let genotype = letters(zygosity, variant.reference[0], variant.alternate[0]);
        let (id, matched) = self.id_for(index, 0.75);
        self.row(pos, id, genotype);
        self.truth(index, matched, zygosity);
        true
    }

    /// The rsID is right, the position a few bases off, the letters agree.
    fn moved(&mut self, index: usize) -> bool {
        let variant = &self.scene.variants[index];
        let (pos, offset) = (variant.pos, self.rng.between(1, 5) as u32);
        let raw = if self.rng.chance(0.5) { pos + offset } else { pos - offset };
        let Some(rs) = self.scene.rs[index] else { return false };
        let plain = variant.class == Class::Snv && variant.reference.len() == 1;
        let free = !self.used.contains(&pos) && !self.used.contains(&raw) && !self.loci.touched(raw, raw);
        if !plain || !free || !self.diploid(pos) || !self.diploid(raw) {
            return false;
        }
        let genotype = letters("het", variant.reference[0], variant.alternate[0]);
        self.used.insert(pos);
        self.row(raw, format!("rs{}", rs_number(RsSpace::ClinVar, rs)), genotype);
        self.truth(index, Match::Moved, "het");
        true
    }

    /// The only indel record near its own reach, which is short enough and free of other rows.
    pub fn lone_reach(&self, index: usize) -> Option<(u32, u32)> {
        let variant = &self.scene.variants[index];
        variant.edit(self.scene.seq)?;
        let (first, last) = variant.reach(self.scene.seq);
        let alone = self.loci.indels(first.saturating_sub(MARGIN), last + MARGIN).len() == 1;
        let free = last - first < 400 && (first..=last).all(|pos| !self.used.contains(&pos));
        (alone && free).then_some((first, last))
    }

    fn indel(&mut self, index: usize, class: Class) -> bool {
        let variant = &self.scene.variants[index];
        if (variant.reference.len() > variant.alternate.len()) != (class == Class::Deletion) {
            return false;
        }
        let Some((first, last)) = self.lone_reach(index) else { return false };
        let (written, diploid) = (variant.pos, self.diploid(first));
        if diploid != self.diploid(last) {
            return false;
        }
        let alt = if class == Class::Deletion { 'D' } else { 'I' };
        let (genotype, zygosity) = match (diploid, self.rng.chance(0.7)) {
            (false, _) => (alt.to_string(), "hemizygous"),
            (true, true) => ("DI".to_string(), "het"),
            (true, false) => (format!("{alt}{alt}"), "hom"),
        };
        // Vendors give the anchor or the first changed base of the left- or right-aligned form, or something between.
        let pos = match self.rng.below(6) {
            0 => written.clamp(first, last),
            1 => (written + 1).clamp(first, last),
            2 => first,
            3 => first + 1,
            4 => last,
            _ => self.rng.between(first as usize, last as usize) as u32,
        };
        let (id, matched) = self.id_for(index, 0.7);
        self.used.extend(first..=last);
        self.row(pos, id, genotype);
        if pos != written {
            self.stats.add("person.planted.raw_pos_differs", 1);
        }
        self.truth(index, matched, zygosity);
        true
    }

    fn plant_unresolved(&mut self, count: usize) {
        let places: Vec<_> = self.loci.ambiguous().collect();
        let mut left = count;
        for (pos, indices) in places {
            if left == 0 {
                break;
            }
            let free = (pos - MARGIN..=pos + MARGIN).all(|p| !self.used.contains(&p));
            let pure = indices.iter().all(|&i| self.scene.variants[i].edit(self.scene.seq).is_some());
            if !free || !pure || !self.diploid(pos) {
                continue;
            }
            let id = self.internal_id();
            self.used.extend(pos - MARGIN..=pos + MARGIN);
            self.row(pos, id, "DI".into());
            for index in indices {
                self.truth(index, Match::Unresolved, "het");
            }
            left -= 1;
        }
    }
}

/// Letters in alphabetical order, as 23andMe prints them.
pub fn letters(zygosity: &str, reference: u8, alternate: u8) -> String {
    let (r, a) = (char::from(reference), char::from(alternate));
    match zygosity {
        "hemizygous" => a.to_string(),
        "hom" => format!("{a}{a}"),
        _ => format!("{}{}", r.min(a), r.max(a)),
    }
}
