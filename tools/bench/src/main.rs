//! Measures functions as Lambda runs them, against an AWS that answers at once. Prints tables; never fails a bar.

mod edge;
mod figures;
mod function;
mod instant;
mod ledger;
mod listings;
mod login;
mod report;
mod server;
mod shelf;
mod shop;
mod subject;
mod units;
mod usage;

use clap::Parser;

use crate::instant::Instant;
use crate::ledger::Ledger;
use crate::listings::Listings;
use crate::login::Login;
use crate::shop::Shop;
use crate::subject::{Effort, Subject};

#[derive(Parser)]
#[command(about = "Measures functions as Lambda runs them; prints tables.")]
struct Arguments {
    /// Cold starts of each function.
    #[arg(long, default_value_t = 40)]
    cold: usize,
    /// Warm requests to each function.
    #[arg(long, default_value_t = 3_000)]
    warm: usize,
}

#[allow(clippy::print_stdout, reason = "a tool speaks on its standard output")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let effort = Effort { cold: arguments.cold, warm: arguments.warm };
    let aws = Instant::start()?;
    let shop = Shop::open(&aws).await?;
    let (mut measured, orders) = subject::measure(&shop, Subject::IN_TURN, effort)?;
    // A sign-in is mostly argon2: fewer tell as much.
    let fewer = Effort { cold: effort.cold / 4, warm: effort.warm / 30 };
    measured.extend(subject::measure(&shop, Subject::ALONE, fewer)?.0);
    println!("{}", report::functions(&measured, effort));
    println!("{}", report::access(&Login::of(&shop, &aws)?, shop.verify(2_000)?));
    println!("{}", report::ledger(&Ledger::of(&orders, &shop, &aws).await?));
    println!("{}", report::listings(&Listings::of(&shop, &aws).await?));
    println!("{}", report::edge(edge::measure().await.as_ref()));
    Ok(())
}
