//! What a run has to tell besides its output.

/// What a run says while it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// About the input.
    Warning(String),
    /// About one of its records, in the order of the output; there may be as many as records.
    Record(String),
    /// Something to know that is as it should be.
    Note(String),
    /// Memory or threads were refused and the run goes on with fewer.
    StepDown(String),
}
