//! Rows as Apache Parquet: groups of rows, in each a compressed piece of every column, and at the end where they all are.
//!
//! Rows come as typed cells ([`Shape::Typed`](super::rows::Shape)) and are parted into columns. Where a group ends depends on
//! the rows alone, so that the bytes are the same for any number of threads, which share a group's columns among them.

use std::mem::size_of;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{ColumnDescPtr, ColumnPath, Type};
use vdx_cli::plan::ROW_GROUP;
use vdx_hts::{Error, Result};
use vdx_pipeline::{Sink, Threads};

use super::rows::{Column, Kind, Typed, read_cell};

/// Rows of a group at most: what DuckDB gives a thread at once.
const MOST_ROWS: usize = 122_880;

/// What was written and has not gone to the sink.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A column of the group that is gathered.
struct Gathered {
    kind: Kind,
    /// By row, 1 where it has a value.
    levels: Vec<i16>,
    values: Values,
}

enum Values {
    Integers(Vec<i64>),
    Floats(Vec<f64>),
    /// Where each text ends in all of them.
    Texts(Vec<u8>, Vec<u32>),
}

/// Writes one file.
pub(crate) struct ParquetWriter {
    file: SerializedFileWriter<Written>,
    written: Written,
    properties: WriterPropertiesPtr,
    columns: Vec<Gathered>,
    rows: usize,
    /// Bytes of the columns.
    held: usize,
    threads: Option<Threads>,
}

impl ParquetWriter {
    /// A file of these columns, written by `maker` (a program and its version); `about` are keys and values about the whole
    /// of it.
    ///
    /// # Errors
    /// None that a user could cause.
    pub(crate) fn new(columns: &[Column], maker: &str, about: Vec<(String, String)>) -> Result<Self> {
        let fields = columns.iter().map(|column| field(column).map(Arc::new)).collect::<std::result::Result<_, _>>();
        let schema = Type::group_type_builder("rows").with_fields(fields.map_err(bug)?).build().map_err(bug)?;
        let about = about.into_iter().map(|(key, value)| KeyValue::new(key, value)).collect();
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_created_by(maker.to_owned())
            .set_key_value_metadata(Some(about));
        // Each is told by how far it is from the last.
        for column in columns.iter().filter(|column| column.kind == Kind::Position) {
            let path = ColumnPath::from(column.name.as_str());
            properties = properties.set_column_dictionary_enabled(path.clone(), false);
            properties = properties.set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        }
        let properties = Arc::new(properties.build());
        let written = Written::default();
        let file =
            SerializedFileWriter::new(written.clone(), Arc::new(schema), Arc::clone(&properties)).map_err(bug)?;
        let columns = columns.iter().map(|column| Gathered::new(column.kind)).collect();
        Ok(Self { file, written, properties, columns, rows: 0, held: 0, threads: None })
    }

    /// Has threads share the columns of a group.
    pub(crate) fn work_on(&mut self, threads: &Threads) {
        self.threads = Some(threads.clone());
    }

    /// Takes whole rows of typed cells; full groups go to the sink.
    ///
    /// # Errors
    /// The sink cannot be written.
    pub(crate) fn push(&mut self, mut rows: &[u8], sink: &mut Sink) -> Result<()> {
        while !rows.is_empty() {
            for column in &mut self.columns {
                let cell = read_cell(column.kind, &mut rows).ok_or_else(cut)?;
                self.held += column.push(cell);
            }
            self.rows += 1;
            if self.rows == MOST_ROWS || self.held >= ROW_GROUP as usize {
                self.end_group(sink)?;
            }
        }
        Ok(())
    }

    /// Writes what is left, and what ends the file.
    ///
    /// # Errors
    /// The sink cannot be written.
    pub(crate) fn finish(&mut self, sink: &mut Sink) -> Result<()> {
        if self.rows > 0 {
            self.end_group(sink)?;
        }
        self.file.finish().map_err(bug)?;
        sink.write_records(&self.written.take())
    }

    fn end_group(&mut self, sink: &mut Sink) -> Result<()> {
        let fresh = self.columns.iter().map(|column| Gathered::new(column.kind)).collect();
        let columns = std::mem::replace(&mut self.columns, fresh);
        (self.rows, self.held) = (0, 0);
        let columns: Vec<Mutex<Option<Gathered>>> =
            columns.into_iter().map(|column| Mutex::new(Some(column))).collect();
        let schema = Arc::new(self.file.schema_descr().clone());
        let properties = &self.properties;
        let pack = |at: usize| -> std::result::Result<_, ParquetError> {
            let column = columns[at].lock().unwrap_or_else(PoisonError::into_inner).take();
            let column = column.unwrap_or_else(|| Gathered::new(Kind::Text));
            column.pack(schema.column(at), properties)
        };
        let mut group = self.file.next_row_group().map_err(bug)?;
        match &self.threads {
            Some(threads) => {
                for packed in threads.map(columns.len(), || (), |(), at| pack(at)) {
                    let (bytes, closed) = packed.map_err(bug)?;
                    group.append_column(&bytes, closed).map_err(bug)?;
                }
            }
            None => {
                for at in 0..columns.len() {
                    let (bytes, closed) = pack(at).map_err(bug)?;
                    group.append_column(&bytes, closed).map_err(bug)?;
                }
            }
        }
        group.close().map_err(bug)?;
        sink.write_records(&self.written.take())
    }
}

/// The column as a schema has it.
fn field(column: &Column) -> std::result::Result<Type, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Integer | Kind::Position => (Physical::INT64, None),
        Kind::Float => (Physical::DOUBLE, None),
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let field = Type::primitive_type_builder(&column.name, physical).with_logical_type(logical);
    field.with_repetition(Repetition::OPTIONAL).build()
}

fn bug(error: impl std::fmt::Display) -> Error {
    Error::data(format!("internal error: Parquet: {error}"))
}

fn cut() -> Error {
    Error::data("internal error: a row of Parquet is cut")
}

impl Gathered {
    fn new(kind: Kind) -> Self {
        let values = match kind {
            Kind::Integer | Kind::Position => Values::Integers(Vec::new()),
            Kind::Float => Values::Floats(Vec::new()),
            Kind::Text => Values::Texts(Vec::new(), Vec::new()),
        };
        Self { kind, levels: Vec::new(), values }
    }

    /// Takes a cell; how many bytes it takes.
    fn push(&mut self, cell: Typed<'_>) -> usize {
        let taken = match (&mut self.values, cell) {
            (Values::Integers(values), Typed::Integer(value)) => {
                values.push(value);
                size_of::<i64>()
            }
            (Values::Floats(values), Typed::Float(value)) => {
                values.push(value);
                size_of::<f64>()
            }
            (Values::Texts(texts, ends), Typed::Text(text)) => {
                texts.extend_from_slice(text);
                ends.push(texts.len() as u32);
                text.len() + size_of::<u32>()
            }
            _ => 0,
        };
        self.levels.push((taken > 0).into());
        taken + size_of::<i16>()
    }

    /// The compressed pages of the column, and what the file's end says of them.
    fn pack(
        self,
        column: ColumnDescPtr,
        properties: &WriterPropertiesPtr,
    ) -> std::result::Result<(Bytes, ColumnCloseResult), ParquetError> {
        let mut pages = TrackedWrite::new(Vec::new());
        let page_writer = Box::new(SerializedPageWriter::new(&mut pages));
        let mut writer = get_column_writer(column, Arc::clone(properties), page_writer);
        let levels = Some(&self.levels[..]);
        match (&mut writer, self.values) {
            (ColumnWriter::Int64ColumnWriter(writer), Values::Integers(values)) => {
                writer.write_batch(&values, levels, None)?;
            }
            (ColumnWriter::DoubleColumnWriter(writer), Values::Floats(values)) => {
                writer.write_batch(&values, levels, None)?;
            }
            (ColumnWriter::ByteArrayColumnWriter(writer), Values::Texts(texts, ends)) => {
                let texts = Bytes::from(texts);
                let starts = [0].into_iter().chain(ends.iter().copied());
                let text = |(start, end): (u32, &u32)| ByteArray::from(texts.slice(start as usize..*end as usize));
                let values: Vec<ByteArray> = starts.zip(&ends).map(text).collect();
                writer.write_batch(&values, levels, None)?;
            }
            _ => return Err(ParquetError::General("a column is of another type than its values".to_owned())),
        }
        let closed = writer.close()?;
        Ok((Bytes::from(pages.into_inner()?), closed))
    }
}
