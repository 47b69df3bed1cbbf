//! Values of single flags.

use std::path::PathBuf;

use clap::builder::TypedValueParser;
use vdx_cli::flags::local_path;

use crate::source::Location;

pub(super) fn db() -> impl TypedValueParser<Value = Location> {
    local_path().try_map(split_name)
}

fn split_name(path: PathBuf) -> Result<Location, String> {
    let Some((name, rest)) = path.to_str().and_then(|text| text.split_once('=')).filter(|(name, _)| is_word(name))
    else {
        return Ok(Location { name: None, path });
    };
    if rest.is_empty() || rest.contains("://") {
        return Err("expected a path on this machine behind NAME=; addresses are not opened, download the files first"
            .to_owned());
    }
    Ok(Location { name: Some(name.to_owned()), path: rest.into() })
}

pub(super) fn prefix(text: &str) -> Result<String, String> {
    // INFO keys (VCF 4.5, section 1.6.1): [A-Za-z_][0-9A-Za-z_.]*
    if text.is_empty() || is_word(text) {
        Ok(text.to_owned())
    } else {
        Err("expected letters, digits, '_' and '.', no digit first".to_owned())
    }
}

fn is_word(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.')
}

pub(super) fn column(text: &str) -> Result<(String, String), String> {
    let names = ["chromosome", "position", "ref_allele", "alt_allele", "variant"];
    match split_column(text) {
        Some((name, column)) if names.contains(&name) => Ok((name.to_owned(), column.to_owned())),
        _ => Err(format!("expected NAME=COLUMN with one of the names {}", names.join(", "))),
    }
}

/// The name, and the column that it stands for; alleles may be called in short.
fn split_column(text: &str) -> Option<(&str, &str)> {
    let (name, column) = text.split_once('=').filter(|(_, column)| !column.is_empty())?;
    let name = match name {
        "ref" => "ref_allele",
        "alt" => "alt_allele",
        _ => name,
    };
    Some((name, column))
}

pub(super) fn scores_column(text: &str) -> Result<(String, String), String> {
    match split_column(text) {
        Some((name, column)) if is_word(name) => Ok((name.to_owned(), column.to_owned())),
        _ => Err("expected NAME=COLUMN: chromosome, position, ref, alt, or a field that the column holds".to_owned()),
    }
}

pub(super) fn frequency(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err(format!("'{text}' is not a number from 0 to 1")),
    }
}
