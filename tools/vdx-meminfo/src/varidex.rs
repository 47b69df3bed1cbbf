//! The modes of VariDex, for people who know them: chosen by the machine's available memory alone.

use serde_json::{Value, json};

const GIB: u64 = 1 << 30;

/// A mode by VariDex's rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VaridexMode {
    /// `low`, `medium` or `high`.
    pub name: &'static str,
    /// Worker processes.
    pub workers: usize,
    /// Records per chunk; `low` goes record by record.
    pub chunk_records: Option<u64>,
    /// The rule, in words.
    pub rule: &'static str,
}

impl VaridexMode {
    /// The mode for `available` bytes and `cpus` CPUs: `low` under 8 GB, `medium` from 8 GB, `high` from 12 GB.
    #[must_use]
    pub(crate) fn of(available: u64, cpus: usize) -> Self {
        if available < 8 * GIB {
            Self { name: "low", workers: 1, chunk_records: None, rule: "less than 8 GB available" }
        } else if available < 12 * GIB {
            Self { name: "medium", workers: 2, chunk_records: Some(20_000), rule: "8 GB or more available" }
        } else {
            let workers = cpus.saturating_sub(1).max(1);
            Self { name: "high", workers, chunk_records: Some(50_000), rule: "12 GB or more available" }
        }
    }

    /// One line for people.
    #[must_use]
    pub(crate) fn describe(&self) -> String {
        match self.chunk_records {
            None => format!("{}: sequential ({})", self.name, self.rule),
            Some(records) => format!(
                "{}: {} worker{}, chunks of {} k records ({})",
                self.name,
                self.workers,
                if self.workers == 1 { "" } else { "s" },
                records / 1000,
                self.rule
            ),
        }
    }

    /// For JSON; the keys stay.
    #[must_use]
    pub(crate) fn to_json(self) -> Value {
        json!({ "mode": self.name, "workers": self.workers, "chunk_records": self.chunk_records })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds() {
        let name = |available| VaridexMode::of(available, 4).name;
        assert_eq!(name(8 * GIB - 1), "low");
        assert_eq!(name(8 * GIB), "medium");
        assert_eq!(name(12 * GIB - 1), "medium");
        assert_eq!(name(12 * GIB), "high");
        assert_eq!(VaridexMode::of(64 * GIB, 8).workers, 7);
        assert_eq!(VaridexMode::of(64 * GIB, 1).workers, 1);
        assert_eq!(
            VaridexMode::of(64 * GIB, 8).describe(),
            "high: 7 workers, chunks of 50 k records (12 GB or more available)"
        );
        assert_eq!(VaridexMode::of(GIB, 8).describe(), "low: sequential (less than 8 GB available)");
    }
}
