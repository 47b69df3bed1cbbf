//! The header as it is written.

use vdx_cli::Context;
use vdx_genome::Reference;
use vdx_vcf::Header;

use crate::contigs::lines;
use crate::old_record::OldRecord;

/// CHROM of the first record, from the first bytes behind the header.
pub(super) fn first_contig(head: &[u8]) -> Option<&[u8]> {
    head.split(|&byte| byte == b'\t').next().filter(|name| !name.is_empty() && name.len() < head.len())
}

/// The header as it is written: with the FASTA's contigs where it has none, and the version and command of `context`.
pub(super) fn prologue(
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
