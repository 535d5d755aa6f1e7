//! A cart before anybody signs in, and how it becomes theirs.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use sipstr_domain::{CartId, StoreId};
use sipstr_testkit::{Answer, Api, Shop, ShopSpec, World};

use super::carts::{choose, codes, items, put};

/// A guest's cart with its token.
struct Guest {
    api: Api,
    id: String,
    token: String,
}

impl Guest {
    async fn of(world: &World, shop: &Shop) -> Self {
        let begun = world.api.post("/v1/guest-carts", json!({"storeId": shop.id()})).await.expect(201);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Self { api: world.api.clone(), id: text(&begun["cart"]["id"]), token: text(&begun["token"]) }
    }

    async fn send(&self, method: Method, rest: &str, body: Option<Value>) -> Answer {
        self.send_as(&self.token, method, rest, body).await
    }

    async fn send_as(&self, token: &str, method: Method, rest: &str, body: Option<Value>) -> Answer {
        let path = format!("/v1/guest-carts/{}{rest}", self.id);
        self.api.send(method, &path, body, &[("cart-token", token)]).await
    }

    async fn put(&self, shop: &Shop, product: usize, quantity: u32) -> Value {
        let rest = format!("/items/{}", shop.products[product]);
        self.send(Method::PUT, &rest, Some(json!({"quantity": quantity}))).await.expect(200)
    }

    fn to_merge(&self) -> Value {
        json!({"cartId": self.id, "token": self.token})
    }
}

#[tokio::test]
async fn a_guest_fills_a_cart_that_opens_with_its_token_only() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let guest = Guest::of(&world, &shop).await;
    let cart = guest.put(&shop, 0, 2).await;
    assert_eq!(
        (items(&cart), &cart["items"][0]["availability"]),
        (vec![(shop.products[0].to_string(), 2)], &json!("available"))
    );
    assert!(cart["notYetKnown"].as_array().unwrap().iter().any(|unknown| unknown["code"] == "taxes"));
    let chosen = guest.send(Method::PUT, "", Some(json!({"tip": 300, "promoCode": "WELCOME"}))).await.expect(200);
    assert_eq!((&chosen["tip"], &chosen["promoCode"]), (&json!(300), &json!("WELCOME")));

    // What depends on a person is not a guest's to choose; nonsense writes nothing.
    for nonsense in
        [json!({"addressId": "adr_0198c0de5f3a7b60a1b2c3d4e5f60718"}), json!({"useCredit": true}), json!({"tip": -1})]
    {
        guest.send(Method::PUT, "", Some(nonsense)).await.refused(400, "invalid_request");
    }
    let item = format!("/items/{}", shop.products[0]);
    for quantity in [json!(0), json!(100), json!(1.5)] {
        guest.send(Method::PUT, &item, Some(json!({"quantity": quantity}))).await.refused(400, "invalid_request");
    }
    let foreign = world.open_shop(ShopSpec::default()).await;
    let path = format!("/items/{}", foreign.products[0]);
    guest.send(Method::PUT, &path, Some(json!({"quantity": 1}))).await.refused(404, "not_found");
    assert_eq!(guest.send(Method::GET, "", None).await.expect(200), chosen);

    // Prices that moved are told here too.
    let price = chosen["items"][0]["unitPrice"]["amount"].as_i64().unwrap();
    world.reprice(&shop, 0, price + 1).await;
    assert_eq!(codes(&guest.send(Method::GET, "", None).await.expect(200)), ["price_rose"]);
    guest.send(Method::DELETE, &item, None).await.expect(200);
    guest.send(Method::DELETE, &item, None).await.expect(200);

    let other = Guest::of(&world, &shop).await;
    for token in [other.token.as_str(), "", "x"] {
        guest.send_as(token, Method::GET, "", None).await.refused(404, "not_found");
        guest.send_as(token, Method::DELETE, "", None).await.refused(404, "not_found");
    }
    world.api.get(&format!("/v1/guest-carts/{}", guest.id)).await.refused(404, "not_found");
    world.api.post("/v1/guest-carts", json!({"storeId": StoreId::new()})).await.refused(404, "not_found");
    guest.send(Method::DELETE, "", None).await.expect(204);
    guest.send(Method::GET, "", None).await.refused(404, "not_found");
}

#[tokio::test]
async fn after_signing_in_the_larger_quantity_counts_and_a_merge_is_made_once() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, _) = world.customer_at(shop.store.location).await;
    choose(&ada, &shop).await;
    put(&ada, &shop, 0, 3).await;
    put(&ada, &shop, 1, 1).await;
    let guest = Guest::of(&world, &shop).await;
    for (product, quantity) in [(0, 2), (1, 4), (2, 5)] {
        guest.put(&shop, product, quantity).await;
    }
    guest.send(Method::PUT, "", Some(json!({"tip": 300}))).await.expect(200);
    let merged = ada.api.post("/v1/cart/merge", guest.to_merge()).await.expect(200);
    let wanted = [(0, 3), (1, 4), (2, 5)].map(|(product, quantity)| (shop.products[product].to_string(), quantity));
    assert_eq!((items(&merged["cart"]), &merged["cart"]["tip"]), (wanted.to_vec(), &json!(300)));
    assert_eq!(merged["leftOut"], json!([]));
    let again = ada.api.post("/v1/cart/merge", guest.to_merge()).await.expect(200);
    assert_eq!(again, merged, "the same answer");

    // What she took out stays out, however often an old device merges.
    ada.api.delete(&format!("/v1/cart/items/{}", shop.products[2])).await.expect(200);
    let again = ada.api.post("/v1/cart/merge", guest.to_merge()).await.expect(200);
    assert_eq!(items(&again["cart"]).len(), 2);
    guest.send(Method::GET, "", None).await.refused(404, "not_found");
    let (eve, _) = world.customer_at(shop.store.location).await;
    eve.api.post("/v1/cart/merge", guest.to_merge()).await.refused(404, "not_found");
    assert_eq!(eve.api.get("/v1/cart").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn a_cart_of_another_store_becomes_that_stores_cart() {
    let world = World::new().await;
    let (corner, market) = (world.open_shop(ShopSpec::default()).await, world.open_shop(ShopSpec::default()).await);
    let (ada, _) = world.customer_at(corner.store.location).await;
    choose(&ada, &corner).await;
    put(&ada, &corner, 0, 1).await;
    let guest = Guest::of(&world, &market).await;
    guest.put(&market, 0, 2).await;
    ada.api.post("/v1/cart/merge", json!({"cartId": guest.id, "token": "wrong"})).await.refused(404, "not_found");
    ada.api
        .post("/v1/cart/merge", json!({"cartId": CartId::new(), "token": guest.token}))
        .await
        .refused(404, "not_found");
    ada.api.post("/v1/cart/merge", json!({"cartId": guest.id})).await.refused(400, "invalid_request");
    let merged = ada.api.post("/v1/cart/merge", guest.to_merge()).await.expect(200);
    assert_eq!((&merged["cart"]["storeId"], items(&merged["cart"]).len()), (&json!(market.id()), 1));
    assert_eq!(ada.api.get("/v1/cart").await.expect(200)["storeId"], json!(market.id()), "it is what she was at");
    assert_eq!(ada.api.get("/v1/carts").await.expect(200)["items"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn merged_by_two_devices_and_two_people_at_once_it_goes_to_one_person() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, _) = world.customer_at(shop.store.location).await;
    let (eve, _) = world.customer_at(shop.store.location).await;
    let guest = Guest::of(&world, &shop).await;
    guest.put(&shop, 0, 2).await;
    let merges = [&ada, &ada, &ada, &eve, &eve].map(|person| {
        let (person, wish) = (person.clone(), guest.to_merge());
        async move { (person.id.clone(), person.api.post("/v1/cart/merge", wish).await) }
    });
    let mut winners = Vec::new();
    for (person, answer) in join_all(merges).await {
        if answer.is_success() {
            assert_eq!(items(&answer.expect(200)["cart"]), [(shop.products[0].to_string(), 2)]);
            winners.push(person);
        } else {
            answer.refused(404, "not_found");
        }
    }
    assert!(!winners.is_empty());
    winners.dedup();
    assert_eq!(winners.len(), 1, "one person has it");
}
