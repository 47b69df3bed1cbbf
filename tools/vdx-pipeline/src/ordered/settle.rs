//! What a tool decides about the records of one POS, once they are in order.

use vdx_hts::error::{Error, Result};

/// A record of a POS.
#[derive(Clone, Copy, Debug)]
pub struct Tied<'a> {
    /// The whole line, of text whatever the output.
    pub line: &'a [u8],
    /// It stays as it is and is not compared with the others ([`Output::keep_aside_at`](crate::output::Output::keep_aside_at)).
    pub aside: bool,
    /// The line of the input that it was read from; `None` where it comes a second time.
    pub read_from: Option<u64>,
}

/// Decides on the records of one POS.
pub trait Settle: Send + Sized + 'static {
    /// Two or more `records` of 1-based `pos` on `contig`, in the order in which they would go out. What goes out in
    /// their place is appended to `out`.
    ///
    /// Where a record is put in place after the output was written, the records of its POS come a second time, as they
    /// were settled, with that record behind them.
    fn settle(&mut self, contig: &[u8], pos: u32, records: &[Tied], out: &mut Vec<u8>) -> Result<()>;

    /// What there is to say about records since the last call ([`Order::warnings`](super::Order::warnings)).
    fn warnings(&mut self) -> Vec<Error> {
        Vec::new()
    }

    /// Whether a record that comes a second time is one of those that stay as they are.
    fn is_aside(&mut self, _line: &[u8]) -> Result<bool> {
        Ok(false)
    }

    /// One that decides alike, on another thread, and has counted nothing yet.
    #[must_use]
    fn another(&self) -> Self;

    /// Adds what another one has counted.
    fn add(&mut self, other: Self);
}
