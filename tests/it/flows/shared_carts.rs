//! A cart that is passed on by a link.

use serde_json::{Value, json};
use sipstr_domain::ShareId;
use sipstr_testkit::{Person, ShopSpec, World};

use super::carts::{choose, items, put};

async fn share(person: &Person, key: &str) -> Value {
    person.api.post_keyed("/v1/cart/shares", key, json!({})).await.expect(201)
}

#[tokio::test]
async fn a_link_shows_the_goods_and_nothing_of_whose_they_are() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, _) = world.customer_at(shop.store.location).await;
    ada.api.post_keyed("/v1/cart/shares", "k", json!({})).await.refused(409, "no_store_chosen");
    choose(&ada, &shop).await;
    ada.api.post_keyed("/v1/cart/shares", "k", json!({})).await.refused(409, "cart_empty");
    ada.api.post("/v1/cart/shares", json!({})).await.refused(400, "idempotency_key_missing");
    put(&ada, &shop, 0, 2).await;
    put(&ada, &shop, 1, 1).await;
    let link = share(&ada, "k").await;
    assert_eq!(share(&ada, "k").await, link, "the same request is the same link");

    let path = format!("/v1/shared-carts/{}", link["token"].as_str().unwrap());
    let answer = world.api.get(&path).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let shown = answer.expect(200);
    assert_eq!(items(&shown).len(), 2);
    assert_eq!(shown["items"][0]["availability"], "available");
    assert!(!shown.to_string().contains(ada.id.as_str()) && shown.get("customerId").is_none());
    // What she changes afterwards is not shown.
    put(&ada, &shop, 0, 9).await;
    assert_eq!(items(&world.api.get(&path).await.expect(200))[0].1, 2);

    let (bea, _) = world.customer_at(shop.store.location).await;
    assert_eq!(
        world.api.post(&format!("{path}/copy"), json!({})).await.status,
        401,
        "a copy is for a cart of one's own"
    );
    for _ in 0..2 {
        let copied = bea.api.post(&format!("{path}/copy"), json!({})).await.expect(200);
        assert_eq!((items(&copied["cart"])[0].1, &copied["leftOut"]), (2, &json!([])));
    }

    // Only she ends it, and then it is over.
    let mine = format!("/v1/cart/shares/{}", link["id"].as_str().unwrap());
    bea.api.delete(&mine).await.refused(404, "not_found");
    assert_eq!(bea.api.get("/v1/cart/shares").await.expect(200)["items"], json!([]));
    assert_eq!(ada.api.get("/v1/cart/shares").await.expect(200)["items"][0], link);
    ada.api.delete(&mine).await.expect(204);
    ada.api.delete(&mine).await.refused(404, "not_found");
    ada.api.delete(&format!("/v1/cart/shares/{}", ShareId::new())).await.refused(404, "not_found");
    assert_eq!(ada.api.get("/v1/cart/shares").await.expect(200)["items"], json!([]));
    ada.api.post_keyed("/v1/cart/shares", "k", json!({})).await.refused(409, "share_revoked");
    world.api.get(&path).await.refused(404, "not_found");
    bea.api.post(&format!("{path}/copy"), json!({})).await.refused(404, "not_found");
    world.api.get("/v1/shared-carts/guessed").await.refused(404, "not_found");
}

#[tokio::test]
async fn twenty_links_are_enough() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, _) = world.customer_at(shop.store.location).await;
    choose(&ada, &shop).await;
    put(&ada, &shop, 0, 1).await;
    for number in 0..20 {
        share(&ada, &format!("link-{number}")).await;
    }
    ada.api.post_keyed("/v1/cart/shares", "one-more", json!({})).await.refused(409, "too_many_shares");
    share(&ada, "link-7").await;
}
