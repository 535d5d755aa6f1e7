//! Goods that end: taken in by lot, picked in the order in which they end, and taken off the shelf when they have.

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_domain::{EventId, ProductId};
use sipstr_testkit::{Answer, Person, Shop, ShopSpec, World};

use super::to_the_door;

/// So many days from the store's today.
fn in_days(shop: &Shop, days: i64) -> Date {
    shop.store.day(Timestamp::now()).saturating_add(Span::new().days(days))
}

async fn adjust(shop: &Shop, change: Value, reason: &str, lot: Value) -> Answer {
    let path = format!("/v1/stores/{}/stock/adjustments", shop.id());
    let body = json!({"productId": shop.products[0], "change": change, "reason": reason, "lot": lot});
    shop.manager.api.post_keyed(&path, EventId::new().as_str(), body).await
}

async fn received(shop: &Shop, units: u32, number: &str, days: i64) -> Answer {
    adjust(shop, json!(units), "received", json!({"number": number, "bestBefore": in_days(shop, days)})).await
}

fn path(shop: &Shop) -> String {
    format!("/v1/stores/{}/stock/{}/lots", shop.id(), shop.products[0])
}

async fn lots(shop: &Shop) -> Value {
    shop.manager.api.get(&path(shop)).await.expect(200)
}

/// What is left of each lot, in the order in which to pick.
fn left(shelf: &Value) -> Vec<(String, u64)> {
    let lots = shelf["lots"].as_array().expect("lots").iter();
    lots.map(|lot| (lot["number"].as_str().unwrap().to_owned(), lot["remaining"].as_u64().unwrap())).collect()
}

fn of(lots: &[(&str, u64)]) -> Vec<(String, u64)> {
    lots.iter().map(|(number, left)| ((*number).to_owned(), *left)).collect()
}

async fn correct(person: &Person, shop: &Shop, lot: &Value, version: &str, body: Value) -> Answer {
    let path = format!("{}/{}", path(shop), lot["id"].as_str().expect("an id"));
    person.api.send(Method::PUT, &path, Some(body), &[("if-match", version)]).await
}

#[tokio::test]
async fn what_ends_first_is_picked_first_and_goes_back_when_the_courier_brings_it_back() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![2], ..ShopSpec::default() }).await;
    received(&shop, 5, "LATE", 90).await.expect(201);
    received(&shop, 3, "SOON", 30).await.expect(201);
    let shelf = lots(&shop).await;
    assert_eq!(left(&shelf), of(&[("SOON", 3), ("LATE", 5)]));
    assert_eq!((&shelf["onHand"], &shelf["withoutLot"]), (&json!(10), &json!(2)), "{shelf}");

    let membership = Membership { store_id: shop.id().clone(), role: StoreRole::Picker };
    let picker = world.person("Pia Picker", &[Role::StoreStaff], vec![membership]).await;
    let picks = picker.api.get(&format!("{}/picks?quantity=4", path(&shop))).await.expect(200);
    let picked = |place: usize| (&picks["picks"][place]["quantity"], &picks["picks"][place]["lot"]["number"]);
    assert_eq!((picked(0), picked(1)), ((&json!(3), &json!("SOON")), (&json!(1), &json!("LATE"))));
    assert_eq!(picks["withoutLot"], 0);

    let (ada, home) = world.customer_at(shop.store.location).await;
    let order = world.paid_order(&ada, &shop, &home, &[(0, 4)]).await;
    assert_eq!(left(&lots(&shop).await), of(&[("SOON", 3), ("LATE", 5)]), "it stands on the shelf still");
    let delivery = to_the_door(&world, &shop, &ada, &order).await;
    world
        .eventually("the lots follow", || async { (left(&lots(&shop).await) == of(&[("LATE", 4)])).then_some(()) })
        .await;

    let courier = &shop.couriers[0].api;
    let refuse = json!({"reason": "underage"});
    courier.post(&format!("/v1/deliveries/{delivery}/refuse"), refuse).await.expect(200);
    courier.post(&format!("/v1/deliveries/{delivery}/return"), json!({})).await.expect(200);
    world
        .eventually("what came back is of its lots again", || async {
            (left(&lots(&shop).await) == of(&[("SOON", 3), ("LATE", 5)])).then_some(())
        })
        .await;
    assert_eq!(world.drift_of(&shop).await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_store_is_told_once_of_a_lot_that_ends_soon() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![0], ..ShopSpec::default() }).await;
    received(&shop, 3, "SOON-2", 10).await.expect(201);
    received(&shop, 3, "LATE-2", 60).await.expect(201);
    world.invoke("lots-tell", &json!({"sweep": "lots"})).await;
    let told = || async {
        let page = shop.manager.api.get("/v1/notifications?limit=100").await.expect(200);
        page["items"].as_array().unwrap().iter().filter(|notice| notice["kind"] == "store_stock_expiring").count()
    };
    world.eventually("the store is told", || async { (told().await > 0).then_some(()) }).await;
    world.mail_with(&shop.manager.email, "SOON-2").await;
    world.invoke("lots-tell", &json!({"sweep": "lots"})).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(told().await, 1);
}

#[tokio::test]
async fn a_lot_is_corrected_by_who_read_it_and_taken_off_the_shelf_when_it_has_ended() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![0], ..ShopSpec::default() }).await;
    received(&shop, 4, "A", 20).await.expect(201);
    received(&shop, 2, "B", 40).await.expect(201);
    let shelf = lots(&shop).await;
    let lot = &shelf["lots"][0];
    let ended = json!({"bestBefore": in_days(&shop, -1), "remaining": 3});
    correct(&shop.manager, &shop, lot, "\"9\"", ended.clone()).await.refused(412, "stale");
    let more = json!({"bestBefore": in_days(&shop, 20), "remaining": 5});
    correct(&shop.manager, &shop, lot, "\"1\"", more).await.refused(409, "more_than_on_hand");
    let corrected = correct(&shop.manager, &shop, lot, "\"1\"", ended).await.expect(200);
    assert_eq!(
        (&corrected["ended"], &corrected["version"], &corrected["remaining"]),
        (&json!(true), &json!(2), &json!(3))
    );
    let shelf = lots(&shop).await;
    assert_eq!(
        (left(&shelf), &shelf["withoutLot"]),
        (of(&[("B", 2), ("A", 3)]), &json!(1)),
        "what has ended is picked last"
    );

    adjust(&shop, json!(-4), "expired", json!({"number": "A"})).await.refused(409, "not_enough_in_lot");
    adjust(&shop, json!(-3), "expired", json!({"number": "A"})).await.expect(201);
    let shelf = lots(&shop).await;
    assert_eq!((left(&shelf), &shelf["onHand"]), (of(&[("B", 2)]), &json!(3)));
    assert_eq!(world.free(&shop, 0).await, 3);
    let ledger = shop.manager.api.get(&format!("/v1/stores/{}/stock/{}/movements", shop.id(), shop.products[0])).await;
    let newest = &ledger.expect(200)["items"][0];
    assert_eq!((&newest["reason"], &newest["lot"]["number"]), (&json!("expired"), &json!("A")));
}

#[tokio::test]
async fn lots_that_are_none_and_people_who_may_not_change_nothing() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![5], ..ShopSpec::default() }).await;
    let day = in_days(&shop, 20);
    let dated = |number: &str| json!({"number": number, "bestBefore": day});
    received(&shop, 1, "YESTERDAY", -1).await.refused(400, "invalid_request");
    received(&shop, 1, "IN-ELEVEN-YEARS", 11 * 366).await.refused(400, "invalid_request");
    for (change, reason, lot) in [
        (json!(1), "received", dated("")),
        (json!(1), "received", dated("two words")),
        (json!(1), "received", dated("123456789012345678901")),
        (json!(1), "received", json!({"number": "A"})),
        (json!(1), "received", json!({"number": "A", "bestBefore": "2027-02-30"})),
        (json!(1), "received", json!({"number": "A", "bestBefore": day, "received": 3})),
        (json!(-1), "received", dated("A")),
        (json!(1.5), "received", dated("A")),
        (json!(10_001), "received", dated("A")),
        (json!(4_294_967_296_u64), "received", dated("A")),
        (json!(i32::MIN), "damaged", json!({"number": "A"})),
        (json!(1), "counted", json!({"number": "A"})),
        (json!(-1), "damaged", dated("A")),
    ] {
        let refused = adjust(&shop, change.clone(), reason, lot.clone()).await;
        assert_eq!(refused.status, 400, "{change} {reason} {lot}");
    }
    adjust(&shop, json!(-1), "damaged", json!({"number": "NEVER"})).await.refused(409, "unknown_lot");
    let shelf = lots(&shop).await;
    assert_eq!((left(&shelf), &shelf["onHand"]), (vec![], &json!(5)));

    received(&shop, 1, "TODAY", 0).await.expect(201);
    received(&shop, 1, "TODAY", 1).await.refused(409, "lot_date_differs");
    let shelf = lots(&shop).await;
    let lot = &shelf["lots"][0];
    let good = json!({"bestBefore": day, "remaining": 1});
    for wrong in [
        json!({"bestBefore": day}),
        json!({"bestBefore": day, "remaining": -1}),
        json!({"bestBefore": day, "remaining": 10_001}),
    ] {
        assert_eq!(correct(&shop.manager, &shop, lot, "\"1\"", wrong.clone()).await.status, 400, "{wrong}");
    }
    let one = format!("{}/{}", path(&shop), lot["id"].as_str().unwrap());
    shop.manager.api.put(&one, good.clone()).await.refused(428, "version_missing");
    let membership = Membership { store_id: shop.id().clone(), role: StoreRole::Picker };
    let picker = world.person("Pia Picker", &[Role::StoreStaff], vec![membership]).await;
    correct(&picker, &shop, lot, "\"1\"", good.clone()).await.refused(403, "forbidden");
    let elsewhere = world.open_shop(ShopSpec::default()).await.manager;
    correct(&elsewhere, &shop, lot, "\"1\"", good).await.refused(404, "not_found");
    elsewhere.api.get(&path(&shop)).await.refused(404, "not_found");
    elsewhere.api.get(&format!("{}/picks?quantity=1", path(&shop))).await.refused(404, "not_found");
    shop.manager.api.get(&format!("{}/picks?quantity=0", path(&shop))).await.refused(400, "invalid_request");
    let unknown = format!("/v1/stores/{}/stock/{}/lots", shop.id(), ProductId::new());
    shop.manager.api.get(&unknown).await.refused(404, "not_found");
    assert_eq!(lots(&shop).await["lots"][0]["version"], 1);
}
