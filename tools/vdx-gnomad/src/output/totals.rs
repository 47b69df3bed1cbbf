//! What a run counted, and what it says of it.

use serde_json::{Map, Value, json};
use vdx_cli::stats::Counts;
use vdx_cli::{Context, Stats};
use vdx_hts::Result;
use vdx_hts::index::Effort;
use vdx_vcf::assembly::Assembly;

use crate::query::annotator::{LeftOut, Note, Turn};
use crate::query::batch::Aligned;
use crate::source::agreement::Agreement;
use crate::source::build_check::Proof;
use crate::source::{Db, Location, Resolved, Status};

/// How many contigs a warning names.
const NAMED: usize = 10;

/// The first of these names, and how many more there are.
fn named(names: &[String]) -> String {
    let more = if names.len() > NAMED { format!(" and {} more", names.len() - NAMED) } else { String::new() };
    format!("{}{more}", names[..names.len().min(NAMED)].join(", "))
}

/// What counts values that `--force` left out, in statistics.
pub(crate) const WRONG_LENGTH: &str = "wrong_length";

/// Names the first value that `--force` left out.
pub(crate) fn warn_of_left_out(LeftOut { count, first }: &LeftOut, context: &Context) {
    if let Some(first) = first {
        context
            .log
            .warn(&format!("--force: values left out for the length of their lists: {count}, the first of {first}"));
    }
}

/// The counts of a run.
#[derive(Default)]
pub(crate) struct Totals {
    /// Records read.
    pub(crate) records: u64,
    /// Chunks they came in.
    pub(crate) chunks: u64,
    /// Worker threads that ran; 0 where the calling thread did all.
    pub(crate) workers: usize,
    kept: u64,
    /// Records that `-i` or `-e` dropped.
    pub(crate) dropped: u64,
    /// Rows that ask nothing, by status.
    unasked: [u64; Status::ALL.len()],
    /// Rows with an allele `-`, and where the first of them is.
    unpadded: (u64, Option<(Vec<u8>, u32)>),
    /// Indels aligned (`-f`).
    aligned: Aligned,
    /// By worker: its turns, and what they come to.
    turns: Vec<(u64, Turn)>,
    /// Records by contig.
    contigs: Counts,
    sources: Vec<SourceTotals>,
}

/// What came of the questions to one source.
#[derive(Default)]
struct SourceTotals {
    /// ALTs by [`Status`], by contig.
    statuses: Vec<(String, [u64; Status::ALL.len()])>,
    /// Records by contig that the source lacks.
    not_covered: Counts,
    agreement: Agreement,
    effort: Effort,
    /// How the build is known without a look at REF.
    proof: Proof,
    /// ALTs on nuclear chromosomes were looked up: the mitochondrion is the same in both builds.
    nuclear: bool,
    /// What `--force` left out.
    left_out: LeftOut,
}

/// How many of [`Status::ALL`], from the first on, come of a look-up.
const LOOKED_UP: usize = 3;

impl Totals {
    /// Nothing yet; `proofs`: what is known of the input's build beside each source.
    pub(crate) fn new(proofs: Vec<Proof>) -> Self {
        let sources = proofs.into_iter().map(|proof| SourceTotals { proof, ..SourceTotals::default() });
        Self { sources: sources.collect(), ..Self::default() }
    }

    /// Adds a chunk's note; notes come in input order.
    ///
    /// # Errors
    /// The input is of another build than a source.
    pub(crate) fn add(&mut self, note: Note, dbs: &[Db]) -> Result<()> {
        self.kept += note.kept;
        self.dropped += note.dropped;
        self.unasked.iter_mut().zip(note.unasked).for_each(|(sum, count)| *sum += count);
        self.unpadded.0 += note.unpadded.0;
        self.unpadded.1 = self.unpadded.1.take().or(note.unpadded.1);
        self.add_aligned(note.aligned);
        self.add_turn(note.turn);
        for (source, effort) in self.sources.iter_mut().zip(note.efforts) {
            source.effort.jumps += effort.jumps;
            source.effort.blocks += effort.blocks;
        }
        self.sources.iter_mut().zip(note.left_out).for_each(|(source, left_out)| source.left_out.add(left_out));
        for counts in note.contigs {
            let name = String::from_utf8_lossy(&counts.name);
            self.contigs.add(&name, counts.records);
            for ((source, db), (resolved, statuses)) in self.sources.iter_mut().zip(dbs).zip(counts.sources) {
                source.add(&name, statuses);
                match resolved {
                    Resolved::NotCovered => source.not_covered.add(&name, counts.records),
                    Resolved::Covered(at) if db.is_mitochondrial(at) => {}
                    Resolved::Covered(_) => {
                        source.nuclear |= statuses[..LOOKED_UP].iter().any(|count| *count > 0);
                        // A contig of another build is refused, so a name that tells the build proves it.
                        if matches!(Assembly::of_refseq(&counts.name), Some((_, Some(_)))) {
                            source.proof = Proof::Contigs;
                        }
                    }
                }
            }
        }
        for ((source, compared), db) in self.sources.iter_mut().zip(&note.compared).zip(dbs) {
            source.agreement.add(compared, &db.title)?;
        }
        Ok(())
    }

    fn add_turn(&mut self, turn: Turn) {
        if self.turns.len() <= turn.worker {
            self.turns.resize(turn.worker + 1, Default::default());
        }
        let (chunks, sum) = &mut self.turns[turn.worker];
        *chunks += 1;
        sum.records += turn.records;
        sum.busy += turn.busy;
    }

    fn add_aligned(&mut self, note: Aligned) {
        self.aligned.moved += note.moved;
        self.aligned.ref_differs += note.ref_differs;
        self.aligned.first = self.aligned.first.take().or(note.first);
        for (name, count) in note.no_contig {
            match self.aligned.no_contig.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += count,
                None => self.aligned.no_contig.push((name, count)),
            }
        }
    }

    /// Says which indels could not be aligned.
    fn warn_of_unaligned(&self, fasta: &str, context: &Context) {
        let Aligned { ref_differs, first, no_contig, .. } = &self.aligned;
        if let Some((chrom, pos)) = first {
            context.log.warn(&format!(
                "{ref_differs} indels were looked up where they are: their REF is not what {fasta} has there, first at {}:{pos}",
                String::from_utf8_lossy(chrom)
            ));
        }
        if !no_contig.is_empty() {
            let listed = |(name, count): &(Vec<u8>, u64)| format!("{} ({count})", String::from_utf8_lossy(name));
            let listed = named(&no_contig.iter().map(listed).collect::<Vec<_>>());
            context
                .log
                .warn(&format!("indels (in brackets) were looked up where they are: {fasta} has no contig {listed}"));
        }
    }

    /// The verdict over the whole input.
    ///
    /// # Errors
    /// The input is of another build than a source.
    pub(crate) fn check(&self, dbs: &[Db]) -> Result<()> {
        self.sources.iter().zip(dbs).try_for_each(|(source, db)| source.agreement.check(&db.title))
    }

    /// Says what was not covered and whether the build was proven, and makes the statistics.
    pub(crate) fn stats(
        self,
        inputs: Vec<String>,
        fasta: Option<&str>,
        sources: &[(&Location, &Db)],
        context: &Context,
    ) -> Stats {
        let mut stats = Stats {
            inputs,
            records_in: self.records,
            records_out: self.kept,
            chunks: self.chunks,
            workers: self.workers,
            contigs: self.contigs.clone(),
            ..Stats::default()
        };
        if let (count, Some((chrom, pos))) = &self.unpadded {
            context.log.warn(&format!(
                "{count} rows have an allele '-', which VCF writes with the base before it (a deletion of A behind C is CA and C): they were not looked up, first at {}:{pos}",
                String::from_utf8_lossy(chrom)
            ));
        }
        if let Some(fasta) = fasta {
            self.warn_of_unaligned(fasta, context);
            let no_contig: u64 = self.aligned.no_contig.iter().map(|(_, count)| count).sum();
            stats.reasons.add("aligned", self.aligned.moved);
            stats.reasons.add("unaligned_ref_differs", self.aligned.ref_differs);
            stats.reasons.add("unaligned_no_contig", no_contig);
        }
        let mut details = Vec::with_capacity(sources.len());
        for (source, (location, db)) in self.sources.iter().zip(sources) {
            source.warn(db, context);
            let name = location.name.as_ref().map(|name| format!("{name}_")).unwrap_or_default();
            for ((status, count), unasked) in Status::ALL.iter().zip(source.sum()).zip(self.unasked) {
                let count = count + unasked;
                // Of words alone.
                if *status == Status::Unreadable && count == 0 {
                    continue;
                }
                stats.reasons.add(&format!("{name}{}", status.name()), count);
            }
            stats.reasons.add(&format!("{name}{WRONG_LENGTH}"), source.left_out.count);
            let mut about = source.to_json();
            about.insert("name".into(), location.name.clone().into());
            about.insert("title".into(), db.title.clone().into());
            about.insert("path".into(), location.path.display().to_string().into());
            details.push(about.into());
        }
        stats.details.insert("sources".into(), Value::Array(details));
        let worker = |(chunks, sum): &(u64, Turn)| json!({ "chunks": chunks, "records": sum.records, "busy_seconds": sum.busy.as_secs_f64() });
        stats.details.insert("workers".into(), Value::Array(self.turns.iter().map(worker).collect()));
        stats
    }
}

impl SourceTotals {
    fn add(&mut self, contig: &str, statuses: [u64; Status::ALL.len()]) {
        // Records come contig by contig, so the last entry is nearly always the one.
        let at = self.statuses.iter().rposition(|(name, _)| name == contig).unwrap_or_else(|| {
            self.statuses.push((contig.to_owned(), Default::default()));
            self.statuses.len() - 1
        });
        self.statuses[at].1.iter_mut().zip(statuses).for_each(|(sum, count)| *sum += count);
    }

    fn sum(&self) -> [u64; Status::ALL.len()] {
        let mut sums = [0; Status::ALL.len()];
        for (_, counts) in &self.statuses {
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        sums
    }

    /// How it is known that the input is of the source's build.
    fn build_check(&self) -> &'static str {
        if self.proof < Proof::Contigs && self.agreement.proves() { "ref_letters" } else { self.proof.name() }
    }

    fn warn(&self, db: &Db, context: &Context) {
        let missing: Vec<String> = self.not_covered.iter().map(|(name, count)| format!("{name} ({count})")).collect();
        if !missing.is_empty() {
            let named = named(&missing);
            context.log.warn(&format!(
                "{} has no file for these contigs, whose records (in brackets) got status not_covered and no values: {named}",
                db.label()
            ));
        }
        warn_of_left_out(&self.left_out, context);
        if self.effort.blocks > 0 {
            let asked: u64 = self.sum()[..LOOKED_UP].iter().sum();
            let Effort { jumps, blocks } = self.effort;
            let how = if jumps * 2 > asked { "sought" } else { "swept" };
            context.log.debug(&format!(
                "{}: {asked} ALTs were {how}, with {jumps} jumps and {blocks} blocks inflated",
                db.label()
            ));
        }
        let is_unproven = self.proof == Proof::Unproven && !self.agreement.proves();
        if self.nuclear && is_unproven {
            let message = match db.build() {
                Some(build) => {
                    format!("it is unproven that the input is of {}, as {} is (see --build)", build.name(), db.label())
                }
                None => format!("it is unproven that the input is of the same build as {}", db.label()),
            };
            if self.agreement.disagreeing > 0 { context.log.warn(&message) } else { context.log.info(&message) }
        }
    }

    fn to_json(&self) -> Map<String, Value> {
        let by_contig = |(name, counts): &(String, [u64; Status::ALL.len()])| {
            let asked = Status::ALL.iter().filter(|status| **status != Status::Unreadable);
            let counts = asked.zip(counts).map(|(status, count)| (status.name().to_owned(), json!(count)));
            (name.clone(), Value::Object(counts.collect()))
        };
        let not_covered = self.not_covered.iter().map(|(name, count)| (name.to_owned(), json!(count)));
        let mut map = Map::new();
        map.insert("jumps".into(), self.effort.jumps.into());
        map.insert("blocks_inflated".into(), self.effort.blocks.into());
        map.insert("build_check".into(), self.build_check().into());
        map.insert("ref_compared".into(), self.agreement.informative.into());
        map.insert("ref_disagreeing".into(), self.agreement.disagreeing.into());
        map.insert("contigs".into(), Value::Object(self.statuses.iter().map(by_contig).collect()));
        map.insert("not_covered_records".into(), Value::Object(not_covered.collect()));
        map
    }
}
