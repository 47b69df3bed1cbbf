//! Changing a record's place and alleles, with everything else copied as bytes.

use super::record::{FIXED, LENGTHS, Record};
use super::{BcfError, typed};

impl Record<'_> {
    /// Appends the record with other POS (1-based), `rlen` (bases on the reference) and alleles (REF first) to `out`.
    ///
    /// ID, QUAL, FILTER, INFO and the samples are copied and never decoded.
    ///
    /// # Errors
    /// More alleles or bytes than a record can hold, or no REF; nothing is appended then.
    pub fn with_site(
        &self,
        pos: u32,
        rlen: u32,
        alleles: &[impl AsRef<[u8]>],
        out: &mut Vec<u8>,
    ) -> Result<(), BcfError> {
        let too_many = |_| BcfError::new(format!("expected at most 65535 alleles in BCF, found {}", alleles.len()));
        let count = u16::try_from(alleles.len()).map_err(too_many)?;
        if count == 0 {
            return Err(BcfError::new("expected a REF allele, found none"));
        }
        let start = out.len();
        out.extend_from_slice(&self.bytes()[..LENGTHS + FIXED]);
        out.extend_from_slice(self.id_bytes());
        for allele in alleles {
            typed::put_text(out, allele.as_ref());
        }
        let shared = out.len() - start - LENGTHS + self.site_tail_len();
        let Ok(shared) = u32::try_from(shared) else {
            out.truncate(start);
            return Err(BcfError::new("expected alleles that fit a BCF record of 4 GB, found longer ones"));
        };
        out.extend_from_slice(self.tail_bytes());
        let record = &mut out[start..];
        // VCF specification, section 6.3.1: l_shared, l_indiv, CHROM, POS (from 0), rlen, QUAL, n_info and n_allele.
        record[..4].copy_from_slice(&shared.to_le_bytes());
        record[12..16].copy_from_slice(&pos.wrapping_sub(1).to_le_bytes());
        record[16..20].copy_from_slice(&rlen.to_le_bytes());
        record[26..28].copy_from_slice(&count.to_le_bytes());
        Ok(())
    }
}
