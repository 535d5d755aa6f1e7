//! One cart a store, several at once, and told at every look what moved.

use futures::future::join_all;
use serde_json::{Value, json};
use sipstr_domain::OrderId;
use sipstr_domain::store::Store;
use sipstr_testkit::{Person, Shop, ShopSpec, World, store_somewhere};

pub async fn choose(buyer: &Person, shop: &Shop) -> Value {
    buyer.api.put("/v1/cart", json!({"storeId": shop.id()})).await.expect(200)
}

pub async fn put(buyer: &Person, shop: &Shop, product: usize, quantity: u32) -> Value {
    let path = format!("/v1/cart/items/{}", shop.products[product]);
    buyer.api.put(&path, json!({"quantity": quantity})).await.expect(200)
}

/// Products and quantities of a cart.
pub fn items(cart: &Value) -> Vec<(String, u64)> {
    let item = |item: &Value| (item["productId"].as_str().unwrap().to_owned(), item["quantity"].as_u64().unwrap());
    cart["items"].as_array().expect("items").iter().map(item).collect()
}

pub fn codes(cart: &Value) -> Vec<&str> {
    cart["notes"].as_array().expect("notes").iter().filter_map(|note| note["code"].as_str()).collect()
}

fn stores(carts: &Value) -> Vec<&str> {
    carts["items"].as_array().expect("carts").iter().filter_map(|cart| cart["storeId"].as_str()).collect()
}

#[tokio::test]
async fn choosing_another_store_leaves_the_cart_of_the_first_as_it_is() {
    let world = World::new().await;
    let (corner, market) = (world.open_shop(ShopSpec::default()).await, world.open_shop(ShopSpec::default()).await);
    let (ada, _) = world.customer_at(corner.store.location).await;
    assert_eq!(ada.api.get("/v1/cart").await.expect(200)["items"], json!([]), "nobody has chosen anything yet");
    let path = format!("/v1/cart/items/{}", corner.products[0]);
    ada.api.put(&path, json!({"quantity": 1})).await.refused(409, "no_store_chosen");
    ada.api.post("/v1/cart/acknowledge", json!({})).await.refused(409, "no_store_chosen");

    choose(&ada, &corner).await;
    put(&ada, &corner, 0, 2).await;
    choose(&ada, &market).await;
    let now = put(&ada, &market, 1, 1).await;
    assert_eq!((items(&now), &now["storeId"]), (vec![(market.products[1].to_string(), 1)], &json!(market.id())));
    ada.api.put(&path, json!({"quantity": 1})).await.refused(404, "not_found");
    let meant = json!({"quantity": 1, "storeId": corner.id()});
    ada.api.put(&path, meant).await.refused(409, "store_changed");

    let carts = ada.api.get("/v1/carts").await.expect(200);
    assert_eq!(stores(&carts), [market.id().as_str(), corner.id().as_str()], "the current one comes first");
    assert_eq!((&carts["items"][0]["current"], &carts["items"][1]["units"]), (&json!(true), &json!(2)));

    let back = choose(&ada, &corner).await;
    assert_eq!(items(&back), [(corner.products[0].to_string(), 2)]);
    let again = choose(&ada, &corner).await;
    assert_eq!(again["version"], back["version"], "the same choice writes nothing");

    // Put away, it is out of sight, and the one before is current.
    let path = format!("/v1/carts/{}", corner.id());
    ada.api.delete(&path).await.expect(204);
    ada.api.delete(&path).await.expect(204);
    assert_eq!(ada.api.get("/v1/cart").await.expect(200)["storeId"], json!(market.id()));
    let anew = choose(&ada, &corner).await;
    assert!(items(&anew).is_empty() && anew["version"].as_u64() > back["version"].as_u64(), "{anew}");
    let (eve, _) = world.customer_at(corner.store.location).await;
    assert!(stores(&eve.api.get("/v1/carts").await.expect(200)).is_empty(), "another's carts do not exist");
}

#[tokio::test]
async fn an_order_closes_the_cart_that_was_quoted_and_no_other() {
    let world = World::new().await;
    let (corner, market) = (world.open_shop(ShopSpec::default()).await, world.open_shop(ShopSpec::default()).await);
    let (ada, home) = world.customer_at(corner.store.location).await;
    let quote = world.quote(&ada, &corner, &home, &[(0, 1)]).await;
    choose(&ada, &market).await;
    put(&ada, &market, 0, 3).await;
    // She orders from the first cart while the second is the current one.
    world.place(&ada, &quote).await.expect(201);
    assert_eq!(items(&ada.api.get("/v1/cart").await.expect(200)), [(market.products[0].to_string(), 3)]);
    assert_eq!(stores(&ada.api.get("/v1/carts").await.expect(200)), [market.id().as_str()]);
    let closed = choose_with(&ada, &corner, &home).await;
    assert!(items(&closed).is_empty());

    // A quote of a cart that was put away since finds another version, whatever was put into it anew.
    put(&ada, &corner, 0, 1).await;
    let quote = ada.api.get("/v1/cart/quote").await.expect(200);
    ada.api.delete(&format!("/v1/carts/{}", corner.id())).await.expect(204);
    choose_with(&ada, &corner, &home).await;
    put(&ada, &corner, 0, 1).await;
    world.place(&ada, &quote).await.refused(409, "cart_changed");
}

async fn choose_with(buyer: &Person, shop: &Shop, home: &sipstr_domain::AddressId) -> Value {
    buyer.api.put("/v1/cart", json!({"storeId": shop.id(), "addressId": home})).await.expect(200)
}

#[tokio::test]
async fn what_moved_since_she_last_saw_it_is_noted_until_she_has_seen_it() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![24, 24, 3, 24], ..ShopSpec::default() }).await;
    let (ada, _) = world.customer_at(shop.store.location).await;
    choose(&ada, &shop).await;
    for (product, quantity) in [(0, 2), (1, 1), (2, 3), (3, 1)] {
        put(&ada, &shop, product, quantity).await;
    }
    let seen = ada.api.get("/v1/cart").await.expect(200);
    assert_eq!((codes(&seen), &seen["items"][0]["availability"]), (vec![], &json!("available")));
    let price = seen["items"][0]["unitPrice"]["amount"].as_i64().unwrap();
    assert_eq!(seen["items"][0]["price"]["amount"], 2 * price);

    world.reprice(&shop, 0, price + 50).await;
    world.reprice(&shop, 1, 100).await;
    world.unlist(&shop, 3).await;
    let (eve, home) = world.customer_at(shop.store.location).await;
    world.order(&eve, &shop, &home, &[(2, 2)]).await;
    for _ in 0..2 {
        let cart = ada.api.get("/v1/cart").await.expect(200);
        assert_eq!(
            codes(&cart),
            ["price_rose", "price_fell", "only_left", "not_sold"],
            "reading takes nothing as seen"
        );
        assert_eq!(
            (&cart["notes"][0]["from"]["amount"], &cart["notes"][0]["to"]["amount"]),
            (&json!(price), &json!(price + 50))
        );
        assert_eq!(
            (&cart["notes"][2]["left"], &cart["items"][2]["availabilityDetail"]),
            (&json!(1), &json!("only 1 left"))
        );
        assert_eq!((&cart["items"][3]["availability"], cart["items"][3].get("price")), (&json!("not_sold"), None));
        assert_eq!(cart["version"], seen["version"]);
    }
    let told = ada.api.post("/v1/cart/acknowledge", json!({})).await.expect(200);
    assert_eq!(codes(&told), ["price_rose", "price_fell", "only_left", "not_sold"], "for the last time");
    assert_eq!(
        codes(&ada.api.get("/v1/cart").await.expect(200)),
        ["only_left", "not_sold"],
        "what is so is still said"
    );
    let version = ada.api.post("/v1/cart/acknowledge", json!({})).await.expect(200)["version"].clone();
    assert_eq!(version, ada.api.get("/v1/cart").await.expect(200)["version"], "again, it writes nothing");

    // Any change of hers takes prices as seen too.
    world.reprice(&shop, 0, price).await;
    assert_eq!(codes(&put(&ada, &shop, 0, 1).await), ["price_fell", "only_left", "not_sold"]);
    assert_eq!(codes(&ada.api.get("/v1/cart").await.expect(200)), ["only_left", "not_sold"]);
}

#[tokio::test]
async fn two_devices_that_write_one_cart_lose_nothing() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    choose_with(&ada, &shop, &home).await;
    let writes = (0..3).map(|product| {
        let (ada, path) = (ada.clone(), format!("/v1/cart/items/{}", shop.products[product]));
        async move { ada.api.put(&path, json!({"quantity": product + 1})).await }
    });
    for answer in join_all(writes).await {
        answer.expect(200);
    }
    let mut cart = items(&ada.api.get("/v1/cart").await.expect(200));
    cart.sort_by_key(|(_, quantity)| *quantity);
    let wanted: Vec<_> = (0..3).map(|product| (shop.products[product].to_string(), product as u64 + 1)).collect();
    assert_eq!(cart, wanted);

    // One device orders while the other adds: the order is of what was quoted, or there is none.
    let quote = ada.api.get("/v1/cart/quote").await.expect(200);
    let (placed, added) = tokio::join!(world.place(&ada, &quote), put(&ada, &shop, 0, 9));
    let after = items(&ada.api.get("/v1/cart").await.expect(200));
    if placed.is_success() {
        assert_eq!(placed.expect(201)["order"]["lines"].as_array().map(Vec::len), Some(3));
        assert!(after.is_empty() || after == [(shop.products[0].to_string(), 9)], "{after:?}");
    } else {
        placed.refused(409, "cart_changed");
        assert_eq!(after, items(&added));
    }
}

#[tokio::test]
async fn an_order_comes_into_the_cart_again_as_far_as_the_store_can_serve_it() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![24, 5, 2, 24], ..ShopSpec::default() }).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let placed = world.order(&ada, &shop, &home, &[(0, 2), (1, 3), (2, 2), (3, 1)]).await;
    let again = json!({"orderId": placed["order"]["id"]});
    world.unlist(&shop, 3).await;
    put(&ada, &shop, 0, 4).await;
    for _ in 0..2 {
        let brought = ada.api.post("/v1/cart/reorder", again.clone()).await.expect(200);
        let wanted = [(0, 4), (1, 2)].map(|(product, quantity)| (shop.products[product].to_string(), quantity));
        assert_eq!(items(&brought["cart"]), wanted, "the larger quantity, and what there is");
        let left_out: Vec<_> = brought["leftOut"].as_array().unwrap().iter().map(|out| out["reason"].clone()).collect();
        assert_eq!(left_out, ["fewer", "sold_out", "not_sold"]);
    }
    let (eve, _) = world.customer_at(shop.store.location).await;
    eve.api.post("/v1/cart/reorder", again).await.refused(404, "not_found");
    eve.api.post("/v1/cart/reorder", json!({"orderId": OrderId::new()})).await.refused(404, "not_found");
    eve.api.post("/v1/cart/reorder", json!({"orderId": "ord_1"})).await.refused(400, "invalid_request");
    assert_eq!(eve.api.get("/v1/cart").await.expect(200)["items"], json!([]), "nothing was written");
}

#[tokio::test]
async fn more_than_one_sale_may_be_is_told_in_the_cart_before_any_quote() {
    let world = World::new().await;
    let store = Store { jurisdiction: "us-pa".into(), ..store_somewhere() };
    let shop = world.open_shop(ShopSpec { store, ..ShopSpec::default() }).await;
    let (ada, _) = world.customer_at(shop.store.location).await;
    choose(&ada, &shop).await;
    put(&ada, &shop, 1, 1).await;
    assert_eq!(codes(&put(&ada, &shop, 0, 2).await), [""; 0], "144 ounces of beer");
    put(&ada, &shop, 0, 3).await;
    let cart = ada.api.get("/v1/cart").await.expect(200);
    assert_eq!((codes(&cart), &cart["notes"][0]["rule"]), (vec!["cap"], &json!("us-pa.beer_volume")));
    assert_eq!(cart["items"][1]["availability"], "capped");
    assert_eq!(cart["items"][0]["availability"], "available", "wine is not counted");
}
