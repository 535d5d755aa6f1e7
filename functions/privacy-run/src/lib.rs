//! Fulfils what people are entitled to: makes the copies of what is known of them, forgets who wants to be forgotten, and keeps
//! nothing for longer than `sipstr_domain::privacy` says.
//!
//! Each of the three can be stopped anywhere and begun again: a copy is written under its own key, and of a person the
//! account itself goes last, so that whoever comes later finds what is left.

mod config;
mod erase;
mod export;
mod page;
mod retain;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use serde::{Deserialize, Serialize};
use sipstr_events::{Event, Fact};
use sipstr_files::Files;
use sipstr_runtime::{Aws, Clock, Error, HandlerError};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::audit::Audit;
use sipstr_storage::carts::Carts;
use sipstr_storage::couriers::Couriers;
use sipstr_storage::credits::Credits;
use sipstr_storage::deliveries::Deliveries;
use sipstr_storage::notifications::Notifications;
use sipstr_storage::orders::Orders;
use sipstr_storage::payments::Payments;

pub use config::Config;

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub accounts: Accounts,
    pub audit: Audit,
    pub carts: Carts,
    pub couriers: Couriers,
    pub credits: Credits,
    pub deliveries: Deliveries,
    pub notifications: Notifications,
    pub orders: Orders,
    pub payments: Payments,
    pub files: Files,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, files: Files) -> Self {
        Self {
            clock: Clock::system(),
            accounts: Accounts::new(aws.dynamodb(), &config.accounts_table),
            audit: Audit::new(aws.dynamodb(), &config.audit_table),
            carts: Carts::new(aws.dynamodb(), &config.carts_table),
            credits: Credits::new(aws.dynamodb(), &config.credits_table),
            couriers: Couriers::new(aws.dynamodb(), &config.couriers_table),
            deliveries: Deliveries::new(aws.dynamodb(), &config.deliveries_table),
            notifications: Notifications::new(aws.dynamodb(), &config.notifications_table),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
            payments: Payments::new(aws.dynamodb(), &config.payments_table),
            files,
        }
    }
}

/// What calls this function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Trigger {
    Schedule { sweep: Sweep },
    Queue(SqsEvent),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sweep {
    Erasures,
    Retention,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    Erased { erased: usize },
    Retained(retain::Tidied),
    Queue(SqsBatchResponse),
}

pub async fn handle(trigger: Trigger, state: &State) -> Result<Outcome, Error> {
    match trigger {
        Trigger::Schedule { sweep: Sweep::Erasures } => Ok(Outcome::Erased { erased: erase::sweep(state).await? }),
        Trigger::Schedule { sweep: Sweep::Retention } => Ok(Outcome::Retained(retain::sweep(state).await?)),
        Trigger::Queue(batch) => {
            Ok(Outcome::Queue(sipstr_runtime::handle_batch(batch, |event| on_event(event, state)).await))
        }
    }
}

async fn on_event(event: Event, state: &State) -> Result<(), HandlerError> {
    match event.fact {
        Fact::AccountExportRequested(fact) => export::make(state, &fact.user_id, &fact.export_id).await,
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_call_this_function() {
        let sample = include_str!("../../../events/aws/privacy-run.schedule.json");
        let trigger: Trigger = serde_json::from_str(sample).unwrap();
        assert!(matches!(trigger, Trigger::Schedule { sweep: Sweep::Erasures }));
        let sample = include_str!("../../../events/aws/privacy-run.account.export_requested.json");
        let trigger: Trigger = serde_json::from_str(sample).unwrap();
        assert!(matches!(trigger, Trigger::Queue(batch) if batch.records.len() == 1));
        assert!(serde_json::from_str::<Trigger>(r#"{"sweep":"everything"}"#).is_err());
    }
}
