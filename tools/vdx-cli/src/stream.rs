//! What every tool does alike between its flags and the pipeline.

use std::path::Path;

use vdx_stream::{Encoding, Message, Result, Sink};

use crate::alloc::register_temp;
use crate::context::Context;
use crate::flags::OutputArgs;
use crate::format::OutputFormat;

impl OutputFormat {
    /// How the sink writes it.
    #[must_use]
    pub fn encoding(self) -> Encoding {
        match self {
            Self::VcfGz { level } => Encoding::Bgzf(level),
            Self::Vcf | Self::Tsv | Self::Csv | Self::Json => Encoding::Plain,
        }
    }
}

impl Context {
    /// Opens the output. Its temporary file goes when a signal or refused memory ends the run.
    ///
    /// # Errors
    /// A file that cannot be made.
    pub fn sink(&self, output: &OutputArgs, format: OutputFormat) -> Result<Sink> {
        let sink = Sink::open(output.path(), format.encoding(), self.tool)?;
        Ok(sink.guarded_by(|path: &Path| Box::new(register_temp(path))))
    }

    /// Logs what the pipeline says on the way.
    pub fn report(&self, message: Message) {
        match message {
            Message::Warning(text) | Message::StepDown(text) => self.log.warn(&text),
        }
    }

    /// The header lines that say which tool wrote a VCF, and how it was called.
    #[must_use]
    pub fn signature(&self) -> [String; 2] {
        let key = self.tool.replace('-', "_");
        [format!("##{key}Version={}", self.version), format!("##{key}Command={}", self.command)]
    }
}
