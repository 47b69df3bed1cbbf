//! The command line that clap reads: what a tool declares, and what all of them share.

use clap::builder::ValueHint;
use clap::{Arg, ArgAction, Command, Parser, value_parser};

use super::generate::Artifact;

/// The heading of what is said, and of the options that every command has.
const MESSAGES: &str = "Messages";

/// The command of a tool with what all tools share: its name, a version, `--help`, `--generate`.
#[must_use]
pub fn command<A: Parser>(tool: &'static str) -> Command {
    let mut command = A::command().name(tool).bin_name(tool).propagate_version(true);
    if command.get_version().is_none() {
        command = command.version(env!("CARGO_PKG_VERSION"));
    }
    dressed(command)
}

/// `command` and those below it with the options of all of them. clap's own `--help` and `--version` know no heading.
fn dressed(command: Command) -> Command {
    let shared = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help).help_heading(MESSAGES);
    let generate = shared("generate", "Print the manual page of this command or a shell's completions and exit");
    let command = command
        .max_term_width(120)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .mut_args(with_paths)
        .mut_subcommands(dressed)
        .arg(generate.value_name("WHAT").value_parser(value_parser!(Artifact)).exclusive(true))
        .arg(shared("help", "Print help: -h in short, --help in full").short('h').action(ArgAction::Help))
        .arg(shared("version", "Print the version").short('V').action(ArgAction::Version));
    // `vdx-merge` alone is a question.
    if command.has_subcommands() { command.arg_required_else_help(true) } else { command }
}

/// Tells completions which arguments are files, and which are folders.
fn with_paths(arg: Arg) -> Arg {
    let named =
        |names: &[&str]| arg.get_value_names().is_some_and(|found| found.iter().any(|name| names.contains(&&**name)));
    if named(&["DIR", "STORE"]) {
        arg.value_hint(ValueHint::DirPath)
    } else if named(&["[NAME=]PATH", "[^]FILE"]) || arg.get_value_hint() == ValueHint::AnyPath {
        arg.value_hint(ValueHint::FilePath)
    } else {
        arg
    }
}
