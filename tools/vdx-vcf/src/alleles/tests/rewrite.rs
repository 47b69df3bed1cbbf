//! Records with other alleles, field by field.

use std::sync::Arc;

use crate::alleles::numbers::text;
use crate::alleles::{Alleles, Map, Rewriter};
use crate::header::{Header, Number};

const HEADER: &str = "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">
##INFO=<ID=AN,Number=1,Type=Integer,Description=\"\">
##INFO=<ID=AF,Number=A,Type=Float,Description=\"\">
##INFO=<ID=QD,Number=A,Type=Float,Description=\"\">
##INFO=<ID=AD,Number=R,Type=Integer,Description=\"\">
##INFO=<ID=S,Number=R,Type=String,Description=\"\">
##INFO=<ID=GL,Number=G,Type=Float,Description=\"\">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"\">
##FORMAT=<ID=VAF,Number=A,Type=Float,Description=\"\">
##FORMAT=<ID=DS,Number=1,Type=Float,Description=\"\">
##FORMAT=<ID=LAA,Number=.,Type=Integer,Description=\"\">
##FORMAT=<ID=LGT,Number=1,Type=String,Description=\"\">
##FORMAT=<ID=LAD,Number=LR,Type=Integer,Description=\"\">
##FORMAT=<ID=LPL,Number=LG,Type=Integer,Description=\"\">
##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"\">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts1\ts2\n";

/// REF and the second of two ALTs change places.
fn swapped() -> Alleles {
    Alleles { from: vec![vec![2], vec![1], vec![0]], to: vec![Some(2), Some(1), Some(0)] }
}

/// The only ALT and REF change places.
fn swapped_alone() -> Alleles {
    Alleles { from: vec![vec![1], vec![0]], to: vec![Some(1), Some(0)] }
}

/// An atom of both of two ALTs out of three, of which the third has something else there.
fn atom() -> Alleles {
    Alleles { from: vec![vec![0], vec![1, 2], vec![]], to: vec![Some(0), Some(1), Some(1), Some(2)] }
}

fn info(alleles: &Alleles, info: &str, samples: Option<&str>) -> String {
    let header = Arc::new(Header::parse(HEADER.as_bytes()).unwrap());
    let mut out = Vec::new();
    let (mut map, samples) = (Map::new(alleles.clone()), samples.map(str::as_bytes));
    let mut rewriter = Rewriter::new(&header, &[], false);
    let read = rewriter.read(info.as_bytes(), samples, alleles.to.len(), None);
    let written = read.and_then(|fields| rewriter.info(&mut map, &fields, &mut out));
    written.map_or_else(|error| error.to_string(), |()| text(&out))
}

fn samples(alleles: &Alleles, samples: &str) -> String {
    let header = Arc::new(Header::parse(HEADER.as_bytes()).unwrap());
    let mut out = Vec::new();
    let mut map = Map::new(alleles.clone());
    let mut rewriter = Rewriter::new(&header, &[], false);
    let fields = rewriter.read(b".", Some(samples.as_bytes()), alleles.to.len(), None).unwrap();
    let written = rewriter.samples(&mut map, &fields, &mut out);
    written.map_or_else(|error| error.to_string(), |()| text(&out))
}

#[test]
fn lists_follow_swapped_alleles() {
    assert_eq!(info(&swapped(), "DB;AD=9,1,2;S=r,a,b;X=1,2", None), "DB;AD=2,1,9;S=b,a,r;X=1,2");
    assert_eq!(info(&swapped(), "GL=0,1,2,3,4,5", None), "GL=5,4,2,3,1,0");
    assert_eq!(info(&swapped(), "QD=1e-5,2", None), "QD=1e-5,.");
    assert_eq!(samples(&swapped(), "GT:AD:VAF\t0|2:7,8,9:.1,.2\t./1:."), "GT:AD:VAF\t2|0:9,8,7:.1,.\t./1:.");
    assert_eq!(
        samples(&swapped_alone(), "GT:PL:DS\t0/1:1,2,3:0.9\t0:4,5"),
        "GT:PL:DS\t1/0:3,2,1:.\t1:5,4:".trim_end_matches(':')
    );
}

#[test]
fn counts_of_an_alt_that_was_reference_are_what_is_left() {
    assert_eq!(info(&swapped(), "AC=3,4;AN=10;AF=0.3,0.4", None), "AC=3,3;AN=10;AF=0.3,0.3");
    assert_eq!(info(&swapped_alone(), "AC=3", Some("GT\t0/1\t0|0\t.")), "AC=3");
    assert_eq!(info(&swapped_alone(), "AC=3;AF=.", Some("DP\t1")), "AC=.;AF=.");
    assert_eq!(info(&swapped_alone(), "AC=30;AN=10", None), "AC=.;AN=10");
}

#[test]
fn counts_of_alts_that_become_one_are_added() {
    assert_eq!(info(&atom(), "AC=3,4,5;AF=0.1,0.2,0.3;QD=1,2,3", None), "AC=7,.;AF=0.3,.;QD=1,.");
    assert_eq!(info(&atom(), "AD=9,1,2,3;S=r,a,b,c", None), "AD=9,3,.;S=r,a,.");
    let expected = "GT:AD:PL\t1/2:9,3,.:0,1,2,.,.,.\t0|1:1,.,.:.";
    assert_eq!(samples(&atom(), "GT:AD:PL\t1/3:9,1,2,3:0,1,2,3,4,5,6,7,8,9\t0|2:1,.,2,3:."), expected);
}

#[test]
fn alleles_that_go_take_their_values_along() {
    let gone = Alleles { from: vec![vec![0, 1]], to: vec![Some(0), Some(0)] };
    assert_eq!(info(&gone, "AC=3;AD=1,2;DB", None), "AD=3;DB");
    assert_eq!(samples(&gone, "GT:AD:VAF:PL\t0/1:3,4:.5:1,2,3"), "GT:AD:VAF:PL\t0/0:7:.:1");
    let came = Alleles { from: vec![vec![], vec![0]], to: vec![Some(1)] };
    assert_eq!(info(&came, "AC=0;AN=2;AD=5", None), "AC=2;AN=2;AD=.,5");
    assert_eq!(samples(&came, "GT:AD:PL\t0/0:3:7"), "GT:AD:PL\t1/1:.,3:.");
}

#[test]
fn local_lists_are_those_of_the_alleles_that_a_sample_knows() {
    let format = "LAA:LGT:LAD:LPL";
    let sites = format!("{format}\t2:0/1:9,5:0,1,2\t1:0/1:9,4:0,1,2");
    // The second sample does not know what is REF now.
    let expected = format!("{format}\t2:1/0:5,9:2,1,0\t1,2:2/1:.,4,9:.,.,2,.,1,0");
    assert_eq!(samples(&swapped(), &sites), expected);
    let sites = format!("{format}\t2,3:1/2:9,5,6:0,1,2,3,4,5\t.:0/0:9:0");
    assert_eq!(samples(&atom(), &sites), format!("{format}\t1,2:1/2:9,5,.:0,1,2,.,.,.\t.:0/0:9:0"));
    assert!(samples(&atom(), "LAA:LAD\t4:1,2").contains("from 1 to 3, found '4'"));
}

#[test]
fn any_ploidy_is_reordered() {
    assert_eq!(samples(&swapped_alone(), "GT:PL\t0/0/1:1,2,3,4\t1:5,6"), "GT:PL\t1/1/0:4,3,2,1\t0:6,5");
}

#[test]
fn wrong_lists_are_errors_or_left_out() {
    assert_eq!(info(&swapped(), "AC=1", None), "INFO/AC: expected 2 values (Number=A, 2 ALT alleles), found 1 value");
    let wrong = samples(&swapped(), "GT:AD\t0/1:1,2,3\t0/1:1,2");
    assert_eq!(wrong, "FORMAT/AD of sample s2: expected 3 values (Number=R, 2 ALT alleles), found 2 values");
    let many = format!("PL\t{}1", "1,".repeat(100_000));
    assert!(samples(&swapped_alone(), &many).contains("found 100001"));
    assert!(samples(&swapped_alone(), "LAA:LPL\t.:1,2").contains("found 2"));
    assert!(samples(&swapped(), "GT\t0/3").contains("from 0 to 2, found '3' in '0/3'"));
    let header = Arc::new(Header::parse(HEADER.as_bytes()).unwrap());
    let mut forced = Rewriter::new(&header, &[(b"MLEAC".to_vec(), Number::A)], true);
    let mut out = Vec::new();
    let samples = b"GT:AD\t0/1:1,2,3\t0/1:1,2";
    let fields = forced.read(b"AC=1;MLEAC=1,2", Some(samples), 3, None).unwrap();
    forced.info(&mut Map::new(swapped()), &fields, &mut out).unwrap();
    out.push(b' ');
    forced.samples(&mut Map::new(swapped()), &fields, &mut out).unwrap();
    assert_eq!(text(&out), "MLEAC=1,. GT\t2/1\t2/1");
    assert_eq!(forced.lists().dropped.collect::<Vec<_>>(), ["INFO/AC", "FORMAT/AD"]);
}
