//! One run of `convert`: a raw file as a VCF or BCF.

use vdx_cli::format::Allowed;
use vdx_cli::stats::Stats;
use vdx_cli::{Context, Outcome, Progress};
use vdx_genome::Reference;
use vdx_hts::{Error, Result};
use vdx_pipeline::input::Options;
use vdx_pipeline::{Form, Input};
use vdx_vcf::Header;
use vdx_vcf::assembly::{Assembly, Declared};
use vdx_vcf::contig;

use crate::cli::args::ConvertArgs;
use crate::convert::contigs::OfContig;
use crate::convert::records::Source;
use crate::convert::sites::{Rows, Sites};
use crate::convert::tally::Tally;
use crate::convert::threads::make_all;
use crate::sample::coverage::{Coverage, name};
use crate::sample::open::reader::RawFile;
use crate::sample::open::{Asked, Sample, of_header};
use crate::sample::raw::{RawTable, Row};
use crate::sample::sex::array::SexCalls;
use crate::sample::sex::ploidy::Haploidy;

/// Rows that are looked at to tell whether the reference is of the file's build.
const LOOKED_AT: usize = 20_000;
/// So many of them decide.
const ENOUGH: u64 = 100;
/// REF is among the letters of so many percent at least: arrays look at common variants, where most alleles are REF. In
/// another build it is so by chance alone.
const EXPECTED: u64 = 60;

/// Converts as `args` say.
pub(crate) fn run(args: &ConvertArgs, context: &Context) -> Result<Outcome> {
    let format = args.output.format(Allowed::Variants)?;
    let resources = context.plan(&args.run.limits, &crate::COST)?;
    let allow_truncated = args.run.allow_truncated;
    let progress = Progress::begin(context, args.run.progress);
    let (reference, warnings) = Reference::open(&args.fasta_ref, args.run.cache.as_deref())?;
    warnings.iter().for_each(|warning| context.log.warn(warning));
    let path = Some(args.sample.as_path()).filter(|path| path.as_os_str() != "-");
    let sample = Sample::open(&Asked {
        path,
        format: args.raw.sample_format,
        name: None,
        maps: &args.raw.rsid_map,
        allow_truncated,
    })?;
    let (said, _) = sample.declared();
    let file = path.map_or_else(|| "<stdin>".to_owned(), |path| path.display().to_string());
    let Sample::Raw { file: raw, maker, messages, .. } = sample else {
        let message = "expected a raw genotype file, found a variant file, which is what convert writes; bcftools view \
                       turns one kind into another";
        return Err(Error::data(message).in_file(file));
    };
    let RawFile { table, chip, left_out, .. } = *raw;
    messages.into_iter().for_each(|message| context.report(message));
    super::r#match::warn_of_lines(&left_out, path, context);
    if table.either_strand() {
        let message = "expected letters of the plus strand, found Illumina's Forward alleles, which are of either strand; \
                       export the report again with its Plus alleles";
        return Err(Error::data(message).in_file(file));
    }
    if !table.rows().any(|row| row.pos > 0 && row.chromosome > 0) {
        return Err(Error::data("expected rows with chromosome and position, found none").in_file(file));
    }
    let build = build_of(&reference);
    check_build(&table, &reference, said, build).map_err(|error| error.in_file(file.clone()))?;
    let known = build.or(match said {
        Some(Declared::Human(said)) => Some(said),
        _ => None,
    });
    let assembly = known.unwrap_or(Assembly::Grch37);
    let sex = SexCalls::of(&table, assembly).sex();
    let haploidy = Haploidy { sex, build: assembly };
    let mut sites = match &args.sites {
        None => Sites::default(),
        Some(path) => {
            let mut input = Input::open(Some(path), Options { allow_truncated, ..Options::default() })?;
            progress.watch("sites", &input);
            let header = input.read_vcf_header()?;
            if let (Some(Declared::Human(sites)), Some(build)) = (of_header(&header), build)
                && sites != build
            {
                let message = format!(
                    "expected sites of {} as {} is, found {}; give sites of that build",
                    build.name(),
                    reference.name(),
                    sites.name()
                );
                return Err(Error::data(message).in_file(path.display().to_string()));
            }
            Sites::read(input, &reference, &Rows { table: &table, haploidy }, args.all_sites)?
        }
    };
    let person = args.sample_name.as_deref().unwrap_or("SAMPLE");
    let coverage = Coverage::of(&table).attributes();
    let chip = chip.map(|chip| format!(",Chip={chip}")).unwrap_or_default();
    let sample_line = format!(
        "##vdx_sample=<ID={person},Vendor={}{chip},Build={},Sex={}{coverage}>",
        maker.vendor.name,
        known.map_or("unknown", Assembly::name),
        sex.name()
    );
    let mut header = header(&reference, known, person)?;
    header.add(sample_line.as_bytes());
    if !args.output.no_version {
        context.signature().iter().for_each(|line| header.add(line.as_bytes()));
    }
    let mut sink = context.indexed_sink(&args.output, &args.index, format)?;
    sink.write_header(&header.to_bytes(), &Form::Text)?;
    let mut stats = Stats { inputs: vec![file], ..Stats::default() };
    let (mut tally, mut contigs, mut on_contigs) = (Tally::default(), Vec::new(), 0);
    for (index, contig) in reference.contigs().iter().enumerate() {
        let Some(number) = contig::number(&contig.name).filter(|&number| is_first(&reference, index, number)) else {
            continue;
        };
        contigs.push(OfContig::new(&table, &mut sites, number, (index, &contig.name), &mut tally));
        on_contigs += table.chromosome(number).len();
        on_contigs +=
            sites.moved.iter().filter(|(row, place)| place.0 == number && table.row(**row).chromosome == 0).count();
    }
    let mut by_contig = vec![0; contigs.len()];
    let source = Source { table: &table, sites: &sites, haploidy };
    make_all(source, &contigs, (&reference, resources.limits.threads), |contig, made| {
        by_contig[contig] += made.tally.records;
        tally.add(&made.tally);
        sink.write_lines(&made.text)
    })?;
    for (contig, records) in contigs.iter().zip(by_contig).filter(|(_, records)| *records > 0) {
        stats.contigs.add(&String::from_utf8_lossy(contig.name), records);
    }
    sink.complete()?;
    let elsewhere = (table.len() - on_contigs) as u64;
    tell(&tally, elsewhere, args.sites.is_some(), context);
    let Tally { records, no_calls, indels, without_site, several_sites, .. } = tally;
    (stats.records_in, stats.records_out) = (table.len() as u64, records);
    for (name, count) in [
        ("no_calls", no_calls),
        ("indels", indels),
        ("indel_calls_without_site", without_site),
        ("indel_calls_with_several_sites", several_sites),
        ("moved_by_rsid", tally.moved),
        ("duplicates", tally.duplicates),
        ("rows_disagree", tally.rows_disagree),
        ("outside_reference", tally.outside + elsewhere),
        ("unknown_reference", tally.unknown_reference),
        ("unreadable_sample_lines", left_out.unreadable),
        ("sites_with_other_ref", sites.other_ref),
    ] {
        stats.reasons.add(name, count);
    }
    stats.inputs.extend(args.sites.as_ref().map(|path| path.display().to_string()));
    drop(progress);
    context.finish(&stats, &resources, args.run.stats.as_deref())?;
    Ok(Outcome::Done)
}

/// Of contigs that are one chromosome (chr1 and 1, two mitochondria), the first is written.
fn is_first(reference: &Reference, index: usize, number: u8) -> bool {
    !reference.contigs()[..index].iter().any(|contig| contig::number(&contig.name) == Some(number))
}

/// The build that the lengths of the contigs are of.
fn build_of(reference: &Reference) -> Option<Assembly> {
    reference.contigs().iter().find_map(|known| Assembly::by_length(contig::number(&known.name)?, known.length?))
}

/// Holds letters against the reference, before a record is written.
fn check_build(table: &RawTable, reference: &Reference, said: Option<Declared>, build: Option<Assembly>) -> Result<()> {
    let mut cursor = reference.cursor();
    let step = (table.len() / LOOKED_AT).max(1);
    let (mut agree, mut loci) = (0, 0);
    let sampled = (0..table.len()).step_by(step).map(|at| table.row(at as u32));
    let sampled: Vec<Row> = sampled.filter(|row| row.pos > 0 && row.call.letters().is_some()).collect();
    for rows in sampled.chunk_by(|one, other| one.chromosome == other.chromosome) {
        let number = rows[0].chromosome;
        let named = contig::resolve(name(number).as_bytes(), None, reference.contigs());
        let Some(index) = named.filter(|_| number != contig::MT) else { continue };
        cursor.select(index);
        let (positions, mut bases): (Vec<u32>, _) = (rows.iter().map(|row| row.pos).collect(), Vec::new());
        cursor.bases(&positions, &mut bases)?;
        loci += rows.len() as u64;
        let agrees = |(row, base): &(&Row, Option<u8>)| {
            row.call.letters().zip(*base).is_some_and(|(letters, base)| letters.contains(&base))
        };
        agree += rows.iter().zip(bases).filter(agrees).count() as u64;
    }
    let fits = agree * 100 >= loci * EXPECTED;
    let differs = matches!((said, build), (Some(said), Some(build)) if said != Declared::Human(build));
    if (loci >= ENOUGH && fits) || (loci < ENOUGH && !differs) {
        return Ok(());
    }
    Err(Error::data(format!(
        "the sample does not fit this reference: expected REF among the letters of most rows, found it in {agree} of {loci} \
         (sample: {}, {}: {}); give the FASTA of the sample's build (and of the plus strand)",
        said.map_or("no build named", Declared::name),
        reference.name(),
        build.map_or("no build known by its lengths", Assembly::name),
    )))
}

/// The header, but for lines about the run.
fn header(reference: &Reference, build: Option<Assembly>, person: &str) -> Result<Header> {
    let mut text = "##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n".to_owned();
    if let Some(build) = build {
        text += &format!("##reference={}\n", build.name());
    }
    let assembly = build.map(|build| format!(",assembly={}", build.name())).unwrap_or_default();
    for contig in reference.contigs() {
        let length = contig.length.map(|length| format!(",length={length}")).unwrap_or_default();
        text += &format!("##contig=<ID={}{length}{assembly}>\n", String::from_utf8_lossy(&contig.name));
    }
    text += "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n\
             #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t";
    text += person;
    text.push('\n');
    Header::parse(text.as_bytes()).map_err(Error::caused_by)
}

/// What was left out, and what can be done about it.
fn tell(tally: &Tally, elsewhere: u64, with_sites: bool, context: &Context) {
    let left_out = tally.without_site + tally.several_sites;
    if left_out > 0 {
        let hint = if with_sites { "" } else { "; give --sites ClinVar's or dbSNP's VCF, which has the alleles" };
        let more = if left_out > tally.named.len() as u64 { ", ..." } else { "" };
        context.log.warn(&format!(
            "{left_out} calls of I or D are left out, because their alleles are not known: {}{more}{hint}",
            tally.named.join(", ")
        ));
    }
    for (count, what) in [
        (elsewhere, "rows are on no chromosome of the reference and left out"),
        (tally.outside, "rows lie behind the end of their chromosome and are left out"),
        (tally.unknown_reference, "rows lie where the reference has no base (N) and are left out"),
        (tally.moved, "rows have an rsID that the sites have elsewhere, and are written there"),
        (tally.rows_disagree, "positions have rows that disagree and become no calls"),
    ] {
        if count > 0 {
            context.log.warn(&format!("{count} {what}"));
        }
    }
}
