//! Whole tools on files that fit together: one program, so that what the tests share is built once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bcf;
mod bcf_pipe;
mod changelog;
mod chosen;
mod completion;
mod contract;
mod cwl;
mod data;
mod documents;
mod figures;
mod flags;
mod index;
mod meminfo;
mod nextflow;
mod oracle_expression;
mod packages;
mod progress;
mod public_ci;
mod recipes;
mod regions;
mod report_html;
mod shards;
mod slurm;
mod snakemake;
mod whole;
mod window;
