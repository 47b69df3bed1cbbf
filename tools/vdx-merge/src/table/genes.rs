//! A list of genes that the user looks after, such as ACMG's secondary findings.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use vdx_hts::{Error, Result};

/// The genes of `--genes`, and what is said of each.
#[derive(Debug, Default)]
pub(crate) struct GeneList {
    /// By symbol in upper case.
    at: HashMap<String, usize>,
    genes: Vec<Listed>,
    /// Whether a record names the gene.
    seen: Vec<AtomicBool>,
}

/// One gene of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The symbol as the list has it.
    pub(crate) gene: String,
    /// How conditions of the gene are inherited, in the list's words; several are joined by `; `.
    pub(crate) inheritance: String,
    /// What else the list says.
    pub(crate) note: String,
}

impl GeneList {
    /// Reads columns gene, inheritance and note, separated by tabs, semicolons or commas; a line of names (`gene` or
    /// `symbol` first) and lines that begin with `#` are passed over. A gene may come more than once.
    ///
    /// # Errors
    /// A file that cannot be read, a line whose first column is no symbol, no gene at all.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| Error::io(&name, &error))?;
        Self::parse(&bytes).map_err(|error| error.in_file(name))
    }

    fn parse(bytes: &[u8]) -> Result<Self> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let first = bytes.split(|&byte| byte == b'\n').find(|line| !line.trim_ascii().is_empty() && line[0] != b'#');
        let delimiter = b"\t;,".iter().copied().find(|byte| first.is_some_and(|line| line.contains(byte)));
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .delimiter(delimiter.unwrap_or(b'\t'))
            .from_reader(bytes);
        let mut list = Self::default();
        for (at, record) in reader.byte_records().enumerate() {
            let record = record.map_err(|error| Error::data(format!("expected a list of genes: {error}")))?;
            let text = |column: usize| String::from_utf8_lossy(record.get(column).unwrap_or_default()).into_owned();
            let line = record.position().map_or(at as u64 + 1, csv::Position::line);
            let gene = text(0);
            if at == 0 && ["gene", "symbol", "gene symbol", "gene_symbol"].contains(&gene.to_ascii_lowercase().as_str())
            {
                continue;
            }
            let symbol = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@');
            if gene.is_empty() || !gene.bytes().all(symbol) {
                let message = format!(
                    "expected the symbol of a gene (such as BRCA1) in the first column, then inheritance and a note, \
                     found '{gene}'"
                );
                return Err(Error::data(message).at_line(line));
            }
            list.add(Listed { gene, inheritance: text(1), note: text(2) });
        }
        if list.genes.is_empty() {
            return Err(Error::data("expected genes, one a line (columns gene, inheritance, note), found none"));
        }
        list.seen = list.genes.iter().map(|_| AtomicBool::new(false)).collect();
        Ok(list)
    }

    /// What is said of a gene in several lines is joined.
    fn add(&mut self, listed: Listed) {
        let at = *self.at.entry(listed.gene.to_ascii_uppercase()).or_insert(self.genes.len());
        match self.genes.get_mut(at) {
            None => self.genes.push(listed),
            Some(known) => {
                for (known, more) in [(&mut known.inheritance, listed.inheritance), (&mut known.note, listed.note)] {
                    if !more.is_empty() && !known.split("; ").any(|part| part == more) {
                        *known = if known.is_empty() { more } else { format!("{known}; {more}") };
                    }
                }
            }
        }
    }

    /// What the list says of the genes of a GENEINFO value (`SYMBOL:id|SYMBOL:id`).
    pub(crate) fn of(&self, geneinfo: &[u8]) -> Vec<&Listed> {
        let symbols = geneinfo.split(|&byte| byte == b'|').map(|gene| gene.split(|&byte| byte == b':').next());
        let at = symbols
            .flatten()
            .filter_map(|symbol| self.at.get(std::str::from_utf8(symbol).ok()?.to_ascii_uppercase().as_str()));
        at.map(|&at| {
            self.seen[at].store(true, Ordering::Relaxed);
            &self.genes[at]
        })
        .collect()
    }

    /// How many genes there are.
    pub(crate) fn len(&self) -> usize {
        self.genes.len()
    }

    /// The genes that no record has named so far.
    pub(crate) fn unseen(&self) -> Vec<&str> {
        let unseen = self.genes.iter().zip(&self.seen).filter(|(_, seen)| !seen.load(Ordering::Relaxed));
        unseen.map(|(listed, _)| listed.gene.as_str()).collect()
    }
}

/// Whether words of inheritance mean that one copy does not make ill.
pub(crate) fn is_recessive(words: &str) -> bool {
    let lower = words.to_ascii_lowercase();
    let short = || words.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| matches!(word, "AR" | "XR" | "XLR"));
    let dominant =
        lower.contains("dominant") || words.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "AD");
    (lower.contains("recessive") || short()) && !dominant
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read() {
        for text in [
            "gene\tinheritance\tnote\nBRCA1\tAD\tbreast\nc9orf72\nBRCA1\tAD\tovary\n",
            "# mine\nBRCA1,AD,breast\nBRCA1,AD,ovary\nC9ORF72,,\n",
            "\u{feff}BRCA1; AD; breast; more\r\nBRCA1;AD;ovary\r\nC9orf72\r\n",
        ] {
            let list = GeneList::parse(text.as_bytes()).unwrap();
            let found = list.of(b"X:1|BRCA1:672");
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!((found[0].inheritance.as_str(), found[0].note.as_str()), ("AD", "breast; ovary"), "{text}");
            assert_eq!(list.len(), 2);
            assert_eq!(list.unseen().len(), 1);
            assert!(list.unseen()[0].eq_ignore_ascii_case("C9orf72"));
            assert_eq!(list.of(b"C9orf72:203228").len(), 1);
        }
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let error = GeneList::parse(b"BRCA1\n\nnot a gene\n").unwrap_err().at_line(0).to_string();
        assert!(error.contains("found 'not a gene'"), "{error}");
        assert!(GeneList::parse(b"# nothing\n").unwrap_err().to_string().contains("found none"));
        assert!(GeneList::parse(b"PK\x03\x04\x00\x00").is_err());
    }

    #[test]
    fn words_of_inheritance() {
        for words in ["Usher syndrome, autosomal recessive", "AR", "XLR", "Autosomal Recessive"] {
            assert!(is_recessive(words), "{words}");
        }
        for words in ["AD", "AD/AR", "", "ARRAY", "autosomal dominant or recessive"] {
            assert!(!is_recessive(words), "{words}");
        }
    }
}
