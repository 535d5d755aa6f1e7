//! A store notes what came, what went and what was counted, and reads it again.

use serde_json::json;
use sipstr_domain::ProductId;
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_testkit::{ShopSpec, World};

#[tokio::test]
async fn the_ledger_tells_what_came_what_was_counted_and_who_said_so() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![10, 7], ..ShopSpec::default() }).await;
    let (staff, ale) = (&shop.manager.api, shop.products[0].as_str());
    let stock = format!("/v1/stores/{}/stock", shop.id());
    let came = json!({"productId": ale, "change": 12, "reason": "received", "reference": "LS-2026/4711"});
    let adjustments = format!("{stock}/adjustments");
    let entry = staff.post_keyed(&adjustments, "monday", came.clone()).await.expect(201);
    assert_eq!(staff.post_keyed(&adjustments, "monday", came).await.expect(201), entry, "noted once");
    for another in [
        json!({"productId": ale, "change": 13, "reason": "received", "reference": "LS-2026/4711"}),
        json!({"productId": ale, "change": 12, "reason": "received"}),
        json!({"productId": shop.products[1], "change": 12, "reason": "received", "reference": "LS-2026/4711"}),
    ] {
        staff.post_keyed(&adjustments, "monday", another).await.refused(422, "idempotency_key_reused");
    }
    assert_eq!(world.free(&shop, 0).await, 22);

    // Two are held by an order; 20 bottles are found where the books say 22.
    let (ada, home) = world.customer_at(shop.store.location).await;
    world.order(&ada, &shop, &home, &[(0, 2)]).await;
    let count = json!({"productId": ale, "counted": 20, "note": "shelf and cellar", "reference": "take 1"});
    let counts = format!("{stock}/counts");
    let taken = staff.post_keyed(&counts, "take", count.clone()).await.expect(201);
    assert_eq!((&taken["onHand"], &taken["difference"]), (&json!(22), &json!(-2)));
    assert_eq!(staff.post_keyed(&counts, "take", count).await.expect(201), taken, "counted once");
    let another = json!({"productId": ale, "counted": 19});
    staff.post_keyed(&counts, "take", another).await.refused(422, "idempotency_key_reused");
    let elsewhere =
        json!({"productId": shop.products[1], "counted": 20, "note": "shelf and cellar", "reference": "take 1"});
    staff.post_keyed(&counts, "take", elsewhere).await.refused(422, "idempotency_key_reused");
    assert_eq!((world.free(&shop, 0).await, world.free(&shop, 1).await), (18, 7));

    let list = format!("{stock}/{ale}/movements");
    let page = staff.get(&format!("{list}?limit=1")).await.expect(200);
    let newest = &page["items"][0];
    assert_eq!((&newest["change"], &newest["reason"], &newest["counted"]), (&json!(-2), &json!("counted"), &json!(20)));
    assert_eq!((&newest["reference"], &newest["actor"]), (&json!("take 1"), &json!(shop.manager.id)));
    let next = page["nextCursor"].as_str().unwrap();
    let page = staff.get(&format!("{list}?limit=1&cursor={next}")).await.expect(200);
    assert_eq!(page["items"][0]["reference"], "LS-2026/4711");
    assert_eq!(page["items"][0]["change"], 12);
}

#[tokio::test]
async fn what_is_no_count_and_who_may_not_count_changes_nothing() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![10], ..ShopSpec::default() }).await;
    let (staff, ale) = (&shop.manager.api, shop.products[0].as_str());
    let stock = format!("/v1/stores/{}/stock", shop.id());
    let counts = format!("{stock}/counts");
    for wrong in [
        json!({"productId": ale, "counted": -1}),
        json!({"productId": ale, "counted": 100_001}),
        json!({"productId": ale, "counted": 3, "reference": "x".repeat(65)}),
        json!({"productId": ale, "counted": 3, "reference": "two\nlines"}),
        json!({"productId": ale, "counted": 3, "change": 1}),
    ] {
        assert_eq!(staff.post_keyed(&counts, "wrong", wrong.clone()).await.status, 400, "{wrong}");
    }
    let long = json!({"productId": ale, "change": 1, "reason": "received", "reference": "x".repeat(65)});
    assert_eq!(staff.post_keyed(&format!("{stock}/adjustments"), "long", long).await.status, 400);
    let good = json!({"productId": ale, "counted": 3});
    staff.post(&counts, good.clone()).await.refused(400, "idempotency_key_missing");
    let unknown = ProductId::new();
    staff.post_keyed(&counts, "unknown", json!({"productId": unknown, "counted": 3})).await.refused(404, "not_found");
    staff.get(&format!("{stock}/{unknown}/movements")).await.refused(404, "not_found");

    let membership = Membership { store_id: shop.id().clone(), role: StoreRole::Picker };
    let picker = world.person("Pia Picker", &[Role::StoreStaff], vec![membership]).await;
    picker.api.post_keyed(&counts, "picker", good.clone()).await.refused(403, "forbidden");
    picker.api.get(&format!("{stock}/{ale}/movements")).await.expect(200);
    let elsewhere = world.open_shop(ShopSpec::default()).await.manager.api;
    elsewhere.post_keyed(&counts, "stranger", good).await.refused(404, "not_found");
    elsewhere.get(&format!("{stock}/{ale}/movements")).await.refused(404, "not_found");

    let held = world.customer_at(shop.store.location).await;
    world.order(&held.0, &shop, &held.1, &[(0, 9)]).await;
    let fewer = json!({"productId": ale, "counted": 5});
    staff.post_keyed(&counts, "fewer", fewer).await.refused(409, "not_enough_stock");
    let page = staff.get(&format!("{stock}/{ale}/movements")).await.expect(200);
    assert_eq!(page["items"], json!([]));
    assert_eq!(world.free(&shop, 0).await, 1);
}
