//! What a header says of the assembly that its records are in.

use super::{Header, attribute, structured};
use crate::assembly::{Assembly, Declared, named_by_path};
use crate::contig::{self, MT};

/// Something in a header that speaks for a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The build.
    pub build: Declared,
    /// What speaks for it, as it stands in the header: `##reference=GRCh37`, `NC_000001.10`, `##contig=<ID=1,length=249250621>`.
    pub what: String,
}

/// All that speaks for a build, the strongest first: names of RefSeq and lengths of contigs, then `assembly` of contigs and
/// `##reference`.
///
/// The mitochondrion is the rCRS in both builds and tells nothing, and neither does the reference of a header that has
/// no other contig.
pub fn evidence(header: &Header) -> Vec<Evidence> {
    let mut found = Vec::new();
    let contigs = || header.contigs().iter().map(|contig| (contig, contig::number(&contig.name)));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    for (contig, number) in contigs().filter(|(_, number)| *number != Some(MT)) {
        let name = text(&contig.name);
        if let Some((_, Some(build))) = Assembly::of_refseq(&contig.name) {
            found.push(Evidence { build: Declared::Human(build), what: name });
        } else if let Some((length, build)) =
            contig.length.and_then(|length| Some((length, Assembly::by_length(number?, length)?)))
        {
            let what = format!("##contig=<ID={name},length={length}>");
            found.push(Evidence { build: Declared::Human(build), what });
        }
    }
    for (name, assembly) in header.meta_lines().filter_map(assembly) {
        if let Some(build) = named_by_path(assembly).filter(|_| contig::number(name) != Some(MT)) {
            let what = format!("##contig=<ID={},assembly={}>", text(name), text(assembly));
            found.push(Evidence { build, what });
        }
    }
    if header.contigs().is_empty() || contigs().any(|(_, number)| number != Some(MT)) {
        for line in header.meta_lines() {
            let build = line.strip_prefix(b"##reference=").and_then(named_by_path);
            found.extend(build.map(|build| Evidence { build, what: text(line) }));
        }
    }
    found
}

/// Name and assembly of a `##contig` line that has both.
fn assembly(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, body) = structured(line).filter(|(kind, _)| *kind == b"contig")?;
    Some((attribute(body, b"ID")?, attribute(body, b"assembly")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(meta: &str) -> Vec<String> {
        let header =
            Header::parse(format!("{meta}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n").as_bytes()).unwrap();
        evidence(&header).iter().map(|evidence| format!("{}: {}", evidence.build, evidence.what)).collect()
    }

    #[test]
    fn lengths_and_accessions_come_before_words() {
        assert_eq!(
            said(
                "##reference=/x/hs37d5.fa\n##contig=<ID=chr1,length=248956422,assembly=hg38>\n##contig=<ID=NC_000002.11>\n"
            ),
            [
                "GRCh38: ##contig=<ID=chr1,length=248956422>",
                "GRCh37: NC_000002.11",
                "GRCh38: ##contig=<ID=chr1,assembly=hg38>",
                "GRCh37: ##reference=/x/hs37d5.fa"
            ]
        );
        assert_eq!(said("##reference=GRCh37\n"), ["GRCh37: ##reference=GRCh37"]);
        assert_eq!(said("##reference=genome.fa\n##contig=<ID=1>\n##contig=<ID=2,length=7>\n"), [""; 0]);
    }

    #[test]
    fn the_mitochondrion_says_nothing() {
        assert_eq!(said("##contig=<ID=MT,length=16569,assembly=GRCh37>\n"), [""; 0]);
        assert_eq!(said("##reference=assembly38.mt_only\n##contig=<ID=chrM,assembly=assembly38>\n"), [""; 0]);
        assert_eq!(said("##reference=hg38.fa\n##contig=<ID=chrM>\n##contig=<ID=chr1>\n").len(), 1);
    }
}
