//! The words of the command line ([`args`]) and what they come to as plain data ([`plan`]). Nothing below knows clap.

pub(crate) mod args;
pub(crate) mod plan;
