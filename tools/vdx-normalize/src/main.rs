//! The `vdx-normalize` binary.

fn main() {}
