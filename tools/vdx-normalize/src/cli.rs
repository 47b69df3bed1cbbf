//! The command line: words ([`args`]), then plain data ([`plan`]). Nothing below knows of it.

pub mod args;
pub mod plan;

pub use args::Args;
pub use plan::Plan;
