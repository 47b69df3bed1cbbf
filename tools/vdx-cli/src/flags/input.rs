//! The input: the last positional, `-` or nothing for standard input.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use vdx_hts::Error;

/// Where the data comes from. The format is sniffed from content, never from the name.
#[derive(Clone, Debug, Default, Args)]
pub struct InputArg {
    /// Input file; `-` or nothing reads standard input
    #[arg(value_name = "IN", value_parser = local_path())]
    pub input: Option<PathBuf>,
}

/// An input that can be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A local file.
    File(PathBuf),
}

impl Input {
    /// What messages and `--stats` call it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "stdin".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// The path, unless it is standard input.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdin => None,
            Self::File(path) => Some(path),
        }
    }
}

impl InputArg {
    /// See [`InputArg::resolve`].
    pub(crate) fn resolve_with(&self, stdin_is_terminal: bool) -> vdx_hts::Result<Input> {
        match &self.input {
            Some(path) if path.as_os_str() != "-" => Ok(Input::File(path.clone())),
            _ if stdin_is_terminal => Err(Error::usage(
                "no input: expected a file or data on standard input, found a terminal; name a file, or see --help",
            )),
            _ => Ok(Input::Stdin),
        }
    }
}

/// A parser for every path a tool takes (`value_parser = local_path()`): any bytes the file system allows, but no
/// object-store or web address, which as a path would only be "not found".
#[must_use]
pub fn local_path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().try_map(check_local)
}

/// The path, if it is one on this machine.
pub(crate) fn check_local(text: OsString) -> Result<PathBuf, String> {
    if text.is_empty() {
        return Err("the path is empty".to_owned());
    }
    if let Some((scheme, _)) = text.to_string_lossy().split_once("://") {
        let known = ["s3", "https", "http", "gs", "ftp", "ftps", "az", "file"];
        if known.iter().any(|name| scheme.eq_ignore_ascii_case(name)) {
            return Err(format!("{scheme}:// addresses are not opened; download the file first, or pipe it in"));
        }
    }
    Ok(PathBuf::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dash_and_nothing_are_stdin() {
        let stdin = InputArg { input: None };
        assert_eq!(stdin.resolve_with(false).unwrap(), Input::Stdin);
        assert!(stdin.resolve_with(true).unwrap_err().to_string().contains("terminal"));
        let dash = InputArg { input: Some("-".into()) };
        assert_eq!(dash.resolve_with(false).unwrap(), Input::Stdin);
        assert!(dash.resolve_with(true).is_err());
        let file = InputArg { input: Some("a.vcf".into()) };
        assert_eq!(file.resolve_with(true).unwrap(), Input::File("a.vcf".into()));
    }

    #[test]
    fn addresses_are_refused_by_name() {
        for text in ["s3://b/k.vcf", "https://x/y", "HTTP://x/y", "gs://b/k", "ftp://h/f"] {
            assert!(check_local(text.into()).unwrap_err().contains("download"), "{text}");
        }
        assert!(check_local("".into()).is_err());
        // A colon alone does not make an address.
        assert_eq!(check_local("run:1/a.vcf".into()).unwrap(), PathBuf::from("run:1/a.vcf"));
    }
}
