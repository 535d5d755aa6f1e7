//! The payment provider on a bad day (storm 10): it acts and its answer is lost, and still there is one payment.

use serde_json::{Value, json};
use sipstr_domain::OrderId;
use sipstr_testkit::{Person, Shop, ShopSpec, World};

const KEY: &str = "one-payment";

/// A buyer who is about to order, and the order that she will make: what a fault is meant for.
async fn about_to_order(world: &World) -> (Shop, Person, Value, OrderId) {
    let shop = world.open_shop(ShopSpec::default()).await;
    let total = world.total_of(&shop, &[(0, 1)]).await;
    let (buyer, body) = world.buyer_at_the_till(&shop, &[(0, 1)], total).await;
    let order = OrderId::derive(&[buyer.id.as_str(), KEY]);
    (shop, buyer, body, order)
}

/// The provider makes the payment of this order, and is not heard: so many times in a row.
async fn unheard(world: &World, order: &OrderId, times: usize, how: Value) {
    let mut fault = json!({"path": "/v1/payment_intents", "contains": order, "times": times, "after": true});
    fault.as_object_mut().expect("an object").extend(how.as_object().expect("an object").clone());
    world.stripe_fault(fault).await;
}

/// How many payments of an order the provider knows.
async fn payments_of(world: &World, order: &OrderId) -> usize {
    let (mut count, mut after) = (0, String::new());
    loop {
        let page = world.stripe_get(&format!("/v1/payment_intents?limit=100{after}")).await;
        let intents = page["data"].as_array().expect("a list");
        count += intents.iter().filter(|intent| intent["metadata"]["order_id"] == order.as_str()).count();
        match intents.last().filter(|_| page["has_more"] == true) {
            Some(last) => after = format!("&starting_after={}", last["id"].as_str().expect("an id")),
            None => return count,
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_or_late_is_asked_for_again_in_the_same_request() {
    let world = World::new().await;
    // The second is later than we wait for one answer.
    for how in [json!({"status": 500}), json!({"delayMs": 5_000}), json!({"status": 429})] {
        let (shop, buyer, body, order) = about_to_order(&world).await;
        unheard(&world, &order, 1, how.clone()).await;
        let placed = buyer.api.post_keyed("/v1/orders", KEY, body).await.expect(201);
        assert_eq!(placed["order"]["id"], order.as_str());
        assert_eq!((payments_of(&world, &order).await, world.free(&shop, 0).await), (1, 23), "{how}");
    }
}

#[tokio::test]
async fn who_is_told_to_come_again_finds_the_payment_that_was_made() {
    let world = World::new().await;
    let (shop, buyer, body, order) = about_to_order(&world).await;
    unheard(&world, &order, 3, json!({"status": 500})).await;
    let refused = buyer.api.post_keyed("/v1/orders", KEY, body.clone()).await;
    refused.refused(503, "payment_provider_unavailable");
    assert_eq!(world.free(&shop, 0).await, 23, "the bottle is kept for the repetition");

    let placed = buyer.api.post_keyed("/v1/orders", KEY, body.clone()).await.expect(201);
    let again = buyer.api.post_keyed("/v1/orders", KEY, body).await.expect(201);
    assert_eq!(placed["payment"], again["payment"]);
    assert_eq!((payments_of(&world, &order).await, world.free(&shop, 0).await), (1, 23));
    world.pay(&placed).await;
    world.order_becomes(&buyer, &order, "confirmed").await;
}
