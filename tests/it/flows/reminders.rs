//! Carts that were left: who allowed it is reminded, once, and nobody else.

use jiff::SignedDuration;
use serde_json::{Value, json};
use sipstr_testkit::{Person, Shop, ShopSpec, World};

use super::carts::{choose, put};

const WORDS: &str = "is still in your cart";
const LONG: SignedDuration = SignedDuration::from_hours(5);

async fn with_a_cart(world: &World, shop: &Shop, allows: bool) -> Person {
    let (person, _) = world.customer_at(shop.store.location).await;
    person.api.put("/v1/me/preferences", json!({"marketing": {"email": allows}})).await.expect(200);
    choose(&person, shop).await;
    put(&person, shop, 0, 1).await;
    world.let_the_cart_lie(&person, shop.id(), LONG).await;
    person
}

async fn reminders(world: &World, person: &Person) -> usize {
    let mails = world.mails_to(&person.email).await;
    let says = |mail: &&Value| mail["BodyText"].as_str().unwrap_or_default().contains(WORDS);
    mails.iter().filter(says).count()
}

#[tokio::test]
async fn who_left_a_full_cart_and_allowed_it_is_reminded_once_and_stops_it_with_one_click() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let ada = with_a_cart(&world, &shop, true).await;
    let silent = with_a_cart(&world, &shop, false).await;
    world.sweep_carts().await;
    world.sweep_carts().await;
    let mail = world.mail_with(&ada.email, WORDS).await;
    let text = mail["BodyText"].as_str().unwrap();
    assert!(text.contains(&shop.store.name) && !text.contains("Ale"), "it names the store and no product");
    assert_eq!(reminders(&world, &ada).await, 1);
    let marked = world.carts().of_store(&silent.id, shop.id()).await.unwrap();
    assert!(marked.reminded.is_some(), "hers was abandoned too");
    assert_eq!(reminders(&world, &silent).await, 0, "and she said nothing of mails");
    assert!(world.logged_with(shop.products[0].as_str()).await.is_empty(), "no log names a product");

    // The quote of a cart that somebody was reminded of is still good: nothing of it changed.
    assert_eq!(ada.api.get("/v1/cart").await.expect(200)["version"], marked.version);

    let link = text.split_whitespace().find(|word| word.contains("/v1/unsubscribe/")).expect("a link");
    let path = &link[world.stack.api.len()..];
    world.api.get(&path.replace("/unsubscribe/", "/unsubscribe/A")).await.refused(404, "not_found");
    assert_eq!(world.api.get(path).await.status, 200);
    let allowed = async || ada.api.get("/v1/me/preferences").await.expect(200)["marketing"]["email"].clone();
    assert_eq!(allowed().await, true, "looking changes nothing");
    for _ in 0..2 {
        assert_eq!(world.api.post(path, json!({})).await.status, 200);
    }
    assert_eq!(allowed().await, false);
    let consents = ada.api.get("/v1/me/consents").await.expect(200);
    assert_eq!(
        (&consents["items"][0]["wording"], consents["items"].as_array().map(Vec::len)),
        (&json!("unsubscribe-link"), Some(2))
    );
}

#[tokio::test]
async fn a_cart_that_is_touched_emptied_or_ordered_is_not_abandoned() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let touched = with_a_cart(&world, &shop, true).await;
    put(&touched, &shop, 0, 2).await;
    let emptied = with_a_cart(&world, &shop, true).await;
    emptied.api.delete(&format!("/v1/carts/{}", shop.id())).await.expect(204);
    let (buyer, home) = world.customer_at(shop.store.location).await;
    buyer.api.put("/v1/me/preferences", json!({"marketing": {"email": true}})).await.expect(200);
    world.order(&buyer, &shop, &home, &[(0, 1)]).await;
    world.let_the_cart_lie(&buyer, shop.id(), LONG).await;
    // Somebody who really left theirs, so that there is something to wait for.
    let left = with_a_cart(&world, &shop, true).await;
    world.sweep_carts().await;
    world.mail_with(&left.email, WORDS).await;
    for person in [&touched, &emptied, &buyer] {
        let cart = world.carts().of_store(&person.id, shop.id()).await.unwrap();
        assert_eq!(cart.reminded, None);
        assert_eq!(reminders(&world, person).await, 0);
    }
    let watched = async |person: &Person| world.carts().of_store(&person.id, shop.id()).await.unwrap().idle_since;
    assert!(watched(&touched).await.is_some(), "it is looked at again");
    assert_eq!((watched(&emptied).await, watched(&buyer).await), (None, None), "nobody looks at an empty cart again");
}

#[tokio::test]
async fn who_ordered_between_the_sweep_and_the_mail_gets_none() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    ada.api.put("/v1/me/preferences", json!({"marketing": {"email": true}})).await.expect(200);
    let quote = world.quote(&ada, &shop, &home, &[(0, 1)]).await;
    let cart = world.carts().of_store(&ada.id, shop.id()).await.unwrap();
    world.place(&ada, &quote).await.expect(201);
    // The event comes late: of a version that is not the cart's any more.
    let event = json!({
        "id": sipstr_domain::EventId::new(), "type": "cart.abandoned", "version": 1, "time": "2026-11-23T22:57:00Z",
        "subject": format!("{}/{}", ada.id, shop.id()), "correlationId": "late",
        "data": {"customerId": ada.id, "storeId": shop.id(), "cartVersion": cart.version},
    });
    let record = json!({"messageId": "late", "body": event.to_string(), "eventSource": "aws:sqs"});
    let answer = world.invoke("notifications-on-event", &json!({"Records": [record]})).await;
    assert_eq!(answer["batchItemFailures"], json!([]));
    assert_eq!(reminders(&world, &ada).await, 0);
}
