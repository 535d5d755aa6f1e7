//! The books, from the order to the statement: what was sold, paid, taken back and paid out, and who may read of it.

use jiff::{Timestamp, ToSpan};
use reqwest::Method;
use serde_json::{Value, json};
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_domain::{EventId, OrderId, StoreId};
use sipstr_testkit::{Person, Shop, ShopSpec, World};

async fn admin(world: &World) -> Person {
    world.person("Alma Admin", &[Role::Admin], Vec::new()).await
}

/// The entries of an order, when there are so many of these kinds.
async fn entries(world: &World, admin: &Person, order: &OrderId, kinds: &[&str]) -> Vec<Value> {
    let path = format!("/v1/admin/transactions?orderId={order}&limit=100");
    world
        .eventually(&format!("{kinds:?} in the books"), || async {
            let page = admin.api.get(&path).await.expect(200);
            let items = page["items"].as_array().expect("a list").clone();
            let mut there: Vec<&str> = items.iter().filter_map(|entry| entry["kind"].as_str()).collect();
            let mut wanted = kinds.to_vec();
            there.sort_unstable();
            wanted.sort_unstable();
            (there == wanted).then_some(items)
        })
        .await
}

fn balance(entries: &[Value], account: &str) -> i64 {
    let postings = entries.iter().flat_map(|entry| entry["postings"].as_array().expect("postings"));
    postings.filter(|posting| posting["account"] == account).filter_map(|posting| posting["amount"].as_i64()).sum()
}

/// A month around today: whichever day it is in the store's zone, it is among them.
fn month() -> String {
    let today = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    format!("from={}&to={}", today - 15.days(), today + 15.days())
}

/// The totals of the store's statement, when its net is this: the index that it is read by is a moment behind.
async fn totals(world: &World, reader: &Person, store: &StoreId, net: i64) -> Value {
    let path = format!("/v1/stores/{store}/statements?{}", month());
    world
        .eventually(&format!("a net of {net}"), || async {
            let statement = reader.api.get(&path).await.expect(200);
            let totals = statement["totals"][0].clone();
            (totals["net"] == net).then_some(totals)
        })
        .await
}

async fn refunded(world: &World, ada: &Person, order: &OrderId, amount: i64) {
    world
        .eventually("the money is back", || async {
            let seen = ada.api.get(&format!("/v1/orders/{order}")).await.expect(200);
            (seen["payment"]["refunded"] == amount && seen["payment"]["refundDue"] == 0).then_some(())
        })
        .await;
}

#[tokio::test]
async fn a_sale_a_refund_and_a_cancellation_end_at_nothing() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (alma, support) = (admin(&world).await, world.person("Sam Support", &[Role::Support], Vec::new()).await);
    let (ada, home) = world.customer_at(shop.store.location).await;
    let order = world.paid_order(&ada, &shop, &home, &[(0, 2), (1, 1)]).await;
    let sold = entries(&world, &alma, &order, &["sale", "payment_captured"]).await;
    for entry in &sold {
        let postings = entry["postings"].as_array().unwrap();
        assert_eq!(postings.iter().filter_map(|posting| posting["amount"].as_i64()).sum::<i64>(), 0, "{entry:#}");
    }
    assert_eq!(balance(&sold, "receivable"), 0);
    let captured = ada.api.get(&format!("/v1/orders/{order}")).await.expect(200)["payment"]["captured"].clone();
    assert_eq!(json!(balance(&sold, "clearing:stripe")), captured);
    let goods = 2 * 1_299 + 1_799;
    // The commission is 15 % of the goods, rounded half up.
    let after_sale = totals(&world, &shop.manager, shop.id(), goods - 660).await;
    assert_eq!((&after_sale["orders"], &after_sale["commission"]), (&json!(goods), &json!(-660)));

    let line = json!({"lines": [{"productId": shop.products[0], "quantity": 1}], "reason": "broken"});
    let seen = support.api.put(&format!("/v1/orders/{order}/refunds"), line).await.expect(200);
    let due = seen["payment"]["refundDue"].as_i64().unwrap();
    refunded(&world, &ada, &order, due).await;
    let in_part = ["sale", "payment_captured", "goods_refunded", "payment_refunded"];
    let part = entries(&world, &alma, &order, &in_part).await;
    assert_eq!(balance(&part, "receivable"), 0);
    // One of two ales takes back half of the commission on both, rounded down as the units of a line are.
    let after_part = totals(&world, &shop.manager, shop.id(), goods - 660 - 1_299 + 195).await;
    assert_eq!((&after_part["orders"], &after_part["refunds"]), (&json!(goods), &json!(-1_299)));

    ada.api.post(&format!("/v1/orders/{order}/cancel"), json!({"reason": "changed my mind"})).await.expect(200);
    refunded(&world, &ada, &order, captured.as_i64().unwrap()).await;
    let whole = [&in_part[..], &["sale_reversed", "payment_refunded"]].concat();
    let all = entries(&world, &alma, &order, &whole).await;
    for account in ["receivable", "clearing:stripe", "commission", "tips", "deposits", "fee:delivery"] {
        assert_eq!(balance(&all, account), 0, "{account}");
    }
    let over = totals(&world, &shop.manager, shop.id(), 0).await;
    assert_eq!((&over["commission"], &over["refunds"]), (&json!(0), &json!(-goods)));
}

#[tokio::test]
async fn an_order_that_nobody_pays_leaves_no_entry() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let alma = admin(&world).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let placed = world.order(&ada, &shop, &home, &[(0, 1)]).await;
    let order: OrderId = placed["order"]["id"].as_str().unwrap().parse().unwrap();
    ada.api.post(&format!("/v1/orders/{order}/cancel"), json!({"reason": "no"})).await.expect(200);
    world.order_becomes(&ada, &order, "cancelled").await;
    // Another order of the store that is written means that the queue has come past this one.
    let other = world.paid_order(&ada, &shop, &home, &[(0, 1)]).await;
    entries(&world, &alma, &other, &["sale", "payment_captured"]).await;
    entries(&world, &alma, &order, &[]).await;
}

#[tokio::test]
async fn goods_that_are_paid_back_in_credit_alone_are_written_too() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (alma, support) = (admin(&world).await, world.person("Sam Support", &[Role::Support], Vec::new()).await);
    let (ada, home) = world.customer_at(shop.store.location).await;
    let given = json!({"money": {"amount": 20_000, "currency": "USD"}, "reason": "a late delivery"});
    let credit = format!("/v1/accounts/{}/credit", ada.id);
    support.api.post_keyed(&credit, EventId::new().as_str(), given).await.expect(201);
    let choices = json!({"storeId": shop.id(), "addressId": home, "useCredit": true});
    ada.api.put("/v1/cart", choices).await.expect(200);
    ada.api.put(&format!("/v1/cart/items/{}", shop.products[0]), json!({"quantity": 2})).await.expect(200);
    let quote = ada.api.get("/v1/cart/quote").await.expect(200);
    let placed = world.place(&ada, &quote).await.expect(201);
    let order: OrderId = placed["order"]["id"].as_str().unwrap().parse().unwrap();
    let paid = entries(&world, &alma, &order, &["sale", "credit_spent"]).await;
    assert_eq!(json!(balance(&paid, "store_credit")), quote["total"]);
    let line = json!({"lines": [{"productId": shop.products[0], "quantity": 1}], "reason": "broken"});
    support.api.put(&format!("/v1/orders/{order}/refunds"), line).await.expect(200);
    let kinds = ["sale", "credit_spent", "goods_refunded", "credit_given_back"];
    let back = entries(&world, &alma, &order, &kinds).await;
    assert_eq!(balance(&back, "receivable"), 0);
}

#[tokio::test]
async fn administration_pays_out_and_a_reference_is_used_once() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let alma = admin(&world).await;
    let write = |kind: &str, reference: &str, amount: i64, currency: &str| {
        let path = format!("/v1/admin/stores/{}/entries/{kind}/{reference}", shop.id());
        let body = json!({"money": {"amount": amount, "currency": currency}});
        let api = alma.api.clone();
        async move { api.put(&path, body).await }
    };
    let made = write("payout", "transfer-1", 5_000, "USD").await.expect(201);
    assert_eq!(write("payout", "transfer-1", 5_000, "USD").await.expect(200), made, "paid once");
    write("payout", "transfer-1", 6_000, "USD").await.refused(409, "reference_used");
    write("store_fee", "tablet-2026-11", 2_500, "USD").await.expect(201);
    write("adjustment", "ticket-7", -300, "USD").await.expect(201);
    for (kind, reference, amount, currency) in [
        ("payout", "transfer-2", -1, "USD"),
        ("payout", "transfer-2", 0, "USD"),
        ("payout", "transfer-2", 100, "EUR"),
        ("payout", "for%20Ada", 100, "USD"),
        ("goodwill", "ticket-8", 100, "USD"),
        ("adjustment", "ticket-9", 10_000_001, "USD"),
    ] {
        let answer = write(kind, reference, amount, currency).await;
        assert_eq!(answer.status, 400, "{kind} {reference} {amount}: {:#}", answer.body);
    }
    write("gift", "ticket-8", 100, "USD").await.refused(404, "not_found");
    let nowhere = format!("/v1/admin/stores/{}/entries/payout/t", StoreId::new());
    let money = json!({"money": {"amount": 1, "currency": "USD"}});
    alma.api.put(&nowhere, money).await.refused(404, "not_found");
    let statement = totals(&world, &shop.manager, shop.id(), -2_800).await;
    let told = ["fees", "adjustments", "payouts"].map(|figure| statement[figure].as_i64());
    assert_eq!(told, [Some(-2_500), Some(-300), Some(-5_000)]);
}

#[tokio::test]
async fn goodwill_puts_right_what_nobody_owed_and_only_on_an_order_of_the_store() {
    let world = World::new().await;
    let (shop, other) = (world.open_shop(ShopSpec::default()).await, world.open_shop(ShopSpec::default()).await);
    let alma = admin(&world).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let order = world.paid_order(&ada, &shop, &home, &[(0, 1)]).await;
    let body = json!({"money": {"amount": 200, "currency": "USD"}, "orderId": order});
    let path = |store: &StoreId| format!("/v1/admin/stores/{store}/entries/goodwill/ticket-1");
    alma.api.put(&path(other.id()), body.clone()).await.refused(404, "not_found");
    alma.api.put(&path(shop.id()), body).await.expect(201);
    let all = entries(&world, &alma, &order, &["sale", "payment_captured", "goodwill"]).await;
    assert_eq!((balance(&all, "goodwill"), balance(&all, "receivable")), (200, -200));
}

#[tokio::test]
async fn an_order_keeps_the_commission_that_it_was_placed_under() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let alma = admin(&world).await;
    let path = format!("/v1/admin/stores/{}/commission", shop.id());
    assert_eq!(alma.api.get(&path).await.expect(200)["basisPoints"], 1_500);
    let (ada, home) = world.customer_at(shop.store.location).await;
    let before = world.order(&ada, &shop, &home, &[(0, 1)]).await;
    alma.api.put(&path, json!({"basisPoints": 1_000})).await.expect(200);
    for wrong in [json!({"basisPoints": 3_001}), json!({"basisPoints": -1}), json!({"basisPoints": "10"}), json!({})] {
        assert_eq!(alma.api.put(&path, wrong.clone()).await.status, 400, "{wrong}");
    }
    shop.manager.api.put(&path, json!({"basisPoints": 0})).await.refused(403, "forbidden");
    world.pay(&before).await;
    let before: OrderId = before["order"]["id"].as_str().unwrap().parse().unwrap();
    world.order_becomes(&ada, &before, "confirmed").await;
    let after = world.paid_order(&ada, &shop, &home, &[(0, 1)]).await;
    let kinds = ["sale", "payment_captured"];
    assert_eq!(balance(&entries(&world, &alma, &before, &kinds).await, "commission"), -195);
    assert_eq!(balance(&entries(&world, &alma, &after, &kinds).await, "commission"), -130);
    let nowhere = format!("/v1/admin/stores/{}/commission", StoreId::new());
    alma.api.put(&nowhere, json!({"basisPoints": 1_000})).await.refused(404, "not_found");
}

/// A shop whose one order is in the books and in their indexes.
async fn sold(world: &World, alma: &Person) -> (Shop, OrderId) {
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let order = world.paid_order(&ada, &shop, &home, &[(0, 1)]).await;
    let path = format!("/v1/admin/transactions?storeId={}", shop.id());
    world
        .eventually("both entries", || async {
            let page = alma.api.get(&path).await.expect(200);
            (page["items"].as_array()?.len() == 2).then_some(())
        })
        .await;
    (shop, order)
}

#[tokio::test]
async fn the_log_is_filtered_paged_and_handed_out_as_a_file() {
    let world = World::new().await;
    let alma = admin(&world).await;
    let (shop, order) = sold(&world, &alma).await;
    let list = |query: &str| {
        let path = format!("/v1/admin/transactions?storeId={}&{query}", shop.id());
        let api = alma.api.clone();
        async move { api.get(&path).await }
    };
    let kinds = |page: &Value| {
        let items = page["items"].as_array().expect("a list").iter();
        items.filter_map(|entry| entry["kind"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&list("kind=sale").await.expect(200)), ["sale"]);
    assert_eq!(kinds(&list("provider=stripe").await.expect(200)), ["payment_captured"]);
    assert_eq!(kinds(&list("minAmount=999999").await.expect(200)), [""; 0]);
    let first = list("limit=1").await.expect(200);
    let next = first["nextCursor"].as_str().unwrap();
    let second = list(&format!("limit=1&cursor={next}")).await.expect(200);
    assert_ne!(first["items"][0]["id"], second["items"][0]["id"]);
    list(&format!("limit=1&kind=sale&cursor={next}")).await.refused(400, "invalid_request");
    // Among all stores it is found as well.
    let seen = alma.api.get(&format!("/v1/admin/transactions?orderId={order}&kind=sale")).await.expect(200);
    let at = seen["items"][0]["at"].as_str().unwrap();
    let from_then_on = alma.api.get(&format!("/v1/admin/transactions?from={at}&kind=sale&limit=100")).await.expect(200);
    assert!(from_then_on["items"].as_array().unwrap().iter().any(|entry| entry["orderId"] == order.as_str()));

    for wrong in [
        "colour=red",
        "kind=theft",
        "provider=barter",
        "limit=0",
        "limit=101",
        "cursor=x",
        "minAmount=-1",
        "minAmount=10&maxAmount=9",
        "from=yesterday",
        "from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z",
        "from=2026-01-01T00:00:00Z&to=2026-11-01T00:00:00Z",
        "to=-009999-01-02T01:59:59Z",
    ] {
        let answer = list(wrong).await;
        assert_eq!(answer.status, 400, "{wrong}: {:#}", answer.body);
    }
    let path = format!("/v1/admin/transactions?storeId={}", shop.id());
    let file = alma.api.send(Method::GET, &path, None, &[("accept", "text/csv")]).await;
    assert!(file.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    let text = file.expect(200).as_str().unwrap().to_owned();
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.starts_with(r#""id","at","kind","orderId""#) && text.contains(order.as_str()), "{text}");
    shop.manager.api.get(&path).await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_statement_is_for_those_who_lead_the_store() {
    let world = World::new().await;
    let alma = admin(&world).await;
    let (shop, order) = sold(&world, &alma).await;
    let other = world.open_shop(ShopSpec::default()).await;
    let path = format!("/v1/stores/{}/statements?{}", shop.id(), month());
    other.manager.api.get(&path).await.refused(404, "not_found");
    let membership = Membership { store_id: shop.id().clone(), role: StoreRole::Picker };
    let picker = world.person("Pia Picker", &[Role::StoreStaff], vec![membership]).await;
    picker.api.get(&path).await.refused(403, "forbidden");
    let manager = Membership { store_id: shop.id().clone(), role: StoreRole::Manager };
    let manager = world.person("Max Manager", &[Role::StoreStaff], vec![manager]).await;
    let seen = manager.api.get(&format!("{path}&lines=true")).await.expect(200);
    assert_eq!(seen["lines"].as_array().unwrap().len(), 1);
    let (line, total) = (&seen["lines"][0], &seen["totals"][0]);
    assert_eq!((&line["orderId"], &line["net"]), (&json!(order), &total["net"]));
    assert_eq!(alma.api.get(&path).await.expect(200)["totals"], seen["totals"]);
    assert!(alma.api.get(&path).await.expect(200).get("lines").is_none());

    let statements = format!("/v1/stores/{}/statements", shop.id());
    for wrong in [
        "",
        "from=2026-11-01",
        "from=2026-11-02&to=2026-11-01",
        "from=2026-01-01&to=2026-11-01",
        "from=2026-02-30&to=2026-03-01",
        "from=2026-11-01&to=9999-12-31",
        "from=2026-11-01&to=2026-11-02&colour=red",
    ] {
        let answer = manager.api.get(&format!("{statements}?{wrong}")).await;
        assert_eq!(answer.status, 400, "{wrong}: {:#}", answer.body);
    }
    let empty = manager.api.get(&format!("{statements}?from=2020-01-01&to=2020-01-31")).await.expect(200);
    assert_eq!(empty["totals"], json!([]));
    let file = manager.api.send(Method::GET, &path, None, &[("accept", "text/csv")]).await;
    let text = file.expect(200).as_str().unwrap().to_owned();
    assert!(text.contains("\"-1.95\""), "a commission is a number: {text}");
    let nowhere = format!("/v1/stores/{}/statements?{}", StoreId::new(), month());
    alma.api.get(&nowhere).await.refused(404, "not_found");
}

#[tokio::test]
async fn the_closing_is_listed() {
    let world = World::new().await;
    let alma = admin(&world).await;
    let report = world.invoke("books-close", &json!({})).await;
    assert!(report["findings"].is_array(), "{report:#}");
    let listed = alma.api.get("/v1/admin/books/findings").await.expect(200);
    assert!(listed["closing"]["at"].is_string() && listed["items"].is_array(), "{listed:#}");
    alma.api.get("/v1/admin/books/findings?cursor=x").await.refused(400, "invalid_request");
}
