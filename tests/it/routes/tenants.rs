//! Another's things do not exist: 404, with the same body as what never was (attacks 1, 2 and 3).

use serde_json::{Value, json};
use sipstr_domain::account::Role;
use sipstr_domain::{DeliveryId, OrderId};
use sipstr_testkit::{Answer, ShopSpec, World};

fn shape(answer: Answer) -> Value {
    let mut problem = answer.refused(404, "not_found");
    problem.as_object_mut().unwrap().retain(|name, _| name != "correlationId");
    problem
}

#[tokio::test]
async fn another_customers_order_does_not_exist() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let (eve, _) = world.customer_at(shop.store.location).await;
    let placed = world.order(&ada, &shop, &home, &[(0, 1)]).await;
    let hers = placed["order"]["id"].as_str().unwrap();
    let nobodys = OrderId::new();
    let reason = json!({"reason": "mine"});
    let seen = shape(eve.api.get(&format!("/v1/orders/{hers}")).await);
    assert_eq!(seen, shape(eve.api.get(&format!("/v1/orders/{nobodys}")).await));
    shape(eve.api.post(&format!("/v1/orders/{hers}/cancel"), reason).await);
    shape(eve.api.get(&format!("/v1/orders/{hers}/payment")).await);
    assert_eq!(ada.api.get(&format!("/v1/orders/{hers}")).await.expect(200)["state"], "pending_payment");
    // It is written down who asked for hers, and not for what nobody has.
    let noted = eve.api.get("/v1/me/security-events?limit=100").await.expect(200);
    let asked = noted["items"].as_array().unwrap().iter().filter(|event| event["kind"] == "foreign_order_asked");
    assert_eq!(asked.count(), 2);
    // Support sees it.
    let support = world.person("Sam Support", &[Role::Support], Vec::new()).await;
    support.api.get(&format!("/v1/orders/{hers}")).await.expect(200);
}

#[tokio::test]
async fn another_store_does_not_exist() {
    let world = World::new().await;
    let (mine, theirs) = (world.open_shop(ShopSpec::default()).await, world.open_shop(ShopSpec::default()).await);
    let (ada, home) = world.customer_at(theirs.store.location).await;
    let order = world.paid_order(&ada, &theirs, &home, &[(0, 1)]).await;
    let me = &mine.manager.api;
    shape(me.get(&format!("/v1/stores/{}/orders", theirs.id())).await);
    shape(me.get(&format!("/v1/stores/{}/stock", theirs.id())).await);
    let minutes = json!({"preparationMinutes": 5});
    shape(me.post(&format!("/v1/stores/{}/orders/{order}/accept", theirs.id()), minutes.clone()).await);
    // Not by the way of my own store either.
    shape(me.post(&format!("/v1/stores/{}/orders/{order}/accept", mine.id()), minutes).await);
    let change = json!({"productId": theirs.products[0], "change": 5, "reason": "received"});
    let path = format!("/v1/stores/{}/stock/adjustments", theirs.id());
    shape(me.post_keyed(&path, "k", change.clone()).await);
    let path = format!("/v1/stores/{}/stock/adjustments", mine.id());
    shape(me.post_keyed(&path, "k", change).await);
    assert_eq!(world.free(&theirs, 0).await, 23);
}

#[tokio::test]
async fn a_courier_sees_only_what_is_assigned_to_them_and_only_while_it_lasts() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let order = world.paid_order(&ada, &shop, &home, &[(0, 1)]).await;
    let delivery = super::super::flows::to_the_door(&world, &shop, &ada, &order).await;
    let path = format!("/v1/deliveries/{delivery}");
    let stranger = world.courier_at(shop.store.location).await;
    shape(stranger.api.get(&path).await);
    shape(stranger.api.post(&format!("{path}/refuse"), json!({"reason": "absent"})).await);
    shape(shop.couriers[0].api.get(&format!("/v1/deliveries/{}", DeliveryId::of_order(&OrderId::new()))).await);

    let courier = &shop.couriers[0].api;
    assert_eq!(courier.get(&path).await.expect(200)["dropOff"]["line1"], "2 Test Street");
    let checked = json!({"idMethod": "passport", "dateOfBirth": "1990-05-17", "matchesRecipient": true, "sober": true});
    courier.post(&format!("{path}/hand-over"), checked).await.expect(200);
    let over = courier.get(&path).await.expect(200).to_string();
    assert!(!over.contains("Test Street\"") || !over.contains("2 Test Street"), "the address is gone: {over}");
    assert!(!over.contains("Ada"), "the name is gone: {over}");
}
