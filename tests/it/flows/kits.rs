//! Several products sold together: made by the platform, priced by a store, taken from the shelves as what they are.

use reqwest::Method;
use serde_json::{Value, json};
use sipstr_testkit::{Shop, ShopSpec};

use super::catalogue::{Desk, fresh, whole, with};

/// Takes a product into a store's assortment, as its manager does.
async fn offered(shop: &Shop, record: &Value, amount: i64) -> sipstr_testkit::Answer {
    let path = format!("/v1/stores/{}/assortment/{}", shop.id(), record["id"].as_str().unwrap());
    let terms = json!({"price": {"amount": amount, "currency": shop.store.currency}});
    shop.manager.api.send(Method::PUT, &path, Some(terms), &[("if-none-match", "*")]).await
}

async fn received(shop: &Shop, record: &Value, units: i32) -> sipstr_testkit::Answer {
    let path = format!("/v1/stores/{}/stock/adjustments", shop.id());
    let came = json!({"productId": record["id"], "change": units, "reason": "received"});
    let key = format!("{}-{units}", record["id"].as_str().unwrap());
    shop.manager.api.post_keyed(&path, &key, came).await
}

fn kit_of(name: &str, parts: &[(&Value, u32)]) -> Value {
    let parts = parts.iter().map(|(record, quantity)| json!({"id": record["id"], "quantity": quantity}));
    with(whole(name), json!({"parts": parts.collect::<Vec<_>>()}))
}

#[tokio::test]
async fn a_kit_is_made_priced_ordered_as_its_parts_and_comes_back_to_their_shelves() {
    let desk = Desk::new().await;
    let shop = desk.world.open_shop(ShopSpec::default()).await;
    let ale = desk.published(whole(&fresh("Ale"))).await;
    let stout = desk.published(whole(&fresh("Stout"))).await;
    let kit = desk.published(kit_of(&fresh("Weekend"), &[(&ale, 1), (&stout, 2)])).await;

    offered(&shop, &kit, 1_500).await.refused(409, "parts_not_offered");
    offered(&shop, &ale, 1_000).await.expect(201);
    offered(&shop, &stout, 500).await.expect(201);
    offered(&shop, &kit, 1_500).await.expect(201);
    received(&shop, &kit, 3).await.refused(409, "kit");
    received(&shop, &ale, 9).await.expect(201);
    received(&shop, &stout, 5).await.expect(201);
    received(&shop, &stout, 5).await.expect(201);

    let id = kit["id"].as_str().unwrap();
    let shown = desk.world.eventually("the kit is shown with what its parts make", || async {
        let shown = desk.world.api.get(&format!("/v1/products/{id}?storeId={}", shop.id())).await;
        shown.is_success().then(|| shown.expect(200)).filter(|shown| shown["availability"]["available"] == 2)
    });
    let shown = shown.await;
    assert_eq!(shown["parts"][1], json!({"id": stout["id"], "quantity": 2}));
    let listed = desk.listed(&shop, &kit, "and listed so", |found| found.is_some()).await;
    assert_eq!(listed["availability"]["available"], 2);

    let (ada, home) = desk.world.customer_at(shop.store.location).await;
    ada.api.put(&format!("/v1/me/watches/{}/{id}", shop.id()), json!(null)).await.refused(409, "kit");
    ada.api.put("/v1/cart", json!({"storeId": shop.id(), "addressId": home})).await.expect(200);
    let item = format!("/v1/cart/items/{id}");
    let cart = ada.api.put(&item, json!({"quantity": 3})).await.expect(200);
    assert_eq!(
        (&cart["items"][0]["availability"], &cart["notes"][0]["left"]),
        (&json!("only_left"), &json!(2)),
        "{cart}"
    );
    let cart = ada.api.put(&item, json!({"quantity": 2})).await.expect(200);
    assert_eq!(
        (&cart["items"][0]["availability"], &cart["goods"]["amount"]),
        (&json!("available"), &json!(3_000)),
        "{cart}"
    );
    let quote = ada.api.get("/v1/cart/quote").await.expect(200);
    assert_eq!(
        (&quote["obstacles"], &quote["goods"], &quote["discount"]),
        (&json!([]), &json!(4_000), &json!(1_000)),
        "{quote}"
    );
    let placed = desk.world.place(&ada, &quote).await.expect(201);
    let lines: Vec<(&Value, &Value)> = placed["order"]["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (&line["productId"], &line["quantity"]))
        .collect();
    assert_eq!(lines, [(&ale["id"], &json!(2)), (&stout["id"], &json!(4))]);

    let free = async || {
        let ids = [&ale, &stout].map(|record| record["id"].as_str().unwrap().parse().unwrap());
        let left = desk.world.inventory().available(shop.id(), &ids).await.unwrap();
        ids.map(|id| left[&id])
    };
    assert_eq!(free().await, [7, 1]);
    let order = placed["order"]["id"].as_str().unwrap();
    ada.api.post(&format!("/v1/orders/{order}/cancel"), json!({"reason": "changed my mind"})).await.expect(200);
    assert_eq!(free().await, [9, 5]);
}

#[tokio::test]
async fn what_is_no_kit_is_refused_with_its_fault() {
    let desk = Desk::new().await;
    let ale = desk.published(whole(&fresh("Ale"))).await;
    let kit = desk.make(kit_of(&fresh("Pair"), &[(&ale, 2)])).await;
    let make = async |details: Value| {
        desk.admin.api.post_keyed("/v1/catalogue/products", sipstr_domain::EventId::new().as_str(), details).await
    };
    let unknown = json!({"id": sipstr_domain::ProductId::new()});
    for (parts, pointer) in [
        (vec![(&ale, 1)], "/parts"),
        (vec![(&ale, 2), (&ale, 3)], "/parts"),
        (vec![(&ale, 0)], "/parts/0/quantity"),
        (vec![(&kit, 2)], "/parts"),
        (vec![(&unknown, 2)], "/parts"),
    ] {
        let refused = make(kit_of("Nothing", &parts)).await.refused(400, "invalid_request");
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    let itself = with(kit["details"].clone(), json!({"parts": [{"id": kit["id"], "quantity": 2}]}));
    let path = super::catalogue::path(&kit);
    desk.put(&path, &kit["version"], itself).await.refused(400, "invalid_request");
}
