//! Goods between two stores of one house: sent by the one, taken in by the other, never in between.

use reqwest::Method;
use serde_json::{Value, json};
use sipstr_domain::TransferId;
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_testkit::{Person, Shop, ShopSpec, World};

/// Two shops that offer the same beer, the first with ten of it, and somebody who manages both.
pub struct House {
    pub world: World,
    pub from: Shop,
    pub to: Shop,
    pub owner: Person,
}

impl House {
    pub async fn new() -> Self {
        let world = World::new().await;
        let from = world.open_shop(ShopSpec { stock: vec![10, 3], ..ShopSpec::default() }).await;
        let to = world.open_shop(ShopSpec { stock: vec![1], ..ShopSpec::default() }).await;
        let of = |shop: &Shop| Membership { store_id: shop.id().clone(), role: StoreRole::Owner };
        let owner = world.person("Olga Owner", &[Role::StoreStaff], vec![of(&from), of(&to)]).await;
        let listing = world.catalog().get_now(from.id(), &from.products[0]).await.unwrap().unwrap();
        let there = sipstr_domain::catalog::Listing { store_id: to.id().clone(), ..listing };
        world.catalog().put_many(&[there]).await.unwrap();
        Self { world, from, to, owner }
    }

    fn path(&self, shop: &Shop, rest: &str) -> String {
        format!("/v1/stores/{}/transfers{rest}", shop.id())
    }

    fn wanted(&self, quantity: u32) -> Value {
        json!({"to": self.to.id(), "lines": [{"productId": self.from.products[0], "quantity": quantity}], "note": "van 2"})
    }

    async fn send(&self, key: &str, quantity: u32) -> Value {
        self.owner.api.post_keyed(&self.path(&self.from, ""), key, self.wanted(quantity)).await.expect(201)
    }

    /// The receiving store's figures of the beer.
    async fn there(&self) -> Value {
        let page = self.owner.api.get(&format!("/v1/stores/{}/stock?limit=100", self.to.id())).await.expect(200);
        let items = page["items"].as_array().unwrap();
        items.iter().find(|item| item["productId"] == self.from.products[0].as_str()).cloned().unwrap()
    }
}

#[tokio::test]
async fn goods_are_sent_taken_in_and_sold_and_both_books_close() {
    let house = House::new().await;
    let (world, owner) = (&house.world, &house.owner.api);
    let sent = house.send("van", 6).await;
    assert_eq!(house.send("van", 6).await, sent, "sent once");
    owner.post_keyed(&house.path(&house.from, ""), "van", house.wanted(7)).await.refused(422, "idempotency_key_reused");
    assert_eq!(world.free(&house.from, 0).await, 4);
    let there = house.there().await;
    assert_eq!((&there["incoming"], &there["onHand"], &there["available"]), (&json!(6), &json!(0), &json!(0)));
    assert_eq!(world.drift_of(&house.from).await, Vec::<Value>::new());
    assert_eq!(world.drift_of(&house.to).await, Vec::<Value>::new());

    let id = sent["id"].as_str().unwrap();
    let listed = owner.get(&house.path(&house.to, "?way=in")).await.expect(200);
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["state"]), (&json!(id), &json!("dispatched")));
    assert_eq!(owner.get(&house.path(&house.to, "?way=out")).await.expect(200)["items"], json!([]));
    let receipt = house.path(&house.to, &format!("/{id}/receipt"));
    let ale = &house.from.products[0];
    let came = json!({"lines": [{"productId": ale, "received": 4, "damaged": 1}]});
    let taken = owner.post_keyed(&receipt, "dock", came.clone()).await.expect(200);
    assert_eq!(taken["lines"][0]["arrival"], json!({"received": 4, "lost": 1, "damaged": 1}));
    assert_eq!(owner.post_keyed(&receipt, "dock", came.clone()).await.expect(200), taken, "taken in once");
    let other = json!({"lines": [{"productId": ale, "received": 6}]});
    owner.post_keyed(&receipt, "dock", other.clone()).await.refused(422, "idempotency_key_reused");
    owner.post_keyed(&receipt, "dock-2", other).await.refused(409, "transfer_over");
    let back = house.path(&house.from, &format!("/{id}/cancellation"));
    owner.post_keyed(&back, "back", json!({})).await.refused(409, "transfer_over");
    let there = house.there().await;
    assert_eq!((&there["incoming"], &there["onHand"]), (&json!(0), &json!(4)));

    let (ada, home) = world.customer_at(house.to.store.location).await;
    let shelf = Shop { products: vec![ale.clone()], ..house.to };
    world.order(&ada, &shelf, &home, &[(0, 4)]).await;
    assert_eq!(world.drift_of(&house.from).await, Vec::<Value>::new());
    assert_eq!(world.drift_of(&shelf).await, Vec::<Value>::new());
}

#[tokio::test]
async fn what_was_not_taken_in_comes_back() {
    let house = House::new().await;
    let sent = house.send("van", 10).await;
    assert_eq!(house.world.free(&house.from, 0).await, 0);
    let back = house.path(&house.from, &format!("/{}/cancellation", sent["id"].as_str().unwrap()));
    let cancelled = house.owner.api.post_keyed(&back, "back", json!({})).await.expect(200);
    assert_eq!((&cancelled["state"], &cancelled["closedBy"]), (&json!("cancelled"), &json!(house.owner.id)));
    assert_eq!(house.owner.api.post_keyed(&back, "back", json!({})).await.expect(200), cancelled);
    assert_eq!(house.world.free(&house.from, 0).await, 10);
    assert_eq!(house.there().await["incoming"], 0);
    let movements = format!("/v1/stores/{}/stock/{}/movements", house.from.id(), house.from.products[0]);
    let ledger = house.owner.api.get(&movements).await.expect(200);
    let told: Vec<_> =
        ledger["items"].as_array().unwrap().iter().map(|entry| (&entry["change"], &entry["reason"])).collect();
    assert_eq!(told, [(&json!(10), &json!("transferred_back")), (&json!(-10), &json!("transferred_out"))]);
}

#[tokio::test]
async fn what_is_no_transfer_and_who_may_not_send_moves_nothing() {
    let house = House::new().await;
    let (owner, send) = (&house.owner.api, house.path(&house.from, ""));
    let ale = house.from.products[0].as_str();
    let line = |quantity: Value| json!({"to": house.to.id(), "lines": [{"productId": ale, "quantity": quantity}]});
    for wrong in [
        line(json!(0)),
        line(json!(-1)),
        line(json!(1.5)),
        line(json!(10_001)),
        json!({"to": house.to.id(), "lines": []}),
        json!({"to": house.to.id(), "lines": [{"productId": ale, "quantity": 1}, {"productId": ale, "quantity": 1}]}),
        json!({"to": house.from.id(), "lines": [{"productId": ale, "quantity": 1}]}),
    ] {
        assert_eq!(owner.post_keyed(&send, "wrong", wrong.clone()).await.status, 400, "{wrong}");
    }
    owner.post_keyed(&send, "many", line(json!(11))).await.refused(409, "not_enough_stock");
    let gin = json!({"to": house.to.id(), "lines": [{"productId": house.from.products[1], "quantity": 1}]});
    owner.post_keyed(&send, "gin", gin).await.refused(409, "not_offered");
    owner.post(&send, house.wanted(1)).await.refused(400, "idempotency_key_missing");
    // Another house's store, a stranger, and a picker.
    house.from.manager.api.post_keyed(&send, "push", house.wanted(1)).await.refused(404, "not_found");
    house.to.manager.api.post_keyed(&send, "pull", house.wanted(1)).await.refused(404, "not_found");
    let picks = |shop: &Shop| Membership { store_id: shop.id().clone(), role: StoreRole::Picker };
    let stores = vec![picks(&house.from), picks(&house.to)];
    let picker = house.world.person("Pia Picker", &[Role::StoreStaff], stores).await;
    picker.api.post_keyed(&send, "picker", house.wanted(1)).await.refused(403, "forbidden");
    assert_eq!(house.world.free(&house.from, 0).await, 10);

    let sent = house.send("van", 2).await;
    let id = sent["id"].as_str().unwrap();
    let receipt = house.path(&house.to, &format!("/{id}/receipt"));
    for wrong in [
        json!({"lines": []}),
        json!({"lines": [{"productId": ale, "received": 3}]}),
        json!({"lines": [{"productId": ale, "received": 2, "damaged": 1}]}),
        json!({"lines": [{"productId": house.from.products[1], "received": 2}]}),
        json!({"lines": [{"productId": ale, "received": 4_294_967_295_u32, "damaged": 4_294_967_295_u32}]}),
    ] {
        assert_eq!(owner.post_keyed(&receipt, "wrong", wrong.clone()).await.status, 400, "{wrong}");
    }
    let came = json!({"lines": [{"productId": ale, "received": 2}]});
    let sender = house.path(&house.from, &format!("/{id}/receipt"));
    owner.post_keyed(&sender, "sender", came.clone()).await.refused(404, "not_found");
    let receiver = house.path(&house.to, &format!("/{id}/cancellation"));
    owner.post_keyed(&receiver, "receiver", json!({})).await.refused(404, "not_found");
    picker.api.post_keyed(&receipt, "picker", came).await.refused(403, "forbidden");
    picker.api.get(&house.path(&house.to, &format!("/{id}"))).await.expect(200);
    let stranger = house.world.open_shop(ShopSpec::default()).await;
    let elsewhere = house.path(&stranger, &format!("/{id}"));
    stranger.manager.api.get(&elsewhere).await.refused(404, "not_found");
    owner.get(&house.path(&house.to, &format!("/{}", TransferId::new()))).await.refused(404, "not_found");
    owner.send(Method::GET, &house.path(&house.to, "?way=up"), None, &[]).await.refused(400, "invalid_request");
}
