//! `workflows/data` brings files whole or not at all, and `workflows/demo/run.sh --fetch` goes from a raw file to the page. A
//! server on this machine (`tests/data/server.py`) stands for the network.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use vdx_testkit::{Ran, World};

const CLINVAR: &str = "net/ftp.ncbi.nlm.nih.gov/pub/clinvar/vcf_GRCh37";
const ENSEMBL: &str = "net/ftp.ensembl.org/pub/grch37/release-87/fasta/homo_sapiens/dna";
const GNOMAD: &str = "net/storage.googleapis.com/gcp-public-data--gnomad/release/2.1.1/vcf/exomes";

/// The server, ended with the value.
struct Server(Child, u16);

impl Server {
    fn of(world: &World) -> Self {
        let script = root().join("tests/data/server.py");
        let mut command = Command::new("python3");
        command.arg(script).current_dir(world.path("net")).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self(child, line.trim().parse().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// What the servers have: the files of [`World::new`] under their official names, one contig in each.
fn world() -> World {
    let world = World::new(2000);
    let made = world.bash(&format!(
        "set -e; mkdir -p {CLINVAR} {ENSEMBL} {GNOMAD}
         sed '1a ##fileDate=2026-07-05' in.vcf | bgzip >{CLINVAR}/clinvar.vcf.gz; tabix -p vcf {CLINVAR}/clinvar.vcf.gz
         (cd {CLINVAR} && echo \"$(md5sum <clinvar.vcf.gz | cut -c 1-32)  /elsewhere/clinvar_20260705.vcf.gz\" >clinvar.vcf.gz.md5)
         fa=Homo_sapiens.GRCh37.dna.primary_assembly.fa.gz; gzip -c ref.fa >{ENSEMBL}/$fa
         (cd {ENSEMBL} && echo \"$(sum $fa | cut -c 1-11) $fa\" >CHECKSUMS)
         printf '#contig\\tGRCh37\\tGRCh38\\n1\\t20100\\t20100\\n' >contigs.tsv
         mv gnomad/*.bgz {GNOMAD}; tabix -p vcf {GNOMAD}/*.bgz
         printf '2.1.1\\texomes\\t1\\t1\\t%s\\n' $(md5sum <{GNOMAD}/*.bgz | cut -c 1-32) >gnomad.tsv"
    ));
    assert_eq!(made.status, Some(0), "{}", made.stderr);
    world
}

/// A script of `workflows/`, with the server for the network.
fn script(world: &World, port: u16, name: &str, words: &str) -> Ran {
    world.bash(&format!(
        "export VDX_DATA_BASE=http://127.0.0.1:{port} VDX_DATA_CONTIGS=\"$PWD/contigs.tsv\" VDX_DATA_GNOMAD=\"$PWD/gnomad.tsv\"
         export no_proxy=127.0.0.1; exec '{}' {words}",
        root().join("workflows").join(name).display()
    ))
}

#[test]
fn sizes_are_said_before_and_cut_transfers_go_on() {
    let world = world();
    let server = Server::of(&world);
    let whole = std::fs::read(world.path(&format!("{CLINVAR}/clinvar.vcf.gz"))).unwrap();
    let listed = script(&world, server.1, "data/clinvar.sh", "--list --out got");
    assert_eq!((listed.status, world.path("got/clinvar.vcf.gz").exists()), (Some(0), false), "{}", listed.stderr);
    assert!(listed.stderr.contains("0.0 MB  https://ftp.ncbi.nlm.nih.gov/pub/clinvar/vcf_GRCh37/clinvar.vcf.gz\n"));

    // Cut twice while it runs: it goes on by itself, from where it was. The third time it cannot, as nothing comes.
    world.write("net/cuts", format!("/{0}/clinvar.vcf.gz 3000\n/{0}/clinvar.vcf.gz 3000\n/{0}/clinvar.vcf.gz 0\n/{0}/clinvar.vcf.gz 0\n/{0}/clinvar.vcf.gz 0\n/{0}/clinvar.vcf.gz 0\n", &CLINVAR[4..]).as_bytes());
    let cut = script(&world, server.1, "data/clinvar.sh", "--out got");
    assert_eq!(cut.status, Some(1), "{}", cut.stderr);
    assert!(cut.stderr.contains("the same command goes on where it did"), "{}", cut.stderr);
    assert!(!world.path("got/clinvar.vcf.gz").exists());
    assert_eq!(std::fs::read(world.path("got/clinvar.vcf.gz.part")).unwrap(), whole[..6000]);
    world.write("net/cuts", b"");
    world.write("net/asked", b"");
    let done = script(&world, server.1, "data/clinvar.sh", "--out got");
    assert_eq!(done.status, Some(0), "{}", done.stderr);
    assert!(done.stderr.contains("of 2026-07-05"), "{}", done.stderr);
    assert_eq!(std::fs::read(world.path("got/clinvar.vcf.gz")).unwrap(), whole);
    let asked = std::fs::read_to_string(world.path("net/asked")).unwrap();
    assert!(asked.contains("clinvar.vcf.gz bytes=6000-\n"), "{asked}");

    // Whole files are not fetched again.
    world.write("net/asked", b"");
    assert_eq!(script(&world, server.1, "data/clinvar.sh", "--out got").status, Some(0));
    let asked = std::fs::read_to_string(world.path("net/asked")).unwrap();
    assert!(!asked.contains("GET /ftp.ncbi.nlm.nih.gov/pub/clinvar/vcf_GRCh37/clinvar.vcf.gz -"), "{asked}");
}

#[test]
fn what_is_not_what_it_should_be_gets_no_name() {
    let world = world();
    let server = Server::of(&world);
    // Half of an old week's file: the new one is fetched from its beginning.
    let file = format!("{CLINVAR}/clinvar.vcf.gz");
    std::fs::create_dir(world.path("got")).unwrap();
    world.write("got/clinvar.vcf.gz.part", &[7; 900]);
    world.write("got/clinvar.vcf.gz.tag", b"\"another\"\n");
    let anew = script(&world, server.1, "data/clinvar.sh", "--out got");
    assert_eq!(anew.status, Some(0), "{}", anew.stderr);
    assert!(anew.stderr.contains("has changed at its source"), "{}", anew.stderr);
    assert_eq!(std::fs::read(world.path("got/clinvar.vcf.gz")).unwrap(), std::fs::read(world.path(&file)).unwrap());

    world.write(&format!("{file}.md5"), b"00000000000000000000000000000000  clinvar.vcf.gz\n");
    let wrong = script(&world, server.1, "data/clinvar.sh", "--out other");
    assert_eq!(wrong.status, Some(1));
    assert!(wrong.stderr.contains("is not what its source says it is"), "{}", wrong.stderr);
    assert_eq!(std::fs::read_dir(world.path("other")).unwrap().count(), 0, "something stayed");

    // The bytes came as they were sent, but it is another genome.
    world.write("contigs.tsv", b"#contig\tGRCh37\tGRCh38\n1\t20101\t20100\nMT\t16569\t16569\n");
    let other = script(&world, server.1, "data/reference.sh", "--out other");
    assert_eq!(other.status, Some(1));
    assert!(other.stderr.contains("contig 1: expected 20101 bases, found 20100"), "{}", other.stderr);
    assert!(other.stderr.contains("contig MT: expected 16569 bases, found 0"), "{}", other.stderr);
    assert!(!world.path("other/GRCh37.fa").exists() && !world.path("other/GRCh37.fa.part").exists());

    let nowhere = script(&world, 9, "data/clinvar.sh", "--out none");
    assert!(nowhere.status == Some(1) && nowhere.stderr.contains("cannot be reached"), "{}", nowhere.stderr);
    let none = script(&world, server.1, "data/gnomad.sh", "--release 9 --dataset exomes");
    assert!(none.status == Some(2) && none.stderr.contains("2.1.1 exomes"), "{}", none.stderr);
}

#[test]
fn what_is_asked_for_wrongly_is_said_above_the_usage() {
    let world = World::empty();
    for (name, words, said) in [
        ("clinvar", "--build GRCh39", "--build: expected GRCh37 or GRCh38, found 'GRCh39'"),
        ("clinvar", "--contig 1", "unexpected argument '--contig'"),
        ("reference", "--build hg19", "--build: expected GRCh37 or GRCh38, found 'hg19'"),
        ("reference", "--out", "--out needs a value"),
        ("gnomad", "--release 4.1 exomes", "unexpected argument 'exomes'"),
        ("gnomad", "--release 4.1", "give --release and --dataset"),
    ] {
        let ran = script(&world, 9, &format!("data/{name}.sh"), words);
        assert_eq!(ran.status, Some(2), "{name} {words}: {}", ran.stderr);
        assert!(ran.stderr.starts_with(&format!("{name}.sh: {said}\n\nUsage: {name}.sh ")), "{name}: {}", ran.stderr);
        let help = script(&world, 9, &format!("data/{name}.sh"), "--help");
        assert!(help.ok().starts_with(&format!("Usage: {name}.sh ")), "{name}");
    }
    world.write(
        "gnomad.tsv",
        b"4.1\texomes\tchr1\t999999999999\t0\n4.1\texomes\tchr7\t1024\t0\n4.1\texomes\tchrX\t2048\t0\n",
    );
    let two = script(&world, 9, "data/gnomad.sh", "--release 9 --dataset exomes --contig chr7 --contig X");
    assert!(two.stderr.starts_with("gnomad.sh: release 9 has no exomes of contig 7 X; there are:\n"), "{}", two.stderr);
    let two = script(&world, 9, "data/gnomad.sh", "--release 4.1 --dataset exomes --contig chr7 --contig X --list");
    assert!(two.status == Some(0) && two.stderr.contains("1.0 GiB  chr7\n       2.0 GiB  chrX\n"), "{}", two.stderr);
    // What has no room can be listed, and is not begun.
    let all = script(&world, 9, "data/gnomad.sh", "--release 4.1 --dataset exomes --list");
    assert!(all.status == Some(0) && all.stderr.contains(" GiB  chr1\n"), "{}", all.stderr);
    let all = script(&world, 9, "data/gnomad.sh", "--release 4.1 --dataset exomes");
    assert!(all.status == Some(1) && all.stderr.contains("not enough room"), "{}", all.stderr);
}

#[test]
fn a_store_is_built_and_the_files_are_gone() {
    let world = world();
    let server = Server::of(&world);
    let words = "--release 2.1.1 --dataset exomes --store exomes.store --fields AF,AC --out got";
    let built = script(&world, server.1, "data/gnomad.sh", words);
    assert_eq!(built.status, Some(0), "{}", built.stderr);
    assert_eq!(std::fs::read_dir(world.path("got")).unwrap().count(), 0, "the files should have gone");
    let looked = world.bash("head -c 200 ref.fa >/dev/null; vdx-gnomad info --db exomes.store");
    assert!(String::from_utf8_lossy(&looked.stdout).contains("fields\tAC AF"), "{}", looked.stderr);
    // Again: nothing to be done.
    world.write("net/asked", b"");
    assert_eq!(script(&world, server.1, "data/gnomad.sh", words).status, Some(0));
    assert_eq!(std::fs::read_to_string(world.path("net/asked")).unwrap(), "");
}

#[test]
fn from_a_raw_file_to_the_page() {
    let world = world();
    let server = Server::of(&world);
    let ran = script(&world, server.1, "demo/run.sh", "--installed --fetch --sample raw.txt --out out --threads 1");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(said.contains("(200 rows)"), "{said}");
    assert!(std::fs::read_to_string(world.path("out/report.html")).unwrap().contains("</html>"));
    assert!(ran.stderr.contains("Reference genome, GRCh37"), "{}", ran.stderr);
    drop(server);

    // What is there is enough without a network; what is not is named.
    let again = script(&world, 9, "demo/run.sh", "--installed --fetch --sample raw.txt --out out --threads 1");
    assert_eq!(again.status, Some(0), "{}", again.stderr);
    std::fs::remove_file(world.path("out/fetched/clinvar.vcf.gz")).unwrap();
    let without = script(&world, 9, "demo/run.sh", "--installed --fetch --sample raw.txt --out out --threads 1");
    assert_eq!(without.status, Some(1));
    assert!(without.stderr.contains("ClinVar is missing"), "{}", without.stderr);
    assert!(without.stderr.contains("--clinvar"), "{}", without.stderr);
}

#[test]
fn the_tables_are_whole_and_the_page_says_what_they_say() {
    let read = |name: &str| std::fs::read_to_string(root().join("workflows/data").join(name)).unwrap();
    let (table, page, contigs) = (read("gnomad.tsv"), read("README.md"), read("contigs.tsv"));
    let rows: Vec<Vec<&str>> =
        table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
    for row in &rows {
        assert!(row.len() == 5 && row[4].len() == 32 && row[3].parse::<u32>().is_ok(), "{row:?}");
        assert_eq!(row[2].starts_with("chr"), row[0] != "2.1.1", "{row:?}");
    }
    let header = page.lines().find(|line| line.starts_with("| GiB |")).expect("the table of sizes");
    let columns: Vec<&str> = header.split('|').map(str::trim).skip(2).filter(|name| !name.is_empty()).collect();
    let sizes = page.lines().skip_while(|line| *line != header).skip(2).take_while(|line| line.starts_with('|'));
    let releases: std::collections::BTreeSet<String> =
        rows.iter().map(|row| format!("{} {}", row[0], row[1])).collect();
    assert_eq!((sizes.clone().count(), columns.len()), (25, releases.len()), "1 to 22, X, Y, all; {releases:?}");
    for line in sizes {
        let cells: Vec<&str> = line.split('|').map(str::trim).skip(1).collect();
        for (column, cell) in columns.iter().zip(&cells[1..]) {
            let of = |row: &&Vec<&str>| format!("{} {}", row[0], row[1]) == *column;
            let mib = |row: &Vec<&str>| row[3].parse::<f64>().unwrap();
            let bare = |row: &Vec<&str>| row[2].trim_start_matches("chr").to_owned();
            let said = match cells[0] {
                "all" => format!("{:.0}", rows.iter().filter(of).map(mib).sum::<f64>() / 1024.0),
                name => rows
                    .iter()
                    .filter(of)
                    .find(|row| bare(row) == name)
                    .map_or("-".to_owned(), |row| format!("{:.1}", mib(row) / 1024.0)),
            };
            assert_eq!(said, *cell, "{column}, {}", cells[0]);
        }
    }
    for line in contigs.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let number = vdx_vcf::contig::number(cells[0].as_bytes()).unwrap();
        let length = |build: vdx_vcf::assembly::Assembly| build.length(number).unwrap().to_string();
        use vdx_vcf::assembly::Assembly::{Grch37, Grch38};
        assert_eq!((length(Grch37).as_str(), length(Grch38).as_str()), (cells[1], cells[2]), "{line}");
    }
    assert_eq!(contigs.lines().count(), 26);
}
