//! What was sold out is there again, and whoever waited for it is told once.

use serde_json::{Value, json};
use sipstr_domain::ProductId;
use sipstr_domain::account::Role;
use sipstr_testkit::{Person, ShopSpec, World};

async fn waits(person: &Person) -> Vec<Value> {
    let page = person.api.get("/v1/me/watches").await.expect(200);
    page["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn who_waited_for_a_product_is_told_once_when_it_is_there_again() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![0, 3], ..ShopSpec::default() }).await;
    let (ale, wine) = (shop.products[0].as_str(), shop.products[1].as_str());
    let (ada, bea) = (world.register("Ada", "1990-05-17").await, world.register("Bea", "1988-02-01").await);
    let path = format!("/v1/me/watches/{}/{ale}", shop.id());
    for person in [&ada, &bea] {
        person.api.put(&path, json!(null)).await.expect(204);
        person.api.put(&path, json!(null)).await.expect(204);
        assert_eq!(waits(person).await.len(), 1, "waiting twice is waiting");
    }
    // Bea thinks better of it, twice.
    bea.api.delete(&path).await.expect(204);
    bea.api.delete(&path).await.expect(204);
    assert!(waits(&bea).await.is_empty());

    let in_stock = format!("/v1/me/watches/{}/{wine}", shop.id());
    ada.api.put(&in_stock, json!(null)).await.refused(409, "in_stock");
    let unknown = format!("/v1/me/watches/{}/{}", shop.id(), ProductId::new());
    ada.api.put(&unknown, json!(null)).await.refused(404, "not_found");
    assert_eq!(waits(&ada).await.len(), 1);

    let came = json!({"productId": ale, "change": 6, "reason": "received"});
    let adjustments = format!("/v1/stores/{}/stock/adjustments", shop.id());
    shop.manager.api.post_keyed(&adjustments, "delivery", came).await.expect(201);
    let told = world
        .eventually("Ada is told", || async {
            let inbox = ada.api.get("/v1/notifications").await.expect(200);
            let notice = inbox["items"].as_array()?.iter().find(|notice| notice["kind"] == "back_in_stock")?;
            Some(notice.clone())
        })
        .await;
    assert!(told["title"].as_str().unwrap().ends_with("is there again"), "{told}");
    world.mail_with(&ada.email, "is there again").await;
    assert!(waits(&ada).await[0]["answeredAt"].is_string());

    // It goes and comes once more: who was told waits no more.
    let change = |change: i32, reason: &str| json!({"productId": ale, "change": change, "reason": reason});
    shop.manager.api.post_keyed(&adjustments, "gone", change(-6, "damaged")).await.expect(201);
    shop.manager.api.post_keyed(&adjustments, "again", change(6, "received")).await.expect(201);
    for person in [&ada, &bea] {
        assert!(waits(person).await.iter().all(|watch| watch["answeredAt"].is_string()));
    }
    let inbox = bea.api.get("/v1/notifications").await.expect(200);
    assert!(inbox["items"].as_array().unwrap().iter().all(|notice| notice["kind"] != "back_in_stock"));

    // Sold out once more, Ada may wait anew.
    shop.manager.api.post_keyed(&adjustments, "gone-again", change(-6, "damaged")).await.expect(201);
    ada.api.put(&path, json!(null)).await.expect(204);
    assert!(waits(&ada).await[0]["answeredAt"].is_null());
}

#[tokio::test]
async fn nobody_waits_for_more_than_a_hundred_products() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![0], ..ShopSpec::default() }).await;
    let ada = world.person("Ada Lovelace", &[Role::Customer], vec![]).await;
    for _ in 0..100 {
        world.let_wait(&ada, shop.id(), &ProductId::new()).await;
    }
    let path = format!("/v1/me/watches/{}/{}", shop.id(), shop.products[0]);
    ada.api.put(&path, json!(null)).await.refused(409, "too_many_watches");
}
