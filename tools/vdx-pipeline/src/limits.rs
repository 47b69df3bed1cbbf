//! What a run may use. Made by the plan of `vdx-cli`, followed by the pipeline.
//!
//! Nothing here decides how large a chunk is: `vdx-cli/src/plan/budget.rs` does, from the budget and what the tool costs
//! (`COST` in its `lib.rs`). The defaults below are for tests and examples.

/// So many times a chunk's size its output may hold in memory at least.
pub const FRESH_SHARE: usize = 2;

/// Longer records are refused whatever the budget, in bytes.
pub const LONGEST_RECORD: usize = 256 << 20;

/// Memory for one long record, in its bytes: the record in a buffer that grew, and what a worker makes of it and of its
/// parts.
pub const RECORD_SHARE: usize = 5;

/// The resources of one run: `memory = fixed + reserve + permits x (chunk + its output)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Worker threads; 1 runs everything as a plain loop in the calling thread.
    pub threads: usize,
    /// Chunks in flight between the reader and the ordered stage.
    pub permits: usize,
    /// Decoded bytes a chunk aims at; a record longer than that makes a longer chunk.
    pub chunk_bytes: usize,
    /// New bytes of one chunk that stay in memory; the rest waits on disk.
    pub fresh_bytes: usize,
    /// The most records in one chunk (`--chunk-size`), if the user set it.
    pub chunk_records: Option<usize>,
    /// Bytes the ordered stage may hold back so that records that moved find their place.
    pub reserve_bytes: usize,
    /// The longest record accepted, in bytes of text.
    pub max_record: usize,
    /// What long records may take beyond the size of a chunk while other chunks are under way, in bytes. One that needs more
    /// is worked on alone.
    pub spare_bytes: usize,
    /// What the run needs besides its chunks, in bytes: by it the budget is told that a longer record asks for.
    pub base_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            threads: 1,
            permits: 2,
            chunk_bytes: 1 << 20,
            fresh_bytes: 64 << 20,
            chunk_records: None,
            reserve_bytes: 8 << 20,
            max_record: LONGEST_RECORD,
            spare_bytes: 64 << 20,
            base_bytes: 0,
        }
    }
}
