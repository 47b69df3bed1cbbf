//! One run of `report`: what `match` found, annotated or not, as a table and as a page.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use vdx_cli::format::Allowed;
use vdx_cli::stats::Stats;
use vdx_cli::{Context, Outcome, Progress};
use vdx_hts::{Error, Result};
use vdx_pipeline::input::Options;
use vdx_pipeline::ordered::InOrder;
use vdx_pipeline::{Chunk, Input, NoFeed, Output, Run, Work};

use crate::cli::args::ReportArgs;
use crate::cli::plan::layout;
use crate::report::about::{About, match_stats};
use crate::report::finding::{Entry, Guide};
use crate::report::gather::Gathered;
use crate::report::karyogram::Karyogram;
use crate::report::page::{Page, Target};
use crate::table::genes::GeneList;
use crate::table::{Columns, Layout};

/// The rows of a chunk, and what the page takes from them.
struct Rows {
    columns: Columns,
    layout: Layout,
    guide: Option<Guide>,
}

impl Work for Rows {
    type Scratch = ();
    type Side = ();
    type Note = Vec<Entry>;

    fn scratch(&self) -> Result<()> {
        Ok(())
    }

    fn process(&self, (): &mut (), chunk: &Chunk<()>, out: &mut Output<Vec<Entry>>) -> Result<()> {
        let from = out.fresh().len();
        let mut lines = chunk.lines();
        while let Some((_, range)) = lines.next(out)? {
            let line = &chunk.records()[range];
            let number = out.lines();
            let located = |error: Error| error.at_line(number);
            let cells = self.columns.cells(line).map_err(located)?;
            self.layout.write_cells(&self.columns, &cells, out.fresh()).map_err(located)?;
            if let Some(guide) = &self.guide {
                let entry = guide.entry(line, &cells).map_err(located)?;
                out.note.push(entry);
            }
        }
        out.push_fresh(from);
        Ok(())
    }
}

/// Reports as `args` say.
pub(crate) fn run(args: &ReportArgs, context: &Context) -> Result<Outcome> {
    let format = args.output.format(Allowed::Tables)?;
    if args.html.as_deref().is_some_and(|path| path.as_os_str() == "-") {
        return Err(Error::usage("--html needs a file: standard output has the table"));
    }
    if args.html.is_some() && args.html.as_deref() == args.output.path() {
        return Err(Error::usage("--html and -o name one file; the table and the page need one each"));
    }
    let source = args.input.resolve(context)?;
    let cost = if args.html.is_some() { crate::PAGE_COST } else { crate::COST };
    let resources = context.plan(&args.run.limits, &cost)?;
    let genes = args.genes.as_deref().map(GeneList::read).transpose()?.map(Arc::new);
    let target = args.html.as_deref().map(Target::new).transpose()?;
    let options = Options { allow_truncated: args.run.allow_truncated, ..Options::default() };
    let mut input = Input::open(source.path(), options)?;
    let progress = Progress::start(context, args.run.progress, &input);
    let header = input.read_vcf_header()?;
    let columns = Columns::of(&header).map_err(|error| error.in_file(source.name()))?.with_genes(genes.clone());
    let (about, rarity) = (About::of(&header), columns.rarity());
    let guide = target.as_ref().map(|_| Guide::of(&columns));
    let sources = guide.as_ref().map(|guide| guide.sources.clone()).unwrap_or_default();
    let mut gathered = Gathered::new(sources, Karyogram::new(about.build, header.contigs()));
    // Only tables are allowed here.
    let layout = layout(format).unwrap_or(Layout::Tsv);
    let mut names = Vec::new();
    layout.write_names(&columns, &mut names)?;
    let done = Run {
        input,
        prologue: &names,
        work: &Rows { columns, layout, guide },
        feed: NoFeed,
        order: InOrder(|entries: &mut Vec<Entry>| {
            entries.drain(..).for_each(|entry| gathered.add(entry));
            Ok(())
        }),
        sink: context.sink(&args.output, format)?,
        limits: &resources.limits,
        report: &|message| context.report(message),
    }
    .go()?;
    drop(progress);
    let mut stats = Stats {
        inputs: vec![source.name()],
        records_in: done.records,
        records_out: done.records,
        chunks: done.chunks,
        workers: done.workers,
        ..Stats::default()
    };
    if let Some(target) = target {
        // Upstream has ended by now: in a pipe, `match` writes its statistics last.
        let run = args.match_stats.as_deref().map(|path| match_stats(path, stats.records_in)).transpose()?;
        let made = (!args.output.no_version).then(|| (context.version.as_str(), today()));
        let page = Page { about: &about, run, gathered: &gathered, rarity, made, genes: genes.as_deref() };
        target.complete(&page)?;
        let (benign, others) = gathered.left_out;
        stats.reasons.add("findings", gathered.findings());
        stats.reasons.add("not_on_page_benign", benign);
        stats.reasons.add("not_on_page_others", others);
        if benign + others > 0 {
            context.log.warn(&format!(
                "the page counts {benign} benign and {others} other findings without showing them; the table has all"
            ));
        }
    }
    if let Some(genes) = &genes {
        let unseen = genes.unseen();
        stats.reasons.add("listed_genes", genes.len() as u64);
        stats.reasons.add("listed_genes_without_record", unseen.len() as u64);
        if !unseen.is_empty() {
            let more = match unseen.len().saturating_sub(MOST_NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let named = unseen.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(", ");
            context.log.warn(&format!(
                "{} of the {} genes on the list (--genes) are in no record that came in: {named}{more}; nothing was found \
                 there, or ClinVar spells them otherwise",
                unseen.len(),
                genes.len()
            ));
        }
    }
    context.finish(&stats, &resources, args.run.stats.as_deref())?;
    Ok(Outcome::Done)
}

/// Genes that a warning names.
const MOST_NAMED: usize = 20;

/// The date in UTC, as `2026-01-31`.
pub(crate) fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date(seconds / 86_400)
}

/// The date of a day counted from 1970-01-01.
fn date(mut days: u64) -> String {
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    for length in [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", days + 1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_have_dates() {
        for (days, date) in [(0, "1970-01-01"), (11_016, "2000-02-29"), (20_454, "2026-01-01"), (20_818, "2026-12-31")]
        {
            assert_eq!(super::date(days), date);
        }
    }
}
