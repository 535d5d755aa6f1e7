//! Webhooks: believed only when signed over their very bytes, and applied once however often they come (storms 7 to 9).

use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use sipstr_domain::OrderId;
use sipstr_domain::payment::EntryKind;
use sipstr_testkit::{ShopSpec, World};

#[tokio::test]
async fn a_webhook_that_is_not_signed_as_it_should_be_writes_nothing() {
    let world = World::new().await;
    let order = OrderId::new();
    let event = world.captured_event(order.as_str(), "pi_forged", 5_000);
    let body = serde_json::to_vec(&event).unwrap();
    let now = Timestamp::now();
    let good = world.signature(&body, now);

    let mut flipped = body.clone();
    let at = flipped.len() / 2;
    flipped[at] ^= 1;
    world.webhook_signed(&flipped, &good).await.refused(400, "webhook_rejected");
    let pretty = serde_json::to_vec_pretty(&event).unwrap();
    world.webhook_signed(&pretty, &good).await.refused(400, "webhook_rejected");
    let old = world.signature(&body, now - SignedDuration::from_secs(301));
    world.webhook_signed(&body, &old).await.refused(400, "webhook_rejected");
    let ahead = world.signature(&body, now + SignedDuration::from_hours(1));
    world.webhook_signed(&body, &ahead).await.refused(400, "webhook_rejected");
    for header in ["", "t=1", "v1=00", "t=x,v1=y", "nonsense"] {
        world.webhook_signed(&body, header).await.refused(400, "webhook_rejected");
    }
    let json = [("content-type", "application/json")];
    let bare = world.api.send_raw(reqwest::Method::POST, "/v1/webhooks/stripe", Some(body.clone()), &json).await;
    bare.refused(400, "webhook_rejected");
    assert_eq!(world.payments().of_order(&order).await.unwrap(), []);

    // One right signature among several is enough, as during a rotation.
    let rotated = good.replacen(",v1=", &format!(",v1={},v1=", "0".repeat(64)), 1);
    world.webhook_signed(&body, &rotated).await.expect(200);
    assert_eq!(world.payments().of_order(&order).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_webhook_fifty_times_is_one_entry_and_one_transition() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let placed = world.order(&ada, &shop, &home, &[(0, 1)]).await;
    let order: OrderId = placed["order"]["id"].as_str().unwrap().parse().unwrap();
    let intent = placed["payment"]["reference"].as_str().unwrap();
    let event = world.captured_event(order.as_str(), intent, placed["order"]["total"].as_i64().unwrap());
    let body = serde_json::to_vec(&event).unwrap();
    let path = format!("/v1/orders/{order}");
    let deliveries = futures::stream::iter(0..50).map(|_| async {
        world.webhook(&body).await.expect(200);
        ada.api.get(&path).await.expect(200)
    });
    deliveries.buffer_unordered(16).collect::<Vec<_>>().await;
    let confirmed = world.order_becomes(&ada, &order, "confirmed").await;
    let steps = confirmed["timeline"].as_array().unwrap().iter().filter(|step| step["state"] == "confirmed").count();
    assert_eq!(steps, 1);
    let entries = world.payments().of_order(&order).await.unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.kind == EntryKind::Captured).count(), 1);
    // Long after, the same report changes nothing.
    world.webhook(&body).await.expect(200);
    assert_eq!(world.payments().of_order(&order).await.unwrap().len(), entries.len());
}

#[tokio::test]
async fn events_that_are_not_known_are_acknowledged() {
    let world = World::new().await;
    let event = serde_json::json!({
        "id": "evt_1", "object": "event", "created": Timestamp::now().as_second(), "type": "customer.created",
        "data": {"object": {"id": "cus_1", "object": "customer"}},
    });
    world.webhook(&serde_json::to_vec(&event).unwrap()).await.expect(200);
}
