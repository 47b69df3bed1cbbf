//! Sites taken apart, field by field.

use std::sync::Arc;

use crate::alleles::numbers::text;
use crate::alleles::{Overlaps, Rewriter, Splits};
use crate::header::{Header, Number};

const HEADER: &str = "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">
##INFO=<ID=AF,Number=A,Type=Float,Description=\"\">
##INFO=<ID=AD,Number=R,Type=Integer,Description=\"\">
##INFO=<ID=S,Number=R,Type=String,Description=\"\">
##INFO=<ID=GL,Number=G,Type=Float,Description=\"\">
##INFO=<ID=AS_FilterStatus,Number=A,Type=String,Description=\"\">
##INFO=<ID=AS_SB_TABLE,Number=1,Type=String,Description=\"\">
##INFO=<ID=P,Number=A,Type=String,Description=\"\">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"\">
##FORMAT=<ID=VAF,Number=A,Type=Float,Description=\"\">
##FORMAT=<ID=LAA,Number=.,Type=Integer,Description=\"\">
##FORMAT=<ID=LGT,Number=1,Type=String,Description=\"\">
##FORMAT=<ID=LVAF,Number=LA,Type=Float,Description=\"\">
##FORMAT=<ID=LPL,Number=LG,Type=Integer,Description=\"\">
##FORMAT=<ID=LAD,Number=LR,Type=Integer,Description=\"\">
##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"\">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts1\ts2\n";

fn split(info: &str, samples: &str, alts: usize, overlaps: Overlaps) -> Result<Vec<(String, String)>, String> {
    let header = Arc::new(Header::parse(HEADER.as_bytes()).unwrap());
    split_by(&mut Rewriter::new(&header, &[], false), Splits::new(overlaps, false), info, samples, alts)
}

fn split_by(
    rewriter: &mut Rewriter,
    mut splits: Splits,
    info: &str,
    samples: &str,
    alts: usize,
) -> Result<Vec<(String, String)>, String> {
    let letters = &[&b"A"[..]; 4][..=alts];
    let read = rewriter.read(info.as_bytes(), Some(samples.as_bytes()), alts + 1, Some(letters));
    let fields = read.map_err(|error| error.to_string())?;
    let mut one = |alt| {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let map = splits.one_of(alt, alts);
        rewriter.info(map, &fields, &mut ours).map_err(|error| error.to_string())?;
        rewriter.samples(map, &fields, &mut theirs).map_err(|error| error.to_string())?;
        Ok((text(&ours), text(&theirs)))
    };
    (0..alts).map(&mut one).collect()
}

fn infos(info: &str) -> Vec<String> {
    split(info, "GT\t.", 2, Overlaps::Reference).unwrap().into_iter().map(|(info, _)| info).collect()
}

fn samples(samples: &str, overlaps: Overlaps) -> Vec<String> {
    split(".", samples, 2, overlaps).unwrap().into_iter().map(|(_, samples)| samples).collect()
}

#[test]
fn info_is_divided_by_number_and_text_stays() {
    assert_eq!(infos("DB;AC=3,4;AF=1e-5,0.50;X=1,2"), ["DB;AC=3;AF=1e-5;X=1,2", "DB;AC=4;AF=0.50;X=1,2"]);
    assert_eq!(infos("AD=9,1,2;S=ref,a,b"), ["AD=9,1;S=ref,a", "AD=9,2;S=ref,b"]);
    assert_eq!(infos("GL=0,1,2,3,4,5"), ["GL=0,1,2", "GL=0,3,5"]);
    assert_eq!(infos("."), [".", "."]);
    assert_eq!(infos("AC=.;AF=.,2"), ["AC=.;AF=.", "AC=.;AF=2"]);
}

#[test]
fn genotypes_keep_phase_and_ploidy() {
    let gt = "GT\t1/2\t2|1\t0/1\t.|2\t2\t./.\t0/1/2|2";
    let reference = ["GT\t1/0\t0|1\t0/1\t.|0\t0\t./.\t0/1/0|0", "GT\t0/1\t1|0\t0/0\t.|1\t1\t./.\t0/0/1|1"];
    assert_eq!(samples(gt, Overlaps::Reference), reference);
    assert_eq!(samples("GT\t1/2\t0|2", Overlaps::Missing), ["GT\t1/.\t0|.", "GT\t./1\t0|1"]);
    assert_eq!(samples("GT\t/1/2\t|0|2", Overlaps::Reference), ["GT\t/1/0\t|0|0", "GT\t/0/1\t|0|1"]);
}

#[test]
fn sample_fields_are_divided_and_short_samples_stay_short() {
    assert_eq!(
        samples("GT:AD:VAF:LAD\t1/2:7,8,9:.1,.2:1,2\t.:.:.", Overlaps::Reference),
        ["GT:AD:VAF:LAD\t1/0:7,8:.1:1,2\t.:.:.", "GT:AD:VAF:LAD\t0/1:7,9:.2:1,2\t.:.:."]
    );
    assert_eq!(samples("GT\t1/2:7\t0", Overlaps::Reference), ["GT\t1/0:7\t0", "GT\t0/1:7\t0"]);
}

#[test]
fn genotype_lists_of_any_ploidy_are_divided() {
    assert_eq!(
        samples("PL\t0,1,2,3,4,5\t7,8,9\t0,1,2,3,4,5,6,7,8,9", Overlaps::Reference),
        ["PL\t0,1,2\t7,8\t0,1,2,3", "PL\t0,3,5\t7,9\t0,4,7,9"]
    );
}

#[test]
fn depths_of_other_alleles_are_added_to_that_of_the_reference() {
    let header = Arc::new(Header::parse(HEADER.as_bytes()).unwrap());
    let summed = |samples: &str| {
        let (mut rewriter, splits) = (Rewriter::new(&header, &[], false), Splits::new(Overlaps::Reference, true));
        split_by(&mut rewriter, splits, ".", samples, 2).map(|split| [split[0].1.clone(), split[1].1.clone()])
    };
    let splits = Splits::new(Overlaps::Reference, true);
    let info = split_by(&mut Rewriter::new(&header, &[], false), splits, "AD=5,6,7;S=5,6,7", "GT\t.", 2).unwrap();
    assert_eq!([&*info[0].0, &*info[1].0], ["AD=12,6;S=5,6", "AD=11,7;S=5,7"]);
    assert_eq!(summed("AD\t7,8,9\t.").unwrap(), ["AD\t16,8\t.", "AD\t15,9\t."]);
    assert_eq!(summed("AD\t.,8,9\t7,.,9").unwrap(), ["AD\t.,8\t16,.", "AD\t.,9\t7,9"]);
    assert!(summed("AD\t7,8,x\t.").unwrap_err().contains("numbers to add up, found 'x'"));
    assert!(summed("AD\t7,8\t.").unwrap_err().contains("expected 3 values"));
}

#[test]
fn lists_of_local_alleles_follow_the_samples_own_alleles() {
    let header = Arc::new(Header::parse(HEADER.as_bytes()).unwrap());
    let split = |samples: &str, overlaps| {
        let split = split_by(&mut Rewriter::new(&header, &[], false), Splits::new(overlaps, false), ".", samples, 3)?;
        Ok::<_, String>(split.into_iter().map(|(_, samples)| samples).collect::<Vec<_>>())
    };
    let format = "LAA:LGT:LAD:LVAF:LPL";
    let sites = format!("{format}\t1,3:1/2:9,8,7:.1,.3:0,1,2,3,4,5\t2:0|1:5,4:.:0,1,2\t.:0/0:3:.:.");
    let expected = [
        format!("{format}\t1:1/0:9,8:.1:0,1,2\t.:0|0:5:.:0\t.:0/0:3:.:."),
        format!("{format}\t.:0/0:9:.:0\t1:0|1:5,4:.:0,1,2\t.:0/0:3:.:."),
        format!("{format}\t1:0/1:9,7:.3:0,3,5\t.:0|0:5:.:0\t.:0/0:3:.:."),
    ];
    assert_eq!(split(&sites, Overlaps::Reference).unwrap(), expected);
    assert!(split("LAA:LGT\t1,3:1/2", Overlaps::Missing).unwrap()[1].ends_with("\t.:./."));
    assert!(split("LAA:LPL\t.:0,1,2", Overlaps::Reference).unwrap_err().contains("found 3"));
    assert!(split("LAA:LAD\t4:1,2", Overlaps::Reference).unwrap_err().contains("from 1 to 3, found '4'"));
    let wrong = split("LAA:LAD\t1,3:1,2", Overlaps::Reference).unwrap_err();
    assert_eq!(wrong, "FORMAT/LAD of sample s1: expected 3 values (Number=LR, 2 local ALT alleles), found 2 values");
    assert_eq!(split("LAD\t1,2", Overlaps::Reference).unwrap(), ["LAD\t1,2"; 3]);
}

#[test]
fn fields_have_the_number_that_is_given() {
    let header = Arc::new(Header::parse(HEADER.as_bytes()).unwrap());
    let numbers = [(b"MLEAC".to_vec(), Number::A), (b"X".to_vec(), Number::R)];
    let split =
        |info: &str| split_by(&mut Rewriter::new(&header, &numbers, false), Splits::default(), info, "X\t1,2,3", 2);
    let expected = [(text(b"MLEAC=5"), text(b"X\t1,2")), (text(b"MLEAC=6"), text(b"X\t1,3"))];
    assert_eq!(split("MLEAC=5,6").unwrap(), expected);
    assert!(split("MLEAC=5").unwrap_err().starts_with("INFO/MLEAC: expected 2 values"));
}

#[test]
fn wrong_lists_are_left_out_where_that_is_asked_for() {
    let header = Arc::new(Header::parse(HEADER.as_bytes()).unwrap());
    let (mut rewriter, mut splits) = (Rewriter::new(&header, &[], true), Splits::default());
    let mut forced = |info: &str, samples: &str| {
        let mut out = Vec::new();
        let first = splits.one_of(0, 2);
        let fields = rewriter.read(info.as_bytes(), Some(samples.as_bytes()), 3, None).unwrap();
        rewriter.info(first, &fields, &mut out).unwrap();
        out.push(b' ');
        rewriter.samples(first, &fields, &mut out).unwrap();
        (text(&out), rewriter.lists().dropped.collect::<Vec<_>>())
    };
    let (record, dropped) = forced("AC=1;AD=9,1,2;AF=1,2,3", "GT:AD:PL\t1/2:1,2,3:.\t0/1:1,2:0,1,2");
    assert_eq!(record, "AD=9,1 GT:PL\t1/0:.\t0/1:0,1");
    assert_eq!(dropped, ["INFO/AC", "INFO/AF", "FORMAT/AD"]);
    assert_eq!(forced("AC=1", "AD\t1\t.").0, ". .\t.\t.");
}

#[test]
fn lists_of_the_wrong_length_are_named() {
    let message = |info: &str, samples: &str| split(info, samples, 2, Overlaps::Reference).unwrap_err();
    assert_eq!(message("AC=1", "GT\t."), "INFO/AC: expected 2 values (Number=A, 2 ALT alleles), found 1 value");
    assert!(message("S=a,b", "GT\t.").starts_with("INFO/S: expected 3 values"));
    assert!(message("GL=1,2,3,4", "GT\t.").contains("expected 3 (haploid) or 6 values"));
    assert!(message(".", "GT:AD\t0/1:1,2,3\t0/1:1,2").starts_with("FORMAT/AD of sample s2: expected 3"));
    assert!(message(".", "GT\t0/3").contains("found '3' in '0/3'"));
    assert!(message(".", "GT\t0/99999999999999999999999").contains("expected alleles from 0 to 2"));
}

#[test]
fn lists_of_gatk_are_parted_by_bars() {
    // Two parts either way: only the bar parts alleles.
    assert_eq!(infos("AS_FilterStatus=SITE|weak,strand"), ["AS_FilterStatus=SITE", "AS_FilterStatus=weak,strand"]);
    // Unless the list is gnomAD's own, which has the name alone in common.
    let gnomad = HEADER.replace(
        "ID=AS_FilterStatus,Number=A,Type=String,Description=\"",
        "ID=AS_FilterStatus,Number=A,Type=String,Description=\"Random Forests filter status for each allele",
    );
    let header = Arc::new(Header::parse(gnomad.as_bytes()).unwrap());
    let info = "AS_FilterStatus=PASS,RF|AC0";
    let found = split_by(&mut Rewriter::new(&header, &[], false), Splits::default(), info, "GT\t.", 2).unwrap();
    assert_eq!([&found[0].0, &found[1].0], ["AS_FilterStatus=PASS", "AS_FilterStatus=RF|AC0"]);
    assert_eq!(infos("AS_SB_TABLE=1,2|3,4|5,6"), ["AS_SB_TABLE=1,2|3,4", "AS_SB_TABLE=1,2|5,6"]);
    assert_eq!(infos("AS_RAW_MQ=9.0|1.5|2.50"), ["AS_RAW_MQ=9.0|1.5", "AS_RAW_MQ=9.0|2.50"]);
    assert_eq!(infos("AS_RAW_X=|1,2|;AS_UNIQ=4|5"), ["AS_RAW_X=|1,2;AS_UNIQ=4", "AS_RAW_X=|;AS_UNIQ=5"]);
    assert_eq!(infos("P=a|b;S=r|a,x|b"), ["P=a;S=r|a,x", "P=b;S=r|b"]);
    // Values and parts as many as ALTs: Number=A says values.
    assert_eq!(infos("P=a|b,c"), ["P=a|b", "P=c"]);
    assert_eq!(infos("AS_SB_TABLE=1,2|3,4|5,6|7,8"), ["AS_SB_TABLE=1,2|3,4|5,6|7,8"; 2]);
    let wrong = split("P=a|b|c", "GT\t.", 2, Overlaps::Reference).unwrap_err();
    assert_eq!(wrong, "INFO/P: expected 2 values (Number=A, 2 ALT alleles), found 1 value");
}

#[test]
fn lists_that_nobody_declares_follow_what_is_reserved_where_they_fit() {
    let header = Arc::new(Header::parse(HEADER.replace("##INFO=<ID=A", "##INFO=<ID=_A").as_bytes()).unwrap());
    let mut rewriter = Rewriter::new(&header, &[(b"MINE".to_vec(), Number::A)], false);
    let mut split = |info: &str, samples: &str| {
        let split = split_by(&mut rewriter, Splits::default(), info, samples, 2).unwrap();
        let mut told: Vec<_> = rewriter.lists().undeclared.collect();
        told.dedup();
        told.sort();
        told.dedup();
        let told: Vec<_> = told.into_iter().map(|(field, fate)| format!("{field} {fate:?}")).collect();
        (split[1].0.clone(), split[1].1.clone(), told.join("; "))
    };
    let (info, samples, told) = split("AC=3,4;AF=.1;AD=9,1,2;XX=1,2;YY=3;MINE=5,6", "GT:EC\t1/2:7,8\t0/0:.");
    assert_eq!(info, "AC=4;AF=.1;AD=9,2;XX=1,2;YY=3;MINE=6");
    assert_eq!(samples, "GT:EC\t0/1:8\t0/0:.");
    assert_eq!(told, "FORMAT/EC Divided; INFO/AC Divided; INFO/AD Divided; INFO/AF Copied; INFO/XX Copied");
    let (_, samples, told) = split(".", "EC:Z\t7,8:1,2\t7:1");
    assert_eq!((samples.as_str(), told.as_str()), ("EC:Z\t7,8:1,2\t7:1", "FORMAT/EC Copied; FORMAT/Z Copied"));
    assert_eq!(split("AC=.;DP=3;DB", "GT:DP\t1/2:3").2, "");
}
