//! What is packed is unpacked to the same text by two inflaters of other people, whatever the text.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::RefCell;

use proptest::collection::vec;
use proptest::prelude::*;

use vdx_deflate::{Encoder, MOST_TEXT};
use vdx_testkit::Random;
use vdx_testkit::texts::Kind;

/// Packs `text`; `None` where that is left to others.
fn packed(encoder: &mut Encoder, text: &[u8]) -> Option<Vec<u8>> {
    let mut packed = b"before".to_vec();
    let taken = encoder.encode(text, &mut packed);
    assert_eq!(&packed[..6], b"before");
    assert!(taken || packed.len() == 6, "nothing is written of what is not taken");
    taken.then(|| packed.split_off(6))
}

fn comes_back(text: &[u8]) {
    thread_local!(static ENCODER: RefCell<Encoder> = RefCell::default());
    // An encoder that has seen the texts of all cases before, and one that has seen none.
    let Some(packed_text) = ENCODER.with_borrow_mut(|encoder| packed(encoder, text)) else { return };
    assert_eq!(Some(&packed_text), packed(&mut Encoder::new(), text).as_ref(), "the text alone decides");

    let mut found = vec![0; text.len()];
    assert_eq!(libdeflater::Decompressor::new().deflate_decompress(&packed_text, &mut found), Ok(text.len()));
    assert!(found == text, "libdeflate finds another text");

    let mut zlib = flate2::Decompress::new(false);
    let mut found = vec![0; text.len() + 1];
    let status = zlib.decompress(&packed_text, &mut found, flate2::FlushDecompress::Finish).unwrap();
    assert_eq!((status, zlib.total_in()), (flate2::Status::StreamEnd, packed_text.len() as u64));
    assert!(found[..zlib.total_out() as usize] == *text, "zlib finds another text");
    // At worst stored, in as many blocks as there may be.
    assert!(packed_text.len() <= text.len() + 100, "{} of {}", packed_text.len(), text.len());
}

/// Bytes of few or many kinds.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    (1..=8_u32).prop_flat_map(|bits| vec((0..1_u32 << bits).prop_map(|byte| byte as u8), 4096..20_000))
}

/// Pieces that come again and again, from any distance.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let pieces = vec(vec(any::<u8>(), 1..300), 1..30);
    (pieces, vec(any::<prop::sample::Index>(), 30..1500)).prop_map(|(pieces, order)| {
        let mut text: Vec<u8> = order.iter().flat_map(|index| index.get(&pieces).iter().copied()).collect();
        text.truncate(MOST_TEXT);
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_come_back(text in bytes()) {
        comes_back(&text);
    }

    #[test]
    fn repeated_pieces_come_back(text in pieces()) {
        comes_back(&text);
    }

    #[test]
    fn texts_of_every_kind_come_back(kind in prop::sample::select(&Kind::ALL[..]), seed in any::<u64>(), len in 0..=MOST_TEXT) {
        comes_back(&kind.text(len, &mut Random(seed)));
    }

    #[test]
    fn a_text_with_another_in_it_comes_back(
        kinds in prop::sample::subsequence(&Kind::ALL[..], 2..5),
        seed in any::<u64>(),
        part in 100..20_000_usize,
    ) {
        let mut random = Random(seed);
        let mut text = Vec::new();
        while text.len() < MOST_TEXT {
            let kind = kinds[random.below(kinds.len() as u32) as usize];
            text.extend(kind.text(part, &mut random));
        }
        text.truncate(MOST_TEXT);
        comes_back(&text);
    }
}

#[test]
fn texts_of_every_length_at_the_edges_come_back() {
    let mut random = Random(7);
    for kind in Kind::ALL {
        let text = kind.text(MOST_TEXT, &mut random);
        for len in [0, 1, 7, 4095, 4096, 4097, 4103, 32_767, 32_768, 32_769, 65_279, 65_280, 65_281, 65_535, MOST_TEXT]
        {
            comes_back(&text[..len]);
        }
    }
}

/// Sizes beside libdeflate's level 7, which is htslib's default.
#[test]
fn variants_are_about_as_small_as_by_libdeflate() {
    let mut libdeflate = libdeflater::Compressor::new(libdeflater::CompressionLvl::new(7).unwrap());
    let mut encoder = Encoder::new();
    for (kind, more) in [
        (Kind::Clinvar, 2),
        (Kind::Annotated, 2),
        (Kind::Gnomad, 2),
        (Kind::Cohort, 3),
        (Kind::Bcf, 3),
        (Kind::BcfCohort, 3),
    ] {
        let (mut own, mut other) = (0, 0);
        for seed in 0..4 {
            let text = kind.text(0xff00, &mut Random(seed));
            own += packed(&mut encoder, &text).unwrap().len();
            other += libdeflate.deflate_compress(&text, &mut vec![0; 2 * text.len()]).unwrap();
        }
        assert!(own * 100 <= other * (100 + more), "{kind:?}: {own}, libdeflate {other}");
    }
}

#[test]
fn what_others_do_better_is_left_to_them() {
    let mut random = Random(1);
    for kind in Kind::ALL {
        let taken = packed(&mut Encoder::new(), &kind.text(0xff00, &mut random)).is_some();
        assert_eq!(taken, !matches!(kind, Kind::Genotypes | Kind::Random), "{kind:?}");
        assert_eq!(packed(&mut Encoder::new(), &kind.text(1000, &mut random)), None);
    }
}
