//! One run of `match`: files in, files out.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use vdx_cli::stats::Stats;
use vdx_cli::{Context, Outcome, Progress};
use vdx_genome::Reference;
use vdx_hts::{Error, Result};
use vdx_pipeline::input::{Format, Options};
use vdx_pipeline::{Done, Run};
use vdx_pipeline::{Input, Message};
use vdx_vcf::assembly::{Assembly, Declared};

use crate::cli::args::MatchArgs;
use crate::cli::plan::{MatchPlan, layout};
use crate::matching::concordance::{self, Concordance};
use crate::matching::ordered::Ordered;
use crate::matching::ordered::writer::{Profile, Strand, Writer};
use crate::matching::reference::Genome;
use crate::matching::{Genotypes, Least, Matcher};
use crate::sample::build::SaidBy;
use crate::sample::coverage::Coverage;
use crate::sample::feed::{Along, SampleFeed};
use crate::sample::open::inferred::{Inferred, Told};
use crate::sample::open::reader::{LeftOut, RawFile};
use crate::sample::open::{Asked, Sample, of_header};
use crate::sample::raw::RawTable;
use crate::sample::sex::Sex;
use crate::sample::sex::array::SexCalls;
use crate::sample::sex::ploidy::Haploidy;
use crate::sample::sex::vcf::VariantCalls;
use crate::sample::vendors::detect::detect;
use crate::verdict::Verdict;
use crate::verdict::{BELOW_MIN_DP, BELOW_MIN_GQ, NO_DATA};

/// The name of the output column where nothing names the person: never that of a file, which may.
const UNNAMED: &str = "SAMPLE";

/// Matches as `args` say.
pub(crate) fn run(args: &MatchArgs, context: &Context) -> Result<Outcome> {
    let plan = MatchPlan::new(args)?;
    let source = args.input.resolve(context)?;
    let resources = context.plan(&args.run.limits, &crate::COST.writing(plan.output))?;
    let allow_truncated = args.run.allow_truncated;
    // Indexes that are missing are made from here on.
    let progress = Progress::begin(context, args.run.progress);
    let (fasta, cache) = (args.fasta_ref.as_deref(), args.run.cache.as_deref());
    let reference = Reference::open_given(fasta, cache, |warning| context.log.warn(warning))?;
    let mut input = Input::open(source.path(), Options { allow_truncated, ..Options::default() })?;
    // The header, too, may take as long as a producer likes.
    progress.watch("", &input);
    refuse_others(&mut input)?;
    let mut header = input.read_vcf_header()?;
    let contigs = reference.as_ref().map_or(&[][..], Reference::contigs);
    args.regions.apply(context, &args.run, &source, &mut input, &header, contigs)?;
    // Opened behind ClinVar's header: a file in its place, or a region it does not have, is told before a sample of a
    // million rows is read.
    let sample = Sample::open(&Asked {
        path: plan.sample.as_deref(),
        format: plan.format,
        name: plan.name.as_deref(),
        maps: &plan.maps,
        allow_truncated,
    })?;
    let (said, said_by) = plan.build.map_or_else(|| sample.declared(), |build| (Some(build), SaidBy::User));
    let declared = (said, of_header(&header));
    // Only the pseudoautosomal regions hang on it. The records are ClinVar's, so its word counts before the sample's.
    let build = match declared {
        (_, Some(Declared::Human(build))) | (Some(Declared::Human(build)), _) => build,
        _ => Assembly::Grch37,
    };
    let genome = reference.map(|reference| Genome::new(reference, &header));
    if !args.output.no_version {
        context.signature().iter().for_each(|line| header.add(line.as_bytes()));
    }
    if matches!(sample, Sample::Raw { .. }) && plan.least != Least::default() {
        return Err(Error::usage(
            "--min-gq and --min-dp are about the calls of a VCF sample; a raw file has neither GQ nor DP",
        ));
    }
    let Person { table, along, profile, sex, left_out, about, messages } = Person::of(sample, &plan, build, said_by);
    messages.into_iter().for_each(|message| context.report(message));
    warn_of_lines(&left_out, plan.sample.as_deref(), context);
    about.warnings().iter().for_each(|message| context.log.warn(message));
    // A raw file is in memory: that its rows are too few to prove a build is known before the stream is read.
    if let Some(table) = table.as_deref() {
        Concordance::check_before(declared.0, declared.1, table.letters_in_place(concordance::ENOUGH))?;
    }
    let fields = Arc::new(header.without_contigs());
    let writer = Writer::new(header, profile, layout(plan.output)).map_err(|error| error.in_file(source.name()))?;
    let filter = args.filter.on(writer.header())?;
    let writer = writer.choosing(filter);
    let matcher = Matcher {
        genotypes: table.as_deref().map_or(Genotypes::Vcf, Genotypes::Raw),
        haploidy: Haploidy { sex, build },
        genome: genome.as_ref(),
        all: plan.all,
        header: &fields,
        least: plan.least,
    };
    let done = Run {
        input,
        // The header tells what only the first records prove: the ordered stage writes it.
        prologue: b"",
        work: &matcher,
        feed: along,
        order: Ordered::new(&fields, table.as_deref(), writer, declared, plan.all),
        sink: context.indexed_sink(&args.output, &args.index, plan.output)?,
        limits: &resources.limits,
        report: &|message| context.report(message),
    }
    .go()?;
    drop(progress);
    let unplaced = table.as_ref().map_or(0, |table| table.lengths().len() - done.order.tally.fitted.len());
    warn_of_findings(&done, declared, unplaced, genome.is_some(), context);
    let mut stats = stats(&done);
    let sample_name = plan.sample.as_ref().map_or_else(|| "stdin".to_owned(), |path| path.display().to_string());
    stats.inputs = vec![source.name(), sample_name];
    stats.reasons.add("indel_calls_without_record", unplaced as u64);
    stats.reasons.add("unreadable_sample_lines", left_out.unreadable);
    if args.filter.any() {
        stats.reasons.add("dropped", done.order.tally.dropped);
    }
    let told = Told { build: declared, by: said_by, proven: done.order.tally.proven };
    stats.details.insert("sample".to_owned(), about.details(told));
    context.finish(&stats, &resources, args.run.stats.as_deref())?;
    Ok(Outcome::Done)
}

/// What is easily taken for ClinVar's VCF, or changes places with the sample, has a message of its own.
fn refuse_others(input: &mut Input) -> Result<()> {
    const VCF: &str = "ftp.ncbi.nlm.nih.gov/pub/clinvar/vcf_GRCh37/clinvar.vcf.gz (or vcf_GRCh38)";
    if input.format()? != Format::Other {
        return Ok(());
    }
    let head = input.peek()?.trim_ascii_start();
    let found = if head.starts_with(b"<") {
        format!("XML; what is read is the VCF of the same release, {VCF}")
    } else if head.starts_with(b"#AlleleID\t") || head.starts_with(b"#VariationID\t") {
        format!("one of ClinVar's tab-delimited summaries; what is read is the VCF of the same release, {VCF}")
    } else if let Some(maker) = detect(head).ok().flatten() {
        format!("raw genotypes ({}); give them as --sample, and ClinVar's VCF as the input", maker.vendor.name)
    } else {
        return Ok(());
    };
    Err(Error::data(format!("expected ClinVar's VCF, found {found}")).in_file(input.name()))
}

/// A sample, taken apart for the pipeline.
struct Person {
    table: Option<Box<RawTable>>,
    along: Along,
    profile: Profile,
    sex: Sex,
    left_out: LeftOut,
    about: Inferred,
    /// What there is to tell of a raw file's end.
    messages: Vec<Message>,
}

impl Person {
    fn of(sample: Sample, plan: &MatchPlan, build: Assembly, build_by: SaidBy) -> Self {
        match sample {
            Sample::Raw { file, maker, named, messages } => {
                let RawFile { table, chip, left_out, .. } = *file;
                let calls = SexCalls::of(&table, build);
                let sex = calls.sex();
                let name = plan.name.clone().unwrap_or_else(|| UNNAMED.to_owned());
                let strand = if table.either_strand() { Strand::Either } else { Strand::ToProve };
                let (vendor, sex_name) = (maker.vendor.name, sex.name());
                let coverage = Some(Coverage::of(&table));
                let profile = Profile { name, vendor, chip: chip.clone(), build_by, sex: sex_name, strand, coverage };
                let about = Inferred::raw(maker, chip, calls, named, &table);
                Self { table: Some(Box::new(table)), along: Along::default(), profile, sex, left_out, about, messages }
            }
            Sample::Vcf { lines, column, name, calls, .. } => {
                let sex = calls.as_ref().ok().and_then(Option::as_ref).map_or(Sex::Unknown, VariantCalls::sex);
                let strand = Strand::Plus;
                let profile =
                    Profile { name, vendor: "VCF", chip: None, build_by, sex: sex.name(), strand, coverage: None };
                let along = Along::new(SampleFeed::new(*lines, column));
                let (left_out, about) = (LeftOut::default(), Inferred::Vcf(calls));
                Self { table: None, along, profile, sex, left_out, about, messages: Vec::new() }
            }
        }
    }
}

pub(crate) fn warn_of_lines(left_out: &LeftOut, file: Option<&Path>, context: &Context) {
    let file = file.map_or_else(|| "<stdin>".to_owned(), |path| path.display().to_string());
    for (line, reason) in &left_out.named {
        context.log.warn(&format!("{file}:{line}: this line of the sample is left out: {reason}"));
    }
    if left_out.unreadable > left_out.named.len() as u64 {
        context.log.warn(&format!("{file}: {} lines of the sample are left out in all", left_out.unreadable));
    }
}

fn warn_of_findings(
    done: &Done<Ordered>,
    declared: (Option<Declared>, Option<Declared>),
    unplaced: usize,
    with_genome: bool,
    context: &Context,
) {
    let tally = &done.order.tally;
    done.order.writer().unknown_words().for_each(|message| context.log.warn(&message));
    match declared {
        (Some(sample), Some(clinvar)) if sample != clinvar && tally.proven => context.log.warn(&format!(
            "the sample says {sample}, but its letters agree with this ClinVar file, which says {clinvar}: the \
             positions are taken to be {clinvar}"
        )),
        _ if !tally.proven => context.log.warn(&format!(
            "build and strand of the sample are not proven: {} informative loci were seen, 100 are needed; records are \
             flagged build_unproven",
            tally.concordance.loci()
        )),
        _ => {}
    }
    let concordance = &tally.concordance;
    if tally.proven && concordance.ids_moved() {
        context.log.warn(&format!(
            "{} of {} rsIDs of the sample lie elsewhere than in this ClinVar file, although its letters fit ({} of {} \
             informative loci): its ids are likely of another dbSNP release (rsIDs are merged and moved) or of another \
             list than its positions; what was found by such an id has VDX_MATCH rsid_moved",
            concordance.rsid_moved,
            concordance.rsid_in_place + concordance.rsid_moved,
            concordance.agree,
            concordance.loci()
        ));
    }
    if unplaced > 0 && !with_genome {
        context.log.warn(&format!(
            "{unplaced} calls of I or D fit no record at their position or the one after; give -f REF.fa to find \
             records of the same indel written elsewhere"
        ));
    }
}

fn stats(done: &Done<Ordered>) -> Stats {
    let tally = &done.order.tally;
    let mut stats = Stats {
        records_in: done.records,
        records_out: tally.written,
        chunks: done.chunks,
        workers: done.workers,
        ..Stats::default()
    };
    for verdict in Verdict::ALL {
        stats.reasons.add(verdict.name(), tally.verdicts.get(&verdict).copied().unwrap_or(0));
    }
    stats.reasons.add(NO_DATA, tally.no_data);
    stats.reasons.add(BELOW_MIN_GQ, tally.below[0]);
    stats.reasons.add(BELOW_MIN_DP, tally.below[1]);
    tally.contigs.iter().for_each(|(name, count)| stats.contigs.add(name, *count));
    let concordance = &tally.concordance;
    stats.details.insert(
        "evidence".to_owned(),
        json!({
            "build_and_strand_proven": tally.proven,
            "loci_agree": concordance.agree,
            "loci_disagree": concordance.disagree,
            "loci_flipped": concordance.flipped,
            "rsids_in_place": concordance.rsid_in_place,
            "rsids_moved": concordance.rsid_moved,
        }),
    );
    stats
}
