//! `vdx-gnomad build` from arguments to summary.

mod an_sites;
mod columns;
mod contigs;
mod job;
mod place;
mod rows;

use vdx_cli::plan::ToolCost;
use vdx_cli::stats::Counts;
use vdx_cli::{Context, Outcome, Progress, Stats};
use vdx_hts::{Error, Result, index};

use self::job::Job;
use self::place::Place;
use crate::cli::args::BuildArgs;
use crate::fields;
use crate::output::totals::{WRONG_LENGTH, warn_of_left_out};
use crate::query::annotator::LeftOut;
use crate::source::{Db, Resolved};

/// What sorting names takes, in bytes.
const NAMES_BYTES: u64 = 32 << 20;

/// Runs `build`.
///
/// # Errors
/// Arguments that cannot be followed, a source that cannot be read, a store that was made from something else, output
/// that cannot be written.
pub(crate) fn build(args: &BuildArgs, context: &Context) -> Result<Outcome> {
    let names = if args.rsid { NAMES_BYTES } else { 0 };
    let plan = context.plan(&args.limits, &ToolCost { reserve: crate::COST.reserve + names, ..crate::COST })?;
    let options = index::Options { cache: args.cache.clone(), allow_truncated: args.allow_truncated };
    let progress = Progress::begin(context, args.progress);
    let db = Db::open(&args.db.clone().into(), &(&args.choice).into(), options, context.log.clone())?;
    let name = args.db.display().to_string();
    let usage = |message: String| Error::usage(message).in_file(name.clone());
    let mut origins = db.source.origins().ok_or_else(|| usage("this is a store already".to_owned()))?;
    let only = match &args.contig {
        None => None,
        Some(contig) => match db.resolve(contig.as_bytes(), None)? {
            Resolved::Covered(at) => {
                origins.retain(|origin| origin.contigs.contains(&at));
                Some(db.contig(at).name.clone())
            }
            Resolved::NotCovered => return Err(usage(format!("--contig {contig}: no file has this contig"))),
        },
    };
    let asked: Vec<String> = args.fields.iter().map(|name| fields::spelled(name, "", &db.source.headers())).collect();
    let named: Vec<String> = asked.iter().filter(|name| !matches!(&name[..], "all" | "default")).cloned().collect();
    let found = fields::resolve(&named, &db.source.headers()).map_err(usage)?;
    fields::warn_of_missing(&found, &db.title, &context.log);
    let place = Place::new(&args.output, only.is_some(), &context.log)?;
    let job = Job {
        args,
        fields: &asked,
        context,
        db: &db,
        folder: &place.folder,
        only: only.as_deref(),
        limits: &plan.limits,
        progress: &progress,
    };
    let mut built = Built::default();
    for (number, origin) in (1..).zip(&origins) {
        // Short, since it stands before a bar.
        let label = match origin.contigs.as_slice() {
            [one] if origins.len() > 1 => {
                format!("{} ({number} of {})", String::from_utf8_lossy(&db.contig(*one).name), origins.len())
            }
            _ => String::new(),
        };
        job.file(origin, &label, &mut built)?;
    }
    let folded = match &args.an_sites {
        Some(table) => {
            let truncated = args.allow_truncated;
            Some(an_sites::fold(table, &db, only.as_deref(), &place.folder, truncated, &context.log, &progress)?)
        }
        None => None,
    };
    let files = job.files(&origins);
    place.finish(files.into_iter())?;
    let inputs = [name].into_iter().chain(args.an_sites.iter().map(|table| table.display().to_string()));
    let mut stats = built.stats(inputs.collect(), context);
    if let Some(folded) = folded {
        stats.reasons.add("an_sites", folded.sites);
        stats.reasons.add("an_sites_skipped", folded.skipped);
        stats.reasons.add("an_sites_contigs_kept", folded.kept);
    }
    drop(progress);
    context.finish(&stats, &plan, args.stats.as_deref())?;
    Ok(Outcome::Done)
}

/// What was built.
#[derive(Default)]
struct Built {
    /// Contig, records, ALTs left out, bytes.
    files: Vec<(String, u64, u64, u64)>,
    kept: u64,
    /// What `--force` left out.
    left_out: LeftOut,
    chunks: u64,
    workers: usize,
}

impl Built {
    fn stats(mut self, inputs: Vec<String>, context: &Context) -> Stats {
        self.files.sort();
        let (mut contigs, mut reasons) = (Counts::default(), Counts::default());
        let (mut records, mut left_out, mut bytes) = (0, 0, 0);
        for (contig, count, left, size) in &self.files {
            contigs.add(contig, *count);
            records += count;
            left_out += left;
            bytes += size;
        }
        if left_out > 0 {
            context.log.warn(&format!(
                "{left_out} ALTs of the source were left out: they are not of bases, or not in minimal form, and are not found in its files either"
            ));
        }
        warn_of_left_out(&self.left_out, context);
        reasons.add("left_out", left_out);
        reasons.add(WRONG_LENGTH, self.left_out.count);
        reasons.add("contigs_kept", self.kept);
        let mut stats = Stats {
            inputs,
            records_in: records + left_out,
            records_out: records,
            chunks: self.chunks,
            workers: self.workers,
            reasons,
            contigs,
            ..Stats::default()
        };
        stats.details.insert("bytes".into(), bytes.into());
        stats
    }
}
