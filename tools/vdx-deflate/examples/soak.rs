//! Packs blocks of every kind, an amount as large as one likes, and has two other programs' inflaters give them back.
//!
//!     cargo run --release -p vdx-deflate --example soak -- 200G [FILE]...
//!
//! Made blocks are of the kinds of `vdx_testkit::texts`; each FILE (plain: a VCF, a BCF of `bcftools view -Ou`, a FASTA) is a
//! kind of its own. Blocks begin anywhere and differ by a few bytes from all others. The first that does not come back ends
//! the run, and is written to the file `failed.block`.

use std::process::ExitCode;

use vdx_deflate::{Encoder, MOST_TEXT};
use vdx_testkit::Random;
use vdx_testkit::texts::Kind;

/// Bytes that blocks are cut from.
const POOL: usize = 4 << 20;
/// Blocks that are cut from a pool before it is made anew.
const BLOCKS: u64 = 1024;

struct Inflaters {
    libdeflate: libdeflater::Decompressor,
    zlib: flate2::Decompress,
    text: Vec<u8>,
}

impl Inflaters {
    fn new() -> Self {
        Self {
            libdeflate: libdeflater::Decompressor::new(),
            zlib: flate2::Decompress::new(false),
            text: vec![0; MOST_TEXT + 1],
        }
    }

    /// What is wrong with `packed`, if anything.
    fn judge(&mut self, packed: &[u8], text: &[u8]) -> Result<(), String> {
        let found = self.libdeflate.deflate_decompress(packed, &mut self.text).map_err(|error| error.to_string())?;
        if self.text[..found] != *text {
            return Err("libdeflate finds another text".to_owned());
        }
        self.text.fill(0);
        self.zlib.reset(false);
        let finish = flate2::FlushDecompress::Finish;
        let status = self.zlib.decompress(packed, &mut self.text, finish).map_err(|error| error.to_string())?;
        let whole = status == flate2::Status::StreamEnd && self.zlib.total_in() == packed.len() as u64;
        let same = self.zlib.total_out() == text.len() as u64 && self.text[..text.len()] == *text;
        if whole && same { Ok(()) } else { Err(format!("zlib finds another text, or no end ({status:?})")) }
    }
}

/// A kind with its pool.
struct Source {
    name: String,
    kind: Option<Kind>,
    pool: Vec<u8>,
    blocks: u64,
    bytes: u64,
    packed: u64,
    given_up: u64,
}

impl Source {
    fn new(name: String, kind: Option<Kind>, pool: Vec<u8>) -> Self {
        Self { name, kind, pool, blocks: 0, bytes: 0, packed: 0, given_up: 0 }
    }

    /// The next block: mostly a full one, of BGZF's size or the longest there is.
    fn block(&mut self, random: &mut Random) -> Vec<u8> {
        if let Some(kind) = self.kind.filter(|_| self.blocks.is_multiple_of(BLOCKS)) {
            self.pool = kind.text(POOL, random);
        }
        self.blocks += 1;
        let len = match random.below(8) {
            0 => random.below(MOST_TEXT as u32 + 1) as usize,
            1 => MOST_TEXT,
            _ => 0xff00,
        };
        let len = len.min(self.pool.len());
        let from = random.below((self.pool.len() - len) as u32 + 1) as usize;
        let mut text = self.pool[from..from + len].to_vec();
        for _ in 0..random.below(6).min(len as u32) {
            text[random.below(len as u32) as usize] ^= 1 << random.below(8);
        }
        text
    }
}

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let amount =
        words.next().and_then(|word| word.strip_suffix('G')?.parse::<u64>().ok()).map(|giga| giga * 1_000_000_000);
    let Some(amount) = amount else {
        eprintln!("usage: soak AMOUNT [FILE]..., AMOUNT as in 200G");
        return ExitCode::from(2);
    };
    let mut sources: Vec<Source> =
        Kind::ALL.iter().map(|kind| Source::new(format!("{kind:?}"), Some(*kind), Vec::new())).collect();
    for path in words {
        match std::fs::read(&path) {
            Ok(pool) => sources.push(Source::new(path, None, pool)),
            Err(error) => {
                eprintln!("{path}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    let mut random = Random(amount);
    let (mut encoder, mut inflaters, mut packed) = (Encoder::new(), Inflaters::new(), Vec::new());
    let (mut done, mut told) = (0, 0);
    while done < amount {
        for source in &mut sources {
            for _ in 0..16 {
                let text = source.block(&mut random);
                packed.clear();
                let taken = encoder.encode(&text, &mut packed);
                let judged = if taken { inflaters.judge(&packed, &text) } else { Ok(()) };
                if let Err(error) = judged {
                    eprintln!("{}, block {}: {error}", source.name, source.blocks);
                    if let Err(error) = std::fs::write("failed.block", &text) {
                        eprintln!("failed.block: {error}");
                    }
                    return ExitCode::FAILURE;
                }
                source.given_up += u64::from(!taken);
                source.bytes += text.len() as u64;
                source.packed += packed.len() as u64;
                done += text.len() as u64;
            }
        }
        if done / 10_000_000_000 > told {
            told = done / 10_000_000_000;
            eprintln!("{told}0 GB");
        }
    }
    for Source { name, blocks, bytes, packed, given_up, .. } in &sources {
        println!("{name}: {blocks} blocks, {bytes} bytes, {packed} packed; {given_up} blocks given up");
    }
    ExitCode::SUCCESS
}
