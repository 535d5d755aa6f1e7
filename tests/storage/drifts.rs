//! Books that do not close: kept, mended once, forgotten when they close.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::SignedDuration;
use sipstr_domain::stock::Drift;
use sipstr_domain::{ProductId, StoreId, UserId};
use sipstr_storage::inventory::Repaired;

use crate::ground::{Ground, at_once, now};

/// Bottles that come into the first bucket, or go out of it, without a trace.
async fn lose(ground: &Ground, store: &StoreId, product: &ProductId, change: i64) {
    let key = AttributeValue::S(format!("B#{store}#{product}#0"));
    let update = ground.db.update_item().table_name(ground.table("inventory")).key("pk", key);
    let update = update.key("sk", AttributeValue::S("BUCKET".to_owned())).update_expression("ADD available :c");
    update.expression_attribute_values(":c", AttributeValue::N(change.to_string())).send().await.unwrap();
}

/// Received less written off less what is free: no order and nothing held back here.
async fn drift(ground: &Ground, store: &StoreId, product: &ProductId) -> i64 {
    let level = ground.inventory().level(store, product).await.unwrap().unwrap();
    level.owned() - ground.free(store, product, 1).await.into_iter().map(i64::from).sum::<i64>()
}

#[tokio::test]
async fn a_drift_is_mended_once_in_either_direction() {
    let ground = Ground::new().await;
    let (store, admin) = (StoreId::new(), UserId::new());
    for (change, entry, left) in [(-3, -3, 7), (3, 0, 10)] {
        let ale = ground.stock(&store, 10, 1).await;
        let place = (&store, &ale);
        lose(&ground, &store, &ale, change).await;
        let found =
            Drift { store_id: store.clone(), product_id: ale.clone(), units: drift(&ground, &store, &ale).await };
        assert_eq!(found.units, -change);
        let inventory = ground.inventory();
        assert_eq!(inventory.repair(place, 1, (&admin, "why"), now()).await.unwrap(), Repaired::Unknown);
        inventory.note_drift(&found, now(), now()).await.unwrap();
        inventory.note_drift(&found, now(), now()).await.unwrap();
        assert_eq!(inventory.repair(place, 1, (&admin, "why"), now()).await.unwrap(), Repaired::Stale);

        let repaired =
            at_once(8, |_| async { inventory.repair(place, 2, (&admin, "counted"), now()).await.unwrap() }).await;
        for one in repaired {
            let Repaired::Done(made) = one else { panic!("{one:?}") };
            assert_eq!((made.change, &made.actor), (entry, &admin));
        }
        assert_eq!(drift(&ground, &store, &ale).await, 0);
        assert_eq!(ground.free(&store, &ale, 1).await, [left], "nothing came on sale that was not");
        assert_eq!(inventory.repair(place, 3, (&admin, "more"), now()).await.unwrap(), Repaired::Stale);
    }
}

#[tokio::test]
async fn what_orders_hold_is_not_taken_off_sale() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 4, 1).await;
    lose(&ground, &store, &ale, 2).await;
    ground.placing().place(ground.wish(&store, &[(&ale, 5)]).await).await.unwrap();
    let inventory = ground.inventory();
    let found = Drift { store_id: store.clone(), product_id: ale.clone(), units: -2 };
    inventory.note_drift(&found, now(), now()).await.unwrap();
    let by = (&UserId::new(), "why");
    assert_eq!(inventory.repair((&store, &ale), 1, by, now()).await.unwrap(), Repaired::NotEnough { left: 1 });
    let absurd = Drift { units: i64::MIN, ..found };
    inventory.note_drift(&absurd, now(), now()).await.unwrap();
    assert_eq!(inventory.repair((&store, &ale), 2, by, now()).await.unwrap(), Repaired::TooFar);
    assert_eq!(ground.free(&store, &ale, 1).await, [1]);
}

#[tokio::test]
async fn an_audit_that_began_before_a_repair_does_not_bring_it_back() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 5, 1).await;
    lose(&ground, &store, &ale, -1).await;
    let inventory = ground.inventory();
    let found = Drift { store_id: store.clone(), product_id: ale.clone(), units: 1 };
    let then = now() - SignedDuration::from_mins(5);
    inventory.note_drift(&found, then, then).await.unwrap();
    inventory.repair((&store, &ale), 1, (&UserId::new(), "why"), now()).await.unwrap();
    inventory.note_drift(&found, then, now()).await.unwrap();
    let listed = inventory.drifts(10, None).await.unwrap().items;
    assert!(listed[0].repaired_at.is_some(), "{listed:?}");
    let before = sipstr_domain::stock::Finding { version: 1, ..listed[0].clone() };
    inventory.close_drift(&before).await.unwrap();
    assert_eq!(inventory.drifts(10, None).await.unwrap().items.len(), 1, "it was read before the repair");

    let later = now() + SignedDuration::from_mins(5);
    inventory.note_drift(&found, later, later).await.unwrap();
    let again = inventory.drifts(10, None).await.unwrap().items;
    assert_eq!((again[0].repaired_at, again[0].first_seen), (None, then), "an audit that began after it says so");
    inventory.close_drift(&again[0]).await.unwrap();
    assert_eq!(inventory.drifts(10, None).await.unwrap().items, []);
}
