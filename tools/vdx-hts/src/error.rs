//! Errors that say where they happened, and which exit status they deserve.

use std::fmt;
use std::io;
use std::sync::Arc;

use vdx_vcf::bcf::BcfError;
use vdx_vcf::header::HeaderError;
use vdx_vcf::line::LineError;

/// What can be done where memory is refused.
pub const MORE_MEMORY: &str = "give fewer --threads or more memory";

/// `Result` with the suite's error.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, as far as the exit status cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bad data or failed I/O: exit 1.
    Data,
    /// The command line cannot be followed: exit 2.
    Usage,
    /// Memory cannot be had: exit 137, which workflow engines retry with more.
    Memory,
    /// The reader of our output is gone: a silent exit 0.
    ClosedPipe,
}

/// One error, told once: `FILE:LINE CHROM:POS: expected X, found Y; what to do`.
///
/// File, line and locus are filled in by the layer that knows them: a worker knows the locus and the line within its
/// chunk, the ordered stage adds the lines before it, the source knows the file.
///
/// An error that waits (for its turn in the input's order, beside others that failed on the same thing) is cloned or moved
/// whole: turned into text it would lose its exit status and its file.
#[derive(Clone, Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    file: Option<String>,
    line: Option<u64>,
    locus: Option<String>,
    counted: Counted,
    /// What a layer below said in a type of its own.
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// What the line of an error is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    /// The start of a chunk of the pipeline's input, until the lines before it are added.
    Chunk,
    /// The start of the input.
    Input,
    /// The start of another file.
    Elsewhere,
}

impl Error {
    /// Bad data; `message` says what was expected, what was found and what to do.
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(Kind::Data, message)
    }

    /// A command line that cannot be followed.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Memory that cannot be had; `message` names the smallest budget that works. [`Error::no_memory`] where nobody knows.
    pub fn memory(message: impl Into<String>) -> Self {
        Self::new(Kind::Memory, message)
    }

    /// Memory for `what` that was refused, by the system or at the edge of the budget. Where it was the budget, the tool's
    /// shell adds the smallest that would have done.
    pub fn no_memory(what: impl fmt::Display) -> Self {
        Self::memory(format!("no memory for {what}; {MORE_MEMORY}"))
    }

    /// Bad data, as `source` says it.
    pub fn caused_by(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        let message = source.to_string();
        Self { source: Some(Arc::new(source)), ..Self::data(message) }
    }

    /// A failed read or write of `file`. A closed pipe becomes [`Kind::ClosedPipe`], a refused allocation
    /// [`Kind::Memory`].
    pub fn io(file: impl Into<String>, error: &io::Error) -> Self {
        Self::io_unnamed(error).in_file(file)
    }

    /// The same where the layer above knows the file's name.
    pub fn io_unnamed(error: &io::Error) -> Self {
        if let Some(ours) = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            // It came through a reader of another layer.
            return ours.clone();
        }
        let kind = match error.kind() {
            // `tool | head` ends so: whoever reads has had enough, and that is no failure.
            io::ErrorKind::BrokenPipe => Kind::ClosedPipe,
            io::ErrorKind::OutOfMemory => Kind::Memory,
            _ => Kind::Data,
        };
        // An `io::Error` cannot be cloned; what tells it apart can.
        let same = error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error);
        Self { source: Some(Arc::new(same)), ..Self::new(kind, error.to_string()) }
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            file: None,
            line: None,
            locus: None,
            counted: Counted::Chunk,
            source: None,
        }
    }

    /// Names the file, unless a layer below already did.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file.get_or_insert_with(|| file.into());
        self
    }

    /// Sets the 1-based line, unless already known.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.line.get_or_insert(line);
        self
    }

    /// Moves a line counted within a chunk (1-based) behind the `before` lines that precede the chunk.
    #[must_use]
    pub fn after_lines(mut self, before: u64) -> Self {
        if self.counted == Counted::Chunk {
            self.line = self.line.map(|line| line + before);
        }
        self
    }

    /// Sets the 1-based line of the pipeline's input, whatever chunk is at hand.
    #[must_use]
    pub fn at_input_line(mut self, line: u64) -> Self {
        (self.line, self.counted) = (Some(line), Counted::Input);
        self
    }

    /// The place is known, in another file than the pipeline's input: its line does not move.
    #[must_use]
    pub fn of_another_input(mut self) -> Self {
        self.counted = Counted::Elsewhere;
        self
    }

    /// See [`Error::of_another_input`].
    pub fn is_of_another_input(&self) -> bool {
        self.counted == Counted::Elsewhere
    }

    /// Sets or takes away the line, for a layer that knows better.
    #[must_use]
    pub fn with_line(mut self, line: Option<u64>) -> Self {
        self.line = line;
        self
    }

    /// Names the locus, unless already known. `pos` is 1-based.
    #[must_use]
    pub fn at_locus(mut self, chrom: &[u8], pos: u64) -> Self {
        self.locus.get_or_insert_with(|| format!("{}:{pos}", String::from_utf8_lossy(chrom)));
        self
    }

    /// Whether it says which record it is about.
    pub fn has_locus(&self) -> bool {
        self.locus.is_some()
    }

    /// What the exit status is chosen by.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The 1-based line, when known.
    pub fn line(&self) -> Option<u64> {
        self.line
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            f.write_str(file)?;
            if let Some(line) = self.line {
                write!(f, ":{line}")?;
            }
            f.write_str(if self.locus.is_some() { " " } else { ": " })?;
        } else if let Some(line) = self.line {
            write!(f, "line {line}")?;
            f.write_str(if self.locus.is_some() { " " } else { ": " })?;
        }
        if let Some(locus) = &self.locus {
            write!(f, "{locus}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

impl From<BcfError> for Error {
    fn from(error: BcfError) -> Self {
        Self::caused_by(error)
    }
}

/// With the line of the header.
impl From<HeaderError> for Error {
    fn from(error: HeaderError) -> Self {
        let line = error.line;
        Self::caused_by(error).at_line(line)
    }
}

impl From<LineError> for Error {
    fn from(error: LineError) -> Self {
        Self::caused_by(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_file_line_locus_then_message() {
        let error =
            Error::data("REF is A, the FASTA has C").at_line(3).at_locus(b"chr1", 12).after_lines(10).in_file("x.vcf");
        assert_eq!(error.to_string(), "x.vcf:13 chr1:12: REF is A, the FASTA has C");
        assert_eq!(Error::data("bad").in_file("x.vcf").to_string(), "x.vcf: bad");
        let error = Error::data("bad").at_input_line(3).after_lines(10).in_file("x.vcf");
        assert_eq!(error.to_string(), "x.vcf:3: bad");
    }

    #[test]
    fn refused_memory_says_what_for_and_what_to_do() {
        let error = Error::no_memory("the header").in_file("x.vcf");
        assert_eq!(error.kind(), Kind::Memory);
        assert_eq!(error.to_string(), "x.vcf: no memory for the header; give fewer --threads or more memory");
    }

    #[test]
    fn the_first_layer_that_knows_wins() {
        let error = Error::data("bad").in_file("inner").in_file("outer").at_line(1).at_line(2);
        assert_eq!(error.to_string(), "inner:1: bad");
    }

    #[test]
    fn what_waits_keeps_its_status_its_place_and_its_source() {
        use std::error::Error as _;
        let full = io::Error::from_raw_os_error(28);
        let inner = Error::io("inner.gz", &full);
        let waited = Error::io("outer.vcf", &io::Error::other(inner.clone()));
        assert_eq!(waited.to_string(), inner.to_string());
        assert_eq!(
            waited.source().and_then(|source| source.downcast_ref::<io::Error>()).unwrap().raw_os_error(),
            Some(28)
        );
        let memory = io::Error::other(Error::memory("no room").at_line(3));
        assert_eq!(Error::io_unnamed(&memory).kind(), Kind::Memory);
        assert_eq!(Error::io("x", &memory).to_string(), "x:3: no room");
    }
}
