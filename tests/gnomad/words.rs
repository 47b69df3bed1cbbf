//! Tables and words as people write them.

use crate::made::{CHR1, gnomad, small};
use crate::support::{annotate, run};

fn lookup(db: &str, more: &[&str], stdin: &str) -> crate::support::Ran {
    run(&[&["lookup", "-q", "--db", db, "--fields", "AC,status"], more].concat(), stdin)
}

fn answers(table: &str) -> Vec<String> {
    table.lines().skip(1).map(|row| row.split('\t').skip(5).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn words_are_read_as_people_write_them() {
    let (_folder, db) = small();
    let words = "chr1:100A>C\n1:g.100A>G\nNC_000001.11:g.100A>C\n1 100 A C  \n1_100_A_C\n1/100/A/C\nchr1\t100\tA\tC\r\n\n1-7-A-C\n";
    let found = answers(&lookup(&db, &[], words).ok());
    assert_eq!(
        found,
        ["1 found", "0 filtered", "1 found", "1 found", "1 found", "1 found", "1 found", " absent"],
        "{found:?}"
    );
}

#[test]
fn a_word_that_cannot_be_read_has_a_row_and_the_others_their_answers() {
    let (folder, db) = small();
    let output = folder.path().join("out.tsv");
    let ran = lookup(&db, &["-o", output.to_str().unwrap()], "1-100-A-C\nhello\n1-100\n1-100-A-G\n1:g.300_302del\n");
    let said = ran.fails(1);
    for expected in
        ["3 words were not read", "'hello': expected a variant such as", "'1-100'", "needs the reference, -f"]
    {
        assert!(said.contains(expected), "{said}");
    }
    let table = std::fs::read_to_string(output).unwrap();
    assert_eq!(answers(&table), ["1 found", " unreadable", " unreadable", "0 filtered", " unreadable"]);
    assert!(table.contains("\nhello\t\t\t\t\t\tunreadable\n"), "{table}");
    let said = lookup(&db, &["hello", "1-100-A-C"], "").fails(1);
    assert!(said.contains("1 words were not read") && !said.contains("incomplete"), "{said}");
}

#[test]
fn changes_by_hgvs_are_looked_up_by_the_reference() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        "chr1 5 GTTT G PASS AC=1;AF=0.1;AN=10",
        "chr1 10 C CAA PASS AC=2;AF=0.1;AN=10",
        "chr1 5 G GT PASS AC=3;AF=0.1;AN=10",
        "chr1 14 GA TC PASS AC=4;AF=0.1;AN=10",
    ];
    let lines = [lines[0], lines[2], lines[1], lines[3]].map(str::to_owned);
    let db = gnomad(folder.path(), "any.vcf.gz", ("chr1", 20), &lines);
    let fasta = folder.path().join("ref.fa");
    std::fs::write(&fasta, ">chr1\nCCCCGTTTTCGGCGACCCCC\n").unwrap();
    let words = "chr1:g.6_8del\nchr1:g.7_9delTTT\n1:g.10_11insAA\nchr1:g.9dup\nchr1:g.14_15delinsTC\nchr1:g.18_25del\n";
    let ran = lookup(db.to_str().unwrap(), &["-f", fasta.to_str().unwrap()], words);
    assert_eq!(
        answers(&String::from_utf8_lossy(&ran.stdout)),
        ["1 found", "1 found", "2 found", "3 found", "4 found", " unreadable"]
    );
    assert!(ran.fails(1).contains("'chr1:g.18_25del': it reaches beyond its contig"));
}

#[test]
fn tables_come_in_many_shapes() {
    let (_folder, db) = small();
    let ask =
        |table: &str, more: &[&str]| annotate(&[&["-q", "--db", &db, "--fields", "ac,STATUS"], more].concat(), table);
    for (table, expected) in [
        (
            "# made by hand\n\n#CHROM\tPOS\tREF\tALT\nchr1\t100.0\tA\tC\n",
            "# made by hand\n\n#CHROM\tPOS\tREF\tALT\tgnomad_ac\tgnomad_status\nchr1\t100.0\tA\tC\t1\tfound\n",
        ),
        (
            "#CHROM\tPOS\tREF\tALT\nchr1\t100\tA\tC\n",
            "#CHROM\tPOS\tREF\tALT\tgnomad_ac\tgnomad_status\nchr1\t100\tA\tC\t1\tfound\n",
        ),
        (
            "contig;start;reference;alternate\nchr1;100;A;C,G\n",
            "contig;start;reference;alternate;gnomad_ac;gnomad_status\nchr1;100;A;C,G;1,0;found,filtered\n",
        ),
        (
            "Chromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\n1\t100\tA\tC\n1\t100\tA\t-\n",
            "Chromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tgnomad_ac\tgnomad_status\n\
             1\t100\tA\tC\t1\tfound\n1\t100\tA\t-\t\tnot_represented\n",
        ),
        ("chrom pos ref alt\n".replace(' ', ",").as_str(), "chrom,pos,ref,alt,gnomad_ac,gnomad_status\n"),
        (
            "\"chrom\",\"pos\",\"ref\",\"alt\"\n\"1\",\"chr1\",100,\"A\",\"C\"\n\n\"2\",\"chr1\",,\"A\",\"C\"\n",
            "\"chrom\",\"pos\",\"ref\",\"alt\",gnomad_ac,gnomad_status\n\"1\",\"chr1\",100,\"A\",\"C\",1,found\n\n\
             \"2\",\"chr1\",,\"A\",\"C\",,not_represented\n",
        ),
        ("variant,n\nchr1:100A>C,7\n", "variant,n,gnomad_ac,gnomad_status\nchr1:100A>C,7,1,found\n"),
    ] {
        for more in [&["-@1"][..], &["-@2", "--chunk-size", "1"]] {
            assert_eq!(ask(table, more).ok(), expected);
        }
    }
    let named = ask("c,p,ref,alt\n1,100,A,C\n", &["--columns", "chromosome=C,position=p"]).ok();
    assert!(named.ends_with("1,100,A,C,1,found\n"), "{named}");
    let said = annotate(&["--db", &db], "chrom,pos,ref,alt\n1,100,-,C\n1,200,A,-\n").stderr;
    assert!(said.contains("2 rows have an allele '-'") && said.contains("first at 1:100"), "{said}");
    let said = ask("id,gene\n1,x\n", &[]).fails(1);
    assert!(said.contains("found no column chromosome or chrom or chr among, parted by commas: id, gene"), "{said}");
    assert!(ask("x", &["--columns", "chrom=1"]).fails(2).contains("chromosome, position"));
}

#[test]
fn a_store_with_other_fields_says_which_differ() {
    let folder = tempfile::tempdir().unwrap();
    let lines = ["chr1 100 A C PASS AC=1;AF=0.1;AN=10".to_owned()];
    let path = gnomad(folder.path(), "gnomad.exomes.v4.1.sites.chr1.vcf.bgz", CHR1, &lines);
    let store = folder.path().join("store");
    let build = |fields: &str| {
        let flags = ["build", "-q", "--db", path.to_str().unwrap(), "-o", store.to_str().unwrap(), "--fields", fields];
        run(&flags, "")
    };
    build("af,gnomad_AC").ok();
    let said = build("AC,AN").fails(1);
    assert!(said.contains("(it lacks AN) (it has besides AF)"), "{said}");
    build("AF,AC").ok();
}
