//! What a run may use. Made by the plan of `vdx-cli`, followed by the pipeline.
//!
//! Nothing here decides how large a chunk is: `vdx-cli/src/plan/budget.rs` does, from the budget and what the tool costs
//! (`COST` in its `lib.rs`). The defaults below are for tests and examples.

/// So many times a chunk's size its output may hold in memory at least.
pub const FRESH_SHARE: usize = 2;

/// A chunk, and what is made of it.
const COPIES: usize = 1 + FRESH_SHARE;

/// Smaller chunks save nothing that would matter, in bytes.
const LEAST_CHUNK: usize = 1 << 18;

/// Longer records are refused whatever the budget, in bytes.
pub const LONGEST_RECORD: usize = 256 << 20;

/// Memory for one long record, in its bytes: the record in a buffer that grew, and what a worker makes of it and of its
/// parts.
pub const RECORD_SHARE: usize = 5;

/// The part of it that the buffer is.
pub(crate) const READ_SHARE: usize = 2;

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

impl Limits {
    /// What is left beside a header of so many bytes in memory: less of what the plan leaves of the budget; then fewer chunks,
    /// as many as there are threads, and one thread; of one thread a smaller chunk.
    pub(crate) fn beside(&self, header: u64) -> Self {
        let mut limits = self.clone();
        let header_bytes = usize::try_from(header).unwrap_or(usize::MAX);
        let record_bytes = self.max_record.saturating_mul(RECORD_SHARE).saturating_sub(header_bytes);
        limits.max_record = record_bytes / RECORD_SHARE;
        limits.base_bytes = self.base_bytes.saturating_add(header);
        // Half of what the plan left is spare, the other half was for new bytes.
        let left = self.spare_bytes.saturating_mul(2);
        let spare = left.saturating_sub(header_bytes) / 2;
        limits.spare_bytes = spare;
        let missing = header_bytes.saturating_sub(left);
        if missing > 0 && self.threads > 1 {
            limits.permits = self.permits.saturating_sub(missing.div_ceil(COPIES * self.chunk_bytes));
            if limits.permits <= self.threads {
                (limits.threads, limits.permits) = (1, 1);
            }
        } else if missing > 0 {
            limits.chunk_bytes =
                self.chunk_bytes.saturating_sub(missing / COPIES).max(LEAST_CHUNK.min(self.chunk_bytes));
        }
        let least = FRESH_SHARE * limits.chunk_bytes;
        limits.fresh_bytes = self.fresh_bytes.min(least.saturating_add(spare / self.permits.max(1)));
        limits
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_takes_what_is_spare_then_chunks_then_threads() {
        let limits = Limits { threads: 4, permits: 10, spare_bytes: 8 << 20, ..Limits::default() };
        let small = limits.beside(4 << 20);
        assert_eq!((small.spare_bytes, small.threads, small.permits), (6 << 20, 4, 10));
        assert_eq!(small.base_bytes, 4 << 20);
        assert_eq!(small.max_record, limits.max_record - (4 << 20) / RECORD_SHARE - 1);
        let larger = limits.beside(25 << 20);
        assert_eq!((larger.spare_bytes, larger.threads, larger.permits), (0, 4, 7));
        let huge = limits.beside(60 << 20);
        assert_eq!((huge.spare_bytes, huge.threads, huge.permits), (0, 1, 1));
        assert_eq!(limits.beside(u64::MAX).max_record, 0);
        let one = Limits { threads: 1, permits: 1, spare_bytes: 1 << 20, ..Limits::default() };
        assert_eq!(one.beside(2 << 20).chunk_bytes, 1 << 20);
        assert_eq!((one.beside(3 << 20).chunk_bytes, one.beside(9 << 20).chunk_bytes), (699_051, 1 << 18));
    }
}
