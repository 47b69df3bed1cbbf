//! Which tools run on which inputs, with which budgets.

use std::path::{Path, PathBuf};

use super::inputs;
use super::run;

/// A few cells on small, dense inputs, all cells on them, or all on inputs of full size.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    Dense,
    Cells,
    Full,
}

/// One run of a case.
#[derive(Clone, Copy)]
pub struct Cell {
    /// `--memory`, in bytes.
    pub budget: u64,
    /// `--threads`
    pub threads: u32,
}

/// A command on an input.
pub struct Case {
    /// For the table.
    pub name: String,
    words: Vec<String>,
    folder: PathBuf,
}

impl Case {
    fn new(line: &str, folder: &Path) -> Self {
        let words = line.split(' ').chain(["--no-version", "-q"]).map(str::to_owned).collect();
        Self { name: line.to_owned(), words, folder: folder.to_owned() }
    }

    /// The words of one cell.
    pub fn command(&self, cell: Cell) -> Vec<String> {
        let memory = (cell.budget >> 10).to_string() + "K";
        let more = ["--memory", &memory, "--threads", &cell.threads.to_string()].map(str::to_owned);
        [&self.words[..], &more].concat()
    }

    /// The cells, from the smallest budget that is accepted on.
    pub fn cells(&self, scale: Scale) -> Vec<Cell> {
        let least = self.least();
        let (budgets, threads) = match scale {
            Scale::Dense => (vec![least, 64], vec![1, 3]),
            Scale::Cells | Scale::Full => (vec![least, 24, 40, 64, 128, 512], vec![1, 2, 8]),
        };
        let mut budgets: Vec<u64> = budgets.into_iter().filter(|&mib| mib >= least).collect();
        budgets.sort_unstable();
        budgets.dedup();
        let cell = |mib: u64| threads.iter().map(move |&threads| Cell { budget: mib << 20, threads });
        budgets.into_iter().flat_map(cell).collect()
    }

    /// In MiB, as the refusal of too small a one names it.
    pub fn least(&self) -> u64 {
        let tiny = run::run(&self.command(Cell { budget: 1 << 20, threads: 1 }), 1 << 30, &self.folder);
        let said =
            tiny.stderr().split("the smallest that works is ").nth(1).unwrap_or_else(|| panic!("{}", tiny.stderr()));
        said.split('M').next().unwrap().parse().unwrap()
    }
}

/// All cases of a scale, their inputs made in `folder`.
pub fn cases(scale: Scale, folder: &Path) -> Vec<Case> {
    let full = |full: u32, dense: u32| if scale == Scale::Full { full } else { dense };
    let at = |name: &str| folder.join(name);
    inputs::clinvar(&at("clinvar.vcf"), full(3_000_000, 60_000));
    inputs::clinvar(&at("clinvar.vcf.gz"), full(3_000_000, 60_000));
    inputs::wide(&at("wide.vcf"), full(150, 40), full(20_000, 20_000), 1000, 1);
    inputs::wide(&at("wide.vcf.gz"), full(150, 40), full(20_000, 20_000), 1000, 1);
    inputs::wide(&at("split.vcf"), 3, full(100_000, 20_000), 1000, full(8, 12));
    inputs::one_pos(&at("pos.vcf"), full(600_000, 200_000));
    inputs::in_repeat(&at("repeat.vcf"), &at("repeat.fa"), full(100_000, 6000), 1000);
    inputs::long_line(&at("long.vcf"), full(100_000_000, 30_000_000));
    inputs::contigs(&at("contigs.vcf"), full(1_000_000, 150_000));
    inputs::long_header(&at("header.vcf.gz"), full(1_000_000_000, 100_000_000));
    inputs::raw(&at("raw.txt"), full(5_000_000, 1_500_000), false);
    inputs::raw(&at("shuffled.txt.gz"), full(5_000_000, 800_000), true);
    inputs::reference(&at("ref.fa"), 1_000_000);
    inputs::one_base(&at("a.fa"), full(30_000_100, 600_100));
    std::fs::create_dir(at("gnomad")).unwrap();
    inputs::gnomad(&at("gnomad/gnomad.exomes.r2.1.1.sites.1.vcf.bgz"), full(1_000_000, 50_000));
    let mut lines = vec![
        "vdx-normalize -m -any clinvar.vcf.gz",
        "vdx-normalize -m -any -Ob clinvar.vcf.gz",
        "vdx-normalize -f ref.fa -c w -m -any -w 10000 wide.vcf",
        "vdx-normalize -m -any -Oz -w 10000 wide.vcf.gz",
        "vdx-normalize -m -any split.vcf",
        "vdx-normalize -d exact pos.vcf",
        "vdx-normalize -m -any pos.vcf",
        "vdx-normalize --safe -f repeat.fa repeat.vcf",
        "vdx-normalize -m -any long.vcf",
        "vdx-normalize -m -any contigs.vcf",
        "vdx-normalize -m -any header.vcf.gz",
        "vdx-gnomad annotate --db gnomad clinvar.vcf.gz",
        "vdx-merge match --sample raw.txt clinvar.vcf",
        "vdx-merge match --sample shuffled.txt.gz --all clinvar.vcf.gz",
        "vdx-merge match --sample raw.txt contigs.vcf",
        "vdx-merge convert --sample raw.txt -f a.fa --sites clinvar.vcf.gz --all-sites",
        "vdx-merge shards clinvar.vcf",
    ];
    if scale != Scale::Dense {
        let mut matched = std::process::Command::new(vdx_testkit::binary("vdx-merge"));
        matched.args("match --sample raw.txt --all -q -o matched.vcf clinvar.vcf".split(' ')).current_dir(folder);
        assert!(matched.status().unwrap().success());
        lines.extend([
            "vdx-normalize -m -any clinvar.vcf",
            "vdx-normalize -m -any -Oz clinvar.vcf.gz",
            "vdx-normalize -m -any -Oz9 -w 0 clinvar.vcf",
            "vdx-normalize -m -any -Ob wide.vcf",
            "vdx-normalize -S lex pos.vcf",
            "vdx-normalize -m -any -Ob split.vcf",
            "vdx-normalize -m -any -Oz long.vcf",
            "vdx-normalize -m -any -Ob contigs.vcf",
            "vdx-gnomad annotate --db gnomad -Oz clinvar.vcf",
            "vdx-gnomad annotate --db gnomad contigs.vcf",
            "vdx-gnomad annotate --db gnomad long.vcf",
            "vdx-gnomad annotate --db gnomad wide.vcf",
            "vdx-merge match --sample raw.txt long.vcf",
            "vdx-merge convert --sample raw.txt -f a.fa --sites clinvar.vcf",
            "vdx-merge match --sample wide.vcf --sample-name s1 clinvar.vcf",
            "vdx-merge match --sample raw.txt -Otsv clinvar.vcf",
            "vdx-merge report matched.vcf",
        ]);
    }
    lines.into_iter().map(|line| Case::new(line, folder)).collect()
}

/// Cases of records that are long, or become much, for each tool.
pub fn ladders(folder: &Path) -> Vec<Case> {
    let at = |name: &str| folder.join(name);
    inputs::many_alts(&at("alts.vcf"), 1, 2500, 5_000);
    inputs::many_alts(&at("info.vcf.gz"), 1, 80, 400_000);
    inputs::many_alts(&at("long.vcf"), 3, 2, 3_000_000);
    inputs::wide(&at("wide.vcf.gz"), 4, 20_000, 1000, 2);
    inputs::raw(&at("raw.txt"), 50_000, false);
    for (name, vcf) in [("long.bcf", "long.vcf"), ("wide.bcf", "wide.vcf.gz")] {
        let mut turned = std::process::Command::new(vdx_testkit::binary("vdx-normalize"));
        turned.args(["-q", "-S", "lex", "--memory", "1G", "-Ob", "-o", name, vcf]).current_dir(folder);
        assert!(turned.status().unwrap().success());
    }
    std::fs::create_dir(at("gnomad")).unwrap();
    inputs::gnomad(&at("gnomad/gnomad.exomes.r2.1.1.sites.1.vcf.bgz"), 1000);
    let lines = [
        "vdx-normalize -m -any alts.vcf",
        "vdx-normalize -m -any info.vcf.gz",
        "vdx-normalize -m -any -Ob info.vcf.gz",
        "vdx-normalize -m -any long.vcf",
        "vdx-normalize -m -any -Oz long.vcf",
        "vdx-normalize -m -any -Ob wide.vcf.gz",
        "vdx-normalize -m -any long.bcf",
        "vdx-normalize -m -any wide.bcf",
        "vdx-gnomad annotate --db gnomad long.vcf",
        "vdx-merge match --sample raw.txt alts.vcf",
        "vdx-merge match --sample raw.txt --all alts.vcf",
        "vdx-merge match --sample raw.txt long.vcf",
        "vdx-merge shards long.vcf",
    ];
    lines.into_iter().map(|line| Case::new(line, folder)).collect()
}
