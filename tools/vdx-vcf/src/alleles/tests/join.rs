//! Records joined, column by column, and taken apart and joined again.

use std::sync::Arc;

use crate::alleles::numbers::text;
use crate::alleles::{Joiner, Overlaps, Part, Rewriter, Splits};
use crate::header::{Header, Number};
use crate::line::Line;

const HEADER: &str = "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">
##INFO=<ID=AD,Number=R,Type=Integer,Description=\"\">
##INFO=<ID=S,Number=R,Type=String,Description=\"\">
##INFO=<ID=GL,Number=G,Type=Float,Description=\"\">
##INFO=<ID=AS_FilterStatus,Number=A,Type=String,Description=\"\">
##INFO=<ID=END,Number=1,Type=Integer,Description=\"\">
##INFO=<ID=CSQ,Number=.,Type=String,Description=\"Format: Allele|Consequence\">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"\">
##FORMAT=<ID=VAF,Number=A,Type=Float,Description=\"\">
##FORMAT=<ID=LAA,Number=.,Type=Integer,Description=\"\">
##FORMAT=<ID=LGT,Number=1,Type=String,Description=\"\">
##FORMAT=<ID=LVAF,Number=LA,Type=Float,Description=\"\">
##FORMAT=<ID=LPL,Number=LG,Type=Integer,Description=\"\">
##FORMAT=<ID=LAD,Number=LR,Type=Integer,Description=\"\">
##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"\">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts1\ts2\n";

fn header() -> Arc<Header> {
    Arc::new(Header::parse(HEADER.as_bytes()).unwrap())
}

/// Joins records whose columns behind POS are written with blanks.
fn join_by(joiner: &mut Joiner, records: &[&str]) -> Result<String, String> {
    let lines: Vec<String> = records.iter().map(|record| format!("1\t5\t{}\n", record.replace(' ', "\t"))).collect();
    let lines: Vec<Line> = lines.iter().map(|line| Line::parse(line.as_bytes()).unwrap()).collect();
    let parts: Vec<Part> = lines.into_iter().map(|line| joiner.part(line, line.rest().unwrap())).collect();
    let mut out = Vec::new();
    joiner.join(&parts.iter().collect::<Vec<_>>(), &mut out).map_err(|error| error.to_string())?;
    Ok(text(&out).trim_end().trim_start_matches("1\t5\t").replace('\t', " "))
}

fn join(records: &[&str]) -> Result<String, String> {
    join_by(&mut Joiner::new(&header(), &[]), records)
}

fn info(first: &str, second: &str) -> String {
    let record = |alt: &str, info: &str| format!(". A {alt} . . {info}");
    let joined = join(&[&record("C", first), &record("T", second)]).unwrap();
    joined.rsplit(' ').next().unwrap().to_owned()
}

fn samples(first: &str, second: &str) -> String {
    let record = |alt: &str, samples: &str| format!(". A {alt} . . . {samples}");
    let joined = join(&[&record("C", first), &record("T", second)]).unwrap();
    joined.split_once(" . . . ").unwrap().1.to_owned()
}

#[test]
fn ids_are_gathered_and_quality_is_the_highest() {
    assert_eq!(join(&["a A C 7 . .", "b;a A T 1e2 . .", ". A G . . ."]).unwrap(), "a;b A C,T,G 1e2 . .");
    assert_eq!(join(&[". A C 7.50 . .", ". AT A 7.5 . ."]).unwrap(), ". AT CT,A 7.50 . .");
}

#[test]
fn filters_are_gathered_in_any_order() {
    let filter = |strict: bool, filters: [&str; 2]| {
        let record = |filter: &str, alt: &str| format!(". A {alt} . {filter} .");
        let records = [record(filters[0], "C"), record(filters[1], "T")];
        let joined = join_by(&mut Joiner::new(&header(), &[]).strict(strict), &[&records[0], &records[1]]).unwrap();
        joined.split(' ').nth(4).unwrap().to_owned()
    };
    for strict in [false, true] {
        assert_eq!(filter(strict, ["PASS", "PASS"]), "PASS");
        assert_eq!(filter(strict, ["PASS", "q10"]), "q10");
        assert_eq!(filter(strict, ["q10", "PASS"]), "q10");
        assert_eq!(filter(strict, ["q10;s50", "x;q10"]), "q10;s50;x");
        assert_eq!(filter(strict, [".", "."]), ".");
    }
    assert_eq!((filter(false, ["PASS", "."]), filter(false, [".", "PASS"])), ("PASS".into(), "PASS".into()));
    assert_eq!((filter(true, ["PASS", "."]), filter(true, [".", "PASS"])), (".".into(), ".".into()));
}

#[test]
fn info_of_both_is_kept() {
    assert_eq!(info("DB;AC=3;X=1,2", "AC=4;X=9;H2;Y=5"), "DB;AC=3,4;X=1,2;H2;Y=5");
    assert_eq!(info("AD=9,1;S=ref,a", "AD=8,2;S=xxx,b"), "AD=8,1,2;S=ref,a,b");
    assert_eq!(info("X=1", "AC=4"), "X=1;AC=.,4");
    assert_eq!(info("GL=0,1,2", "GL=0,3,5"), "GL=0,1,2,3,.,5");
    assert_eq!(info(".", "."), ".");
    assert_eq!(info("AC=.", "AC=."), "AC=.");
    assert_eq!(info("CSQ=C|x,C|y", "CSQ=T|x"), "CSQ=C|x,C|y,T|x");
}

#[test]
fn end_follows_reference() {
    let end = |first: &str, second: &str| join(&[first, second]).unwrap().rsplit(' ').next().unwrap().to_owned();
    assert_eq!(end(". A C . . END=5", ". ATG A . . ."), "END=7");
    assert_eq!(end(". A C . . DB", ". ATG A . . END=7"), "DB;END=7");
    assert_eq!(end(". A <DEL> . . END=90", ". A <DUP> . . END=90"), "END=90");
}

#[test]
fn samples_of_both_are_kept() {
    assert_eq!(samples("GT:AD 0/1:5,6 0/0:.", "GT:AD 1/0:5,7 1|1:3,4"), "GT:AD 2/1:5,6,7 2|2:3,.,4");
    assert_eq!(samples("AD:DP 5,6:1 .", "GT:PL 0/1:1,2,3 0:4,5"), "GT:AD:DP:PL 0/2:5,6,.:1:1,.,.,2,.,3 0:.:.:4,.,5");
    let reference_alone = join(&[". A . . . . GT:PL 0/0:9 0:9", ". A T . . . GT 0/0 0"]).unwrap();
    assert_eq!(reference_alone, ". A T . . . GT:PL 0/0:9,.,. 0:9,.");
    assert_eq!(samples("GT:DP 0/1 .", "GT:DP:X 0/0 ."), "GT:DP:X 0/1 .");
    assert_eq!(samples("DP 1 2", "DP 3 4"), "DP 1 2");
    assert_eq!(samples(". . .", ". . ."), ". . .");
}

#[test]
fn records_of_other_columns_are_not_mixed() {
    for second in ["GT 1/1 0/0 0/1", "GT 1/1", "GT", ""] {
        let records = [". A C . . . GT 0/1 0/0".to_owned(), format!(". A T . . . {second}").trim_end().to_owned()];
        let error = join(&[&records[0], &records[1]]).unwrap_err();
        assert!(error.contains("expected as many samples in each record, found 2 and"), "{error}");
        assert!(join(&[&records[1], &records[0]]).is_err());
    }
}

#[test]
fn local_alleles_are_those_that_either_record_knows() {
    let format = "LAA:LGT:LAD:LVAF:LPL";
    let first = format!("{format} 1:0/1:9,5:.5:0,1,2 .:0/0:9:.:0");
    let second = format!("{format} .:0/0:9:.:0 1:0/1:9,4:.4:0,3,4");
    assert_eq!(samples(&first, &second), format!("{format} 1:0/1:9,5:.5:0,1,2 2:0/1:9,4:.4:0,3,4"));
    let both = format!("{format} 1:0/1:8,4:.4:0,3,4 .:./.:.:.:.");
    assert_eq!(samples(&first, &both), format!("{format} 1,2:2/1:8,5,4:.5,.4:0,1,2,3,.,4 .:0/0:9:.:0"));
}

#[test]
fn wrong_lists_are_errors_or_left_out() {
    let records = [". A C . . AC=1,2;DB GT:AD:PL 0/1:5,6,7:1,2,3 0/0:.:.", ". A T . . AC=3 GT:AD 0/1:5,6 0/0:1"];
    let error = join(&records).unwrap_err();
    assert_eq!(error, "INFO/AC: expected 1 value (Number=A, 1 ALT allele), found 2 values");
    let header = header();
    let mut forced = Joiner::new(&header, &[]).forced(true);
    let joined = join_by(&mut forced, &records).unwrap();
    assert_eq!(joined, ". A C,T . . DB GT:PL 2/1:1,2,3,.,.,. 0/0:.");
    assert_eq!(forced.lists().dropped.collect::<Vec<_>>(), ["INFO/AC", "FORMAT/AD"]);
    assert!(join(&[". A C . . .", ". C T . . ."]).unwrap_err().contains("same bases in REF"));
}

#[test]
fn alleles_that_find_no_copy_are_counted_once() {
    let header = header();
    let mut joiner = Joiner::new(&header, &[]).forced(true);
    let joined = join_by(&mut joiner, &[". A C . . . GT:AD 1/1:1 1", ". A T . . . GT:AD 0/1:1,2 1"]).unwrap();
    assert_eq!((joined.as_str(), joiner.lost(), joiner.lost()), (". A C,T . . . GT 1/1 1", 2, 0));
}

#[test]
fn declared_numbers_give_way_to_those_told() {
    let header = header();
    let mut joiner = Joiner::new(&header, &[(b"MLEAC".to_vec(), Number::A)]);
    assert_eq!(join_by(&mut joiner, &[". A C . . MLEAC=1", ". A T . . MLEAC=2"]).unwrap(), ". A C,T . . MLEAC=1,2");
}

/// What a site is made of, record by record.
fn split(record: &str, overlaps: Overlaps) -> Vec<String> {
    let line = format!("1\t5\t{}\n", record.replace(' ', "\t"));
    let line = Line::parse(line.as_bytes()).unwrap();
    let (rest, header) = (line.rest().unwrap(), header());
    let (mut rewriter, mut splits) = (Rewriter::new(&header, &[], false), Splits::new(overlaps, false));
    let alts: Vec<&[u8]> = line.alts().collect();
    let alleles = [&[line.reference()], &alts[..]].concat();
    let fields = rewriter.read(rest.info, rest.samples, alleles.len(), Some(&alleles)).unwrap();
    let one = |alt: usize| {
        let map = splits.one_of(alt, alts.len());
        let (mut info, mut samples) = (Vec::new(), Vec::new());
        rewriter.info(map, &fields, &mut info).unwrap();
        rewriter.samples(map, &fields, &mut samples).unwrap();
        let fixed = [line.id(), line.reference(), alts[alt], rest.qual, rest.filter, &info, &samples];
        text(&fixed.join(&b' ')).replace('\t', " ")
    };
    (0..alts.len()).map(one).collect()
}

const SITES: &[&str] = &[
    "rs1 A C,T 30 PASS AC=1,2;DB;AD=9,1,2;CSQ=T|x,C|y GT:AD:VAF 1/2:9,1,2:.1,.2 0|2:.:.",
    "a;b CA C,CAA,* . q10;s50 S=ref,.,x,y;X=1,2,3 GT:AD:DP 1|3:1,2,3,4:7 0/2/3",
    ". A C,G . . AS_FilterStatus=SITE|weak,strand;AS_SB_TABLE=1,2|3,4|5,6 GT 1/2 0/1",
    ". A C,G . . AS_FilterStatus=SITE|weak;AF=.1,.2;XX=1,2 GT:EC 1/2:7,8 0/1:.",
    ". A <DEL>,<NON_REF>,A[2:7[ 1e-3 . END=70;AC=.,2,. GT:AD . 0:.,.,.,1",
    ". A C,G,T . PASS . LAA:LGT:LAD:LVAF 1,3:1|2:9,5,7:.5,.7 2:0/1:9,4:.4",
    ". A C,G . PASS . GT:PL 0/1:0,1,2,3,.,5 1:7,8,9",
];

#[test]
fn a_site_taken_apart_and_joined_is_what_it_was() {
    for site in SITES {
        for overlaps in [Overlaps::Reference, Overlaps::Missing] {
            let records = split(site, overlaps);
            let records: Vec<&str> = records.iter().map(String::as_str).collect();
            let expected = site.replace("CSQ=T|x,C|y", "CSQ=C|y,T|x");
            assert_eq!(join(&records).unwrap(), expected, "{overlaps:?}");
        }
    }
}

#[test]
fn a_joined_record_and_another_are_as_all_at_once() {
    for site in SITES {
        let records = split(site, Overlaps::Reference);
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        let (last, before) = records.split_last().unwrap();
        let joined = join(before).unwrap();
        assert_eq!(join(&[&joined, last]).unwrap(), join(&records).unwrap());
    }
}

#[test]
fn lists_that_nobody_declares_are_joined_where_they_fit() {
    let header = header();
    let mut joiner = Joiner::new(&header, &[]);
    let records = [". A C . . AF=.1;XX=1,2;CN=1,2 EC:Z 7:1,2 8:3", ". A T . . AF=.2;XX=3;CN=2 EC:Z 9,9:4 .:."];
    assert_eq!(join_by(&mut joiner, &records).unwrap(), ". A C,T . . AF=.1,.2;XX=1,2;CN=1,2 EC:Z 7:1,2 8:3");
    let told: Vec<_> = joiner.lists().undeclared.map(|(field, fate)| format!("{field} {fate:?}")).collect();
    let expected = ["INFO/AF Divided", "INFO/XX Copied", "INFO/CN Copied", "FORMAT/EC Copied", "FORMAT/Z Copied"];
    assert_eq!(told, expected);
}

#[test]
fn a_lone_dot_of_an_undeclared_list_says_nothing() {
    let header = header();
    let mut joiner = Joiner::new(&header, &[]);
    let records = [". A C . . AF=.;CN=.;XX=. GT 0/1 0/0", ". A T . . AF=.;CN=7;XX=. GT 0/0 0/1"];
    assert_eq!(join_by(&mut joiner, &records).unwrap(), ". A C,T . . AF=.;CN=.,7;XX=. GT 0/1 0/2");
    let told: Vec<_> = joiner.lists().undeclared.map(|(field, fate)| format!("{field} {fate:?}")).collect();
    // As where the record is split again.
    let mut rewriter = Rewriter::new(&header, &[], false);
    rewriter.read(b"AF=.;CN=.,7;XX=.", None, 3, None).unwrap();
    let again: Vec<_> = rewriter.lists().undeclared.map(|(field, fate)| format!("{field} {fate:?}")).collect();
    assert_eq!((told, again), (vec!["INFO/CN Divided".to_owned()], vec!["INFO/CN Divided".to_owned()]));
}
