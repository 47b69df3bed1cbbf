//! A ClinVar record of several ALTs as one record for each, as `vdx-normalize -m -any` writes them.

use std::ops::RangeBounds;
use std::sync::Arc;

use vdx_hts::{Error, Result};
use vdx_vcf::alleles::{FieldError, Overlaps, Rewriter, Splits};
use vdx_vcf::{Header, Line};

/// Splits records; keeps what it has worked out from record to record.
pub(crate) struct Split<'a> {
    header: &'a Arc<Header>,
    splits: Splits,
    /// Made when the first record has several ALTs: hardly any stream has one.
    rewriter: Option<Rewriter>,
}

impl<'a> Split<'a> {
    /// For records of a VCF with this header.
    pub(crate) fn new(header: &'a Arc<Header>) -> Self {
        Self { header, splits: Splits::new(Overlaps::Reference, false), rewriter: None }
    }

    /// Has `each` look at the lines of a record, one for each ALT of those that are `chosen` (0-based) in their order. Of many
    /// ALTs they would be many times the record, were they there at once.
    ///
    /// # Errors
    /// A field that is to have a value for each ALT and does not; a line that is no record; those of `each`.
    pub(crate) fn by_alt(
        &mut self,
        line: &Line,
        chosen: impl RangeBounds<usize>,
        mut each: impl FnMut(usize, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let rest = line.rest().map_err(Error::caused_by)?;
        let rewriter = self.rewriter.get_or_insert_with(|| Rewriter::new(self.header, &[], false));
        let alts: Vec<&[u8]> = line.alts().collect();
        let alleles: Vec<&[u8]> = std::iter::once(line.reference()).chain(alts.iter().copied()).collect();
        let bytes = line.bytes();
        let alt_at = line.offset_of(line.alt());
        let behind_alt = alt_at + line.alt().len();
        let failed = |error: FieldError| {
            let advice =
                if error.wrong_length { "; split the stream with 'vdx-normalize -m -any --force' first" } else { "" };
            Error::data(format!("{error}{advice}"))
        };
        // Genotypes in a ClinVar stream are told by who writes the record, and its lists by vdx-normalize.
        let fields = rewriter.read(rest.info, None, alleles.len(), Some(&alleles)).map_err(failed)?;
        drop(rewriter.lists());
        let mut part = Vec::with_capacity(bytes.len());
        for (at, alt) in alts.iter().enumerate().filter(|(at, _)| chosen.contains(at)) {
            part.clear();
            part.extend_from_slice(&bytes[..alt_at]);
            part.extend_from_slice(alt);
            part.extend_from_slice(&bytes[behind_alt..line.offset_of(rest.info)]);
            let map = self.splits.one_of(at, alts.len());
            rewriter.info(map, &fields, &mut part).map_err(failed)?;
            if let Some(samples) = rest.samples {
                part.push(b'\t');
                part.extend_from_slice(samples);
            }
            each(at, &part)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_alt_has_its_own_values() {
        let header = Header::parse(
            b"##INFO=<ID=AF,Number=A,Type=Float,Description=\"x\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
        );
        let header = Arc::new(header.unwrap());
        let mut split = Split::new(&header);
        let mut lines = |text: &str| {
            let mut lines = Vec::new();
            let line = Line::parse(text.as_bytes()).unwrap();
            split.by_alt(&line, .., |_, part| {
                lines.push(String::from_utf8(part.to_vec()).unwrap());
                Ok(())
            })?;
            Ok::<_, Error>(lines)
        };
        assert_eq!(
            lines("1\t5\t7\tA\tC,AT\t.\t.\tAF=0.1,0.2;CLNSIG=Pathogenic").unwrap(),
            ["1\t5\t7\tA\tC\t.\t.\tAF=0.1;CLNSIG=Pathogenic", "1\t5\t7\tA\tAT\t.\t.\tAF=0.2;CLNSIG=Pathogenic"]
        );
        let error = lines("1\t5\t7\tA\tC,AT\t.\t.\tAF=0.1").unwrap_err().to_string();
        assert!(error.contains("AF") && error.contains("--force"), "{error}");
    }
}
