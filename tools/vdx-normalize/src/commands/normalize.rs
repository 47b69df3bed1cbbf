//! One run: files in, files out.

use std::path::Path;
use std::sync::Arc;

use vdx_cli::format::Allowed;
use vdx_cli::plan::NORMALIZE;
use vdx_cli::{Context, Outcome, Progress};
use vdx_genome::Reference;
use vdx_hts::atomic::Mode;
use vdx_hts::{Error, Result};
use vdx_pipeline::input::Options;
use vdx_pipeline::ordered::ByPosition;
use vdx_pipeline::{Done, Encoding, Input, NoFeed, Run, Sink};
use vdx_vcf::Header;
use vdx_vcf::header::Number;

use crate::TOOL;
use crate::chunk::worker::{Fasta, Worker};
use crate::cli::args::Args;
use crate::cli::plan::{CheckRef, OldRecord, Plan};
use crate::contigs::{Contigs, lines};
use crate::counts::{Finding, Note, Tally};
use crate::haplotype_guard::{HaplotypeGuard, Held};
use crate::same_position::SamePosition;
use crate::transcripts::Transcripts;
use vdx_filter::Filter;

/// Normalises the input as `args` say.
///
/// # Errors
/// Bad arguments, bad data, failed I/O, memory that cannot be had: each with its exit status.
#[allow(clippy::needless_pass_by_value, reason = "the shell round a tool hands its arguments over")]
pub fn run(args: Args, context: &Context) -> Result<Outcome> {
    let plan = Plan::new(&args)?;
    let format = args.output.format(Allowed::Variants)?;
    let source = args.input.resolve(context)?;
    let resources = context.plan(&args.run.limits, &NORMALIZE)?;
    let reference = match &args.fasta_ref {
        Some(path) => {
            let (reference, warnings) = Reference::open(path, args.run.cache.as_deref())?;
            warnings.iter().for_each(|warning| context.log.warn(warning));
            Some(reference)
        }
        None => None,
    };
    let options = Options { allow_truncated: args.run.allow_truncated, ..Options::default() };
    let mut input = Input::open(source.path(), options)?;
    let header = input.read_vcf_header()?;
    let contigs = reference.as_ref().map_or(&[][..], Reference::contigs);
    args.regions.apply(context, &args.run, &source, &mut input, &header, contigs)?;
    let prologue = prologue(
        &header,
        reference.as_ref(),
        first_contig(input.peek()?),
        (!args.output.no_version).then_some(context),
        plan.old_record.as_ref(),
    );
    if plan.keep_sum && header.format(b"AD").is_none_or(|field| field.number != Number::R) {
        let message = "--keep-sum: expected FORMAT/AD with Number=R in the header, found none; leave the option out";
        return Err(Error::data(message).in_file(source.name()));
    }
    let fasta = reference.as_ref().map(|reference| Fasta { reference, contigs: Contigs::new(reference, &header) });
    if let Some(fasta) = &fasta {
        warn_of_lengths(fasta, context);
    }
    let filter = match &plan.filter {
        Some((expression, exclude)) => {
            let flag = if *exclude { "-e" } else { "-i" };
            let filter = Filter::new(expression, *exclude, &header);
            Some(Arc::new(filter.map_err(|message| Error::usage(format!("{flag}: {message}")))?))
        }
        None => None,
    };
    let transcripts = args.gff_annot.as_deref().map(Transcripts::read).transpose()?;
    if let Some(transcripts) = &transcripts {
        warn_of_transcripts(transcripts, &header, args.gff_annot.as_deref(), context);
    }
    let mut together = plan.together().then(|| SamePosition::new(&plan, &header, filter.clone()));
    let (window, only_check) = (plan.window, plan.only_check);
    let worker = Worker { plan, together: together.is_some(), filter, transcripts, header: &header, fasta };
    let sink = if only_check {
        Sink::open(Some(Path::new("/dev/null")), Encoding::Plain, Mode::Usual, TOOL)?
    } else {
        context.indexed_sink(&args.output, &args.index, format)?
    };
    let progress = Progress::start(context, args.run.progress, &input);
    let mut tally = Tally::default();
    // Notes are taken by the first of the ordered stages.
    let mut order = ByPosition::new(window, resources.limits.reserve_bytes, |_: &mut Note| Ok(()));
    if let Some(together) = &mut together {
        order = order.settling(together);
    }
    let mut held = Held::default();
    let order = HaplotypeGuard::new(order, window, &mut held, |note: &mut Note| tally.take(note));
    let run = Run {
        input,
        prologue: &prologue,
        work: &worker,
        feed: NoFeed,
        order,
        sink,
        limits: &resources.limits,
        report: &|message| context.report(message),
    };
    let Done { chunks, workers, copied_blocks, .. } = run.go()?;
    drop(progress);
    if let Some(together) = &together {
        together.count_into(&mut tally);
    }
    held.count_into(&mut tally);
    let mut stats = tally.stats();
    (stats.inputs, stats.chunks, stats.workers) = (vec![source.name()], chunks, workers);
    stats.details.insert("copied_blocks".into(), copied_blocks.into());
    warn_of_contigs(&tally, reference.as_ref(), header.contigs().is_empty(), worker.plan.check, context);
    warn_of_tags(&tally, context);
    warn_of_genotypes(stats.reasons.get("genotype_lost"), context);
    if worker.plan.safe {
        warn_of_held(&held, &header, &source.name(), context);
    }
    let mut outcome = Outcome::Done;
    if only_check {
        stats.records_out = 0;
        let found = stats.reasons.get("not_normal");
        if found > 0 {
            outcome = Outcome::Found;
            let findings = tally.findings(together.as_ref().map_or(&[], SamePosition::findings));
            tell(&findings, found, &source.name(), context);
        }
    }
    context.finish(&stats, &resources, args.run.stats.as_deref())?;
    Ok(outcome)
}

/// Names the records that `--check` found.
fn tell(findings: &[Finding], found: u64, file: &str, context: &Context) {
    for finding in findings {
        let contig = String::from_utf8_lossy(&finding.contig);
        context.log.warn(&format!("{file} {contig}:{}: {}", finding.pos, finding.what));
    }
    let more = found.saturating_sub(findings.len() as u64);
    if more > 0 {
        context.log.warn(&format!("{file}: and {more} more records that are not in their normal form"));
    }
}

fn warn_of_tags(tally: &Tally, context: &Context) {
    let tags: Vec<String> = tally.tags().iter().map(|(tag, count)| format!("{tag} ({count})")).collect();
    if !tags.is_empty() {
        context.log.warn(&format!(
            "--force: left out of split or joined sites for the length of their lists: {}",
            listed(&tags)
        ));
    }
}

fn warn_of_genotypes(lost: u64, context: &Context) {
    if lost > 0 {
        context.log.warn(&format!(
            "-m +: {lost} alleles of genotypes are lost: in the records that were joined the sample has more ALT alleles \
             than copies"
        ));
    }
}

fn warn_of_held(held: &Held, header: &Header, file: &str, context: &Context) {
    if header.samples().is_empty() {
        context.log.warn(&format!("{file}: without samples nothing is known of haplotypes, --safe held nothing back"));
    }
    for Finding { contig, pos, what } in &held.findings {
        let contig = String::from_utf8_lossy(contig);
        context
            .log
            .warn(&format!("{file} {contig}:{pos}: {what} stays, another variant of its haplotype is in the way"));
    }
    let more = held.records() - held.findings.len() as u64;
    if more > 0 {
        context.log.warn(&format!("{file}: and {more} more records that stay where they are (--safe)"));
    }
}

/// CHROM of the first record, from the first bytes behind the header.
fn first_contig(head: &[u8]) -> Option<&[u8]> {
    head.split(|&byte| byte == b'\t').next().filter(|name| !name.is_empty() && name.len() < head.len())
}

/// The header as it is written: with the FASTA's contigs where it has none, and the version and command of `context`.
fn prologue(
    header: &Header,
    reference: Option<&Reference>,
    first: Option<&[u8]>,
    context: Option<&Context>,
    old_record: Option<&OldRecord>,
) -> Vec<u8> {
    let mut header = header.clone();
    if let Some(reference) = reference
        && header.contigs().is_empty()
    {
        lines(reference.contigs(), first).iter().for_each(|line| header.add(line));
    }
    if let Some(old) = old_record.filter(|old| header.info(&old.0).is_none()) {
        header.add(&old.declaration());
    }
    if let Some(context) = context {
        context.signature().iter().for_each(|line| header.add(line.as_bytes()));
    }
    header.to_bytes()
}

/// How many names a warning lists.
const LISTED: usize = 5;

fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(LISTED);
    let shown = names[..names.len() - more].join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

fn warn_of_lengths(fasta: &Fasta, context: &Context) {
    let differing = fasta.contigs.mismatches();
    if !differing.is_empty() {
        context.log.warn(&format!(
            "contigs have other lengths in the header than in {}; is it of another build? {}",
            fasta.reference.name(),
            listed(&differing)
        ));
    }
}

/// Of a GFF that belongs to another file: nothing would go to the right, and nobody would see why.
fn warn_of_transcripts(transcripts: &Transcripts, header: &Header, file: Option<&Path>, context: &Context) {
    let contigs = header.contigs();
    if !contigs.is_empty() && contigs.iter().all(|contig| transcripts.on(&contig.name, contig.length).is_none()) {
        let file = file.unwrap_or(Path::new("the GFF")).display();
        context.log.warn(&format!("{file} has no transcripts on the contigs of the header; is it of another build?"));
    }
}

fn warn_of_contigs(
    tally: &Tally,
    reference: Option<&Reference>,
    made_lines: bool,
    check: Option<CheckRef>,
    context: &Context,
) {
    let absent = tally.absent();
    let Some(reference) = reference.filter(|_| !absent.is_empty()) else { return };
    let records: u64 = absent.iter().map(|(_, records)| records).sum();
    let names: Vec<String> = absent.into_iter().map(|(name, _)| name).collect();
    let what = match check {
        Some(CheckRef::Go { exclude: true, .. }) => "dropped",
        _ if made_lines => "not checked and have no ##contig line, which bcftools needs to read from a pipe",
        _ => "not checked",
    };
    context.log.warn(&format!(
        "{} lacks contigs of {records} records, which were {what}: {}",
        reference.name(),
        listed(&names)
    ));
}
