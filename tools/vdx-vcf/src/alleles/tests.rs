//! Records with other alleles, field by field.

mod join;
mod rewrite;
mod split;
