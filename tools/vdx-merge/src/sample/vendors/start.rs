//! The beginning of a raw genotype file, by which vendors are told.

use crate::sample::columns::{Separator, word};

/// The beginning of a raw genotype file.
#[derive(Debug)]
pub(crate) struct Start<'a> {
    comments: Vec<&'a [u8]>,
    /// The first line that is no comment.
    pub(crate) first: &'a [u8],
    /// It begins with a `[Header]`.
    pub(crate) is_report: bool,
    /// Line 1 is the first of the comments.
    begins_with_comment: bool,
}

impl<'a> Start<'a> {
    /// Takes the first bytes apart; the last line may be cut.
    pub(crate) fn of(head: &'a [u8]) -> Self {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let is_report = head.starts_with(b"[Header]");
        let mut in_header = false;
        let begins_with_comment = is_comment(head);
        let mut start = Self { comments: Vec::new(), first: b"", is_report, begins_with_comment };
        for line in head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii) {
            if line.starts_with(b"[") {
                in_header = !line.starts_with(b"[Data]");
            } else if in_header || is_comment(line) || line.is_empty() {
                start.comments.push(line);
            } else {
                start.first = line;
                break;
            }
        }
        start
    }

    /// Nothing but what line 1 says.
    pub(crate) fn line_1(&self) -> Self {
        Self { comments: self.comments[..usize::from(self.begins_with_comment)].to_vec(), first: b"", ..*self }
    }

    /// Whether the comments hold this text, in any case.
    pub(crate) fn says(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        self.comments.iter().any(|line| memchr::memmem::find(&line.to_ascii_lowercase(), text.as_bytes()).is_some())
    }

    /// Whether there are any comments.
    pub(crate) fn has_comments(&self) -> bool {
        self.comments.iter().any(|line| !line.is_empty())
    }

    /// The words of the first line that is no comment, as [`word`] has them.
    pub(crate) fn words(&self) -> Vec<String> {
        let separator = Separator::of(self.first);
        let splits = |byte: &u8| match separator {
            Separator::Byte(wanted) => *byte == wanted,
            Separator::Blanks => byte.is_ascii_whitespace(),
        };
        self.first.split(splits).filter(|name| !name.is_empty()).map(word).collect()
    }
}

/// Whether a line is a comment; a spreadsheet puts quotes round it.
pub(crate) fn is_comment(line: &[u8]) -> bool {
    line.strip_prefix(b"\"").unwrap_or(line).starts_with(b"#")
}
