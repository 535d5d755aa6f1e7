//! Writes openapi.json from the code, or checks that the committed file is what the code says.

mod document;
mod functions;
mod tags;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

#[derive(Parser)]
#[command(about = "Writes openapi.json from the code.")]
struct Arguments {
    /// Changes nothing; fails when the file is not what the code says.
    #[arg(long)]
    check: bool,
    /// The file.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json"))]
    file: PathBuf,
}

#[allow(clippy::print_stdout, reason = "a tool speaks on its standard output")]
fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    anyhow::ensure!(cfg!(debug_assertions), "a release describes nothing: run this without --release");
    let text = text()?;
    if arguments.check {
        let committed = std::fs::read_to_string(&arguments.file).unwrap_or_default();
        if committed == text {
            return Ok(ExitCode::SUCCESS);
        }
        println!("openapi.json is not what the code says{}", first_difference(&committed, &text));
        println!("write it with: cargo run -p openapi");
        return Ok(ExitCode::FAILURE);
    }
    std::fs::write(&arguments.file, &text).with_context(|| format!("writing {}", arguments.file.display()))?;
    let operations = text.matches("\"x-function\"").count();
    println!("openapi.json has {operations} operations");
    Ok(ExitCode::SUCCESS)
}

/// The document as it is committed.
fn text() -> anyhow::Result<String> {
    let document = document::merge(functions::parts())?;
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn first_difference(committed: &str, text: &str) -> String {
    let place = committed.lines().zip(text.lines()).position(|(a, b)| a != b);
    place.map_or_else(String::new, |line| format!(": they differ from line {} on", line + 1))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_document_can_be_made() {
        super::text().unwrap();
    }

    #[test]
    fn the_committed_file_is_what_the_code_says() {
        let committed = include_str!("../../../openapi.json");
        assert!(committed == super::text().unwrap(), "openapi.json is stale: cargo run -p openapi");
    }

    #[test]
    fn the_http_samples_in_events_are_operations_of_the_function_in_their_name() {
        let document: serde_json::Value = serde_json::from_str(&super::text().unwrap()).unwrap();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/aws");
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let event: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let Some((method, route)) = event["routeKey"].as_str().and_then(|key| key.split_once(' ')) else {
                continue;
            };
            let served_by = &document["paths"][route][method.to_lowercase()]["x-function"];
            let name = path.file_name().unwrap().to_string_lossy();
            assert_eq!(served_by.as_str(), name.split('.').next(), "{name}");
            seen += 1;
        }
        assert!(seen > 0);
    }
}
