//! Several builds of one store at once, and builds that are killed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::made::{CHR1, gnomad, small};
use crate::support::{annotate, bgzip, run, vcf};

const TABLE: &str = "locus\tAN\nchr1:99\t90000\nchr1:100\t100000\n";

fn start(arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vdx-gnomad"));
    command.arg("build").arg("-q").args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Everything in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// A build that waits for the rest of its table of sites, which comes by a named pipe.
struct Waiting {
    child: Child,
    pipe: std::fs::File,
}

impl Waiting {
    /// Starts it; it has built its contigs and begun with the sites of chr1.
    fn start(db: &str, folder: &Path, store: &str, more: &[&str]) -> Self {
        let fifo = folder.join("gnomad.exomes.v4.1.allele_number_all_sites.tsv");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let child = start(&[&["--db", db, "-o", store, "--an-sites", fifo.to_str().unwrap()], more].concat());
        let mut pipe = std::fs::File::options().write(true).open(&fifo).unwrap();
        std::fs::remove_file(&fifo).unwrap();
        pipe.write_all(TABLE.as_bytes()).unwrap();
        let target = if more.is_empty() { format!("{store}.partial") } else { store.to_owned() };
        let sites = Path::new(&target).join(".chr1.an.part");
        // The pipe takes no more than the build reads; one that ended breaks it.
        let mut positions = 101..CHR1.1;
        while !sites.exists() {
            let pos = positions.next().expect("sites are being written");
            writeln!(pipe, "chr1:{pos}\t80").unwrap();
        }
        Self { child, pipe }
    }

    /// Lets it end.
    fn end(self) -> Output {
        drop(self.pipe);
        self.child.wait_with_output().unwrap()
    }

    /// Kills it, as it is.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn store(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_second_build_of_a_whole_store_says_that_one_is_at_work() {
    let (folder, db) = small();
    let store = store(folder.path(), "store");
    let first = Waiting::start(&db, folder.path(), &store, &[]);
    for more in [&[][..], &["--contig", "chr1"], &["--fields", "AC"]] {
        let said = run(&[&["build", "--db", &db, "-o", &store], more].concat(), "").fails(1);
        assert!(said.contains("store.partial: another vdx-gnomad build is making this store"), "{said}");
    }
    let ended = first.end();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(names(Path::new(&store)), ["MT.vdxg", "chr1.an", "chr1.vdxg"]);
    assert!(!Path::new(&format!("{store}.partial")).exists());
    let out =
        annotate(&["-q", "--db", &store, "--fields", "AC,AN,status"], &vcf(&["chr1 99 A C", "chr1 100 A C"])).ok();
    assert!(out.contains("gnomad_AN=90000;gnomad_status=absent") && out.contains("gnomad_AC=1;"), "{out}");
    // What is there is kept by a build that comes later.
    let again = run(&["build", "--db", &db, "-o", &store], "");
    assert!(again.stderr.contains("contigs_kept=2"), "{}", again.stderr);
}

#[test]
fn a_file_is_made_by_one_build_and_others_by_others() {
    let (folder, db) = small();
    let store = store(folder.path(), "store");
    let first = Waiting::start(&db, folder.path(), &store, &["--contig", "chr1"]);
    let sites = bgzip(&folder.path().join("gnomad.exomes.v4.1.allele_number_all_sites.tsv.bgz"), TABLE);
    let sites = ["--an-sites", sites.to_str().unwrap()];
    let job = |more: &[&str]| run(&[&["build", "--db", &db, "-o", &store], more].concat(), "");
    let said = job(&[&["--contig", "chr1"], &sites[..]].concat()).fails(1);
    assert!(said.contains("chr1.an: another vdx-gnomad build is writing this file; let it end"), "{said}");
    assert!(names(Path::new(&store)).contains(&".chr1.an.part".to_owned()), "the first build's file is still there");
    // Other contigs are others' business, and so is a contig that is complete.
    job(&["--contig", "MT"]).ok();
    job(&["--contig", "chr1"]).ok();
    assert!(first.end().status.success());
    assert_eq!(names(Path::new(&store)), ["MT.vdxg", "chr1.an", "chr1.vdxg"]);
}

#[test]
fn nothing_of_a_killed_build_stays_behind() {
    let (folder, db) = small();
    let sites = bgzip(&folder.path().join("gnomad.exomes.v4.1.allele_number_all_sites.tsv.bgz"), TABLE);
    let sites = ["--an-sites", sites.to_str().unwrap()];
    for (name, one) in [("whole", &[][..]), ("one", &["--contig", "chr1"])] {
        let store = store(folder.path(), name);
        let left = PathBuf::from(if one.is_empty() { format!("{store}.partial") } else { store.clone() });
        for with_sites in [&sites[..], &[]] {
            Waiting::start(&db, folder.path(), &store, one).kill();
            // Contigs that are complete, and an empty file that says what was being made.
            let whole = if one.is_empty() { &["MT.vdxg", "chr1.vdxg"][..] } else { &["chr1.vdxg"] };
            let found = names(&left);
            assert!(found.contains(&".chr1.an.part".to_owned()), "{found:?}");
            assert!(found.iter().all(|name| whole.contains(&&**name) || name.ends_with(".part")), "{found:?}");
            assert_eq!(std::fs::metadata(left.join(".chr1.an.part")).unwrap().len(), 0);
            std::fs::write(left.join(".chr1.vdxg.part"), "what a build left that was killed while it made the contig")
                .unwrap();
            std::fs::remove_file(left.join("chr1.vdxg")).unwrap();
            run(&[&["build", "-q", "--db", &db, "-o", &store], one, with_sites].concat(), "").ok();
            let mut expected = vec!["chr1.vdxg"];
            expected.extend(one.is_empty().then_some("MT.vdxg"));
            expected.extend((!with_sites.is_empty()).then_some("chr1.an"));
            expected.sort_unstable();
            assert_eq!(names(Path::new(&store)), expected);
            assert!(!Path::new(&format!("{store}.partial")).exists());
            std::fs::remove_dir_all(&store).unwrap();
        }
    }
}

/// As they come: each build ends well or says that another is at work, and the store is that of one build alone.
#[test]
fn many_builds_at_once_make_one_store() {
    let folder = tempfile::tempdir().unwrap();
    for contig in ["chr1", "chr2", "chr3"] {
        let lines: Vec<String> =
            (0..3000).map(|at| format!("{contig} {} A C PASS AC={at};AF=0.1;AN=5000", 100 + at)).collect();
        let length = if contig == "chr1" { CHR1.1 } else { 190_000_000 };
        gnomad(folder.path(), &format!("gnomad.exomes.v4.1.sites.{contig}.vcf.bgz"), (contig, length), &lines);
    }
    let db = folder.path().to_str().unwrap();
    let alone = store(folder.path(), "alone");
    run(&["build", "-q", "--db", db, "-o", &alone], "").ok();
    let read = |store: &str, name: &String| std::fs::read(Path::new(store).join(name)).unwrap();
    for round in 0..6 {
        let store = store(folder.path(), &format!("store{round}"));
        // In some rounds a job for each contig, twice, as well as whole builds.
        let jobs: &[&[&str]] = match round % 2 {
            0 => &[&[], &[], &[], &[]],
            _ => &[&["--contig", "chr1"], &["--contig", "chr2"], &["--contig", "chr1"], &["--contig", "chr3"]],
        };
        let builds: Vec<Child> =
            jobs.iter().map(|more| start(&[&["--db", db, "-o", &store], *more].concat())).collect();
        let mut ended_well = 0;
        for build in builds {
            let Output { status, stderr, .. } = build.wait_with_output().unwrap();
            let said = String::from_utf8(stderr).unwrap();
            match status.code() {
                Some(0) => ended_well += 1,
                Some(1) => assert!(said.contains("another vdx-gnomad build is"), "{said}"),
                code => panic!("{code:?} {said}"),
            }
        }
        assert!(ended_well >= if round % 2 == 0 { 1 } else { 3 }, "{ended_well}");
        assert_eq!(names(Path::new(&store)), names(Path::new(&alone)));
        names(Path::new(&store)).iter().for_each(|name| assert!(read(&store, name) == read(&alone, name), "{name}"));
        assert!(!Path::new(&format!("{store}.partial")).exists());
    }
}
