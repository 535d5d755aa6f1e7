//! Which events a stream record stands for.

use aws_lambda_events::event::dynamodb::EventRecord;
use jiff::Timestamp;
use serde::Deserialize;
use sipstr_domain::cart::Cart;
use sipstr_domain::catalog::ProductRecord;
use sipstr_domain::delivery::Delivery;
use sipstr_domain::job::Job;
use sipstr_domain::order::Order;
use sipstr_domain::partner::Message;
use sipstr_domain::payment::PaymentEntry;
use sipstr_domain::privacy::Export;
use sipstr_domain::stock::Level;
use sipstr_domain::stock::heat::Heat;
use sipstr_domain::stock::lot::Lot;
use sipstr_domain::watch::Watch;
use sipstr_domain::{ExportId, InvitationId, MessageId, UserId};
use sipstr_events::{
    AccountChange, AccountFact, Event, Fact, InvitationFact, SecurityFact, of_account, of_cart, of_delivery, of_export,
    of_heat, of_job, of_level, of_lot, of_message, of_order, of_payment, of_product, of_watch,
};
use sipstr_runtime::HandlerError;
use sipstr_storage::accounts::Verification;
use sipstr_storage::audit::SecurityEvent;
use sipstr_storage::members::Invitation;
use sipstr_storage::watches::WATCH_PREFIX;
use sipstr_storage::{StorageError, image};

/// The attributes that every item of ours has, whatever else it is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Keys {
    pk: String,
    #[serde(default)]
    sk: String,
    #[serde(default)]
    correlation_id: String,
}

/// What of an account its events are made from; the rest of the image is personal and is not read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountImage {
    id: UserId,
    version: u64,
    verification: Option<Verification>,
    password_reset: Option<Verification>,
    email_change: Option<Verification>,
    email_verified_at: Option<Timestamp>,
}

/// A level with how often it has been marked low or not: the version of those events.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LevelImage {
    #[serde(flatten)]
    level: Level,
    #[serde(default)]
    low_count: u64,
}

pub fn of_record(record: EventRecord) -> Result<Vec<Event>, HandlerError> {
    let place = place_in_stream(record.change.sequence_number.as_deref().unwrap_or_default());
    let (before, after) = (record.change.old_image, record.change.new_image);
    // A deletion is no fact of ours: what ends, ends in a state.
    if after.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Keys = image(after.clone())?;
    // The stream counts in seconds; what keeps a timeline knows better, and readers see notices in that order.
    let time = Timestamp::from_second(record.change.approximate_creation_date_time.timestamp())?;
    let at = |subject: &str, version, time, fact| Event::about(subject, version, time, &keys.correlation_id, fact);
    let event = |subject: &str, version, fact| at(subject, version, time, fact);
    let prefix = keys.pk.split_at_checked(4).map_or("", |(prefix, _)| prefix);
    let events = match (prefix, keys.sk.as_str()) {
        ("ord_", "") => {
            let after: Order = image(after)?;
            let before: Option<Order> = optional(before)?;
            let moved = before.as_ref().map(|order| order.state) != Some(after.state);
            let time = after.timeline.last().filter(|_| moved).map_or(time, |step| step.at);
            let facts = of_order(before.as_ref(), &after);
            facts.into_iter().map(|fact| at(after.id.as_str(), after.version, time, fact)).collect()
        }
        ("ord_", _) if before.is_empty() => {
            let entry: PaymentEntry = image(after)?;
            let subject = format!("{}/{}/{}", entry.order_id, entry.kind.as_str(), entry.reference);
            vec![event(&subject, 1, of_payment(&entry))]
        }
        ("dlv_", _) => {
            let after: Delivery = image(after)?;
            let time = after.timeline.last().map_or(time, |step| step.at);
            let fact = of_delivery(optional(before)?.as_ref(), &after);
            fact.into_iter().map(|fact| at(after.id.as_str(), after.version, time, fact)).collect()
        }
        ("usr_", sk) if sk.starts_with("CART#") => {
            let (before, after): (Option<Cart>, Cart) = (optional(before)?, image(after)?);
            let subject = format!("{}/{}", after.customer_id, after.store_id);
            of_cart(before.as_ref(), &after).into_iter().map(|fact| event(&subject, after.version, fact)).collect()
        }
        ("usr_", "ACCOUNT") => {
            let after: AccountImage = image(after)?;
            let facts = facts_of_account(optional(before)?.as_ref(), &after);
            facts.into_iter().map(|fact| event(after.id.as_str(), after.version, fact)).collect()
        }
        ("usr_", _) if before.is_empty() && after.contains_key("kind") => {
            // Routine stays in the record: an event for each sign-in would tell nobody anything.
            let noted: SecurityEvent = image(after)?;
            if !noted.kind.is_told() {
                return Ok(Vec::new());
            }
            let fact = SecurityFact { user_id: noted.user_id.clone(), kind: noted.kind, device: noted.device };
            let subject = format!("{}/{}", noted.user_id, noted.id);
            vec![at(&subject, 1, noted.at, Fact::AccountSecurityEvent(fact))]
        }
        ("usr_", sk) if sk.starts_with(ExportId::PREFIX) => {
            let (before, after): (Option<Export>, Export) = (optional(before)?, image(after)?);
            let fact = of_export(before.as_ref(), &after);
            fact.into_iter().map(|fact| event(after.id.as_str(), 1, fact)).collect()
        }
        ("usr_", "ERASED") => {
            let fact = AccountFact { user_id: keys.pk.parse()? };
            vec![event(&keys.pk, 1, Fact::AccountErased(fact))]
        }
        (_, sk) if before.is_empty() && sk.starts_with(InvitationId::PREFIX) => {
            let made: Invitation = image(after)?;
            let fact = InvitationFact { invitation_id: made.id.clone(), store_id: made.store_id };
            vec![at(made.id.as_str(), 1, made.created_at, Fact::StoreInvitationMade(fact))]
        }
        ("usr_", sk) if sk.starts_with(WATCH_PREFIX) => {
            let (before, after): (Option<Watch>, Watch) = (optional(before)?, image(after)?);
            let fact = of_watch(before.as_ref(), &after);
            let subject = format!("{}/{}/{}", after.user_id, after.store_id, after.product_id);
            let version = after.answered_at.map_or(0, |at| u64::try_from(at.as_millisecond()).unwrap_or_default());
            fact.into_iter().map(|fact| event(&subject, version, fact)).collect()
        }
        ("job_", "JOB") => {
            let (before, after): (Option<Job>, Job) = (optional(before)?, image(after)?);
            let fact = of_job(before.as_ref(), &after);
            fact.into_iter().map(|fact| at(after.id.as_str(), after.version, after.updated_at, fact)).collect()
        }
        ("whs_", sk) if sk.starts_with(MessageId::PREFIX) => {
            let (before, after): (Option<Message>, Message) = (optional(before)?, image(after)?);
            let fact = of_message(before.as_ref(), &after);
            let subject = format!("{}/{}", after.subscription_id, after.id);
            fact.into_iter().map(|fact| event(&subject, u64::from(after.turn), fact)).collect()
        }
        ("prd_", "PRODUCT") => {
            let (before, after): (Option<ProductRecord>, ProductRecord) = (optional(before)?, image(after)?);
            let fact = of_product(before.as_ref(), &after);
            fact.into_iter().map(|fact| at(after.id.as_str(), after.version, after.updated_at, fact)).collect()
        }
        (prefix, _) if prefix.starts_with("L#") => {
            let after: LevelImage = image(after)?;
            let before: Option<LevelImage> = optional(before)?;
            let subject = format!("{}/{}", after.level.store_id, after.level.product_id);
            let facts = of_level(before.map(|before| before.level).as_ref(), &after.level);
            let version = |fact: &Fact| if matches!(fact, Fact::InventoryLow(_)) { after.low_count } else { place };
            facts.into_iter().map(|fact| event(&subject, version(&fact), fact)).collect()
        }
        (prefix, _) if prefix.starts_with("T#") => {
            let (before, after): (Option<Lot>, Lot) = (optional(before)?, image(after)?);
            let subject = format!("{}/{}/{}", after.store_id, after.product_id, after.id);
            of_lot(before.as_ref(), &after).into_iter().map(|fact| event(&subject, after.version, fact)).collect()
        }
        (prefix, minute) if prefix.starts_with("C#") => {
            let (before, after): (Option<Heat>, Heat) = (optional(before)?, image(after)?);
            let subject = format!("{}/{}/{minute}", after.store_id, after.product_id);
            of_heat(before.as_ref(), &after).into_iter().map(|fact| event(&subject, 1, fact)).collect()
        }
        _ => Vec::new(),
    };
    Ok(events)
}

/// Tells the changes of an item apart that counts none itself: the last digits of where its stream has them.
fn place_in_stream(sequence_number: &str) -> u64 {
    let digits: String = sequence_number.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(18)..].parse().unwrap_or_default()
}

fn facts_of_account(before: Option<&AccountImage>, after: &AccountImage) -> Vec<Fact> {
    let unproved = after.email_verified_at.is_none();
    let is_new = |code: fn(&AccountImage) -> Option<&Verification>| {
        let nonce = |account| code(account).map(|code| &code.nonce);
        nonce(after).is_some() && before.and_then(nonce) != nonce(after)
    };
    let change = AccountChange {
        proof_requested: unproved && is_new(|account| account.verification.as_ref()),
        newly_verified: !unproved && before.is_none_or(|before| before.email_verified_at.is_none()),
        reset_requested: is_new(|account| account.password_reset.as_ref()),
        email_change_requested: is_new(|account| account.email_change.as_ref()),
    };
    of_account(&after.id, change)
}

fn optional<T: serde::de::DeserializeOwned>(item: serde_dynamo::Item) -> Result<Option<T>, StorageError> {
    if item.is_empty() { Ok(None) } else { image(item).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_the_capture_of_a_payment() {
        let sample = include_str!("../../../events/aws/events-publish.payments.json");
        let batch: aws_lambda_events::event::dynamodb::Event = serde_json::from_str(sample).unwrap();
        let events: Vec<Event> = batch.records.into_iter().flat_map(|record| of_record(record).unwrap()).collect();
        let captured = include_str!("../../../events/domain/payment.captured.json");
        assert_eq!(events, [serde_json::from_str(captured).unwrap()]);
    }
}
