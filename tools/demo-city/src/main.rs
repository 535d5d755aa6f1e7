//! `demo-city load --stack <stack.json>`: writes the demo city into a running stack.
#![allow(clippy::print_stdout, reason = "a command-line tool talks to whoever called it")]

mod loader;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes stores, shelves, people and codes into the tables of a stack, and the logins into its file.
    ///
    /// What is there already stays: a second load of the same data writes nothing.
    Load {
        /// The description of the stack, as `make run` writes it.
        #[arg(long)]
        stack: PathBuf,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Load { stack } => loader::load(&stack).await,
    }
}
