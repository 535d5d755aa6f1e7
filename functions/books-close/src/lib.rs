//! Closes the books of the day: every entry sums to zero, every order has the entries that it must have and no others, what
//! providers hold and customers owe is what the orders say.

mod config;

use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sipstr_domain::books::{Finding, FindingKind, check};
use sipstr_domain::order::Order;
use sipstr_domain::payment::PaymentEntry;
use sipstr_runtime::{Aws, Clock, Error, count};
use sipstr_storage::StorageError;
use sipstr_storage::books::{Books, Closing, FoundIn};
use sipstr_storage::orders::Orders;
use sipstr_storage::payments::Payments;

pub use config::Config;

/// How long after something happened to an order it is judged: its events may be on their way.
const SETTLING: SignedDuration = SignedDuration::from_mins(15);

/// How long ago something must have happened to an order for it to be judged: what was silent for longer was judged many times.
const JUDGED: SignedDuration = SignedDuration::from_hours(35 * 24);

/// Orders that are judged side by side.
const AT_ONCE: usize = 16;

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub books: Books,
    pub orders: Orders,
    pub payments: Payments,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self {
            clock: Clock::system(),
            books: Books::new(aws.dynamodb(), &config.books_table),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
            payments: Payments::new(aws.dynamodb(), &config.payments_table),
        }
    }
}

/// What the closing found.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub orders: u64,
    pub entries: u64,
    /// Missing entries that were written.
    pub written: u64,
    pub findings: Vec<Finding>,
}

/// What was found of one order.
#[derive(Debug, Default)]
struct Judged {
    entries: u64,
    written: u64,
    findings: Vec<Finding>,
}

/// Judges every order that something happened to lately, writes what is missing, and writes the findings down.
pub async fn close(state: &State) -> Result<Report, Error> {
    let now = state.clock.now();
    let mut report = Report::default();
    let mut from = None;
    loop {
        let page = state.orders.scan(from).await?;
        let lately = page.items.into_iter().filter(|order| is_due(order, now));
        let judged: Vec<_> = futures::stream::iter(lately)
            .map(|order| judge(state, order, now))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        for judged in judged {
            let Some(judged) = judged? else { continue };
            report.orders += 1;
            report.entries += judged.entries;
            report.written += judged.written;
            report.findings.extend(judged.findings);
        }
        match page.next {
            Some(next) => from = Some(next),
            None => break,
        }
    }
    report.findings.sort_by(|a, b| (&a.order_id, a.kind, &a.currency).cmp(&(&b.order_id, b.kind, &b.currency)));
    tell(state, &report, now).await?;
    Ok(report)
}

async fn tell(state: &State, report: &Report, now: Timestamp) -> Result<(), StorageError> {
    for finding in &report.findings {
        let Finding { order_id, kind, currency, amount } = finding;
        tracing::error!(orderId = %order_id, kind = kind.as_str(), ?currency, amount, "the books do not close");
        state.books.find(&FoundIn { closing: now, finding: finding.clone() }).await?;
    }
    let Report { orders, entries, written, findings } = report;
    let found = findings.len() as u64;
    let closing = Closing { at: now, orders: *orders, entries: *entries, written: *written, findings: found };
    state.books.close(&closing).await?;
    count("book_findings", found);
    count("book_entries_late", *written);
    tracing::info!(orders, entries, written, findings = found, "closed");
    Ok(())
}

/// When something last happened to an order.
fn last_change(order: &Order) -> Timestamp {
    order.timeline.iter().map(|step| step.at).max().unwrap_or(order.placed_at).max(order.placed_at)
}

fn is_due(order: &Order, now: Timestamp) -> bool {
    let silent_for = now.duration_since(last_change(order));
    silent_for >= SETTLING && (silent_for <= JUDGED || order.payment.refund_due > 0)
}

/// Whether a payment has only just been reported: the order may not know of it.
fn is_fresh(payments: &[PaymentEntry], now: Timestamp) -> bool {
    payments.iter().any(|payment| now.duration_since(payment.at) < SETTLING)
}

/// Judges one order; nothing where it is changing, which is left to another night.
async fn judge(state: &State, order: Order, now: Timestamp) -> Result<Option<Judged>, StorageError> {
    let payments = state.payments.of_order(&order.id).await?;
    if is_fresh(&payments, now) {
        return Ok(None);
    }
    let there = state.books.of_order(&order.id).await?;
    let (mut findings, missing) = check(&order, &payments, &there.entries);
    if there.unreadable > 0 {
        let (order_id, amount) = (order.id.clone(), i64::from(there.unreadable));
        findings.push(Finding { order_id, kind: FindingKind::Unreadable, currency: None, amount });
    }
    if !findings.is_empty() && state.orders.get(&order.id).await?.is_none_or(|read| read.version != order.version) {
        return Ok(None);
    }
    let mut written = 0;
    for entry in &missing {
        written += u64::from(state.books.append(entry).await?);
    }
    Ok(Some(Judged { entries: there.entries.len() as u64, written, findings }))
}

#[cfg(test)]
mod tests {
    use sipstr_domain::order::{Actor, OrderState, TimelineEntry};
    use sipstr_testkit::sample;

    use super::*;

    fn silent_for(minutes: i64, refund_due: i64) -> bool {
        let placed_at = Timestamp::from_second(1_700_000_000).unwrap();
        let at = placed_at + SignedDuration::from_hours(1);
        let mut order = sample::order(placed_at);
        order.timeline.push(TimelineEntry { at, state: OrderState::Confirmed, actor: Actor::System, note: None });
        order.payment.refund_due = refund_due;
        is_due(&order, at + SignedDuration::from_mins(minutes))
    }

    #[test]
    fn an_order_is_judged_when_it_has_settled_and_while_it_is_young_or_owes() {
        assert!(!silent_for(14, 0));
        assert!(silent_for(15, 0));
        assert!(silent_for(35 * 24 * 60, 0));
        assert!(!silent_for(35 * 24 * 60 + 1, 0));
        assert!(silent_for(90 * 24 * 60, 100), "money that does not go back is told of every night");
    }
}
