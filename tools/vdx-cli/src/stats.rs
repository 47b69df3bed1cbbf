//! What a run counted.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

/// Names with counts, in the order in which they were first counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    counts: Vec<(String, u64)>,
    /// Where each name is among them: of the contigs of an assembly there may be a million.
    places: HashMap<String, usize>,
}

impl Counts {
    /// Adds `count` to `name`. Zero makes the name known, so that a key is there in every run.
    pub fn add(&mut self, name: &str, count: u64) {
        if let Some(&at) = self.places.get(name) {
            self.counts[at].1 += count;
        } else {
            self.places.insert(name.to_owned(), self.counts.len());
            self.counts.push((name.to_owned(), count));
        }
    }

    /// The count of `name`; 0 when never counted.
    #[must_use]
    pub fn get(&self, name: &str) -> u64 {
        self.places.get(name).map_or(0, |&at| self.counts[at].1)
    }

    /// Names and counts in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.counts.iter().map(|(name, count)| (name.as_str(), *count))
    }

    pub(crate) fn to_json(&self) -> Value {
        Value::Object(self.iter().map(|(name, count)| (name.to_owned(), json!(count))).collect())
    }
}

/// The counts of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stats {
    /// Every input, as named by the user (`stdin` for standard input).
    pub inputs: Vec<String>,
    /// Records read.
    pub records_in: u64,
    /// Records written.
    pub records_out: u64,
    /// Chunks worked on.
    pub chunks: u64,
    /// Worker threads that ran; 0 where the calling thread did all.
    pub workers: usize,
    /// What happened to records, by a `snake_case` reason. Those that happened are in the summary line, too.
    pub reasons: Counts,
    /// Records read by contig, as the input names it.
    pub contigs: Counts,
    /// What only this tool knows, under `details`. Never genotypes.
    pub details: Map<String, Value>,
}

/// Bytes as whole MiB, rounded up: a run is not to look smaller than it was.
pub(crate) fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}
