//! Tianping (天平), the scales: the commands.

fn main() -> std::process::ExitCode {
    tianping::cli::run()
}
