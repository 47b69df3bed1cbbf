//! placeholder
#[derive(clap::Args)]
pub struct Nasty {}
