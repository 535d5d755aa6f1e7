//! Who may do what: invitations and members of a store, roles, disabled accounts, and support that acts for a person.

use serde_json::{Value, json};
use sipstr_domain::EventId;
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_testkit::{Answer, PASSWORD, Person, Shop, ShopSpec, World};

const WHY: &str = "asked for in a flow test";

async fn invite(by: &Person, shop: &Shop, email: &str, role: &str) -> Answer {
    let path = format!("/v1/stores/{}/invitations", shop.id());
    by.api.post_keyed(&path, EventId::new().as_str(), json!({"email": email, "role": role})).await
}

/// Somebody of the shop's staff besides its owner.
async fn member(world: &World, shop: &Shop, role: StoreRole) -> Person {
    let membership = Membership { store_id: shop.id().clone(), role };
    let person = world.person("Max Member", &[Role::StoreStaff], vec![membership]).await;
    world.join_staff(shop, &person).await;
    person
}

fn members(shop: &Shop) -> String {
    format!("/v1/stores/{}/members", shop.id())
}

async fn kinds(reader: &Person, of: &Person) -> Vec<Value> {
    let page = reader.api.get(&format!("/v1/accounts/{}/security-events?limit=100", of.id)).await.expect(200);
    page["items"].as_array().expect("a list").iter().map(|event| event["kind"].clone()).collect()
}

async fn admin(world: &World) -> Person {
    world.person("Robin Admin", &[Role::Admin], Vec::new()).await
}

async fn support(world: &World) -> Person {
    world.person("Sam Support", &[Role::Support], Vec::new()).await
}

#[tokio::test]
async fn who_is_invited_joins_with_the_mail_and_is_what_the_invitation_says() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let piet = world.register("Piet Picker", "1990-05-17").await;
    let made = invite(&shop.manager, &shop, &piet.email, "picker").await.expect(201);
    let token = world.invitation_mailed_to(&piet.email, &shop.store.name).await;
    assert!(!made.to_string().contains(&token), "only who reads the mail has it");
    let listed = shop.manager.api.get(&format!("/v1/stores/{}/invitations", shop.id())).await.expect(200);
    assert_eq!(listed["items"], json!([made]));

    let accept = json!({"token": token});
    let joined = piet.api.post("/v1/invitations/accept", accept.clone()).await.expect(200);
    assert_eq!(joined, json!({"storeId": shop.id(), "role": "picker"}));
    assert_eq!(piet.api.post("/v1/invitations/accept", accept).await.expect(200), joined, "the same answer again");
    let listed = shop.manager.api.get(&format!("/v1/stores/{}/invitations", shop.id())).await.expect(200);
    assert_eq!(listed["items"], json!([]));

    let me = piet.api.get("/v1/me").await.expect(200);
    assert_eq!((&me["roles"], &me["stores"]), (&json!(["customer", "store_staff"]), &json!([joined])));
    let staff = shop.manager.api.get(&members(&shop)).await.expect(200);
    assert_eq!(staff["items"].as_array().unwrap().len(), 2);
    world.mail_with(&piet.email, "may do more than before").await;

    // A picker picks; the figures of the stock are not theirs to change.
    let stores = vec![Membership { store_id: shop.id().clone(), role: StoreRole::Picker }];
    let at_work = world.api.with_token(world.sign(&world.claims(&piet.id, &[Role::StoreStaff], stores)));
    at_work.get(&format!("/v1/stores/{}/orders", shop.id())).await.expect(200);
    let change = json!({"productId": shop.products[0], "change": 5, "reason": "received"});
    let path = format!("/v1/stores/{}/stock/adjustments", shop.id());
    at_work.post_keyed(&path, "k", change).await.refused(403, "forbidden");
    assert_eq!(world.free(&shop, 0).await, 24);
}

#[tokio::test]
async fn an_invitation_is_for_nobody_but_who_reads_the_mail_of_its_address() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let eve = world.register("Eve Adult", "1990-05-17").await;
    let nobody = world.fresh_email("nobody-yet");
    let made = invite(&shop.manager, &shop, &nobody, "picker").await.expect(201);
    let token = world.invitation_mailed_to(&nobody, &shop.store.name).await;
    eve.api.post("/v1/invitations/accept", json!({"token": token})).await.refused(404, "not_found");
    eve.api.post("/v1/invitations/accept", json!({"token": "x"})).await.refused(404, "not_found");

    let path = format!("/v1/stores/{}/invitations/{}", shop.id(), made["id"].as_str().unwrap());
    let elsewhere = world.open_shop(ShopSpec::default()).await;
    elsewhere.manager.api.delete(&path).await.refused(404, "not_found");
    shop.manager.api.delete(&path).await.expect(204);
    shop.manager.api.delete(&path).await.refused(404, "not_found");

    // Taken back: it is good for nobody.
    invite(&shop.manager, &shop, &eve.email, "picker").await.expect(201);
    let token = world.invitation_mailed_to(&eve.email, &shop.store.name).await;
    let listed = shop.manager.api.get(&format!("/v1/stores/{}/invitations", shop.id())).await.expect(200);
    let path = format!("/v1/stores/{}/invitations/{}", shop.id(), listed["items"][0]["id"].as_str().unwrap());
    shop.manager.api.delete(&path).await.expect(204);
    eve.api.post("/v1/invitations/accept", json!({"token": token})).await.refused(404, "not_found");
}

#[tokio::test]
async fn the_same_request_is_one_invitation() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let path = format!("/v1/stores/{}/invitations", shop.id());
    let body = json!({"email": world.fresh_email("once"), "role": "picker"});
    let first = shop.manager.api.post_keyed(&path, "once", body.clone()).await.expect(201);
    assert_eq!(shop.manager.api.post_keyed(&path, "once", body).await.expect(201), first);
    let other = json!({"email": world.fresh_email("twice"), "role": "picker"});
    shop.manager.api.post_keyed(&path, "once", other).await.refused(422, "idempotency_key_reused");
}

#[tokio::test]
async fn a_manager_invites_pickers_and_a_picker_nobody() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let manager = member(&world, &shop, StoreRole::Manager).await;
    let picker = member(&world, &shop, StoreRole::Picker).await;
    let email = world.fresh_email("friend");
    for role in ["owner", "manager"] {
        invite(&manager, &shop, &email, role).await.refused(403, "forbidden");
    }
    invite(&picker, &shop, &email, "picker").await.refused(403, "forbidden");
    invite(&manager, &shop, &email, "picker").await.expect(201);
    manager.api.get(&members(&shop)).await.refused(403, "forbidden");
    let elsewhere = world.open_shop(ShopSpec::default()).await;
    invite(&elsewhere.manager, &shop, &email, "picker").await.refused(404, "not_found");
    elsewhere.manager.api.get(&members(&shop)).await.refused(404, "not_found");
    let path = format!("{}/{}", members(&elsewhere), picker.id);
    elsewhere.manager.api.put(&path, json!({"role": "owner"})).await.refused(404, "not_found");
}

#[tokio::test]
async fn who_was_removed_leaves_no_invitation_behind() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let second = member(&world, &shop, StoreRole::Owner).await;
    let eve = world.register("Eve Accomplice", "1990-05-17").await;
    invite(&second, &shop, &eve.email, "owner").await.expect(201);
    let token = world.invitation_mailed_to(&eve.email, &shop.store.name).await;
    shop.manager.api.delete(&format!("{}/{}", members(&shop), second.id)).await.expect(204);
    eve.api.post("/v1/invitations/accept", json!({"token": token})).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_store_keeps_an_owner() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let myself = format!("{}/{}", members(&shop), shop.manager.id);
    shop.manager.api.delete(&myself).await.refused(409, "last_owner");
    shop.manager.api.put(&myself, json!({"role": "picker"})).await.refused(409, "last_owner");
    shop.manager.api.put(&myself, json!({"role": "owner"})).await.expect(200);

    let second = member(&world, &shop, StoreRole::Owner).await;
    let other = format!("{}/{}", members(&shop), second.id);
    // Each takes the other's power at the same time: one is too late.
    let demote = json!({"role": "picker"});
    let (one, two) =
        tokio::join!(shop.manager.api.put(&other, demote.clone()), second.api.put(&myself, demote.clone()));
    let done = [one.status, two.status].into_iter().filter(|status| *status == 200).count();
    assert_eq!(done, 1, "{} {}", one.body, two.body);
    let (owner, path) = if one.status == 200 { (&shop.manager, &myself) } else { (&second, &other) };
    owner.api.put(path, demote).await.refused(409, "last_owner");
}

#[tokio::test]
async fn who_is_removed_from_a_store_is_out_at_once() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let manager = member(&world, &shop, StoreRole::Manager).await;
    let invitations = format!("/v1/stores/{}/invitations", shop.id());
    manager.api.get(&invitations).await.expect(200);
    let path = format!("{}/{}", members(&shop), manager.id);
    shop.manager.api.delete(&path).await.expect(204);
    shop.manager.api.delete(&path).await.refused(404, "not_found");
    manager.api.get(&invitations).await.refused(401, "unauthenticated");
    let told = kinds(&support(&world).await, &manager).await;
    assert_eq!(told.first(), Some(&json!("role_revoked")), "newest first");
}

#[tokio::test]
async fn a_role_that_is_taken_is_gone_within_one_request() {
    let world = World::new().await;
    let (admin, agent) = (admin(&world).await, support(&world).await);
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let account = format!("/v1/accounts/{}", ada.id);
    let seen = agent.api.get(&account).await.expect(200).to_string();
    assert!(!seen.contains("argon2") && !seen.contains("dateOfBirth"), "{seen}");

    // Support is no administration, and nobody gives themselves anything.
    let roles = format!("{account}/roles");
    let courier = json!({"role": "courier", "reason": WHY});
    agent.api.post(&roles, courier.clone()).await.refused(403, "forbidden");
    let mine = format!("/v1/accounts/{}/roles", admin.id);
    admin.api.post(&mine, courier.clone()).await.refused(403, "own_account");
    admin.api.post(&roles, json!({"role": "store_staff", "reason": WHY})).await.refused(400, "invalid_request");
    admin.api.post(&roles, json!({"role": "courier", "reason": "why"})).await.refused(400, "invalid_request");
    let stale = world.proved_long_ago(&world.sign(&world.claims(&admin.id, &[Role::Admin], vec![])));
    world.api.with_token(stale).post(&roles, courier.clone()).await.refused(403, "step_up_required");
    let given = admin.api.post(&roles, courier.clone()).await.expect(200);
    assert_eq!(given["roles"], json!(["customer", "courier"]));
    assert_eq!(admin.api.post(&roles, courier).await.expect(200), given);

    let taken = format!("/v1/accounts/{}/roles/support?reason={}", agent.id, WHY.replace(' ', "%20"));
    admin.api.delete(&format!("/v1/accounts/{}/roles/support", agent.id)).await.refused(400, "invalid_request");
    admin.api.delete(&taken).await.expect(204);
    admin.api.delete(&taken).await.expect(204);
    agent.api.get(&account).await.refused(401, "unauthenticated");

    let page = admin.api.get(&format!("/v1/accounts/{}/security-events", agent.id)).await.expect(200);
    let newest = &page["items"][0];
    assert_eq!((&newest["kind"], &newest["actor"]), (&json!("role_revoked"), &json!(admin.id)));
    assert_eq!(newest["reason"], WHY);
    world.mail_with(&agent.email, "may do less than before").await;
}

#[tokio::test]
async fn two_administrators_cannot_take_each_other_s_power_at_once() {
    let world = World::new().await;
    let (one, two) = (admin(&world).await, admin(&world).await);
    let take = |from: &Person| format!("/v1/accounts/{}/roles/admin?reason={}", from.id, WHY.replace(' ', "%20"));
    let (from_two, from_one) = (take(&two), take(&one));
    let (first, second) = tokio::join!(one.api.delete(&from_two), two.api.delete(&from_one));
    let done = [first.status, second.status].into_iter().filter(|status| *status == 204).count();
    assert_eq!(done, 1, "{} {}", first.body, second.body);
}

#[tokio::test]
async fn attack_15_a_disabled_account_refreshes_nothing_and_signs_in_nowhere() {
    let world = World::new().await;
    let (admin, agent) = (admin(&world).await, support(&world).await);
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let login = json!({"email": ada.email, "password": PASSWORD});
    let session = world.api.post("/v1/auth/login", login.clone()).await.expect(200);
    let disable = |person: &Person| format!("/v1/accounts/{}/disable", person.id);
    let because = json!({"reason": WHY});
    agent.api.post(&disable(&admin), because.clone()).await.refused(403, "forbidden");
    admin.api.post(&disable(&admin), because.clone()).await.refused(403, "own_account");
    agent.api.post(&disable(&ada), because.clone()).await.expect(204);
    agent.api.post(&disable(&ada), because.clone()).await.expect(204);

    let refresh = json!({"refreshToken": session["refreshToken"]});
    world.api.post("/v1/auth/refresh", refresh.clone()).await.refused(401, "invalid_refresh_token");
    ada.api.get("/v1/me/sessions").await.refused(401, "unauthenticated");
    world.api.post("/v1/auth/login", login.clone()).await.refused(403, "account_disabled");
    assert!(agent.api.get(&format!("/v1/accounts/{}", ada.id)).await.expect(200)["disabledAt"].is_string());
    let told = kinds(&agent, &ada).await;
    assert_eq!(told.iter().filter(|kind| **kind == "disabled").count(), 1, "once, however often it was asked for");

    agent.api.post(&format!("/v1/accounts/{}/enable", ada.id), because).await.expect(204);
    world.api.post("/v1/auth/refresh", refresh).await.refused(401, "invalid_refresh_token");
    world.api.post("/v1/auth/login", login).await.expect(200);
}

#[tokio::test]
async fn support_sees_what_a_customer_sees_and_does_nothing_in_her_name() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let placed = world.order(&ada, &shop, &home, &[(0, 1)]).await;
    let order = placed["order"]["id"].as_str().unwrap();
    let quote = world.quote(&ada, &shop, &home, &[(1, 1)]).await;
    let agent = support(&world).await;
    let path = |person: &Person| format!("/v1/accounts/{}/impersonation", person.id);
    let wish = json!({"reason": WHY, "orderId": order});
    agent.api.post(&path(&ada), json!({"reason": "curious"})).await.refused(400, "invalid_request");
    agent.api.post(&path(&shop.manager), wish.clone()).await.refused(403, "forbidden");
    agent.api.post(&path(&agent), wish.clone()).await.refused(403, "own_account");
    ada.api.post(&path(&ada), wish.clone()).await.refused(403, "forbidden");
    let granted = agent.api.post(&path(&ada), wish).await.expect(200);
    assert_eq!((&granted["expiresIn"], granted.get("refreshToken")), (&json!(900), None));

    let acting = world.api.with_token(granted["accessToken"].as_str().unwrap());
    assert_eq!(acting.get("/v1/orders").await.expect(200)["items"][0]["id"], order);
    let payment = acting.get(&format!("/v1/orders/{order}/payment")).await.expect(200);
    assert!(!payment.to_string().contains("clientSecret"), "nobody pays for her: {payment}");

    let body = json!({"quoteToken": quote["quoteToken"]});
    acting.post_keyed("/v1/orders", "acting", body).await.refused(403, "not_while_acting");
    let reason = json!({"reason": "acting"});
    acting.post(&format!("/v1/orders/{order}/cancel"), reason).await.refused(403, "not_while_acting");
    let password = json!({"password": "velvet harbour lantern 77"});
    acting.put("/v1/me/password", password).await.refused(403, "not_while_acting");
    acting.post("/v1/me/email", json!({"email": agent.email})).await.refused(403, "not_while_acting");
    acting.post("/v1/me/email/confirm", json!({"code": "000000"})).await.refused(403, "not_while_acting");
    acting.post("/v1/auth/step-up", json!({})).await.refused(403, "not_while_acting");
    acting.delete("/v1/me/sessions").await.refused(403, "not_while_acting");
    acting.post("/v1/invitations/accept", json!({"token": "x"})).await.refused(403, "not_while_acting");
    assert_eq!(ada.api.get("/v1/orders").await.expect(200)["items"].as_array().unwrap().len(), 1);

    // She is told, and finds in her record that and why.
    world.mail_with(&ada.email, "looks at your account with your eyes").await;
    let record = ada.api.get("/v1/me/security-events").await.expect(200);
    let noted = &record["items"][0];
    assert_eq!((&noted["kind"], &noted["byAnother"]), (&json!("impersonation_started"), &json!(true)));
    assert!(noted["reason"].as_str().unwrap().contains(order));

    // The agent's own end is the end of it.
    acting.get("/v1/me/sessions").await.expect(200);
    let because = json!({"reason": WHY});
    let admin = admin(&world).await;
    admin.api.post(&format!("/v1/accounts/{}/disable", agent.id), because).await.expect(204);
    acting.get("/v1/me/sessions").await.refused(401, "unauthenticated");
}
