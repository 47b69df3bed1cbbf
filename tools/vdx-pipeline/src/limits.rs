//! What a run may use. Made by the plan of `vdx-cli`, followed by the pipeline.

/// The resources of one run: `memory = fixed + reserve + permits x (chunk + its output)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Worker threads; 1 runs everything as a plain loop in the calling thread.
    pub threads: usize,
    /// Chunks in flight between the reader and the ordered stage.
    pub permits: usize,
    /// Decoded bytes a chunk aims at; a record longer than that makes a longer chunk.
    pub chunk_bytes: usize,
    /// The most records in one chunk (`--chunk-size`), if the user set it.
    pub chunk_records: Option<usize>,
    /// Bytes the ordered stage may hold back so that records that moved find their place.
    pub reserve_bytes: usize,
    /// The longest record accepted, in bytes.
    pub max_record: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            threads: 1,
            permits: 2,
            chunk_bytes: 1 << 20,
            chunk_records: None,
            reserve_bytes: 8 << 20,
            max_record: 256 << 20,
        }
    }
}
