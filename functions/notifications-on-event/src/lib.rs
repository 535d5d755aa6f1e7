//! Tells people what happened: a notice in the app, and a mail.
//!
//! A notice is named by the event and its reader, and knows whether its mail has left. A message that comes again finds the
//! notice and sends only what is missing, so that there is one notice, and one mail unless a crash falls between sending it
//! and noting that.

mod config;
mod letters;
mod send;
mod words;

use std::sync::Arc;

use sipstr_events::{Event, Fact};
use sipstr_http::Signer;
use sipstr_messaging::MailSender;
use sipstr_runtime::{Aws, Clock, HandlerError};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::carts::Carts;
use sipstr_storage::catalog::Catalog;
use sipstr_storage::codes::Purpose;
use sipstr_storage::deliveries::Deliveries;
use sipstr_storage::members::Members;
use sipstr_storage::notifications::Notifications;
use sipstr_storage::orders::Orders;
use sipstr_storage::stores::Stores;

pub use config::Config;

#[derive(Clone)]
pub struct State {
    pub clock: Clock,
    pub signer: Signer,
    /// Where our API is: mailed links begin with it.
    pub api_url: String,
    pub mail: Arc<dyn MailSender>,
    pub notifications: Notifications,
    pub accounts: Accounts,
    pub carts: Carts,
    pub catalog: Catalog,
    pub deliveries: Deliveries,
    pub members: Members,
    pub orders: Orders,
    pub stores: Stores,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, signer: Signer, mail: Arc<dyn MailSender>) -> Self {
        Self {
            clock: Clock::system(),
            signer,
            api_url: config.api_url.clone(),
            mail,
            notifications: Notifications::new(aws.dynamodb(), &config.notifications_table),
            accounts: Accounts::new(aws.dynamodb(), &config.accounts_table),
            carts: Carts::new(aws.dynamodb(), &config.carts_table),
            catalog: Catalog::new(aws.dynamodb(), &config.catalog_table),
            deliveries: Deliveries::new(aws.dynamodb(), &config.deliveries_table),
            members: Members::new(aws.dynamodb(), &config.accounts_table, &config.stores_table),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
            stores: Stores::new(aws.dynamodb(), &config.stores_table),
        }
    }
}

/// Tells everybody whom an event concerns. Who cannot be reached now keeps nobody else waiting, and is tried again.
pub async fn handle(event: Event, state: &State) -> Result<(), HandlerError> {
    match &event.fact {
        Fact::AccountVerificationRequested(fact) => {
            return send::code(state, &fact.user_id, Purpose::ProveEmail).await;
        }
        Fact::AccountPasswordResetRequested(fact) => {
            return send::code(state, &fact.user_id, Purpose::ResetPassword).await;
        }
        Fact::AccountEmailChangeRequested(fact) => {
            return send::code(state, &fact.user_id, Purpose::ChangeEmail).await;
        }
        Fact::StoreInvitationMade(fact) => return send::invitation(state, fact).await,
        _ => {}
    }
    let mut failed = None;
    for letter in letters::of(&event, state).await? {
        if let Err(error) = send::letter(state, &event, letter).await {
            failed = Some(error);
        }
    }
    failed.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::event::sqs::SqsEvent;

    use super::*;

    #[test]
    fn the_samples_are_batches_for_this_function() {
        for sample in [
            include_str!("../../../events/aws/notifications-on-event.account.verification_requested.json"),
            include_str!("../../../events/aws/notifications-on-event.order.confirmed.json"),
        ] {
            let batch: SqsEvent = serde_json::from_str(sample).unwrap();
            let event: Event = serde_json::from_str(batch.records[0].body.as_deref().unwrap()).unwrap();
            assert!(matches!(event.fact, Fact::AccountVerificationRequested(_) | Fact::OrderConfirmed(_)));
        }
    }
}
