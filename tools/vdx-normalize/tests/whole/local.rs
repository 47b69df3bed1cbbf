//! Lists by local allele in files from before VCF 4.5, whose headers cannot tell that they are such: text and BCF alike.

use crate::world::{World, short};

const HEADER: &str = "##fileformat=VCFv4.4\n##contig=<ID=chr1,length=20>\n\
    ##FORMAT=<ID=LAA,Number=.,Type=Integer,Description=\"\">\n##FORMAT=<ID=LGT,Number=1,Type=String,Description=\"\">\n\
    ##FORMAT=<ID=LAD,Number=.,Type=Integer,Description=\"\">\n##FORMAT=<ID=LAF,Number=.,Type=Float,Description=\"\">\n\
    ##FORMAT=<ID=LPL,Number=.,Type=Integer,Description=\"\">\n##FORMAT=<ID=LEC,Number=.,Type=Integer,Description=\"\">\n\
    ##FORMAT=<ID=MINE,Number=.,Type=Integer,Description=\"\">\n\
    #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n";

const FORMAT: &str = ". LAA:LGT:LAD:LAF:LPL:LEC";

/// What becomes of records `POS REF ALT INFO FORMAT a b`, the same from VCF and from BCF.
fn run(records: &[String], words: &[&str]) -> Vec<String> {
    let world = World::new("");
    let line = |record: &String| {
        let fields: Vec<&str> = record.split(' ').collect();
        format!("chr1\t{}\t.\t{}\t.\t.\t{}\n", fields[0], fields[1..3].join("\t"), fields[3..].join("\t"))
    };
    world.write(&(HEADER.to_owned() + &records.iter().map(line).collect::<String>()));
    let text = world.run(words).unwrap();
    let bcf = world.path("in.bcf");
    world.outcome(&["-d", "exact", "-o", bcf.to_str().unwrap()]).unwrap();
    std::fs::rename(bcf, world.path("in.vcf")).unwrap();
    assert_eq!(world.run(words).unwrap(), text, "{words:?}: other records from BCF");
    short(&text)
}

fn records(sites: &[(&str, &str)]) -> Vec<String> {
    sites.iter().map(|(site, samples)| format!("{site} {FORMAT} {samples}")).collect()
}

#[test]
fn sites_are_split_and_joined_again() {
    let site = records(&[("5 A C,G,T", "1,3:1/2:9,8,7:0.1,0.3:0,1,2,3,4,5:1,0 2:0|1:5,4:0.4:0,1,2:1")]);
    let split = records(&[
        ("5 A C", "1:1/0:9,8:0.1:0,1,2:1 .:0|0:5:.:0:."),
        ("5 A G", ".:0/0:9:.:0:. 1:0|1:5,4:0.4:0,1,2:1"),
        ("5 A T", "1:0/1:9,7:0.3:0,3,5:0 .:0|0:5:.:0:."),
    ]);
    assert_eq!(run(&site, &["-m", "-any"]), split);
    // No record of one ALT tells of a genotype of two.
    assert_eq!(run(&split, &["-m", "+any"]), [site[0].replace("0,1,2,3,4,5", "0,1,2,3,.,5")]);
}

#[test]
fn alleles_are_taken_apart_and_changed() {
    let site = records(&[("5 A CGG,C", "1,2:1/2:7,8,9:0.1,0.2:0,1,2,3,4,5:1,0 2:0/1:1,3:0.4:0,1,2:1")]);
    let atoms = records(&[
        ("5 A AGG,*", "1,2:1/2:7,8,.:0.1,.:0,1,2,.,.,.:1,. 2:0/1:1,.:.:0,.,.:."),
        ("5 A C", "1:1/1:7,17:0.1:0,1,2:1 1:0/1:1,3:0.4:0,1,2:1"),
    ]);
    assert_eq!(run(&site, &["-a"]), atoms);
    let wrong = records(&[("4 T C,G", "1,2:1/2:7,8,9:0.1,0.2:0,1,2,3,4,5:1,0 1:0/1:1,3:0.4:0,1,2:1")]);
    let right = records(&[("4 C T,G", "1,2:0/2:8,7,9:.,0.2:2,1,0,4,3,5:.,0 1:1/0:3,1:.:2,1,0:.")]);
    assert_eq!(run(&wrong, &["-f", "ref.fa", "-c", "s"]), right);
}

#[test]
fn other_names_are_told() {
    let site = |samples: &str| format!("5 A C,G . LAA:MINE {samples}");
    for (told, own, expected) in [
        ("OTHER=LR", "2:9,8 1,2:9,8,7", [".:9,8 1:9,8,7", "1:9,8 1:9,8,7"]),
        ("MINE=LR", "2:9,8 1,2:9,8,7", [".:9 1:9,8", "1:9,8 1:9,7"]),
        ("MINE=LA", "2:8 1,2:8,7", [".:. 1:8", "1:8 1:7"]),
        ("MINE=LG", "2:0,1,2 1,2:0,1,2,3,4,5", [".:0 1:0,1,2", "1:0,1,2 1:0,3,5"]),
    ] {
        let split = ["C", "G"].iter().zip(expected).map(|(alt, samples)| site(samples).replace("C,G", alt));
        assert_eq!(run(&[site(own)], &["-m-", "--number", told]), split.collect::<Vec<_>>(), "{told}");
    }
}

#[test]
fn lists_that_do_not_fit_are_errors_or_left_out() {
    let world = World::new("");
    world.write(&format!("{HEADER}chr1\t5\t.\tA\tC,G\t.\t.\t.\tLAA:LAD\t1:9,8,7\t.\n"));
    let error = world.run(&["-m-"]).unwrap_err();
    let expected =
        "FORMAT/LAD of sample a: expected 2 values (Number=LR, 1 local ALT allele), found 3 values; --force leaves";
    assert!(error.contains(expected), "{error}");
    assert_eq!(short(&world.run(&["-m-", "--force"]).unwrap())[0], "5 A C . LAA 1 .");
    // Without LAA nothing tells whose values they are.
    world.write(&format!("{HEADER}chr1\t5\t.\tA\tC,G\t.\t.\t.\tLAD\t9,8,7\t.\n"));
    assert_eq!(short(&world.run(&["-m-"]).unwrap())[0], "5 A C . LAD 9,8,7 .");
}
