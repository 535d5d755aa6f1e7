//! A batch with a poisonous message (storm 11): the others are handled, it alone is left, and a redrive is harmless.
//!
//! First the function is called as its queue calls it, then by a queue that gives up as quickly as a test can wait. That
//! the real ones wait for six of the function's time-outs and give up after five times, the Terraform tests see to.

use jiff::Timestamp;
use serde_json::{Value, json};
use sipstr_domain::{EventId, OrderId};
use sipstr_testkit::{Shop, ShopSpec, World};

const CONSUMER: &str = "inventory-on-order";

/// An event that reports an order's hand-over.
fn handed_over(order: &OrderId, shop: &Shop) -> String {
    let event = json!({
        "id": EventId::new(), "type": "order.delivered", "version": 1, "time": Timestamp::now(), "subject": order,
        "correlationId": "storm-11",
        "data": {
            "orderId": order, "customerId": sipstr_domain::UserId::new(), "storeId": shop.id(), "state": "delivered",
            "total": 2_000, "currency": "USD", "refundDue": 0,
        },
    });
    event.to_string()
}

/// Hands the consumer these messages in one batch; answers with the numbers of those that it could not handle.
async fn deliver(world: &World, bodies: &[String]) -> Vec<usize> {
    let records = bodies.iter().enumerate().map(|(number, body)| {
        json!({
            "messageId": number.to_string(), "receiptHandle": "handle", "body": body, "attributes": {},
            "messageAttributes": {}, "md5OfBody": "", "eventSource": "aws:sqs", "awsRegion": world.stack.region,
            "eventSourceARN": format!("arn:aws:sqs:{}:000000000000:{CONSUMER}", world.stack.region),
        })
    });
    let answer = world.invoke(CONSUMER, &json!({"Records": records.collect::<Vec<_>>()})).await;
    let failures = answer["batchItemFailures"].as_array().expect("the answer of a batch").iter();
    failures.filter_map(|failure| failure["itemIdentifier"].as_str()?.parse().ok()).collect()
}

#[tokio::test]
async fn one_poisonous_message_stops_none_of_the_nine_others() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let total = world.total_of(&shop, &[(0, 1)]).await;
    let mut orders: Vec<OrderId> = Vec::new();
    for _ in 0..9 {
        let (buyer, body) = world.buyer_at_the_till(&shop, &[(0, 1)], total).await;
        let placed = buyer.api.post_keyed("/v1/orders", "once", body).await.expect(201);
        orders.push(placed["order"]["id"].as_str().unwrap().parse().unwrap());
    }
    let figures = async || {
        let seen = world.stock(&shop, 0).await;
        (seen["reserved"].clone(), seen["sold"].clone(), seen["onHand"].clone())
    };
    let reserved = (json!(9), json!(0), json!(24));
    world.eventually("nine are reserved", || async { (figures().await == reserved).then_some(()) }).await;

    let mut batch: Vec<String> = orders.iter().map(|order| handed_over(order, &shop)).collect();
    batch.insert(4, "{\"type\": \"order.delivered\", ".to_owned());
    assert_eq!(deliver(&world, &batch).await, [4]);
    let sold: (Value, Value, Value) = (json!(0), json!(9), json!(15));
    assert_eq!(figures().await, sold);

    // Redriven, with the event of an order that nobody knows, and with one of a kind that will be invented later.
    batch[4] = handed_over(&OrderId::new(), &shop);
    batch.push(json!({"id": EventId::new(), "type": "order.gift_wrapped", "version": 1}).to_string());
    assert_eq!(deliver(&world, &batch).await, [4]);
    assert_eq!(figures().await, sold, "the good ones change nothing any more");
}

#[tokio::test]
async fn a_message_that_nobody_can_handle_is_put_aside_and_a_redrive_is_harmless() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let total = world.total_of(&shop, &[(0, 1)]).await;
    let (buyer, body) = world.buyer_at_the_till(&shop, &[(0, 1)], total).await;
    let placed = buyer.api.post_keyed("/v1/orders", "once", body).await.expect(201);
    let order: OrderId = placed["order"]["id"].as_str().unwrap().parse().unwrap();
    let sold = async || world.stock(&shop, 0).await["sold"].clone();
    world
        .eventually("the order is counted", || async {
            (world.stock(&shop, 0).await["reserved"] == json!(1)).then_some(())
        })
        .await;

    let queue = world.queue_before(CONSUMER, 5).await;
    let (good, poison) = (handed_over(&order, &shop), "{\"type\": \"order.delivered\", ");
    queue.send(poison).await;
    queue.send(&good).await;
    let given_up = world.eventually("the poison is put aside", || async {
        let bodies = queue.given_up().await;
        (!bodies.is_empty()).then_some(bodies)
    });
    assert_eq!(given_up.await, [poison]);
    world.eventually("the queue is empty", || async { (queue.depth().await == 0).then_some(()) }).await;
    assert_eq!(sold().await, json!(1), "the good message was handled beside it");

    queue.send(&good).await;
    world.eventually("the redriven message is taken", || async { (queue.depth().await == 0).then_some(()) }).await;
    assert_eq!(sold().await, json!(1), "and changes nothing");
    queue.close().await;
}
