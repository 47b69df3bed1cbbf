//! What a run is given besides its arguments: everything about the process, read once, as plain data.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::time::Instant;

use crate::env::Env;
use crate::flags::{AutoOr, LimitArgs};
use crate::host::Host;
use crate::log::Logger;
use crate::multiqc::Multiqc;
use crate::plan::{Ask, MIB, Plan, ToolCost, plan};

/// How many chunks' worth of memory one chunk's work may take and give back. Were it not kept for the next one, every
/// chunk's buffers would be new pages from the system, which costs up to a fifth of the time.
const KEPT_CHUNKS: usize = 4;

/// The surroundings of a run.
#[derive(Clone)]
pub struct Context {
    /// `vdx-normalize`
    pub tool: &'static str,
    /// The version `--version` prints.
    pub version: String,
    /// The command line, quoted so that a shell takes it back, on one line.
    pub command: String,
    /// Environment variables.
    pub env: Env,
    /// What the standard streams are.
    pub terminals: Terminals,
    /// Memory and CPUs.
    pub host: Host,
    /// Messages.
    pub log: Logger,
    /// When the run began.
    pub started: Instant,
    /// Where to write what MultiQC reads.
    pub multiqc: Option<Multiqc>,
}

/// What the standard streams are connected to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terminals {
    /// Standard input is a terminal: nobody types a VCF.
    pub stdin_is_terminal: bool,
    /// Standard output is a terminal: binary output would garble it.
    pub stdout_is_terminal: bool,
    /// Standard output is a pipe: another tool of the pipe may draw on the terminal, too.
    pub stdout_is_pipe: bool,
    /// Standard error is a terminal: a person looks on.
    pub stderr_is_terminal: bool,
}

impl Terminals {
    /// Those of the process.
    #[must_use]
    pub(crate) fn from_process() -> Self {
        let stdout = std::io::stdout();
        let stdout_is_pipe = rustix::fs::fstat(&stdout)
            .is_ok_and(|stat| rustix::fs::FileType::from_raw_mode(stat.st_mode) == rustix::fs::FileType::Fifo);
        Self {
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal: stdout.is_terminal(),
            stdout_is_pipe,
            stderr_is_terminal: std::io::stderr().is_terminal(),
        }
    }
}

impl Context {
    /// A context that says nothing and knows nothing of the process, to call a tool's `run` from benches and tests.
    #[must_use]
    pub fn silent(tool: &'static str) -> Self {
        Self {
            tool,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            command: tool.to_owned(),
            env: Env::default(),
            terminals: Terminals::default(),
            host: Host::default(),
            log: Logger::silent(tool),
            started: Instant::now(),
            multiqc: None,
        }
    }

    /// The plan for `flags` on this host; `-v` shows it with its reasons. Fewer threads than asked for are told anyway. From
    /// here on memory beyond what it allows is refused.
    ///
    /// # Errors
    /// When not even one thread fits, see [`plan`].
    pub fn plan(&self, flags: &LimitArgs, cost: &ToolCost) -> vdx_hts::Result<Plan> {
        let ask = Ask::new(flags, &self.env);
        let plan = plan(&self.host, &ask, cost)?;
        let said = format!("plan: {} ({})", plan.describe(), plan.why.join("; "));
        match ask.threads {
            AutoOr::Fixed(threads) if plan.limits.threads < threads => self.log.info(&said),
            _ => self.log.debug(&said),
        }
        self.host.notes.iter().for_each(|note| self.log.debug(note));
        // More of the program is looked at as it goes on.
        let outside = crate::usage::outside_heap().map_or(0, |bytes| bytes + 2 * MIB).max(plan.outside);
        // What is kept is not there for anything else: a tight budget has no room for it.
        let kept = if plan.need + plan.need / 2 <= plan.ceiling { KEPT_CHUNKS } else { 1 };
        let bounds = (plan.ceiling, plan.limits.base_bytes + MIB);
        crate::alloc::fence_in(self.tool, bounds, outside, kept * plan.limits.chunk_bytes);
        Ok(plan)
    }
}

/// The command line of `tool` as one line that a shell takes back. The program's own path is left out: it differs from
/// machine to machine and says nothing.
#[must_use]
pub(crate) fn command_line(tool: &str, arguments: &[OsString]) -> String {
    let mut line = tool.to_owned();
    for argument in arguments {
        line.push(' ');
        line.push_str(&shell_word(&argument.to_string_lossy()));
    }
    line
}

/// `text` as one shell word without line breaks, which would break the header line it ends up in.
fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,+@%^".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else if text.chars().any(char::is_control) {
        format!("$'{}'", text.escape_default())
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_can_be_run_again() {
        let of = |words: &[&str]| command_line("vdx-x", &words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(of(&["-f", "ref.fa", "-"]), "vdx-x -f ref.fa -");
        assert_eq!(of(&["my file.vcf", "it's", ""]), r"vdx-x 'my file.vcf' 'it'\''s' ''");
        assert_eq!(of(&["a\nb"]), r"vdx-x $'a\nb'");
        assert_eq!(of(&["INFO/AC>1"]), "vdx-x 'INFO/AC>1'");
    }
}
