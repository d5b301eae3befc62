//! `yinzheng`, the platform's one program.

fn main() -> std::process::ExitCode {
    yinzheng_server::cli::run()
}
