//! What a file of the store says of itself.

use std::path::Path;
use std::time::UNIX_EPOCH;

use serde_json::{Value, json};
use vdx_hts::{Error, Result};

/// The column of FILTER.
pub(crate) const FILTER: &str = "FILTER";

/// The column of what else tells an allele than its key: `POS REF ALT` as the source has it, where that is not in minimal
/// form; of an allele that is not of letters, what INFO says of its end, as `END,SVLEN,CHR2:POS2`.
pub(crate) const OWN: &str = "@own";

/// What a value may be, told by other columns of its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    /// The first divided by the second.
    Ratio(usize, usize),
    /// The same.
    Same(usize),
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About {
    /// INFO key, or `FILTER`.
    pub(crate) key: String,
    /// What its values may be.
    pub(crate) guesses: Vec<Guess>,
}

/// The file that a store was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceFile {
    /// Its name, without folders.
    pub(crate) name: String,
    /// In bytes.
    pub(crate) size: u64,
    /// When it was last changed, in seconds since 1970.
    pub(crate) modified: u64,
}

impl SourceFile {
    /// What the file at `path` is now.
    ///
    /// # Errors
    /// It cannot be looked at.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        let about = std::fs::metadata(path).map_err(|error| Error::io(path.display().to_string(), &error))?;
        let modified = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Ok(Self {
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            size: about.len(),
            modified: modified.map_or(0, |since| since.as_secs()),
        })
    }

    /// As JSON.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "name": self.name, "size": self.size, "modified": self.modified })
    }

    /// From JSON; `None`: not one.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        Some(Self {
            name: value["name"].as_str()?.to_owned(),
            size: value["size"].as_u64()?,
            modified: value["modified"].as_u64()?,
        })
    }
}

/// What stands before the blocks.
#[derive(Clone, Debug)]
pub(crate) struct Description {
    /// `exomes 2.1.1`
    pub(crate) title: String,
    /// The contig's name.
    pub(crate) contig: String,
    /// Its length in bases, where the source tells.
    pub(crate) length: Option<u64>,
    /// The meta lines that say what fields mean, and `#CHROM`.
    pub(crate) header: String,
    /// Where it was made from.
    pub(crate) source: SourceFile,
    /// The columns.
    pub(crate) columns: Vec<About>,
    /// Values of lists of the wrong length may have been left out (`--force`).
    pub(crate) forced: bool,
}

impl Description {
    /// Whether a file that says this of itself is what this would be built as: nothing had to be left out of one that was
    /// built without `--force`.
    pub(crate) fn serves_as(&self, wanted: &Self) -> bool {
        let forced = self.forced || wanted.forced;
        Self { forced, ..self.clone() }.to_json() == wanted.to_json()
    }

    /// The version of the file: 2 where alleles can be other than of bases and in minimal form.
    pub(super) fn version(&self) -> u32 {
        if self.columns.iter().any(|column| column.key == OWN) { 2 } else { 1 }
    }

    /// As JSON.
    pub(crate) fn to_json(&self) -> Value {
        let guess = |guess: &Guess| match guess {
            Guess::Ratio(part, whole) => json!({ "ratio": [part, whole] }),
            Guess::Same(other) => json!({ "same": other }),
        };
        let columns: Vec<Value> = self
            .columns
            .iter()
            .map(|column| json!({ "key": column.key, "guesses": column.guesses.iter().map(guess).collect::<Vec<_>>() }))
            .collect();
        let mut json = json!({
            "title": self.title, "contig": self.contig, "length": self.length, "header": self.header,
            "source": self.source.to_json(), "columns": columns,
        });
        if self.forced {
            json["forced"] = true.into();
        }
        json
    }

    /// From JSON; `None`: not a description.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let columns = value["columns"].as_array()?;
        let count = columns.len();
        let place = |value: &Value| usize::try_from(value.as_u64()?).ok().filter(|place| *place < count);
        let guess = |value: &Value| match value.get("same") {
            Some(other) => Some(Guess::Same(place(other)?)),
            None => Some(Guess::Ratio(place(&value["ratio"][0])?, place(&value["ratio"][1])?)),
        };
        let column = |column: &Value| {
            let guesses = column["guesses"].as_array()?.iter().map(guess).collect::<Option<_>>()?;
            Some(About { key: text(&column["key"])?, guesses })
        };
        Some(Self {
            title: text(&value["title"])?,
            contig: text(&value["contig"])?,
            length: value["length"].as_u64(),
            header: text(&value["header"])?,
            source: SourceFile::from_json(&value["source"])?,
            columns: columns.iter().map(column).collect::<Option<_>>()?,
            forced: value.get("forced").map_or(Some(false), Value::as_bool)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_come_back() {
        let column = |key: &str, guesses: &[Guess]| About { key: key.into(), guesses: guesses.to_vec() };
        let description = Description {
            title: "exomes 2.1.1".into(),
            contig: "1".into(),
            length: None,
            header: "#CHROM\n".into(),
            source: SourceFile { name: "a.vcf.bgz".into(), size: 1, modified: 2 },
            columns: vec![column("AC", &[]), column("AN", &[]), column("AF", &[Guess::Ratio(0, 1), Guess::Same(0)])],
            forced: false,
        };
        let forced = Description { forced: true, ..description.clone() };
        assert!(Description::from_json(&forced.to_json()).unwrap().forced);
        assert!(description.serves_as(&forced) && forced.serves_as(&forced) && !forced.serves_as(&description));
        let json = description.to_json();
        let back = Description::from_json(&json).unwrap();
        assert_eq!(back.to_json(), json);
        let mut wrong = json;
        wrong["columns"][2]["guesses"][0]["ratio"][0] = 9.into();
        assert!(Description::from_json(&wrong).is_none());
    }
}
