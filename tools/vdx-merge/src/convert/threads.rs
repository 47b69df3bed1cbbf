//! Pieces made by several threads, and taken in order.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use vdx_genome::Reference;
use vdx_hts::{Error, Result};

use super::contigs::OfContig;
use super::pieces::{Piece, Pieces};
use super::records::{Made, Maker, Source};

/// What a thread may have in hand: the piece that it works on, and one made or waiting.
const IN_HAND: usize = 2;

/// Hands what is made of each piece to `take`, in order, with the number of its contig. Each thread has the pieces that are
/// its turn, a few at a time: no more is held, however many there are.
pub(crate) fn make_all(
    source: Source,
    contigs: &[OfContig],
    (reference, threads): (&Reference, usize),
    mut take: impl FnMut(usize, Made) -> Result<()>,
) -> Result<()> {
    let mut pieces = contigs.iter().enumerate().flat_map(|contig| Pieces::of(source, contig));
    if threads < 2 {
        let mut cursor = reference.cursor();
        return pieces.try_for_each(|piece| {
            let piece = piece?;
            take(piece.contig, Maker::make(source, &contigs[piece.contig], &piece, &mut cursor)?)
        });
    }
    std::thread::scope(|scope| {
        let lane = |_| -> Result<(SyncSender<Piece>, Receiver<Result<Made>>)> {
            let (give_piece, pieces) = sync_channel::<Piece>(IN_HAND);
            let (give, taken) = sync_channel(IN_HAND);
            let work = move || {
                let mut cursor = reference.cursor();
                for piece in pieces {
                    // Nobody receives where an earlier piece failed.
                    if give.send(Maker::make(source, &contigs[piece.contig], &piece, &mut cursor)).is_err() {
                        return;
                    }
                }
            };
            let started = std::thread::Builder::new().spawn_scoped(scope, work);
            started.map_err(|_| Error::no_memory("a thread"))?;
            Ok((give_piece, taken))
        };
        let lanes = (0..threads).map(lane).collect::<Result<Vec<_>>>()?;
        let gone = || Error::data("internal error: a thread ended before its work");
        // The contigs of the pieces under way, of which `begun` were.
        let (mut under_way, mut begun) = (VecDeque::new(), 0);
        loop {
            let piece = if under_way.len() < IN_HAND * threads { pieces.next().transpose()? } else { None };
            if let Some(piece) = piece {
                under_way.push_back(piece.contig);
                lanes[begun % threads].0.send(piece).map_err(|_| gone())?;
                begun += 1;
            } else {
                let oldest = begun - under_way.len();
                let Some(contig) = under_way.pop_front() else { return Ok(()) };
                take(contig, lanes[oldest % threads].1.recv().map_err(|_| gone())??)?;
            }
        }
    })
}
