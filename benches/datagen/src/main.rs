//! Data generator.
fn main() {}
