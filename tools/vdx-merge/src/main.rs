//! The `vdx-merge` binary.

fn main() -> std::process::ExitCode {
    vdx_cli::main_with(vdx_merge::TOOL, vdx_merge::run)
}
