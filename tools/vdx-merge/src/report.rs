//! The page that people read: one HTML file with the findings of `match`.
//!
//! Each record becomes a finding ([`finding`]), findings are gathered as short rows of JSON ([`gather`], [`row`]), and
//! the page is written round them ([`page`]), where a script makes them lists again. What the page says before its lists
//! is made of the counts ([`tally`]) in plain sentences ([`plain`]).

pub(crate) mod about;
pub(crate) mod class;
pub(crate) mod finding;
pub(crate) mod gather;
mod json;
pub(crate) mod karyogram;
pub(crate) mod page;
pub(crate) mod plain;
mod row;
mod tally;
mod words;
