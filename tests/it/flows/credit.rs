//! Store credit and gift cards: given, redeemed, spent and given back, each once.

use futures::StreamExt;
use serde_json::{Value, json};
use sipstr_domain::EventId;
use sipstr_domain::account::Role;
use sipstr_testkit::{Person, Shop, ShopSpec, World};

async fn support(world: &World) -> Person {
    world.person("Sam Support", &[Role::Support], Vec::new()).await
}

async fn give(support: &Person, to: &Person, amount: i64) -> Value {
    let body = json!({"money": {"amount": amount, "currency": "USD"}, "reason": "a late delivery"});
    let path = format!("/v1/accounts/{}/credit", to.id);
    support.api.post_keyed(&path, EventId::new().as_str(), body).await.expect(201)
}

async fn balance(person: &Person) -> i64 {
    let credit = person.api.get("/v1/me/credit").await.expect(200);
    credit["balances"].as_array().unwrap().iter().filter_map(|money| money["amount"].as_i64()).sum()
}

/// A customer with credit, and a quote of one bottle that it pays what it can of.
async fn quoted(world: &World, shop: &Shop, credit: i64) -> (Person, Value) {
    let (ada, home) = world.customer_at(shop.store.location).await;
    if credit > 0 {
        give(&support(world).await, &ada, credit).await;
    }
    let quote = quote(&ada, shop, home.as_str()).await;
    (ada, quote)
}

async fn quote(ada: &Person, shop: &Shop, home: &str) -> Value {
    let choices = json!({"storeId": shop.id(), "addressId": home, "useCredit": true});
    ada.api.put("/v1/cart", choices).await.expect(200);
    ada.api.put(&format!("/v1/cart/items/{}", shop.products[0]), json!({"quantity": 1})).await.expect(200);
    ada.api.get("/v1/cart/quote").await.expect(200)
}

#[tokio::test]
async fn a_gift_card_is_shown_once_and_redeemed_once() {
    let world = World::new().await;
    let sam = support(&world).await;
    let (ada, bea) = (world.register("Ada Adult", "1990-05-17").await, world.register("Bea Buyer", "1991-05-17").await);
    let card =
        json!({"money": {"amount": 2_500, "currency": "USD"}, "place": "us-ca", "reason": "sold at the counter"});
    ada.api.post_keyed("/v1/gift-cards", "mine", card.clone()).await.refused(403, "forbidden");
    let made = sam.api.post_keyed("/v1/gift-cards", "one", card.clone()).await.expect(201);
    assert!(made.get("expiresAt").is_none() && made["citation"].as_str().unwrap().contains("1749.5"));
    let mut another = card.clone();
    another["money"]["amount"] = json!(9_900);
    sam.api.post_keyed("/v1/gift-cards", "one", card).await.refused(409, "made_before");
    sam.api.post_keyed("/v1/gift-cards", "one", another).await.refused(422, "idempotency_key_reused");

    let code = json!({"code": made["code"]});
    assert_eq!(ada.api.post("/v1/gift-cards/balance", code.clone()).await.expect(200)["balance"]["amount"], 2_500);
    let out = json!({"code": made["code"], "reason": "in cash"});
    sam.api.post("/v1/gift-cards/cash-out", out).await.refused(422, "no_cash_out");
    // Both have the code; one of them gets the money.
    let tries = [&ada, &bea, &ada, &bea, &ada, &bea];
    let answers: Vec<u16> = futures::stream::iter(tries)
        .map(|who| who.api.post("/v1/me/credit/redeem", code.clone()))
        .buffer_unordered(6)
        .map(|answer| answer.status)
        .collect()
        .await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert_eq!(balance(&ada).await + balance(&bea).await, 2_500);
    ada.api.post("/v1/gift-cards/balance", code).await.refused(422, "gift_card_not_valid");
}

#[tokio::test]
async fn codes_are_guessed_twenty_times_and_small_rests_are_paid_out() {
    let world = World::new().await;
    let sam = support(&world).await;
    let card = json!({"money": {"amount": 999, "currency": "USD"}, "place": "us-ca", "reason": "a present"});
    let made = sam.api.post_keyed("/v1/gift-cards", "small", card).await.expect(201);
    let out = json!({"code": made["code"], "reason": "in cash"});
    assert_eq!(sam.api.post("/v1/gift-cards/cash-out", out.clone()).await.expect(200)["paidOut"]["amount"], 999);
    sam.api.post("/v1/gift-cards/cash-out", out).await.refused(422, "gift_card_not_valid");

    let eve = world.register("Eve Guesser", "1990-05-17").await;
    for _ in 0..20 {
        let wrong = json!({"code": "0000-0000-0000-0000"});
        eve.api.post("/v1/me/credit/redeem", wrong).await.refused(422, "gift_card_not_valid");
    }
    let wrong = json!({"code": "0000-0000-0000-0000"});
    eve.api.post("/v1/me/credit/redeem", wrong).await.refused(429, "too_many_attempts");
}

#[tokio::test]
async fn credit_pays_a_part_and_the_card_the_rest() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, quote) = quoted(&world, &shop, 1_000).await;
    let total = quote["total"].as_i64().unwrap();
    assert_eq!((&quote["credit"], &quote["toPay"]), (&json!(1_000), &json!(total - 1_000)));
    let placed = world.place(&ada, &quote).await.expect(201);
    assert_eq!((balance(&ada).await, &placed["order"]["credit"]), (0, &json!(1_000)));
    world.pay(&placed).await;
    let order = placed["order"]["id"].as_str().unwrap().parse().unwrap();
    let paid = world.order_becomes(&ada, &order, "confirmed").await;
    assert_eq!(paid["payment"]["captured"], total - 1_000);

    let cancel = format!("/v1/orders/{order}/cancel");
    let reason = json!({"reason": "changed my mind"});
    let answers: Vec<u16> = futures::stream::iter(0..5)
        .map(|_| ada.api.post(&cancel, reason.clone()))
        .buffer_unordered(5)
        .map(|answer| answer.status)
        .collect()
        .await;
    assert!(answers.contains(&200), "{answers:?}");
    assert_eq!(balance(&ada).await, 1_000, "given back once");
    world
        .eventually("the money is back", || async {
            let seen = ada.api.get(&format!("/v1/orders/{order}")).await.expect(200);
            (seen["payment"]["refunded"] == total - 1_000).then_some(())
        })
        .await;
    let entries = ada.api.get("/v1/me/credit/entries").await.expect(200);
    let kinds: Vec<&str> = entries["items"].as_array().unwrap().iter().filter_map(|e| e["kind"].as_str()).collect();
    assert_eq!(kinds, ["given_back", "spent", "issued"]);
}

#[tokio::test]
async fn credit_pays_all_of_it_and_no_provider_is_asked() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, quote) = quoted(&world, &shop, 20_000).await;
    assert_eq!((&quote["toPay"], &quote["credit"]), (&json!(0), &quote["total"]));
    let body = json!({"quoteToken": quote["quoteToken"]});
    let placed = ada.api.post_keyed("/v1/orders", "all", body.clone()).await.expect(201);
    assert_eq!((&placed["order"]["state"], placed.get("payment")), (&json!("confirmed"), None));
    let again = ada.api.post_keyed("/v1/orders", "all", body).await.expect(201);
    assert_eq!(again["order"]["id"], placed["order"]["id"]);
    let total = quote["total"].as_i64().unwrap();
    assert_eq!(balance(&ada).await, 20_000 - total);
    let order = placed["order"]["id"].as_str().unwrap();
    let sam = support(&world).await;
    let back = json!({"lines": [{"productId": shop.products[0], "quantity": 1}], "reason": "broken"});
    let seen = sam.api.put(&format!("/v1/orders/{order}/refunds"), back.clone()).await.expect(200);
    let line = seen["lines"][0]["total"].as_i64().unwrap();
    sam.api.put(&format!("/v1/orders/{order}/refunds"), back).await.expect(200);
    assert_eq!(balance(&ada).await, 20_000 - total + line, "credit comes back as credit, once");
    ada.api.post(&format!("/v1/orders/{order}/cancel"), json!({"reason": "no"})).await.expect(200);
    assert_eq!(balance(&ada).await, 20_000);
}

#[tokio::test]
async fn credit_is_spent_once_and_comes_back_when_the_window_passes() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    give(&support(&world).await, &ada, 1_000).await;
    let first = quote(&ada, &shop, home.as_str()).await;
    // The same cart in another tab: what is left of the credit decides.
    let bodies = [json!({"quoteToken": first["quoteToken"]}), json!({"quoteToken": first["quoteToken"]})];
    let answers: Vec<_> = futures::stream::iter(bodies.into_iter().enumerate())
        .map(|(n, body)| async move { (n, body) })
        .buffer_unordered(2)
        .then(|(n, body)| {
            let api = &ada.api;
            async move { api.post_keyed("/v1/orders", &format!("tab-{n}"), body).await }
        })
        .collect()
        .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    let placed = answers.into_iter().find(|answer| answer.status == 201).unwrap().body;
    let order = placed["order"]["id"].as_str().unwrap().parse().unwrap();
    let none = quote(&ada, &shop, home.as_str()).await;
    assert_eq!(none["credit"], 0);
    world.let_the_window_pass(&order).await;
    futures::future::join_all((0..3).map(|_| world.sweep_expired())).await;
    world.order_becomes(&ada, &order, "expired").await;
    assert_eq!(balance(&ada).await, 1_000);
}

#[tokio::test]
async fn credit_is_given_by_support_with_a_reason_and_once() {
    let world = World::new().await;
    let (sam, ada) = (support(&world).await, world.register("Ada Adult", "1990-05-17").await);
    let path = format!("/v1/accounts/{}/credit", ada.id);
    let body = |amount: i64, reason: &str| json!({"money": {"amount": amount, "currency": "USD"}, "reason": reason});
    for _ in 0..3 {
        sam.api.post_keyed(&path, "sorry", body(700, "a late delivery")).await.expect(201);
    }
    for another in [body(900, "a late delivery"), body(700, "another reason")] {
        sam.api.post_keyed(&path, "sorry", another).await.refused(422, "idempotency_key_reused");
    }
    assert_eq!(balance(&ada).await, 700);
    ada.api.post_keyed(&path, "sorry", body(700, "for me")).await.refused(403, "forbidden");
    sam.api.post_keyed(&path, "much", body(50_001, "too much")).await.refused(400, "invalid_request");
    sam.api.post_keyed(&path, "less", body(-1, "less")).await.refused(400, "invalid_request");
    sam.api.post_keyed(&path, "why", body(1, " ")).await.refused(400, "invalid_request");
    let own = format!("/v1/accounts/{}/credit", sam.id);
    sam.api.post_keyed(&own, "own", body(1, "for me")).await.refused(403, "forbidden");
    let seen = sam.api.get(&path).await.expect(200);
    assert_eq!((&seen["entries"][0]["actor"], seen["entries"].as_array().unwrap().len()), (&json!(sam.id), 1));
    let entries = ada.api.get("/v1/me/credit/entries").await.expect(200);
    assert!(entries["items"][0].get("actor").is_none(), "{entries}");
}
