//! Bad input gets a clear 4xx and writes nothing (storm 15, attacks 4, 5 and 22).

use reqwest::Method;
use serde_json::{Value, json};
use sipstr_testkit::{ShopSpec, World};

#[tokio::test]
async fn quantities_that_make_no_sense_are_refused_and_the_cart_stays() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    world.quote(&ada, &shop, &home, &[(0, 2)]).await;
    let path = format!("/v1/cart/items/{}", shop.products[0]);
    let hostile = ["0", "-1", "1.5", "9007199254740992", "100", "1e3", "\"2\"", "null"];
    for quantity in hostile {
        let body = format!("{{\"quantity\":{quantity}}}").into_bytes();
        let answer = ada.api.send_raw(Method::PUT, &path, Some(body), &[("content-type", "application/json")]).await;
        let problem = answer.refused(400, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], "/quantity", "{quantity}: {problem}");
    }
    let priced = json!({"quantity": 1, "unitPrice": 1});
    assert_eq!(ada.api.put(&path, priced).await.refused(400, "invalid_request")["errors"][0]["pointer"], "/unitPrice");
    let cart = ada.api.get("/v1/cart").await.expect(200);
    assert_eq!(cart["items"][0]["quantity"], 2);
}

#[tokio::test]
async fn bodies_that_are_no_requests_are_refused() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, _) = world.customer_at(shop.store.location).await;
    let json = [("content-type", "application/json"), ("idempotency-key", "k")];
    let deep = [b"[".repeat(50_000), b"]".repeat(50_000)].concat();
    for (body, status) in [
        (b"".to_vec(), 400),
        (b"{".to_vec(), 400),
        (b"{\"quoteToken\":\"\xff\xfe\"}".to_vec(), 400),
        (deep, 413),
        (vec![b' '; 5 * 1024 * 1024], 413),
    ] {
        let answer = ada.api.send_raw(Method::POST, "/v1/orders", Some(body), &json).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    let form = [("content-type", "application/x-www-form-urlencoded"), ("idempotency-key", "k")];
    let answer = ada.api.send_raw(Method::POST, "/v1/orders", Some(b"quoteToken=x".to_vec()), &form).await;
    answer.refused(415, "unsupported_media_type");
    assert_eq!(ada.api.get("/v1/orders").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn an_order_needs_a_key_and_an_untouched_quote_of_ones_own() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let (eve, _) = world.customer_at(shop.store.location).await;
    let quote = world.quote(&ada, &shop, &home, &[(0, 1)]).await;
    let token = quote["quoteToken"].as_str().unwrap();
    let body = json!({"quoteToken": token});
    ada.api.post("/v1/orders", body.clone()).await.refused(400, "idempotency_key_missing");
    ada.api.post_keyed("/v1/orders", &"k".repeat(129), body.clone()).await.refused(400, "idempotency_key_invalid");
    let mut edited = token.to_owned();
    let middle = edited.len() / 2;
    let other = if &edited[middle..=middle] == "A" { "B" } else { "A" };
    edited.replace_range(middle..=middle, other);
    ada.api.post_keyed("/v1/orders", "k", json!({"quoteToken": edited})).await.refused(400, "invalid_quote_token");
    eve.api.post_keyed("/v1/orders", "k", body.clone()).await.refused(400, "invalid_quote_token");
    let with_total = json!({"quoteToken": token, "total": 1});
    ada.api.post_keyed("/v1/orders", "k", with_total).await.refused(400, "invalid_request");
    assert_eq!(world.free(&shop, 0).await, 24);
    ada.api.post_keyed("/v1/orders", "k", body).await.expect(201);
}

#[tokio::test]
async fn nobody_makes_themselves_more_than_a_customer() {
    let world = World::new().await;
    let honest = json!({
        "email": world.fresh_email("eve"), "password": "a long enough passphrase", "name": "Eve", "dateOfBirth": "1990-01-01",
    });
    for (field, value) in [
        ("role", json!("admin")),
        ("roles", json!(["admin"])),
        ("ageVerified", json!(true)),
        ("emailVerified", json!(true)),
        ("storeId", json!("sto_1")),
    ] {
        let mut form = honest.clone();
        form[field] = value;
        let problem = world.api.post("/v1/auth/register", form).await.refused(400, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"));
    }
    let (ada, _) = world.customer_at(world.open_shop(ShopSpec::default()).await.store.location).await;
    let before = ada.api.get("/v1/me").await.expect(200);
    for change in
        [json!({"roles": ["admin"]}), json!({"email": "x@example.test"}), json!({"dateOfBirth": "1950-01-01"})]
    {
        ada.api.patch("/v1/me", change).await.refused(400, "invalid_request");
    }
    assert_eq!(ada.api.get("/v1/me").await.expect(200), before);
}

#[tokio::test]
async fn stock_is_adjusted_once_and_never_below_what_orders_hold() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![5], ..ShopSpec::default() }).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    world.order(&ada, &shop, &home, &[(0, 3)]).await;
    let path = format!("/v1/stores/{}/stock/adjustments", shop.id());
    let adjust = |change: i64, reason: &str| json!({"productId": shop.products[0], "change": change, "reason": reason});
    let manager = &shop.manager.api;
    manager.post_keyed(&path, "delivery-1", adjust(10, "received")).await.expect(201);
    manager.post_keyed(&path, "delivery-1", adjust(10, "received")).await.expect(201);
    assert_eq!(world.free(&shop, 0).await, 12, "the same request is one entry");
    manager.post_keyed(&path, "too-many", adjust(-13, "damaged")).await.refused(409, "not_enough_stock");
    manager.post_keyed(&path, "zero", adjust(0, "counted")).await.refused(400, "invalid_request");
    manager.post_keyed(&path, "sign", adjust(5, "stolen")).await.refused(400, "invalid_request");
    manager.post_keyed(&path, "huge", adjust(20_000, "received")).await.refused(400, "invalid_request");
    manager.post(&path, adjust(1, "received")).await.refused(400, "idempotency_key_missing");
    assert_eq!(world.free(&shop, 0).await, 12);
    let figures = world.stock(&shop, 0).await;
    assert_eq!(figures["onHand"], 15);
}

#[tokio::test]
async fn problems_are_problem_documents() {
    let world = World::new().await;
    let answer = world.api.get("/v1/products").await;
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let problem: Value = answer.refused(400, "invalid_request");
    assert_eq!((&problem["status"], &problem["title"]), (&json!(400), &json!("Bad Request")));
    assert!(problem["correlationId"].is_string());
}

#[tokio::test]
async fn discount_codes_are_not_for_guessing() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, _) = world.customer_at(shop.store.location).await;
    let choose = async |code: &str| ada.api.put("/v1/cart", json!({"storeId": shop.id(), "promoCode": code})).await;
    for number in 0..20 {
        choose(&format!("GUESS-{number}")).await.expect(200);
    }
    choose("GUESS-19").await.expect(200);
    let waits = choose("GUESS-20").await;
    assert!(waits.headers.contains_key("retry-after"));
    waits.refused(429, "too_many_attempts");
    assert_eq!(ada.api.get("/v1/cart").await.expect(200)["promoCode"], "GUESS-19", "and nothing was written");
}
