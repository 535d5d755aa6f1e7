//! A customer buys a bottle: the main story, from the first look to the door.

use serde_json::{Value, json};
use sipstr_domain::DeliveryId;
use sipstr_testkit::{Person, Shop, ShopSpec, World};

/// Moves a paid order to the courier's hands, as store and courier would.
pub async fn to_the_door(world: &World, shop: &Shop, buyer: &Person, order: &sipstr_domain::OrderId) -> DeliveryId {
    let store_orders = format!("/v1/stores/{}/orders/{order}", shop.id());
    let manager = &shop.manager.api;
    manager.post(&format!("{store_orders}/accept"), json!({"preparationMinutes": 10})).await.expect(200);
    manager.post(&format!("{store_orders}/ready"), json!({})).await.expect(200);
    let delivery = DeliveryId::of_order(order);
    let path = format!("/v1/deliveries/{delivery}");
    let courier = &shop.couriers[0].api;
    world
        .eventually("the nearest courier is assigned", || async {
            let seen = courier.get(&path).await;
            (seen.status == 200 && seen.body["state"] == "assigned").then_some(())
        })
        .await;
    courier.post(&format!("{path}/pick-up"), json!({})).await.expect(200);
    world.order_becomes(buyer, order, "out_for_delivery").await;
    delivery
}

#[tokio::test]
async fn a_customer_buys_a_bottle() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let place = shop.store.location;

    // A visitor looks around, without an account.
    let near = world.api.get(&format!("/v1/stores?near={},{}", place.lat, place.lng)).await.expect(200);
    assert_eq!(near["items"][0]["id"], shop.id().as_str());
    let first = world.api.get(&format!("/v1/products?storeId={}&sort=price&limit=2", shop.id())).await.expect(200);
    assert_eq!(first["items"].as_array().map(Vec::len), Some(2));
    let cursor = first["nextCursor"].as_str().expect("there is a third product");
    let second = world
        .api
        .get(&format!("/v1/products?storeId={}&sort=price&limit=2&cursor={cursor}", shop.id()))
        .await
        .expect(200);
    assert_eq!(second["items"].as_array().map(Vec::len), Some(1));
    let ale = &first["items"][0];
    assert_eq!((&ale["price"]["amount"], &ale["volumeMl"]), (&json!(1_299), &json!(355)));
    assert_eq!((&ale["availability"]["available"], &ale["abvBasisPoints"]), (&json!(24), &json!(520)));
    let found = world.api.get(&format!("/v1/products?storeId={}&q=amb", shop.id())).await.expect(200);
    assert_eq!(found["items"][0]["id"], ale["id"]);

    // She registers, proves her address with the code that was mailed, signs in, and says where she lives.
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let home = world.add_address(&ada, place).await;

    // The quote explains itself.
    let quote = world.quote(&ada, &shop, &home, &[(0, 2), (1, 1)]).await;
    assert_eq!(quote["obstacles"], json!([]));
    let rows = quote["charges"].as_array().expect("a bill");
    assert_eq!(rows.iter().filter_map(|row| row["amount"].as_i64()).sum::<i64>(), quote["total"].as_i64().unwrap());
    assert!(rows.iter().all(|row| !row["explanation"].as_str().unwrap_or_default().is_empty()));
    let kinds: Vec<&str> = rows.iter().filter_map(|row| row["kind"].as_str()).collect();
    assert_eq!(kinds, ["goods", "deposit", "tax", "delivery_fee", "tip"]);

    // She orders; the same request again is the same order and the same payment.
    let (key, body) = ("the-first-order", json!({"quoteToken": quote["quoteToken"]}));
    let placed = ada.api.post_keyed("/v1/orders", key, body.clone()).await.expect(201);
    let again = ada.api.post_keyed("/v1/orders", key, body).await.expect(201);
    assert_eq!((&placed["order"]["id"], &placed["payment"]), (&again["order"]["id"], &again["payment"]));
    assert_eq!(placed["order"]["state"], "pending_payment");
    assert_eq!(placed["order"]["total"], quote["total"]);
    assert_eq!(world.free(&shop, 0).await, 22);
    assert_eq!(ada.api.get("/v1/cart").await.expect(200)["items"], json!([]));

    // She pays; the signed webhook confirms.
    world.pay(&placed).await;
    let order = placed["order"]["id"].as_str().unwrap().parse().unwrap();
    world.order_becomes(&ada, &order, "confirmed").await;
    world.mail_with(&ada.email, "confirmed").await;

    // The store sees it without her address, picks, and marks it ready; the courier fetches it.
    let seen = shop.manager.api.get(&format!("/v1/stores/{}/orders", shop.id())).await.expect(200);
    assert_eq!(seen["items"][0]["id"], order.as_str());
    assert!(seen["items"][0].get("destination").is_none());
    let delivery = to_the_door(&world, &shop, &ada, &order).await;

    // At the door: ID, match, of age, sober.
    let path = format!("/v1/deliveries/{delivery}/hand-over");
    let checked = json!({"idMethod": "passport", "dateOfBirth": "1990-05-17", "matchesRecipient": true, "sober": true});
    let handed = shop.couriers[0].api.post(&path, checked).await.expect(200);
    assert_eq!(handed["state"], "handed_over");
    assert!(!handed.to_string().contains("1990-05-17"), "the date on the ID is judged and forgotten");
    let delivered = world.order_becomes(&ada, &order, "delivered").await;
    assert_eq!(delivered["payment"]["status"], "paid");
    let states: Vec<&str> =
        delivered["timeline"].as_array().unwrap().iter().filter_map(|step| step["state"].as_str()).collect();
    assert_eq!(states, ["pending_payment", "confirmed", "preparing", "ready", "out_for_delivery", "delivered"]);

    // Everybody was told, and the figures follow.
    let kinds = notices_of(&world, &ada, "delivered").await;
    for kind in ["order_confirmed", "order_preparing", "order_ready", "out_for_delivery", "delivered"] {
        assert!(kinds.iter().any(|seen| seen == kind), "{kind} is missing in {kinds:?}");
    }
    assert!(notices_of(&world, &shop.manager, "store_new_order").await.len() == 1);
    assert!(!notices_of(&world, &shop.couriers[0], "courier_assigned").await.is_empty());
    let figures = world
        .eventually("two sold", || async {
            let figures = world.stock(&shop, 0).await;
            (figures["sold"] == 2).then_some(figures)
        })
        .await;
    assert_eq!((&figures["onHand"], &figures["reserved"], &figures["available"]), (&json!(22), &json!(0), &json!(22)));
}

/// The kinds of notices in a person's inbox, once the wanted one is there.
async fn notices_of(world: &World, person: &Person, wanted: &str) -> Vec<String> {
    world
        .eventually(&format!("the notice {wanted}"), || async {
            let page = person.api.get("/v1/notifications?limit=100").await.expect(200);
            let kinds: Vec<String> = page["items"].as_array().into_iter().flatten().map(kind).collect();
            kinds.iter().any(|kind| kind == wanted).then_some(kinds)
        })
        .await
}

fn kind(notice: &Value) -> String {
    notice["kind"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn who_is_under_age_may_register_but_not_order() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let young = world.register("Yuri Young", "2010-01-31").await;
    let home = world.add_address(&young, shop.store.location).await;
    let quote = world.quote(&young, &shop, &home, &[(0, 1)]).await;
    assert_eq!(quote["obstacles"][0]["code"], "under_age");
    assert_eq!(quote["obstacles"][0]["rule"], "us-ca.age");
    assert!(quote.get("quoteToken").is_none(), "there is nothing to order with");
    assert_eq!(world.free(&shop, 0).await, 24);
}
