//! A male's genome on one contig as a caller writes it: left-aligned minimal alleles, one record each. Some are ClinVar's,
//! the rest touch no ClinVar record.

use std::collections::HashSet;
use std::io::Write as _;

use crate::clinvar::{RsSpace, rs_number};
use crate::genome::Contig;
use crate::loci::Loci;
use crate::person::Scene;
use crate::rng::Rng;
use crate::stats::Stats;
use crate::variant::{Class, Edit, Variant, base, is_acgt};

/// Of so many ClinVar records the person carries one.
const CARRIED: usize = 100;
/// An indel stays so far from where ClinVar's can be placed, in bases.
const APART: u32 = 300;

/// One record.
struct Call {
    variant: Variant,
    rs: Option<u64>,
    genotype: &'static str,
}

/// The contig's lines, and those of the table of what is planted in them.
pub struct Calls {
    pub lines: Vec<u8>,
    pub truth: Vec<u8>,
}

/// Column names of `genome.truth.tsv`.
pub const COLUMNS: &str = "clinvar_id\tchrom\tpos\tref\talt\tzygosity\n";

/// The header; `contigs` are names and lengths.
pub fn header(build: &str, contigs: impl Iterator<Item = (&'static str, usize)>) -> String {
    let mut text = format!("##fileformat=VCFv4.2\n##reference={build}\n##source=datagen, no person's genotypes\n");
    for (id, number, kind) in
        [("AC", "A", "Integer"), ("AF", "A", "Float"), ("AN", "1", "Integer"), ("DP", "1", "Integer")]
            .into_iter()
            .chain(
                ["BaseQRankSum", "ExcessHet", "FS", "MQ", "QD", "ReadPosRankSum", "SOR"].map(|id| (id, "1", "Float")),
            )
    {
        text.push_str(&format!("##INFO=<ID={id},Number={number},Type={kind},Description=\"{id}\">\n"));
    }
    for (id, number, kind) in [
        ("GT", "1", "String"),
        ("AD", "R", "Integer"),
        ("DP", "1", "Integer"),
        ("GQ", "1", "Integer"),
        ("PL", "G", "Integer"),
    ] {
        text.push_str(&format!("##FORMAT=<ID={id},Number={number},Type={kind},Description=\"{id}\">\n"));
    }
    contigs.for_each(|(name, length)| text.push_str(&format!("##contig=<ID={name},length={length}>\n")));
    text.push_str("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tgenome\n");
    text
}

/// Draws `count` records, some of them ClinVar's.
pub fn draw(scene: &Scene, rng: &mut Rng, count: usize, stats: &mut Stats) -> std::io::Result<Calls> {
    let mut calls = Vec::with_capacity(count);
    let mut used = HashSet::with_capacity(count);
    let mut made = Calls { lines: Vec::new(), truth: Vec::new() };
    for (index, variant) in scene.variants.iter().enumerate() {
        let plain = variant.class != Class::NoAlt && is_acgt(&variant.alternate, 0, variant.alternate.len());
        let wanted = rng.below(CARRIED) == 0 && calls.len() < count;
        if !wanted || !plain || (scene.contig.name == "Y" && scene.contig.diploid_in_male(variant.pos)) {
            continue;
        }
        let (pos, reference, alternate) = variant.normalised(scene.seq);
        if !used.insert(pos) {
            continue;
        }
        let genotype = genotype(scene.contig, pos, rng);
        let id = scene.annotator.variation_id(scene.first_index + index as u64);
        let zygosity = match genotype {
            "0/1" => "het",
            "1/1" => "hom",
            _ => "hemizygous",
        };
        let text = |bases: &[u8]| String::from_utf8_lossy(bases).into_owned();
        let (r, a) = (text(&variant.reference), text(&variant.alternate));
        writeln!(made.truth, "{id}\t{}\t{}\t{r}\t{a}\t{zygosity}", scene.contig.name, variant.pos)?;
        stats.add("genome.planted", 1);
        let rs = scene.rs[index].map(|rs| rs_number(RsSpace::ClinVar, rs));
        let variant = Variant { pos, reference: reference.into(), alternate: alternate.into(), ..variant.clone() };
        calls.push(Call { variant, rs, genotype });
    }
    let loci = Loci::new(scene.seq, scene.variants);
    while calls.len() < count {
        let Some(variant) = (0..1000).find_map(|_| elsewhere(scene, &loci, rng)) else { break };
        // Two records of one position would be one with two ALTs.
        if used.insert(variant.pos) {
            let genotype = genotype(scene.contig, variant.pos, rng);
            calls.push(Call { variant, rs: None, genotype });
        } else if used.len() > scene.seq.len() / 2 {
            break;
        }
    }
    calls.sort_by(|one, other| one.variant.file_order(&other.variant));
    calls.iter().try_for_each(|call| line(call, scene.contig, rng, &mut made.lines))?;
    stats.add("genome.records", calls.len() as u64);
    stats.add("genome.line_bytes", made.lines.len() as u64);
    Ok(made)
}

/// A variant that no ClinVar record is near.
fn elsewhere(scene: &Scene, loci: &Loci, rng: &mut Rng) -> Option<Variant> {
    let at = rng.between(scene.area.0, scene.area.1 - 1);
    let pos = at as u32 + 1;
    let indel = rng.chance(0.15);
    let reach = if indel { APART } else { 0 };
    let known = is_acgt(scene.seq, at.saturating_sub(1), (at + 40).min(scene.seq.len()));
    let y_par = scene.contig.name == "Y" && scene.contig.diploid_in_male(pos);
    if !known || y_par || loci.touched(pos.saturating_sub(reach), pos + reach) {
        return None;
    }
    if !indel {
        let alternate = *rng.pick(b"ACGT");
        let edit = Edit { start: at, del: 1, ins: vec![alternate] };
        return (alternate != base(scene.seq, at)).then(|| edit.variant(scene.seq, (0, 0), Class::Snv, u32::MAX));
    }
    let length = 1 + rng.geometric(2.0).min(30);
    let mut edit = if rng.chance(0.5) {
        Edit { start: at, del: length, ins: Vec::new() }
    } else {
        Edit { start: at, del: 0, ins: (0..length).map(|_| *rng.pick(b"ACGT")).collect() }
    };
    edit.shift(scene.seq, false);
    let variant = edit.variant(scene.seq, (0, 0), Class::Deletion, u32::MAX);
    // What runs far to the left may come near ClinVar's after all, or into unknown bases.
    let near = pos - variant.pos < APART / 2;
    let known = is_acgt(&variant.reference, 0, variant.reference.len());
    (near && known).then_some(variant)
}

fn genotype(contig: &Contig, pos: u32, rng: &mut Rng) -> &'static str {
    match (contig.diploid_in_male(pos), rng.chance(0.6)) {
        (false, _) => "1",
        (true, true) => "0/1",
        (true, false) => "1/1",
    }
}

fn line(call: &Call, contig: &Contig, rng: &mut Rng, out: &mut Vec<u8>) -> std::io::Result<()> {
    let Call { variant: Variant { pos, reference, alternate, .. }, rs, genotype } = call;
    let depth = rng.between(18, 48);
    let (alts, alleles) = match *genotype {
        "0/1" => (rng.between(depth / 3, depth * 2 / 3), 2),
        "1/1" => (depth, 2),
        _ => (depth, 1),
    };
    let count = if *genotype == "1/1" { 2 } else { 1 };
    write!(out, "{}\t{pos}\t", contig.name)?;
    match rs {
        Some(rs) => write!(out, "rs{rs}")?,
        None => out.push(b'.'),
    }
    for allele in [reference, alternate] {
        out.push(b'\t');
        out.extend_from_slice(allele);
    }
    let tenths = |rng: &mut Rng, below: usize| (rng.below(below), rng.below(10));
    let (quality, rank, strand, by_depth) = (tenths(rng, 900), tenths(rng, 3), tenths(rng, 9), tenths(rng, 30));
    write!(
        out,
        "\t{}.{}\tPASS\tAC={count};AF={}.00;AN={alleles};BaseQRankSum={}.{};DP={depth};ExcessHet=0.00;FS={}.{};MQ=60.00;\
         QD={}.{};ReadPosRankSum=0.{};SOR=0.{}\tGT:AD:DP:GQ:PL\t{genotype}:{},{alts}:{depth}:99:",
        quality.0 + 50,
        quality.1,
        count / alleles,
        rank.0,
        rank.1,
        strand.0,
        strand.1,
        by_depth.0,
        by_depth.1,
        rng.below(10),
        rng.below(10),
        depth - alts
    )?;
    match *genotype {
        "0/1" => writeln!(out, "{},0,{}", alts * 30, (depth - alts) * 30),
        "1/1" => writeln!(out, "{},{},0", depth * 30, depth * 3),
        _ => writeln!(out, "{},0", depth * 30),
    }
}
