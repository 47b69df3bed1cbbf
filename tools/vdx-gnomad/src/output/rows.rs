//! The rows of a table that is made here, of whatever came in: as text, or as cells with types on their way to Parquet.

use std::io::Write as _;

use vdx_cli::json;
use vdx_vcf::Dialect;
use vdx_vcf::header::Type;

use crate::query::settings::Settings;

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name; of JSON and Parquet no other has the same.
    pub(crate) name: String,
    /// What its cells are.
    pub(crate) kind: Kind,
}

/// What the cells of a column are, where there are some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters.
    Text,
    /// Whole numbers.
    Integer,
    /// Whole numbers, in order for the most part.
    Position,
    /// Numbers.
    Float,
}

impl Kind {
    /// Whether cells are whole numbers.
    pub(crate) fn is_whole(self) -> bool {
        matches!(self, Self::Integer | Self::Position)
    }
}

/// How rows stand in what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Lines of cells, below a line of names.
    Cells(Dialect),
    /// An object a line, with the same keys in each: one without a value is `null`.
    Objects,
    /// Cells with types, each behind a byte that says whether it has a value: see [`read_cells`].
    Typed,
}

impl Shape {
    /// Whether what is no number has no place among numbers.
    pub(crate) fn has_types(self) -> bool {
        !matches!(self, Self::Cells(_))
    }
}

/// Writes rows.
#[derive(Clone, Debug)]
pub(crate) struct RowWriter {
    /// Their columns.
    pub(crate) columns: Vec<Column>,
    /// How they stand.
    pub(crate) shape: Shape,
    /// By column, what stands before its value in an object.
    keys: Vec<Vec<u8>>,
}

impl Column {
    /// A column of text.
    pub(crate) fn text(name: impl Into<String>) -> Self {
        Self { name: name.into(), kind: Kind::Text }
    }

    /// The columns that a run adds.
    pub(crate) fn added(settings: &Settings) -> impl Iterator<Item = Self> {
        settings.written().map(|(source, field)| Self {
            name: source.column(field),
            kind: match field.kind {
                // No part of what belongs to a whole site is a number by itself.
                _ if field.whole => Kind::Text,
                Type::Integer => Kind::Integer,
                Type::Float => Kind::Float,
                Type::Flag | Type::Character | Type::String => Kind::Text,
            },
        })
    }
}

impl RowWriter {
    /// Rows of these columns. Those without a name, or with that of another, get one where names are keys.
    pub(crate) fn new(mut columns: Vec<Column>, shape: Shape) -> Self {
        if shape.has_types() {
            for at in 0..columns.len() {
                let (before, own) = columns.split_at_mut(at);
                let name = if own[0].name.is_empty() { format!("column_{}", at + 1) } else { own[0].name.clone() };
                let is_free = |name: &str| before.iter().all(|other| other.name != name);
                let others = (2..).map(|number| format!("{name}_{number}"));
                own[0].name = [name.clone()].into_iter().chain(others).find(|name| is_free(name)).unwrap_or(name);
            }
        }
        let key = |(at, column): (usize, &Column)| {
            let mut key = vec![if at == 0 { b'{' } else { b',' }];
            json::write_string(column.name.as_bytes(), &mut key);
            key.push(b':');
            key
        };
        let keys = columns.iter().enumerate().map(key).collect();
        Self { columns, shape, keys }
    }

    /// The line of names; empty where there is none.
    pub(crate) fn names(&self) -> Vec<u8> {
        let Shape::Cells(dialect) = self.shape else { return Vec::new() };
        let mut line = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            if at > 0 {
                line.push(dialect.delimiter);
            }
            dialect.write(column.name.as_bytes(), &mut line);
        }
        line.push(b'\n');
        line
    }

    /// Appends the cell of column number `at`, in their order, each once; empty where there is no value.
    ///
    /// # Errors
    /// A number is none, where it must be.
    pub(crate) fn cell(&self, at: usize, text: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        match self.shape {
            Shape::Cells(dialect) => {
                if at > 0 {
                    out.push(dialect.delimiter);
                }
                dialect.write(text, out);
            }
            Shape::Objects => {
                out.extend_from_slice(&self.keys[at]);
                if text.is_empty() {
                    out.extend_from_slice(b"null");
                } else if self.columns[at].kind != Kind::Text && json::is_number(text) {
                    out.extend_from_slice(text);
                } else {
                    json::write_string(text, out);
                }
            }
            Shape::Typed => return self.typed(at, text, out),
        }
        Ok(())
    }

    /// [`RowWriter::cell`] of a whole number.
    pub(crate) fn integer(&self, at: usize, number: u32, out: &mut Vec<u8>) -> Result<(), String> {
        if self.shape == Shape::Typed && self.columns[at].kind.is_whole() {
            put(i64::from(number).to_le_bytes(), out);
            return Ok(());
        }
        let mut digits = [0; 10];
        let mut rest = &mut digits[..];
        // No number of 32 bits has more digits.
        write!(rest, "{number}").ok();
        let len = 10 - rest.len();
        self.cell(at, &digits[..len], out)
    }

    /// Ends the row.
    pub(crate) fn end(&self, out: &mut Vec<u8>) {
        match self.shape {
            Shape::Cells(_) => out.push(b'\n'),
            Shape::Objects => out.extend_from_slice(b"}\n"),
            Shape::Typed => {}
        }
    }

    fn typed(&self, at: usize, text: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        let Column { name, kind } = &self.columns[at];
        if text.is_empty() {
            out.push(0);
            return Ok(());
        }
        let wrong = |expected: &str| {
            let found = String::from_utf8_lossy(text);
            format!("expected {expected} for the column {name} of Parquet, found '{found}'; choose -O csv, tsv or json")
        };
        match kind {
            Kind::Integer | Kind::Position => {
                put(whole(text).ok_or_else(|| wrong("a whole number"))?.to_le_bytes(), out);
            }
            Kind::Float => {
                let number = std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok());
                put(number.ok_or_else(|| wrong("a number"))?.to_le_bytes(), out);
            }
            Kind::Text => {
                let lossy = if text.is_ascii() { None } else { Some(String::from_utf8_lossy(text)) };
                let text = lossy.as_ref().map_or(text, |text| text.as_bytes());
                put((text.len() as u32).to_le_bytes(), out);
                out.extend_from_slice(text);
            }
        }
        Ok(())
    }
}

/// A whole number as most are written, up to 18 digits of them; others as the library reads them.
fn whole(text: &[u8]) -> Option<i64> {
    if text.len() > 18 || !text.iter().all(u8::is_ascii_digit) {
        return std::str::from_utf8(text).ok()?.parse().ok();
    }
    Some(text.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

/// Appends a cell that has a value: the byte that says so and these.
fn put<const N: usize>(value: [u8; N], out: &mut Vec<u8>) {
    let mut bytes = [1; 9];
    bytes[1..=N].copy_from_slice(&value);
    out.extend_from_slice(&bytes[..=N]);
}

/// A cell with its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Typed<'a> {
    /// No value.
    Null,
    /// Of a column of whole numbers.
    Integer(i64),
    /// Of a column of numbers.
    Float(f64),
    /// UTF-8.
    Text(&'a [u8]),
}

/// Reads a cell of a column of this kind off the front of `bytes`; `None` where they are no such cell.
pub(crate) fn read_cell<'a>(kind: Kind, bytes: &mut &'a [u8]) -> Option<Typed<'a>> {
    let (has_value, rest) = bytes.split_first()?;
    *bytes = rest;
    if *has_value == 0 {
        return Some(Typed::Null);
    }
    Some(match kind {
        Kind::Integer | Kind::Position => Typed::Integer(i64::from_le_bytes(take(bytes)?)),
        Kind::Float => Typed::Float(f64::from_le_bytes(take(bytes)?)),
        Kind::Text => {
            let len = u32::from_le_bytes(take(bytes)?) as usize;
            let (text, rest) = bytes.split_at_checked(len)?;
            *bytes = rest;
            Typed::Text(text)
        }
    })
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(shape: Shape) -> RowWriter {
        let kinds = [("a", Kind::Text), ("n", Kind::Integer), ("", Kind::Text), ("a", Kind::Float)];
        RowWriter::new(kinds.map(|(name, kind)| Column { name: name.into(), kind }).to_vec(), shape)
    }

    fn row(writer: &RowWriter, cells: [&str; 4]) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        for (at, cell) in cells.iter().enumerate() {
            writer.cell(at, cell.as_bytes(), &mut out)?;
        }
        writer.end(&mut out);
        Ok(out)
    }

    #[test]
    fn rows_are_lines_or_objects() {
        let text = |shape, cells| {
            let writer = writer(shape);
            String::from_utf8([writer.names(), row(&writer, cells).unwrap()].concat()).unwrap()
        };
        let cells = ["x,\"y\"", "1", "", "1.50000e-05"];
        assert_eq!(text(Shape::Cells(b','.into()), cells), "a,n,,a\n\"x,\"\"y\"\"\",1,,1.50000e-05\n");
        assert_eq!(text(Shape::Cells(b'\t'.into()), ["x\ty", "", "", "1"]), "a\tn\t\ta\nx y\t\t\t1\n");
        let object = "{\"a\":\"x,\\\"y\\\"\",\"n\":1,\"column_3\":null,\"a_2\":1.50000e-05}\n";
        assert_eq!(text(Shape::Objects, cells), object);
        // What is no number of JSON is a string.
        assert!(text(Shape::Objects, ["1", ".5", "", "nan"]).starts_with("{\"a\":\"1\",\"n\":\".5\","));
    }

    #[test]
    fn typed_cells_come_back() {
        let writer = writer(Shape::Typed);
        let bytes = row(&writer, ["x", "-7", "", "1.5e-3"]).unwrap();
        let mut rest = &bytes[..];
        let cells: Vec<Typed<'_>> =
            writer.columns.iter().map(|column| read_cell(column.kind, &mut rest).unwrap()).collect();
        assert_eq!(cells, [Typed::Text(b"x"), Typed::Integer(-7), Typed::Null, Typed::Float(0.0015)]);
        assert!(rest.is_empty() && read_cell(Kind::Text, &mut rest).is_none());
        let error = row(&writer, ["", "7.5", "", ""]).unwrap_err();
        assert!(error.contains("a whole number for the column n of Parquet, found '7.5'"), "{error}");
    }
}
