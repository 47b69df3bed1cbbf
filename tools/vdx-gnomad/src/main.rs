//! The `vdx-gnomad` binary.

fn main() -> std::process::ExitCode {
    vdx_cli::main_with("vdx-gnomad", vdx_gnomad::run)
}
