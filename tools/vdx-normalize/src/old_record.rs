//! `--old-rec-tag`: a record that changes tells in INFO what it was.

use vdx_vcf::{info, write_number};

use crate::record::Record;

/// `--old-rec-tag`: the INFO key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OldRecord(pub(crate) Vec<u8>);

impl OldRecord {
    /// Reads the value of `--old-rec-tag`: a key as the VCF specification allows it (section 1.6.1).
    pub(crate) fn tag(text: &str) -> std::result::Result<String, String> {
        let rest = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
        let first = text.bytes().next().is_some_and(|byte| rest(byte) && !byte.is_ascii_digit() && byte != b'.');
        if first && text.bytes().all(rest) {
            return Ok(text.to_owned());
        }
        Err(format!("expected letters, digits, '_' and '.', beginning with a letter or '_', found '{text}'"))
    }

    /// The `##INFO` line that declares it.
    #[must_use]
    pub(crate) fn declaration(&self) -> Vec<u8> {
        let description = "Original variant. Format: CHR|POS|REF|ALT|USED_ALT_IDX";
        let tag = String::from_utf8_lossy(&self.0);
        format!("##INFO=<ID={tag},Number=1,Type=String,Description=\"{description}\">").into_bytes()
    }
}

/// Adds to INFO, where there is a tag for it that INFO lacks, what `old` was: CHROM, POS, REF and ALT joined by `|`, and
/// the 1-based numbers of the ALTs that a record of a part of the site keeps (`alts` are 0-based).
pub(crate) fn tell_old(tag: Option<&OldRecord>, old: &Record, alts: &[usize], info: &mut Vec<u8>) {
    let Some(OldRecord(tag)) = tag.filter(|OldRecord(tag)| info::get(info, tag).is_none()) else { return };
    if info == b"." {
        info.clear();
    } else if info.last().is_some_and(|&last| last != b';') {
        info.push(b';');
    }
    info.extend_from_slice(tag);
    info.push(b'=');
    info.extend_from_slice(old.chrom);
    info.push(b'|');
    write_number(old.pos.into(), info);
    for field in [old.reference, old.alt] {
        info.push(b'|');
        info.extend_from_slice(field);
    }
    for (at, alt) in alts.iter().enumerate() {
        info.push(if at == 0 { b'|' } else { b',' });
        write_number(*alt as u64 + 1, info);
    }
}
