//! The page itself: one file that needs nothing else.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use minijinja::{Environment, Value, context};
use vdx_cli::alloc::{TempGuard, register_temp};
use vdx_hts::atomic::{AtomicFile, Mode};
use vdx_hts::{Error, Result};

use super::about::{About, Fact, MatchRun, grouped};
use super::class::Class;
use super::gather::{Gathered, MOST_BENIGN, MOST_ROWS};
use super::plain::{self, Sentence};
use super::words;
use crate::table::genes::GeneList;
use crate::table::trust::Rarity;

const PAGE: &str = include_str!("template/page.html");
pub(crate) const STYLE: &str = include_str!("template/page.css");
const SCRIPT: &str = include_str!("template/page.js");

/// Where the template has a place for the findings, which are written without passing through it.
const DATA: &str = "<!-- findings -->";

/// A page that is going to be written: beside its final name until it is complete, for the owner's eyes alone.
pub(crate) struct Target {
    path: PathBuf,
    /// What is no regular file, such as `/dev/null`, is written to as it is.
    temporary: Option<(AtomicFile, TempGuard)>,
}

impl Target {
    /// Makes the file at once, so that a folder that cannot be written to is told before the work.
    ///
    /// # Errors
    /// A file that cannot be made.
    pub(crate) fn new(path: &Path) -> Result<Self> {
        let mut temporary = None;
        if !path.exists() || path.is_file() {
            let file = AtomicFile::beside(path, Mode::Private);
            let file = file.map_err(|error| Error::io(path.display().to_string(), &error))?;
            let guard = register_temp(file.path());
            temporary = Some((file, guard));
        }
        Ok(Self { path: path.to_owned(), temporary })
    }

    /// Writes the page of `report` and gives it its name.
    ///
    /// # Errors
    /// Failed writes.
    pub(crate) fn complete(self, page: &Page) -> Result<()> {
        let html = page.render()?;
        let Some((before, after)) = html.split_once(DATA) else {
            return Err(Error::data("internal error: the page has no place for the findings"));
        };
        self.complete_with(|out| {
            out.write_all(before.as_bytes())?;
            page.gathered.write(page.about, page.genes.map(GeneList::len), out)?;
            out.write_all(after.as_bytes())
        })
    }

    /// Writes what `write` writes and gives it its name.
    ///
    /// # Errors
    /// Failed writes.
    pub(crate) fn complete_with(
        self,
        write: impl FnOnce(&mut BufWriter<&mut dyn Write>) -> std::io::Result<()>,
    ) -> Result<()> {
        let Self { path, temporary } = self;
        let failed = |error: &std::io::Error| Error::io(path.display().to_string(), error);
        let all = |file: &mut dyn Write| {
            let mut out = BufWriter::new(file);
            write(&mut out)?;
            out.flush()
        };
        match temporary {
            None => {
                let mut file = std::fs::File::options().write(true).open(&path).map_err(|error| failed(&error))?;
                all(&mut file).map_err(|error| failed(&error))
            }
            Some((mut file, _guard)) => {
                all(&mut file).map_err(|error| failed(&error))?;
                file.persist().map_err(|error| failed(&error))
            }
        }
    }
}

/// What the page shows.
pub(crate) struct Page<'a> {
    /// The sample.
    pub(crate) about: &'a About,
    /// What `match` says of its run, where that was given.
    pub(crate) run: Option<MatchRun>,
    /// The findings.
    pub(crate) gathered: &'a Gathered,
    /// Whether rare array calls are among the doubts.
    pub(crate) rarity: Rarity,
    /// The version of this tool and today's date, unless the page is to be the same for all.
    pub(crate) made: Option<(&'a str, String)>,
    /// The user's list of genes.
    pub(crate) genes: Option<&'a GeneList>,
}

impl Page<'_> {
    fn render(&self) -> Result<String> {
        let internal = |error: minijinja::Error| Error::data(format!("internal error: the page: {error:#}"));
        let mut environment = Environment::new();
        // The name's suffix turns on escaping: whatever the template shows is text, unless it is marked as safe.
        environment.add_template("page.html", PAGE).map_err(internal)?;
        let gathered = self.gathered;
        let (benign, others) = gathered.left_out;
        let karyogram = gathered.karyogram.draw();
        let counts = self.run.as_ref().map(|run| run.facts.as_slice()).unwrap_or_default();
        environment
            .get_template("page.html")
            .and_then(|template| {
                template.render(context! {
                    style => Value::from_safe_string(STYLE.to_owned()),
                    script => Value::from_safe_string(SCRIPT.to_owned()),
                    karyogram => Value::from_safe_string(karyogram),
                    sample => self.about.name.as_deref(),
                    facts => facts(&self.about.facts),
                    counts => facts(counts),
                    made_of => self.made_of(),
                    sections => self.sections(),
                    list_facts => facts(&self.list_facts()),
                    classes => self.classes(),
                    findings => grouped(gathered.findings()),
                    apart => grouped(gathered.apart),
                    apart_only => grouped(gathered.apart_only),
                    elsewhere => gathered.karyogram.elsewhere,
                    not_carried => facts(&self.not_carried()),
                    doubts => facts(&self.doubts()),
                    rarity => self.rarity(),
                    rarity_not_checked => self.rarity == Rarity::NotChecked,
                    left_out => context! {
                        any => benign + others > 0,
                        benign => grouped(benign),
                        others => grouped(others),
                        most_benign => grouped(MOST_BENIGN),
                        most_rows => grouped(MOST_ROWS),
                    },
                    version => self.made.as_ref().map(|(version, _)| *version),
                })
            })
            .map_err(internal)
    }

    /// What stands before the lists. A page without findings begins with what that does not mean.
    fn sections(&self) -> Vec<Value> {
        let section = |id: &str, title: &str, said: &[Sentence]| {
            let sentence = |said: &Sentence| context! { lead => said.lead.as_str(), text => said.text.as_str() };
            context! { id => id, title => title, sentences => said.iter().map(sentence).collect::<Vec<_>>() }
        };
        let mut sections = vec![
            section("short", "In short", &plain::in_short(&self.gathered.tally, self.rarity)),
            section("cannot", "What this file cannot tell", &plain::cannot_tell(self.about, self.run.as_ref())),
        ];
        let benign: u64 = self.gathered.classes.get(&Class::Benign).map_or(0, |stars| stars.iter().sum());
        if self.gathered.findings() == benign {
            sections.reverse();
        }
        sections
    }

    /// What the page is made of: the person's file, ClinVar, gnomAD, this tool, and when.
    fn made_of(&self) -> Vec<String> {
        let about = self.about;
        let input = self.run.as_ref().and_then(|run| run.input.clone());
        let mut parts: Vec<String> = match (input, &about.vendor) {
            (Some(input), Some(vendor)) => vec![format!("{input} ({vendor})")],
            (input, vendor) => input.into_iter().chain(vendor.clone()).collect(),
        };
        parts.extend(about.clinvar.as_ref().map(|date| format!("ClinVar of {date}")));
        if about.gnomad.is_empty() && self.rarity == Rarity::NotChecked {
            parts.push("no gnomAD".to_owned());
        }
        parts.extend(about.gnomad.iter().cloned());
        parts.extend(self.made.as_ref().map(|(version, date)| format!("made by vdx-merge {version} on {date}")));
        parts
    }

    /// What there is to say of the user's list of genes.
    fn list_facts(&self) -> Vec<Fact> {
        let Some(genes) = self.genes else { return Vec::new() };
        let mut facts = vec![Fact { name: "Genes on your list".to_owned(), value: grouped(genes.len() as u64) }];
        let unseen = genes.unseen();
        if !unseen.is_empty() {
            let name = "Of these, named by no record that came in (nothing found, or another spelling)".to_owned();
            facts.push(Fact { name, value: unseen.join(", ") });
        }
        facts
    }

    /// Groups with their numbers by stars, 4 to 0.
    fn classes(&self) -> Vec<Value> {
        let row = |class: &Class| {
            let stars = self.gathered.classes.get(class).copied().unwrap_or_default();
            let total: u64 = stars.iter().sum();
            let [none, rest @ .., unknown] = stars;
            let cells = rest.iter().rev().copied().chain([none + unknown]);
            let cells: Vec<String> =
                cells.map(|count| if count == 0 { String::new() } else { grouped(count) }).collect();
            context! { key => class.key(), label => class.label(), total => grouped(total), stars => cells }
        };
        Class::ALL.iter().map(row).collect()
    }

    /// How many findings have which badge.
    fn doubts(&self) -> Vec<Fact> {
        let fact = |(word, count): (&String, &u64)| Fact {
            name: words::trust(word).unwrap_or(word).to_owned(),
            value: grouped(*count),
        };
        self.gathered.doubts.iter().map(fact).collect()
    }

    fn rarity(&self) -> &'static str {
        match self.rarity {
            Rarity::Checked => {
                "checked: an array's heterozygous calls that are rarer than 0.01 % in gnomAD, or unknown to it, are marked"
            }
            Rarity::NoArray => "not doubted: these genotypes are not an array's",
            Rarity::NotChecked => "not checked: the input has no frequencies of gnomAD",
        }
    }

    fn not_carried(&self) -> Vec<Fact> {
        let fact = |(verdict, count): (&String, &u64)| Fact {
            name: words::verdict(verdict).unwrap_or(verdict).to_owned(),
            value: grouped(*count),
        };
        self.gathered.not_carried.iter().map(fact).collect()
    }
}

fn facts(facts: &[Fact]) -> Vec<Value> {
    facts.iter().map(|fact| context! { name => fact.name.as_str(), value => fact.value.as_str() }).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::karyogram::Karyogram;
    use super::*;

    fn about(name: &str) -> About {
        About { name: Some(name.to_owned()), ..About::default() }
    }

    #[test]
    fn the_page_is_private_complete_and_escaped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        let gathered = Gathered::new(Vec::new(), Karyogram::new(None, &[]));
        let about = about("<b>x</b>");
        let page = Page {
            about: &about,
            run: None,
            gathered: &gathered,
            rarity: Rarity::NotChecked,
            made: Some(("0.1.0", "2026-01-31".to_owned())),
            genes: None,
        };
        let target = Target::new(&path).unwrap();
        assert!(!path.exists());
        target.complete(&page).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("&lt;b&gt;x&lt;") && !text.contains("<b>x"));
        assert!(text.contains("\"rows\":[\n]}") && !text.contains(DATA) && !text.contains("{{"));
        assert!(text.contains("Rarity was not checked") && text.contains("made by vdx-merge 0.1.0 on 2026-01-31"));
        // Nothing found: what that does not mean comes first.
        assert!(text.find("id=\"cannot\"").unwrap() < text.find("id=\"short\"").unwrap());
        // Nothing is loaded from anywhere: addresses stand in links only, which the script makes, and in the name space
        // of the drawing.
        assert!(!text.contains("src=") && !text.contains("@import") && !text.contains("url("));
        drop(Target::new(&path).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a page that is not written leaves nothing");
    }

    #[test]
    fn devices_are_written_and_missing_folders_told() {
        let gathered = Gathered::new(Vec::new(), Karyogram::new(None, &[]));
        let about = about("x");
        let page =
            Page { about: &about, run: None, gathered: &gathered, rarity: Rarity::Checked, made: None, genes: None };
        Target::new(Path::new("/dev/null")).unwrap().complete(&page).unwrap();
        let error = Target::new(Path::new("/nonexistent/page.html")).err().unwrap();
        assert!(error.to_string().starts_with("/nonexistent/page.html: "));
    }
}
