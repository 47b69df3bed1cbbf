//! One run: files in, files out.

mod header;
mod warnings;

use std::path::Path;
use std::sync::Arc;

use vdx_cli::flags::filter;
use vdx_cli::format::Allowed;
use vdx_cli::{Context, Outcome, Progress};
use vdx_genome::Reference;
use vdx_hts::atomic::Mode;
use vdx_hts::{Error, Result};
use vdx_pipeline::input::Options;
use vdx_pipeline::ordered::ByPosition;
use vdx_pipeline::{Done, Encoding, Input, NoFeed, Run, Sink};
use vdx_vcf::header::Number;

use crate::TOOL;
use crate::chunk::{Fasta, Worker};
use crate::cli::{Args, Plan};
use crate::contigs::Contigs;
use crate::counts::{Note, Tally};
use crate::haplotype_guard::{HaplotypeGuard, Held};
use crate::same_position::SamePosition;
use crate::transcripts::Transcripts;

/// Normalises the input as `args` say.
///
/// # Errors
/// Bad arguments, bad data, failed I/O, memory that cannot be had: each with its exit status.
#[allow(clippy::needless_pass_by_value, reason = "the shell round a tool hands its arguments over")]
pub fn run(args: Args, context: &Context) -> Result<Outcome> {
    let Plan { steps, same_position, window } = Plan::new(&args)?;
    let format = args.output.format(Allowed::Variants)?;
    let source = args.input.resolve(context)?;
    let resources = context.plan(&args.run.limits, &crate::COST.writing(format))?;
    // Indexes that are missing are made from here on.
    let progress = Progress::begin(context, args.run.progress);
    let (fasta, cache) = (args.fasta_ref.as_deref(), args.run.cache.as_deref());
    let reference = Reference::open_given(fasta, cache, |warning| context.log.warn(warning))?;
    let options = Options { allow_truncated: args.run.allow_truncated, ..Options::default() };
    let mut input = Input::open(source.path(), options)?;
    // The header, too, may take as long as a producer likes.
    progress.watch("", &input);
    let header = Arc::new(input.read_vcf_header()?);
    let contigs = reference.as_ref().map_or(&[][..], Reference::contigs);
    args.regions.apply(context, &args.run, &source, &mut input, &header, contigs)?;
    let prologue = header::prologue(
        &header,
        reference.as_ref(),
        header::first_contig(input.peek()?),
        (!args.output.no_version).then_some(context),
        steps.old_record.as_ref(),
    );
    let has_depths = [header.info(b"AD"), header.format(b"AD")].iter().flatten().any(|field| field.number == Number::R);
    if steps.keep_sum && !has_depths {
        let message =
            "--keep-sum: expected INFO/AD or FORMAT/AD with Number=R in the header, found none; leave the option out";
        return Err(Error::data(message).in_file(source.name()));
    }
    let fasta = reference.as_ref().map(|reference| Fasta { reference, contigs: Contigs::new(reference, &header) });
    if let Some(fasta) = &fasta {
        warnings::of_lengths(fasta, context);
    }
    let filter = filter(args.include.as_ref(), args.exclude.as_ref(), &header)?.map(Arc::new);
    let transcripts = args.gff_annot.as_deref().map(Transcripts::read).transpose()?;
    if let Some(transcripts) = &transcripts {
        warnings::of_transcripts(transcripts, &header, args.gff_annot.as_deref(), context);
    }
    let same_position = same_position.map(|rules| SamePosition::new(Arc::new(rules), &header, filter.clone()));
    let only_check = steps.only_check;
    let worker = Worker { steps, same_position: same_position.is_some(), filter, transcripts, header: &header, fasta };
    let sink = if only_check {
        Sink::open(Some(Path::new("/dev/null")), Encoding::Plain, Mode::Usual, TOOL)?
    } else {
        context.indexed_sink(&args.output, &args.index, format)?
    };
    let messages = context.naming_first();
    let mut tally = Tally::default();
    // Notes are taken by the first of the ordered stages.
    let reserve = resources.limits.reserve_bytes;
    let order = ByPosition::new(window, reserve, same_position, |_: &mut Note| Ok(()));
    let mut held = Held::default();
    let order = HaplotypeGuard::new(order, (window, reserve), &mut held, |note: &mut Note| tally.take(note));
    let run = Run {
        input,
        prologue: &prologue,
        work: &worker,
        feed: NoFeed,
        order,
        sink,
        limits: &resources.limits,
        report: &|message| messages.report(message),
    };
    let done = run.go();
    drop(progress);
    messages.conclude(&source.name());
    let Done { order, chunks, workers, copied_blocks, .. } = done?;
    let same_position = order.into_inner().into_settle();
    if let Some(same_position) = &same_position {
        same_position.count_into(&mut tally);
    }
    held.count_into(&mut tally);
    let mut stats = tally.stats();
    (stats.inputs, stats.chunks, stats.workers) = (vec![source.name()], chunks, workers);
    stats.details.insert("copied_blocks".into(), copied_blocks.into());
    warnings::of_contigs(&tally, reference.as_ref(), header.contigs().is_empty(), worker.steps.check, context);
    if let Some(reference) = &reference {
        warnings::of_build(&tally, &source.name(), reference, context);
    }
    warnings::of_tags(&tally, context);
    warnings::of_undeclared(&tally, &source.name(), context);
    warnings::of_genotypes(stats.reasons.get("genotype_lost"), context);
    if worker.steps.safe {
        warnings::of_held(&held, &header, &source.name(), context);
    }
    let mut outcome = Outcome::Done;
    if only_check {
        stats.records_out = 0;
        let found = stats.reasons.get("not_normal");
        if found > 0 {
            outcome = Outcome::Found;
            let findings = tally.findings(same_position.as_ref().map_or(&[], SamePosition::findings));
            warnings::of_findings(&findings, found, &source.name(), context);
        }
    }
    context.finish(&stats, &resources, args.run.stats.as_deref())?;
    Ok(outcome)
}
