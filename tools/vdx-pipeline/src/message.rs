//! What a run has to tell besides its output.

/// What a run says while it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// About a record or the input; in input order.
    Warning(String),
    /// Something to know that is as it should be.
    Note(String),
    /// Memory or threads were refused and the run goes on with fewer.
    StepDown(String),
}
