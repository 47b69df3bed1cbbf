//! What the shells themselves offer behind a tab, with the scripts of `--generate`.

use std::process::Command;

use vdx_testkit::{Ran, Stdin, World, installed};

/// A line, and what is offered for its last word: some of it, and what must not be.
const OFFERED: [(&[&str], &[&str], &[&str]); 8] = [
    (&["vdx-merge", "ma"], &["match"], &["report"]),
    (&["vdx-merge", "match", "--sam"], &["--sample", "--sample-format", "--sample-name"], &["--html"]),
    (&["vdx-merge", "report", "--h"], &["--html", "--help"], &["--sample"]),
    (&["vdx-merge", "match", "--sample-format", "23"], &["23andme", "23mofang"], &["ancestry"]),
    (&["vdx-merge", "report", "-O", ""], &["tsv", "csv", "json"], &["z", "b"]),
    (&["vdx-normalize", "-O", ""], &["v", "z", "u", "b"], &["tsv", "json"]),
    (&["vdx-gnomad", "annotate", "--dataset", ""], &["exomes", "genomes", "joint"], &[]),
    (&["vdx-normalize", "--regions-o"], &["--regions-overlap"], &["--targets-overlap"]),
];

/// The scripts of all tools for one shell, as `TOOL.SHELL`.
fn scripts(world: &World, shell: &str) {
    for tool in ["vdx-normalize", "vdx-gnomad", "vdx-merge", "vdx-meminfo"] {
        let script = world.run(tool, &["--generate", shell], Stdin::Null).bytes();
        world.write(&format!("{tool}.{shell}"), &script);
    }
}

fn check(shell: &str, offered: impl Fn(&World, &[&str]) -> Vec<String>) {
    let world = World::empty();
    scripts(&world, shell);
    for (words, wanted, unwanted) in OFFERED {
        let found = offered(&world, words);
        for word in wanted {
            assert!(found.iter().any(|one| one == word), "{shell}: {words:?} offers {found:?}, not {word}");
        }
        for word in unwanted {
            assert!(!found.iter().any(|one| one == word), "{shell}: {words:?} offers {found:?}, {word} among it");
        }
    }
}

fn run(shell: &str, world: &World, script: &str) -> Ran {
    let ran = Ran::of(Command::new(shell).args(["-c", script]).current_dir(world.directory()), Stdin::Null);
    assert_eq!(ran.status, Some(0), "{shell}: {script}\n{}", ran.stderr);
    ran
}

/// As programmable completion calls a function: with the command, the word, and the word before it.
#[test]
fn bash_completes() {
    let Some(bash) = installed("BASH_SHELL", "bash") else { return };
    let offered = |world: &World, words: &[&str]| -> Vec<String> {
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        let script = format!(
            ". ./{tool}.bash
             compopt() {{ :; }}
             COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
             spec=$(complete -p {tool}); name=${{spec##*-F }}; name=${{name%% *}}
             $name {tool} \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"
             printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            tool = words[0],
            words = quoted.join(" ")
        );
        run(&bash, world, &script).text().lines().map(str::to_owned).collect()
    };
    check("bash", offered);
    // bash makes three words of `--progress=al`.
    let world = World::empty();
    scripts(&world, "bash");
    assert_eq!(offered(&world, &["vdx-normalize", "--progress", "=", "al"]), ["always"]);
    assert_eq!(offered(&world, &["vdx-merge", "match", "--progress", "="]), ["auto", "always", "never"]);
}

#[test]
fn fish_completes() {
    let Some(fish) = installed("FISH", "fish") else { return };
    check("fish", |world, words| {
        // fish offers options of one letter, too, and words with what they mean behind a tab.
        let script = format!("source {}.fish; complete -C '{}'", words[0], words.join(" "));
        let offered = run(&fish, world, &script).ok();
        offered.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
    });
}

/// zsh completes at a terminal alone: in one of its own the line is typed, a tab behind it, and what is shown is read.
#[test]
fn zsh_completes() {
    let Some(zsh) = installed("ZSH", "zsh") else { return };
    check("zsh", |world, words| {
        let script = format!(
            "zmodload zsh/zpty
             zpty z {zsh} -f -i
             zpty -w z 'PS1= RPS1=; autoload -Uz compinit; compinit -D -u; source ./{tool}.zsh; LISTMAX=1000'
             zpty -w z 'zstyle \":completion:*\" list-separator \"\"; setopt no_list_beep auto_list no_auto_menu'
             zpty -w z 'show() {{ print -r -- \"<<$BUFFER>>\" }}; zle -N show; bindkey \"^X\" show; print ready'
             while zpty -r z line; do [[ $line == ready* ]] && break; done
             zpty -w -n z '{line}'$'\\t\\t\\x18'
             while zpty -r z line; do print -r -- \"$line\"; [[ $line == *'>>'* ]] && break; done
             zpty -d z",
            tool = words[0],
            line = words.join(" ")
        );
        let shown = run(&zsh, world, &script).ok();
        // Without what a terminal is told besides letters; the line as it was completed stands between << and >>.
        let plain =
            regex::Regex::new(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\x07]").unwrap().replace_all(&shown, " ").into_owned();
        plain.split(|c: char| c.is_whitespace() || "<>=".contains(c)).map(str::to_owned).collect()
    });
}

/// A manual page is what its formatter takes without a warning, and has what is asked of one.
#[test]
fn every_command_has_a_manual_page() {
    let Some(groff) = installed("GROFF", "groff") else { return };
    let world = World::empty();
    for (tool, commands) in super::flags::TOOLS {
        for command in commands {
            let words: Vec<&str> = [command, "--generate", "man"].into_iter().filter(|word| !word.is_empty()).collect();
            let page = world.run(tool, &words, Stdin::Null).bytes();
            world.write("page.1", &page);
            let shown = run("bash", &world, &format!("'{groff}' -man -Tutf8 -ww page.1"));
            assert_eq!(shown.stderr, "", "{tool} {command}");
            let page = String::from_utf8(page).unwrap();
            let title = format!("{tool}-{command}");
            assert!(page.contains(&format!(".TH {} 1", title.trim_end_matches('-'))), "{tool} {command}");
            assert_eq!(page.matches(".TH ").count(), 1, "{tool} {command}");
            for heading in ["SYNOPSIS", "EXAMPLES", "\"EXIT STATUS\"", "ENVIRONMENT", "\"SEE ALSO\""] {
                assert!(page.contains(&format!(".SH {heading}\n")), "{tool} {command}: no {heading}");
            }
            let works = !command.is_empty() || commands.len() == 1;
            assert_eq!(page.contains(".SH FILES\n"), works, "{title}");
            let status = page.split(".SH \"EXIT STATUS\"").nth(1).unwrap().split(".SH ").next().unwrap();
            assert_eq!(status.contains("fB3"), title == "vdx-normalize-" || title == "vdx-merge-diff", "{title}");
        }
    }
}
