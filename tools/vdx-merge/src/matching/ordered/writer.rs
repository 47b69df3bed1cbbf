//! What `match` writes: the ClinVar record as it came, the person's genotype, the verdict.

use std::collections::BTreeMap;

use vdx_filter::{Filter, Stacks};
use vdx_hts::{Error, Result};
use vdx_vcf::assembly::Declared;
use vdx_vcf::{Header, Line, info};

use crate::clinvar::record::Kinds;
use crate::clinvar::vocabulary;
use crate::matching::notes::Evidence;
use crate::sample::build::SaidBy;
use crate::sample::coverage::Coverage;
use crate::sample::raw::RawTable;
use crate::table::{Columns, Layout, VerdictRecord};
use crate::verdict::assessment::Assessment;
use crate::verdict::info::VdxInfo;
use crate::verdict::{confidence, decimal};

/// Whether the person's letters were seen to fit ClinVar's build and plus strand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// At least a hundred informative loci agree.
    Proven,
    /// Too few were seen.
    Unproven,
}

/// Which strand a sample's letters are of, as far as its format tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strand {
    /// REF is part of a VCF: plus, without proof.
    Plus,
    /// Plus, if the letters fit REF.
    ToProve,
    /// Some rows are of the other strand: each is held against REF by itself.
    Either,
}

/// Who the person is, for `##vdx_sample`.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    /// The name of the output column.
    pub(crate) name: String,
    /// `23andMe`, `VCF`.
    pub(crate) vendor: &'static str,
    /// The array, where the file names it.
    pub(crate) chip: Option<String>,
    /// Who says the build, where the letters do not prove it.
    pub(crate) build_by: SaidBy,
    /// As inferred.
    pub(crate) sex: &'static str,
    /// What is known before any locus is seen.
    pub(crate) strand: Strand,
    /// The rows of a raw file.
    pub(crate) coverage: Option<Coverage>,
}

/// The final word on one record.
pub(crate) struct AssessedRecord<'a> {
    /// What stands.
    pub(crate) assessment: Assessment,
    /// Who says it.
    pub(crate) evidence: Evidence,
    /// The raw file, where there is one.
    pub(crate) table: Option<&'a RawTable>,
}

/// Writes the header and records, as VCF or as the rows of a table.
pub(crate) struct Writer {
    header: Header,
    profile: Profile,
    table: Option<(Columns, Layout)>,
    /// Which records are written (`-i`, `-e`).
    filter: Option<Filter>,
    stacks: Stacks,
    begun: bool,
    added: Vec<u8>,
    /// Unknown words: how often, and the first locus.
    unknown: BTreeMap<String, (u64, String)>,
}

const INFO: [&str; 7] = [
    "##INFO=<ID=VDX_VERDICT,Number=1,Type=String,Description=\"What the sample says about the ALT allele: het, hom, hemizygous, reference, other_allele, no_call, strand_ambiguous, ref_mismatch, not_assayed, unresolved\">",
    "##INFO=<ID=VDX_MATCH,Number=1,Type=String,Description=\"How sample and record met: rsid_and_position, exact, normalised, rsid_moved, position\">",
    "##INFO=<ID=VDX_CONF,Number=1,Type=Float,Description=\"Confidence of the match, 0 to 1: by VDX_MATCH and review status\">",
    "##INFO=<ID=VDX_FLAGS,Number=.,Type=String,Description=\"What to know before relying on the verdict\">",
    "##INFO=<ID=VDX_RAWID,Number=1,Type=String,Description=\"ID in the sample's file\">",
    "##INFO=<ID=VDX_RAWPOS,Number=1,Type=Integer,Description=\"Position in the sample's file\">",
    "##INFO=<ID=VDX_RAWGT,Number=1,Type=String,Description=\"Genotype in the sample's file\">",
];
const GT: &[u8] = b"##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">";

impl Writer {
    /// `header` is the ClinVar stream's, with whatever lines the run adds; `layout` asks for a table.
    ///
    /// # Errors
    /// A stream that has genotypes or verdicts already.
    pub(crate) fn new(mut header: Header, profile: Profile, layout: Option<Layout>) -> Result<Self> {
        if header.info(b"VDX_VERDICT").is_some() {
            let message = "expected a ClinVar VCF, found one that 'vdx-merge match' has written already";
            return Err(Error::data(message));
        }
        if !header.samples().is_empty() {
            let message = "expected a ClinVar VCF without genotypes, found one with samples; drop them with \
                           'bcftools view -G'";
            return Err(Error::data(message));
        }
        // A table, too, takes its columns from the header that a VCF would have.
        INFO.iter().for_each(|line| header.add(line.as_bytes()));
        if header.format(b"GT").is_none() {
            header.add(GT);
        }
        header.set_samples([profile.name.as_bytes().to_vec()]);
        let table = match layout {
            Some(layout) => Some((Columns::of(&header)?.of_vendor(profile.vendor), layout)),
            None => None,
        };
        let (filter, stacks) = (None, Stacks::default());
        Ok(Self { header, profile, table, filter, stacks, begun: false, added: Vec::new(), unknown: BTreeMap::new() })
    }

    /// The header of what is written: a table is made from such records, too.
    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// Leaves out the records that `filter` does not take by what they have then.
    #[must_use]
    pub(crate) fn choosing(self, filter: Option<Filter>) -> Self {
        Self { filter, ..self }
    }

    /// Whether the header is out.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun
    }

    /// Appends the header, now that build and strand are known as well as they can be. `declared`: what the sample and
    /// ClinVar say.
    pub(crate) fn begin(
        &mut self,
        proof: Proof,
        declared: (Option<Declared>, Option<Declared>),
        out: &mut Vec<u8>,
    ) -> Result<()> {
        self.begun = true;
        // A table has no place for what ##vdx_sample says.
        if let Some((columns, layout)) = &self.table {
            return layout.write_names(columns, out);
        }
        let (sample, clinvar) = declared;
        let (build, by) = match (proof, sample, clinvar) {
            (Proof::Proven, _, Some(build)) => (build.name(), "data"),
            (_, Some(build), _) => (build.name(), self.profile.build_by.name()),
            _ => ("unknown", "nothing"),
        };
        let Profile { name, vendor, chip, sex, strand, coverage, .. } = &self.profile;
        let strand = match strand {
            Strand::Either => "either",
            Strand::ToProve if proof == Proof::Unproven => "unproven",
            Strand::ToProve | Strand::Plus => "plus",
        };
        let chip = chip.as_ref().map(|chip| format!(",Chip={chip}")).unwrap_or_default();
        let coverage = coverage.as_ref().map(Coverage::attributes).unwrap_or_default();
        self.header.add(
            format!(
                "##vdx_sample=<ID={name},Vendor={vendor}{chip},Build={build},BuildBy={by},Strand={strand},Sex={sex}\
                 {coverage}>"
            )
            .as_bytes(),
        );
        out.extend_from_slice(&self.header.to_bytes());
        Ok(())
    }

    /// Appends one record, given as its line without line end; `false` where the filter does not take it.
    pub(crate) fn record(&mut self, text: &[u8], assessed: &AssessedRecord, out: &mut Vec<u8>) -> Result<bool> {
        let bad = |error: vdx_vcf::line::LineError| Error::caused_by(error);
        let line = Line::parse(text).map_err(bad)?;
        let located = |error: Error| error.at_locus(line.chrom(), u64::from(line.pos()));
        let rest = line.rest().map_err(bad).map_err(located)?;
        if rest.samples.is_some() {
            let message = "expected 8 columns as in the header, found a FORMAT column";
            return Err(located(Error::data(message)));
        }
        let status = info::value(rest.info, b"CLNREVSTAT");
        let stars = status.and_then(vocabulary::stars).unwrap_or(0);
        let said = said(assessed, stars, Kinds::of(rest.info));
        let genotype = assessed.assessment.genotype;
        let from = out.len();
        if self.table.is_none() || self.filter.is_some() {
            self.added.clear();
            said.write(&mut self.added);
            out.extend_from_slice(&line.bytes()[..line.offset_of(rest.info)]);
            info::append(out, rest.info, &self.added);
            out.extend_from_slice(b"\tGT\t");
            genotype.write_gt(out);
            out.push(b'\n');
        }
        if let Some(filter) = &self.filter {
            let takes = filter.takes(&out[from..], &mut self.stacks);
            if !takes.map_err(|message| located(Error::data(message)))? {
                out.truncate(from);
                return Ok(false);
            }
        }
        if let Some((columns, layout)) = &self.table {
            out.truncate(from);
            let mut gt = Vec::new();
            genotype.write_gt(&mut gt);
            let record = VerdictRecord { line: &line, info: rest.info, gt: &gt, said: &said };
            layout.write_cells(columns, &columns.cells_of(&record), out).map_err(located)?;
        }
        self.note_unknown(&line, rest.info, status);
        Ok(true)
    }

    /// One message for each word that is not in the vocabulary.
    pub(crate) fn unknown_words(&self) -> impl Iterator<Item = String> {
        self.unknown.iter().map(|(word, (count, first))| {
            format!(
                "{word} is not a word of ClinVar that is known here: {count} record(s) written with it, the first at \
                 {first}; review stars of an unknown status count as 0"
            )
        })
    }

    fn note_unknown(&mut self, line: &Line, info: &[u8], status: Option<&[u8]>) {
        let mut note = |key: &str, word: &[u8]| {
            let first = || (0, format!("{}:{}", String::from_utf8_lossy(line.chrom()), line.pos()));
            let shown = String::from_utf8_lossy(word).into_owned();
            self.unknown.entry(format!("{key} '{shown}'")).or_insert_with(first).0 += 1;
        };
        if let Some(status) = status.filter(|status| vocabulary::stars(status).is_none()) {
            note("CLNREVSTAT", status);
        }
        for key in ["CLNSIG", "ONC", "SCI"] {
            let value = info::value(info, key.as_bytes()).unwrap_or_default();
            if !value.is_empty() {
                vocabulary::unknown_words(value).for_each(|word| note(key, word));
            }
        }
    }
}

/// What there is to say about a record.
fn said(assessed: &AssessedRecord, stars: u8, kinds: Kinds) -> VdxInfo<'static> {
    let AssessedRecord { assessment, evidence, table } = assessed;
    let flags: Vec<&str> = assessment.flags.iter().copied().chain(kinds.flags()).collect();
    let mut said = VdxInfo {
        verdict: assessment.verdict.name().as_bytes().into(),
        found: assessment.found.name().as_bytes().into(),
        flags: flags.join(",").into_bytes().into(),
        ..VdxInfo::default()
    };
    if assessment.verdict.is_definite() {
        said.confidence = decimal(confidence(assessment.found, stars)).into_bytes().into();
    }
    match (evidence, table) {
        (Evidence::Row(row), Some(table)) => {
            let row = table.row(*row);
            table.write_id(&row, said.raw_id.to_mut());
            if row.pos > 0 {
                said.raw_pos = row.pos.to_string().into_bytes().into();
            }
            said.raw_genotype = row.call.text().to_vec().into();
        }
        (Evidence::Sample(call), _) => {
            // IDs of a VCF may be several, joined by what INFO cannot hold.
            let id = call.id.split(|byte| matches!(byte, b';' | b'=' | b',')).next().unwrap_or_default();
            said.raw_id = id.to_vec().into();
            said.raw_pos = call.pos.to_string().into_bytes().into();
            said.raw_genotype = call.genotype.clone().into();
        }
        _ => {}
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::notes::SampleCall;
    use crate::verdict::{Genotype, Match, Verdict};

    const HEADER: &[u8] =
        b"##fileformat=VCFv4.1\n##INFO=<ID=RS,Number=.,Type=String,Description=\"\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

    fn writer(layout: Option<Layout>) -> Writer {
        Writer::new(Header::parse(HEADER).unwrap(), profile(), layout).unwrap()
    }

    fn profile() -> Profile {
        let name = "SAMPLE".into();
        let strand = Strand::Plus;
        Profile { name, vendor: "VCF", chip: None, build_by: SaidBy::Header, sex: "male", strand, coverage: None }
    }

    fn assessed() -> AssessedRecord<'static> {
        let words = SampleCall { id: b"rs1;x".to_vec(), pos: 7, genotype: b"A/G".to_vec() };
        let genotype = Genotype::of([Some(0), Some(1)]);
        let assessment =
            Assessment { verdict: Verdict::Het, genotype, found: Match::Exact, flags: vec!["low_quality"] };
        AssessedRecord { assessment, evidence: Evidence::Sample(Box::new(words)), table: None }
    }

    const LINE: &[u8] = b"1\t7\t12\tA\tG\t.\t.\tCLNREVSTAT=reviewed_by_expert_panel;CLNSIG=Odd;RS=1";

    #[test]
    fn the_record_keeps_its_bytes() {
        let mut out = Vec::new();
        writer(None).record(LINE, &assessed(), &mut out).unwrap();
        let expected = [
            LINE,
            b";VDX_VERDICT=het;VDX_MATCH=exact;VDX_CONF=0.95;VDX_FLAGS=low_quality;VDX_RAWID=rs1;VDX_RAWPOS=7;VDX_RAWGT=A/G\tGT\t0/1\n",
        ];
        assert_eq!(String::from_utf8(out).unwrap(), String::from_utf8(expected.concat()).unwrap());
    }

    #[test]
    fn records_are_chosen_by_what_they_have_then() {
        for (expression, exclude, takes) in [
            ("VDX_VERDICT=\"het\" && GT=\"het\" && VDX_RAWPOS=7", false, true),
            ("VDX_CONF<0.9", false, false),
            ("VDX_FLAGS~\"low\"", true, false),
        ] {
            let expression = vdx_filter::Expression::parse(expression).unwrap();
            for layout in [None, Some(Layout::Tsv)] {
                let (mut plain, mut out) = (Vec::new(), b"before\n".to_vec());
                writer(layout).record(LINE, &assessed(), &mut plain).unwrap();
                let chosen = writer(layout);
                let filter = Filter::new(&expression, exclude, chosen.header()).unwrap();
                let mut chosen = chosen.choosing(Some(filter));
                assert_eq!(chosen.record(LINE, &assessed(), &mut out).unwrap(), takes);
                let expected = if takes { [&b"before\n"[..], &plain].concat() } else { b"before\n".to_vec() };
                assert_eq!(String::from_utf8(out).unwrap(), String::from_utf8(expected).unwrap());
                assert_eq!(chosen.unknown_words().count(), usize::from(takes));
            }
        }
    }

    #[test]
    fn the_header_tells_of_the_sample() {
        let mut out = Vec::new();
        let mut writer = writer(None);
        writer.profile.chip = Some("V2.0".to_owned());
        writer.profile.coverage = Some(Coverage { rows: 9, no_calls: 2, without_calls: vec!["7"] });
        let build = Some(Declared::Human(vdx_vcf::assembly::Assembly::Grch37));
        writer.begin(Proof::Proven, (None, build), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains(
            "##vdx_sample=<ID=SAMPLE,Vendor=VCF,Chip=V2.0,Build=GRCh37,BuildBy=data,Strand=plus,Sex=male,Rows=9,NoCalls=2,WithoutCalls=7>\n"
        ));
        assert!(text.ends_with("INFO\tFORMAT\tSAMPLE\n"));
        assert!(writer.has_begun());
    }

    #[test]
    fn unknown_words_are_told_once() {
        let mut writer = writer(Some(Layout::Tsv));
        for _ in 0..3 {
            writer.record(LINE, &assessed(), &mut Vec::new()).unwrap();
        }
        let messages: Vec<String> = writer.unknown_words().collect();
        assert_eq!(messages.len(), 1);
        assert!(messages[0].starts_with("CLNSIG 'Odd'") && messages[0].contains("3 record(s)"), "{messages:?}");
        assert!(messages[0].contains("first at 1:7"));
    }

    #[test]
    fn other_streams_are_refused() {
        let header = Header::parse(b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tx\n").unwrap();
        assert!(Writer::new(header, profile(), None).is_err_and(|error| error.to_string().contains("view -G")));
    }
}
