//! Progress on standard error: a bar for people, lines where there is no terminal.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use vdx_hts::source::Progress as Counters;
use vdx_pipeline::Input;

use crate::context::{Context, Terminals};
use crate::flags::{LogFormat, ProgressMode, format_size};
use crate::log::{LogStyle, Logger};

/// Shows how far a run is, until dropped. Nothing is drawn by the threads that count.
pub struct Progress {
    drawing: Option<(Sender<()>, JoinHandle<()>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Display {
    Bar,
    Lines,
    Nothing,
}

impl Progress {
    /// Starts to show how far reading `input` is, as `mode` and the terminals say.
    #[must_use]
    pub fn start(context: &Context, mode: ProgressMode, input: &Input) -> Self {
        Self::of(context, mode, input.size(), input.progress())
    }

    /// The same for a run that reads several inputs: their size together, where it is known, and what counts them.
    #[must_use]
    pub fn of(context: &Context, mode: ProgressMode, size: Option<u64>, counters: Arc<Counters>) -> Self {
        let display = display(mode, context.terminals, context.log.style());
        let drawing = (display != Display::Nothing).then(|| draw(context, display, size, counters));
        Self { drawing: drawing.flatten() }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.drawing.take() {
            drop(stop);
            // A drawing thread that panicked has nothing left to draw.
            drop(thread.join());
        }
    }
}

fn display(mode: ProgressMode, terminals: Terminals, style: LogStyle) -> Display {
    let bar = terminals.stderr_is_terminal && style.format == LogFormat::Text;
    match mode {
        ProgressMode::Never => Display::Nothing,
        _ if style.quiet => Display::Nothing,
        ProgressMode::Always => {
            if bar {
                Display::Bar
            } else {
                Display::Lines
            }
        }
        // In a pipe the next tool may draw a bar on the same terminal.
        ProgressMode::Auto if bar && !terminals.stdout_is_pipe => Display::Bar,
        ProgressMode::Auto if style.verbose => Display::Lines,
        ProgressMode::Auto => Display::Nothing,
    }
}

/// Starts the thread that draws; without it the run goes on, unseen.
fn draw(
    context: &Context,
    display: Display,
    total: Option<u64>,
    counters: Arc<Counters>,
) -> Option<(Sender<()>, JoinHandle<()>)> {
    let (stop, stopped) = channel();
    let log = context.log.clone();
    let every = Duration::from_millis(if display == Display::Bar { 100 } else { 10_000 });
    let bar = (display == Display::Bar).then(|| new_bar(total));
    let started = Instant::now();
    let thread = Builder::new().name("progress".to_owned()).stack_size(256 << 10).spawn(move || {
        log.set_bar(bar.clone());
        while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
            tick(&log, bar.as_ref(), &counters, total, started);
        }
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        log.set_bar(None);
    });
    thread.map_err(|error| context.log.debug(&format!("no progress shown: {error}"))).ok().map(|thread| (stop, thread))
}

fn tick(log: &Logger, bar: Option<&ProgressBar>, counters: &Counters, total: Option<u64>, started: Instant) {
    let (bytes, records) = (counters.bytes(), counters.records());
    match bar {
        Some(bar) => {
            bar.set_message(rate(records, started.elapsed()));
            bar.set_position(bytes);
        }
        None => log.info(&line(bytes, total, records, started.elapsed())),
    }
}

fn new_bar(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => {
            (ProgressBar::new(total), "{elapsed_precise} {wide_bar} {binary_bytes}/{binary_total_bytes} {msg} {eta}")
        }
        None => (ProgressBar::new_spinner(), "{elapsed_precise} {spinner} {binary_bytes} {msg}"),
    };
    // A template is a constant; the default one serves if it were ever wrong.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style)
}

fn rate(records: u64, elapsed: Duration) -> String {
    let per_second = records as f64 / elapsed.as_secs_f64().max(1e-3);
    format!("{} records, {}/s", HumanCount(records), HumanCount(per_second as u64))
}

fn line(bytes: u64, total: Option<u64>, records: u64, elapsed: Duration) -> String {
    let share = match total {
        Some(total) if total > 0 => format!(" ({}%)", bytes.min(total) * 100 / total),
        _ => String::new(),
    };
    format!("{:.0} s: read {}{share}, {}", elapsed.as_secs_f64(), format_size(bytes), rate(records, elapsed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_only_for_people() {
        let terminal = Terminals { stderr_is_terminal: true, stdout_is_terminal: true, ..Terminals::default() };
        let piped = Terminals { stdout_is_pipe: true, ..terminal };
        let file = Terminals::default();
        let plain = LogStyle::default();
        let verbose = LogStyle { verbose: true, ..plain };
        let json = LogStyle { format: LogFormat::Json, ..plain };
        let quiet = LogStyle { quiet: true, ..plain };
        for (mode, terminals, style, expected) in [
            (ProgressMode::Auto, terminal, plain, Display::Bar),
            (ProgressMode::Auto, piped, plain, Display::Nothing),
            (ProgressMode::Auto, piped, verbose, Display::Lines),
            (ProgressMode::Auto, file, plain, Display::Nothing),
            (ProgressMode::Auto, file, verbose, Display::Lines),
            (ProgressMode::Auto, terminal, json, Display::Nothing),
            (ProgressMode::Always, piped, plain, Display::Bar),
            (ProgressMode::Always, file, plain, Display::Lines),
            (ProgressMode::Always, terminal, quiet, Display::Nothing),
            (ProgressMode::Never, terminal, verbose, Display::Nothing),
        ] {
            assert_eq!(display(mode, terminals, style), expected, "{mode:?} {terminals:?} {style:?}");
        }
    }

    #[test]
    fn lines_say_how_far() {
        let text = line(512 << 10, Some(1 << 20), 20_000, Duration::from_secs(10));
        assert_eq!(text, "10 s: read 512 KiB (50%), 20,000 records, 2,000/s");
        assert_eq!(line(0, None, 0, Duration::ZERO), "0 s: read 0 bytes, 0 records, 0/s");
    }
}
