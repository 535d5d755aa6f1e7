//! Many at once: nothing is sold twice, nobody is charged twice, and no bottle is lost.

use std::collections::HashMap;

use futures::StreamExt;
use serde_json::{Value, json};
use sipstr_domain::promotion::PromoCode;
use sipstr_testkit::{Answer, Person, Shop, ShopSpec, World};
use tokio::sync::Mutex;

const IN_FLIGHT: usize = 32;

/// One race at a time: together they would ask for more functions at once than the emulator starts.
pub static TRACK: Mutex<()> = Mutex::const_new(());

/// Lets buyers with full carts order at once, and counts the answers by status and code.
pub async fn rush(world: &World, shop: &Shop, buyers: usize) -> HashMap<(u16, String), usize> {
    let _alone = TRACK.lock().await;
    let total = world.total_of(shop, &[(0, 1)]).await;
    let ready: Vec<(Person, Value)> = futures::stream::iter(0..buyers)
        .map(|_| world.buyer_at_the_till(shop, &[(0, 1)], total))
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    let answers = futures::stream::iter(ready).map(|(buyer, body)| order_once(buyer, body)).buffer_unordered(IN_FLIGHT);
    let mut counts = HashMap::new();
    answers
        .for_each(|answer| {
            let code = answer.body["code"].as_str().unwrap_or_default().to_owned();
            *counts.entry((answer.status, code)).or_insert(0) += 1;
            std::future::ready(())
        })
        .await;
    counts
}

/// Orders under one key. Who is told to come again (503, Retry-After) does, as every client of ours would.
async fn order_once(buyer: Person, body: Value) -> Answer {
    let mut answer = buyer.api.post_keyed("/v1/orders", "once", body.clone()).await;
    for _ in 0..5 {
        if answer.status != 503 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        answer = buyer.api.post_keyed("/v1/orders", "once", body.clone()).await;
    }
    answer
}

pub fn of(counts: &HashMap<(u16, String), usize>, status: u16, code: &str) -> usize {
    counts.get(&(status, code.to_owned())).copied().unwrap_or(0)
}

#[tokio::test]
async fn a_thousand_buyers_and_one_bottle() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![1], ..ShopSpec::default() }).await;
    let counts = rush(&world, &shop, 1_000).await;
    assert_eq!((of(&counts, 201, ""), of(&counts, 409, "out_of_stock")), (1, 999), "{counts:?}");
    assert_eq!(world.free(&shop, 0).await, 0);
    assert_eq!(orders_of(&shop).await, 1);
}

#[tokio::test]
async fn two_hundred_buyers_and_fifty_bottles_in_several_buckets() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![50], buckets: 8, ..ShopSpec::default() }).await;
    let counts = rush(&world, &shop, 200).await;
    assert_eq!((of(&counts, 201, ""), of(&counts, 409, "out_of_stock")), (50, 150), "{counts:?}");
    assert_eq!(world.free(&shop, 0).await, 0, "no false “sold out” while bottles were left");
    assert_eq!(orders_of(&shop).await, 50);
    assert_eq!(world.drift_of(&shop).await, Vec::<Value>::new(), "the books close");
}

#[tokio::test]
async fn a_hundred_identical_requests_are_one_order_and_one_payment() {
    let _alone = TRACK.lock().await;
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let total = world.total_of(&shop, &[(0, 1)]).await;
    let (buyer, body) = world.buyer_at_the_till(&shop, &[(0, 1)], total).await;
    let answers: Vec<Answer> = futures::stream::iter(0..100)
        .map(|_| buyer.api.post_keyed("/v1/orders", "the-same", body.clone()))
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    let seen: std::collections::HashSet<String> = answers
        .into_iter()
        .map(|answer| {
            let placed = answer.expect(201);
            format!("{} {}", placed["order"]["id"], placed["payment"]["reference"])
        })
        .collect();
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(world.free(&shop, 0).await, 23);

    // The same key with another body is refused and writes nothing.
    let quote = world.buyer_at_the_till(&shop, &[(0, 2)], total).await.1;
    buyer.api.post_keyed("/v1/orders", "the-same", quote).await.refused(400, "invalid_quote_token");
    assert_eq!(world.free(&shop, 0).await, 23);
}

#[tokio::test]
async fn the_same_key_with_another_quote_is_refused() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let first = world.quote(&ada, &shop, &home, &[(0, 1)]).await;
    let body = |quote: &Value| json!({"quoteToken": quote["quoteToken"]});
    ada.api.post_keyed("/v1/orders", "one-key", body(&first)).await.expect(201);
    let second = world.quote(&ada, &shop, &home, &[(1, 1)]).await;
    ada.api.post_keyed("/v1/orders", "one-key", body(&second)).await.refused(422, "idempotency_key_reused");
    assert_eq!((world.free(&shop, 0).await, world.free(&shop, 1).await), (23, 24));
    // Under a key of its own it is an order of its own; the first quote is spent, its cart is closed.
    ada.api.post_keyed("/v1/orders", "another-key", body(&second)).await.expect(201);
    ada.api.post_keyed("/v1/orders", "a-third-key", body(&first)).await.refused(409, "cart_changed");
}

#[tokio::test]
async fn fifty_buyers_and_a_code_that_is_good_once() {
    let _alone = TRACK.lock().await;
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![100], ..ShopSpec::default() }).await;
    let code = world.five_off(1, false).await;
    let total = total_with_code(&world, &shop, &code).await;
    let buyers: Vec<(Person, Value)> = futures::stream::iter(0..50)
        .map(|_| world.buyer_with_code(&shop, &[(0, 1)], total, Some(code.clone())))
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    let answers: Vec<Answer> = futures::stream::iter(buyers)
        .map(|(buyer, body)| async move { buyer.api.post_keyed("/v1/orders", "once", body).await })
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Answer::is_success);
    assert_eq!((won.len(), lost.len()), (1, 49));
    for answer in lost {
        answer.refused(409, "promotion_not_applicable");
    }
    assert_eq!(world.free(&shop, 0).await, 99, "who came too late for the code holds no bottle");
    assert_eq!(world.promotions().get(&code).await.unwrap().unwrap().used, 1);
}

#[tokio::test]
async fn a_code_of_an_order_that_expired_may_be_used_again() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let code = world.five_off(1, true).await;
    let total = total_with_code(&world, &shop, &code).await;
    let (ada, body) = world.buyer_with_code(&shop, &[(0, 1)], total, Some(code.clone())).await;
    let placed = ada.api.post_keyed("/v1/orders", "first", body).await.expect(201);
    assert_eq!(placed["order"]["discount"], 500);
    let (_, late) = world.buyer_with_code(&shop, &[(0, 1)], total, Some(code.clone())).await;
    ada.api.post_keyed("/v1/orders", "foreign", late).await.refused(400, "invalid_quote_token");

    let order = placed["order"]["id"].as_str().unwrap().parse().unwrap();
    world.let_the_window_pass(&order).await;
    world.sweep_expired().await;
    world.order_becomes(&ada, &order, "expired").await;
    assert_eq!(world.promotions().get(&code).await.unwrap().unwrap().used, 0);
    let (bea, body) = world.buyer_with_code(&shop, &[(0, 1)], total, Some(code)).await;
    bea.api.post_keyed("/v1/orders", "second", body).await.expect(201);
}

/// What one bottle costs with a code of five off, from the quote of somebody who has the code.
async fn total_with_code(world: &World, shop: &Shop, code: &PromoCode) -> i64 {
    let (buyer, address) = world.customer_at(shop.store.location).await;
    let choices = json!({"storeId": shop.id(), "addressId": address, "promoCode": code});
    buyer.api.put("/v1/cart", choices).await.expect(200);
    let path = format!("/v1/cart/items/{}", shop.products[0]);
    buyer.api.put(&path, json!({"quantity": 1})).await.expect(200);
    let quote = buyer.api.get("/v1/cart/quote").await.expect(200);
    assert!(quote["charges"].as_array().unwrap().iter().any(|row| row["kind"] == "discount" && row["amount"] == -500));
    quote["total"].as_i64().unwrap()
}

pub async fn orders_of(shop: &Shop) -> usize {
    let (mut orders, mut from) = (0, String::new());
    loop {
        let page = shop.manager.api.get(&format!("/v1/stores/{}/orders?limit=100{from}", shop.id())).await.expect(200);
        orders += page["items"].as_array().map_or(0, Vec::len);
        match page["nextCursor"].as_str() {
            Some(cursor) => from = format!("&cursor={cursor}"),
            None => return orders,
        }
    }
}
