//! A product is kept in more buckets or fewer while it sells.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use sipstr_domain::ProductId;
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_domain::stock::heat::HOT;
use sipstr_testkit::{Answer, Person, Shop, ShopSpec, World};

use super::races::{of, orders_of, rush};

async fn put_buckets(person: &Person, shop: &Shop, buckets: Value) -> Answer {
    let path = format!("/v1/stores/{}/stock/{}/buckets", shop.id(), shop.products[0]);
    person.api.put(&path, json!({"buckets": buckets})).await
}

/// Splits and merges until told to stop, and says how often it was done.
async fn juggle(shop: &Shop, stop: &AtomicBool) -> usize {
    let mut done = 0;
    for buckets in [64, 1].into_iter().cycle() {
        if stop.load(Ordering::Relaxed) {
            return done;
        }
        let answer = put_buckets(&shop.manager, shop, json!(buckets)).await;
        // Too many buyers at once is an answer for whoever asks for buckets; buyers never hear it.
        assert!(answer.status == 200 || answer.status == 503, "{}", answer.status);
        done += usize::from(answer.status == 200);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    done
}

#[tokio::test]
async fn two_hundred_buyers_while_the_stock_is_split_and_merged() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![120], ..ShopSpec::default() }).await;
    let stop = AtomicBool::new(false);
    let buying = async {
        let counts = rush(&world, &shop, 200).await;
        stop.store(true, Ordering::Relaxed);
        counts
    };
    let (counts, juggled) = futures::future::join(buying, juggle(&shop, &stop)).await;
    assert!(juggled >= 4, "the number changed {juggled} times");
    assert_eq!((of(&counts, 201, ""), of(&counts, 409, "out_of_stock")), (120, 80), "{counts:?}");
    put_buckets(&shop.manager, &shop, json!(1)).await.expect(200);
    let level = world.inventory().level(shop.id(), &shop.products[0]).await.unwrap().unwrap();
    let held = i64::try_from(orders_of(&shop).await).unwrap();
    assert_eq!(level.received, i64::from(world.free(&shop, 0).await) + held, "the books close");
    assert_eq!(held, 120);
}

#[tokio::test]
async fn a_bottle_comes_back_after_its_bucket_is_gone() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![12], buckets: 12, ..ShopSpec::default() }).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let placed = world.order(&ada, &shop, &home, &[(0, 9)]).await;
    assert_eq!(world.free(&shop, 0).await, 3);
    let answer = put_buckets(&shop.manager, &shop, json!(1)).await.expect(200);
    assert_eq!((&answer["buckets"], &answer["productId"]), (&json!(1), &json!(shop.products[0])));
    put_buckets(&shop.manager, &shop, json!(1)).await.expect(200);

    let order = placed["order"]["id"].as_str().unwrap();
    ada.api.post(&format!("/v1/orders/{order}/cancel"), json!({"reason": "changed my mind"})).await.expect(200);
    assert_eq!(world.free(&shop, 0).await, 12);
    let (bea, home) = world.customer_at(shop.store.location).await;
    world.order(&bea, &shop, &home, &[(0, 12)]).await;
    assert_eq!(world.free(&shop, 0).await, 0);
}

#[tokio::test]
async fn a_product_that_is_fought_over_is_split_by_itself() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![40], ..ShopSpec::default() }).await;
    let (inventory, place) = (world.inventory(), (shop.id(), &shop.products[0]));
    let at = jiff::Timestamp::now();
    let buckets = async || inventory.buckets_of(place.0, place.1, [0]).await.unwrap()[0].of;
    // The emulator lets no two transactions meet, so what orders note when they do is noted here.
    inventory.note_heat(place, (1, HOT - 1), at).await.unwrap();
    inventory.note_heat(place, (1, 2), at).await.unwrap();
    world.eventually("the product is split", || async { (buckets().await == 4).then_some(()) }).await;
    inventory.note_heat(place, (1, HOT), at).await.unwrap();
    inventory.note_heat(place, (4, HOT), at).await.unwrap();
    world.eventually("and split again", || async { (buckets().await == 16).then_some(()) }).await;
    assert_eq!(world.free(&shop, 0).await, 40);
    let (ada, home) = world.customer_at(shop.store.location).await;
    world.order(&ada, &shop, &home, &[(0, 40)]).await;
}

#[tokio::test]
async fn only_who_may_change_stock_says_how_it_is_kept() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let member = |role| Membership { store_id: shop.id().clone(), role };
    let picker = world.person("Pia Picker", &[Role::StoreStaff], vec![member(StoreRole::Picker)]).await;
    put_buckets(&picker, &shop, json!(8)).await.refused(403, "forbidden");
    let elsewhere = world.open_shop(ShopSpec::default()).await;
    put_buckets(&elsewhere.manager, &shop, json!(8)).await.refused(404, "not_found");
    for buckets in [json!(0), json!(65), json!(-1), json!("8"), json!(null)] {
        assert_eq!(put_buckets(&shop.manager, &shop, buckets.clone()).await.status, 400, "{buckets}");
    }
    let path = format!("/v1/stores/{}/stock/{}/buckets", shop.id(), ProductId::new());
    shop.manager.api.put(&path, json!({"buckets": 8})).await.refused(404, "not_found");
    let first = &world.inventory().buckets_of(shop.id(), &shop.products[0], [0]).await.unwrap()[0];
    assert_eq!((first.of, first.revision), (1, 0), "nothing was written");
}
