//! A store says when stock is low, what it holds back, and how much one customer may have.

use reqwest::Method;
use serde_json::{Value, json};
use sipstr_domain::ProductId;
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_testkit::{Answer, Person, Shop, ShopSpec, World};

/// Sets the first product's settings at a version.
pub async fn put_settings(person: &Person, shop: &Shop, version: &str, settings: Value) -> Answer {
    let path = format!("/v1/stores/{}/stock/{}/settings", shop.id(), shop.products[0]);
    person.api.send(Method::PUT, &path, Some(settings), &[("if-match", version)]).await
}

#[tokio::test]
async fn what_is_held_back_is_not_sold_and_the_books_close() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![10], ..ShopSpec::default() }).await;
    let settings = json!({"threshold": 3, "safetyStock": 4});
    let set = put_settings(&shop.manager, &shop, "\"0\"", settings.clone()).await.expect(200);
    assert_eq!((&set["version"], &set["heldBack"]), (&json!(1), &json!(4)));
    put_settings(&shop.manager, &shop, "\"0\"", settings).await.refused(412, "stale");
    assert_eq!(world.free(&shop, 0).await, 6);

    let (ada, home) = world.customer_at(shop.store.location).await;
    let quote = world.quote(&ada, &shop, &home, &[(0, 7)]).await;
    assert_eq!((&quote["obstacles"][0]["code"], &quote["obstacles"][0]["left"]), (&json!("out_of_stock"), &json!(6)));
    world.order(&ada, &shop, &home, &[(0, 4)]).await;
    let stock = world
        .eventually("the store is told that stock is low", || async {
            let stock = world.stock(&shop, 0).await;
            (stock["low"] == true).then_some(stock)
        })
        .await;
    assert_eq!((&stock["onHand"], &stock["available"], &stock["heldBack"]), (&json!(10), &json!(2), &json!(4)));
    assert_eq!(world.drift_of(&shop).await, Vec::<Value>::new());

    put_settings(&shop.manager, &shop, "\"1\"", json!({"threshold": 0, "safetyStock": 0})).await.expect(200);
    assert_eq!(world.free(&shop, 0).await, 6);
    let stock = world.stock(&shop, 0).await;
    assert_eq!((&stock["low"], &stock["available"]), (&json!(false), &json!(6)), "another threshold, at once");
}

#[tokio::test]
async fn an_order_has_no_more_than_the_store_lets_it() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![10], ..ShopSpec::default() }).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let before = world.quote(&ada, &shop, &home, &[(0, 3)]).await;
    let two = json!({"threshold": 1, "safetyStock": 0, "perOrder": 2});
    put_settings(&shop.manager, &shop, "\"0\"", two).await.expect(200);
    world.place(&ada, &before).await.refused(409, "too_many_per_order");
    let cart = ada.api.get("/v1/cart").await.expect(200);
    assert_eq!(
        (&cart["items"][0]["availability"], &cart["notes"][0]["code"]),
        (&json!("capped"), &json!("cap")),
        "{cart}"
    );
    let quote = world.quote(&ada, &shop, &home, &[(0, 2)]).await;
    world.place(&ada, &quote).await.expect(201);
    assert_eq!(world.free(&shop, 0).await, 8);
}

#[tokio::test]
async fn settings_that_are_none_and_people_who_may_not_change_nothing() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![10], ..ShopSpec::default() }).await;
    for wrong in [
        json!({"threshold": 1, "safetyStock": 10_001}),
        json!({"threshold": -1, "safetyStock": 1}),
        json!({"safetyStock": 1}),
        json!({"threshold": 1, "safetyStock": 1, "perOrder": 0}),
        json!({"threshold": 1, "safetyStock": 1, "heldBack": 2}),
    ] {
        assert_eq!(put_settings(&shop.manager, &shop, "\"0\"", wrong.clone()).await.status, 400, "{wrong}");
    }
    let good = json!({"threshold": 1, "safetyStock": 2});
    let path = format!("/v1/stores/{}/stock/{}/settings", shop.id(), shop.products[0]);
    shop.manager.api.put(&path, good.clone()).await.refused(428, "version_missing");
    let membership = Membership { store_id: shop.id().clone(), role: StoreRole::Picker };
    let picker = world.person("Pia Picker", &[Role::StoreStaff], vec![membership]).await;
    put_settings(&picker, &shop, "\"0\"", good.clone()).await.refused(403, "forbidden");
    assert_eq!(picker.api.get(&path).await.expect(200)["version"], 0);
    let elsewhere = world.open_shop(ShopSpec::default()).await.manager;
    put_settings(&elsewhere, &shop, "\"0\"", good).await.refused(404, "not_found");
    elsewhere.api.get(&path).await.refused(404, "not_found");
    let unknown = format!("/v1/stores/{}/stock/{}/settings", shop.id(), ProductId::new());
    shop.manager.api.get(&unknown).await.refused(404, "not_found");
    assert_eq!(world.free(&shop, 0).await, 10);
}
