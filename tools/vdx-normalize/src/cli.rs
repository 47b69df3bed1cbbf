//! The command line: words ([`args`], [`values`]), then plain data ([`plan`]). Nothing below knows of it.

pub mod args;
pub mod plan;
pub mod values;

pub use args::Args;
pub use plan::Plan;
