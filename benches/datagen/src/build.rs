//! Makes a data set: one job per contig, each with its contig in memory, joined in contig order.

use std::collections::HashSet;
use std::io::{self, BufWriter, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::bgzf;
use crate::calls;
use crate::clinvar::{Annotator, RsSpace, rs_number};
use crate::fasta::Fasta;
use crate::genes::Genes;
use crate::genome::{CONTIGS, MT};
use crate::gnomad::{Frequencies, Style};
use crate::gnomad_header;
use crate::gnomad_text::{Record, Text};
use crate::join::{Joined, Part, create, create_folder};
use crate::person::{Person, Scene};
use crate::plan::{Outputs, Share, Spec, shares};
use crate::queries;
use crate::reference::Library;
use crate::rng::Rng;
use crate::sites::{Maker, key};
use crate::stats::Stats;
use crate::variant::{Class, Variant};

/// What every job reads.
struct Shared<'a> {
    spec: &'a Spec,
    shares: Vec<Share>,
    library: Library,
    annotator: Annotator,
    fasta: Option<Fasta>,
}

/// Writes the data set and returns its statistics.
pub fn run(spec: &Spec) -> io::Result<Stats> {
    create_folder(&spec.dir)?;
    let shares = shares(spec);
    let names = CONTIGS.iter().zip(&shares).map(|(c, s)| (c.name.to_string(), s.len));
    let fasta = match spec.outputs.reference {
        true => Some(Fasta::create(&spec.dir.join("reference.fa"), names)?),
        false => None,
    };
    if spec.outputs.gnomad {
        create_folder(&spec.dir.join("gnomad"))?;
    }
    let mut order: Vec<usize> = (0..CONTIGS.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(shares[i].len));
    let shared = Shared {
        spec,
        library: Library::new(spec.seed),
        annotator: Annotator::new(spec.seed, spec.clinvar_records),
        fasta,
        shares,
    };
    let joined = Mutex::new(Joined::open(spec, &shared.gnomad_contigs())?);
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<()> {
        while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let part = shared.contig(index)?;
            joined.lock().map_err(|_| io::Error::other("another contig failed"))?.add(index, part)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..spec.threads.max(1)).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|t| t.join().map_err(|_| io::Error::other("a contig's thread failed"))?)
    })?;
    if let Some(fasta) = &shared.fasta {
        fasta.write_index()?;
    }
    joined.into_inner().map_err(|_| io::Error::other("a contig's thread failed"))?.finish()
}

/// The record whose rsID each record carries: SNVs at one position share one, as in dbSNP; indels have their own.
fn rs_indices(annotator: &Annotator, variants: &[Variant], first: u64) -> Vec<Option<u64>> {
    let mut snv = (0, 0);
    let of = |(i, variant): (usize, &Variant)| {
        let index = first + i as u64;
        let owner = if variant.class == Class::Snv {
            if snv.0 != variant.pos {
                snv = (variant.pos, index);
            }
            snv.1
        } else {
            index
        };
        annotator.has_rs(index).then_some(owner)
    };
    variants.iter().enumerate().map(of).collect()
}

impl Shared<'_> {
    fn rng(&self, purpose: &str, index: usize) -> Rng {
        Rng::new(self.spec.seed, purpose, index as u64)
    }

    fn contig(&self, index: usize) -> io::Result<Part> {
        let (spec, share, contig) = (self.spec, &self.shares[index], &CONTIGS[index]);
        let seq = self.library.sequence(spec.seed, index, share.len, &contig.gaps(share.len));
        let mut part = Part::default();
        if let Some(fasta) = &self.fasta {
            fasta.write(index, &seq)?;
            composition(&seq, &mut part.stats);
        }
        let Outputs { clinvar, gnomad, person, genome, queries, .. } = spec.outputs;
        if !(clinvar || gnomad || person || genome || queries) {
            return Ok(part);
        }
        let genes = Genes::new(&mut self.rng("genes", index), &seq, share.area, share.genes);
        let maker = Maker { seq: &seq, genes: &genes, alt_n: spec.alt_n };
        let variants = maker.clinvar(&mut self.rng("clinvar", index), share.clinvar);
        let rs = rs_indices(&self.annotator, &variants, share.clinvar_before);
        if clinvar {
            part.clinvar = self.clinvar(index, &seq, &variants, &rs, &mut part.stats)?;
        }
        if (gnomad || queries) && index != MT {
            let mut rng = self.rng("gnomad", index);
            let records = self.gnomad_records(index, &maker, &variants, &rs, &mut rng, &mut part.stats);
            if gnomad {
                self.gnomad(index, &maker, &records, &mut rng, &mut part.stats)?;
            }
            if queries {
                part.queries = self.queries(index, &maker, &records)?;
            }
        }
        let scene = Scene {
            contig,
            seq: &seq,
            variants: &variants,
            annotator: &self.annotator,
            first_index: share.clinvar_before,
            rs: &rs,
            area: share.area,
        };
        if genome {
            let made = calls::draw(&scene, &mut self.rng("genome", index), share.genome, &mut part.stats)?;
            let mut out = bgzf::Writer::new(Vec::new());
            out.push(&made.lines)?;
            (part.genome, part.genome_truth) = (out.finish_part()?, made.truth);
        }
        if person {
            let mut person = Person::new(scene, self.rng("person", index), share.rows_before);
            person.fill(&share.planted, share.rows);
            for row in &person.rows {
                write!(part.raw, "{}\t{}\t{}\t{}", row.id, contig.name, row.pos, row.genotype)?;
                part.raw.extend_from_slice(spec.line_end());
            }
            person.truths.sort_by_key(|t| (t.variant.pos, t.variation_id));
            for truth in &person.truths {
                part.truth.extend_from_slice(truth.line().as_bytes());
            }
            person.stats.add("person.rows", person.rows.len() as u64);
            part.stats.merge(&person.stats);
        }
        Ok(part)
    }

    /// The contig's ClinVar records as BGZF blocks.
    fn clinvar(
        &self,
        contig: usize,
        seq: &[u8],
        variants: &[Variant],
        rs: &[Option<u64>],
        stats: &mut Stats,
    ) -> io::Result<Vec<u8>> {
        let first = self.shares[contig].clinvar_before;
        let site = (contig, CONTIGS[contig].name, CONTIGS[contig].accession);
        let mut out = bgzf::Writer::new(Vec::new());
        let mut line = Vec::new();
        let (mut bytes, mut to_normalise, mut repeated) = (0, 0, 0);
        for (i, variant) in variants.iter().enumerate() {
            let mut edit = variant.edit(seq);
            if let Some(edit) = &mut edit {
                edit.shift(seq, true);
            }
            let (pos, r, a) = variant.normalised(seq);
            to_normalise += u64::from((pos, &r[..], &a[..]) != (variant.pos, &variant.reference, &variant.alternate));
            repeated += u64::from(i > 0 && variants[i - 1].pos == variant.pos);
            line.clear();
            self.annotator.line(site, variant, edit.as_ref(), first + i as u64, rs[i], &mut line)?;
            bytes += line.len() as u64;
            stats.add(&format!("clinvar.class.{:?}", variant.class), 1);
            out.push(&line)?;
        }
        stats.add("clinvar.records", variants.len() as u64);
        stats.add("clinvar.line_bytes", bytes);
        stats.add("clinvar.to_normalise", to_normalise);
        stats.add("clinvar.same_pos_as_previous", repeated);
        out.finish_part()
    }

    /// The contig's gnomAD records in file order: ClinVar's variants for a share of two fifths, others for the rest.
    fn gnomad_records(
        &self,
        index: usize,
        maker: &Maker<'_>,
        clinvar: &[Variant],
        rs: &[Option<u64>],
        rng: &mut Rng,
        stats: &mut Stats,
    ) -> Vec<Record> {
        let share = &self.shares[index];
        let mut chosen: Vec<Record> = Vec::with_capacity(share.gnomad);
        let mut taken = HashSet::with_capacity(clinvar.len());
        // MNVs and delins are phased calls, which gnomAD's site files do not have.
        let eligible = |v: &Variant| !matches!(v.class, Class::Mnv | Class::Indel | Class::NoAlt);
        let mut left = clinvar.iter().filter(|v| eligible(v)).count();
        let mut wanted = (share.gnomad * 2 / 5).min(left * 4 / 5);
        for (variant, rs) in clinvar.iter().zip(rs) {
            let (pos, r, a) = variant.normalised(maker.seq);
            taken.insert(key(pos, &r, &a));
            if !eligible(variant) {
                continue;
            }
            if rng.below(left) < wanted {
                wanted -= 1;
                let (reference, alternate) = (r.into(), a.into());
                let rs = rs.map(|rs| rs_number(RsSpace::ClinVar, rs));
                chosen.push(Record { variant: Variant { pos, reference, alternate, ..variant.clone() }, rs });
            }
            left -= 1;
        }
        stats.add("gnomad.from_clinvar", chosen.len() as u64);
        let others = maker.gnomad(rng, share.gnomad - chosen.len(), taken);
        chosen.extend(others.into_iter().enumerate().map(|(i, variant)| {
            let rs = rng.chance(0.7).then(|| rs_number(RsSpace::Gnomad, share.gnomad_before + i as u64));
            Record { variant, rs }
        }));
        chosen.sort_by(|a, b| a.variant.file_order(&b.variant));
        chosen
    }

    /// The contig's queries as BGZF blocks: as many as records, half of them records, the others none.
    fn queries(&self, index: usize, maker: &Maker<'_>, records: &[Record]) -> io::Result<Vec<u8>> {
        let mut rng = self.rng("queries", index);
        let known = records.iter().map(|record| &record.variant);
        let taken = known.clone().map(|v| key(v.pos, &v.reference, &v.alternate)).collect();
        let mut asked: Vec<Variant> = known.filter(|_| rng.chance(0.5)).cloned().collect();
        asked.extend(maker.gnomad(&mut rng, records.len() - asked.len(), taken));
        asked.sort_by(Variant::file_order);
        let name = self.spec.style.contig(CONTIGS[index].name);
        let mut out = bgzf::Writer::new(Vec::new());
        let mut line = Vec::new();
        for Variant { pos, reference, alternate, .. } in &asked {
            line.clear();
            queries::line(&name, *pos, (reference, alternate), &mut rng, &mut line)?;
            out.push(&line)?;
        }
        out.finish_part()
    }

    /// Writes the contig's gnomAD file.
    fn gnomad(
        &self,
        index: usize,
        maker: &Maker<'_>,
        records: &[Record],
        rng: &mut Rng,
        stats: &mut Stats,
    ) -> io::Result<()> {
        let (spec, contig) = (self.spec, &CONTIGS[index]);
        let text = Text { style: spec.style };
        let file = create(&spec.dir.join("gnomad").join(spec.style.file_name(contig.name)))?;
        let mut out = bgzf::Writer::new(BufWriter::new(file));
        out.push(gnomad_header::header(spec.style, &self.gnomad_contigs()).as_bytes())?;
        let mut line = Vec::new();
        for record in records {
            let variant = &record.variant;
            let nonpar = matches!(contig.name, "X" | "Y") && !contig.diploid_in_male(variant.pos);
            let sex = nonpar.then(|| if contig.name == "X" { 'X' } else { 'Y' });
            let freq = Frequencies::draw(rng, spec.style, sex);
            let mut flags = Vec::new();
            if rng.chance(0.03) {
                flags.push("segdup");
            }
            if maker.seq[variant.pos as usize].is_ascii_lowercase() && rng.chance(0.3) {
                flags.push("lcr");
            }
            if nonpar {
                flags.push("nonpar");
            }
            line.clear();
            text.line(contig.name, record, &freq, &flags, rng, &mut line)?;
            out.push(&line)?;
            stats.add("gnomad.line_bytes", line.len() as u64);
            stats.add(&format!("gnomad.filter.{}", freq.filter), 1);
            stats.add("gnomad.an_zero", u64::from(freq.total().an == 0));
            stats.add("gnomad.indels", u64::from(variant.changes_length()));
        }
        stats.add("gnomad.records", records.len() as u64);
        out.finish()?;
        Ok(())
    }

    fn gnomad_contigs(&self) -> Vec<(String, usize)> {
        let style = self.spec.style;
        let one = |(c, s): (&crate::genome::Contig, &Share)| {
            let whole38 = style == Style::V4 && s.len == c.len37;
            (style.contig(c.name), if whole38 { c.len38 } else { s.len })
        };
        CONTIGS.iter().zip(&self.shares).take(MT).map(one).collect()
    }
}

fn composition(seq: &[u8], stats: &mut Stats) {
    let mut counts = [0u64; 256];
    for &byte in seq {
        counts[usize::from(byte)] += 1;
    }
    let of = |bytes: &[u8]| bytes.iter().map(|&b| counts[usize::from(b)]).sum::<u64>();
    stats.add("reference.bases", seq.len() as u64);
    stats.add("reference.n_bases", of(b"Nn"));
    stats.add("reference.acgt_bases", of(b"ACGTacgt"));
    stats.add("reference.gc_bases", of(b"GCgc"));
    stats.add("reference.softmasked_bases", of(b"acgt"));
}
