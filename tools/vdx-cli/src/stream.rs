//! What every tool does alike between its flags and the pipeline.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use vdx_hts::index::IndexKind;
use vdx_hts::{Error, Result};
use vdx_pipeline::{Encoding, Message, Sink};

use crate::alloc::register_temp;
use crate::context::Context;
use crate::flags::{IndexArgs, Input, InputArg, OutputArgs};
use crate::format::OutputFormat;

impl OutputFormat {
    /// As messages call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Vcf => "VCF",
            Self::VcfGz { .. } => "BGZF-compressed VCF",
            Self::Bcf { .. } => "BCF",
            Self::Tsv => "TSV",
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Parquet => "Parquet",
        }
    }

    /// How the sink writes it.
    #[must_use]
    pub fn encoding(self) -> Encoding {
        match self {
            Self::VcfGz { level } => Encoding::Bgzf(level),
            Self::Bcf { level } => Encoding::Bcf(level),
            Self::Vcf | Self::Tsv | Self::Csv | Self::Json | Self::Parquet => Encoding::Plain,
        }
    }
}

impl InputArg {
    /// The input to open.
    ///
    /// # Errors
    /// A usage error when it would be standard input and that is a terminal: nobody types a VCF.
    pub fn resolve(&self, context: &Context) -> Result<Input> {
        self.resolve_with(context.terminals.stdin_is_terminal)
    }
}

impl Context {
    /// Opens the output. Its temporary file goes when a signal or refused memory ends the run.
    ///
    /// # Errors
    /// A file that cannot be made.
    pub fn sink(&self, output: &OutputArgs, format: OutputFormat) -> Result<Sink> {
        // Text is for people; what is not would only disturb the terminal.
        let is_text = matches!(format, OutputFormat::Vcf | OutputFormat::Tsv | OutputFormat::Csv | OutputFormat::Json);
        let sink = Sink::open(output.path(), format.encoding(), output.mode(), self.tool)?;
        if !is_text && sink.is_terminal() {
            return Err(Error::usage(format!(
                "{} is binary and is not written to a terminal; use -o FILE or a pipe",
                format.name()
            )));
        }
        Ok(sink.guarded_by(|path: &Path| Box::new(register_temp(path))))
    }

    /// [`Context::sink`], with the index that `-W` asks for.
    ///
    /// # Errors
    /// A file that cannot be made; a usage error where the output is none that has an index.
    pub fn indexed_sink(&self, output: &OutputArgs, index: &IndexArgs, format: OutputFormat) -> Result<Sink> {
        let sink = self.sink(output, format)?;
        let Some(kind) = index.write_index else { return Ok(sink) };
        let sink = sink.indexed(kind)?;
        if let (IndexKind::Tbi, Some(path)) = (kind, output.path()) {
            let mut other = path.as_os_str().to_owned();
            other.push(IndexKind::Csi.suffix());
            if Path::new(&other).exists() {
                self.log.warn(&format!(
                    "{} is of the file before and is looked for first: delete it, or use -W=csi",
                    other.to_string_lossy()
                ));
            }
        }
        Ok(sink)
    }

    /// Logs what the pipeline says on the way.
    pub fn report(&self, message: Message) {
        match message {
            Message::Warning(text) | Message::Record(text) | Message::StepDown(text) => self.log.warn(&text),
            Message::Note(text) => self.log.info(&text),
        }
    }

    /// Logs what the pipeline says on the way, of records the first ten.
    #[must_use]
    pub fn naming_first(&self) -> NamingFirst<'_> {
        NamingFirst { context: self, records: AtomicU64::new(0) }
    }

    /// The header lines that say which tool wrote a VCF, and how it was called.
    #[must_use]
    pub fn signature(&self) -> [String; 2] {
        let key = self.tool.replace('-', "_");
        [format!("##{key}Version={}", self.version), format!("##{key}Command={}", self.command)]
    }
}

/// Logs what is said of the first records, and counts the others; with `-v` all are logged.
pub struct NamingFirst<'c> {
    context: &'c Context,
    records: AtomicU64,
}

/// How many records are named.
const NAMED: u64 = 10;

impl NamingFirst<'_> {
    /// [`Context::report`], as long as few records were named.
    pub fn report(&self, message: Message) {
        if matches!(message, Message::Record(_)) {
            let before = self.records.fetch_add(1, Ordering::Relaxed);
            if before >= NAMED && !self.context.log.style().verbose {
                return;
            }
        }
        self.context.report(message);
    }

    /// Says of how many more records there was something to say.
    pub fn conclude(&self, file: &str) {
        let more = self.records.load(Ordering::Relaxed).saturating_sub(NAMED);
        if more > 0 && !self.context.log.style().verbose {
            self.context.log.warn(&format!("{file}: and {more} more records like these, which -v names"));
        }
    }
}
