//! The `vdx-gnomad` binary.

fn main() {}
