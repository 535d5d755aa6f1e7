//! Lists that somebody keeps, and carts from them.

use reqwest::Method;
use serde_json::{Value, json};
use sipstr_domain::{ListId, ProductId};
use sipstr_testkit::{Answer, Person, Shop, ShopSpec, World};

use super::carts::{choose, items, put};

async fn list(person: &Person, key: &str, name: &str) -> Value {
    person.api.post_keyed("/v1/lists", key, json!({"name": name})).await.expect(201)
}

fn path(list: &Value) -> String {
    format!("/v1/lists/{}", list["id"].as_str().unwrap())
}

async fn at(person: &Person, method: Method, list: &Value, body: Option<Value>, version: &str) -> Answer {
    let version = format!("\"{version}\"");
    person.api.send(method, &path(list), body, &[("if-match", &version)]).await
}

async fn on(person: &Person, list: &Value, shop: &Shop, product: usize, quantity: u32) -> Value {
    let wish = json!({"storeId": shop.id(), "quantity": quantity});
    person.api.put(&format!("{}/items/{}", path(list), shop.products[product]), wish).await.expect(200)
}

#[tokio::test]
async fn a_list_is_made_named_filled_and_removed() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, _) = world.customer_at(shop.store.location).await;
    let friday = list(&ada, "friday", "Friday evening").await;
    assert_eq!(list(&ada, "friday", "Friday evening").await, friday, "the same request is the same list");
    let other = json!({"name": "Saturday"});
    ada.api.post_keyed("/v1/lists", "friday", other.clone()).await.refused(422, "idempotency_key_reused");
    ada.api.post("/v1/lists", other.clone()).await.refused(400, "idempotency_key_missing");
    for nonsense in
        [json!({"name": ""}), json!({"name": "x".repeat(61)}), json!({"name": "a\nb"}), json!({"title": "a"})]
    {
        ada.api.post_keyed("/v1/lists", "nonsense", nonsense).await.refused(400, "invalid_request");
    }

    assert_eq!(on(&ada, &friday, &shop, 0, 2).await["version"], 2);
    assert_eq!(on(&ada, &friday, &shop, 0, 2).await["version"], 2, "the same again writes nothing");
    on(&ada, &friday, &shop, 1, 1).await;
    let item = |product: &ProductId| format!("{}/items/{product}", path(&friday));
    let wish = |quantity: u32| json!({"storeId": shop.id(), "quantity": quantity});
    ada.api.put(&item(&shop.products[0]), wish(0)).await.refused(400, "invalid_request");
    ada.api.put(&item(&ProductId::new()), wish(1)).await.refused(404, "not_found");
    ada.api.delete(&item(&shop.products[1])).await.expect(200);
    assert_eq!(ada.api.delete(&item(&shop.products[1])).await.expect(200)["version"], 4);
    let stale = ada.api.send(Method::PUT, &item(&shop.products[1]), Some(wish(1)), &[("if-match", "\"3\"")]).await;
    stale.refused(412, "stale");

    ada.api.put(&path(&friday), other.clone()).await.refused(428, "version_missing");
    at(&ada, Method::PUT, &friday, Some(other.clone()), "1").await.refused(412, "stale");
    assert_eq!(at(&ada, Method::PUT, &friday, Some(other.clone()), "4").await.expect(200)["name"], "Saturday");
    let lists = ada.api.get("/v1/lists").await.expect(200);
    assert_eq!((&lists["items"][0]["name"], &lists["items"][0]["products"]), (&json!("Saturday"), &json!(1)));

    let (eve, _) = world.customer_at(shop.store.location).await;
    eve.api.get(&path(&friday)).await.refused(404, "not_found");
    eve.api.put(&item(&shop.products[0]), wish(1)).await.refused(404, "not_found");
    eve.api.post(&format!("{}/to-cart", path(&friday)), json!({"storeId": shop.id()})).await.refused(404, "not_found");
    at(&eve, Method::DELETE, &friday, None, "5").await.refused(404, "not_found");
    at(&ada, Method::DELETE, &friday, None, "4").await.refused(412, "stale");
    at(&ada, Method::DELETE, &friday, None, "5").await.expect(204);
    at(&ada, Method::DELETE, &friday, None, "5").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_list_goes_into_a_cart_and_a_cart_onto_a_list() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![24, 24, 0], ..ShopSpec::default() }).await;
    let elsewhere = world.open_shop(ShopSpec::default()).await;
    let (ada, _) = world.customer_at(shop.store.location).await;
    let stock = list(&ada, "stock", "What we always have").await;
    for (product, quantity) in [(0, 2), (2, 1)] {
        on(&ada, &stock, &shop, product, quantity).await;
    }
    on(&ada, &stock, &elsewhere, 0, 1).await;
    choose(&ada, &elsewhere).await;
    let to_cart = format!("{}/to-cart", path(&stock));
    for _ in 0..2 {
        let brought = ada.api.post(&to_cart, json!({"storeId": shop.id()})).await.expect(200);
        assert_eq!(items(&brought["cart"]), [(shop.products[0].to_string(), 2)]);
        let reasons: Vec<_> = brought["leftOut"].as_array().unwrap().iter().map(|out| out["reason"].clone()).collect();
        assert_eq!(reasons, ["sold_out", "not_sold"]);
    }
    assert_eq!(ada.api.get("/v1/cart").await.expect(200)["storeId"], json!(shop.id()), "it is the current cart");
    put(&ada, &shop, 1, 3).await;
    let filled = ada.api.post("/v1/cart/to-list", json!({"listId": stock["id"]})).await.expect(200);
    assert_eq!(filled["items"].as_array().map(Vec::len), Some(4));
    let again = ada.api.post("/v1/cart/to-list", json!({"listId": stock["id"]})).await.expect(200);
    assert_eq!(again["version"], filled["version"]);
    ada.api.post("/v1/cart/to-list", json!({"listId": ListId::new()})).await.refused(404, "not_found");
}

#[tokio::test]
async fn fifty_lists_are_enough() {
    let world = World::new().await;
    let (ada, _) = world.customer_at(sipstr_testkit::store_somewhere().location).await;
    let mut last = Value::Null;
    for number in 0..50 {
        last = list(&ada, &format!("list-{number}"), "One of many").await;
    }
    let one_more = json!({"name": "One more"});
    ada.api.post_keyed("/v1/lists", "one-more", one_more.clone()).await.refused(409, "too_many_lists");
    at(&ada, Method::DELETE, &last, None, "1").await.expect(204);
    ada.api.post_keyed("/v1/lists", "one-more", one_more).await.expect(201);
}
