//! Credentials: forgotten, changed, guessed at, and disputed (attacks 15 and 16).

use serde_json::{Value, json};
use sipstr_testkit::{PASSWORD, World};

const ANOTHER: &str = "velvet harbour lantern 77";

async fn login(world: &World, email: &str, password: &str) -> sipstr_testkit::Answer {
    world.api.post("/v1/auth/login", json!({"email": email, "password": password})).await
}

#[tokio::test]
async fn attack_15_who_forgot_the_password_sets_another_and_every_session_ends() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let before = login(&world, &ada.email, PASSWORD).await.expect(200);
    world.api.post("/v1/auth/password/forgot", json!({"email": ada.email})).await.expect(202);
    let code = world.code_in_mail_with(&ada.email, "set a new password").await;

    let reset = |code: &str, password: &str| {
        let body = json!({"email": ada.email, "code": code, "password": password});
        async { world.api.post("/v1/auth/password/reset", body).await }
    };
    let wrong = if code == "000000" { "000001" } else { "000000" };
    reset(wrong, ANOTHER).await.refused(400, "invalid_code");
    reset(&code, "too short").await.refused(400, "invalid_request");
    reset(&code, "Ada Adult and more").await.refused(400, "invalid_request");
    login(&world, &ada.email, PASSWORD).await.expect(200);
    reset(&code, ANOTHER).await.expect(204);
    reset(&code, "another pass phrase altogether").await.refused(400, "invalid_code");

    login(&world, &ada.email, PASSWORD).await.refused(401, "invalid_credentials");
    let old = json!({"refreshToken": before["refreshToken"]});
    world.api.post("/v1/auth/refresh", old).await.refused(401, "invalid_refresh_token");
    let privileged = world.api.with_token(before["accessToken"].as_str().unwrap());
    privileged.get("/v1/me/sessions").await.refused(401, "unauthenticated");
    login(&world, &ada.email, ANOTHER).await.expect(200);
    world.mail_with(&ada.email, "was reset with a code").await;
}

#[tokio::test]
async fn guesses_at_a_mailed_code_are_few() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    world.api.post("/v1/auth/password/forgot", json!({"email": ada.email})).await.expect(202);
    let code = world.code_in_mail_with(&ada.email, "set a new password").await;
    let reset = |code: String| {
        let body = json!({"email": ada.email, "code": code, "password": ANOTHER});
        async { world.api.post("/v1/auth/password/reset", body).await }
    };
    let wrong = (0..5).map(|n| format!("{:06}", (code.parse::<u32>().unwrap() + 1 + n) % 1_000_000));
    let told = futures::future::join_all(wrong.map(reset)).await;
    for answer in told {
        answer.refused(400, "invalid_code");
    }
    reset(code).await.refused(400, "invalid_code");
    login(&world, &ada.email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn attack_16_who_is_unknown_cannot_be_told_from_who_is_known() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let nobody = world.fresh_email("nobody");
    let shape = |mut body: Value| {
        body.as_object_mut().map(|body| body.remove("correlationId"));
        body
    };
    let form =
        |email: &str| json!({"email": email, "password": ANOTHER, "name": "Ada Adult", "dateOfBirth": "1990-05-17"});
    for (path, known, unknown) in [
        (
            "/v1/auth/login",
            json!({"email": ada.email, "password": ANOTHER}),
            json!({"email": nobody, "password": ANOTHER}),
        ),
        ("/v1/auth/password/forgot", json!({"email": ada.email}), json!({"email": nobody})),
        ("/v1/auth/verify-email/resend", json!({"email": ada.email}), json!({"email": nobody})),
        (
            "/v1/auth/verify-email",
            json!({"email": ada.email, "code": "12345x"}),
            json!({"email": nobody, "code": "12345x"}),
        ),
        (
            "/v1/auth/password/reset",
            json!({"email": ada.email, "code": "12345x", "password": ANOTHER}),
            json!({"email": nobody, "code": "12345x", "password": ANOTHER}),
        ),
        ("/v1/auth/register", form(&ada.email), form(&nobody)),
    ] {
        let (known, unknown) = (world.api.post(path, known).await, world.api.post(path, unknown).await);
        assert_eq!(known.status, unknown.status, "{path}");
        assert_eq!(shape(known.body), shape(unknown.body), "{path}");
    }
    login(&world, &ada.email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn after_ten_guesses_even_the_right_password_waits() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let guesses = (0..12).map(|_| login(&world, &ada.email, "not the right password"));
    let told: Vec<u16> = futures::future::join_all(guesses).await.iter().map(|answer| answer.status).collect();
    assert_eq!(told.iter().filter(|status| **status == 401).count(), 10, "{told:?}");
    let waits = login(&world, &ada.email, PASSWORD).await;
    assert!(waits.headers.contains_key("retry-after"));
    waits.refused(429, "too_many_attempts");
}

#[tokio::test]
async fn a_new_address_is_proved_before_it_counts_and_both_are_told() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let bea = world.register("Bea Adult", "1990-05-17").await;
    let wanted = world.fresh_email("ada-new");
    ada.api.post("/v1/me/email", json!({"email": ada.email})).await.refused(400, "invalid_request");
    ada.api.post("/v1/me/email", json!({"email": wanted})).await.expect(202);
    bea.api.post("/v1/me/email", json!({"email": wanted})).await.expect(202);
    world.mail_with(&ada.email, "asked for another e-mail address").await;
    ada.api.get("/v1/me").await.expect(200);

    let newest = async || world.code_in_mail_with(&wanted, "shall have this address").await;
    let code = newest().await;
    let (first, second) = {
        // The mailbox does not say whose code is whose: one of the two is right for each.
        let mut codes = vec![code];
        world.eventually("two codes", || async { (world.mails_to(&wanted).await.len() == 2).then_some(()) }).await;
        codes.push(newest().await);
        codes.dedup();
        (codes[0].clone(), codes.last().unwrap().clone())
    };
    let mut told = Vec::new();
    for person in [&ada, &bea] {
        for code in [&first, &second] {
            let answer = person.api.post("/v1/me/email/confirm", json!({"code": code})).await;
            told.push((answer.status, answer.body["code"].as_str().unwrap_or_default().to_owned()));
        }
    }
    assert_eq!(told.iter().filter(|(status, _)| *status == 204).count(), 1, "{told:?}");
    let moved = if ada.api.get("/v1/me").await.expect(200)["email"] == wanted.as_str() { &ada } else { &bea };
    world.mail_with(&moved.email, "has another e-mail address now").await;
    world.mail_with(&wanted, "has another e-mail address now").await;
    login(&world, &moved.email, PASSWORD).await.refused(401, "invalid_credentials");
    login(&world, &wanted, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn nobody_takes_over_an_address_by_registering_it_first() {
    let world = World::new().await;
    let email = world.fresh_email("victim");
    let form =
        |password: &str| json!({"email": email, "password": password, "name": "Vic Tim", "dateOfBirth": "1990-05-17"});
    world.api.post("/v1/auth/register", form("the attacker knows this one")).await.expect(202);
    world.api.post("/v1/auth/register", form(ANOTHER)).await.expect(202);
    let code = world.code_mailed_to(&email).await;
    world.api.post("/v1/auth/verify-email", json!({"email": email, "code": code})).await.expect(204);
    login(&world, &email, "the attacker knows this one").await.refused(401, "invalid_credentials");
    login(&world, &email, ANOTHER).await.refused(401, "invalid_credentials");

    world.api.post("/v1/auth/password/forgot", json!({"email": email})).await.expect(202);
    let code = world.code_in_mail_with(&email, "set a new password").await;
    let reset = json!({"email": email, "code": code, "password": ANOTHER});
    world.api.post("/v1/auth/password/reset", reset).await.expect(204);
    login(&world, &email, ANOTHER).await.expect(200);
}

#[tokio::test]
async fn a_password_is_changed_by_who_proved_lately_who_they_are() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let other = login(&world, &ada.email, PASSWORD).await.expect(200);
    let mine = login(&world, &ada.email, PASSWORD).await.expect(200);
    let api = world.api.with_token(mine["accessToken"].as_str().unwrap());
    api.put("/v1/me/password", json!({"password": "passwordpassword"})).await.refused(400, "invalid_request");

    let stale = world.proved_long_ago(mine["accessToken"].as_str().unwrap());
    let body = json!({"password": ANOTHER});
    world.api.with_token(&stale).put("/v1/me/password", body.clone()).await.refused(403, "step_up_required");
    world.api.with_token(&stale).post("/v1/auth/step-up", json!({})).await.refused(400, "proof_missing");
    let wrong = json!({"password": "not the right password"});
    world.api.with_token(&stale).post("/v1/auth/step-up", wrong).await.refused(401, "invalid_credentials");
    let proof = json!({"password": PASSWORD});
    let fresh = world.api.with_token(&stale).post("/v1/auth/step-up", proof).await.expect(200);
    let fresh = world.api.with_token(fresh["accessToken"].as_str().unwrap());
    fresh.put("/v1/me/password", body).await.expect(204);

    let refresh = async |session: &Value| {
        world.api.post("/v1/auth/refresh", json!({"refreshToken": session["refreshToken"]})).await
    };
    refresh(&other).await.refused(401, "invalid_refresh_token");
    refresh(&mine).await.expect(200);
    login(&world, &ada.email, ANOTHER).await.expect(200);
}

#[tokio::test]
async fn a_device_that_was_never_seen_is_told() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let form = json!({"email": ada.email, "password": PASSWORD});
    let agent = [("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36")];
    for _ in 0..2 {
        world.api.send(reqwest::Method::POST, "/v1/auth/login", Some(form.clone()), &agent).await.expect(200);
    }
    world.mail_with(&ada.email, "Chrome on Linux").await;
    let events = ada.api.get("/v1/me/security-events").await.expect(200);
    let kinds: Vec<&str> = events["items"].as_array().unwrap().iter().filter_map(|e| e["kind"].as_str()).collect();
    assert_eq!(kinds, ["signed_in", "signed_in_on_new_device", "signed_in"], "newest first");
}

#[tokio::test]
async fn what_somebody_allows_is_written_down_each_time_it_changes() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let nothing_said = ada.api.get("/v1/me/preferences").await;
    assert_eq!(nothing_said.headers["etag"], "\"0\"");
    assert_eq!(nothing_said.body["marketing"], json!({"email": false, "sms": false, "push": false}));
    let put = async |body: Value, version: Option<&str>| {
        let headers: Vec<_> = version.iter().map(|version| ("if-match", *version)).collect();
        ada.api.send(reqwest::Method::PUT, "/v1/me/preferences", Some(body), &headers).await
    };
    let wish = |email: bool, language: &str| json!({"language": language, "marketing": {"email": email}});
    put(wish(true, "en-GB"), Some("\"0\"")).await.expect(200);
    put(wish(true, "de"), Some("\"0\"")).await.refused(412, "stale");
    let german = put(wish(true, "de"), Some("\"1\"")).await;
    assert_eq!((&german.headers["etag"], &german.body["language"]), (&"\"2\"".parse().unwrap(), &json!("de")));
    put(wish(false, "de"), None).await.expect(200);
    for nonsense in [json!({"language": "german"}), json!({"marketing": {"fax": true}}), json!({"currency": "XXX"})] {
        put(nonsense, None).await.refused(400, "invalid_request");
    }
    let consents = ada.api.get("/v1/me/consents").await.expect(200);
    let said: Vec<&Value> = consents["items"].as_array().unwrap().iter().map(|c| &c["marketing"]["email"]).collect();
    assert_eq!(said, [&json!(false), &json!(true)], "a change of language is no consent");
}
