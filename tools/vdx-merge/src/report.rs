//! One run of `report`: what `match` found, annotated or not, as a table.

use vdx_cli::format::Allowed;
use vdx_cli::plan::MERGE;
use vdx_cli::stats::Stats;
use vdx_cli::{Context, Outcome, Progress};
use vdx_stream::input::Options;
use vdx_stream::order::InOrder;
use vdx_stream::{Chunk, Input, NoFeed, Out, Result, Run, Work};

use crate::args::ReportArgs;
use crate::plan::layout;
use crate::table::{Columns, Layout};

/// The rows of a chunk.
struct Rows {
    columns: Columns,
    layout: Layout,
}

impl Work for Rows {
    type Scratch = ();
    type Side = ();
    type Note = ();

    fn scratch(&self) -> Result<()> {
        Ok(())
    }

    fn process(&self, (): &mut (), chunk: &Chunk<()>, out: &mut Out<()>) -> Result<()> {
        let from = out.fresh().len();
        for line in chunk.records().split_inclusive(|&byte| byte == b'\n') {
            out.line();
            let number = out.lines();
            self.layout.write_row(&self.columns, line, out.fresh()).map_err(|error| error.at_line(number))?;
        }
        out.push_fresh(from);
        Ok(())
    }
}

/// Reports as `args` say.
pub fn run(args: &ReportArgs, context: &Context) -> Result<Outcome> {
    let format = args.output.format(Allowed::Tables)?;
    let source = args.input.resolve(context)?;
    let resources = context.plan(&args.run.limits, &MERGE)?;
    let options = Options { allow_truncated: args.run.allow_truncated, ..Options::default() };
    let mut input = Input::open(source.path(), options)?;
    let header = input.read_vcf_header()?;
    let columns = Columns::of(&header).map_err(|error| error.in_file(source.name()))?;
    // Only tables are allowed here.
    let layout = layout(format).unwrap_or(Layout::Tsv);
    let mut names = Vec::new();
    layout.write_names(&columns, &mut names)?;
    let progress = Progress::start(context, args.run.progress, &input);
    let done = Run {
        input,
        prologue: &names,
        work: &Rows { columns, layout },
        feed: NoFeed,
        order: InOrder(|(): &mut ()| Ok(())),
        sink: context.sink(&args.output, format)?,
        limits: &resources.limits,
        report: &|message| context.report(message),
    }
    .go()?;
    drop(progress);
    let stats = Stats {
        inputs: vec![source.name()],
        records_in: done.records,
        records_out: done.records,
        chunks: done.chunks,
        workers: done.workers,
        ..Stats::default()
    };
    context.finish(&stats, &resources, args.run.stats.as_deref())?;
    Ok(Outcome::Done)
}
