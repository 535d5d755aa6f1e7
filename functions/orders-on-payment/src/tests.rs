use aws_lambda_events::event::sqs::SqsEvent;
use sipstr_domain::payment::Provider;
use sipstr_domain::{Currency, Money};

use super::*;

#[test]
fn the_sample_is_a_capture() {
    let sample = include_str!("../../../events/aws/orders-on-payment.payment.captured.json");
    let batch: SqsEvent = serde_json::from_str(sample).unwrap();
    let event: Event = serde_json::from_str(batch.records[0].body.as_deref().unwrap()).unwrap();
    assert!(matches!(event.fact, Fact::PaymentCaptured(fact) if fact.money == Money::new(4_598, Currency::Usd)));
}

#[test]
fn a_second_payment_of_the_same_amount_is_noticed() {
    let entry = |kind, reference: &str| PaymentEntry {
        order_id: OrderId::derive(&["test"]),
        kind,
        provider: Provider::Stripe,
        reference: reference.into(),
        money: Money::new(4_598, Currency::Usd),
        at: jiff::Timestamp::UNIX_EPOCH,
    };
    let first = entry(EntryKind::Captured, "pi_1");
    let refund = entry(EntryKind::Refunded, "re_1");
    assert!(!captured_twice(&[first.clone(), refund]));
    assert!(captured_twice(&[first, entry(EntryKind::Captured, "pi_2")]));
}
