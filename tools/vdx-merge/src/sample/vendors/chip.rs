//! The array that a raw genotype file names.

/// The array that a comment names: AncestryDNA's `array version: V2.0`, MyHeritage's `##chip=GSA`, the `Content` of an
/// Illumina report.
pub(crate) fn chip_in(comment: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(comment);
    let named = |key: &str| text.find(key).map(|at| &text[at + key.len()..]);
    let value = named("array version:").or_else(|| named("##chip=")).or_else(|| text.strip_prefix("Content"))?;
    let value = value.trim_start_matches(|c: char| c.is_whitespace() || c == ',').split([',', '\t']).next()?.trim();
    let value = value.trim_end_matches(".bpm").trim_end_matches(".csv");
    let plain: String = value.chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).take(40).collect();
    Some(plain).filter(|chip| !chip.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_named_in_comments() {
        let chip = |text: &str| chip_in(text.as_bytes());
        assert_eq!(chip("#Data was collected using AncestryDNA array version: V2.0").as_deref(), Some("V2.0"));
        assert_eq!(chip("##chip=GSA").as_deref(), Some("GSA"));
        assert_eq!(chip("Content\t\tGSAMD-24v1-0_20011747_A1.bpm").as_deref(), Some("GSAMD-24v1-0_20011747_A1"));
        assert_eq!(chip("Content,,CODIGO46.bpm").as_deref(), Some("CODIGO46"));
        assert_eq!(chip("# 23andMe"), None);
    }
}
