//! Promotions: who makes them, what they give, and that nobody gets more than there is.

use futures::StreamExt;
use serde_json::{Value, json};
use sipstr_domain::EventId;
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_domain::promotion::PromoCode;
use sipstr_testkit::{Answer, Demand, Person, Shop, ShopSpec, World};

const IN_FLIGHT: usize = 16;

/// A code that no other test has.
fn fresh_code() -> String {
    format!("P{}", EventId::new().suffix()[20..].to_uppercase())
}

fn terms(benefit: Value) -> Value {
    json!({"title": "A test of generosity", "benefit": benefit, "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2040-01-01T00:00:00Z"})
}

fn with(mut value: Value, more: Value) -> Value {
    value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    value
}

async fn made(shop: &Shop, entry: Value, terms: Value) -> String {
    let code = fresh_code();
    let body = json!({"code": code, "entry": entry, "storeId": shop.id(), "terms": terms});
    shop.manager.api.post("/v1/promotions", body).await.expect(201);
    code
}

async fn quote(world: &World, shop: &Shop, code: Option<&str>, wants: &[Demand]) -> (Person, Value) {
    let (buyer, address) = world.customer_at(shop.store.location).await;
    let choices = json!({"storeId": shop.id(), "addressId": address, "promoCode": code});
    buyer.api.put("/v1/cart", choices).await.expect(200);
    for (product, quantity) in wants {
        let path = format!("/v1/cart/items/{}", shop.products[*product]);
        buyer.api.put(&path, json!({"quantity": quantity})).await.expect(200);
    }
    let quote = buyer.api.get("/v1/cart/quote").await.expect(200);
    (buyer, quote)
}

/// So many buyers order one bottle with a code, at once.
async fn rush(world: &World, shop: &Shop, buyers: usize, total: i64, code: &str) -> (Vec<Value>, usize) {
    let _alone = super::races::TRACK.lock().await;
    let code = PromoCode::try_from(code.to_owned()).unwrap();
    let ready: Vec<(Person, Value)> = futures::stream::iter(0..buyers)
        .map(|_| world.buyer_with_code(shop, &[(0, 1)], total, Some(code.clone())))
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    let answers: Vec<Answer> = futures::stream::iter(ready)
        .map(|(buyer, body)| async move { buyer.api.post_keyed("/v1/orders", "once", body).await })
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Answer::is_success);
    let late = lost.len();
    lost.into_iter().for_each(|answer| drop(answer.refused(409, "promotion_not_applicable")));
    (won.into_iter().map(|answer| answer.expect(201)).collect(), late)
}

#[tokio::test]
async fn a_store_makes_a_promotion_changes_it_and_ends_it() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let other = world.open_shop(ShopSpec::default()).await;
    let picker = vec![Membership { store_id: shop.id().clone(), role: StoreRole::Picker }];
    let picker = world.person("Pia Picker", &[Role::StoreStaff], picker).await;
    let code = made(&shop, json!({"kind": "automatic"}), terms(json!({"kind": "buyGet", "buy": 1, "get": 1}))).await;
    let path = format!("/v1/promotions/{code}");
    let again = json!({"code": code, "storeId": shop.id(), "terms": terms(json!({"kind": "freeDelivery"}))});
    shop.manager.api.post("/v1/promotions", again.clone()).await.refused(409, "code_taken");
    picker.api.post("/v1/promotions", again.clone()).await.refused(403, "forbidden");
    other.manager.api.post("/v1/promotions", again).await.refused(404, "not_found");
    other.manager.api.get(&path).await.refused(404, "not_found");
    let for_all = json!({"code": fresh_code(), "terms": terms(json!({"kind": "freeDelivery"}))});
    shop.manager.api.post("/v1/promotions", for_all).await.refused(400, "invalid_request");

    // Nobody typed anything: two for the price of one, of the two cheapest.
    let (_, bill) = quote(&world, &shop, None, &[(0, 1), (1, 1)]).await;
    assert_eq!((&bill["discount"], &bill["promotions"][0]["off"]), (&json!(1_299), &json!(1_299)));
    assert_eq!(bill["promotions"][0]["code"], code);

    let ten = terms(json!({"kind": "percentOffItems", "rate": 100_000}));
    let put = |version: &'static str| {
        let (path, ten) = (path.clone(), ten.clone());
        let api = &shop.manager.api;
        async move { api.send(reqwest::Method::PUT, &path, Some(ten), &[("if-match", version)]).await }
    };
    shop.manager.api.put(&path, ten.clone()).await.refused(428, "version_missing");
    assert_eq!(put("\"1\"").await.expect(200)["version"], 2);
    put("\"1\"").await.refused(412, "stale");
    let (_, bill) = quote(&world, &shop, None, &[(0, 1), (1, 1)]).await;
    assert_eq!(bill["discount"], 310); // of 12.99 and 17.99

    // Whoever has a quote of it can no longer order by that when it has ended.
    let (ada, bill) = quote(&world, &shop, None, &[(0, 1)]).await;
    shop.manager.api.post(&format!("{path}/end"), json!({})).await.expect(200);
    world.place(&ada, &bill).await.refused(409, "promotion_not_applicable");
    let (ada, bill) = quote(&world, &shop, None, &[(0, 1)]).await;
    assert_eq!((&bill["discount"], &bill["promotions"][0]["reason"]["code"]), (&json!(0), &json!("expired")));
    world.place(&ada, &bill).await.expect(201);
    let listed = shop.manager.api.get(&format!("/v1/promotions?storeId={}", shop.id())).await.expect(200);
    assert_eq!((listed["items"].as_array().map(Vec::len), &listed["items"][0]["version"]), (Some(1), &json!(3)));
}

#[tokio::test]
async fn fifty_buyers_and_one_code_of_a_campaign() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![100], ..ShopSpec::default() }).await;
    let five = terms(json!({"kind": "amountOffOrder", "amount": 500}));
    let campaign = made(&shop, json!({"kind": "campaign", "codes": 100_000}), five).await;
    let page = shop.manager.api.get(&format!("/v1/promotions/{campaign}/codes?from=99998")).await.expect(200);
    assert_eq!((page["codes"].as_array().map(Vec::len), page.get("next")), (Some(2), None));
    let [first, second] = [0, 1].map(|i| page["codes"][i].as_str().unwrap().to_owned());

    // The campaign's name alone, and a code with one sign changed, are worth nothing.
    let changed = format!("{}{}", &first[..first.len() - 1], if first.ends_with('0') { '1' } else { '0' });
    let (_, bill) = quote(&world, &shop, Some(&changed), &[(0, 1)]).await;
    assert_eq!((&bill["discount"], &bill["obstacles"][0]["code"]), (&json!(0), &json!("promotion_not_applicable")));
    let (_, bill) = quote(&world, &shop, Some(&campaign), &[(0, 1)]).await;
    assert_eq!((&bill["discount"], &bill["promotions"][0]["reason"]["code"]), (&json!(0), &json!("unknown")));

    let (_, bill) = quote(&world, &shop, Some(&first), &[(0, 1)]).await;
    assert_eq!(bill["discount"], 500);
    let (won, late) = rush(&world, &shop, 50, bill["total"].as_i64().unwrap(), &first).await;
    assert_eq!((won.len(), late, world.free(&shop, 0).await), (1, 49, 99));
    let (_, bill) = quote(&world, &shop, Some(&first), &[(0, 1)]).await;
    assert_eq!(bill["promotions"][0]["reason"]["code"], "used_up");
    let (bea, bill) = quote(&world, &shop, Some(&second), &[(0, 1)]).await;
    world.place(&bea, &bill).await.expect(201);

    // The order that had the first one expires: the code is good again, once.
    let order = won[0]["order"]["id"].as_str().unwrap().parse().unwrap();
    world.let_the_window_pass(&order).await;
    world.sweep_expired().await;
    world.sweep_expired().await;
    let (_, bill) = quote(&world, &shop, Some(&first), &[(0, 1)]).await;
    let (won, late) = rush(&world, &shop, 5, bill["total"].as_i64().unwrap(), &first).await;
    assert_eq!((won.len(), late), (1, 4));
}

#[tokio::test]
async fn a_budget_is_never_overspent_and_what_comes_back_is_spent_again() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![100], ..ShopSpec::default() }).await;
    let five = with(terms(json!({"kind": "amountOffItems", "amount": 500})), json!({"budget": 2_300}));
    let code = made(&shop, json!({"kind": "code"}), five).await;
    let (_, bill) = quote(&world, &shop, Some(&code), &[(0, 1)]).await;
    let total = bill["total"].as_i64().unwrap();
    let (won, late) = rush(&world, &shop, 20, total, &code).await;
    assert_eq!((won.len(), late), (4, 16), "four times five are twenty, and three are left");
    let path = format!("/v1/promotions/{code}");
    let seen = shop.manager.api.get(&path).await.expect(200);
    assert_eq!((&seen["budgetLeft"], &seen["used"]), (&json!(300), &json!(4)));
    let (_, bill) = quote(&world, &shop, Some(&code), &[(0, 1)]).await;
    assert_eq!(bill["promotions"][0]["reason"]["code"], "budget_spent");

    let order = won[0]["order"]["id"].as_str().unwrap().parse().unwrap();
    world.let_the_window_pass(&order).await;
    futures::future::join_all((0..3).map(|_| world.sweep_expired())).await;
    let seen = shop.manager.api.get(&path).await.expect(200);
    assert_eq!((&seen["budgetLeft"], &seen["used"]), (&json!(800), &json!(3)), "once, however often it is swept");
    let (won, _) = rush(&world, &shop, 5, total, &code).await;
    assert_eq!(won.len(), 1);
}

#[tokio::test]
async fn a_promotion_is_tried_out_before_it_holds() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let coming = with(
        terms(json!({"kind": "fixedPrice", "price": 999})),
        json!({"startsAt": "2039-01-01T00:00:00Z", "rules": {"categories": ["wine"], "firstOrder": true, "groups": ["vip"]}}),
    );
    let code = fresh_code();
    let draft = json!({"code": code, "entry": {"kind": "automatic"}, "storeId": shop.id(), "terms": coming});
    let lines = json!([{"productId": shop.products[0], "quantity": 1}, {"productId": shop.products[1], "quantity": 2}]);
    let run = json!({"promotion": draft, "storeId": shop.id(), "lines": lines});
    let tried = shop.manager.api.post("/v1/promotions/dry-run", run.clone()).await.expect(200);
    assert_eq!((&tried["discount"], &tried["promotions"][0]["off"]), (&json!(1_600), &json!(1_600)));
    assert_eq!(tried["lines"][1]["discount"], 1_600);
    let bought = shop.manager.api.post("/v1/promotions/dry-run", with(run.clone(), json!({"hasBought": true}))).await;
    assert_eq!(bought.expect(200)["promotions"][0]["reason"]["code"], "not_first_order");
    let now = with(run, json!({"at": "2027-01-01T20:00:00Z"}));
    let early = shop.manager.api.post("/v1/promotions/dry-run", now).await.expect(200);
    assert_eq!(early["promotions"][0]["reason"]["code"], "not_yet");
    shop.manager.api.get(&format!("/v1/promotions/{code}")).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_first_order_and_a_group_are_known() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let admin = world.person("Abe Admin", &[Role::Admin], Vec::new()).await;
    let first = with(terms(json!({"kind": "freeDelivery"})), json!({"rules": {"firstOrder": true}}));
    made(&shop, json!({"kind": "automatic"}), first).await;
    let group = fresh_code().to_lowercase();
    let vip = with(
        terms(json!({"kind": "percentOffItems", "rate": 200_000})),
        json!({"lane": 1, "rules": {"groups": [group]}}),
    );
    let vip = made(&shop, json!({"kind": "automatic"}), vip).await;
    let (ada, bill) = quote(&world, &shop, None, &[(0, 1)]).await;
    assert_eq!(bill["discount"], 499);
    let told = |bill: &Value, code: &str| {
        bill["promotions"].as_array().unwrap().iter().find(|told| told["code"] == code).cloned().unwrap()
    };
    assert_eq!(told(&bill, &vip)["reason"]["code"], "not_in_group");
    admin.api.put(&format!("/v1/customer-groups/{group}/members/{}", ada.id), json!({})).await.expect(204);
    let bill = ada.api.get("/v1/cart/quote").await.expect(200);
    assert_eq!((&bill["discount"], &told(&bill, &vip)["off"]), (&json!(499 + 260), &json!(260)));
    let placed = world.place(&ada, &bill).await.expect(201);
    assert_eq!(placed["order"]["discount"], 499 + 260);
    let path = format!("/v1/cart/items/{}", shop.products[0]);
    ada.api.put(&path, json!({"quantity": 1})).await.expect(200);
    let bill = ada.api.get("/v1/cart/quote").await.expect(200);
    assert_eq!(bill["discount"], 260, "the second order pays its delivery");
}
