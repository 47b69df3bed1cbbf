//! What holds for the flags of every tool, to be checked by a test of each.

use clap::{Arg, Command};

/// Letters that mean the same everywhere: those of bcftools where it has one.
const LETTERS: [(char, &str); 11] = [
    ('@', "threads"),
    ('f', "fasta-ref"),
    ('o', "output"),
    ('O', "output-type"),
    ('q', "quiet"),
    ('r', "regions"),
    ('R', "regions-file"),
    ('t', "targets"),
    ('T', "targets-file"),
    ('v', "verbose"),
    ('W', "write-index"),
];

/// What is wrong with the flags of `command` and its subcommands, in words; empty when nothing is.
///
/// Every argument and subcommand has help that begins in upper case and does not end in a full stop, every long name is
/// in kebab-case, and a common letter stands for its common name.
#[must_use]
pub fn problems(command: &Command) -> Vec<String> {
    let mut command = command.clone();
    command.build();
    let mut found = Vec::new();
    walk(&command, &mut found);
    found
}

fn walk(command: &Command, found: &mut Vec<String>) {
    let place = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    if command.get_about().is_none() {
        found.push(format!("{place}: says nothing about itself"));
    }
    for arg in command.get_arguments() {
        found.extend(of_argument(arg).into_iter().map(|problem| format!("{place}: {problem}")));
    }
    command.get_subcommands().filter(|inner| inner.get_name() != "help").for_each(|inner| walk(inner, found));
}

fn of_argument(arg: &Arg) -> Vec<String> {
    let name = arg.get_long().map_or_else(|| arg.get_id().to_string(), |long| format!("--{long}"));
    let mut found = Vec::new();
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    if help.is_empty() {
        found.push(format!("{name} has no help"));
    } else if help.starts_with(char::is_lowercase) || help.ends_with('.') {
        found.push(format!("{name}: help begins in upper case and ends without a full stop: '{help}'"));
    }
    if let Some(long) = arg.get_long()
        && !long.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    {
        found.push(format!("{name} is not in kebab-case"));
    }
    for (letter, meaning) in LETTERS {
        let (has_letter, has_name) = (arg.get_short() == Some(letter), arg.get_long() == Some(meaning));
        if has_letter && !has_name {
            found.push(format!("-{letter} means --{meaning}, here it is {name}"));
        } else if has_name && !has_letter {
            found.push(format!("{name} has the letter -{letter}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_wrong() {
        let command = Command::new("vdx-test")
            .about("Tests")
            .arg(Arg::new("o").short('o').long("overlap").help("Overlap"))
            .arg(Arg::new("threads").long("threads").help("threads."))
            .subcommand(Command::new("inner").arg(Arg::new("x").long("Bad_Name")));
        let found = problems(&command);
        for expected in [
            "vdx-test: -o means --output, here it is --overlap",
            "vdx-test: --threads: help begins in upper case and ends without a full stop: 'threads.'",
            "vdx-test: --threads has the letter -@",
            "vdx-test inner: says nothing about itself",
            "vdx-test inner: --Bad_Name has no help",
            "vdx-test inner: --Bad_Name is not in kebab-case",
        ] {
            assert!(found.iter().any(|problem| problem == expected), "{expected}: {found:#?}");
        }
        assert_eq!(found.len(), 6, "{found:#?}");
    }
}
