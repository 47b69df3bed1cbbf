//! Lists whose declaration is missing, wrong or there twice.

use crate::world::{World, short};

const HEADER: &str = "##fileformat=VCFv4.5\n##contig=<ID=chr1,length=20>\n\
    ##INFO=<ID=X,Number=A,Type=Integer,Description=\"\">\n##INFO=<ID=X,Number=1,Type=Integer,Description=\"\">\n\
    ##INFO=<ID=AD,Number=R,Type=Integer,Description=\"\">\n\
    ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n\
    #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n";

/// Records of `POS REF ALT INFO FORMAT a b`.
fn world(records: &[&str]) -> World {
    let world = World::new("");
    let mut text = HEADER.to_owned();
    for record in records {
        let fields: Vec<&str> = record.split(' ').collect();
        let [site, rest] = [fields[1..3].join("\t"), fields[3..].join("\t")];
        text.push_str(&format!("chr1\t{}\t.\t{site}\t.\t.\t{rest}\n", fields[0]));
    }
    world.write(&text);
    world
}

#[test]
fn lists_that_nobody_declares_follow_what_is_reserved_are_told_and_counted() {
    let world = world(&[
        "4 C T,G AC=1,2;AF=0.1;Z=7,8 GT:AD 1/2:7,8,9 0/0:.",
        "5 A T AC=1 GT:PL 0/1:1,2,3 0/0:.",
        "6 C T,G AC=3,4 GT:EC 1/2:1,2,3 0/0:.",
    ]);
    let stats = world.path("stats.json");
    let split = short(&world.run(&["-m-", "--stats", stats.to_str().unwrap()]).unwrap());
    let expected = [
        "4 C T AC=1;AF=0.1;Z=7,8 GT:AD 1/0:7,8 0/0:.",
        "4 C G AC=2;AF=0.1;Z=7,8 GT:AD 0/1:7,9 0/0:.",
        "5 A T AC=1 GT:PL 0/1:1,2,3 0/0:.",
        "6 C T AC=3 GT:EC 1/0:1,2,3 0/0:.",
        "6 C G AC=4 GT:EC 0/1:1,2,3 0/0:.",
    ];
    assert_eq!(split, expected);
    // AC twice and FORMAT/AD once; AF, Z and FORMAT/EC once each: once for a site, not for each of its records.
    let stats = std::fs::read_to_string(stats).unwrap().replace([' ', '\n'], "");
    assert!(stats.contains("\"undeclared_divided\":3,\"undeclared_copied\":3"), "{stats}");
    // What follows is joined again.
    let text = world.text(&["-m-", "--no-version"]).unwrap();
    world.write(&text);
    let joined = short(&world.run(&["-m+any"]).unwrap());
    assert_eq!(joined[0], "4 C T,G AC=1,2;AF=0.1,0.1;Z=7,8 GT:AD 1/2:7,8,9 0/0:.");
    assert_eq!(joined[2], "6 C T,G AC=3,4 GT:EC 1/2:1,2,3 0/0:.");
}

#[test]
fn of_two_declarations_text_and_bcf_follow_the_first() {
    let world = world(&["4 C T,G X=5,6 GT 1/2 0/0"]);
    let expected = ["4 C T X=5 GT 1/0 0/0", "4 C G X=6 GT 0/1 0/0"];
    assert_eq!(short(&world.run(&["-m-"]).unwrap()), expected);
    let bcf = world.path("in.bcf");
    world.outcome(&["-m+any", "-o", bcf.to_str().unwrap()]).unwrap();
    let of_bcf = world.path("of_bcf.vcf");
    let words = ["vdx-normalize", "-m-", "-o", of_bcf.to_str().unwrap(), bcf.to_str().unwrap()];
    vdx_normalize::run(clap::Parser::parse_from(words), &vdx_cli::Context::silent(vdx_normalize::TOOL)).unwrap();
    let text = std::fs::read_to_string(of_bcf).unwrap();
    let records: Vec<String> =
        text.lines().filter(|line| !line.starts_with('#')).map(|line| line.replace('\t', " ")).collect();
    assert_eq!(short(&records), expected);
}

#[test]
fn values_of_another_type_stay_what_they_are() {
    let world = world(&["4 C T,G X=a,6.50 GT 1/2 0/0"]);
    assert_eq!(short(&world.run(&["-m-"]).unwrap()), ["4 C T X=a GT 1/0 0/0", "4 C G X=6.50 GT 0/1 0/0"]);
}

#[test]
fn depths_of_a_site_keep_their_sum_where_no_sample_has_any() {
    let world = world(&["4 C T,G AD=5,6,7 GT 1/2 0/0", "5 C T,G AD=5,.,7 GT 1/2 0/0"]);
    let expected =
        ["4 C T AD=12,6 GT 1/0 0/0", "4 C G AD=11,7 GT 0/1 0/0", "5 C T AD=12,. GT 1/0 0/0", "5 C G AD=5,7 GT 0/1 0/0"];
    assert_eq!(short(&world.run(&["-m-", "--keep-sum", "AD"]).unwrap()), expected);
}

#[test]
fn a_genotype_of_no_alt_is_an_error_where_alleles_change_places() {
    let world = world(&["4 C T . GT 0/2 0/0", "5 C A . GT 0/2 0/0"]);
    let error = world.run(&["-f", "ref.fa", "-N", "-c", "s"]).unwrap_err();
    assert!(
        error.starts_with("/in.vcf:9 chr1:5: FORMAT/GT of sample a: expected alleles from 0 to 1, found '2'"),
        "{error}"
    );
    assert!(error.ends_with("set such genotypes missing first"), "{error}");
}
