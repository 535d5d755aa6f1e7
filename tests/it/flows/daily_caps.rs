//! A store says how many of a product one customer may order a day.

use serde_json::{Value, json};
use sipstr_domain::EventId;
use sipstr_testkit::{Person, ShopSpec, World};

use super::stock_settings::put_settings;

fn a_day(most: u32) -> Value {
    json!({"threshold": 1, "safetyStock": 0, "perDay": most})
}

async fn cancel(buyer: &Person, placed: &Value) {
    let path = format!("/v1/orders/{}/cancel", placed["order"]["id"].as_str().expect("an id"));
    buyer.api.post(&path, json!({"reason": "changed my mind"})).await.expect(200);
}

#[tokio::test]
async fn what_one_customer_may_have_in_a_day_is_counted_over_her_orders_and_comes_back_with_them() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![20], ..ShopSpec::default() }).await;
    let set = put_settings(&shop.manager, &shop, "\"0\"", a_day(3)).await.expect(200);
    assert_eq!(set["perDay"], 3);

    let (ada, home) = world.customer_at(shop.store.location).await;
    let first = world.order(&ada, &shop, &home, &[(0, 2)]).await;
    let quote = world.quote(&ada, &shop, &home, &[(0, 2)]).await;
    assert_eq!(
        (&quote["obstacles"][0]["code"], &quote["obstacles"][0]["left"], &quote["quoteToken"]),
        (&json!("too_many_today"), &json!(1), &Value::Null),
        "{quote}"
    );
    let quote = world.quote(&ada, &shop, &home, &[(0, 1)]).await;
    world.place(&ada, &quote).await.expect(201);
    let quote = world.quote(&ada, &shop, &home, &[(0, 1)]).await;
    assert_eq!(quote["obstacles"][0]["left"], 0, "{quote}");

    let (bob, there) = world.customer_at(shop.store.location).await;
    world.order(&bob, &shop, &there, &[(0, 3)]).await;
    assert_eq!(world.free(&shop, 0).await, 14, "each has a day of their own");

    cancel(&ada, &first).await;
    let quote = world.quote(&ada, &shop, &home, &[(0, 2)]).await;
    world.place(&ada, &quote).await.expect(201);
    assert_eq!(world.free(&shop, 0).await, 14);
    assert_eq!(world.drift_of(&shop).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_quote_that_was_made_before_is_refused_and_writes_nothing() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![20], ..ShopSpec::default() }).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let before = world.quote(&ada, &shop, &home, &[(0, 5)]).await;
    put_settings(&shop.manager, &shop, "\"0\"", a_day(4)).await.expect(200);
    world.place(&ada, &before).await.refused(409, "too_many_today");
    let cart = ada.api.get("/v1/cart").await.expect(200);
    assert_eq!(
        (&cart["items"][0]["availability"], &cart["notes"][0]["code"], &cart["notes"][0]["left"]),
        (&json!("capped"), &json!("cap"), &json!(4)),
        "{cart}"
    );
    assert_eq!(world.free(&shop, 0).await, 20);

    // Lifted again, and what was ordered without a cap is not counted by the next one.
    put_settings(&shop.manager, &shop, "\"1\"", json!({"threshold": 1, "safetyStock": 0})).await.expect(200);
    world.place(&ada, &before).await.expect(201);
    put_settings(&shop.manager, &shop, "\"2\"", a_day(4)).await.expect(200);
    world.order(&ada, &shop, &home, &[(0, 4)]).await;
    assert_eq!(world.free(&shop, 0).await, 11);
}

#[tokio::test]
async fn the_same_request_at_once_is_one_order_and_counts_once() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![20], ..ShopSpec::default() }).await;
    put_settings(&shop.manager, &shop, "\"0\"", a_day(3)).await.expect(200);
    let (ada, home) = world.customer_at(shop.store.location).await;
    let quote = world.quote(&ada, &shop, &home, &[(0, 3)]).await;
    let (key, body) = (EventId::new(), json!({"quoteToken": quote["quoteToken"]}));
    let send = || ada.api.post_keyed("/v1/orders", key.as_str(), body.clone());
    let answers = futures::future::join_all((0..8).map(|_| send())).await;
    for answer in answers {
        answer.expect(201);
    }
    send().await.expect(201);
    assert_eq!(world.free(&shop, 0).await, 17);
    let again = world.quote(&ada, &shop, &home, &[(0, 1)]).await;
    assert_eq!(again["obstacles"][0]["code"], "too_many_today");
}

#[tokio::test]
async fn caps_that_are_none_are_refused() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![10], ..ShopSpec::default() }).await;
    for wrong in [json!(0), json!(-1), json!(1.5), json!(10_001), json!("2"), json!(4_294_967_296_u64)] {
        let settings = json!({"threshold": 1, "safetyStock": 0, "perDay": wrong});
        assert_eq!(put_settings(&shop.manager, &shop, "\"0\"", settings).await.status, 400, "{wrong}");
    }
    let path = format!("/v1/stores/{}/stock/{}/settings", shop.id(), shop.products[0]);
    let settings = shop.manager.api.get(&path).await.expect(200);
    assert_eq!((&settings["version"], &settings["perDay"]), (&json!(0), &Value::Null));
}
