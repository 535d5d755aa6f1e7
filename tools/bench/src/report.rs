//! The tables, with the bars beside the figures.

use std::fmt::Write;
use std::time::Duration;

use crate::edge::Edge;
use crate::figures::milliseconds;
use crate::ledger::{Ledger, Row};
use crate::listings::{self, Listings};
use crate::login::Login;
use crate::subject::{Effort, Measured, Subject};

pub fn functions(measured: &[Measured], effort: Effort) -> String {
    let hello = measured.iter().find(|m| m.subject == Subject::Hello);
    let anchor = hello.map_or(1.0, |m| milliseconds(m.cold.median()));
    let anchor_cpu = hello.map_or(1.0, |m| milliseconds(m.cold_cpu.median()));
    let mut text = format!(
        "Functions: {} cold starts and {} warm requests each, in turn; milliseconds\n\n\
         {:<12} | {:>20} | {:>13} | {:>8} | {:>8} | {:>8} | {:>8} | {:>15} | {:>7}\n",
        effort.cold,
        effort.warm,
        "",
        "cold (least–most)",
        "× hello (CPU)",
        "cold CPU",
        "warm p50",
        "warm p99",
        "warm CPU",
        "RSS (peak) MiB",
        "zip KiB",
    );
    for m in measured {
        let cold = milliseconds(m.cold.median());
        let range = format!("{cold:.1} ({:.1}–{:.1})", milliseconds(m.cold.least()), milliseconds(m.cold.most()));
        let times = format!("{:.2} ({:.2})", cold / anchor, milliseconds(m.cold_cpu.median()) / anchor_cpu);
        let memory = format!("{:.1} ({:.1})", mebibytes(m.usage.resident), mebibytes(m.usage.peak));
        let _ = writeln!(
            text,
            "{:<12} | {range:>20} | {times:>13} | {:>8.2} | {:>8.3} | {:>8.3} | {:>8.3} | {memory:>15} | {:>7}",
            m.subject.name(),
            milliseconds(m.cold_cpu.median()),
            milliseconds(m.warm.median()),
            milliseconds(m.warm.percentile(99)),
            milliseconds(m.warm_cpu),
            m.zip_bytes / 1_024,
        );
    }
    let _ = writeln!(
        text,
        "{:<12} | {:>20} | {:>13} | {:>8} | {:>8} | {:>8} | {:>8} | {:>15} | {:>7}",
        "bar", "", "≤ 3", "", "", "", "< 0.5", "≤ 16", "≤ 6144",
    );
    text + "\nCold: from starting the process to its first answer. CPU: the function's own processor time.\n"
}

fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1_024.0
}

/// Signing in, and checking that somebody is.
pub fn access(login: &Login, verification: Duration) -> String {
    let mut text = format!("A sign-in: {}\n\n", login.calls.join(", "));
    let _ = writeln!(text, "{:<46} | {:>10} | bar", "", "figure");
    let mut line = |what: &str, figure: String, bar: &str| {
        let _ = writeln!(text, "{what:<46} | {figure:>10} | {bar}");
    };
    // The first three go out together: buckets of the person and of the network, and whose address it is.
    let waits = login.calls.len().saturating_sub(2);
    line("waits for DynamoDB", waits.to_string(), "3");
    line("own processor time, of which one argon2", format!("{:.1} ms", milliseconds(login.cpu)), "one argon2");
    line("checking an access token", format!("{:.3} ms", milliseconds(verification)), "< 0.2 ms");
    text
}

/// Pages of a large assortment.
pub fn listings(listings: &Listings) -> String {
    let mut text = format!(
        "GET /v1/products of a store with {} products, 50 a page; milliseconds of the function's own processor time\n\n",
        listings::PRODUCTS,
    );
    for (what, pages) in [("a page that nobody asked for yet", &listings.new), ("a page again", &listings.again)] {
        let _ = writeln!(
            text,
            "{what:<32} | {:<24} | p50 {:>5.2} | p99 {:>5.2} (bar < 3)",
            pages.calls.join(", "),
            milliseconds(pages.cpu.median()),
            milliseconds(pages.cpu.percentile(99)),
        );
    }
    text + "\nThe batch lays over what is left of each product.\n"
}

pub fn ledger(ledger: &Ledger) -> String {
    let trips = ledger.calls.iter().filter(|call| !call.starts_with("Stripe")).count();
    let mut text = format!("A one-line order: {}\n\n", ledger.calls.join(" → "));
    let _ = writeln!(text, "{:<46} | {:>7} | bar", "", "figure");
    let mut line = |what: &str, figure: usize, bar: &str| {
        let _ = writeln!(text, "{what:<46} | {figure:>7} | {bar}");
    };
    let before = ledger.calls.iter().position(|call| call == "TransactWriteItems").unwrap_or(0);
    let of = |table: &str| ledger.writes.iter().filter(|row| row.what.starts_with(table)).map(|row| row.units).sum();
    let (order, bucket, cart): (usize, usize, usize) = (of("orders"), of("inventory"), of("carts"));
    line("round trips to DynamoDB before the write", before, "1");
    line("round trips to DynamoDB that write", trips - before, "1");
    line("round trips to the provider after it", ledger.calls.len() - trips, "1");
    line("read units", units(&ledger.reads), "");
    line("write units of order and bucket", order + bucket, "4");
    line("write units of closing the cart", cart, "");
    line("write units of the order's index entries", units(&ledger.indexes), "");
    line("round trips that confirm the payment", ledger.confirmation.len(), "1 that writes");
    line("write units of that, without index entries", units(&ledger.confirmed), "1");
    let _ = writeln!(text, "\nItems in bytes: {}", items(ledger));
    text
}

fn units(rows: &[Row]) -> usize {
    rows.iter().map(|row| row.units).sum()
}

fn items(ledger: &Ledger) -> String {
    let list = |rows: &[Row]| {
        let items: Vec<String> = rows.iter().map(|row| format!("{} {}", row.what, row.bytes)).collect();
        items.join(", ")
    };
    format!(
        "read {}\n  written {}\n  indexes {}\n  confirmed {}",
        list(&ledger.reads),
        list(&ledger.writes),
        list(&ledger.indexes),
        list(&ledger.confirmed)
    )
}

pub fn edge(edge: Option<&Edge>) -> String {
    let Some(edge) = edge else {
        return "The gateway of the local stack: not measured, because none runs (`make up`).\n".to_owned();
    };
    let mut text =
        "The gateway of the local stack, whose functions are built for development; milliseconds\n\n".to_owned();
    for (what, samples, bar) in [("GET /v1/products", &edge.lists, 15), ("POST /v1/orders", &edge.orders, 60)] {
        let (p50, p99) = (milliseconds(samples.median()), milliseconds(samples.percentile(99)));
        let _ = writeln!(text, "{what:<16} | p50 {p50:>6.1} (bar < {bar}) | p99 {p99:>6.1}");
    }
    text
}
