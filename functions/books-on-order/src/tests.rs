use aws_lambda_events::event::sqs::SqsEvent;

use super::*;

fn sample() -> Event {
    let sample = include_str!("../../../events/aws/books-on-order.order.confirmed.json");
    let batch: SqsEvent = serde_json::from_str(sample).unwrap();
    serde_json::from_str(batch.records[0].body.as_deref().unwrap()).unwrap()
}

#[test]
fn the_sample_is_an_order_to_write_of() {
    let event = sample();
    assert_eq!(to_write(&event.fact).map(OrderId::as_str), Some("ord_0198c0de5f3a7b60a1b2c3d4e5f60718"));
}

#[test]
fn whatever_makes_an_entry_is_written_of_and_nothing_else() {
    let data = serde_json::to_value(sample()).unwrap()["data"].clone();
    let types = Fact::TYPES.iter().filter(|kind| kind.starts_with("order."));
    let facts = types.map(|kind| serde_json::from_value(serde_json::json!({"type": kind, "data": data})).unwrap());
    let written: Vec<&str> = facts.filter(|fact| to_write(fact).is_some()).map(|fact: Fact| fact.type_name()).collect();
    assert_eq!(written, ["order.confirmed", "order.cancelled", "order.returned", "order.goods_refunded"]);
}
