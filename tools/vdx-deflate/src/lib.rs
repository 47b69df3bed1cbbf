#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(unreachable_pub, reason = "what only this crate uses is not `pub`")]

mod bits;
mod block;
mod chains;
mod codes;
mod header;
mod huffman;
mod kind;
mod matcher;
mod sequence;
mod split;
mod starts;
mod window;

use bits::Bits;
use matcher::Matcher;
use sequence::Sequence;
use split::Parts;
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
    parts: Parts,
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Encoder {
    /// Bytes that an encoder takes, whatever it is given.
    pub const SIZE: usize = Window::SIZE + Matcher::SIZE + Parts::SIZE + MOST_SEQUENCES * size_of::<Sequence>();

    /// An encoder with its tables.
    #[must_use]
    pub fn new() -> Self {
        Self {
            window: Window::new(),
            matcher: Matcher::new(),
            sequences: Vec::with_capacity(MOST_SEQUENCES),
            parts: Parts::new(),
        }
    }

    /// Appends `text`, at most [`MOST_TEXT`] bytes, to `out` as one stream of raw DEFLATE; or nothing, and false, where
    /// the text is of a kind that another encoder does better.
    pub fn encode(&mut self, text: &[u8], out: &mut Vec<u8>) -> bool {
        let Some(search) = kind::of(text) else { return false };
        self.window.load(text);
        self.sequences.clear();
        self.matcher.run(&self.window, search, &mut self.sequences, &mut self.parts);
        let text = self.window.text();
        let parts = self.parts.all();
        let from = out.len();
        out.resize(from + block::most(text.len(), parts.len()), 0);
        let mut bits = Bits::new(&mut out[from..]);
        for (number, part) in parts.iter().enumerate() {
            let sequences = &self.sequences[part.sequences.clone()];
            block::write(part, sequences, &text[part.text.clone()], number + 1 == parts.len(), &mut bits);
        }
        let len = bits.finish();
        out.truncate(from + len);
        true
    }
}
