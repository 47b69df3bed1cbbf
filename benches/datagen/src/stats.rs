//! Counters that every contig adds to and that are printed as `key=value` lines.

use std::collections::BTreeMap;

/// Named counts.
#[derive(Default)]
pub struct Stats {
    counts: BTreeMap<String, u64>,
}

impl Stats {
    /// Adds `n` to `key`.
    pub fn add(&mut self, key: &str, n: u64) {
        match self.counts.get_mut(key) {
            Some(count) => *count += n,
            None => {
                self.counts.insert(key.to_string(), n);
            }
        }
    }

    /// The count of `key`, 0 if nothing was added.
    pub fn get(&self, key: &str) -> u64 {
        self.counts.get(key).copied().unwrap_or(0)
    }

    /// Adds every count of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (key, n) in &other.counts {
            self.add(key, *n);
        }
    }

    /// One `key=value` line per count, then the ratios that can be made of them.
    pub fn report(&self) -> String {
        let mut text: String = self.counts.iter().map(|(key, n)| format!("{key}={n}\n")).collect();
        let mut ratio = |key: &str, part: &str, whole: &str| {
            if self.get(whole) > 0 {
                text.push_str(&format!("{key}={:.4}\n", self.get(part) as f64 / self.get(whole) as f64));
            }
        };
        ratio("clinvar.mean_line_bytes", "clinvar.line_bytes", "clinvar.records");
        ratio("clinvar.share_to_normalise", "clinvar.to_normalise", "clinvar.records");
        ratio("clinvar.share_snv", "clinvar.class.Snv", "clinvar.records");
        ratio("gnomad.mean_line_bytes", "gnomad.line_bytes", "gnomad.records");
        ratio("gnomad.share_of_clinvar", "gnomad.from_clinvar", "gnomad.records");
        ratio("reference.gc", "reference.gc_bases", "reference.acgt_bases");
        text
    }
}
