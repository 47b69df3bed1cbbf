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
/// in kebab-case, and a common letter stands for its common name. Every option stands under a heading, what must be given
/// under the first one; what `-O` takes is listed; every command ends with examples of itself.
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
    found.extend(of_layout(command).into_iter().map(|problem| format!("{place}: {problem}")));
    for arg in command.get_arguments() {
        found.extend(of_argument(arg).into_iter().map(|problem| format!("{place}: {problem}")));
    }
    command.get_subcommands().filter(|inner| inner.get_name() != "help").for_each(|inner| walk(inner, found));
}

/// What is wrong with how the help of a command is laid out.
fn of_layout(command: &Command) -> Vec<String> {
    let mut found = Vec::new();
    let options = || command.get_arguments().filter(|arg| !arg.is_positional());
    let name = |arg: &Arg| arg.get_long().map_or_else(|| arg.get_id().to_string(), |long| format!("--{long}"));
    let first = options().next().and_then(Arg::get_help_heading);
    for arg in options() {
        if arg.get_help_heading().is_none() {
            found.push(format!("{} stands under no heading", name(arg)));
        } else if arg.is_required_set() && arg.get_help_heading() != first {
            found.push(format!("{} must be given and does not stand under the first heading", name(arg)));
        }
        if arg.get_id() == "output_type" && arg.get_possible_values().is_empty() {
            found.push("-O does not say what it takes".to_owned());
        }
    }
    let tool = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    if !examples.starts_with("Examples:\n  ") || !examples.contains(tool) {
        found.push("its help ends without examples of it".to_owned());
    }
    found
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
            .disable_help_flag(true)
            .after_help("Examples:\n  vdx-test x")
            .arg(Arg::new("o").short('o').long("overlap").help("Overlap").help_heading("First"))
            .arg(Arg::new("threads").long("threads").help("threads.").help_heading("Second").required(true))
            .arg(Arg::new("output_type").short('O').long("output-type").help("Type"))
            .subcommand(Command::new("inner").arg(Arg::new("x").long("Bad_Name").help_heading("First")));
        let found = problems(&command);
        for expected in [
            "vdx-test: -o means --output, here it is --overlap",
            "vdx-test: --threads: help begins in upper case and ends without a full stop: 'threads.'",
            "vdx-test: --threads has the letter -@",
            "vdx-test inner: says nothing about itself",
            "vdx-test inner: --Bad_Name has no help",
            "vdx-test inner: --Bad_Name is not in kebab-case",
            "vdx-test: --threads must be given and does not stand under the first heading",
            "vdx-test: --output-type stands under no heading",
            "vdx-test: -O does not say what it takes",
            "vdx-test inner: its help ends without examples of it",
        ] {
            assert!(found.iter().any(|problem| problem == expected), "{expected}: {found:#?}");
        }
        assert_eq!(found.len(), 10, "{found:#?}");
    }
}
