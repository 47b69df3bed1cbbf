//! The `vdx-meminfo` binary. Each tool states what it costs; here they come together.

fn main() -> std::process::ExitCode {
    let costs = [vdx_normalize::COST, vdx_gnomad::COST, vdx_merge::COST, vdx_merge::PAGE_COST];
    vdx_cli::main_with("vdx-meminfo", |args, context| vdx_meminfo::run(args, context, &costs))
}
