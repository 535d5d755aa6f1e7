//! A store's assortment and stock from the command line. It speaks to the HTTP API, and to nothing else.

mod args;
mod client;
mod commands;
mod keeping;
mod show;

use std::process::ExitCode;

use args::{Arguments, Command};
use clap::Parser;
use client::Client;
use show::Output;

/// Rows of a file were wrong, or a job was stopped: what was asked for was not done, or not all of it.
const ROWS_FAILED: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output { json: arguments.json };
    match run(arguments, &output).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(ROWS_FAILED),
        Err(error) => {
            output.failed(&error);
            ExitCode::FAILURE
        }
    }
}

/// Whether all that was asked for was done.
async fn run(arguments: Arguments, output: &Output) -> anyhow::Result<bool> {
    let mut client = Client::new(arguments.url, arguments.token)?;
    match arguments.command {
        Command::Login(wish) => commands::login::run(&mut client, wish, output).await,
        Command::Import(wish) => commands::import::run(&mut client, wish, output).await,
        Command::Export(wish) => commands::export::run(&mut client, wish, output).await,
        Command::Stock(wish) => commands::stock::run(&mut client, wish, output).await,
        Command::Buckets(wish) => commands::stock::buckets(&mut client, wish, output).await,
        Command::Transfers(wish) => commands::transfers::run(&mut client, wish, output).await,
        Command::Audit(wish) => commands::audit::run(&mut client, wish, output).await,
    }
}
