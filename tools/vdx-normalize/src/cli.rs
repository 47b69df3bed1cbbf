//! The command line: words ([`args`], [`values`]), then plain data ([`plan`]). Nothing below knows of it.

pub(crate) mod args;
pub(crate) mod plan;
pub(crate) mod values;

pub use args::Args;
pub(crate) use plan::Plan;
