//! The `vdx-meminfo` binary.

fn main() -> std::process::ExitCode {
    vdx_cli::main_with("vdx-meminfo", vdx_meminfo::run)
}
