//! The `vdx-merge` binary.

fn main() {}
