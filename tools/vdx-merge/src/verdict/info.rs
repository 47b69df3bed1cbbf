//! The `VDX_` keys of INFO: what `match` says about a record, as values that are written once and read once.

use std::borrow::Cow;

use vdx_vcf::info;

/// The values of a record, each empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct VdxInfo<'a> {
    /// `VDX_VERDICT`
    pub(crate) verdict: Cow<'a, [u8]>,
    /// `VDX_MATCH`
    pub(crate) found: Cow<'a, [u8]>,
    /// `VDX_CONF`
    pub(crate) confidence: Cow<'a, [u8]>,
    /// `VDX_FLAGS`, joined by commas.
    pub(crate) flags: Cow<'a, [u8]>,
    /// `VDX_RAWID`
    pub(crate) raw_id: Cow<'a, [u8]>,
    /// `VDX_RAWPOS`, 1-based.
    pub(crate) raw_pos: Cow<'a, [u8]>,
    /// `VDX_RAWGT`
    pub(crate) raw_genotype: Cow<'a, [u8]>,
}

impl<'a> VdxInfo<'a> {
    /// Reads INFO; `None` where it has no verdict.
    pub(crate) fn read(info: &'a [u8]) -> Option<Self> {
        let get = |key: &str| Cow::Borrowed(info::value(info, key.as_bytes()).unwrap_or_default());
        let verdict = info::value(info, b"VDX_VERDICT").filter(|verdict| *verdict != b".")?;
        Some(Self {
            verdict: verdict.into(),
            found: get("VDX_MATCH"),
            confidence: get("VDX_CONF"),
            flags: get("VDX_FLAGS"),
            raw_id: get("VDX_RAWID"),
            raw_pos: get("VDX_RAWPOS"),
            raw_genotype: get("VDX_RAWGT"),
        })
    }

    /// Appends the keys that have values, without a leading `;`.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let from = out.len();
        let Self { verdict, found, confidence, flags, raw_id, raw_pos, raw_genotype } = self;
        for (key, value) in [
            ("VDX_VERDICT", verdict),
            ("VDX_MATCH", found),
            ("VDX_CONF", confidence),
            ("VDX_FLAGS", flags),
            ("VDX_RAWID", raw_id),
            ("VDX_RAWPOS", raw_pos),
            ("VDX_RAWGT", raw_genotype),
        ] {
            if value.is_empty() {
                continue;
            }
            if out.len() > from {
                out.push(b';');
            }
            out.extend_from_slice(key.as_bytes());
            out.push(b'=');
            out.extend_from_slice(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let said = VdxInfo {
            verdict: b"het"[..].into(),
            found: b"exact"[..].into(),
            confidence: b"0.95"[..].into(),
            flags: b"a,b"[..].into(),
            raw_id: b"rs1"[..].into(),
            raw_pos: b"7"[..].into(),
            raw_genotype: b"A/G"[..].into(),
        };
        let mut out = b"RS=1;".to_vec();
        said.write(&mut out);
        assert_eq!(VdxInfo::read(&out), Some(said));
        assert_eq!((VdxInfo::read(b"RS=1"), VdxInfo::read(b"VDX_VERDICT=.")), (None, None));
    }
}
