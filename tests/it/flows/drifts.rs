//! Books that the audit does not find closed, and an admin who confirms how they are mended.

use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Method;
use serde_json::{Value, json};
use sipstr_domain::account::Role;
use sipstr_testkit::{Person, Shop, ShopSpec, World};

/// Bottles that come into the first bucket, or go out of it, without a trace: what no code of ours does.
async fn lose(world: &World, shop: &Shop, product: usize, change: i64) {
    let key = AttributeValue::S(format!("B#{}#{}#0", shop.id(), shop.products[product]));
    let update = world.db.update_item().table_name(world.table("inventory")).key("pk", key);
    let update = update.key("sk", AttributeValue::S("BUCKET".to_owned())).update_expression("ADD available :c");
    update.expression_attribute_values(":c", AttributeValue::N(change.to_string())).send().await.expect("a bucket");
}

/// What the admin reads of a shop.
async fn found(admin: &Person, shop: &Shop) -> Vec<Value> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = admin.api.get(&format!("/v1/admin/stock/drifts?limit=100{cursor}")).await.expect(200);
        let items = page["items"].as_array().unwrap().iter();
        found.extend(items.filter(|item| item["storeId"] == shop.id().as_str()).cloned());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

async fn repair(admin: &Person, drift: &Value, version: Option<u64>, note: &str) -> sipstr_testkit::Answer {
    let part = |name: &str| drift[name].as_str().unwrap().to_owned();
    let path = format!("/v1/admin/stock/drifts/{}/{}/repair", part("storeId"), part("productId"));
    let version = version.map(|version| format!("\"{version}\""));
    let headers: Vec<(&str, &str)> = version.iter().map(|version| ("if-match", version.as_str())).collect();
    admin.api.send(Method::POST, &path, Some(json!({"note": note})), &headers).await
}

#[tokio::test]
async fn what_the_audit_finds_is_mended_by_hand_and_the_next_audit_is_silent() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![10, 8], ..ShopSpec::default() }).await;
    let admin = world.person("Ava Admin", &[Role::Admin], Vec::new()).await;
    lose(&world, &shop, 0, -2).await;
    lose(&world, &shop, 1, 3).await;
    world.drift_of(&shop).await;
    let drifts = found(&admin, &shop).await;
    assert_eq!(drifts.len(), 2, "{drifts:?}");
    for drift in &drifts {
        let missing = drift["productId"] == shop.products[0].as_str();
        let proposal = if missing {
            json!({"kind": "write_off", "units": 2})
        } else {
            json!({"kind": "take_off_sale", "units": 3})
        };
        assert_eq!(drift["proposal"], proposal);
        // Another test's audit may see it once more between reading and confirming: then it is read again.
        let entry = world.eventually("it is repaired", || async {
            let drift = found(&admin, &shop).await.into_iter().find(|it| it["productId"] == drift["productId"])?;
            let version = drift["version"].as_u64();
            let answer = repair(&admin, &drift, version, "searched the cellar").await;
            (answer.status != 412).then(|| (answer.expect(201), drift, version))
        });
        let (entry, drift, version) = entry.await;
        assert_eq!((&entry["reason"], &entry["actor"]), (&json!("repaired"), &json!(admin.id)));
        assert_eq!(repair(&admin, &drift, version, "searched the cellar").await.expect(201), entry, "once");
    }
    assert_eq!((world.free(&shop, 0).await, world.free(&shop, 1).await), (8, 8));
    assert_eq!(world.drift_of(&shop).await, Vec::<Value>::new());
    world
        .eventually("an audit that finds nothing takes it off the list", || async {
            world.drift_of(&shop).await;
            found(&admin, &shop).await.is_empty().then_some(())
        })
        .await;
    let ledger = format!("/v1/stores/{}/stock/{}/movements", shop.id(), shop.products[0]);
    let ledger = shop.manager.api.get(&ledger).await.expect(200);
    assert_eq!(
        (&ledger["items"][0]["change"], &ledger["items"][0]["note"]),
        (&json!(-2), &json!("searched the cellar"))
    );
}

#[tokio::test]
async fn nothing_is_mended_unread_unsaid_or_by_others() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![10], ..ShopSpec::default() }).await;
    let admin = world.person("Ava Admin", &[Role::Admin], Vec::new()).await;
    let nothing = json!({"storeId": shop.id(), "productId": shop.products[0]});
    repair(&admin, &nothing, Some(1), "why").await.refused(404, "not_found");
    lose(&world, &shop, 0, -1).await;
    world.drift_of(&shop).await;
    let drift = found(&admin, &shop).await.remove(0);
    repair(&admin, &drift, None, "why").await.refused(428, "version_missing");
    repair(&admin, &drift, Some(99), "why").await.refused(412, "stale");
    for silent in ["", "  ", "two\nlines"] {
        repair(&admin, &drift, Some(1), silent).await.refused(400, "invalid_request");
    }
    repair(&shop.manager, &drift, Some(1), "why").await.refused(403, "forbidden");
    shop.manager.api.get("/v1/admin/stock/drifts").await.refused(403, "forbidden");
    assert_eq!(world.free(&shop, 0).await, 9);
    assert_eq!(world.drift_of(&shop).await[0]["units"], 1);
}
