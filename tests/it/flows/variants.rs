//! What else may happen to an order on its way.

use serde_json::json;
use sipstr_domain::{DeliveryId, OrderId};
use sipstr_testkit::{ShopSpec, World};

use super::purchase::to_the_door;

fn id_of(placed: &serde_json::Value) -> OrderId {
    placed["order"]["id"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn an_order_that_is_not_paid_in_time_expires_and_its_bottles_come_back_once() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let placed = world.order(&ada, &shop, &home, &[(0, 3)]).await;
    assert_eq!(world.free(&shop, 0).await, 21);
    world.sweep_expired().await;
    assert_eq!(world.free(&shop, 0).await, 21, "the window is still open");

    world.let_the_window_pass(&id_of(&placed)).await;
    world.sweep_expired().await;
    world.sweep_expired().await;
    let expired = world.order_becomes(&ada, &id_of(&placed), "expired").await;
    assert_eq!(expired["payment"]["status"], "void");
    assert_eq!(world.free(&shop, 0).await, 24);
    let intent = placed["payment"]["reference"].as_str().unwrap().to_owned();
    world
        .eventually("the payment is cancelled at the provider", || async {
            let seen = world.stripe_get(&format!("/v1/payment_intents/{intent}")).await;
            (seen["status"] == "canceled").then_some(())
        })
        .await;
}

#[tokio::test]
async fn a_paid_order_that_is_cancelled_is_refunded_and_its_bottles_come_back() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let placed = world.order(&ada, &shop, &home, &[(0, 2)]).await;
    world.pay(&placed).await;
    let order = id_of(&placed);
    world.order_becomes(&ada, &order, "confirmed").await;

    let reason = json!({"reason": "changed my mind"});
    ada.api.post(&format!("/v1/orders/{order}/cancel"), reason.clone()).await.expect(200);
    ada.api.post(&format!("/v1/orders/{order}/cancel"), reason).await.expect(200);
    assert_eq!(world.free(&shop, 0).await, 24);
    refunded(&world, &ada, &order, placed["order"]["total"].as_i64().unwrap()).await;
    let intent = placed["payment"]["reference"].as_str().unwrap();
    assert_eq!(world.refunded_at_provider(intent).await, placed["order"]["total"].as_i64().unwrap());
}

#[tokio::test]
async fn an_order_refused_at_the_door_goes_back_to_the_shelf_and_the_goods_are_refunded() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let order = world.paid_order(&ada, &shop, &home, &[(2, 1)]).await;
    let delivery = to_the_door(&world, &shop, &ada, &order).await;
    let courier = &shop.couriers[0].api;
    let path = format!("/v1/deliveries/{delivery}");

    // The law says no, and nothing has moved.
    let child = json!({"idMethod": "passport", "dateOfBirth": "2010-01-01", "matchesRecipient": true, "sober": true});
    courier.post(&format!("{path}/hand-over"), child).await.refused(422, "under_age");
    courier.post(&format!("{path}/refuse"), json!({"reason": "underage"})).await.expect(200);
    world.order_becomes(&ada, &order, "returning").await;
    assert_eq!(world.free(&shop, 2).await, 23, "the bottle is on its way back, not on the shelf");

    courier.post(&format!("{path}/return"), json!({})).await.expect(200);
    let returned = world.order_becomes(&ada, &order, "returned").await;
    assert_eq!(world.free(&shop, 2).await, 24);
    let total = returned["total"].as_i64().unwrap();
    refunded(&world, &ada, &order, total - 499 - 300).await;
    // The courier is free for the next one.
    let next = world.paid_order(&ada, &shop, &home, &[(0, 1)]).await;
    to_the_door(&world, &shop, &ada, &next).await;
}

#[tokio::test]
async fn money_that_comes_after_expiry_goes_back() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let placed = world.order(&ada, &shop, &home, &[(0, 1)]).await;
    let order = id_of(&placed);
    world.let_the_window_pass(&order).await;
    // She pays in the very moment in which the window closes: the webhook is slower than the sweep.
    world.pay(&placed).await;
    world.sweep_expired().await;
    let total = placed["order"]["total"].as_i64().unwrap();
    // Whichever came first: bottle or money, never both and never neither.
    let settled = world
        .eventually("fulfilled or refunded", || async {
            let seen = ada.api.get(&format!("/v1/orders/{order}")).await.expect(200);
            let fulfilled = seen["state"] == "confirmed" && seen["payment"]["status"] == "paid";
            let refunded = seen["state"] == "expired" && seen["payment"]["status"] == "refunded";
            (fulfilled || refunded).then_some(seen)
        })
        .await;
    let free = world.free(&shop, 0).await;
    let intent = placed["payment"]["reference"].as_str().unwrap();
    match settled["state"].as_str() {
        Some("confirmed") => assert_eq!((free, world.refunded_at_provider(intent).await), (23, 0)),
        _ => assert_eq!((free, world.refunded_at_provider(intent).await), (24, total)),
    }
}

#[tokio::test]
async fn a_capture_reported_long_after_expiry_is_refunded() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![1], ..ShopSpec::default() }).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let placed = world.order(&ada, &shop, &home, &[(0, 1)]).await;
    let order = id_of(&placed);
    // The provider captures and its report is lost on the way; the bottle is sold to somebody else meanwhile.
    world.let_the_window_pass(&order).await;
    world.sweep_expired().await;
    world.order_becomes(&ada, &order, "expired").await;
    let (bo, his) = world.customer_at(shop.store.location).await;
    world.order(&bo, &shop, &his, &[(0, 1)]).await;

    let total = placed["order"]["total"].as_i64().unwrap();
    let intent = placed["payment"]["reference"].as_str().unwrap();
    let report = world.captured_event(order.as_str(), intent, total);
    world.webhook(report.to_string().as_bytes()).await.expect(200);
    world
        .eventually("the money is owed back", || async {
            let seen = ada.api.get(&format!("/v1/orders/{order}")).await.expect(200);
            (seen["payment"]["captured"] == total && seen["state"] == "expired").then_some(())
        })
        .await;
    assert_eq!(world.free(&shop, 0).await, 0, "the bottle is the other buyer's");
}

#[tokio::test]
async fn a_store_that_rejects_gives_everything_back() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let order = world.paid_order(&ada, &shop, &home, &[(1, 1)]).await;
    let path = format!("/v1/stores/{}/orders/{order}/reject", shop.id());
    let rejected = shop.manager.api.post(&path, json!({"reason": "the bottle broke"})).await.expect(200);
    assert_eq!(rejected["state"], "cancelled");
    assert_eq!(world.free(&shop, 1).await, 24);
    refunded(&world, &ada, &order, rejected["total"].as_i64().unwrap()).await;
    let cancelled = shop.couriers[0].api.get(&format!("/v1/deliveries/{}", DeliveryId::of_order(&order))).await;
    assert_eq!(cancelled.status, 404, "no courier was ever sent");
}

#[tokio::test]
async fn the_store_is_told_once_that_stock_is_low() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![6], threshold: 4, ..ShopSpec::default() }).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    world.order(&ada, &shop, &home, &[(0, 2)]).await;
    world.order(&ada, &shop, &home, &[(0, 1)]).await;
    world.order(&ada, &shop, &home, &[(0, 1)]).await;
    world
        .eventually("all orders are in the figures", || async {
            (world.stock(&shop, 0).await["reserved"] == 4).then_some(())
        })
        .await;
    let low = || async {
        let page = shop.manager.api.get("/v1/notifications?limit=100").await.expect(200);
        page["items"].as_array().unwrap().iter().filter(|notice| notice["kind"] == "store_low_stock").count()
    };
    world.eventually("the store is told", || async { (low().await > 0).then_some(()) }).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(low().await, 1);
    world.mail_with(&shop.manager.email, "low").await;
}

/// Waits until the order says that all of this went back.
async fn refunded(world: &World, reader: &sipstr_testkit::Person, order: &OrderId, amount: i64) {
    let path = format!("/v1/orders/{order}");
    let seen = world.eventually("the refund", || async {
        let seen = reader.api.get(&path).await.expect(200);
        (seen["payment"]["status"] == "refunded").then_some(seen)
    });
    assert_eq!(seen.await["payment"]["refunded"], amount);
}
