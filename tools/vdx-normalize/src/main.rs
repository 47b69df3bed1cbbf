//! The `vdx-normalize` binary.

fn main() -> std::process::ExitCode {
    vdx_cli::main_with(vdx_normalize::TOOL, vdx_normalize::run)
}
