//! Sessions: what a refresh token is good for, and what ends it (attacks 12, 14 and 15).

use futures::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use sipstr_testkit::{PASSWORD, Person, World};

async fn sign_in(world: &World, email: &str) -> Value {
    world.api.post("/v1/auth/login", json!({"email": email, "password": PASSWORD})).await.expect(200)
}

fn refresh_token(session: &Value) -> &str {
    session["refreshToken"].as_str().expect("a refresh token")
}

async fn refresh(world: &World, token: &str) -> sipstr_testkit::Answer {
    world.api.post("/v1/auth/refresh", json!({"refreshToken": token})).await
}

async fn kinds(person: &Person) -> Vec<String> {
    let page = person.api.get("/v1/me/security-events?limit=100").await.expect(200);
    let items = page["items"].as_array().expect("a list").iter();
    items.map(|event| event["kind"].as_str().expect("a kind").to_owned()).collect()
}

#[tokio::test]
async fn attack_14_a_replaced_refresh_token_that_comes_again_ends_the_session() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let first = sign_in(&world, &ada.email).await;
    let second = refresh(&world, refresh_token(&first)).await.expect(200);
    // Two tabs, or a lost answer: the one before is good for a moment, and leads to the same.
    let other_tab = refresh(&world, refresh_token(&first)).await.expect(200);
    assert_eq!(refresh_token(&other_tab), refresh_token(&second));
    let third = refresh(&world, refresh_token(&second)).await.expect(200);
    refresh(&world, refresh_token(&first)).await.refused(401, "invalid_refresh_token");
    refresh(&world, refresh_token(&third)).await.refused(401, "invalid_refresh_token");
    assert!(kinds(&ada).await.contains(&"refresh_token_reused".to_owned()));
    world.mail_with(&ada.email, "used from two places at once").await;
}

#[tokio::test]
async fn fifty_refreshes_at_once_leave_one_family_alive() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let session = sign_in(&world, &ada.email).await;
    let token = refresh_token(&session);
    let answers = futures::stream::iter(0..50).map(|_| refresh(&world, token)).buffer_unordered(16);
    let answers: Vec<Value> = answers.map(|answer| answer.expect(200)).collect().await;
    let next: std::collections::BTreeSet<&str> = answers.iter().map(refresh_token).collect();
    assert_eq!(next.len(), 1, "all hold the same successor");
    refresh(&world, next.first().unwrap()).await.expect(200);
    refresh(&world, token).await.refused(401, "invalid_refresh_token");
    let living = ada.api.get("/v1/me/sessions").await.expect(200);
    assert_eq!(living["items"].as_array().unwrap().len(), 1, "the family is dead, the sign-in of the test is not");
}

#[tokio::test]
async fn attack_12_what_is_no_access_token_opens_nothing() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let session = sign_in(&world, &ada.email).await;
    for token in [refresh_token(&session), "eyJhbGciOiJub25lIn0.e30.", "a.b.c"] {
        assert_eq!(world.api.with_token(token).get("/v1/me").await.status, 401);
    }
    refresh(&world, session["accessToken"].as_str().unwrap()).await.refused(401, "invalid_refresh_token");
}

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_ends_it() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let elsewhere = sign_in(&world, &ada.email).await;
    let listed = ada.api.get("/v1/me/sessions").await.expect(200);
    let sessions = listed["items"].as_array().unwrap();
    assert_eq!(sessions.iter().map(|one| one["current"].as_bool().unwrap()).collect::<Vec<_>>(), [true, false]);
    assert_eq!(sessions[1]["methods"], json!(["pwd"]));

    let path = format!("/v1/me/sessions/{}", sessions[1]["id"].as_str().unwrap());
    let eve = world.register("Eve Adult", "1990-05-17").await;
    eve.api.delete(&path).await.refused(404, "not_found");
    ada.api.delete(&path).await.expect(204);
    ada.api.delete(&path).await.refused(404, "not_found");
    refresh(&world, refresh_token(&elsewhere)).await.refused(401, "invalid_refresh_token");

    let again = sign_in(&world, &ada.email).await;
    ada.api.delete("/v1/me/sessions?keepCurrent=maybe").await.refused(400, "invalid_request");
    ada.api.delete("/v1/me/sessions").await.expect(204);
    refresh(&world, refresh_token(&again)).await.refused(401, "invalid_refresh_token");
    ada.api.get("/v1/me/sessions").await.refused(401, "unauthenticated");
    let fresh = world.login(&ada.email, PASSWORD).await;
    assert!(kinds(&fresh).await.contains(&"all_sessions_ended".to_owned()));
}

#[tokio::test]
async fn a_browser_keeps_its_refresh_token_in_a_cookie_and_uses_it_from_our_pages_only() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let form = json!({"email": ada.email, "password": PASSWORD, "refreshIn": "cookie"});
    let answer = world.api.post("/v1/auth/login", form).await;
    assert!(answer.body.get("refreshToken").is_none(), "no script sees it: {}", answer.body);
    let cookie = answer.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let send = async |path: &str, origin: Option<&str>| {
        let headers: Vec<_> = [("cookie", cookie.as_str())].into_iter().chain(origin.map(|o| ("origin", o))).collect();
        world.api.send(Method::POST, path, None, &headers).await
    };
    send("/v1/auth/refresh", None).await.refused(403, "foreign_origin");
    send("/v1/auth/refresh", Some("https://evil.example")).await.refused(403, "foreign_origin");
    let next = send("/v1/auth/refresh", Some("http://localhost:5173")).await;
    assert!(next.headers["set-cookie"].to_str().unwrap().contains("SameSite=Strict"));
    assert!(next.expect(200)["accessToken"].is_string());
    let out = send("/v1/auth/logout", Some("http://localhost:5173")).await;
    assert!(out.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    send("/v1/auth/refresh", Some("http://localhost:5173")).await.refused(401, "invalid_refresh_token");
    world.api.post("/v1/auth/refresh", json!({})).await.refused(401, "invalid_refresh_token");
}
