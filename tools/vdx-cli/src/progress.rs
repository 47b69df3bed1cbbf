//! Progress on standard error: a bar for people, lines where there is no terminal.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use vdx_hts::aside;
use vdx_hts::source::Progress as Counters;
use vdx_pipeline::Input;

use crate::context::{Context, Terminals};
use crate::flags::{LogFormat, ProgressMode, format_size};
use crate::log::{LogStyle, Logger};

/// Shows how far a run is, until dropped. Nothing is drawn by the threads that count.
///
/// What is shown is what is made on the side, such as an index ([`aside`]), while something is; else the input that is
/// watched.
pub struct Progress {
    watched: Arc<Mutex<Option<Watched>>>,
    drawing: Option<(Sender<()>, JoinHandle<()>)>,
}

/// An input, or several: what they are called where that needs to be said, their size where it is known, what counts them.
#[derive(Clone)]
struct Watched {
    label: String,
    size: Option<u64>,
    counters: Arc<Counters>,
    since: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Display {
    Bar,
    Lines,
    Nothing,
}

impl Progress {
    /// Starts to show what is made on the side, as `mode` and the terminals say, and whatever is watched later.
    #[must_use]
    pub fn begin(context: &Context, mode: ProgressMode) -> Self {
        let display = display(mode, context.terminals, context.log.style());
        let watched = Arc::default();
        let drawing = (display != Display::Nothing).then(|| draw(context, display, Arc::clone(&watched)));
        Self { watched, drawing: drawing.flatten() }
    }

    /// Shows from now on how far reading `input` is; `label` tells it from others of the run.
    pub fn watch(&self, label: &str, input: &Input) {
        self.watch_all(label, input.size(), input.progress());
    }

    /// The same for a run that reads several inputs: their size together, where it is known, and what counts them.
    pub fn watch_all(&self, label: &str, size: Option<u64>, counters: Arc<Counters>) {
        let watched = Watched { label: label.to_owned(), size, counters, since: Instant::now() };
        *self.watched.lock().unwrap_or_else(PoisonError::into_inner) = Some(watched);
    }

    /// Starts to show how far reading `input` is, as `mode` and the terminals say.
    #[must_use]
    pub fn start(context: &Context, mode: ProgressMode, input: &Input) -> Self {
        let progress = Self::begin(context, mode);
        progress.watch("", input);
        progress
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
    watched: Arc<Mutex<Option<Watched>>>,
) -> Option<(Sender<()>, JoinHandle<()>)> {
    let (stop, stopped) = channel();
    let log = context.log.clone();
    let every = Duration::from_millis(if display == Display::Bar { 100 } else { 10_000 });
    let thread = Builder::new().name("progress".to_owned()).stack_size(256 << 10).spawn(move || {
        let mut bar = None;
        while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
            let watched = watched.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let Some(state) = State::of(aside::now(), watched.as_ref()) else { continue };
            match display {
                Display::Bar => bar.get_or_insert_with(|| Bar::new(&log)).show(&state),
                _ => log.info(&state.line()),
            }
        }
        if let Some(Bar { drawn, .. }) = bar {
            drawn.finish_and_clear();
            log.set_bar(None);
        }
    });
    thread.map_err(|error| context.log.debug(&format!("no progress shown: {error}"))).ok().map(|thread| (stop, thread))
}

/// What there is to show at a moment.
#[derive(Debug, PartialEq)]
struct State {
    /// What is read, where that needs to be said.
    label: String,
    bytes: u64,
    total: Option<u64>,
    /// What is known of records, and since when they are counted.
    records: Option<(u64, Duration)>,
}

impl State {
    fn of(aside: Option<(String, u64, u64)>, watched: Option<&Watched>) -> Option<Self> {
        match (aside, watched) {
            (Some((label, bytes, total)), _) => Some(Self { label, bytes, total: Some(total), records: None }),
            (None, Some(Watched { label, size, counters, since })) => Some(Self {
                label: label.clone(),
                bytes: counters.bytes(),
                total: *size,
                records: Some((counters.records(), since.elapsed())),
            }),
            (None, None) => None,
        }
    }

    fn line(&self) -> String {
        let share = match self.total {
            Some(total) if total > 0 => format!(" ({}%)", self.bytes.min(total) * 100 / total),
            _ => String::new(),
        };
        let what = if self.label.is_empty() { String::new() } else { format!("{}: ", self.label) };
        let read = format!("{what}read {}{share}", format_size(self.bytes));
        match self.records {
            Some((records, elapsed)) => {
                format!("{:.0} s: {read}, {}", elapsed.as_secs_f64(), rate(records, elapsed))
            }
            None => read,
        }
    }
}

/// The bar, and what it shows.
struct Bar {
    drawn: ProgressBar,
    label: String,
    total: Option<u64>,
}

impl Bar {
    fn new(log: &Logger) -> Self {
        let drawn = ProgressBar::no_length();
        log.set_bar(Some(drawn.clone()));
        // Nothing has this label: the first state is another one.
        Self { drawn, label: "\0".to_owned(), total: None }
    }

    fn show(&mut self, state: &State) {
        if (&self.label, self.total) != (&state.label, state.total) {
            (self.label, self.total) = (state.label.clone(), state.total);
            self.drawn.reset();
            self.drawn.set_style(style(state.total.is_some()));
            self.drawn.set_prefix(if self.label.is_empty() { String::new() } else { format!("{} ", self.label) });
            if let Some(total) = state.total {
                self.drawn.set_length(total);
            }
        }
        self.drawn.set_message(state.records.map_or_else(String::new, |(records, elapsed)| rate(records, elapsed)));
        self.drawn.set_position(state.bytes);
    }
}

fn style(knows_total: bool) -> ProgressStyle {
    let template = if knows_total {
        "{prefix}{elapsed_precise} {wide_bar} {binary_bytes}/{binary_total_bytes} {msg} {eta}"
    } else {
        "{prefix}{elapsed_precise} {spinner} {binary_bytes} {msg}"
    };
    // A template is a constant; the default one serves if it were ever wrong.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn rate(records: u64, elapsed: Duration) -> String {
    let per_second = records as f64 / elapsed.as_secs_f64().max(1e-3);
    format!("{} records, {}/s", HumanCount(records), HumanCount(per_second as u64))
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
        let state =
            |label: &str, bytes, total, records| State { label: label.to_owned(), bytes, total, records }.line();
        let text = state("", 512 << 10, Some(1 << 20), Some((20_000, Duration::from_secs(10))));
        assert_eq!(text, "10 s: read 512 KiB (50%), 20,000 records, 2,000/s");
        assert_eq!(state("", 0, None, Some((0, Duration::ZERO))), "0 s: read 0 bytes, 0 records, 0/s");
        assert_eq!(state("indexing ref.fa", 1 << 20, Some(4 << 20), None), "indexing ref.fa: read 1 MiB (25%)");
    }

    #[test]
    fn what_is_made_on_the_side_is_shown_first() {
        let counters = Arc::new(Counters::default());
        counters.add_bytes(7);
        let watched = Watched { label: "2 of 3".to_owned(), size: Some(9), counters, since: Instant::now() };
        let aside = || Some(("indexing a".to_owned(), 1, 2));
        let shown = |aside, watched| State::of(aside, watched).map(|state| (state.label, state.bytes, state.total));
        assert_eq!(shown(aside(), Some(&watched)), Some(("indexing a".to_owned(), 1, Some(2))));
        assert_eq!(shown(None, Some(&watched)), Some(("2 of 3".to_owned(), 7, Some(9))));
        assert_eq!(shown(None, None), None);
    }
}
