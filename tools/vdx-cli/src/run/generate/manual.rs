//! A manual page: what clap_mangen makes of the definition, and the sections that every page of a tool has.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

/// The pages of the suite, which each page leads to.
const SUITE: [&str; 4] = ["vdx-normalize", "vdx-gnomad", "vdx-merge", "vdx-meminfo"];

/// The page of `tool`, or of its `subcommand`.
pub(super) fn page(tool: &mut Command, subcommand: Option<&str>) -> io::Result<Vec<u8>> {
    tool.build();
    let command = subcommand.and_then(|name| tool.find_subcommand(name)).unwrap_or(tool);
    let version = tool.get_version().unwrap_or_default();
    let man = Man::new(command.clone()).source(format!("vdx {version}")).manual("vdx manual");
    let mut bytes = Vec::new();
    man.render_title(&mut bytes)?;
    man.render_name_section(&mut bytes)?;
    man.render_synopsis_section(&mut bytes)?;
    man.render_description_section(&mut bytes)?;
    man.render_options_section(&mut bytes)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut bytes)?;
    }
    let mut roff = Roff::new();
    examples(&mut roff, command);
    items(&mut roff, "EXIT STATUS", &exit_status(command));
    items(&mut roff, "FILES", &files(command));
    items(&mut roff, "ENVIRONMENT", &environment(command));
    roff.control("SH", ["SEE ALSO"]);
    roff.text([roman(see_also(tool, command))]);
    roff.to_writer(&mut bytes)?;
    Ok(bytes)
}

fn examples(roff: &mut Roff, command: &Command) {
    let Some(text) = command.get_after_help().map(ToString::to_string) else { return };
    roff.control("SH", ["EXAMPLES"]);
    roff.control("nf", []);
    text.lines().skip(1).for_each(|line| {
        roff.text([roman(line)]);
    });
    roff.control("fi", []);
}

/// A section of names and what they are.
fn items(roff: &mut Roff, heading: &str, items: &[(&str, &str)]) {
    if items.is_empty() {
        return;
    }
    roff.control("SH", [heading]);
    for (name, text) in items {
        roff.control("TP", []);
        roff.text([bold(*name)]);
        roff.text([roman(*text)]);
    }
}

fn exit_status(command: &Command) -> Vec<(&'static str, &'static str)> {
    let mut found = vec![
        ("0", "Done. So it is where the reader of a pipe has had enough and closes it."),
        ("1", "Bad data, or something could not be read or written. No file is left under the name that -o gives."),
        ("2", "Wrong usage."),
    ];
    let helps = command.get_arguments().filter_map(|arg| arg.get_help());
    if helps.chain(command.get_about()).any(|help| help.to_string().contains("status 3")) {
        found.push(("3", "What was looked for was found, see above."));
    }
    found.push((
        "137",
        "Memory cannot be had; the message says how much would do. Workflow engines run it again with more.",
    ));
    found
}

/// What a command makes or reads besides what it is given, by the options that it has.
fn files(command: &Command) -> Vec<(&'static str, &'static str)> {
    let has = |name: &str| command.get_arguments().any(|arg| arg.get_id() == name);
    let mut found = Vec::new();
    if has("fasta_ref") {
        found.push((
            "FASTA.fai, FASTA.gzi",
            "Indexes of the reference. Made where they are missing: beside it, else under --cache, else in memory.",
        ));
    }
    if has("regions") || has("db") {
        found.push((
            "FILE.csi, FILE.tbi",
            "Index of a file that is read by places. Of gnomAD's files it is made where it is missing, as those of a FASTA are.",
        ));
    }
    if has("write_index") {
        found.push(("OUTPUT.csi, OUTPUT.tbi", "What -W writes beside the file of -o."));
    }
    if has("memory") {
        found.push((
            "$TMPDIR, else /tmp",
            "What does not fit into --memory waits here, in files without a name and of mode 0600.",
        ));
    }
    found
}

fn environment(command: &Command) -> Vec<(&'static str, &'static str)> {
    let has = |name: &str| command.get_arguments().any(|arg| arg.get_id() == name);
    let mut found = vec![("NO_COLOR", "No colours on standard error, if it is not empty.")];
    if has("memory") {
        found.extend([
            ("TMPDIR", "Where spill files go."),
            ("VARIDEX_FORCE_SEQUENTIAL", "1 means --sequential."),
            (
                "OMP_NUM_THREADS, RAYON_NUM_THREADS, SLURM_*, PBS_*, NSLOTS, LSB_*, _CONDOR_*, GALAXY_*",
                "What a job was granted: --threads auto and --memory auto keep within it. vdx-meminfo --explain shows what counts.",
            ),
        ]);
    }
    found.push(("RUST_BACKTRACE", "1 adds where in the program an internal error happened."));
    found
}

/// The tool and its subcommands, the others of the suite, and what it works together with.
fn see_also(tool: &Command, command: &Command) -> String {
    let of = |command: &Command| command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let subcommands = tool.get_subcommands().filter(|inner| inner.get_name() != "help" && !inner.is_hide_set()).map(of);
    let mut names: Vec<String> = std::iter::once(of(tool)).chain(subcommands).collect();
    names.extend(SUITE.map(str::to_owned));
    names.extend(["bcftools", "tabix"].map(str::to_owned));
    let own = of(command);
    let mut pages: Vec<String> = Vec::new();
    for name in names.into_iter().filter(|name| *name != own) {
        let page = format!("{name}(1)");
        if !pages.contains(&page) {
            pages.push(page);
        }
    }
    pages.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Arg;

    fn tool() -> Command {
        Command::new("vdx-test").version("1.2").about("Tests").after_help("Examples:\n  vdx-test inner x").subcommand(
            Command::new("inner")
                .about("Tells; exit status 3 where it found something")
                .after_help("Examples:\n  vdx-test inner x | head  # more\n  vdx-test inner .y")
                .arg(Arg::new("fasta_ref").long("fasta-ref").help("Reference").help_heading("Source"))
                .arg(Arg::new("memory").long("memory").help("Memory")),
        )
    }

    fn text(subcommand: Option<&str>) -> String {
        String::from_utf8(page(&mut tool(), subcommand).unwrap()).unwrap()
    }

    #[test]
    fn a_subcommand_has_a_page_of_its_own() {
        let inner = text(Some("inner"));
        assert!(inner.contains(".TH vdx-test-inner 1  \"vdx 1.2\""), "{inner}");
        for heading in
            ["NAME", "SYNOPSIS", "SOURCE", "EXAMPLES", "\"EXIT STATUS\"", "FILES", "ENVIRONMENT", "\"SEE ALSO\""]
        {
            assert!(inner.contains(&format!(".SH {heading}\n")), "{heading}: {inner}");
        }
        assert!(inner.contains("vdx\\-test inner x | head"), "{inner}");
        assert!(inner.contains("\\fB3\\fR"), "{inner}");
        assert!(inner.contains("vdx\\-test(1)") && !inner.contains("vdx\\-test\\-inner(1)"), "{inner}");
        assert_eq!(inner.matches(".TH ").count(), 1);
    }

    #[test]
    fn the_page_of_a_tool_names_those_of_its_subcommands() {
        let whole = text(None);
        assert!(whole.contains("vdx\\-test\\-inner(1)") && whole.contains("vdx\\-meminfo(1)"), "{whole}");
        assert!(!whole.contains("\\fB3\\fR") && !whole.contains(".SH FILES"), "{whole}");
    }
}
