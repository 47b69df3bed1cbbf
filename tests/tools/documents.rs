//! Every shell block of every document, and every example of every `--help`, is run on a small set of data.
//!
//! A block of a document is fenced and its language `sh`. Words behind that are marks: what the block needs that no test
//! has (`MARKS`). It is not run then; `tests/run.sh` counts such blocks. A block of `text` behind one that was run is what it
//! has written to standard output (`text here`: on some machine). A block of another language that has a file's name behind
//! it is that file. The blocks of a document share a folder and follow each other.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use vdx_testkit::{Ran, Stdin, World, binary, installed};

/// What a block may need that is not here: the network; Slurm; Docker, Podman or Apptainer; a release build of the suite,
/// which takes minutes; the data of full size that the figures are measured on.
const MARKS: [&str; 5] = ["network", "slurm", "docker", "build", "full-size"];

/// A fenced block.
#[derive(Debug)]
struct Block {
    line: usize,
    /// `sh network`
    info: String,
    text: String,
}

fn blocks(markdown: &str) -> Vec<Block> {
    let (mut found, mut open) = (Vec::new(), None::<Block>);
    for (number, line) in markdown.lines().enumerate() {
        match (line.trim_start().strip_prefix("```"), open.take()) {
            (Some(info), None) => {
                open = Some(Block { line: number + 1, info: info.to_owned(), text: String::new() });
            }
            (Some(_), Some(block)) => found.push(block),
            (None, Some(mut block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block without an end: {open:?}");
    found
}

/// The documents of the repository.
fn documents() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                walk(&path, found);
            } else if name.ends_with(".md") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new(env!("CARGO_MANIFEST_DIR")), &mut found);
    found.sort();
    assert!(found.len() > 10, "{found:?}");
    found
}

/// Files under the names that documents use, made once.
static DATA: LazyLock<World> = LazyLock::new(|| {
    let world = World::empty();
    let mut datagen = Command::new(env!("CARGO"));
    datagen.args(["run", "-q", "--locked", "-p", "datagen", "--", "demo", "-o"]).arg(world.path("made"));
    let made = datagen.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    // Contigs that ClinVar does not declare, for bcftools; a person of before, who lacks some rows; shards.
    let script = r#"
        mv made/gnomad made/clinvar.vcf.gz . ; mv made/reference.fa ref.fa; mv made/sample.23andme.txt genome.txt
        vdx-normalize -q -f ref.fa -m -any -c w -W -o in.vcf.gz clinvar.vcf.gz; gzip -dc in.vcf.gz >in.vcf
        cp in.vcf.gz cohort.vcf.gz; cp in.vcf.gz.csi cohort.vcf.gz.csi
        { echo chromosome,position,ref_allele,alt_allele; grep -v '^#' in.vcf | head -n 200 | awk -v OFS=, '{print $1,$2,$4,$5}'; } >variants.csv
        grep -v '^#' in.vcf | head -n 20 | awk -v OFS=- '{print $1,$2,$4,$5}' >wanted.txt
        vdx-merge match -q --sample genome.txt -f ref.fa in.vcf.gz -o person.vcf
        vdx-merge report -q person.vcf -o findings.tsv; sed 3,5d findings.tsv >findings.old.tsv
        mkdir parts raw
        for contig in 1 2 3; do vdx-normalize -q -f ref.fa -r $contig in.vcf.gz -o chunk$contig.vcf.gz; done
        cp chunk*.vcf.gz parts; cp genome.txt raw/p1.txt; cp genome.txt raw/p1.23andme.txt
        vdx-merge convert -q --sample genome.txt -f ref.fa --sample-name NA12878 -W -o raw/family.vcf.gz
        cp raw/family.vcf.gz raw/p2.vcf.gz
        printf 'sample\tfile\nsample1\tgenome.txt\n' >samples.tsv
        for index in gnomad/*.bgz; do vdx-gnomad lookup -q --db $index 1-1-A-C || true; done >made/log
        cp ref.fa GRCh37.fa; cp ref.fa.fai GRCh37.fa.fai; cp -r gnomad gnomad-v2.1.1; cp genome.txt rawM.txt
        cp genome.txt raw.txt; rm -r made"#;
    let made = world.bash(&format!("set -e\n{script}"));
    assert_eq!(made.status, Some(0), "{}", made.stderr);
    world
});

/// A folder with a copy of [`DATA`], in which what the repository has seems to lie.
fn folder() -> World {
    let world = World::empty();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copied = world.bash(&format!("cp -a '{}'/. .", DATA.directory().display()));
    assert_eq!(copied.status, Some(0), "{}", copied.stderr);
    for name in ["workflows", "containers", "benches"] {
        symlink(root.join(name), world.path(name)).unwrap();
    }
    world
}

/// Runs `text` in `world`, as a person would who types it; 4711 is a process that will end soon.
fn run(world: &World, text: &str) -> Ran {
    let peers = installed("VDX_PEERS_PYTHON", "python").map(PathBuf::from);
    let peers = peers.as_deref().and_then(Path::parent).map_or_else(String::new, |folder| folder.display().to_string());
    let (waits, text) = match text.contains("4711") {
        true => ("sleep 1 & process=$!\n", text.replace("4711", "$process")),
        false => ("", text.to_owned()),
    };
    let tools = binary("vdx-normalize").parent().unwrap().display().to_string();
    let engines = "XDG_CACHE_HOME=$PWD/.cache NXF_ANSI_LOG=false";
    let script = format!("export PATH='{tools}':\"$PATH\":'{peers}' {engines}\n{waits}{text}");
    let mut command = Command::new("timeout");
    command.args(["300", "bash", "-eu", "-c", &script]).current_dir(world.directory());
    Ran::of(&mut command, Stdin::Null)
}

#[test]
fn the_shell_blocks_of_documents_do_what_they_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Blanks behind a line are not seen by who reads.
    let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    let (mut count, mut shown, mut failed) = (0, 0, Vec::new());
    for path in documents() {
        let name = path.strip_prefix(root).unwrap().display().to_string();
        let found = blocks(&fs::read_to_string(&path).unwrap());
        let world = folder();
        let mut written = None::<String>;
        for Block { line, info, text } in found {
            let words: Vec<&str> = info.split_whitespace().collect();
            match words.as_slice() {
                ["sh", marks @ ..] => {
                    let unknown: Vec<_> = marks.iter().filter(|mark| !MARKS.contains(mark)).collect();
                    assert!(unknown.is_empty(), "{name}:{line}: no such mark: {unknown:?}");
                    if !marks.is_empty() {
                        continue;
                    }
                    count += 1;
                    let ran = run(&world, &text);
                    if ran.status != Some(0) {
                        failed.push(format!("{name}:{line}: exit status {:?}\n{text}\n{}", ran.status, ran.stderr));
                    }
                    written = Some(String::from_utf8_lossy(&ran.stdout).into_owned());
                }
                ["text"] => match written.take() {
                    Some(written) if lines(&written) == lines(&text) => shown += 1,
                    Some(written) => failed.push(format!("{name}:{line}: what comes out is\n{written}")),
                    None => failed.push(format!("{name}:{line}: output of what?")),
                },
                [_, file] if file.contains('.') => drop(world.write(file, text.as_bytes())),
                _ => {}
            }
        }
    }
    assert!(failed.is_empty(), "{} of {count} blocks:\n{}", failed.len(), failed.join("\n"));
    assert!(count > 20 && shown > 2, "only {count} blocks and {shown} outputs were found");
}

#[test]
fn commands_in_documents_stand_in_shell_blocks() {
    let mut wrong = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        let mut fenced = false;
        for (number, line) in text.lines().enumerate() {
            fenced ^= line.trim_start().starts_with("```");
            if !fenced && ["    vdx-", "    cargo ", "    docker "].iter().any(|start| line.starts_with(start)) {
                wrong.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
        for block in blocks(&text) {
            let shell = ["bash", "shell", "console", "sh-session"].iter().any(|name| block.info.starts_with(name));
            let bare = block.info.is_empty() && block.text.lines().any(|line| line.starts_with("vdx-"));
            if shell || bare {
                wrong.push(format!("{}:{}: a block of '{}'", path.display(), block.line, block.info));
            }
        }
    }
    assert!(wrong.is_empty(), "write them as ```sh, so that they are run:\n{}", wrong.join("\n"));
}

#[test]
fn the_examples_of_help_do_what_they_say() {
    let mut count = 0;
    for (tool, commands) in super::flags::TOOLS {
        for command in commands {
            let world = folder();
            let words: Vec<&str> = [command, "-h"].into_iter().filter(|word| !word.is_empty()).collect();
            let help = world.run(tool, &words, Stdin::Null).ok();
            let (_, examples) =
                help.split_once("\nExamples:\n").unwrap_or_else(|| panic!("{tool} {command}: no examples"));
            assert!(
                examples.lines().all(|line| line.len() < 80),
                "{tool} {command}: longer than a terminal\n{examples}"
            );
            count += examples.lines().filter(|line| line.trim_start().starts_with("vdx-")).count();
            let ran = run(&world, examples);
            assert_eq!(ran.status, Some(0), "{tool} {command}:\n{examples}\n{}", ran.stderr);
        }
    }
    assert!(count > 30, "only {count} commands");
}

#[test]
fn blocks_are_found() {
    let found = blocks("x\n```sh network\na\nb\n```\n    ```yaml my.yaml\n    c\n    ```\n");
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].line, found[0].info.as_str(), found[0].text.as_str()), (2, "sh network", "a\nb\n"));
    assert_eq!(found[1].info, "yaml my.yaml");
}

/// The picture of the figures is made of `benches/figures.csv`, and each of those is in `benches/README.md`.
#[test]
fn the_picture_shows_the_figures_that_the_page_has() {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    if let Some(python) = installed("VDX_PEERS_PYTHON", "python") {
        Ran::of(Command::new(python).arg(benches.join("chart.py")).arg("--check"), Stdin::Null).ok();
    }
    let page = fs::read_to_string(benches.join("README.md")).unwrap();
    let figures = fs::read_to_string(benches.join("figures.csv")).unwrap();
    let unit = |measure: &str| if measure == "seconds" { "s" } else { "MB" };
    let mut rows = 0;
    for row in figures.lines().skip(1) {
        let (measure, value) = (row.split(',').next().unwrap(), row.rsplit(',').next().unwrap());
        assert!(page.contains(&format!("{value} {}", unit(measure))), "not in benches/README.md: {row}");
        rows += 1;
    }
    assert!(rows > 10);
}

#[test]
fn the_front_page_is_short() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let words = text.split_whitespace().count();
    assert!(words < 900, "README.md has {words} words: what does not fit goes to the tools' own pages");
}

/// A heading as GitHub names it in a link.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn links_lead_somewhere() {
    let link = regex::Regex::new(r#"\]\(([^)\n ]+)\)|src="([^"]+)""#).unwrap();
    let (mut seen, mut wrong) = (0, Vec::new());
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        for found in link.captures_iter(&text) {
            let target = found.get(1).or(found.get(2)).unwrap().as_str();
            if target.contains("://") || !target.contains(['.', '#', '/']) {
                continue;
            }
            seen += 1;
            let (file, part) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { path.clone() } else { path.with_file_name("").join(file) };
            let mut headings = fs::read_to_string(&file).unwrap_or_default();
            headings.push('\n');
            let has_part = || {
                headings
                    .lines()
                    .filter(|line| line.starts_with('#'))
                    .any(|line| anchor(line.trim_start_matches('#')) == part)
            };
            if !file.exists() || !(part.is_empty() || has_part()) {
                wrong.push(format!("{}: {target}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "links to what is not there:\n{}", wrong.join("\n"));
    assert!(seen > 30, "only {seen} links");
}
