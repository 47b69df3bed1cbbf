//! Messages on standard error: text for people or JSON lines for machines. Data never goes here.

use std::borrow::Cow;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use indicatif::ProgressBar;
use serde_json::{Map, Value, json};

use crate::flags::LogFormat;

/// How a logger writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogStyle {
    /// Text or JSON.
    pub format: LogFormat,
    /// Warnings and errors only.
    pub quiet: bool,
    /// Debug messages, too.
    pub verbose: bool,
    /// Colour the word before a message.
    pub color: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Info,
    Debug,
}

/// Writes one line per message, whole, from any thread. Clones write to the same place.
#[derive(Clone)]
pub struct Logger {
    shared: Arc<Shared>,
}

struct Shared {
    tool: &'static str,
    style: LogStyle,
    started: Instant,
    out: Mutex<Out>,
}

struct Out {
    writer: Box<dyn Write + Send>,
    bar: Option<ProgressBar>,
}

impl Logger {
    /// A logger for standard error.
    #[must_use]
    pub fn stderr(tool: &'static str, style: LogStyle) -> Self {
        Self::to(tool, style, Box::new(std::io::stderr()))
    }

    /// A logger that says nothing, for benches and for tests of other things.
    #[must_use]
    pub fn silent(tool: &'static str) -> Self {
        Self::to(tool, LogStyle::default(), Box::new(std::io::sink()))
    }

    /// A logger for any writer.
    #[must_use]
    pub fn to(tool: &'static str, style: LogStyle, writer: Box<dyn Write + Send>) -> Self {
        let out = Mutex::new(Out { writer, bar: None });
        Self { shared: Arc::new(Shared { tool, style, started: Instant::now(), out }) }
    }

    /// What ends the run.
    pub fn error(&self, message: &str) {
        self.message(Level::Error, message);
    }

    /// What the user should look at although the run goes on.
    pub fn warn(&self, message: &str) {
        self.message(Level::Warning, message);
    }

    /// What the user may want to know; silenced by `-q`.
    pub fn info(&self, message: &str) {
        self.message(Level::Info, message);
    }

    /// Details, with `-v` only.
    pub fn debug(&self, message: &str) {
        self.message(Level::Debug, message);
    }

    /// How it writes.
    #[must_use]
    pub fn style(&self) -> LogStyle {
        self.shared.style
    }

    /// The one summary of a run, `vdx-normalize: key=value ...`; silenced by `-q`.
    ///
    /// In text, values that hold a space, a quote or nothing are quoted; in JSON all values are strings or numbers.
    pub fn summary(&self, pairs: &[(&str, String)]) {
        if self.shared.style.quiet {
            return;
        }
        match self.shared.style.format {
            LogFormat::Text => {
                let mut line = format!("{}:", self.shared.tool);
                for (key, value) in pairs {
                    line.push_str(&format!(" {key}={}", quoted(value)));
                }
                self.write_line(&line);
            }
            LogFormat::Json => {
                let mut fields = Map::new();
                for (key, value) in pairs {
                    fields.insert((*key).to_owned(), number_or_text(value));
                }
                self.write_json("summary", vec![("summary", Value::Object(fields))]);
            }
        }
    }

    fn message(&self, level: Level, message: &str) {
        let style = self.shared.style;
        if (level == Level::Info && style.quiet) || (level == Level::Debug && !style.verbose) {
            return;
        }
        let (name, color) = match level {
            Level::Error => ("error", "31;1"),
            Level::Warning => ("warning", "33;1"),
            Level::Info => ("info", ""),
            Level::Debug => ("debug", "2"),
        };
        match style.format {
            LogFormat::Json => self.write_json(name, vec![("message", json!(message))]),
            LogFormat::Text => {
                let tool = self.shared.tool;
                let message = without_controls(message);
                self.write_line(&match level {
                    Level::Info => format!("{tool}: {message}"),
                    _ if style.color => format!("{tool}: \x1b[{color}m{name}:\x1b[0m {message}"),
                    _ => format!("{tool}: {name}: {message}"),
                });
            }
        }
    }

    fn write_json(&self, level: &str, fields: Vec<(&str, Value)>) {
        let seconds = (self.shared.started.elapsed().as_secs_f64() * 1e3).round() / 1e3;
        let mut object = Map::new();
        object.insert("level".to_owned(), json!(level));
        object.insert("tool".to_owned(), json!(self.shared.tool));
        object.insert("seconds".to_owned(), json!(seconds));
        object.extend(fields.into_iter().map(|(key, value)| (key.to_owned(), value)));
        self.write_line(&Value::Object(object).to_string());
    }

    fn write_line(&self, line: &str) {
        let mut out = self.shared.out.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = format!("{line}\n");
        let Out { writer, bar } = &mut *out;
        // A message that cannot be written must not end a run whose data is fine.
        let mut write = || drop(writer.write_all(bytes.as_bytes()).and_then(|()| writer.flush()));
        match bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Makes messages step aside for `bar` (or for nothing, once it is gone).
    pub(crate) fn set_bar(&self, bar: Option<ProgressBar>) {
        self.shared.out.lock().unwrap_or_else(PoisonError::into_inner).bar = bar;
    }
}

/// Messages quote files, and a terminal obeys what it is sent: what is no plain character is shown as `\u{1b}`.
fn without_controls(message: &str) -> Cow<'_, str> {
    let obeyed = |c: char| c.is_control() && c != '\n' && c != '\t';
    if !message.contains(obeyed) {
        return Cow::Borrowed(message);
    }
    let shown = |c: char| if obeyed(c) { c.escape_unicode().to_string() } else { c.to_string() };
    Cow::Owned(message.chars().map(shown).collect())
}

/// `value` as one word of a summary line.
fn quoted(value: &str) -> String {
    if value.is_empty() || value.contains(|c: char| c.is_whitespace() || c == '"' || c.is_control()) {
        json!(value).to_string()
    } else {
        value.to_owned()
    }
}

fn number_or_text(value: &str) -> Value {
    value.parse::<u64>().map(Value::from).unwrap_or_else(|_| match value.parse::<f64>() {
        Ok(number) if number.is_finite() => Value::from(number),
        _ => Value::from(value),
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A writer whose bytes a test can read back.
    #[derive(Clone, Default)]
    pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

    impl Captured {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn said(style: LogStyle, say: impl FnOnce(&Logger)) -> String {
        let captured = Captured::default();
        say(&Logger::to("vdx-test", style, Box::new(captured.clone())));
        captured.text()
    }

    fn everything(log: &Logger) {
        log.error("e");
        log.warn("w");
        log.info("i");
        log.debug("d");
        log.summary(&[("in", "3".to_owned()), ("note", "two words".to_owned()), ("none", String::new())]);
    }

    #[test]
    fn levels() {
        let plain = LogStyle::default();
        let summary = "vdx-test: in=3 note=\"two words\" none=\"\"\n";
        let normal = "vdx-test: error: e\nvdx-test: warning: w\nvdx-test: i\n";
        assert_eq!(said(plain, everything), format!("{normal}{summary}"));
        let verbose = said(LogStyle { verbose: true, ..plain }, everything);
        assert_eq!(verbose, format!("{normal}vdx-test: debug: d\n{summary}"));
        let quiet = said(LogStyle { quiet: true, ..plain }, everything);
        assert_eq!(quiet, "vdx-test: error: e\nvdx-test: warning: w\n");
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        let text = said(LogStyle::default(), |log| log.warn("x.vcf:3: found '\u{1b}[2J\r\u{9b}é'"));
        assert_eq!(text, "vdx-test: warning: x.vcf:3: found '\\u{1b}[2J\\u{d}\\u{9b}é'\n");
    }

    #[test]
    fn json_lines() {
        let text = said(LogStyle { format: LogFormat::Json, ..LogStyle::default() }, everything);
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[0]["level"], "error");
        assert_eq!(lines[1]["message"], "w");
        assert_eq!(lines[3]["summary"]["in"], 3);
        assert_eq!(lines[3]["summary"]["note"], "two words");
    }
}
