//! One header for all shards: what they agree on once, what only some declare added, a clash told.

use std::collections::{HashMap, HashSet};

use vdx_hts::{Error, Result};
use vdx_vcf::Header;
use vdx_vcf::header::attribute;

use crate::shards::contigs::ContigOrder;

/// The header so far.
#[derive(Debug, Default)]
pub(crate) struct United {
    /// Meta lines without line ends.
    lines: Vec<Vec<u8>>,
    columns: Vec<u8>,
    /// The shards, by their names.
    files: Vec<String>,
    /// Every line that is in already.
    known: HashSet<Vec<u8>>,
    /// What declares an INFO, FORMAT, FILTER or contig, by key and ID.
    declared: HashMap<(Vec<u8>, Vec<u8>), Declaration>,
    /// Which shard a key that tells how the file was made came from.
    history: HashMap<Vec<u8>, usize>,
    /// Different lists of contigs, with the first shard that has each.
    contigs: Vec<(String, Vec<Vec<u8>>)>,
    /// The header that came in last: most shards have the same one.
    last: Vec<u8>,
    /// How many lines of later shards that tell how they were made were left out.
    pub(crate) left_out: u64,
}

#[derive(Debug)]
struct Declaration {
    line: Vec<u8>,
    shard: usize,
    /// The 1-based number of the line there.
    number: usize,
}

impl United {
    /// Takes in the header of one more shard.
    ///
    /// # Errors
    /// Other sample columns; an INFO, FORMAT or FILTER declared differently; a contig of another length.
    pub(crate) fn add(&mut self, file: &str, header: &Header) -> Result<()> {
        let bytes = header.to_bytes();
        if bytes == self.last {
            return Ok(());
        }
        let shard = self.files.len();
        self.files.push(file.to_owned());
        let columns = bytes[..bytes.len() - 1].rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
        if shard == 0 {
            self.columns = columns.to_vec();
        } else {
            self.same_columns(columns, file)?;
        }
        for (number, line) in (1..).zip(header.meta_lines()) {
            self.add_line(line, shard, number).map_err(|error| error.in_file(file).at_line(number as u64))?;
        }
        let names: Vec<Vec<u8>> = header.contigs().iter().map(|contig| contig.name.clone()).collect();
        if !self.contigs.iter().any(|(_, list)| *list == names) {
            self.contigs.push((file.to_owned(), names));
        }
        self.last = bytes;
        Ok(())
    }

    fn same_columns(&self, columns: &[u8], file: &str) -> Result<()> {
        if columns == self.columns {
            return Ok(());
        }
        let split = |columns: &[u8]| -> Vec<String> {
            columns.split(|&byte| byte == b'\t').map(|name| String::from_utf8_lossy(name).into_owned()).collect()
        };
        let (ours, theirs) = (split(&self.columns), split(columns));
        let at = ours.iter().zip(&theirs).take_while(|(ours, theirs)| ours == theirs).count();
        let name = |names: &[String]| names.get(at).map_or_else(|| "none".to_owned(), |name| format!("'{name}'"));
        let message = format!(
            "the sample columns differ: expected {} as column {} as in {}, found {}; shards are parts of one file, with \
             the same samples in the same order",
            name(&ours),
            at + 1,
            self.files[0],
            name(&theirs)
        );
        Err(Error::data(message).in_file(file))
    }

    fn add_line(&mut self, line: &[u8], shard: usize, number: usize) -> Result<()> {
        let (key, value) = split(line);
        let id = value.strip_prefix(b"<").and_then(|rest| attribute(rest.strip_suffix(b">")?, b"ID"));
        if let (b"INFO" | b"FORMAT" | b"FILTER" | b"contig", Some(id)) = (key, id) {
            let place = (key.to_vec(), id.to_vec());
            let Some(Declaration { line: known, shard: its_shard, number: its_number }) = self.declared.get(&place)
            else {
                self.declared.insert(place, Declaration { line: line.to_vec(), shard, number });
                self.insert(key, line);
                return Ok(());
            };
            let clash = if key == b"contig" {
                let length = |line| attribute(split(line).1.strip_prefix(b"<")?.strip_suffix(b">")?, b"length");
                matches!((length(known), length(line)), (Some(ours), Some(theirs)) if ours != theirs)
            } else {
                known != line
            };
            if clash {
                let text = String::from_utf8_lossy;
                return Err(Error::data(format!(
                    "{} {} is declared differently: expected '{}' as in {}:{its_number}, found '{}'; give the shards one \
                     header, e.g. with 'bcftools reheader'",
                    text(key),
                    text(id),
                    text(known),
                    self.files[*its_shard],
                    text(line)
                )));
            }
            return Ok(());
        }
        if self.known.contains(line) && shard > 0 {
            return Ok(());
        }
        if key == b"fileformat" && shard > 0 {
            // One line, at the top: the version that knows what all shards use.
            if let Some(first) = self.lines.first_mut().filter(|first| split(first).0 == key && split(first).1 < value)
            {
                *first = line.to_vec();
            }
            return Ok(());
        }
        if is_history(key) && *self.history.entry(key.to_vec()).or_insert(shard) != shard {
            self.left_out += 1;
            return Ok(());
        }
        self.known.insert(line.to_vec());
        self.insert(key, line);
        Ok(())
    }

    /// Behind the last line of its key, else at the end. The first shard's lines stay as they stand.
    fn insert(&mut self, key: &[u8], line: &[u8]) {
        let behind =
            if self.files.len() == 1 { None } else { self.lines.iter().rposition(|line| split(line).0 == key) };
        self.lines.insert(behind.map_or(self.lines.len(), |at| at + 1), line.to_vec());
    }

    /// The order that the `##contig` lines of all shards agree on.
    pub(crate) fn order(&self) -> Result<ContigOrder> {
        ContigOrder::united(&self.contigs)
    }

    /// The whole header, `more` lines at its end, `##contig` lines in `order`.
    pub(crate) fn into_bytes(mut self, order: &ContigOrder, more: &[String]) -> Vec<u8> {
        let is_contig = |line: &[u8]| split(line).0 == b"contig";
        let places: Vec<usize> = (0..self.lines.len()).filter(|&at| is_contig(&self.lines[at])).collect();
        let rank = |line: &[u8]| {
            let body = split(line).1.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">"));
            order.rank(body.and_then(|body| attribute(body, b"ID")).unwrap_or_default())
        };
        let mut contigs: Vec<Vec<u8>> = places.iter().map(|&at| std::mem::take(&mut self.lines[at])).collect();
        contigs.sort_by_key(|line| rank(line));
        places.into_iter().zip(contigs).for_each(|(at, line)| self.lines[at] = line);
        let more = more.iter().map(String::as_bytes);
        let mut bytes = Vec::new();
        for line in self.lines.iter().map(Vec::as_slice).chain(more).chain([self.columns.as_slice()]) {
            bytes.extend_from_slice(line);
            bytes.push(b'\n');
        }
        bytes
    }
}

/// Key and value of `##key=value`.
fn split(line: &[u8]) -> (&[u8], &[u8]) {
    let line = line.strip_prefix(b"##").unwrap_or(line);
    let at = memchr::memchr(b'=', line).unwrap_or(line.len());
    (&line[..at], line.get(at + 1..).unwrap_or_default())
}

/// Whether lines of this key tell how a file was made: by which command, of which version, when. They differ from shard
/// to shard by nature, and thousands of them say no more than one.
fn is_history(key: &[u8]) -> bool {
    let key = key.to_ascii_lowercase();
    key.ends_with(b"date")
        || [&b"command"[..], b"version"].iter().any(|word| memchr::memmem::find(&key, word).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(meta: &str) -> Header {
        let text = format!("##fileformat=VCFv4.2\n{meta}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts1\n");
        Header::parse(text.as_bytes()).unwrap()
    }

    fn united(headers: &[&str]) -> Result<String> {
        let mut united = United::default();
        for (at, meta) in headers.iter().enumerate() {
            united.add(&format!("{at}.vcf"), &header(meta))?;
        }
        let order = united.order()?;
        let text = String::from_utf8(united.into_bytes(&order, &["##more=1".to_owned()])).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        Ok(lines[1..lines.len() - 1].join("\n"))
    }

    #[test]
    fn lines_are_united_and_history_is_the_first_shards() {
        let first = "##fileDate=1\n##contig=<ID=2>\n##INFO=<ID=A,Number=1,Type=Integer,Description=\"\">\n##x_viewCommand=a\n\
                     ##x_viewCommand=b\n##source=x\n";
        let second = "##fileDate=2\n##contig=<ID=1>\n##INFO=<ID=B,Number=1,Type=Integer,Description=\"\">\n##x_viewCommand=c\n\
                      ##GATKCommandLine=<ID=H,CommandLine=\"1\">\n##source=y\n##source=x\n";
        let third = "##GATKCommandLine=<ID=H,CommandLine=\"2\">\n";
        let expected = "##fileDate=1\n##contig=<ID=1>\n##contig=<ID=2>\n##INFO=<ID=A,Number=1,Type=Integer,Description=\"\">\n\
                        ##INFO=<ID=B,Number=1,Type=Integer,Description=\"\">\n##x_viewCommand=a\n##x_viewCommand=b\n\
                        ##source=x\n##source=y\n##GATKCommandLine=<ID=H,CommandLine=\"1\">\n##more=1";
        assert_eq!(united(&[first, second, second, third]).unwrap(), expected);
    }

    #[test]
    fn clashes_name_both_lines() {
        let number = |number| format!("##x=1\n##INFO=<ID=A,Number={number},Type=Integer,Description=\"\">\n");
        let error = united(&[&number("1"), "##x=1\n", &number("2")]).unwrap_err().to_string();
        assert!(
            error.starts_with("2.vcf:3: INFO A is declared differently: expected '##INFO=<ID=A,Number=1"),
            "{error}"
        );
        assert!(error.contains("0.vcf:3, found '##INFO=<ID=A,Number=2"), "{error}");
        let error = united(&["##contig=<ID=1,length=5>\n", "##contig=<ID=1,length=6>\n"]).unwrap_err().to_string();
        assert!(error.contains("contig 1 is declared differently"), "{error}");
        assert!(united(&["##contig=<ID=1,length=5>\n", "##contig=<ID=1>\n"]).is_ok());
    }

    #[test]
    fn samples_must_be_the_same() {
        let mut united = United::default();
        united.add("a.vcf", &header("")).unwrap();
        let mut other = header("");
        other.set_samples(["s1", "s2"]);
        let error = united.add("b.vcf", &other).unwrap_err().to_string();
        assert!(
            error.starts_with("b.vcf: the sample columns differ: expected none as column 11 as in a.vcf"),
            "{error}"
        );
        other.set_samples(["s2"]);
        assert!(united.add("b.vcf", &other).unwrap_err().to_string().contains("'s1' as column 10"));
    }

    #[test]
    fn the_newest_version_of_the_format_is_named_once() {
        let mut united = United::default();
        for version in ["4.1", "4.3", "4.2"] {
            let text = format!("##fileformat=VCFv{version}\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
            united.add(version, &Header::parse(text.as_bytes()).unwrap()).unwrap();
        }
        assert!(united.into_bytes(&ContigOrder::default(), &[]).starts_with(b"##fileformat=VCFv4.3\n#CHROM"));
    }
}
