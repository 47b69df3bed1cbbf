//! The `vdx-meminfo` binary.

fn main() {}
