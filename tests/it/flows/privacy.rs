//! What people are entitled to: a copy of what is known of them, and to be forgotten.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sipstr_domain::EventId;
use sipstr_domain::OrderId;
use sipstr_domain::account::Role;
use sipstr_testkit::{PASSWORD, Person, ShopSpec, World};

use super::carts::{choose, put};
use super::to_the_door;

async fn ask_copy(person: &Person) -> Value {
    person.api.post_keyed("/v1/me/exports", EventId::new().as_str(), json!({})).await.expect(202)
}

async fn when_ready(world: &World, person: &Person, copy: &Value) -> Value {
    let path = format!("/v1/me/exports/{}", copy["id"].as_str().unwrap());
    world
        .eventually("the copy is made", || async {
            let answer = person.api.get(&path).await;
            (answer.status == 200).then_some(answer.body)
        })
        .await
}

async fn fetch(world: &World, url: &Value) -> String {
    let answer = world.client.get(url.as_str().expect("an address")).send().await.expect("the bucket answers");
    assert_eq!(answer.status(), 200);
    answer.text().await.expect("text")
}

/// An order that was delivered and is over.
async fn delivered_order(world: &World, buyer: &Person) -> OrderId {
    let shop = world.open_shop(ShopSpec::default()).await;
    let home = world.add_address(buyer, shop.store.location).await;
    let order = world.paid_order(buyer, &shop, &home, &[(0, 1)]).await;
    let delivery = to_the_door(world, &shop, buyer, &order).await;
    let checked = json!({"idMethod": "passport", "dateOfBirth": "1990-05-17", "matchesRecipient": true, "sober": true});
    shop.couriers[0].api.post(&format!("/v1/deliveries/{delivery}/hand-over"), checked).await.expect(200);
    world.order_becomes(buyer, &order, "delivered").await;
    order
}

/// Waits until nothing personal is left: another sweep at the same time may be the one that does it.
async fn gone(world: &World, person: &Person) {
    world.eventually("nothing personal is left", || async { (!world.knows_of(person).await).then_some(()) }).await;
}

#[tokio::test]
async fn a_person_fetches_a_copy_of_everything_that_is_known_of_them() {
    let world = World::new().await;
    let ada = world.register("Ada <b>Adult</b>", "1990-05-17").await;
    let order = delivered_order(&world, &ada).await;

    let asked = ask_copy(&ada).await;
    let links = when_ready(&world, &ada, &asked).await;
    let listed = ada.api.get("/v1/me/exports").await.expect(200);
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["ready"]), (&asked["id"], &json!(true)));

    let text = fetch(&world, &links["json"]).await;
    let copy: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(copy["account"][0]["email"], json!(ada.email));
    assert_eq!(copy["orders"][0]["pk"], order.as_str());
    assert_eq!(copy["orders"][0]["delivery"][0]["state"], "handed_over");
    assert_eq!(copy["addresses"].as_array().map(Vec::len), Some(1));
    for (section, what) in [("sessions", "device"), ("securityEvents", "kind"), ("notices", "title")] {
        assert!(copy[section][0][what].is_string(), "{section} in {copy:#}");
    }
    assert!(copy["orders"][0]["payments"].as_array().is_some_and(|entries| !entries.is_empty()));
    for secret in ["argon2", "tokenHash", "nonce", "requestHash", "requestId", "takes"] {
        assert!(!text.contains(secret), "{secret} is nobody's to read");
    }
    let page = fetch(&world, &links["html"]).await;
    assert!(page.contains("Ada &lt;b&gt;Adult&lt;/b&gt;") && page.contains("<h2>Orders</h2>"));

    // The mail's link opens without signing in, for a day; an edited one opens nothing.
    let mail = world.mail_with(&ada.email, "/v1/exports/").await;
    let text = mail["BodyText"].as_str().unwrap();
    let link = text.split_whitespace().find(|word| word.ends_with("form=json")).expect("a link").to_owned();
    assert_eq!(fetch(&world, &json!(link)).await, fetch(&world, &links["json"]).await);
    let path = &link[world.stack.api.len()..];
    world.api.get(&path.replace("/v1/exports/", "/v1/exports/A")).await.refused(404, "not_found");
    world.api.get(&path.replace("form=json", "form=pdf")).await.refused(400, "invalid_request");
    let day_ago = Timestamp::now() - SignedDuration::from_hours(25);
    world.move_time(&ada, asked["id"].as_str().unwrap(), "readyAt", day_ago).await;
    world.api.get(path).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_copy_is_asked_for_once_by_its_owner_and_three_times_a_day() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let asked = ada.api.post_keyed("/v1/me/exports", "first", json!({})).await.expect(202);
    let again = ada.api.post_keyed("/v1/me/exports", "first", json!({})).await.expect(202);
    assert_eq!(asked["id"], again["id"]);
    when_ready(&world, &ada, &asked).await;
    let mallory = world.register("Mallory", "1990-05-17").await;
    let path = format!("/v1/me/exports/{}", asked["id"].as_str().unwrap());
    mallory.api.get(&path).await.refused(404, "not_found");
    // Somebody who holds the telephone for a moment gets nothing.
    let stale = world.proved_long_ago(&world.sign(&world.claims(&ada.id, &[Role::Customer], Vec::new())));
    let stale = world.api.with_token(stale);
    stale.post_keyed("/v1/me/exports", "second", json!({})).await.refused(403, "step_up_required");
    stale.get(&path).await.refused(403, "step_up_required");
    let mut asked = vec![asked["id"].clone()];
    for key in ["second", "third"] {
        asked.push(ada.api.post_keyed("/v1/me/exports", key, json!({})).await.expect(202)["id"].clone());
    }
    asked.reverse();
    let listed = ada.api.get("/v1/me/exports").await.expect(200);
    let listed: Vec<&Value> = listed["items"].as_array().unwrap().iter().map(|copy| &copy["id"]).collect();
    assert_eq!(listed, asked.iter().collect::<Vec<_>>(), "newest first");
    ada.api.post_keyed("/v1/me/exports", "fourth", json!({})).await.refused(429, "too_many_attempts");
}

#[tokio::test]
async fn who_wants_to_be_forgotten_is_signed_out_at_once_and_gone_after_the_grace() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let order = delivered_order(&world, &ada).await;
    let copy = ask_copy(&ada).await;
    let links = when_ready(&world, &ada, &copy).await;
    let asked = ada.api.delete("/v1/me").await.expect(202);
    let due: Timestamp = asked["dueAt"].as_str().unwrap().parse().unwrap();
    assert!(due > Timestamp::now() + SignedDuration::from_hours(24 * 13));
    world.mail_with(&ada.email, "Your account will be erased").await;
    let login = json!({"email": ada.email, "password": PASSWORD});
    world.api.post("/v1/auth/login", login.clone()).await.refused(403, "account_disabled");
    ada.api.delete("/v1/me").await.refused(401, "unauthenticated");

    let mail = world.mail_with(&ada.email, "take it back").await;
    let token = mail["BodyText"].as_str().unwrap().split_whitespace().find(|word| word.len() > 64).unwrap().to_owned();

    // Before its day nothing happens, however often the sweep comes.
    world.invoke("privacy-run", &json!({"sweep": "erasures"})).await;
    assert!(world.knows_of(&ada).await);

    world.let_the_grace_pass(&ada).await;
    // From then on it may be under way: it is too late to take it back.
    world.api.post("/v1/erasures/cancel", json!({"token": token})).await.refused(400, "invalid_token");
    let swept = world.invoke("privacy-run", &json!({"sweep": "erasures"})).await;
    assert!(swept["erased"].as_u64() >= Some(1), "{swept}");
    world.invoke("privacy-run", &json!({"sweep": "erasures"})).await;
    gone(&world, &ada).await;
    world.api.post("/v1/auth/login", login).await.refused(401, "invalid_credentials");
    let file = world.client.get(links["json"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(file.status(), 404, "the copy went with its owner");

    // The order stays for the books, without her; and the address is free for somebody new.
    let kept = world.orders().get(&order).await.unwrap().expect("the order");
    assert_eq!((kept.destination.recipient.as_str(), kept.destination.city.is_empty()), ("(erased)", false));
    let again = json!({"email": ada.email, "password": PASSWORD, "name": "Ada", "dateOfBirth": "1990-05-17"});
    world.api.post("/v1/auth/register", again).await.expect(202);
    world
        .eventually("a code for the new account", || async {
            let codes = world.mails_to(&ada.email).await.into_iter();
            (codes.filter(|mail| mail.to_string().contains("Your Sipstr code")).count() >= 2).then_some(())
        })
        .await;
}

#[tokio::test]
async fn carts_lists_and_links_are_in_the_copy_and_go_with_their_owner() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    choose(&ada, &shop).await;
    put(&ada, &shop, 0, 2).await;
    let list = ada.api.post_keyed("/v1/lists", "friday", json!({"name": "Friday evening"})).await.expect(201);
    ada.api.post("/v1/cart/to-list", json!({"listId": list["id"]})).await.expect(200);
    let link = ada.api.post_keyed("/v1/cart/shares", "k", json!({})).await.expect(201);
    let copy = ask_copy(&ada).await;
    let links = when_ready(&world, &ada, &copy).await;
    let text = fetch(&world, &links["json"]).await;
    let copy: Value = serde_json::from_str(&text).expect("JSON");
    let product = shop.products[0].as_str();
    assert_eq!(
        (&copy["carts"][0]["lines"][0]["productId"], &copy["lists"][0]["name"]),
        (&json!(product), &json!("Friday evening"))
    );
    assert_eq!(copy["sharedCarts"].as_array().map(Vec::len), Some(1));
    assert!(!text.contains("tokenHash"));

    ada.api.delete("/v1/me").await.expect(202);
    world.let_the_grace_pass(&ada).await;
    world.invoke("privacy-run", &json!({"sweep": "erasures"})).await;
    gone(&world, &ada).await;
    let shown = format!("/v1/shared-carts/{}", link["token"].as_str().unwrap());
    world.api.get(&shown).await.refused(404, "not_found");
}

#[tokio::test]
async fn who_thinks_better_of_it_takes_it_back_with_the_mail() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    ada.api.delete("/v1/me").await.expect(202);
    let mail = world.mail_with(&ada.email, "take it back").await;
    let token = mail["BodyText"].as_str().unwrap().split_whitespace().find(|word| word.len() > 64).unwrap().to_owned();
    let edited = json!({"token": format!("{token}A")});
    world.api.post("/v1/erasures/cancel", edited).await.refused(400, "invalid_token");
    world.api.post("/v1/erasures/cancel", json!({"token": token})).await.expect(204);
    world.api.post("/v1/erasures/cancel", json!({"token": token})).await.refused(400, "invalid_token");
    let back = world.login(&ada.email, PASSWORD).await;
    world.let_the_grace_pass(&ada).await;
    world.invoke("privacy-run", &json!({"sweep": "erasures"})).await;
    back.api.get("/v1/me").await.expect(200);
}

#[tokio::test]
async fn nobody_leaves_an_order_a_store_or_a_delivery_behind() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let home = world.add_address(&ada, shop.store.location).await;
    world.paid_order(&ada, &shop, &home, &[(0, 1)]).await;
    ada.api.delete("/v1/me").await.refused(409, "orders_open");
    shop.manager.api.delete("/v1/me").await.refused(409, "has_duties");
    shop.couriers[0].api.delete("/v1/me").await.refused(409, "has_duties");
    world
        .person("Sam Support", &[Role::Support], Vec::new())
        .await
        .api
        .delete("/v1/me")
        .await
        .refused(409, "has_duties");
    ada.api.get("/v1/me").await.expect(200);
}

#[tokio::test]
async fn what_is_old_loses_its_person_and_what_nobody_proved_goes() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let order = delivered_order(&world, &ada).await;
    let unproved = world.fresh_email("nobody");
    let form = json!({"email": unproved, "password": PASSWORD, "name": "Nobody", "dateOfBirth": "1990-05-17"});
    world.api.post("/v1/auth/register", form).await.expect(202);
    world.invoke("privacy-run", &json!({"sweep": "retention"})).await;
    let kept = world.orders().get(&order).await.unwrap().expect("the order");
    assert_eq!(kept.destination.recipient.as_str(), "Ada Adult");

    world.age_order(&order, Timestamp::now() - SignedDuration::from_hours(24 * 365 * 4 + 48)).await;
    let stranger = world.account_of(&unproved).await.expect("registered");
    world.age_account(&stranger, Timestamp::now() - SignedDuration::from_hours(24 * 31)).await;
    let tidied = world.invoke("privacy-run", &json!({"sweep": "retention"})).await;
    assert!(tidied["orders"].as_u64() >= Some(1) && tidied["accounts"].as_u64() >= Some(1), "{tidied}");
    let kept = world.orders().get(&order).await.unwrap().expect("the order");
    assert_eq!(kept.destination.recipient.as_str(), "(erased)");
    assert!(world.account_of(&unproved).await.is_none());
    ada.api.get("/v1/me").await.expect(200);
}
