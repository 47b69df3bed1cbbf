//! Lines and records turned into each other, and what becomes of damaged ones.

use super::*;
use crate::Header;
use crate::form::Form;

const HEADER: &str = "##fileformat=VCFv4.4\n##FILTER=<ID=q10,Description=\"x\">\n\
    ##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n##INFO=<ID=AF,Number=A,Type=Float,Description=\"x\">\n\
    ##INFO=<ID=DB,Number=0,Type=Flag,Description=\"x\">\n##INFO=<ID=S,Number=.,Type=String,Description=\"x\">\n\
    ##INFO=<ID=END,Number=1,Type=Integer,Description=\"x\">\n##INFO=<ID=SVLEN,Number=A,Type=Integer,Description=\"x\">\n\
    ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n\
    ##FORMAT=<ID=GL,Number=G,Type=Float,Description=\"x\">\n##FORMAT=<ID=FT,Number=1,Type=String,Description=\"x\">\n\
    ##contig=<ID=1>\n##contig=<ID=chr2>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n";

fn dictionaries() -> Dictionaries {
    Dictionaries::of(&Header::parse(HEADER.as_bytes()).unwrap()).unwrap()
}

fn encode(line: &str) -> Result<Vec<u8>, String> {
    let mut out = b"before".to_vec();
    let done = Encoder::new().from_text(line.as_bytes(), &dictionaries(), &mut out);
    let record = out.split_off(6);
    assert_eq!(out, b"before");
    assert!(done.is_ok() || record.is_empty());
    done.map(|()| record).map_err(|error| error.to_string())
}

fn decode(record: &[u8]) -> Result<String, String> {
    let record = Record::parse(record).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    to_text(&record, &dictionaries(), Floats::Exact, &mut out).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

const LINES: [&str; 11] = [
    "1\t1\t.\tA\tC\t.\t.\t.\t.\t.\t.",
    "chr2\t2147483646\trs1;rs2\tACGT\tA,<DEL>,*\t29.5\tq10;PASS\tDP=3;DB\tGT:DP\t0/1:12\t1|1:.",
    "1\t0\t.\tacgtn\t.\t0\tPASS\tAF=0.1,.,1.4013e-45,inf,-0;S=a|b,c\tGT\t.\t0",
    "1\t5\t.\tA\tC\t1e+06\tPASS\tDP=-2147483640;S=.\tDP:GT:GL:FT\t.\t-120:0|1|1:-0.5,.:PASS",
    "1\t5\t.\tA\tC\t.\tPASS\tDP=32768;END=2000\tGT\t|0/1\t/1|1",
    "1\t5\t.\tA\tC\t.\tPASS\t.\tGT\t|.\t/1",
    "1\t5\t.\tA\tC\t.\tPASS\t.\tGT:FT\t0/1/2/3:abc\t0:x",
    "1\t5\t.\tA\tC\t.\tPASS\tS=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx;DB\tFT\t.\tlong text",
    "1\t5\t.\tA\t<NON_REF>\t.\tPASS\tEND=10\tGT\t./.\t.|.",
    "1\t5\t.\tA\tC\t.\tPASS\tDP=.;AF=.\tGT:DP\t126/0:1\t./16000:2",
    "1\t5\t.\tA\tC\t.\tPASS\tDP=1\tDP\t1,2,3\t4",
];

#[test]
fn lines_come_back_as_they_were() {
    for line in LINES {
        let record = encode(line).unwrap();
        let filled = line.replace("\t.\t-120", "\t.:.:.:.\t-120");
        assert_eq!(decode(&record).unwrap().trim_end(), filled);
    }
}

/// Before VCF 4.4 nothing stands before the first allele, whose phase is that of the others.
#[test]
fn the_phase_of_the_first_allele_is_said_from_4_4_on() {
    let header = HEADER.replace("VCFv4.4", "VCFv4.3");
    let older = Dictionaries::of(&Header::parse(header.as_bytes()).unwrap()).unwrap();
    let line = |genotypes: &str| format!("1\t5\t.\tA\tC\t.\tPASS\t.\tGT\t{genotypes}");
    for (said, unsaid) in [("|0/1\t/1|1", "0/1\t1|1"), ("/1\t|.", "1\t."), ("/0|1|1\t|0/1/1", "0|1|1\t0/1/1")] {
        let record = encode(&line(said)).unwrap();
        let mut out = Vec::new();
        to_text(&Record::parse(&record).unwrap(), &older, Floats::Exact, &mut out).unwrap();
        assert_eq!(String::from_utf8_lossy(&out).trim_end(), line(unsaid));
        let refused = Encoder::new().from_text(line(said).as_bytes(), &older, &mut Vec::new());
        assert!(refused.unwrap_err().to_string().contains("FORMAT/GT"), "{said}");
        // What is not said is the same in both.
        let mut unphased = Vec::new();
        Encoder::new().from_text(line(unsaid).as_bytes(), &older, &mut unphased).unwrap();
        assert_eq!(unphased, encode(&line(unsaid)).unwrap());
    }
}

#[test]
fn the_bytes_are_those_of_the_specification() {
    let record = encode("chr2\t101\trs9\tA\tC\t30\tPASS\tDP=200;DB\tGT\t0/1\t.").unwrap();
    let mut expected = Vec::new();
    for word in [0u32, 7, 1, 100, 1, 30f32.to_bits(), 2 << 16 | 2, 1 << 24 | 2] {
        expected.extend_from_slice(&word.to_le_bytes());
    }
    expected.extend_from_slice(b"\x37rs9\x17A\x17C\x11\x00");
    expected.extend_from_slice(&[0x11, 2, 0x12, 200, 0, 0x11, 4, 0x00]);
    expected.extend_from_slice(&[0x11, 8, 0x21, 2, 4, 0, 0x81]);
    expected[0] = (expected.len() - 8 - 7) as u8;
    assert_eq!(record, expected);
}

#[test]
fn the_length_on_the_reference_comes_from_what_reaches_furthest() {
    for (site, rlen) in [
        ("1\t100\t.\tACGT\tA\t.\t.\t.", 4),
        ("1\t100\t.\tA\tC\t.\t.\tEND=150", 51),
        ("1\t100\t.\tACGT\tC\t.\t.\tEND=90", 4),
        ("1\t100\t.\tA\t<DEL>,<INS>\t.\t.\tSVLEN=-30,500", 31),
        ("1\t100\t.\tA\t<DUP:TANDEM>\t.\t.\tSVLEN=.;END=103", 4),
        ("1\t100\t.\tA\t<DUP>\t.\t.\tSVLEN=30", 31),
        ("1\t100\t.\tA\t<INV>\t.\t.\tSVLEN=30", 31),
        ("1\t100\t.\tA\t<CNV>\t.\t.\tSVLEN=30", 31),
        ("1\t100\t.\tA\t<INS>,<CNV:TR>\t.\t.\tSVLEN=500,30", 31),
        ("1\t100\t.\tA\t<INVX>,<CN2>\t.\t.\tSVLEN=30,30", 1),
        ("1\t100\t.\tA\t<DEL>\t.\t.\tSVLEN=10;END=200", 101),
    ] {
        let record = encode(&format!("{site}\t.\t.\t.")).unwrap();
        assert_eq!(Fixed::of(&record).unwrap().rlen, rlen, "{site}");
    }
}

#[test]
fn what_bcf_cannot_hold_is_said() {
    for (line, word) in [
        ("3\t1\t.\tA\tC\t.\t.\t.\t.\t.\t.", "contig '3'"),
        ("1\t1\t.\tA\tC\t.\tno\t.\t.\t.\t.", "FILTER 'no'"),
        ("1\t1\t.\tA\tC\t.\t.\tNO=1\t.\t.\t.", "INFO 'NO'"),
        ("1\t1\t.\tA\tC\t.\t.\tGT\t.\t.\t.", "INFO 'GT'"),
        ("1\t1\t.\tA\tC\t.\t.\t.\tAF\t.\t.", "FORMAT 'AF'"),
        ("1\t1\t.\tA\tC\t.\t.\tDP=3.5\t.\t.\t.", "INFO/DP, found '3.5'"),
        ("1\t1\t.\tA\tC\t.\t.\tDP=2147483648\t.\t.\t.", "INFO/DP"),
        ("1\t1\t.\tA\tC\t.\t.\tDP=-2147483641\t.\t.\t.", "INFO/DP"),
        ("1\t1\t.\tA\tC\t.\t.\tAF=1x\t.\t.\t.", "INFO/AF"),
        ("1\t1\t.\tA\tC\tx\t.\t.\t.\t.\t.", "QUAL"),
        ("1\t1\t.\tA\tC\t.\t.\t.\tGT\t0/x\t.", "FORMAT/GT, found other text"),
        ("1\t1\t.\tA\tC\t.\t.\t.\tGT\t\t.", "FORMAT/GT"),
        ("1\t1\t.\tA\tC\t.\t.\t.\tGT\t0/2000000000\t.", "FORMAT/GT"),
        ("1\t1\t.\tA\tC\t.\t.\t.\tGT:GT\t0:0\t.", "'GT' twice"),
        ("1\t1\t.\tA\tC\t.\t.\t.\tGT\t0\t0:1", "sample 2"),
        ("1\t1\t.\tA\tC\t.\t.\t.\tGT\t0", "2 samples, found 1"),
        ("1\t1\t.\tA\tC\t.\t.\t.\tGT\t0\t0\t0", "2 samples, found 3"),
        ("1\t1\t.\tA\tC\t.\t.\t.", "2 samples, found 0"),
        ("1\t1\t.\tA", "8 tab-separated"),
    ] {
        let error = encode(line).unwrap_err();
        assert!(error.contains(word), "{line}: {error}");
    }
}

#[test]
fn a_site_is_patched_and_the_rest_is_copied() {
    let record = encode("1\t5\trs1\tACC\tAC\t7\tq10\tDP=200;S=abc\tGT:DP\t0/1:3\t1:4").unwrap();
    let mut out = Vec::new();
    Record::parse(&record).unwrap().with_site(3, 2, &["GA", "G", "<DEL>"], &mut out).unwrap();
    assert_eq!(decode(&out).unwrap(), "1\t3\trs1\tGA\tG,<DEL>\t7\tq10\tDP=200;S=abc\tGT:DP\t0/1:3\t1:4\n");
    assert_eq!(Fixed::of(&out), Some(Fixed { contig: 0, pos: 3, rlen: 2 }));
    let before = out.len();
    assert!(Record::parse(&record).unwrap().with_site(3, 2, &[""; 0], &mut out).is_err());
    assert_eq!(out.len(), before);
}

#[test]
fn records_are_found_in_a_buffer() {
    let form = Form::Bcf(std::sync::Arc::new(dictionaries()));
    let records: Vec<_> = LINES.iter().map(|line| encode(line).unwrap()).collect();
    let bytes = records.concat();
    assert_eq!(form.records(&bytes).collect::<Vec<_>>(), records);
    assert_eq!(form.locus(&records[1]), Some((&b"chr2"[..], 2_147_483_646)));
    let first = records[0].len();
    for end in 0..first + 9 {
        let whole = if end < first { 0 } else { first };
        assert_eq!(form.whole_len(&bytes[..end]), Ok(whole));
        assert_eq!(form.record_len(&bytes[..end]), Ok((whole > 0).then_some(whole)));
    }
    assert!(form.record_len(&[0; 8]).unwrap_err().to_string().contains("at least 24"));
    let text = Form::Text;
    assert_eq!(
        (text.whole_len(b"a\nb"), text.record_len(b"ab"), text.record_len(b"a\nb")),
        (Ok(2), Ok(None), Ok(Some(2)))
    );
    assert_eq!(text.records(b"a\nb\n").collect::<Vec<_>>(), [b"a\n", b"b\n"]);
    assert_eq!(text.locus(b"1\t7\tx\n"), Some((&b"1"[..], 7)));
    assert_eq!(text.locus(b"1\tx\ty"), None);
}

#[test]
fn records_are_found_from_within_one() {
    let form = Form::Bcf(std::sync::Arc::new(dictionaries()));
    let records: Vec<_> = LINES.iter().map(|line| encode(line).unwrap()).collect();
    let bytes = records.concat().repeat(3);
    let first = records[0].len();
    for from in 0..first {
        for end in [bytes.len(), bytes.len() - 1] {
            let last = if end == bytes.len() { end } else { bytes.len() - records[records.len() - 1].len() };
            // At the very start, or at the first edge behind it.
            let start = if from == 0 { 0 } else { first };
            let found = Some(start - from..last - from);
            assert_eq!(form.scout(&bytes[from..end], None), found, "{from} {end}");
            // As the bytes come, a part at a time.
            let parts = (from..end).step_by(first + 1).chain([end]);
            let in_parts = parts.fold(None, |before, end| form.scout(&bytes[from..end], before));
            assert_eq!(in_parts, found, "{from} {end}");
        }
    }
    assert_eq!(form.scout(&[0xff; 1000], None), None);
    assert_eq!(form.scout(b"", None), None);
    assert_eq!(Form::Text.scout(b"1\t7\n", None), None);
}

/// Whatever is done to a record's bytes ends in text or in an error.
#[test]
fn damage_never_panics() {
    let mut numbers = vdx_testkit::Random(1);
    let mut random = |below: usize| numbers.below(below as u32) as usize;
    for line in LINES {
        let whole = encode(line).unwrap();
        for end in 0..whole.len() {
            assert!(decode(&whole[..end]).is_err());
            // Lengths that say so make a shorter record of the cut bytes.
            let mut cut = whole[..end].to_vec();
            if end >= 32 {
                cut[..8].copy_from_slice(&[(end - 8) as u8, 0, 0, 0, 0, 0, 0, 0]);
                assert!(decode(&cut).is_err());
            }
        }
        for _ in 0..2000 {
            let mut damaged = whole.clone();
            for _ in 0..=random(4) {
                let at = random(damaged.len());
                damaged[at] = [random(256) as u8, 0, 0xff, damaged[at] ^ 1 << random(8)][random(4)];
            }
            if let Ok(text) = decode(&damaged) {
                assert_eq!(text.matches('\n').count(), 1);
            }
            if let Ok(record) = Record::parse(&damaged) {
                record.alleles().for_each(drop);
                record.info().for_each(drop);
                record.formats().for_each(drop);
                assert!(record.with_site(1, 1, &[b"A"], &mut Vec::new()).is_ok());
            }
            Form::Bcf(std::sync::Arc::new(dictionaries())).records(&damaged).for_each(drop);
        }
        for _ in 0..2000 {
            let mut damaged = line.as_bytes().to_vec();
            let at = random(damaged.len());
            damaged[at] = [random(256) as u8, b'\t', b':', b','][random(4)];
            let mut out = Vec::new();
            if Encoder::new().from_text(&damaged, &dictionaries(), &mut out).is_ok() {
                assert!(Record::parse(&out).is_ok());
            }
        }
    }
}
