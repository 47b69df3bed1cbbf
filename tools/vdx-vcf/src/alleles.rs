//! Records with other alleles: one engine for whatever takes alleles apart or puts them together.
//!
//! How the new alleles stem from the old ones is a [`Map`]: that of a site that is split ([`Splits`]), of REF and ALT that
//! change places, of an [`Atom`], of records that are joined. A [`Rewriter`] reads the [`Fields`] of one record and
//! writes them by a map, as often as records come of it; a [`Joiner`] writes those of several. Both follow the same rules for lists by allele, genotypes, local alleles and consequences.

mod atoms;
mod consequences;
mod fields;
mod genotype;
mod join;
mod kept;
mod list;
mod local;
mod map;
mod numbers;
mod order;
mod reserved;
mod rewrite;
#[cfg(test)]
mod tests;

pub use atoms::{Atom, Atoms, atoms};
pub use fields::Fields;
pub use join::{Joiner, Part};
pub use map::{Alleles, Map, Overlaps, Splits};
pub use numbers::{FieldError, Lists, Undeclared};
pub use rewrite::Rewriter;
