//! Text on its way out as it is: small pieces put together, and the last line end held back.

use std::fs::File;
use std::io::{self, IoSlice, Write};

use super::vectored;

/// Pieces are put together up to this size; larger ones go out as they are.
const BUFFER: usize = 1 << 18;

/// What waits to be written.
///
/// Every write but the last ends in front of a line end, which goes out with the write behind it. Whoever reads a pipe
/// sees the end of the text when this process is gone, however it went: killed between two writes it has left a line
/// without its end, which no reader of the suite takes for whole. (Killed inside a write it may, by chance, have left
/// whole lines: only BGZF and BCF tell always.)
#[derive(Default)]
pub(super) struct Text {
    waiting: Vec<u8>,
    /// Somebody looks on: what there is is shown at once, line ends too.
    shown: bool,
}

impl Text {
    /// Has everything written at once, to a terminal.
    pub(crate) fn show_at_once(&mut self) {
        self.shown = true;
    }

    /// Appends `bytes`.
    pub(crate) fn write(&mut self, bytes: &[u8], file: &mut File) -> io::Result<()> {
        if !self.shown && self.waiting.len() + bytes.len() <= BUFFER {
            self.waiting.extend_from_slice(bytes);
            return Ok(());
        }
        let (now, held) = match bytes.split_last() {
            Some((b'\n', now)) if !self.shown => (now, &b"\n"[..]),
            _ => (bytes, &[][..]),
        };
        let written = vectored::write_all(file, &mut [IoSlice::new(&self.waiting), IoSlice::new(now)]);
        // What failed to go out is not tried again.
        self.waiting.clear();
        self.waiting.extend_from_slice(held);
        written
    }

    /// Writes all that is left, the last line end with it.
    pub(crate) fn finish(&mut self, file: &mut File) -> io::Result<()> {
        file.write_all(&std::mem::take(&mut self.waiting))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{PipeReader, Read};
    use std::os::fd::OwnedFd;

    use super::*;

    fn pipe() -> (PipeReader, File) {
        let (reader, writer) = io::pipe().unwrap();
        (reader, File::from(OwnedFd::from(writer)))
    }

    #[test]
    fn whoever_goes_between_two_writes_leaves_a_line_without_its_end() {
        let line = [&vec![b'x'; 999][..], b"\n"].concat();
        for piece in [1, 3, 10, 263, 300] {
            let (mut reader, mut file) = pipe();
            let reading = std::thread::spawn(move || {
                let mut read = Vec::new();
                reader.read_to_end(&mut read).map(|_| read)
            });
            let mut text = Text::default();
            for _ in 0..2000 / piece {
                text.write(&line.repeat(piece), &mut file).unwrap();
            }
            // As when the process is killed here.
            drop((text, file));
            let read = reading.join().unwrap().unwrap();
            assert!(!read.is_empty() && !read.ends_with(b"\n"), "pieces of {piece} lines");
            assert!(line.repeat(2000).starts_with(&read));
        }
    }

    #[test]
    fn all_is_there_at_the_end_and_at_once_where_it_is_shown() {
        let (mut reader, mut file) = pipe();
        let mut text = Text::default();
        text.write(b"a\n", &mut file).unwrap();
        text.write(b"", &mut file).unwrap();
        text.finish(&mut file).unwrap();
        let mut read = [0; 8];
        assert_eq!(reader.read(&mut read).unwrap(), 2);
        text.show_at_once();
        text.write(b"b\n", &mut file).unwrap();
        assert_eq!((reader.read(&mut read).unwrap(), &read[..2]), (2, &b"b\n"[..]));
    }
}
