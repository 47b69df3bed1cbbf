//! A whole tool: the records of one changed base, in their order, from any VCF or BCF on standard input to standard output.
//!
//!     cargo run -p vdx-pipeline --example snvs < in.vcf.gz > snvs.vcf

use vdx_hts::Result;
use vdx_hts::atomic::Mode;
use vdx_pipeline::input::Options;
use vdx_pipeline::ordered::InOrder;
use vdx_pipeline::{Chunk, Encoding, Input, Limits, Message, NoFeed, Output, Run, Sink, Work};

/// What is done to each chunk, on any thread.
struct Snvs;

impl Work for Snvs {
    type Scratch = ();
    type Side = ();
    type Note = ();

    fn scratch(&self) -> Result<()> {
        Ok(())
    }

    fn process(&self, (): &mut (), chunk: &Chunk<()>, out: &mut Output<()>) -> Result<()> {
        let mut lines = chunk.lines();
        while let Some((line, range)) = lines.next(out)? {
            if line.reference().len() == 1 && line.alt().len() == 1 && line.alt() != b"." {
                out.keep(range);
            }
        }
        Ok(())
    }
}

fn main() -> Result<()> {
    let mut input = Input::open(None, Options::default())?;
    let header = input.read_vcf_header()?.to_bytes();
    let sink = Sink::open(None, Encoding::Plain, Mode::Usual, "snvs")?;
    let limits = Limits { threads: 2, permits: 4, ..Limits::default() };
    let report = |message: Message| eprintln!("{message:?}");
    let order = InOrder(|(): &mut ()| Ok(()));
    Run { input, prologue: &header, work: &Snvs, feed: NoFeed, order, sink, limits: &limits, report: &report }.go()?;
    Ok(())
}
