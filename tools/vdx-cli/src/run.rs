//! From `main` to an exit status: parse, run, say what went wrong.

mod command;
mod generate;
mod panics;

use std::ffi::OsString;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::error::ErrorKind;
use clap::{ArgMatches, Command, Parser};
use vdx_hts::{Error, Kind, Result, stdout};

use crate::context::{Context, Terminals, command_line};
use crate::env::Env;
use crate::flags::LogFormat;
use crate::host::Host;
use crate::log::{LogStyle, Logger};
use crate::multiqc::Multiqc;
pub use command::command;
use generate::Artifact;

/// How a run ended that did not fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done: exit 0.
    #[default]
    Done,
    /// `--check`, or `diff`, found something: exit 3.
    Found,
}

/// The exit status of a run.
#[must_use]
pub(crate) fn exit_status(result: &Result<Outcome>) -> u8 {
    match result {
        Ok(Outcome::Done) => 0,
        Ok(Outcome::Found) => 3,
        Err(error) => match error.kind() {
            // `tool | head` is no failure. As exit 141, which a signal would be, workflow engines would run it again
            // with twice the memory.
            Kind::ClosedPipe => 0,
            Kind::Data => 1,
            Kind::Usage => 2,
            // What the kernel's killer leaves: engines answer it with more memory.
            Kind::Memory => 137,
        },
    }
}

/// The whole of a tool's `main`: parses the command line, calls `run` and turns what it returns into messages and an
/// exit status.
///
/// A usage error is exit 2, `--help` and `--version` are exit 0, a panic anywhere below `run` is exit 1 with its place.
pub fn main_with<A: Parser>(tool: &'static str, run: impl FnOnce(A, &Context) -> vdx_hts::Result<Outcome>) -> ExitCode {
    let env = Env::from_process();
    panics::install(env.get("RUST_BACKTRACE").is_some());
    crate::alloc::install(tool);
    let words: Vec<OsString> = std::env::args_os().collect();
    ExitCode::from(run_words(tool, &words, env, run))
}

fn run_words<A: Parser>(
    tool: &'static str,
    words: &[OsString],
    env: Env,
    run: impl FnOnce(A, &Context) -> vdx_hts::Result<Outcome>,
) -> u8 {
    let started = Instant::now();
    let mut command = command::<A>(tool);
    if asks_to_generate(words) {
        command = command.subcommand_required(false).arg_required_else_help(false);
    }
    let terminals = Terminals::from_process();
    // Of words that cannot be read only a glance tells how messages are wanted.
    let style = LogStyle {
        format: if asks_for_json(words) { LogFormat::Json } else { LogFormat::Text },
        color: terminals.stderr_is_terminal && !env.no_color(),
        ..LogStyle::default()
    };
    let mut matches = match command.try_get_matches_from_mut(attached_values(words)) {
        Ok(matches) => matches,
        Err(error) => {
            let tip = without_subcommand(&command, words, &error);
            return leave_parser(tool, &error, terminals, (style, tip.as_str()));
        }
    };
    if let Some(artifact) = given::<Artifact>(&matches, "generate") {
        let text = generate::render(&mut command, matches.subcommand_name(), artifact);
        return after_writing(tool, text.and_then(|text| stdout::print(&text)));
    }
    let log = Logger::stderr(tool, log_style(&matches, &env, terminals));
    let multiqc = given::<PathBuf>(&matches, "multiqc").map(|file| {
        let subcommand = matches.subcommand_name().map_or_else(String::new, |name| format!(" {name}"));
        Multiqc { file, command: format!("{tool}{subcommand}") }
    });
    let written = [("-o", "output"), ("--html", "html"), ("--stats", "stats"), ("--multiqc", "multiqc")];
    let written = written.map(|(flag, name)| (flag, given::<PathBuf>(&matches, name)));
    let args = match A::from_arg_matches_mut(&mut matches) {
        Ok(args) => args,
        Err(error) => return leave_parser(tool, &error.format(&mut command), terminals, (style, "")),
    };
    let version = command.get_version().unwrap_or_default().to_owned();
    let line = command_line(tool, words.get(1..).unwrap_or_default());
    let host = Host::from_process(&env);
    let context = Context { tool, version, command: line, env, terminals, host, log, started, multiqc };

    // The run's own state is gone after a panic, so nothing half-changed can be seen.
    let work = || {
        written.iter().try_for_each(|(flag, file)| check_folder(flag, file.as_deref()))?;
        run(args, &context)
    };
    let result = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panics::as_error()));
    tell(&context.log, &result);
    exit_status(&result)
}

/// `--generate` as the first word: a subcommand is then not asked for.
fn asks_to_generate(words: &[OsString]) -> bool {
    words.get(1).is_some_and(|word| {
        let word = word.to_string_lossy();
        word == "--generate" || word.starts_with("--generate=")
    })
}

/// `--log-format json`, which holds for what is wrong with the other words, too.
fn asks_for_json(words: &[OsString]) -> bool {
    words.iter().any(|word| word == "--log-format=json")
        || words.windows(2).any(|pair| pair[0] == "--log-format" && pair[1] == "json")
}

/// `-Wtbi` as `-W=tbi`: the value of `-W` is attached or there is none, as in bcftools. clap would take it for `-W -t bi`.
fn attached_values(words: &[OsString]) -> impl Iterator<Item = OsString> {
    let mut options = true;
    words.iter().map(move |word| {
        options &= word != "--";
        match word.to_str().and_then(|word| word.strip_prefix("-W")) {
            Some(value) if options && !value.is_empty() && !value.starts_with('=') => format!("-W={value}").into(),
            _ => word.clone(),
        }
    })
}

/// Prints what the parser has to say: help and version on standard output, usage errors on standard error, behind the name
/// of the tool as all messages and before a tip.
fn leave_parser(tool: &'static str, error: &clap::Error, terminals: Terminals, (style, tip): (LogStyle, &str)) -> u8 {
    let said = error.render();
    if error.use_stderr() {
        let text = said.to_string();
        match text.strip_prefix("error: ") {
            Some(message) => Logger::stderr(tool, style).error(&format!("{}{tip}", message.trim_end())),
            // The help, where words are missing altogether. Where even that cannot be written, the status says it.
            None => error.print().unwrap_or_default(),
        }
        return 2;
    }
    let said = if terminals.stdout_is_terminal { said.ansi().to_string() } else { said.to_string() };
    after_writing(tool, stdout::print(said.as_bytes()))
}

/// What to say where an option stands in the place of a subcommand, as in `vdx-merge --sample`; nothing elsewhere.
fn without_subcommand(command: &Command, words: &[OsString], error: &clap::Error) -> String {
    let is_option = words.get(1).is_some_and(|word| word.to_string_lossy().starts_with('-'));
    if !command.has_subcommands() || !is_option || error.kind() != ErrorKind::UnknownArgument {
        return String::new();
    }
    let names: Vec<&str> = command.get_subcommands().map(Command::get_name).filter(|name| *name != "help").collect();
    format!("\n\n  tip: what to do comes first: {} {} ...", command.get_name(), names.join("|"))
}

/// The exit status behind all that there was to write.
fn after_writing(tool: &'static str, written: io::Result<()>) -> u8 {
    let result = written.map(|()| Outcome::Done).map_err(|error| Error::io("<stdout>", &error));
    tell(&Logger::stderr(tool, LogStyle::default()), &result);
    exit_status(&result)
}

/// Says what went wrong, if anything did that has to be said.
fn tell(log: &Logger, result: &Result<Outcome>) {
    if let Err(error) = result
        && error.kind() != Kind::ClosedPipe
    {
        let needed = crate::alloc::needed_mib().filter(|_| error.kind() == Kind::Memory);
        let needed = needed.map_or_else(String::new, |mib| {
            format!(" (at least --memory {mib}M here; {}M should do)", crate::alloc::enough(mib))
        });
        log.error(&format!("{error}{needed}"));
    }
}

/// The style asked for by the flags of `LogArgs`; defaults where a tool has none.
fn log_style(matches: &ArgMatches, env: &Env, terminals: Terminals) -> LogStyle {
    LogStyle {
        format: given::<LogFormat>(matches, "log_format").unwrap_or_default(),
        quiet: given(matches, "quiet").unwrap_or(false),
        verbose: given::<u8>(matches, "verbose").unwrap_or(0) > 0,
        color: terminals.stderr_is_terminal && !env.no_color(),
    }
}

/// The value of an argument, in the subcommand if it has it, else before; `None` where the tool has no such argument.
fn given<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Option<T> {
    let inner = matches.subcommand().and_then(|(_, inner)| given(inner, name));
    inner.or_else(|| matches.try_get_one::<T>(name).ok().flatten().cloned())
}

/// What a run makes gets its name last; a folder that is not there is told before hours of work.
fn check_folder(flag: &str, file: Option<&Path>) -> Result<()> {
    let Some(file) = file else { return Ok(()) };
    match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) if !folder.is_dir() => {
            let (file, folder) = (file.display(), folder.display());
            Err(Error::data(format!("{flag} {file}: there is no folder {folder}; make it first: mkdir -p {folder}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Allowed;
    use clap::{FromArgMatches, Parser};

    #[derive(Parser)]
    #[command(
        version,
        about = "Test",
        after_help = "Examples:\n  vdx-test -f ref.fa in.vcf",
        mut_arg("output_type", |arg| Allowed::Both.offered_by(arg))
    )]
    struct Args {
        /// Reference
        #[arg(short = 'f', long, required = true, help_heading = "Reference")]
        fasta_ref: Option<String>,
        #[command(flatten)]
        output: crate::flags::OutputArgs,
        #[command(flatten)]
        run: crate::flags::RunArgs,
        #[command(flatten)]
        input: crate::flags::InputArg,
    }

    fn parse(words: &[&str]) -> std::result::Result<Args, clap::Error> {
        let mut matches = command::<Args>("vdx-test").try_get_matches_from(words)?;
        Args::from_arg_matches_mut(&mut matches)
    }

    #[test]
    fn statuses() {
        assert_eq!(exit_status(&Ok(Outcome::Done)), 0);
        assert_eq!(exit_status(&Ok(Outcome::Found)), 3);
        assert_eq!(exit_status(&Err(Error::data(""))), 1);
        assert_eq!(exit_status(&Err(Error::usage(""))), 2);
        assert_eq!(exit_status(&Err(Error::memory(""))), 137);
        let closed = std::io::Error::from(io::ErrorKind::BrokenPipe);
        assert_eq!(exit_status(&Err(Error::io("stdout", &closed))), 0);
    }

    fn status(words: &[&str], run: impl FnOnce(Args, &Context) -> Result<Outcome>) -> u8 {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        run_words("vdx-test", &words, Env::default(), run)
    }

    #[test]
    fn every_way_to_end() {
        let good = &["vdx-test", "-f", "r.fa", "-q", "in.vcf"][..];
        assert_eq!(status(good, |_, _| Ok(Outcome::Done)), 0);
        assert_eq!(status(good, |_, _| Ok(Outcome::Found)), 3);
        assert_eq!(status(good, |_, _| panic!("on purpose")), 1);
        assert_eq!(
            status(good, |args, context| args
                .output
                .format(Allowed::Tables)
                .and(args.input.resolve(context))
                .map(|_| Outcome::Done)),
            0
        );
        let nowhere = &["vdx-test", "-f", "r.fa", "--stats", "/nonexistent/s.json"];
        assert_eq!(status(nowhere, |_, _| panic!("not reached")), 1);
        assert_eq!(status(&["vdx-test", "--nonsense"], |_, _| Ok(Outcome::Done)), 2);
        assert_eq!(status(&["vdx-test", "--version"], |_, _| panic!("not reached")), 0);
    }

    #[test]
    fn a_run_sees_its_surroundings() {
        status(&["/usr/bin/vdx-test", "-f", "my ref.fa", "in.vcf"], |args, context| {
            assert_eq!(context.command, "vdx-test -f 'my ref.fa' in.vcf");
            assert!(context.host.total_memory > 0);
            let cost = crate::plan::ToolCost::new("vdx-test", 1 << 20, 1 << 20);
            assert!(context.plan(&args.run.limits, &cost).is_ok());
            Ok(Outcome::Done)
        });
    }

    #[test]
    fn the_shared_flags_keep_the_contract() {
        assert_eq!(crate::contract::problems(&command::<Args>("vdx-test")), Vec::<String>::new());
    }

    #[test]
    fn the_groups_fit_together() {
        let args =
            parse(&["vdx-test", "-f", "r.fa", "-@", "3", "--memory", "1G", "-O", "z3", "-o", "x", "in.vcf"]).unwrap();
        assert_eq!(args.run.limits.threads, crate::flags::AutoOr::Fixed(3));
        assert_eq!(args.run.limits.memory, crate::flags::AutoOr::Fixed(1 << 30));
        assert_eq!(args.output.output_type.as_deref(), Some("z3"));
        assert_eq!(args.input.input.as_deref(), Some(std::path::Path::new("in.vcf")));
        assert_eq!(args.fasta_ref.as_deref(), Some("r.fa"));
    }

    #[test]
    fn wrong_words_are_usage_errors() {
        for words in [
            &["vdx-test", "-f", "r.fa", "--memory", "lots"][..],
            &["vdx-test", "-f", "r.fa", "-@", "-1"],
            &["vdx-test", "-f", "r.fa", "s3://bucket/in.vcf"],
            &["vdx-test", "-f", "r.fa", "--stats", "-"],
            &["vdx-test", "-f", "r.fa", "-q", "-v"],
            &["vdx-test", "--generate", "man", "in.vcf"],
            &["vdx-test", "in.vcf"],
        ] {
            let error = parse(words).err().unwrap();
            assert_eq!(error.exit_code(), 2, "{words:?}");
        }
        let typo = parse(&["vdx-test", "-f", "r.fa", "--thread", "2"]).err().unwrap().to_string();
        assert!(typo.contains("--threads"), "{typo}");
    }

    #[test]
    fn generate_needs_nothing_else() {
        let matches = command::<Args>("vdx-test").try_get_matches_from(["vdx-test", "--generate", "zsh"]).unwrap();
        assert_eq!(matches.get_one::<Artifact>("generate"), Some(&Artifact::Zsh));
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_before_the_run() {
        assert_eq!(status(&["vdx-test", "-f", "r.fa", "-o", "/nonexistent/x"], |_, _| panic!("not reached")), 1);
        let said = check_folder("-o", Some(Path::new("no/x"))).unwrap_err().to_string();
        assert_eq!(said, "-o no/x: there is no folder no; make it first: mkdir -p no");
        assert!(check_folder("-o", Some(Path::new("x"))).is_ok() && check_folder("-o", Some(Path::new("-"))).is_ok());
    }

    #[test]
    fn an_option_in_the_place_of_a_subcommand_is_told() {
        let mut command = Command::new("vdx-x").subcommand(Command::new("match")).subcommand(Command::new("diff"));
        let mut tip = |words: &[&str]| {
            let error = command.try_get_matches_from_mut(words).unwrap_err();
            without_subcommand(&command, &words.iter().map(OsString::from).collect::<Vec<_>>(), &error)
        };
        assert!(tip(&["vdx-x", "--sample", "a"]).ends_with("comes first: vdx-x match|diff ..."));
        assert_eq!(tip(&["vdx-x", "match", "--sample"]), "");
    }

    #[test]
    fn messages_about_words_are_json_where_that_is_asked_for() {
        let asks = |words: &[&str]| asks_for_json(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(asks(&["x", "--no-such", "--log-format", "json"]) && asks(&["x", "--log-format=json"]));
        assert!(!asks(&["x", "--log-format", "text", "json"]));
    }

    #[test]
    fn messages_are_styled_before_and_behind_a_subcommand() {
        use clap::Args as _;
        let flags = |command: Command| crate::flags::LogArgs::augment_args(command);
        let style = |command: Command, words: &[&str]| {
            log_style(&command.get_matches_from(words), &Env::default(), Terminals::default())
        };
        let before = flags(Command::new("x")).subcommand(Command::new("inner"));
        assert!(style(before, &["x", "-q", "inner"]).quiet);
        let behind = Command::new("x").subcommand(flags(Command::new("inner")));
        assert!(style(behind, &["x", "inner", "-v"]).verbose);
        assert_eq!(style(Command::new("x"), &["x"]), LogStyle::default());
    }

    #[test]
    fn values_of_the_index_flag_are_attached() {
        let words = ["x", "-Wtbi", "-W", "-W=csi", "-Wzip", "--", "-Wtbi"].map(OsString::from);
        let expected = ["x", "-W=tbi", "-W", "-W=csi", "-W=zip", "--", "-Wtbi"];
        assert_eq!(attached_values(&words).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn version_is_one_line() {
        let text = command::<Args>("vdx-test").render_version();
        assert_eq!(text, format!("vdx-test {}\n", env!("CARGO_PKG_VERSION")));
    }
}
