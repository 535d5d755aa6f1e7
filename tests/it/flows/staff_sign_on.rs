//! A store's own identity provider: its owner sets it up, its staff signs in by it, and it decides of that store alone.

use serde_json::{Value, json};
use sipstr_domain::EventId;
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_testkit::{Answer, Person, Shop, ShopSpec, WEB_PAGE, World};

/// What the clients of the local stack's providers are known by.
const SECRET: &str = "of-this-machine-only";

fn path(shop: &Shop) -> String {
    format!("/v1/stores/{}/sign-on", shop.id())
}

fn fresh_domain() -> String {
    format!("d{}.example", &EventId::new().suffix()[16..])
}

fn settings(world: &World, domain: &str) -> Value {
    json!({
        "issuer": world.stack.issuer, "clientId": "a store", "clientSecret": SECRET, "domain": domain, "roleClaim": "groups",
        "roles": [{"value": "leads", "role": "manager"}, {"value": "staff", "role": "picker"}],
    })
}

/// The provider that says whatever a test orders.
fn liar(world: &World, domain: &str) -> Value {
    let mut settings = settings(world, domain);
    settings["issuer"] = json!(format!("{}/liar", world.stack.identity));
    settings["clientId"] = json!("liar");
    settings
}

/// A shop whose staff signs in by a provider, at a domain that is proved.
async fn shop_with(world: &World, settings: &Value) -> Shop {
    let shop = world.open_shop(ShopSpec::default()).await;
    let made = shop.manager.api.put(&path(&shop), settings.clone()).await.expect(200);
    let record = &made["record"];
    world.put_record(record["name"].as_str().unwrap(), record["text"].as_str().unwrap()).await;
    let proved = shop.manager.api.post(&format!("{}/prove-domain", path(&shop)), json!({})).await.expect(200);
    assert_eq!(proved["domainProved"], true);
    shop
}

fn employee(domain: &str, groups: Value) -> Value {
    let sub = EventId::new().to_string();
    json!({"sub": sub, "email": format!("{}@{domain}", &sub[20..]), "name": "Eli Employee", "groups": groups})
}

async fn finish(world: &World, back: &Value) -> Answer {
    world.api.post("/v1/auth/federation/finish", json!({"return": back})).await
}

/// A sign-in of somebody at the real provider.
async fn sign_in(world: &World, shop: &Shop, person: &Value) -> Answer {
    let departure = world.depart(shop.id().as_str()).await;
    finish(world, &world.visit_issuer(&departure, person).await).await
}

async fn sign_in_by_liar(world: &World, shop: &Shop, claims: Value) -> Answer {
    let departure = world.depart(shop.id().as_str()).await;
    let code = world.code(&departure.order(claims)).await;
    finish(world, &departure.back_with(&code)).await
}

async fn register(world: &World, needed: &Value) -> Answer {
    let form = json!({
        "registrationToken": needed["registrationToken"], "name": "Eli Employee", "dateOfBirth": "1990-05-17",
    });
    world.api.post("/v1/auth/federation/register", form).await
}

/// What somebody is in which stores.
async fn stores(world: &World, tokens: &Value) -> Value {
    let api = world.api.with_token(tokens["accessToken"].as_str().expect("a token"));
    api.get("/v1/me").await.expect(200)["stores"].clone()
}

async fn member(world: &World, shop: &Shop, role: StoreRole) -> Person {
    let membership = Membership { store_id: shop.id().clone(), role };
    world.person("Max Member", &[Role::StoreStaff], vec![membership]).await
}

#[tokio::test]
async fn staff_comes_stays_and_goes_as_the_provider_says() {
    let world = World::new().await;
    let domain = fresh_domain();
    let shop = shop_with(&world, &settings(&world, &domain)).await;
    let listed = world.api.get(&format!("/v1/auth/federation/providers?storeId={}", shop.id())).await.expect(200);
    assert!(listed["items"].as_array().unwrap().contains(&json!(shop.id())));

    let mut eli = employee(&domain, json!(["staff", "everybody"]));
    let needed = sign_in(&world, &shop, &eli).await.expect(200);
    assert_eq!(needed["emailProved"], true, "the domain is the store's");
    let tokens = register(&world, &needed).await.expect(201);
    assert_eq!(stores(&world, &tokens).await, json!([{"storeId": shop.id(), "role": "picker"}]));
    let members = shop.manager.api.get(&format!("/v1/stores/{}/members", shop.id())).await.expect(200);
    assert!(members.to_string().contains(eli["email"].as_str().unwrap()));

    eli["groups"] = json!(["leads"]);
    let tokens = sign_in(&world, &shop, &eli).await.expect(200);
    assert_eq!(stores(&world, &tokens).await, json!([{"storeId": shop.id(), "role": "manager"}]));
    let as_manager = world.api.with_token(tokens["accessToken"].as_str().unwrap());
    eli["groups"] = json!("staff");
    let picker = sign_in(&world, &shop, &eli).await.expect(200);
    assert_eq!(stores(&world, &picker).await, json!([{"storeId": shop.id(), "role": "picker"}]));
    as_manager.get("/v1/me/sessions").await.refused(401, "unauthenticated");

    eli["groups"] = json!([]);
    sign_in(&world, &shop, &eli).await.refused(403, "no_role");
    let refresh = json!({"refreshToken": picker["refreshToken"]});
    world.api.post("/v1/auth/refresh", refresh).await.refused(401, "invalid_refresh_token");
    let members = shop.manager.api.get(&format!("/v1/stores/{}/members", shop.id())).await.expect(200);
    assert!(!members.to_string().contains(eli["email"].as_str().unwrap()));
    sign_in(&world, &shop, &eli).await.refused(403, "no_role");
    eli["groups"] = json!(["staff"]);
    let back = sign_in(&world, &shop, &eli).await.expect(200);
    assert_eq!(stores(&world, &back).await, json!([{"storeId": shop.id(), "role": "picker"}]));
}

#[tokio::test]
async fn a_provider_vouches_for_its_own_domain_and_makes_no_owner() {
    let world = World::new().await;
    let domain = fresh_domain();
    let shop = shop_with(&world, &liar(&world, &domain)).await;
    let claims = |email: &str| json!({"sub": EventId::new().to_string(), "email": email, "groups": ["staff"]});
    for foreign in ["eve@evil.example".to_owned(), format!("eve@sub.{domain}"), format!("eve@x{domain}")] {
        sign_in_by_liar(&world, &shop, claims(&foreign)).await.refused(403, "foreign_email");
    }
    let mut denied = claims(&format!("eve@{domain}"));
    denied["email_verified"] = json!(false);
    sign_in_by_liar(&world, &shop, denied).await.refused(403, "foreign_email");
    sign_in_by_liar(&world, &shop, json!({"sub": "x", "groups": ["staff"]})).await.refused(403, "foreign_email");
    let mut nobody = claims(&format!("eve@{domain}"));
    nobody["groups"] = json!(["owner"]);
    sign_in_by_liar(&world, &shop, nobody).await.refused(403, "no_role");

    for owner in [json!("owner"), json!("admin"), json!(null)] {
        let mut settings = liar(&world, &domain);
        settings["roles"] = json!([{"value": "staff", "role": owner}]);
        shop.manager.api.put(&path(&shop), settings).await.refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn attack_17_a_provider_of_a_store_takes_nobody_s_account() {
    let world = World::new().await;
    let domain = fresh_domain();
    let shop = shop_with(&world, &liar(&world, &domain)).await;
    // An account with an address of the domain that is there already.
    let email = format!("{}@{domain}", &EventId::new().suffix()[20..]);
    let form =
        json!({"email": email, "password": sipstr_testkit::PASSWORD, "name": "Vic", "dateOfBirth": "1990-05-17"});
    world.api.post("/v1/auth/register", form).await.expect(202);
    let claims = json!({"sub": EventId::new().to_string(), "email": email, "groups": ["staff"]});
    sign_in_by_liar(&world, &shop, claims).await.refused(409, "account_exists");
    // A person whom another house vouches for: a store that names their subject means its own.
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let sub = EventId::new().to_string();
    let departure = world.depart_to_link(&ada.api, "apple").await;
    let code = world.code(&departure.order(json!({"sub": sub}))).await;
    ada.api.post("/v1/me/links/finish", departure.back_with(&code)).await.expect(201);
    let mine = json!({"sub": sub, "email": format!("ada@{domain}"), "groups": ["staff"]});
    let needed = sign_in_by_liar(&world, &shop, mine.clone()).await.expect(200);
    assert!(needed["registrationToken"].is_string(), "a newcomer, not Ada");
    // The same provider at another store vouches for others again.
    register(&world, &needed).await.expect(201);
    let other_domain = fresh_domain();
    let other = shop_with(&world, &liar(&world, &other_domain)).await;
    let mut there = mine;
    there["email"] = json!(format!("ada@{other_domain}"));
    assert!(sign_in_by_liar(&world, &other, there).await.expect(200)["registrationToken"].is_string());
}

#[tokio::test]
async fn who_has_an_account_links_the_provider_and_joins_with_the_next_sign_in() {
    let world = World::new().await;
    let domain = fresh_domain();
    let shop = shop_with(&world, &settings(&world, &domain)).await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let eli = employee(&domain, json!(["leads"]));
    let departure = world.depart_to_link(&ada.api, shop.id().as_str()).await;
    let back = world.visit_issuer(&departure, &eli).await;
    ada.api.post("/v1/me/links/finish", back).await.expect(201);
    let tokens = sign_in(&world, &shop, &eli).await.expect(200);
    assert_eq!(stores(&world, &tokens).await, json!([{"storeId": shop.id(), "role": "manager"}]));
    let me = world.api.with_token(tokens["accessToken"].as_str().unwrap()).get("/v1/me").await.expect(200);
    assert_eq!(me["email"], json!(ada.email));
}

#[tokio::test]
async fn an_owner_sets_it_up_and_nobody_sees_the_secret_again() {
    let world = World::new().await;
    let (shop, other) = (world.open_shop(ShopSpec::default()).await, world.open_shop(ShopSpec::default()).await);
    let domain = fresh_domain();
    let wish = settings(&world, &domain);
    shop.manager.api.get(&path(&shop)).await.refused(404, "not_found");
    for role in [StoreRole::Manager, StoreRole::Picker] {
        let person = member(&world, &shop, role).await;
        person.api.put(&path(&shop), wish.clone()).await.refused(403, "forbidden");
        person.api.get(&path(&shop)).await.refused(403, "forbidden");
    }
    other.manager.api.put(&path(&shop), wish.clone()).await.refused(404, "not_found");
    let mut bare = wish.clone();
    bare.as_object_mut().unwrap().remove("clientSecret");
    shop.manager.api.put(&path(&shop), bare.clone()).await.refused(400, "invalid_request");

    let made = shop.manager.api.put(&path(&shop), wish.clone()).await.expect(200);
    assert!(!made.to_string().contains(SECRET), "{made}");
    assert_eq!(made["domainProved"], false);
    let start = json!({"provider": shop.id(), "redirectUri": WEB_PAGE});
    world.api.post("/v1/auth/federation/start", start.clone()).await.refused(404, "not_found");
    shop.manager.api.post(&format!("{}/prove-domain", path(&shop)), json!({})).await.refused(422, "record_missing");
    let record = &made["record"];
    world.put_record(record["name"].as_str().unwrap(), "sipstr-verification=guessed").await;
    shop.manager.api.post(&format!("{}/prove-domain", path(&shop)), json!({})).await.refused(422, "record_missing");
    world.put_record(record["name"].as_str().unwrap(), record["text"].as_str().unwrap()).await;
    shop.manager.api.post(&format!("{}/prove-domain", path(&shop)), json!({})).await.expect(200);
    world.api.post("/v1/auth/federation/start", start.clone()).await.expect(201);

    // The secret stays where issuer and client stay, and the proof where the domain stays.
    let kept = shop.manager.api.put(&path(&shop), bare.clone()).await.expect(200);
    assert_eq!(kept["domainProved"], true);
    bare["issuer"] = json!(format!("{}/liar", world.stack.identity));
    shop.manager.api.put(&path(&shop), bare).await.refused(400, "invalid_request");
    let moved = shop.manager.api.put(&path(&shop), settings(&world, &fresh_domain())).await.expect(200);
    assert_eq!(moved["domainProved"], false);
    world.api.post("/v1/auth/federation/start", start).await.refused(404, "not_found");

    shop.manager.api.delete(&path(&shop)).await.expect(204);
    shop.manager.api.delete(&path(&shop)).await.refused(404, "not_found");
    world.mail_with(&shop.manager.email, "identity provider that signs in").await;
}

#[tokio::test]
async fn attack_21_an_issuer_leads_to_no_private_place() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    for issuer in [
        "https://169.254.169.254",
        "https://[fd00:ec2::254]",
        "https://10.0.0.1",
        "http://example.com",
        "file:///etc/passwd",
        "https://user:pw@id.example",
        "gopher://127.0.0.1",
        "https://0x0a000001",
        "not an address",
    ] {
        let mut wish = settings(&world, &fresh_domain());
        wish["issuer"] = json!(issuer);
        shop.manager.api.put(&path(&shop), wish).await.refused(400, "invalid_request");
    }
    // On this machine, which a local stack may reach: one that is no provider, and one that is another than it says.
    for issuer in [world.stack.stripe.clone(), format!("{}/liar/", world.stack.identity)] {
        let mut wish = settings(&world, &fresh_domain());
        wish["issuer"] = json!(issuer);
        shop.manager.api.put(&path(&shop), wish).await.refused(422, "issuer_unusable");
    }
    shop.manager.api.get(&path(&shop)).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_place_that_was_promised_ends_with_the_settings_that_promised_it() {
    let world = World::new().await;
    let domain = fresh_domain();
    let shop = shop_with(&world, &settings(&world, &domain)).await;
    let eli = employee(&domain, json!(["leads"]));
    let needed = sign_in(&world, &shop, &eli).await.expect(200);
    let departure = world.depart(shop.id().as_str()).await;
    let back = world.visit_issuer(&departure, &eli).await;
    shop.manager.api.delete(&path(&shop)).await.expect(204);
    register(&world, &needed).await.refused(403, "no_role");
    finish(&world, &back).await.refused(404, "not_found");
}
