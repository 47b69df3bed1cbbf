//! `--generate`: manual pages and completions, from the same definition as `--help`.

use std::io;

use clap::{Command, ValueEnum};
use clap_complete::Shell;

/// What can be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Artifact {
    /// Manual page
    Man,
    /// Completions for bash
    Bash,
    /// Completions for zsh
    Zsh,
    /// Completions for fish
    Fish,
}

/// The bytes of `artifact` for `command`.
pub(super) fn render(command: &mut Command, artifact: Artifact) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let shell = match artifact {
        Artifact::Man => {
            command.build();
            man_pages(command, &mut bytes)?;
            return Ok(bytes);
        }
        Artifact::Bash => Shell::Bash,
        Artifact::Zsh => Shell::Zsh,
        Artifact::Fish => Shell::Fish,
    };
    let name = command.get_name().to_owned();
    clap_complete::generate(shell, command, name, &mut bytes);
    Ok(bytes)
}

/// The page of `command`, then those of its subcommands: `man` shows them one after the other.
fn man_pages(command: &Command, bytes: &mut Vec<u8>) -> io::Result<()> {
    clap_mangen::Man::new(command.clone()).render(bytes)?;
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help" && !inner.is_hide_set()) {
        man_pages(inner, bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_artifact_names_the_flags() {
        let mut command = Command::new("vdx-test")
            .about("Tests")
            .arg(clap::Arg::new("colour").long("colour").help("Colour of it"))
            .subcommand(Command::new("inner").about("Inner part").arg(clap::Arg::new("deep").long("deep")));
        for artifact in [Artifact::Man, Artifact::Bash, Artifact::Zsh, Artifact::Fish] {
            let text = String::from_utf8(render(&mut command, artifact).unwrap()).unwrap();
            assert!(text.contains("colour"), "{artifact:?}");
            assert!(text.contains("deep"), "{artifact:?}");
        }
    }
}
