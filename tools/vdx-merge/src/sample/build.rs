//! Who says which build a sample has. What the data say counts more: see `matching::concordance`.

/// Who says which build a sample has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SaidBy {
    /// `--sample-build`.
    User,
    /// The file.
    Header,
    /// Its format: all files of that maker have one build.
    Format,
}

impl SaidBy {
    /// The word in `##vdx_sample` and `--stats`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Header => "header",
            Self::Format => "format",
        }
    }
}
