//! A store says what it offers and what it asks: a price, prices for a while, and what was asked before.

use jiff::{Timestamp, ToSpan};
use reqwest::Method;
use serde_json::{Value, json};
use sipstr_domain::ProductId;
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_testkit::{Answer, Api, ShopSpec, World};

use super::catalogue::{Desk, fresh, whole};

async fn put(api: &Api, path: &str, condition: (&str, &str), terms: Value) -> Answer {
    api.send(Method::PUT, path, Some(terms), &[condition]).await
}

fn at_price(amount: i64) -> Value {
    json!({"price": {"amount": amount, "currency": "USD"}})
}

fn reduced(amount: i64, from: Timestamp, until: Timestamp) -> Value {
    let schedule = json!({"amount": 799, "from": from, "until": until, "label": "Harvest weekend"});
    json!({"price": {"amount": amount, "currency": "USD"}, "schedules": [schedule]})
}

#[tokio::test]
async fn a_product_is_taken_into_an_assortment_priced_hidden_and_taken_out() {
    let desk = Desk::new().await;
    let shop = desk.world.open_shop(ShopSpec::default()).await;
    let staff = &shop.manager.api;
    let draft = desk.make(whole(&fresh("Tripel"))).await;
    let id = draft["id"].as_str().unwrap();
    let path = format!("/v1/stores/{}/assortment/{id}", shop.id());
    let first = ("if-none-match", "*");

    put(staff, &path, first, at_price(999)).await.refused(409, "not_active");
    desk.moved(&draft, "publish").await;
    let added = put(staff, &path, first, at_price(999)).await.expect(201);
    assert_eq!(
        (&added["version"], &added["asked"]["amount"], &added["offered"]),
        (&json!(1), &json!(999), &json!(true))
    );
    put(staff, &path, first, at_price(1)).await.refused(412, "stale");
    put(staff, &path, ("x-nothing", "-"), at_price(1)).await.refused(428, "version_missing");
    let shown = format!("/v1/products/{id}?storeId={}", shop.id());
    let view = desk.world.eventually("it is on the shelf", || async {
        let answer = desk.world.api.get(&shown).await;
        answer.is_success().then(|| answer.expect(200))
    });
    assert_eq!(view.await["price"]["amount"], 999);

    // Two managers at once: one of them is told.
    put(staff, &path, ("if-match", "\"1\""), at_price(1_099)).await.expect(200);
    put(staff, &path, ("if-match", "\"1\""), at_price(1_199)).await.refused(412, "stale");
    let listing = staff.get(&path).await.expect(200);
    assert_eq!((&listing["price"]["amount"], &listing["version"]), (&json!(1_099), &json!(2)));
    let prices = staff.get(&format!("{path}/prices")).await.expect(200);
    let amounts: Vec<&Value> =
        prices["items"].as_array().unwrap().iter().map(|entry| &entry["price"]["amount"]).collect();
    assert_eq!(amounts, [&json!(1_099), &json!(999)]);
    assert_eq!(prices["items"][0]["actor"], json!(shop.manager.id));

    let mut hidden = at_price(1_099);
    hidden["offered"] = json!(false);
    put(staff, &path, ("if-match", "\"2\""), hidden).await.expect(200);
    desk.world
        .eventually("nobody sees it", || async { (desk.world.api.get(&shown).await.status == 404).then_some(()) })
        .await;
    let list = staff.get(&format!("/v1/stores/{}/assortment?limit=100", shop.id())).await.expect(200);
    assert!(list["items"].as_array().unwrap().iter().any(|item| item["productId"] == *id && item["offered"] == false));

    let remove = async |version: &str| staff.send(Method::DELETE, &path, None, &[("if-match", version)]).await;
    remove("\"2\"").await.refused(412, "stale");
    remove("\"3\"").await.expect(204);
    remove("\"3\"").await.refused(404, "not_found");
    assert_eq!(staff.get(&format!("{path}/prices")).await.expect(200)["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_price_for_a_while_is_asked_in_lists_carts_and_orders_and_ends_by_itself() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![10], ..ShopSpec::default() }).await;
    let (staff, ale) = (&shop.manager.api, shop.products[0].as_str());
    let path = format!("/v1/stores/{}/assortment/{ale}", shop.id());
    let regular = staff.get(&path).await.expect(200)["price"]["amount"].as_i64().unwrap();
    let (ada, home) = world.customer_at(shop.store.location).await;
    let before = world.quote(&ada, &shop, &home, &[(0, 2)]).await;

    let now = Timestamp::now();
    let terms = reduced(regular, now - 2.hours(), now + 1.hour());
    let listing = put(staff, &path, ("if-match", "\"0\""), terms).await.expect(200);
    assert_eq!(listing["asked"]["amount"], 799);
    assert_eq!(listing["lowestPrice30Days"]["amount"], json!(regular), "nobody was asked less before");
    let begun: Timestamp = listing["schedules"][0]["from"].as_str().unwrap().parse().unwrap();
    assert!(begun >= now, "a price in hindsight begins now");

    let page = world.api.get(&format!("/v1/products?storeId={}&limit=33", shop.id())).await.expect(200);
    let shown = page["items"].as_array().unwrap().iter().find(|item| item["id"] == *ale).unwrap();
    let amounts = ["price", "regularPrice", "lowestPrice30Days"].map(|name| shown[name]["amount"].as_i64());
    assert_eq!(amounts, [Some(799), Some(regular), Some(regular)]);
    assert_eq!(shown["priceLabel"], "Harvest weekend");

    // The quote from before is of another price.
    world.place(&ada, &before).await.refused(409, "price_changed");
    let quote = world.quote(&ada, &shop, &home, &[(0, 2)]).await;
    assert_eq!(quote["goods"], json!(2 * 799));
    world.place(&ada, &quote).await.expect(201);

    // It ends a second from now, and nobody has to do anything.
    let soon = Timestamp::now() + 1.second();
    let mut terms = reduced(regular, begun, soon);
    terms["schedules"][0]["label"] = json!(null);
    put(staff, &path, ("if-match", "\"1\""), terms).await.expect(200);
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    assert_eq!(staff.get(&path).await.expect(200)["asked"]["amount"], json!(regular));
    world.invoke("prices-settle", &json!({"sweep": "prices"})).await;
    let prices = staff.get(&format!("{path}/prices")).await.expect(200);
    let newest = &prices["items"][0];
    assert_eq!((&newest["cause"], &newest["price"]["amount"]), (&json!("schedule_ended"), &json!(regular)));
    assert_eq!(newest["at"].as_str().unwrap().parse::<Timestamp>().unwrap(), soon);
    world.invoke("prices-settle", &json!({"sweep": "prices"})).await;
    assert_eq!(staff.get(&format!("{path}/prices")).await.expect(200), prices, "noted once");
}

#[tokio::test]
async fn what_is_no_price_and_who_may_not_price_changes_nothing() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![10], ..ShopSpec::default() }).await;
    let (staff, ale) = (&shop.manager.api, shop.products[0].as_str());
    let path = format!("/v1/stores/{}/assortment/{ale}", shop.id());
    let before = staff.get(&path).await.expect(200);
    let version = ("if-match", "\"0\"");
    let now = Timestamp::now();
    let schedule = |amount: i64, from: i64, until: i64| json!({"amount": amount, "from": now + from.hours(), "until": now + until.hours()});
    let scheduled =
        |schedules: Vec<Value>| json!({"price": {"amount": 999, "currency": "USD"}, "schedules": schedules});
    for wrong in [
        at_price(0),
        at_price(-1),
        at_price(10_000_001),
        at_price(i64::MAX),
        json!({"price": {"amount": 9.99, "currency": "USD"}}),
        json!({"price": {"amount": "999", "currency": "USD"}}),
        json!({"price": {"amount": 999, "currency": "EUR"}}),
        json!({"price": {"amount": 999, "currency": "USD"}, "discount": 5}),
        scheduled(vec![schedule(799, 1, 3), schedule(699, 2, 4)]),
        scheduled(vec![schedule(799, 3, 3)]),
        scheduled(vec![schedule(799, -3, -1)]),
        scheduled(vec![schedule(0, 1, 2)]),
        scheduled((0..21).map(|n| schedule(799, n, n + 1)).collect()),
    ] {
        assert_eq!(put(staff, &path, version, wrong.clone()).await.status, 400, "{wrong}");
    }
    let unknown = format!("/v1/stores/{}/assortment/{}", shop.id(), ProductId::new());
    put(staff, &unknown, version, at_price(999)).await.refused(404, "not_found");
    put(staff, &unknown, ("if-none-match", "*"), at_price(999)).await.refused(404, "not_found");

    let membership = Membership { store_id: shop.id().clone(), role: StoreRole::Picker };
    let picker = world.person("Pia Picker", &[Role::StoreStaff], vec![membership]).await.api;
    put(&picker, &path, version, at_price(999)).await.refused(403, "forbidden");
    picker.send(Method::DELETE, &path, None, &[version]).await.refused(403, "forbidden");
    picker.get(&path).await.expect(200);
    let stranger = world.open_shop(ShopSpec::default()).await.manager.api;
    put(&stranger, &path, version, at_price(999)).await.refused(404, "not_found");
    stranger.send(Method::DELETE, &path, None, &[version]).await.refused(404, "not_found");
    for read in [path.clone(), format!("{path}/prices"), format!("/v1/stores/{}/assortment", shop.id())] {
        stranger.get(&read).await.refused(404, "not_found");
    }
    assert_eq!(staff.get(&path).await.expect(200), before);
}
