//! What can be asked for: one thing.

mod normalize;

pub use normalize::run;
