//! Groups of flags that tools flatten into their arguments, so that a letter means the same thing everywhere.

mod filter;
mod input;
mod output;
mod regions;
mod resources;
mod size;

pub use filter::{FilterArgs, filter};
pub use input::{Input, InputArg, local_path};
pub use output::{IndexArgs, OutputArgs};
pub use regions::{RegionArgs, Where};
pub use resources::{LimitArgs, LogArgs, LogFormat, ProgressMode, RunArgs};
pub use size::{format_size, parse_size};

/// A value the user either leaves to the plan (`auto`) or fixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AutoOr<T> {
    /// The plan decides.
    #[default]
    Auto,
    /// The user decided.
    Fixed(T),
}

impl<T> AutoOr<T> {
    /// Parses `auto` here and everything else by `parse`.
    fn parse_with(text: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Result<Self, String> {
        if text == "auto" { Ok(Self::Auto) } else { parse(text).map(Self::Fixed) }
    }
}
