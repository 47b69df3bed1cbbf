//! What is asked of each source, what of it is written, and which records stay.

use crate::fields::{self, Field};

/// Which records stay by whether gnomAD has one of their ALTs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// All.
    All,
    /// Those with such an ALT.
    Found,
    /// The others.
    Absent,
}

/// What is written and which records stay.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Settings {
    /// By source, in the order of the command line.
    pub(crate) sources: Vec<SourceFields>,
    /// What all names of what is written start with.
    pub(crate) prefix: String,
    /// `--pass-only`
    pub(crate) pass_only: bool,
    /// `--max-af`
    pub(crate) max_af: Option<f64>,
    /// `--found`, `--absent`
    pub(crate) keep: Keep,
    /// `--force`: values of lists of the wrong length are left out.
    pub(crate) force: bool,
}

/// What is wanted of one source.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SourceFields {
    /// What is looked up: the fields that are written, and behind them AF where only `--max-af` wants it.
    pub(crate) fields: Vec<Field>,
    /// How many of `fields` are written.
    pub(crate) written: usize,
    /// The prefix, and the source's name where it has one.
    pub(crate) prefix: String,
    /// Which field is the AF that `--max-af` limits; `None` without that option.
    pub(crate) af: Option<usize>,
}

impl Settings {
    /// How many fields are looked up, in all sources together.
    pub(crate) fn width(&self) -> usize {
        self.sources.iter().map(|source| source.fields.len()).sum()
    }

    /// What is written, in order, with the source that it is from.
    pub(crate) fn written(&self) -> impl Iterator<Item = (&SourceFields, &Field)> {
        self.sources.iter().flat_map(|source| source.written().iter().map(move |field| (source, field)))
    }
}

impl SourceFields {
    /// The fields that are written.
    pub(crate) fn written(&self) -> &[Field] {
        &self.fields[..self.written]
    }

    /// The INFO key of a field.
    pub(crate) fn tag(&self, field: &Field) -> String {
        format!("{}{}", self.prefix, field.name)
    }

    /// The column of a field in a table, as VariDex names it: lower case, `filters` for FILTER.
    pub(crate) fn column(&self, field: &Field) -> String {
        let name = if field.name == fields::FILTER { "filters" } else { &field.name };
        format!("{}{name}", self.prefix).to_ascii_lowercase()
    }
}
