//! The output: where it goes and in which format.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use vdx_hts::Result;
use vdx_hts::atomic::Mode;
use vdx_hts::index::IndexKind;

use super::local_path;
use crate::format::{Allowed, OutputFormat};

const HEADING: &str = "Output";

/// `-o`, `-O` and `--no-version`.
#[derive(Clone, Debug, Default, Args)]
pub struct OutputArgs {
    /// Write to FILE, renamed into place when complete [default: standard output]
    #[arg(short = 'o', long, value_name = "FILE", value_parser = local_path(), help_heading = HEADING)]
    pub output: Option<PathBuf>,

    /// Output format [default: by the suffix of -o]
    // What a command writes is said with it: `mut_arg("output_type", |arg| Allowed::Tables.offered_by(arg))`.
    #[arg(short = 'O', long, value_name = "TYPE", help_heading = HEADING)]
    pub output_type: Option<String>,

    /// Leave the version and the command line out of the header, so that equal input gives equal bytes
    #[arg(long, help_heading = HEADING)]
    pub no_version: bool,

    /// Let nobody else read the file: mode 0600 [default: the mode of the file that is replaced, else as the umask says]
    #[arg(long, requires = "output", help_heading = HEADING)]
    pub private: bool,
}

impl OutputArgs {
    /// Who may read the file.
    #[must_use]
    pub fn mode(&self) -> Mode {
        if self.private { Mode::Private } else { Mode::Usual }
    }

    /// The file to write, or nothing for standard output (which `-o -` means, too).
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| path.as_os_str() != "-")
    }

    /// The format to write, of those the tool offers.
    ///
    /// # Errors
    /// A usage error that lists the choices.
    pub fn format(&self, allowed: Allowed) -> Result<OutputFormat> {
        crate::format::resolve(self.output_type.as_deref(), self.path(), allowed)
    }

    /// The format that `-O` or the suffix of `-o` asks for; `None` where neither says anything.
    ///
    /// # Errors
    /// As [`OutputArgs::format`].
    pub fn asked(&self, allowed: Allowed) -> Result<Option<OutputFormat>> {
        crate::format::asked(self.output_type.as_deref(), self.path(), allowed)
    }
}

/// `-W`, for tools that write variants.
#[derive(Clone, Debug, Default, Args)]
pub struct IndexArgs {
    /// Write the index of a BGZF-compressed VCF or a BCF along with it: csi, or tbi (a VCF, contigs of up to 2^29 bases)
    #[arg(
        short = 'W',
        long,
        value_name = "FMT",
        value_parser = PossibleValuesParser::new(["csi", "tbi"]).map(|text| kind(&text)),
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "csi",
        help_heading = HEADING
    )]
    pub write_index: Option<IndexKind>,
}

fn kind(text: &str) -> IndexKind {
    if text == "tbi" { IndexKind::Tbi } else { IndexKind::Csi }
}
