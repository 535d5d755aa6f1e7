//! Links to other identity providers: put on an account and taken off it, and what is asked for besides.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sipstr_domain::EventId;
use sipstr_identity::Authenticator;
use sipstr_testkit::{PASSWORD, WEB_PAGE, World};

use super::federation::{finish, link, links, newcomer, sign_in_as, signed_in};

#[tokio::test]
async fn a_provider_is_linked_by_who_proved_lately_who_they_are_and_taken_off_again() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let claims = || json!({"sub": format!("sub-of-{}", ada.id), "email": ada.email, "email_verified": true});
    assert_eq!(sign_in_as(&world, "apple", claims()).await.status, 409);
    let stale = world.api.post("/v1/auth/login", json!({"email": ada.email, "password": PASSWORD})).await.expect(200);
    let stale = world.api.with_token(world.proved_long_ago(stale["accessToken"].as_str().unwrap()));
    let wish = json!({"provider": "apple", "redirectUri": WEB_PAGE});
    stale.post("/v1/me/links", wish).await.refused(403, "step_up_required");

    let linked = link(&world, &ada, "apple", claims()).await.expect(201);
    assert_eq!(linked["provider"], "apple");
    assert_eq!(link(&world, &ada, "apple", claims()).await.expect(200)["id"], linked["id"], "again is no change");
    assert_eq!(links(&ada).await.len(), 1);
    world.mail_with(&ada.email, "Another provider was linked").await;
    let tokens = sign_in_as(&world, "apple", claims()).await.expect(200);
    assert_eq!(signed_in(&world, &tokens, &json!({})).await.id, ada.id);

    let eve = world.register("Eve Adult", "1990-05-17").await;
    link(&world, &eve, "apple", claims()).await.refused(409, "identity_in_use");
    // A ceremony is for one account, and for one thing.
    let departure = world.depart_to_link(&ada.api, "apple").await;
    let code = world.code(&departure.order(json!({"sub": "eve-at-apple"}))).await;
    let back = departure.back_with(&code);
    eve.api.post("/v1/me/links/finish", back.clone()).await.refused(400, "invalid_state");
    finish(&world, &back).await.refused(400, "invalid_state");
    let departure = world.depart("apple").await;
    let code = world.code(&departure.order(claims())).await;
    ada.api.post("/v1/me/links/finish", departure.back_with(&code)).await.refused(400, "invalid_state");

    let path = format!("/v1/me/links/{}", linked["id"].as_str().unwrap());
    eve.api.delete(&path).await.refused(404, "not_found");
    ada.api.delete(&path).await.expect(204);
    ada.api.delete(&path).await.refused(404, "not_found");
    world.mail_with(&ada.email, "was taken off it").await;
    sign_in_as(&world, "apple", claims()).await.refused(409, "account_exists");
    link(&world, &eve, "apple", claims()).await.expect(201);
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let world = World::new().await;
    let (person, ada) = newcomer(&world).await;
    let only = links(&ada).await.remove(0);
    let path = |link: &Value| format!("/v1/me/links/{}", link["id"].as_str().unwrap());
    ada.api.delete(&path(&only)).await.refused(409, "last_way_in");
    let second = link(&world, &ada, "apple", json!({"sub": EventId::new().to_string()})).await.expect(201);
    // Both at once: one of the two is the last.
    let (first_path, second_path) = (path(&only), path(&second));
    let (a, b) = tokio::join!(ada.api.delete(&first_path), ada.api.delete(&second_path));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
    assert_eq!(links(&ada).await.len(), 1);
    // A password, set by mail, is another way.
    world.api.post("/v1/auth/password/forgot", json!({"email": person["email"]})).await.expect(202);
    let code = world.code_in_mail_with(&ada.email, "you can set a new password").await;
    let reset = json!({"email": ada.email, "code": code, "password": PASSWORD});
    world.api.post("/v1/auth/password/reset", reset).await.expect(204);
    let ada = world.login(&ada.email, PASSWORD).await;
    let left = links(&ada).await.remove(0);
    ada.api.delete(&path(&left)).await.expect(204);
    assert!(links(&ada).await.is_empty());
}

#[tokio::test]
async fn a_second_factor_is_asked_for_after_a_provider_too() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let claims = json!({"sub": format!("sub-of-{}", ada.id)});
    link(&world, &ada, "apple", claims.clone()).await.expect(201);
    let offer = ada.api.post("/v1/me/second-factors/totp", json!({})).await.expect(201);
    let app = Authenticator::from_text(offer["secret"].as_str().unwrap()).unwrap();
    // The step before, so that the present one is still good for signing in.
    let before = app.code_at(Timestamp::now() - SignedDuration::from_secs(30));
    ada.api.post("/v1/me/second-factors/totp/confirm", json!({"code": before})).await.expect(200);
    let asked = sign_in_as(&world, "apple", claims).await.expect(200);
    assert!(asked.get("accessToken").is_none());
    let factor = json!({"totp": app.code_at(Timestamp::now())});
    let step = json!({"secondFactorToken": asked["secondFactorToken"], "factor": factor});
    let tokens = world.api.post("/v1/auth/second-factor", step).await.expect(200);
    assert!(tokens["accessToken"].is_string());
}
