//! Asks the provider about every payment that is still open, because a report may come late or never.
//!
//! Twofold: orders that wait to be paid are asked about before their window closes, so that a paid order whose webhook was
//! lost is confirmed and not expired; and orders whose money should have moved by now are settled again. What the ledger
//! knows and the order was not told is told, so a lost event heals as well.

mod config;
mod round;

use std::sync::Arc;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sipstr_domain::OrderId;
use sipstr_domain::order::{Actor, DueKind, Order, OrderState};
use sipstr_domain::payment::PaymentEntry;
use sipstr_payments::{PaymentProvider, Stripe, StripeKeys, StripeSettings};
use sipstr_runtime::{Aws, Clock, Error, HandlerError, count};
use sipstr_settlement::{ask, settle, untold};
use sipstr_storage::orders::{Advance, GiveBack, Orders};
use sipstr_storage::payments::Payments;

pub use config::Config;
use round::Round;

/// Most orders that one run looks at in each partition of each kind; the next run goes on.
const MOST: i32 = 100;

/// How long before its window closes an unpaid order is asked about. Longer than the time between two runs, so that none
/// expires without having been asked about.
const BEFORE_EXPIRY: SignedDuration = SignedDuration::from_mins(6);

/// When a run stops taking up orders that wait to be paid, and when any: both from its start. The order in hand may take a
/// minute more where the provider is slow.
const ENOUGH_ASKED: SignedDuration = SignedDuration::from_secs(25);
const ENOUGH: SignedDuration = SignedDuration::from_secs(50);

#[derive(Clone)]
pub struct State {
    pub clock: Clock,
    pub orders: Orders,
    pub payments: Payments,
    pub give_back: GiveBack,
    pub provider: Arc<dyn PaymentProvider>,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, stripe: StripeKeys) -> Self {
        let settings = StripeSettings { base_url: config.stripe_url.clone(), ..StripeSettings::default() };
        Self {
            clock: Clock::system(),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
            payments: Payments::new(aws.dynamodb(), &config.payments_table),
            give_back: GiveBack {
                inventory_table: config.inventory_table.clone(),
                promotions_table: config.promotions_table.clone(),
                credits_table: config.credits_table.clone(),
            },
            provider: Arc::new(Stripe::new(stripe, settings)),
        }
    }
}

/// The schedule's input: there is nothing to choose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {}

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Orders that were looked at.
    pub looked_at: u64,
    /// Steps that orders took because of it: what nobody had told them.
    pub told: u64,
    pub failed: u64,
    /// Orders that were due and left to the next run.
    pub left: u64,
}

/// One run. An order that cannot be settled now is left to the next run and stops none of the others.
pub async fn reconcile(state: &State) -> Result<Report, Error> {
    let start = state.clock.now();
    let waiting = state.orders.due(DueKind::Expiry, start + BEFORE_EXPIRY, MOST).await?;
    let unsettled = state.orders.due(DueKind::Payment, start, MOST).await?;
    count("settlements_overdue", unsettled.len() as u64);
    let round = Round::new(&state.clock);
    round.each(waiting, start + ENOUGH_ASKED, async |id| before_expiry(state, id).await).await;
    round.each(unsettled, start + ENOUGH, async |id| overdue(state, id).await).await;
    let report = round.report();
    count("reconcile_told", report.told);
    count("reconcile_failed", report.failed);
    tracing::info!(
        looked_at = report.looked_at,
        told = report.told,
        failed = report.failed,
        left = report.left,
        "reconciled"
    );
    Ok(report)
}

/// An order whose window closes soon, or has closed and was not swept yet.
async fn before_expiry(state: &State, id: &OrderId) -> Result<u64, HandlerError> {
    let Some(order) = state.orders.get(id).await?.filter(|order| order.state == OrderState::PendingPayment) else {
        return Ok(0);
    };
    let entries = ask(&order, &state.payments, &*state.provider, state.clock.now()).await?;
    tell(state, &order, &entries).await
}

/// An order that still owes money although there was time.
async fn overdue(state: &State, id: &OrderId) -> Result<u64, HandlerError> {
    let Some(order) = state.orders.get(id).await? else { return Ok(0) };
    let settled = settle(&order, &state.payments, &*state.provider, state.clock.now()).await?;
    if let Some(metric) = settled.metric() {
        count(metric, 1);
    }
    let entries = state.payments.of_order(id).await?;
    tell(state, &order, &entries).await
}

/// Tells the order what the ledger knows and it does not; the number of steps that it took.
async fn tell(state: &State, order: &Order, entries: &[PaymentEntry]) -> Result<u64, HandlerError> {
    let mut told = 0;
    for action in untold(order, entries) {
        match state.orders.advance(&state.give_back, &order.id, &action, Actor::System, state.clock.now()).await? {
            Advance::Changed(_) => told += 1,
            // The event was faster.
            Advance::Unchanged(_) => {}
            Advance::Refused(refusal) => return Err(refusal.into()),
            Advance::NotFound => return Err("the order is gone".into()),
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedules_input_is_empty() {
        let sample = include_str!("../../../events/aws/payments-reconcile.schedule.json");
        assert!(serde_json::from_str::<Schedule>(sample).is_ok());
        assert!(serde_json::from_str::<Schedule>(r#"{"sweep":"expired"}"#).is_err());
    }
}
