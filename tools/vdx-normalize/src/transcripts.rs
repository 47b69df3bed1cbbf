//! Where transcripts are, for `-g`: HGVS has an indel as far along its transcript as it can be, to the right on the
//! forward strand, and to the left, as VCF has it, on the reverse strand.

use std::collections::HashMap;
use std::path::Path;

use vdx_hts::{Error, Result};
use vdx_pipeline::Input;
use vdx_pipeline::input::Options;
use vdx_vcf::contig::{Contig, number, resolve};

/// The transcripts of a GFF, by contig.
#[derive(Debug, Default)]
pub(crate) struct Transcripts {
    contigs: Vec<Contig>,
    by_name: HashMap<Vec<u8>, usize>,
    strands: Vec<Strands>,
}

/// The transcripts of one contig: intervals that neither touch nor overlap, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Strands {
    forward: Vec<(u32, u32)>,
    reverse: Vec<(u32, u32)>,
}

/// What the biotype of a transcript begins with: those that `bcftools norm -g` knows.
const BIOTYPES: &[&str] = &[
    "3_prime_overlapping_ncRNA",
    "3prime_overlapping_ncRNA",
    "IG_",
    "LRG_gene",
    "MRNA",
    "Mt_",
    "MT_",
    "NMD",
    "TR_",
    "ambiguous_orf",
    "antisense",
    "artifact",
    "bidirectional_promoter_lncRNA",
    "disrupted_domain",
    "known_ncrna",
    "lincRNA",
    "lncRNA",
    "mRNA",
    "macro_lncRNA",
    "miRNA",
    "misc_RNA",
    "non_stop_decay",
    "nonsense_mediated_decay",
    "polymorphic_pseudogene",
    "processed_pseudogene",
    "processed_transcript",
    "protein_coding",
    "pseudogene",
    "rRNA",
    "retained_intron",
    "retrotransposed",
    "ribozyme",
    "sRNA",
    "scRNA",
    "scaRNA",
    "sense_intronic",
    "sense_overlapping",
    "snRNA",
    "snoRNA",
    "tRNA_pseudogene",
    "transcribed_processed_pseudogene",
    "transcribed_unitary_pseudogene",
    "transcribed_unprocessed_pseudogene",
    "translated_processed_pseudogene",
    "translated_unprocessed_pseudogene",
    "unitary_pseudogene",
    "unprocessed_pseudogene",
    "vaultRNA",
];

/// Features that are no transcripts although they have a parent.
const PARTS: &[&[u8]] = &[b"exon", b"CDS", b"three_prime_UTR", b"five_prime_UTR", b"biological_region", b"gene"];

impl Transcripts {
    /// Reads a GFF3, plain or compressed: features with a parent that are no parts of a transcript, of a known biotype
    /// (Ensembl's `biotype`, GENCODE's `transcript_type`, else the feature's type).
    ///
    /// # Errors
    /// Files that cannot be read, lines that are none of a GFF, a file without transcripts.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let input = Input::open(Some(path), Options { open_end: true, ..Options::default() })?;
        let name = input.name().to_owned();
        let mut lines = input.into_lines();
        let mut transcripts = Self::default();
        while let Some((line, number)) = lines.next()? {
            let line = vdx_vcf::line::trim_line_end(line);
            if line == b"##FASTA" {
                break;
            }
            transcripts.add(line).map_err(|message| Error::data(message).at_line(number).in_file(&name))?;
        }
        if transcripts.strands.iter().all(|strands| *strands == Strands::default()) {
            let message = "expected transcripts with a strand and a biotype, as in Ensembl's and GENCODE's GFF3, found \
                           none";
            return Err(Error::data(message).in_file(name));
        }
        for strands in &mut transcripts.strands {
            merge(&mut strands.forward);
            merge(&mut strands.reverse);
        }
        Ok(transcripts)
    }

    /// The transcripts of the contig that the VCF calls `name` and, if it tells, `length` bases long; by an alias, too.
    #[must_use]
    pub(crate) fn on(&self, name: &[u8], length: Option<u64>) -> Option<&Strands> {
        let alias = || number(name).and_then(|_| resolve(name, length, &self.contigs));
        self.by_name.get(name).copied().or_else(alias).map(|at| &self.strands[at])
    }

    fn add(&mut self, line: &[u8]) -> std::result::Result<(), String> {
        if let Some(region) = line.strip_prefix(b"##sequence-region") {
            let mut words = region.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            if let (Some(name), Some(end)) = (words.next(), words.nth(1)) {
                let length = std::str::from_utf8(end).ok().and_then(|end| end.parse().ok());
                let at = self.contig(name);
                self.contigs[at].length = length;
            }
            return Ok(());
        }
        if line.is_empty() || line.starts_with(b"#") {
            return Ok(());
        }
        let mut fields = line.split(|&byte| byte == b'\t');
        let mut next = || fields.next().ok_or("expected the 9 tab-separated fields of a GFF, found fewer");
        let (contig, _, kind, first, last) = (next()?, next()?, next()?, next()?, next()?);
        let (_, strand, _, attributes) = (next()?, next()?, next()?, next()?);
        if PARTS.contains(&kind) {
            return Ok(());
        }
        let (mut parent, mut gene, mut biotype) = (false, false, kind);
        for attribute in attributes.split(|&byte| byte == b';') {
            parent |= attribute.starts_with(b"Parent=");
            gene |= attribute.starts_with(b"ID=gene:");
            for key in [&b"biotype="[..], b"gene_biotype=", b"transcript_type="] {
                // Of several that are known the last counts; where none is, the feature's own type may be one.
                biotype = attribute.strip_prefix(key).filter(|name| is_known(name)).unwrap_or(biotype);
            }
        }
        if gene || !parent || !is_known(biotype) {
            return Ok(());
        }
        let number = |text: &[u8]| {
            let number = std::str::from_utf8(text).ok().and_then(|text| text.parse::<u32>().ok());
            number.ok_or_else(|| format!("expected a position, found '{}'", String::from_utf8_lossy(text)))
        };
        let interval = (number(first)?, number(last)?);
        let at = self.contig(contig);
        match strand {
            b"+" => self.strands[at].forward.push(interval),
            b"-" => self.strands[at].reverse.push(interval),
            _ => {}
        }
        Ok(())
    }

    fn contig(&mut self, name: &[u8]) -> usize {
        if let Some(&known) = self.by_name.get(name) {
            return known;
        }
        self.contigs.push(Contig { name: name.to_vec(), length: None });
        self.strands.push(Strands::default());
        self.by_name.insert(name.to_vec(), self.contigs.len() - 1);
        self.contigs.len() - 1
    }
}

impl Strands {
    /// Whether an indel goes to the right whose REF ends at `last` and starts at `pos` (both 1-based): in transcripts of
    /// the forward strand only. The base behind it counts, as in bcftools: what is inserted stands before it.
    #[must_use]
    pub(crate) fn go_right(&self, pos: u32, last: u32) -> bool {
        overlap(&self.forward, pos, last + 1) && !overlap(&self.reverse, pos, last + 1)
    }
}

fn is_known(biotype: &[u8]) -> bool {
    BIOTYPES.iter().any(|known| biotype.starts_with(known.as_bytes()))
}

fn overlap(intervals: &[(u32, u32)], first: u32, last: u32) -> bool {
    let behind = intervals.partition_point(|&(_, end)| end < first);
    intervals.get(behind).is_some_and(|&(start, _)| start <= last)
}

fn merge(intervals: &mut Vec<(u32, u32)>) {
    intervals.sort_unstable();
    intervals.dedup_by(|next, before| {
        let joined = next.0 <= before.1.saturating_add(1);
        if joined {
            before.1 = before.1.max(next.1);
        }
        joined
    });
    intervals.shrink_to_fit();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Transcripts> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.gff3");
        std::fs::write(&path, text.replace(' ', "\t")).unwrap();
        Transcripts::read(&path)
    }

    const GFF: &str = "##gff-version 3\n##sequence-region MT 1 16569\n\
        1 x gene 100 900 . + . ID=gene:a;biotype=protein_coding\n\
        1 x mRNA 100 300 . + . ID=transcript:a1;Parent=gene:a;biotype=protein_coding\n\
        1 x mRNA 250 400 . + . ID=transcript:a2;Parent=gene:a;biotype=lncRNA\n\
        1 x exon 100 300 . + . Parent=transcript:a1\n\
        1 x lnc_RNA 380 500 . - . ID=transcript:b1;Parent=gene:b;biotype=lncRNA\n\
        1 x transcript 600 700 . + . ID=c1;Parent=c;gene_type=x;transcript_type=snRNA\n\
        1 x transcript 800 900 . + . ID=c2;Parent=c;biotype=TEC\n\
        MT x tRNA 577 647 . + . ID=d;Parent=gene:d;biotype=Mt_tRNA";

    #[test]
    fn indels_go_right_where_all_transcripts_are_forward() {
        let transcripts = read(GFF).unwrap();
        let strands = transcripts.on(b"chr1", None).unwrap();
        assert_eq!(strands.forward, [(100, 400), (600, 700)]);
        for (pos, last, expected) in [
            (98, 98, false),
            (99, 99, true),
            (99, 110, true),
            (378, 378, true),
            (379, 379, false),
            (399, 450, false),
            (501, 501, false),
            (700, 702, true),
            (701, 701, false),
            (850, 850, false),
        ] {
            assert_eq!(strands.go_right(pos, last), expected, "{pos}-{last}");
        }
        assert!(transcripts.on(b"chrM", None).unwrap().go_right(600, 600));
        assert_eq!(transcripts.on(b"chrM", Some(16_571)), None);
        assert_eq!(transcripts.on(b"2", None), None);
    }

    #[test]
    fn what_is_no_gff_is_told() {
        assert!(read("##gff-version 3\n").unwrap_err().to_string().contains("found none"));
        let cut = read("##gff-version 3\n1 x mRNA\n").unwrap_err().to_string();
        assert!(cut.contains(".gff3:2") && cut.contains("9 tab-separated fields"), "{cut}");
        let position = read("1 x mRNA a 2 . + . Parent=b\n").unwrap_err().to_string();
        assert!(position.contains("expected a position, found 'a'"), "{position}");
    }
}
