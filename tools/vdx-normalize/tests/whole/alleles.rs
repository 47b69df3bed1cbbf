//! Records that get other alleles: REF set right, atoms, and indels that stay for the sake of their haplotype.

use crate::world::{SAMPLES, World, sampled, short};
use vdx_cli::Outcome;

#[test]
fn a_wrong_reference_is_set_right() {
    let world = sampled(&[
        "3 . A . GT 0/1 0/0",
        "4 T C AC=1;AN=4;AF=0.25 GT:AD:PL 0|1:7,8:3,0,9 0/0:5,0:0,1,2",
        "5 C G,A AC=1,2 GT:AD 1/2:7,8,9 0:1,2,3",
        "6 AGC A . GT:AD 0/1:3,4 1/1:5,6",
        "7 T . . GT 0/0 .",
        "8 C c,A AC=1,2 GT:AD 1/2:7,8,9 0/0:1,2,3",
        "9 T G AC=1 GT 0/1 1/1",
        "40 T G AC=1 GT 0/1 1/1",
    ]);
    let expected = [
        "3 G A . GT 0/1 0/0",
        "4 C T AC=3;AN=4;AF=0.75 GT:AD:PL 1|0:8,7:9,0,3 1/1:0,5:2,1,0",
        "5 A G,C AC=1,1 GT:AD 1/0:9,8,7 2:3,2,1",
        // REF was overwritten: a deletion of what is there.
        "6 CAC A . GT:AD 0/1:3,4 1/1:5,6",
        "7 A T . GT 1/1 .",
        "8 C A AC=2 GT:AD 0/1:15,9 0/0:3,3",
        "9 A G AC=1 GT 0/1 1/1",
        "40 T G AC=1 GT 0/1 1/1",
    ];
    assert_eq!(short(&world.run(&["-f", "ref.fa", "-c", "s"]).unwrap()), expected);
    assert_eq!(world.run(&["-f", "ref.fa", "-c", "xs"]).unwrap().len(), 7);
    let tagged = short(&world.run(&["-f", "ref.fa", "-c", "ws", "--old-rec-tag", "OLD"]).unwrap());
    assert_eq!(tagged[4], "7 A T OLD=chr1|7|T|. GT 1/1 .");
    assert!(tagged[7].starts_with("40 T G AC=1 GT"), "{}", tagged[7]);
    assert!(world.run(&["-f", "ref.fa", "-c", "es"]).unwrap_err().contains("expected REF"));
}

#[test]
fn a_reference_is_set_right_before_the_site_is_split_and_aligned() {
    let world = sampled(&["4 T C,G AC=1,2;AN=6 GT:AD 0/2:7,8,9 0|1:1,2,3", "8 CAT CAC,C . GT 0/1 1/2"]);
    let expected = [
        // ALT CAC of the second is what the FASTA has; its old REF is a SNV, its other ALT a deletion.
        "3 GCA G . GT 0/0 0/1",
        "4 C T AC=3;AN=6 GT:AD 1/0:8,7 1|0:2,1",
        "4 C G AC=2;AN=6 GT:AD 0/1:8,9 0|0:2,3",
        "10 C T . GT 1/0 0/0",
    ];
    assert_eq!(short(&world.run(&["-f", "ref.fa", "-c", "s", "-m-"]).unwrap()), expected);
    let checked = world.outcome(&["-f", "ref.fa", "-c", "s", "--check"]).unwrap();
    assert_eq!(checked, Outcome::Found);
    // Set right twice is set right once.
    let once = world.text(&["-f", "ref.fa", "-c", "s", "--no-version"]).unwrap();
    world.write(&once);
    assert_eq!(world.text(&["-f", "ref.fa", "-c", "s", "--no-version"]).unwrap(), once);
}

#[test]
fn complex_variants_are_taken_apart() {
    let world = sampled(&[
        "3 G T . GT 0/1 0/0",
        "4 CACA TACG AC=1;AN=4 GT:AD:PL 0|1:7,8:3,0,9 0/0:5,0:0,1,2",
        "5 A CGG,C AC=1,2;AF=0.25,0.5 GT:AD:PL 1/2:7,8,9:0,1,2,3,4,5 0:1,2,3:0,1,2",
        "6 C G . GT 0/1 0/0",
        "8 CAC C,CGC . GT 1|2 0/0",
    ]);
    let atoms = |words: &[&str]| short(&world.run(&[&["-a"], words].concat()).unwrap());
    let expected = [
        "3 G T . GT 0/1 0/0",
        "4 C T AC=1;AN=4 GT:AD:PL 0|1:7,8:3,0,9 0/0:5,0:0,1,2",
        // Both ALTs have the C, one alone the insertion: to that the other one is in the way.
        "5 A AGG,* AC=1,.;AF=0.25,. GT:AD:PL 1/2:7,8,.:0,1,2,.,.,. 0:1,2,.:0,1,.",
        "5 A C AC=3;AF=0.75 GT:AD:PL 1/1:7,17:0,1,2 0:1,5:0,1",
        "6 C G . GT 0/1 0/0",
        // Moved right past others.
        "7 A G AC=1;AN=4 GT:AD:PL 0|1:7,8:3,0,9 0/0:5,0:0,1,2",
        "8 CAC C,* . GT 1|2 0/0",
        "9 A G,* . GT 2|1 0/0",
    ];
    assert_eq!(atoms(&[]), expected);
    assert_eq!(atoms(&["--atom-overlaps", "."])[6..], ["8 CAC C . GT 1|. 0/0", "9 A G . GT .|1 0/0"]);
    let split = atoms(&["-m-", "--old-rec-tag", "OLD", "-d", "exact"]);
    assert_eq!(split[2], "5 A AGG AC=1;AF=0.25;OLD=chr1|5|A|CGG,C|1 GT:AD:PL 1/0:7,8:0,1,2 0:1,2:0,1");
    assert_eq!(split[3], "5 A C AC=1;AF=0.25;OLD=chr1|5|A|CGG,C|1 GT:AD:PL 1/0:7,8:0,1,2 0:1,2:0,1");
    assert_eq!(split.len(), 8);
    assert!(atoms(&["--old-rec-tag", "OLD"])[3].contains("OLD=chr1|5|A|CGG,C|1,2 "));
    // Aligned as a whole first: alone the deletion would move to 3, past the substitution of its own haplotype.
    let world = sampled(&["8 CAC T . GT 1/1 0/0"]);
    let aligned = short(&world.run(&["-a", "-f", "ref.fa"]).unwrap());
    assert_eq!(aligned, ["8 C T . GT 1/1 0/0", "8 CAC C . GT 1/1 0/0"]);
}

/// What becomes of `records` with `--safe`, the same for chunks of every size, and done twice as once.
fn safe(records: &[&str], words: &[&str]) -> Vec<String> {
    let world = sampled(records);
    let words = [&["-f", "ref.fa", "--safe", "--no-version"], words].concat();
    let whole = world.text(&words).unwrap();
    for size in 1..4 {
        let size = format!("--chunk-size={size}");
        assert_eq!(world.text(&[&words[..], &[size.as_str()]].concat()).unwrap(), whole, "{records:?} {size}");
    }
    let shown = short(&world.run(&words).unwrap());
    world.write(&whole);
    assert_eq!(world.text(&words).unwrap(), whole, "{records:?}: changed once more");
    shown
}

#[test]
fn nothing_moves_past_another_variant_of_its_haplotype() {
    let deletion = |call: &str| format!("8 CAC C . GT:PS {call} 0/0");
    let moved = |call: &str| format!("3 GCA G . GT:PS {call} 0/0");
    for (other, call, stays) in [
        ("6 C T . GT:PS 0|1:. 0/0", "0|1:.", true),
        ("6 C T . GT:PS 0|1:. 0/0", "1|0:.", false),
        ("6 C T . GT:PS 0|1:4 0/0", "0|1:5", false),
        ("6 C T . GT:PS 0/1:. 0/0", "0/1:.", false),
        ("6 C T . GT:PS 0/1:. 0/0", "1/1:.", false),
        ("6 C T . GT:PS 1/1:. 0/0", "0|1:.", true),
        ("6 C T . GT:PS 0/0:. 1/1", "1/1:.", false),
        ("6 C T,G . GT:PS 1/2:. 0/0", "1|0:.", true),
        // Where it would go, and a deletion that reaches there.
        ("3 G T . GT:PS 1|0:. 0/0", "1|0:.", true),
        ("2 GGC G . GT:PS 1|0:. 0/0", "1|0:.", true),
        ("1 G T . GT:PS 1|0:. 0/0", "1|0:.", false),
        ("6 C * . GT:PS 1|0:. 0/0", "1|0:.", false),
    ] {
        let found = safe(&[other, &deletion(call)], &["-c", "w"]);
        let expected = if stays { deletion(call) } else { moved(call) };
        assert!(found.contains(&expected), "{other} {call}: {found:?}");
    }
    // Behind it at its POS, in the next chunk.
    let found = safe(&[&deletion("1|1:."), "8 C A . GT 0|1 0/0", "9 A C . GT 0|1 0/0"], &[]);
    assert_eq!(found[0], deletion("1|1:."));
    assert_eq!(safe(&[&deletion("1|1:."), "8 C A . GT 0/1 0/0"], &[])[0], moved("1|1:."));
    assert_eq!(safe(&[&deletion("1|1:."), "9 A C . GT 0|1 0/0"], &[])[0], moved("1|1:."));
}

#[test]
fn a_variant_that_moved_out_of_the_way_is_where_it_went() {
    // Both deletions of the haplotype would go to 3: the first does, the second stays.
    let records = ["6 CAC C . GT 1|0 0/0", "8 CAC C . GT 1|0 0/0"];
    assert_eq!(safe(&records, &[]), ["3 GCA G . GT 1|0 0/0", "8 CAC C . GT 1|0 0/0"]);
    // Alleles of one site are on different haplotypes, and not in each other's way.
    let found = safe(&["8 CAC C,CACAC . GT 1|2 0/0"], &["-m-"]);
    assert_eq!(found, ["3 GCA G . GT 1|0 0/0", "3 G GCA . GT 0|1 0/0"]);
    let found = safe(&["6 C T . GT 1|0 0/0", "8 CAC C,CACAC . GT 1|2 0/0"], &["-m-"]);
    assert_eq!(found, ["3 G GCA . GT 0|1 0/0", "6 C T . GT 1|0 0/0", "8 CAC C . GT 1|0 0/0"]);
    // What is further back than is known stays.
    assert_eq!(safe(&["8 CAC C . GT 1|0 0/0"], &["-w", "4"]), ["8 CAC C . GT 1|0 0/0"]);
    assert_eq!(safe(&["8 CAC C . GT 1|0 0/0"], &["-w", "5"]), ["3 GCA G . GT 1|0 0/0"]);
    // Trimming is no move.
    assert_eq!(safe(&["6 C T . GT 1|0 0/0", "7 ACA ACC . GT 1|0 0/0"], &[])[1], "9 A C . GT 1|0 0/0");
}

#[test]
fn files_without_samples_know_no_haplotypes() {
    let world = World::new("chr1\t6\t.\tC\tT\t.\t.\t.\nchr1\t8\t.\tCAC\tC\t.\t.\t.\n");
    let expected = ["chr1 3 . GCA G . . .", "chr1 6 . C T . . ."];
    assert_eq!(world.run(&["-f", "ref.fa", "--safe"]).unwrap(), expected);
}

/// The haplotypes of the first sample, spelled by the records of a VCF on `contig`.
fn spelled(vcf: &str, contig: &str) -> [String; 2] {
    let mut haplotypes = [0, 1].map(|_| contig.bytes().map(|base| vec![base]).collect::<Vec<_>>());
    for line in vcf.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let at = fields[1].parse::<usize>().unwrap() - 1;
        let (reference, alt) = (fields[3].as_bytes(), fields[4].as_bytes());
        let shared = reference.iter().zip(alt).take_while(|(ours, theirs)| ours == theirs).count();
        for (haplotype, _) in haplotypes.iter_mut().zip(fields[9].split('|')).filter(|(_, allele)| *allele == "1") {
            haplotype[at + shared..at + reference.len()].iter_mut().for_each(Vec::clear);
            // Behind what was put in there before.
            haplotype[at + shared - 1].extend_from_slice(&alt[shared..]);
        }
    }
    haplotypes.map(|bases| String::from_utf8(bases.concat()).unwrap())
}

#[test]
fn haplotypes_stay_what_they_are() {
    let mut random = vdx_testkit::Random(3);
    let mut below = |limit: usize| random.below(limit as u32) as usize;
    let (mut unsafe_differ, mut moved) = (0, 0);
    for _ in 0..40 {
        let mut contig = "GATC".to_owned();
        while contig.len() < 300 {
            let unit: String = (0..=below(2)).map(|_| ['A', 'C'][below(2)]).collect();
            contig += &unit.repeat(1 + below(12));
        }
        let mut records = String::new();
        let mut at = 10;
        while at + 10 < contig.len() {
            let length = 1 + below(3);
            let (reference, alt) = match below(3) {
                0 => (contig[at..=at + length].to_owned(), contig[at..=at].to_owned()),
                1 => (contig[at..=at].to_owned(), contig[at..=at].to_owned() + &contig[at + 1..=at + length]),
                _ => (contig[at..=at].to_owned(), if contig[at..].starts_with('A') { "C" } else { "A" }.to_owned()),
            };
            let call = ["0|1", "1|0", "1|1"][below(3)];
            records += &format!("chr1\t{}\t.\t{reference}\t{alt}\t.\t.\t.\tGT\t{call}\t0|0\n", at + 1);
            // Also directly behind each other.
            at += length + 1 + below(6);
        }
        let world = World::new("");
        std::fs::write(world.path("ref.fa"), format!(">chr1\n{contig}\n")).unwrap();
        world.write(&(SAMPLES.to_owned() + &records));
        let before = spelled(&records, &contig);
        let safe = world.text(&["-f", "ref.fa", "--safe", "--no-version"]).unwrap();
        assert_eq!(spelled(&safe, &contig), before, "{contig}\n{records}");
        moved += usize::from(!safe.ends_with(&records));
        let free = world.text(&["-f", "ref.fa", "--no-version"]).unwrap();
        unsafe_differ += usize::from(spelled(&free, &contig) != before);
    }
    assert!(unsafe_differ > 20 && moved > 20, "{unsafe_differ} {moved}");
}
