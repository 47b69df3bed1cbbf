//! What a run warns of: before it, that two inputs may not belong together; behind it, what was found and left out.

use std::path::Path;

use vdx_cli::Context;
use vdx_genome::Reference;
use vdx_vcf::Header;
use vdx_vcf::alleles::Undeclared;

use crate::check_ref::CheckRef;
use crate::chunk::Fasta;
use crate::counts::{Differing, Finding, Tally};
use crate::haplotype_guard::Held;
use crate::transcripts::Transcripts;

/// Names the records that `--check` found.
pub(super) fn of_findings(findings: &[Finding], found: u64, file: &str, context: &Context) {
    for finding in findings {
        let contig = String::from_utf8_lossy(&finding.contig);
        context.log.warn(&format!("{file} {contig}:{}: {}", finding.pos, finding.what));
    }
    let more = found.saturating_sub(findings.len() as u64);
    if more > 0 {
        context.log.warn(&format!("{file}: and {more} more records that are not in their normal form"));
    }
}

pub(super) fn of_tags(tally: &Tally, context: &Context) {
    let tags: Vec<String> = tally.tags().iter().map(|(tag, count)| format!("{tag} ({count})")).collect();
    if !tags.is_empty() {
        context.log.warn(&format!(
            "--force: left out of split or joined sites for the length of their lists: {}",
            listed(&tags)
        ));
    }
}

pub(super) fn of_undeclared(tally: &Tally, file: &str, context: &Context) {
    for (fate, what) in [
        (Undeclared::Divided, "divided among the alleles, as VCF 4.5 reserves their keys"),
        (Undeclared::Copied, "copied, whatever became of the alleles; --number TAG=A, R or G says what a list is of"),
    ] {
        let tags: Vec<String> = tally.undeclared(fate).map(|(tag, count)| format!("{tag} ({count})")).collect();
        if !tags.is_empty() {
            context
                .log
                .warn(&format!("{file}: the header does not declare these lists, which are {what}: {}", listed(&tags)));
        }
    }
}

pub(super) fn of_genotypes(lost: u64, context: &Context) {
    if lost > 0 {
        context.log.warn(&format!(
            "-m +: {lost} alleles of genotypes are lost: in the records that were joined the sample has more ALT alleles \
             than copies"
        ));
    }
}

pub(super) fn of_held(held: &Held, header: &Header, file: &str, context: &Context) {
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

/// How many names a warning lists.
const LISTED: usize = 5;

fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(LISTED);
    let shown = names[..names.len() - more].join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

pub(super) fn of_lengths(fasta: &Fasta, context: &Context) {
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
pub(super) fn of_transcripts(transcripts: &Transcripts, header: &Header, file: Option<&Path>, context: &Context) {
    let contigs = header.contigs();
    if !contigs.is_empty() && contigs.iter().all(|contig| transcripts.on(&contig.name, contig.length).is_none()) {
        let file = file.unwrap_or(Path::new("the GFF")).display();
        context.log.warn(&format!("{file} has no transcripts on the contigs of the header; is it of another build?"));
    }
}

/// Of a FASTA that has other bases than the records say: of another build, most likely.
pub(super) fn of_build(tally: &Tally, file: &str, reference: &Reference, context: &Context) {
    let Some(Differing { compared, differing, contigs }) = tally.of_another_build() else { return };
    let contigs: Vec<String> =
        contigs.into_iter().map(|(name, compared, differing)| format!("{name} ({differing} of {compared})")).collect();
    context.log.warn(&format!(
        "{file}: REF of {differing} of {compared} records is not what {} has there, on {} contigs: is it of another build? {}",
        reference.name(),
        contigs.len(),
        listed(&contigs)
    ));
}

pub(super) fn of_contigs(
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
