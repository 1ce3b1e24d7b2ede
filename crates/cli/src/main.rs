//! The `copydesk` binary.

fn main() -> std::process::ExitCode {
    copydesk_cli::main()
}
