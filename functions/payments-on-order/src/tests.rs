use aws_lambda_events::event::sqs::SqsEvent;

use super::*;

#[test]
fn the_sample_is_settled() {
    let sample = include_str!("../../../events/aws/payments-on-order.order.refund_due.json");
    let batch: SqsEvent = serde_json::from_str(sample).unwrap();
    let event: Event = serde_json::from_str(batch.records[0].body.as_deref().unwrap()).unwrap();
    assert!(to_settle(&event.fact).is_some_and(|fact| fact.refund_due == 4_598));
}

#[test]
fn every_end_of_an_order_is_settled_and_nothing_else() {
    let settled: Vec<&str> = facts().iter().filter(|fact| to_settle(fact).is_some()).map(Fact::type_name).collect();
    let ends = ["order.expired", "order.payment_failed", "order.cancelled", "order.returned", "order.refund_due"];
    assert_eq!(settled, ends);
}

/// A fact of every type about orders.
fn facts() -> Vec<Fact> {
    let sample = include_str!("../../../events/aws/payments-on-order.order.refund_due.json");
    let batch: SqsEvent = serde_json::from_str(sample).unwrap();
    let event: serde_json::Value = serde_json::from_str(batch.records[0].body.as_deref().unwrap()).unwrap();
    let types = Fact::TYPES.iter().filter(|kind| kind.starts_with("order."));
    types
        .map(|kind| serde_json::from_value(serde_json::json!({"type": kind, "data": event["data"]})).unwrap())
        .collect()
}
