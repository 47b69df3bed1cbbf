//! `vdx-gnomad lookup`: variants in a word each, answered as a table of one row each.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use vdx_cli::flags::{IndexArgs, InputArg, OutputArgs, RegionArgs, RunArgs};
use vdx_cli::{Context, Outcome};
use vdx_stream::input::Options;
use vdx_stream::source::Source;
use vdx_stream::{Error, Input, Result};
use vdx_vcf::line::parse_pos;

use crate::args::{AnnotateArgs, LookupArgs};
use crate::run;

/// The longest variant that is read.
const LONGEST: u64 = 1 << 20;

/// What the table starts with.
const HEADER: &[u8] = b"chrom\tpos\tref\talt\n";

/// Runs `lookup`.
///
/// # Errors
/// A variant that cannot be read, and whatever stops `annotate`.
pub fn lookup(args: &LookupArgs, context: &Context) -> Result<Outcome> {
    let words = args.variants.iter().map(|word| row(word.as_bytes()));
    let rows: Vec<u8> = words.collect::<std::result::Result<Vec<_>, _>>().map_err(Error::usage)?.concat();
    let (reader, name): (Box<dyn Read + Send>, _) = if args.variants.is_empty() {
        if context.terminals.stdin_is_terminal {
            return Err(Error::usage("no variants: name some, such as 1-55505599-C-G, or give them on standard input"));
        }
        (
            Box::new(Rows { words: BufReader::new(io::stdin()), number: 0, rows: Cursor::new(HEADER.to_vec()) }),
            "<stdin>",
        )
    } else {
        (Box::new(Cursor::new([HEADER, &rows].concat())), "the command line")
    };
    let source = Source::from_reader(reader, name.to_owned(), None, false)?;
    let input = Input::new(source, Options::default());
    let fields = if args.fields.is_empty() { vec!["default".into(), "status".into()] } else { args.fields.clone() };
    let annotate = AnnotateArgs {
        db: args.db.clone(),
        choice: args.choice.clone(),
        fields,
        fasta_ref: args.fasta_ref.clone(),
        prefix: args.prefix.clone(),
        pass_only: false,
        max_af: None,
        found: false,
        absent: false,
        output: OutputArgs { output: args.output.clone(), output_type: Some("tsv".to_owned()), no_version: true },
        run: RunArgs {
            limits: args.limits.clone(),
            cache: args.cache.clone(),
            log: args.log.clone(),
            ..RunArgs::default()
        },
        index: IndexArgs::default(),
        regions: RegionArgs::default(),
        input: InputArg::default(),
    };
    run::annotate_input(&annotate, context, input, &vdx_cli::flags::Input::Stdin, name.to_owned())
}

/// `1-55505599-C-G`, `chr1:55505599:C:G` -> a row of the table. Names of contigs may hold `-` and `:`.
fn row(word: &[u8]) -> std::result::Result<Vec<u8>, String> {
    let wrong = |what: &str| {
        let found = String::from_utf8_lossy(word);
        Err(format!("expected a variant such as 1-55505599-C-G or chr1:55505599:C:G, found '{found}'{what}"))
    };
    if word.len() > 2 && word[..2].eq_ignore_ascii_case(b"rs") && word[2..].iter().all(u8::is_ascii_digit) {
        return wrong("; names of dbSNP are not looked up");
    }
    let mut parts = word.rsplitn(4, |byte| matches!(byte, b'-' | b':'));
    let (Some(alt), Some(reference), Some(pos), Some(chrom)) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return wrong("");
    };
    if parse_pos(pos).is_none() {
        return wrong(", whose position is no whole number");
    }
    if [chrom, reference, alt].iter().any(|part| part.is_empty() || part.iter().any(u8::is_ascii_whitespace)) {
        return wrong("");
    }
    let mut row = [chrom, pos, reference, alt].join(&b'\t');
    row.push(b'\n');
    Ok(row)
}

/// Words, one a line, read as rows.
struct Rows<R> {
    words: R,
    number: u64,
    rows: Cursor<Vec<u8>>,
}

impl<R: BufRead> Read for Rows<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.rows.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let mut line = Vec::new();
            if (&mut self.words).take(LONGEST).read_until(b'\n', &mut line)? == 0 {
                return Ok(0);
            }
            self.number += 1;
            let word = line.trim_ascii();
            if !word.is_empty() {
                let row = row(word).map_err(|message| io::Error::other(format!("line {}: {message}", self.number)))?;
                self.rows = Cursor::new(row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_words() {
        assert_eq!(row(b"1-55505599-C-G").unwrap(), b"1\t55505599\tC\tG\n");
        assert_eq!(row(b"chr1:5:CAT:c").unwrap(), b"chr1\t5\tCAT\tc\n");
        assert_eq!(row(b"HLA-A*01:01-5-C-G").unwrap(), b"HLA-A*01:01\t5\tC\tG\n");
        for word in ["", "rs123", "1-5-C", "1-x-C-G", "1-5--G", "1-5-C-", "-5-C-G"] {
            assert!(row(word.as_bytes()).unwrap_err().contains("expected a variant"), "{word}");
        }
        assert!(row(b"rs123").unwrap_err().contains("dbSNP"));
    }

    #[test]
    fn lines_become_rows() {
        let mut text = String::new();
        let rows = |words: &'static [u8]| Rows { words, number: 0, rows: Cursor::default() };
        rows(b"1-5-C-G\r\n\n  X:7:A:T").read_to_string(&mut text).unwrap();
        assert_eq!(text, "1\t5\tC\tG\nX\t7\tA\tT\n");
        let error = rows(b"1-5-C-G\n1-5\n").read_to_string(&mut text).unwrap_err();
        assert!(error.to_string().starts_with("line 2: expected a variant"), "{error}");
    }
}
