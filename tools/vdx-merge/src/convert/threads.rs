//! Pieces made by several threads, and taken in order.

use std::sync::mpsc::{Receiver, sync_channel};

use vdx_genome::Reference;
use vdx_hts::{Error, Result};

use super::contigs::OfContig;
use super::records::{Made, Maker, Piece, Source};

/// Hands what is made of each piece to `take`, in order. Each thread has the pieces that are its turn, and waits with the
/// second one until the first is taken: no more is held, however many there are.
pub(crate) fn make_all(
    source: Source,
    contigs: &[OfContig],
    pieces: &[Piece],
    (reference, threads): (&Reference, usize),
    mut take: impl FnMut(&Piece, Made) -> Result<()>,
) -> Result<()> {
    let threads = threads.min(pieces.len());
    if threads < 2 {
        let mut cursor = reference.cursor();
        return pieces
            .iter()
            .try_for_each(|piece| take(piece, Maker::make(source, &contigs[piece.contig], piece, &mut cursor)?));
    }
    std::thread::scope(|scope| {
        let lane = |number: usize| -> Result<Receiver<Result<Made>>> {
            let (give, taken) = sync_channel(1);
            let work = move || {
                let mut cursor = reference.cursor();
                for piece in pieces.iter().skip(number).step_by(threads) {
                    let made = Maker::make(source, &contigs[piece.contig], piece, &mut cursor);
                    let failed = made.is_err();
                    // Nobody waits where an earlier piece failed.
                    if give.send(made).is_err() || failed {
                        return;
                    }
                }
            };
            let started = std::thread::Builder::new().spawn_scoped(scope, work);
            started.map_err(|_| Error::no_memory("a thread"))?;
            Ok(taken)
        };
        let lanes = (0..threads).map(lane).collect::<Result<Vec<_>>>()?;
        for (at, piece) in pieces.iter().enumerate() {
            let made = lanes[at % threads].recv();
            take(piece, made.map_err(|_| Error::data("internal error: a thread ended before its work"))??)?;
        }
        Ok(())
    })
}
