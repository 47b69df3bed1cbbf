//! Data generator: a reference, ClinVar, gnomAD and a person's raw file that agree with one another, made from a seed.
//!
//! It shares no code with the tools it tests, so that a mistake in one cannot hide in the other.

mod args;
mod bgzf;
mod build;
mod calls;
mod clinvar;
mod clinvar_header;
mod cohort;
mod fasta;
mod genes;
mod genome;
mod gnomad;
mod gnomad_header;
mod gnomad_text;
mod join;
mod loci;
mod nasty;
mod nasty_fields;
mod nasty_sites;
mod num;
mod person;
mod person_rows;
mod plan;
mod queries;
mod reference;
mod rng;
mod sites;
mod stats;
mod stream;
mod truth;
mod variant;
mod vocab;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

fn main() -> ExitCode {
    let made = match Cli::parse().command {
        Command::Demo(demo) => build::run(&demo.spec()),
        Command::Full(full) => build::run(&full.spec()),
        Command::Nasty(nasty) => nasty::run(&nasty),
        Command::Cohort(cohort) => cohort::run(&cohort),
        Command::Sites(sites) => stream::run(&sites),
    };
    match made {
        Ok(stats) => {
            print!("{}", stats.report());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("datagen: {error}");
            ExitCode::FAILURE
        }
    }
}
