//! What is done to bytes that a fuzzer makes up: nothing may panic, and what is read and written comes back the same.
//!
//! `tests/replay.rs` runs the corpus with the other tests. To look for more:
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir tests/fuzz line -- -max_total_time=300`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a finding is a panic")]

use std::cell::OnceCell;
use std::io::{Cursor, Read};
use std::path::Path;

use clap::Parser;
use vdx_cli::Context;
use vdx_filter::{Expression, Filter, Stacks};
use vdx_hts::batch::{Pool, Taken};
use vdx_hts::bgzf::Inflater;
use vdx_hts::source::{self, Source};
use vdx_testkit::bgzf as bgzf_of;
use vdx_vcf::bcf::{self, Dictionaries, Encoder, Floats, Record};
use vdx_vcf::{Columns, Header, Line, info};

/// A target and its name.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 11] = [
    ("line", line),
    ("header", header),
    ("records", records),
    ("bcf", bcf),
    ("bgzf", bgzf),
    ("index", index),
    ("store", store),
    ("raw", raw),
    ("expression", expression),
    ("table", table),
    ("deflate", deflate),
];

const HEADER: &str = "##fileformat=VCFv4.2\n##contig=<ID=1,length=1000000>\n##contig=<ID=X,length=1000000>\n\
    ##FILTER=<ID=q10,Description=\"x\">\n\
    ##INFO=<ID=AC,Number=A,Type=Integer,Description=\"x\">\n##INFO=<ID=AF,Number=A,Type=Float,Description=\"x\">\n\
    ##INFO=<ID=AD,Number=R,Type=Integer,Description=\"x\">\n##INFO=<ID=DB,Number=0,Type=Flag,Description=\"x\">\n\
    ##INFO=<ID=CSQ,Number=.,Type=String,Description=\"Format: Allele|Consequence\">\n\
    ##INFO=<ID=END,Number=1,Type=Integer,Description=\"x\">\n##INFO=<ID=SVLEN,Number=A,Type=Integer,Description=\"x\">\n\
    ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"x\">\n\
    ##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"x\">\n##FORMAT=<ID=LAA,Number=.,Type=Integer,Description=\"x\">\n\
    ##FORMAT=<ID=LPL,Number=LG,Type=Integer,Description=\"x\">\n##FORMAT=<ID=FT,Number=1,Type=String,Description=\"x\">\n\
    #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n";

fn parsed() -> Header {
    Header::parse(HEADER.as_bytes()).unwrap()
}

/// Lines of a VCF: columns, INFO, regions.
pub fn line(data: &[u8]) {
    let columns = Columns::of(&parsed());
    for text in data.split_inclusive(|&byte| byte == b'\n') {
        columns.check(text).ok();
        if let Some(mended) = columns.mended(text) {
            assert!(mended.columns + mended.line_ends > 0 && mended.text.len() < text.len());
        }
        let Ok(line) = Line::parse(text) else { continue };
        assert!(line.alts().count() > 0 || line.alt() == b".");
        assert_eq!(line.offset_of(line.chrom()), 0);
        let Ok(rest) = line.rest() else { continue };
        let mut out = Vec::new();
        info::append(&mut out, rest.info, b"NEW=1");
        assert_eq!(info::value(&out, b"NEW"), info::value(rest.info, b"NEW").or(Some(b"1")));
        for (key, value) in info::entries(rest.info) {
            assert!(info::get(rest.info, key).is_some() || key.is_empty() || value.is_none());
        }
    }
    let mut at = 0;
    while let Ok((_, len)) = columns.first(&data[at..]) {
        at += len;
        if len == 0 || at >= data.len() {
            break;
        }
    }
}

/// A header, its dictionaries, and what becomes of it as it is written.
pub fn header(data: &[u8]) {
    let Ok(header) = Header::parse(data) else { return };
    let bytes = header.to_bytes();
    let again = Header::parse(&bytes).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    assert_eq!(again.contigs(), header.contigs());
    if let Ok(dictionaries) = Dictionaries::of(&header) {
        let bytes = bcf::header_bytes(&header, &dictionaries);
        let (text, _) = bcf::text_of(&bytes).unwrap().unwrap();
        let read = Header::parse(text).unwrap();
        assert_eq!(Dictionaries::of(&read).unwrap().n_contigs(), dictionaries.n_contigs());
    }
}

/// A record of BCF becomes text, and that a record again; a header of BCF.
pub fn bcf(data: &[u8]) {
    bcf::text_of(data).ok();
    let dictionaries = Dictionaries::of(&parsed()).unwrap();
    let Ok(record) = Record::parse(data) else { return };
    let mut text = Vec::new();
    if bcf::to_text(&record, &dictionaries, Floats::Exact, &mut text).is_err() {
        return;
    }
    let (mut bytes, mut encoder) = (Vec::new(), Encoder::new());
    if encoder.from_text(&text, &dictionaries, &mut bytes).is_ok() {
        let mut again = Vec::new();
        let record = Record::parse(&bytes).unwrap();
        bcf::to_text(&record, &dictionaries, Floats::Exact, &mut again).unwrap();
        let mut last = Vec::new();
        encoder.from_text(&again, &dictionaries, &mut last).unwrap();
        assert_eq!(bytes, last);
    }
}

/// Bytes of plain text, gzip or BGZF.
pub fn bgzf(data: &[u8]) {
    for allow_truncated in [false, true] {
        let reader = Box::new(Cursor::new(data.to_vec()));
        let Ok(mut source) = Source::from_reader(reader, "x".to_owned(), None, allow_truncated) else { return };
        let Taken::Batch(mut batch) = Pool::new(1, 1 << 16).take() else { return };
        let mut inflater = Inflater::new();
        // What unpacks to very much is not read to its end.
        for _ in 0..64 {
            match source.fill(&mut batch, 1 << 16) {
                Ok(true) if source::decode(&mut batch, &mut inflater).is_ok() => {}
                _ => break,
            }
        }
    }
}

/// An expression, and records that it is asked about.
pub fn expression(data: &[u8]) {
    let Some((exclude, text)) = data.split_first() else { return };
    let Ok(Ok(expression)) = std::str::from_utf8(text).map(Expression::parse) else { return };
    let Ok(filter) = Filter::new(&expression, exclude & 1 == 1, &parsed()) else { return };
    let mut stacks = Stacks::default();
    for line in [
        "1\t10\trs5\tA\tC,GT\t30\tPASS\tAC=1,2;AF=0.5,.;DB\tGT:AD:PL\t0/1:3,4,5:1,2,3,4,5,6\t./.:.:.\n",
        "X\t7\t.\tACG\t<DEL>\t.\tq10\tEND=20;SVLEN=-10\tGT:FT\t1|2:PASS\t0:q10\n",
        "1\t11\t.\tN\t.\t.\t.\t.\tGT\t.\t.\n",
    ] {
        filter.passes(&Line::parse(line.as_bytes()).unwrap(), &mut stacks).ok();
    }
}

/// Bytes of text in a block, so that short files have several.
const BLOCK: usize = 2000;

thread_local! {
    static WORLD: OnceCell<tempfile::TempDir> = const { OnceCell::new() };
}

/// Runs `work` in a folder with files that fit together.
fn with_world(work: impl FnOnce(&Path)) {
    WORLD.with(|world| work(world.get_or_init(make).path()));
}

fn make() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let world = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(world.path().join(name), bytes).unwrap();
    let sites = "##fileformat=VCFv4.2\n##contig=<ID=1,length=249250621>\n\
        ##INFO=<ID=AC,Number=A,Type=Integer,Description=\"x\">\n##INFO=<ID=AN,Number=1,Type=Integer,Description=\"x\">\n\
        ##INFO=<ID=AF,Number=A,Type=Float,Description=\"x\">\n##INFO=<ID=RS,Number=.,Type=String,Description=\"x\">\n\
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    let lines: String =
        (1..200).map(|at| format!("1\t{}\trs{at}\tA\tG\t.\tPASS\tAC={at};AN=2000;AF=0.1;RS={at}\n", at * 10)).collect();
    let text = format!("{sites}{lines}");
    write("clinvar.vcf", text.as_bytes());
    write("x.vcf.gz", &bgzf_of(text.as_bytes(), BLOCK));
    std::fs::create_dir(world.path().join("gnomad")).unwrap();
    write("gnomad/gnomad.exomes.r2.1.1.sites.1.vcf.bgz", &bgzf_of(text.as_bytes(), BLOCK));
    let line = format!("vdx-gnomad build -q --db {0}/gnomad -o {0}/store", world.path().display());
    let context = Context::silent("vdx-gnomad");
    vdx_gnomad::run(vdx_gnomad::Args::parse_from(line.split(' ')), &context).unwrap();
    world
}

/// Lines that a tool is run on, in every way that changes them.
pub fn records(data: &[u8]) {
    const WAYS: [&str; 8] = [
        "-m -any",
        "-m +any",
        "-a",
        "-m -any -a",
        "-d exact",
        "-S lex -m +both",
        "-m -any --force -Ou",
        "-m -snps -Ob",
    ];
    let Some((way, lines)) = data.split_first() else { return };
    with_world(|world| {
        let file = world.join("in.vcf");
        std::fs::write(&file, [HEADER.as_bytes(), lines].concat()).unwrap();
        let way = WAYS[usize::from(*way) % WAYS.len()];
        normalize(&format!("{way} {}", file.display()));
    });
}

fn normalize(words: &str) {
    let line = format!("vdx-normalize -q --threads 1 --no-version -o /dev/null {words}");
    let args = vdx_normalize::Args::parse_from(line.split(' '));
    vdx_normalize::run(args, &Context::silent("vdx-normalize")).ok();
}

/// An index: what its BGZF holds.
pub fn index(data: &[u8]) {
    with_world(|world| {
        let (csi, tbi) = (world.join("x.vcf.gz.csi"), world.join("x.vcf.gz.tbi"));
        std::fs::remove_file(&csi).ok();
        std::fs::remove_file(&tbi).ok();
        std::fs::write(if data.starts_with(b"TBI") { &tbi } else { &csi }, bgzf_of(data, BLOCK)).unwrap();
        normalize(&format!("-m -any -r 1:300-900 {}", world.join("x.vcf.gz").display()));
    });
}

/// A file of a store: `data` in place of what it has from an offset on.
pub fn store(data: &[u8]) {
    let [low, high, bytes @ ..] = data else { return };
    with_world(|world| {
        let folder = world.join("damaged");
        std::fs::create_dir_all(&folder).unwrap();
        for entry in std::fs::read_dir(world.join("store")).unwrap() {
            let entry = entry.unwrap();
            let mut whole = std::fs::read(entry.path()).unwrap();
            let at = usize::from(u16::from_le_bytes([*low, *high])).min(whole.len());
            let end = (at + bytes.len()).min(whole.len());
            whole.splice(at..end, bytes.iter().copied());
            std::fs::write(folder.join(entry.file_name()), whole).unwrap();
        }
        annotate(&format!("--db {} {}", folder.display(), world.join("clinvar.vcf").display()));
    });
}

fn annotate(words: &str) {
    let line = format!("vdx-gnomad annotate -q --threads 1 --no-version -o /dev/null {words}");
    vdx_gnomad::run(vdx_gnomad::Args::parse_from(line.split(' ')), &Context::silent("vdx-gnomad")).ok();
}

/// A raw genotype file of any maker, a ZIP archive, a VCF sample.
pub fn raw(data: &[u8]) {
    with_world(|world| {
        let file = world.join("sample");
        std::fs::write(&file, data).unwrap();
        let clinvar = world.join("clinvar.vcf");
        let words = format!("--sample {} {}", file.display(), clinvar.display());
        let line = format!("vdx-merge match -q --all --threads 1 --no-version -o /dev/null {words}");
        vdx_merge::run(vdx_merge::Args::parse_from(line.split(' ')), &Context::silent("vdx-merge")).ok();
    });
}

/// A table that is annotated.
pub fn table(data: &[u8]) {
    with_world(|world| {
        let file = world.join("table.csv");
        std::fs::write(&file, data).unwrap();
        annotate(&format!("--db {} {}", world.join("gnomad").display(), file.display()));
    });
}

/// A text that the bytes describe: where it ends, then again and again what they say. Any of it is packed and comes back by
/// two inflaters.
pub fn deflate(data: &[u8]) {
    let Some((&[low, high], steps)) = data.split_first_chunk() else { return };
    let len = usize::from(u16::from_le_bytes([low, high])) + 1;
    let mut text = Vec::with_capacity(len + 256);
    while !steps.is_empty() && text.len() < len {
        let before = text.len();
        described(steps, len, &mut text);
        if text.len() == before {
            break;
        }
    }
    text.truncate(len);
    let mut packed = Vec::new();
    if !vdx_deflate::Encoder::new().encode(&text, &mut packed) {
        return assert!(packed.is_empty());
    }
    let mut found = vec![0; text.len()];
    assert_eq!(libdeflater::Decompressor::new().deflate_decompress(&packed, &mut found), Ok(text.len()));
    assert!(found == text, "libdeflate finds another text");
    found.clear();
    flate2::read::DeflateDecoder::new(&packed[..]).read_to_end(&mut found).unwrap();
    assert!(found == text, "zlib finds another text");
}

/// Bytes as they are, or a copy of what was there so and so far before, each behind a byte that tells which and how many.
fn described(mut steps: &[u8], len: usize, text: &mut Vec<u8>) {
    while let [step, rest @ ..] = steps
        && text.len() < len
    {
        let count = usize::from(step >> 1) + 1;
        if step & 1 == 0 {
            let (bytes, rest) = rest.split_at(count.min(rest.len()));
            text.extend_from_slice(bytes);
            steps = rest;
        } else {
            let Some((&far, rest)) = rest.split_first_chunk() else { return };
            if text.is_empty() {
                return;
            }
            let from = text.len().saturating_sub(usize::from(u16::from_le_bytes(far)) + 1);
            (from..from + 3 * count).for_each(|at| {
                let byte = text[at];
                text.push(byte);
            });
            steps = rest;
        }
    }
}
