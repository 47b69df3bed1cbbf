//! The tool on small files: what `-c` does, contigs under other names, order, headers.

use crate::world::{HEADER, World};
use clap::Parser;
use vdx_cli::{Context, Outcome};
use vdx_hts::Kind;
use vdx_normalize::{Args, TOOL, run};

#[test]
fn records_are_aligned_sorted_and_otherwise_kept() {
    let world = World::new(
        "1\t5\ta\tA\tT\t1e5\tq\tX\n1\t8\tb\tCAC\tC\t.\t.\tEND=10\n1\t9\tc\tac\tAC,a\t.\t.\t.\n1\t9\tD\tac\ttc\t.\t.\t.\n",
    );
    assert!(world.run(&["-f", "ref.fa"]).unwrap_err().contains("found 'ac' in both"));
    let expected = ["1 3 b GCA G . . END=5", "1 5 a A T 1e5 q X", "1 9 c ac AC,a . . .", "1 9 D A T . . ."];
    assert_eq!(world.run(&["-f", "ref.fa", "-c", "w"]).unwrap(), expected);
}

#[test]
fn a_wrong_reference_ends_the_run_or_is_passed_or_dropped() {
    let world = World::new("chr1\t4\t.\tCAC\tC\t.\t.\t.\nchr1\t5\t.\tG\tT,C\t.\t.\t.\nchr1\t6\t.\tC\tM,T\t.\t.\t.\n");
    let error = world.run(&["-f", "ref.fa"]).unwrap_err();
    assert!(error.starts_with("/in.vcf:4 chr1:5: expected REF 'A' as /ref.fa has it, found 'G'; "), "{error}");
    assert!(!world.path("out.vcf").exists());
    let kept = ["chr1 3 . GCA G . . .", "chr1 5 . G T,C . . .", "chr1 6 . C M,T . . ."];
    assert_eq!(world.run(&["-f", "ref.fa", "-c", "w"]).unwrap(), kept);
    assert_eq!(world.run(&["-f", "ref.fa", "-c", "x"]).unwrap(), kept[..1]);
    let split = [
        "chr1 3 . GCA G . . .",
        "chr1 5 . G T . . .",
        "chr1 5 . G C . . .",
        "chr1 6 . C M . . .",
        "chr1 6 . C T . . .",
    ];
    assert_eq!(world.run(&["-f", "ref.fa", "-c", "w", "-m", "-any"]).unwrap(), split);
    assert_eq!(world.run(&["-f", "ref.fa", "-c", "wx", "-m", "-any"]).unwrap(), [split[0], split[4]]);
    assert_eq!(world.run(&["-f", "ref.fa", "-N", "-c", "x", "-m-"]).unwrap(), ["chr1 4 . CAC C . . .", split[4]]);
}

#[test]
fn a_contig_that_the_fasta_lacks_is_named() {
    let world = World::new("MT\t1\t.\tA\tG\t.\t.\t.\nNW_1\t7\t.\tA\tG,C\t.\t.\t.\n");
    let error = world.run(&["-f", "ref.fa"]).unwrap_err();
    assert!(
        error.starts_with("/in.vcf:4 NW_1:7: expected contig 'NW_1' in /ref.fa") && error.contains("-c w"),
        "{error}"
    );
    let kept = ["MT 1 . A G . . .", "NW_1 7 . A G,C . . ."];
    assert_eq!(world.run(&["-f", "ref.fa", "-c", "w"]).unwrap(), kept);
    assert_eq!(world.run(&["-f", "ref.fa", "-c", "x"]).unwrap(), kept[..1]);
    assert_eq!(world.run(&["-f", "ref.fa", "-c", "w", "-m-"]).unwrap().len(), 3);
}

#[test]
fn missing_contig_lines_are_added_under_the_names_of_the_vcf() {
    let world = World::new("1\t5\t.\tA\tT\t.\t.\t.\n");
    let text = world.text(&["-f", "ref.fa", "--no-version"]).unwrap();
    let header: Vec<&str> = text.lines().filter(|line| line.starts_with("##")).collect();
    let lines = ["##contig=<ID=1,length=20>", "##contig=<ID=MT,length=16569>", "##contig=<ID=other,length=4>"];
    assert_eq!(header, [&["##fileformat=VCFv4.2"], &lines[..]].concat());
    let text = world.text(&["-f", "ref.fa"]).unwrap();
    assert!(text.contains("\n##vdx_normalizeVersion=") && text.contains("\n##vdx_normalizeCommand="));
    world.write(&HEADER.replacen('\n', "\n##contig=<ID=1>\n", 1));
    assert_eq!(world.text(&["-f", "ref.fa"]).unwrap().matches("##contig").count(), 1);
}

#[test]
fn unsorted_input_is_refused_with_both_records() {
    let falls = World::new("1\t5\t.\tA\tT\t.\t.\t.\n1\t4\t.\tC\tT\t.\t.\t.\n");
    let back = World::new("1\t5\t.\tA\tT\t.\t.\t.\nMT\t1\t.\tA\tT\t.\t.\t.\n1\t9\t.\tA\tT\t.\t.\t.\n");
    for chunk in ["--chunk-size=1", "--chunk-size=9"] {
        let error = falls.run(&["-f", "ref.fa", chunk]).unwrap_err();
        assert!(
            error.starts_with("/in.vcf:4 1:4: ") && error.contains("found this one behind 1:5; sort the input"),
            "{error}"
        );
        let error = back.run(&["-f", "ref.fa", chunk]).unwrap_err();
        assert!(
            error.starts_with("/in.vcf:5 1:9: ") && error.contains("behind MT:1 although 1 was there before"),
            "{error}"
        );
    }
}

#[test]
fn lines_that_are_no_records_are_refused() {
    for (record, expected) in [
        ("1\t5\t.\tA\tT\t.\t.\n", "found 7"),
        ("1\tx\t.\tA\tT\t.\t.\t.\n", "found 'x'"),
        ("\n", "found 0"),
        ("1\t5\t.\tA\tT,,C\t.\t.\t.\n", "empty one in 'T,,C'"),
        ("1\t5\t.\tA\tT,C\t.\t.\tAC=1\tGT\t0/1\n", "expected 8 tab-separated columns as in the header, found 10"),
    ] {
        let error = World::new(record).run(&["-f", "ref.fa", "-m-"]).unwrap_err();
        assert!(error.starts_with("/in.vcf:3") && error.contains(expected), "{error}");
    }
    let world = World::new("");
    let header = HEADER.replace("INFO\n", "INFO\tFORMAT\ta\n");
    world.write(&format!("{header}1\t5\t.\tA\tT,C\t.\t.\tAC=1\tGT\t0/9\n"));
    let error = world.run(&["-f", "ref.fa", "-m-"]).unwrap_err();
    assert!(error.starts_with("/in.vcf:3") && error.contains("FORMAT/GT"), "{error}");
}

#[test]
fn without_a_reference_sites_are_only_split() {
    let world = World::new("1\t5\t.\tG\tT,C\t.\t.\t.\n1\t6\t.\tCA\tC\t.\t.\t.\n");
    assert_eq!(world.run(&["-m", "-any"]).unwrap(), ["1 5 . G T . . .", "1 5 . G C . . .", "1 6 . CA C . . ."]);
    assert_eq!(world.run(&["-m", "-indels"]).unwrap(), ["1 5 . G T,C . . .", "1 6 . CA C . . ."]);
    let usage = run(Args::parse_from(["vdx-normalize", "in.vcf"]), &Context::silent(TOOL)).unwrap_err();
    assert_eq!(usage.kind(), Kind::Usage);
}

#[test]
fn what_comes_out_goes_in_unchanged() {
    let world = World::new(
        "chr1\t6\t.\tCAC\tC,CACAC,*\t.\t.\t.\nchr1\t8\t.\tCACAGG\tC,CACAGT\t.\t.\t.\nchr1\t18\t.\tT\tTT\t.\t.\t.\n",
    );
    for words in [&["-f", "ref.fa", "--no-version"][..], &["-f", "ref.fa", "-m-", "--no-version"]] {
        let once = world.text(words).unwrap();
        world.write(&once);
        assert_eq!(world.text(words).unwrap(), once);
    }
}

#[test]
fn checking_finds_what_would_change_and_writes_nothing() {
    let normal = "chr1\t3\t.\tGCA\tG\t.\t.\t.\nchr1\t5\t.\tA\tT\t.\t.\t.\nchr1\t5\t.\tA\tC\t.\t.\t.\n";
    let cases: [(&str, &[&str], Outcome); 9] = [
        ("", &["-D"], Outcome::Done),
        ("", &["-S", "lex"], Outcome::Found),
        ("", &["-d", "snps"], Outcome::Found),
        ("chr1\t8\t.\tCAC\tC\t.\t.\t.\n", &[], Outcome::Found),
        ("chr1\t8\t.\tC\tA,T\t.\t.\t.\n", &[], Outcome::Done),
        ("chr1\t8\t.\tC\tA,T\t.\t.\t.\n", &["-m-"], Outcome::Found),
        ("chr1\t8\t.\tCA\t.\t.\t.\t.\n", &[], Outcome::Found),
        ("chr1\t8\t.\tG\tA\t.\t.\t.\n", &["-c", "w"], Outcome::Done),
        ("chr1\t8\t.\tG\tA\t.\t.\t.\n", &["-c", "x"], Outcome::Found),
    ];
    for (more, words, expected) in cases {
        let world = World::new(&format!("{normal}{more}"));
        for chunk in ["--chunk-size=1", "--chunk-size=9"] {
            let outcome = world.outcome(&[&["-f", "ref.fa", "--check", chunk], words].concat()).unwrap();
            assert_eq!(outcome, expected, "{more:?} {words:?}");
        }
    }
    let wrong = World::new("chr1\t8\t.\tG\tA\t.\t.\t.\n");
    assert!(wrong.outcome(&["-f", "ref.fa", "--check"]).unwrap_err().contains("expected REF 'C'"));
}

#[test]
fn duplicates_go_after_alignment_whatever_the_chunks() {
    let world = World::new(
        "1\t3\ta\tGCA\tG\t.\t.\t.\n1\t5\tb\tA\tT\t.\t.\t.\n1\t5\tc\tA\tG,T\t.\t.\t.\n1\t8\td\tCAC\tC\t.\t.\t.\n1\t9\te\tA\tC\t.\t.\t.\n",
    );
    for chunk in ["--chunk-size=1", "--chunk-size=2", "--chunk-size=9"] {
        let ids = |words: &[&str]| -> String {
            let records = world.run(&[&["-f", "ref.fa", chunk], words].concat()).unwrap();
            records.iter().map(|record| record.split(' ').nth(2).unwrap()).collect()
        };
        assert_eq!(ids(&[]), "adbce");
        assert_eq!(ids(&["-D"]), "abce");
        assert_eq!(ids(&["-d", "all"]), "abe");
        assert_eq!(ids(&["-m-", "-D"]), "abce");
        assert_eq!(ids(&["-m-", "-S", "lex"]), "adcbce");
        assert_eq!(ids(&["-N", "-S", "lex"]), "acbde");
    }
}

#[test]
fn records_are_joined_after_alignment() {
    let header = "##fileformat=VCFv4.2\n##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">\n\
                  ##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"\">\n\
                  #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n";
    let world = World::new("");
    let records = "1\t3\ta\tG\tT\t9\tPASS\tAC=1\tGT:AD\t0/1:5,6\n1\t8\tb\tCAC\tC\t10\tq\tAC=2;DB\tGT:AD\t1/0:5,7\n";
    world.write(&format!("{header}{records}"));
    let joined = "1 3 a;b GCA TCA,G 10 q AC=1,2;DB GT:AD 2/1:5,6,7";
    for chunk in ["1", "100"] {
        assert_eq!(world.run(&["-f", "ref.fa", "-m", "+any", "--chunk-size", chunk]).unwrap(), [joined]);
    }
    let apart = ["1 3 a G T 9 PASS AC=1 GT:AD 0/1:5,6", "1 3 b GCA G 10 q AC=2;DB GT:AD 1/0:5,7"];
    assert_eq!(world.run(&["-f", "ref.fa", "-m", "+"]).unwrap(), apart);
    assert_eq!(world.outcome(&["-f", "ref.fa", "-m", "+any", "--check"]).unwrap(), Outcome::Found);

    world
        .write(&format!("{header}{}", records.replace("1\t8", "1\t3").replace("CAC\tC", "GCA\tG").replace("5,7", "5")));
    let error = world.run(&["-m", "+any"]).unwrap_err();
    let expected =
        "1:3: FORMAT/AD of sample s: expected 2 values (Number=R, 1 ALT allele), found 1 value; --force leaves";
    assert!(error.contains(expected), "{error}");
    assert_eq!(world.run(&["-m", "+any", "--force"]).unwrap(), ["1 3 a;b GCA TCA,G 10 q AC=1,2;DB GT 2/1"]);
    world.write(&format!("{header}{records}{}", "1\t8\t.\tG\tT\t.\t.\t.\tGT\t.\n"));
    assert!(
        world.run(&["-m", "+any"]).unwrap_err().contains("1:8: record: expected records of one POS to have the same")
    );
}

#[test]
fn changed_records_tell_what_they_were() {
    let world = World::new(
        "1\t5\t.\tA\tT\t.\t.\tDP=1\n1\t6\t.\tCA\tC,GA\t.\t.\tDP=1\n1\t6\t.\tC\tG,T\t.\t.\tOLD=x\n1\t8\t.\tCAC\tC\t.\t.\t.\n",
    );
    let expected = [
        "1 3 . GCA G . . OLD=1|8|CAC|C",
        "1 5 . A T . . DP=1",
        "1 6 . CA C . . DP=1;OLD=1|6|CA|C,GA|1",
        "1 6 . C G . . DP=1;OLD=1|6|CA|C,GA|2",
        "1 6 . C G . . OLD=x",
        "1 6 . C T . . OLD=x",
    ];
    assert_eq!(world.run(&["-f", "ref.fa", "-m-", "--old-rec-tag", "OLD"]).unwrap(), expected);
    let text = world.text(&["-f", "ref.fa", "--old-rec-tag", "OLD"]).unwrap();
    assert!(text.contains("\n##INFO=<ID=OLD,Number=1,Type=String,"), "{text}");
    world.write(&text);
    let again = world.text(&["-f", "ref.fa", "--old-rec-tag", "OLD", "--no-version"]).unwrap();
    assert_eq!(again.matches("##INFO=<ID=OLD").count(), 1);
}

#[test]
fn lists_of_split_sites_are_summed_or_left_out_where_asked_for() {
    let header = "##fileformat=VCFv4.2\n##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">\n\
                  ##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"\">\n";
    let columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n";
    let world = World::new("");
    world.write(&format!("{header}{columns}1\t5\t.\tA\tT,C\t.\t.\tAC=1\tGT:AD\t1/2:1,2,4\n"));
    let error = world.run(&["-m-"]).unwrap_err();
    assert!(
        error.contains("INFO/AC: expected 2 values") && error.contains("--force leaves such a field out"),
        "{error}"
    );
    let expected = ["1 5 . A T . . . GT:AD 1/0:5,2", "1 5 . A C . . . GT:AD 0/1:3,4"];
    assert_eq!(world.run(&["-m-", "--force", "--keep-sum", "AD"]).unwrap(), expected);
    world.write(&format!("{header}{columns}1\t5\t.\tA\tT,C\t.\t.\tX=1,2\tGT:LAA:LGT\t1/2:2:0/1\n"));
    let expected = ["1 5 . A T . . X=1 GT:LAA:LGT 1/0:.:0/0", "1 5 . A C . . X=2 GT:LAA:LGT 0/1:1:0/1"];
    assert_eq!(world.run(&["-m-", "--number", "X=A"]).unwrap(), expected);
    world.write(HEADER);
    assert!(world.run(&["-m-", "--keep-sum", "AD"]).unwrap_err().contains("expected INFO/AD or FORMAT/AD"));
}

#[test]
fn effects_follow_their_allele() {
    let world = World::new("");
    let csq = "##INFO=<ID=CSQ,Number=.,Type=String,Description=\"From VEP. Format: Allele|Consequence\">\n";
    world.write(&HEADER.replacen('\n', &format!("\n{csq}"), 1));
    let text = std::fs::read_to_string(world.path("in.vcf")).unwrap();
    world.write(&format!("{text}1\t5\t.\tA\tT,C,G\t.\t.\tDB;CSQ=C|x,T|y,C|z\n1\t6\t.\tC\tA,T\t.\t.\tCSQ=A|x,Q|y\n"));
    let expected = [
        "1 5 . A T . . DB;CSQ=T|y",
        "1 5 . A C . . DB;CSQ=C|x,C|z",
        "1 5 . A G . . DB",
        "1 6 . C A . . CSQ=A|x,Q|y",
        "1 6 . C T . . CSQ=A|x,Q|y",
    ];
    assert_eq!(world.run(&["-m-"]).unwrap(), expected);
}

#[test]
fn deletions_and_duplications_without_letters_move_with_their_end() {
    let world = World::new(
        "1\t4\tknown\tC\t<DEL>\t.\t.\tEND=6;SVLEN=-2\n1\t5\tdup\tA\t<DUP:TANDEM>\t.\t.\tSVLEN=2;X\n1\t6\tvague\tC\t<DEL>\t.\t.\tEND=8;IMPRECISE\n1\t6\ttwo\tC\t<DEL>,<DUP>\t.\t.\tSVLEN=-2,4\n1\t7\tins\tA\t<INS>\t.\t.\tSVLEN=2\n",
    );
    let kept = ["1 6 vague C <DEL> . . END=8;IMPRECISE", "1 7 ins A <INS> . . SVLEN=2"];
    let moved = ["1 3 known G <DEL> . . END=5;SVLEN=-2", "1 3 dup G <DUP:TANDEM> . . SVLEN=2;X"];
    let expected = [&moved[..], &kept[..1], &["1 6 two C <DEL>,<DUP> . . SVLEN=-2,4"], &kept[1..]].concat();
    assert_eq!(world.run(&["-f", "ref.fa"]).unwrap(), expected);
    let split = ["1 3 two G <DEL> . . SVLEN=-2", "1 3 two G <DUP> . . SVLEN=4"];
    assert_eq!(world.run(&["-f", "ref.fa", "-m-"]).unwrap(), [&moved[..], &split, &kept].concat());
    assert_eq!(world.run(&["-N", "-c", "w", "-f", "ref.fa"]).unwrap().len(), 5);
}

#[test]
fn sites_beside_other_alleles_are_aligned_where_asked_for() {
    let world = World::new(
        "1\t8\t.\tCAC\t*,C\t.\t.\t.\n1\t8\t.\tCAC\tC,<NON_REF>\t.\t.\tEND=10\n1\t9\t.\tA\t<NON_REF>\t.\t.\tEND=12\n",
    );
    let kept = ["1 8 . CAC *,C . . .", "1 8 . CAC C,<NON_REF> . . END=10", "1 9 . A <NON_REF> . . END=12"];
    assert_eq!(world.run(&["-f", "ref.fa"]).unwrap(), kept);
    let moved = ["1 3 . GCA *,G . . .", "1 3 . GCA G,<NON_REF> . . END=5", kept[2]];
    assert_eq!(world.run(&["-f", "ref.fa", "--per-allele"]).unwrap(), moved);
}
