#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(unreachable_pub, reason = "what only this crate uses is not `pub`")]

mod bits;
mod block;
mod chains;
mod codes;
mod header;
mod huffman;
mod matcher;
mod sequence;
mod split;
mod starts;
mod window;

use bits::Bits;
use matcher::Matcher;
use sequence::Sequence;
use window::Window;

/// The most bytes of text at once: what a BGZF block holds.
pub const MOST_TEXT: usize = window::MOST;

/// Sequences of the longest text, and one for what is left behind the last match.
const MOST_SEQUENCES: usize = MOST_TEXT / chains::SHORTEST + 1;

/// Packs texts, one at a time; one per thread.
pub struct Encoder {
    window: Window,
    matcher: Matcher,
    sequences: Vec<Sequence>,
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Encoder {
    /// Bytes that an encoder takes, whatever it is given.
    pub const SIZE: usize = Window::SIZE + Matcher::SIZE + MOST_SEQUENCES * size_of::<Sequence>();

    /// An encoder with its tables.
    #[must_use]
    pub fn new() -> Self {
        Self { window: Window::new(), matcher: Matcher::new(), sequences: Vec::with_capacity(MOST_SEQUENCES) }
    }

    /// Appends `text`, at most [`MOST_TEXT`] bytes, to `out` as one stream of raw DEFLATE.
    pub fn encode(&mut self, text: &[u8], out: &mut Vec<u8>) {
        self.window.load(text);
        self.sequences.clear();
        self.matcher.run(&self.window, &mut self.sequences);
        let text = self.window.text();
        let from = out.len();
        out.resize(from + block::most(text.len(), text.len() / split::SHORTEST_BLOCK + 1), 0);
        let mut bits = Bits::new(&mut out[from..]);
        split::each_part(&self.sequences, text, |part, last| {
            let sequences = &self.sequences[part.sequences.clone()];
            block::write(part, sequences, &text[part.text.clone()], last, &mut bits);
        });
        let len = bits.finish();
        out.truncate(from + len);
    }
}
