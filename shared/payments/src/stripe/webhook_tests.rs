//! Each sample under `events/webhooks/stripe` and what it means.

use std::collections::BTreeSet;
use std::path::Path;

use sipstr_domain::{Currency, OrderId};

use super::*;

const PAYMENT: &str = "pi_3SW2kQExAmPlE4Or0f9bTqYc";
const CHARGE: &str = "ch_3SW2kQExAmPlE4Or0x7LrV2a";
const REFUND: &str = "re_3SW2kQExAmPlE4Or0Hn5sD1p";
const HAPPENED_AT: i64 = 1_795_415_000;

fn samples() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/webhooks/stripe")
}

fn sample(name: &str) -> WebhookEvent {
    let body = std::fs::read(samples().join(format!("{name}.json"))).unwrap();
    read(&body).unwrap()
}

fn order() -> OrderId {
    "ord_0198c0de5f3a7b60a1b2c3d4e5f60718".parse().unwrap()
}

fn moved(kind: EntryKind, reference: &str, at: i64) -> WebhookEvent {
    WebhookEvent::Movement(PaymentEntry {
        order_id: order(),
        kind,
        provider: Provider::Stripe,
        reference: reference.to_owned(),
        money: Money::new(4598, Currency::Usd),
        at: Timestamp::from_second(at).unwrap(),
    })
}

#[test]
fn an_intent_leads_to_the_entry_of_its_order() {
    assert_eq!(sample("payment_intent.succeeded"), moved(EntryKind::Captured, PAYMENT, HAPPENED_AT));
    let authorised = sample("payment_intent.amount_capturable_updated");
    assert_eq!(authorised, moved(EntryKind::Authorised, PAYMENT, HAPPENED_AT));
    assert_eq!(sample("payment_intent.canceled"), moved(EntryKind::Cancelled, PAYMENT, HAPPENED_AT));
}

#[test]
fn each_failed_attempt_is_an_entry_of_its_own() {
    let declined = moved(EntryKind::Failed, &format!("{PAYMENT}/{CHARGE}"), HAPPENED_AT);
    assert_eq!(sample("payment_intent.payment_failed"), declined);
    let never_charged = moved(EntryKind::Failed, &format!("{PAYMENT}/evt_3SW2kQExAmPlE4Or04dEfGhIj"), HAPPENED_AT);
    assert_eq!(sample("payment_intent.payment_failed.authentication"), never_charged);
}

#[test]
fn a_refund_counts_when_it_went_through_and_under_one_name_however_often_it_is_told() {
    assert_eq!(sample("refund.created"), moved(EntryKind::Refunded, REFUND, HAPPENED_AT + 600));
    assert_eq!(sample("refund.updated"), moved(EntryKind::Refunded, REFUND, HAPPENED_AT + 4200));
    assert_eq!(sample("refund.created.pending"), WebhookEvent::Ignored { kind: "refund.created".into() });
    assert_eq!(sample("charge.refunded"), WebhookEvent::Ignored { kind: "charge.refunded".into() });
}

#[test]
fn what_no_rule_covers_is_shown_to_a_person() {
    let attention = |name: &str| match sample(name) {
        WebhookEvent::Attention { reference, order_id, .. } => (reference, order_id),
        other => panic!("{name} is {other:?}"),
    };
    assert_eq!(attention("refund.failed"), (REFUND.to_owned(), Some(order())));
    assert_eq!(attention("refund.created.by_hand"), (REFUND.to_owned(), None));
    assert_eq!(attention("charge.dispute.created"), ("du_1SX9pLExAmPlE4OrQ2wE3rT4".to_owned(), None));
}

#[test]
fn other_types_are_acknowledged_and_ignored() {
    assert_eq!(sample("customer.created"), WebhookEvent::Ignored { kind: "customer.created".into() });
    let from_the_future =
        br#"{"id": "evt_1", "type": "wine.poured", "created": 1, "data": {"object": {"cork": null}}}"#;
    assert_eq!(read(from_the_future), Ok(WebhookEvent::Ignored { kind: "wine.poured".into() }));
}

#[test]
fn what_is_no_event_is_rejected() {
    for body in [&b""[..], b"null", b"{", b"[1]", b"\xff\xfe", br#"{"id": "evt_1", "type": "x"}"#] {
        assert_eq!(read(body), Err(WebhookRejected::MalformedBody));
    }
    let bare =
        br#"{"id": "evt_1", "type": "payment_intent.succeeded", "created": 1, "data": {"object": {"id": "pi_1"}}}"#;
    assert_eq!(read(bare), Err(WebhookRejected::MalformedBody));
}

#[test]
fn fields_that_old_versions_and_fakes_leave_out_are_not_needed() {
    let body = format!(
        r#"{{"id": "evt_1", "type": "payment_intent.succeeded", "created": {HAPPENED_AT}, "api_version": "2017-08-15",
            "data": {{"object": {{"id": "{PAYMENT}", "object": "payment_intent", "amount": 4598, "currency": "usd",
            "status": "succeeded", "latest_charge": {{"id": "{CHARGE}"}}, "metadata": {{"order_id": "{}"}}}}}}}}"#,
        order()
    );
    assert_eq!(read(body.as_bytes()), Ok(moved(EntryKind::Captured, PAYMENT, HAPPENED_AT)));
}

#[test]
fn every_sample_is_read_by_a_test_above() {
    let text = include_str!("webhook_tests.rs");
    let unread: BTreeSet<String> = std::fs::read_dir(samples())
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().path().file_stem()?.to_str()?.to_owned()))
        .filter(|name| !text.contains(&format!("\"{name}\"")))
        .collect();
    assert_eq!(unread, BTreeSet::new());
}
