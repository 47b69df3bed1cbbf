//! `--generate`: manual pages and completions, from the same definition as `--help`.

mod manual;

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

/// The bytes of `artifact` for a tool; its manual page is that of `subcommand`, where one is named.
pub(super) fn render(tool: &mut Command, subcommand: Option<&str>, artifact: Artifact) -> io::Result<Vec<u8>> {
    let shell = match artifact {
        Artifact::Man => return manual::page(tool, subcommand),
        Artifact::Bash => Shell::Bash,
        Artifact::Zsh => Shell::Zsh,
        Artifact::Fish => Shell::Fish,
    };
    let mut bytes = Vec::new();
    let name = tool.get_name().to_owned();
    clap_complete::generate(shell, tool, &name, &mut bytes);
    if shell == Shell::Bash {
        let script = String::from_utf8(bytes).map_err(io::Error::other)?;
        return Ok(mend_bash(&script, &name).into_bytes());
    }
    Ok(bytes)
}

/// The script with the names of subcommands mended: in one with a hyphen clap_complete 4.6.11 looks for
/// `vdx__merge__subcmd__match` and has written `vdx__subcmd__merge__subcmd__match`, so that nothing is completed behind a
/// subcommand (<https://github.com/clap-rs/clap/issues/6421>). And `--progress=al`, of which bash makes three words, is
/// completed as `--progress al` is.
fn mend_bash(script: &str, tool: &str) -> String {
    let script = script.replace(&wrong_prefix(tool), &format!("{}__subcmd__", tool.replace('-', "__")));
    script.replacen(PREVIOUS, &format!("{PREVIOUS}{BEHIND_EQUALS}"), 1)
}

const PREVIOUS: &str = "    prev=\"$3\"\n";
const BEHIND_EQUALS: &str = "    if [[ \"$cur\" == = ]]; then
        cur=\"\"
    elif [[ \"$prev\" == = ]]; then
        prev=\"${COMP_WORDS[COMP_CWORD-2]}\"
    fi
";

fn wrong_prefix(tool: &str) -> String {
    format!("{}__subcmd__", tool.replace('-', "__subcmd__"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Arg;

    fn tool() -> Command {
        Command::new("vdx-test")
            .about("Tests")
            .arg(Arg::new("colour").long("colour").help("Colour of it"))
            .subcommand(Command::new("inner").about("Inner part").arg(Arg::new("deep").long("deep")))
    }

    #[test]
    fn every_artifact_names_the_flags() {
        for artifact in [Artifact::Man, Artifact::Bash, Artifact::Zsh, Artifact::Fish] {
            let text = |inner| String::from_utf8(render(&mut tool(), inner, artifact).unwrap()).unwrap();
            assert!(text(None).contains("colour"), "{artifact:?}");
            assert!(text(Some("inner")).contains("deep"), "{artifact:?}");
        }
    }

    #[test]
    fn bash_finds_what_is_behind_a_subcommand() {
        let script = String::from_utf8(render(&mut tool(), None, Artifact::Bash).unwrap()).unwrap();
        assert!(script.contains("cmd=\"vdx__test__subcmd__inner\""), "{script}");
        assert!(script.contains("        vdx__test__subcmd__inner)"), "{script}");
        assert!(!script.contains(&wrong_prefix("vdx-test")));
        assert!(script.contains(BEHIND_EQUALS), "{script}");
    }

    #[test]
    fn bash_still_needs_to_be_mended() {
        let mut script = Vec::new();
        clap_complete::generate(Shell::Bash, &mut tool(), "vdx-test", &mut script);
        let wrong = String::from_utf8(script).unwrap().contains(&wrong_prefix("vdx-test"));
        assert!(wrong, "clap_complete names subcommands right now: take `mend_bash` away");
    }
}
