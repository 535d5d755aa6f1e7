//! Writes the JSON Schemas of the domain events, or checks that the committed files are what the code says.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

#[derive(Parser)]
#[command(about = "Writes the JSON Schemas of the domain events from the code.")]
struct Arguments {
    /// Changes nothing; fails when the files are not what the code says.
    #[arg(long)]
    check: bool,
    /// The folder.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/schema"))]
    folder: PathBuf,
}

#[allow(clippy::print_stdout, reason = "a tool speaks on its standard output")]
fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let stale = schemas::stale(&arguments.folder)?;
    if arguments.check {
        for name in &stale {
            println!("events/schema/{name} is not what the code says; write it with: cargo run -p schemas");
        }
        return Ok(if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    write(&arguments.folder, &stale)?;
    println!("events/schema: {} files written or taken away", stale.len());
    Ok(ExitCode::SUCCESS)
}

fn write(folder: &Path, stale: &[String]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let files = schemas::files()?;
    for name in stale {
        let path = folder.join(name);
        match files.get(name) {
            Some(text) => std::fs::write(&path, text),
            None => std::fs::remove_file(&path),
        }
        .with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}
