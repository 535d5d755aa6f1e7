//! Lints rule files: `cargo run -p sipstr-compliance --example lint -- rules/us-ca.json …`
//!
//! What a file inherits is taken from the book that is compiled in. Exits with 1 where a file has an error.

#![allow(clippy::print_stdout, reason = "a tool of the command line")]

use std::process::ExitCode;

use jiff::Zoned;
use sipstr_compliance::{Book, RuleFile, Severity, lint};

fn main() -> ExitCode {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    if paths.is_empty() {
        println!("usage: lint FILE…");
        return ExitCode::from(2);
    }
    let sound = paths.iter().filter(|path| is_sound(path)).count();
    println!("{sound} of {} files have no error", paths.len());
    if sound == paths.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn is_sound(path: &str) -> bool {
    let read = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let parsed = read.and_then(|text| RuleFile::parse(&text).map_err(|error| error.to_string()));
    let file = match parsed {
        Ok(file) => file,
        Err(error) => {
            println!("{path}: {error}");
            return false;
        }
    };
    let parent = file.inherits.as_ref().and_then(|name| Book::builtin().edition(name).ok());
    let findings = lint(&file, parent, Zoned::now().date());
    findings.iter().for_each(|finding| println!("{path}: {finding}"));
    findings.iter().all(|finding| finding.severity < Severity::Error)
}
