//! Sign-in with other identity providers: what a link is good for, and what leads nowhere (attacks 17 and 18).

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use sipstr_domain::EventId;
use sipstr_testkit::{APP_PAGE, Answer, Departure, PASSWORD, Person, WEB_PAGE, World};

const START: &str = "/v1/auth/federation/start";

/// Somebody whom the real provider knows, and we do not yet.
fn somebody(world: &World) -> Value {
    let (sub, email) = (EventId::new().to_string(), world.fresh_email("fed"));
    json!({"sub": sub, "email": email, "email_verified": true, "name": "Ada Adult"})
}

pub async fn finish(world: &World, back: &Value) -> Answer {
    world.api.post("/v1/auth/federation/finish", json!({"return": back})).await
}

/// A whole sign-in at the real provider.
async fn sign_in(world: &World, person: &Value) -> Answer {
    let departure = world.depart("google").await;
    finish(world, &world.visit_issuer(&departure, person).await).await
}

/// A sign-in at one of the fakes, with these claims.
pub async fn sign_in_as(world: &World, provider: &str, claims: Value) -> Answer {
    let departure = world.depart(provider).await;
    let code = world.code(&departure.order(claims)).await;
    finish(world, &departure.back_with(&code)).await
}

async fn register(world: &World, needed: &Value, more: Value) -> Answer {
    let mut form = json!({
        "registrationToken": needed["registrationToken"], "name": "Ada Adult", "dateOfBirth": "1990-05-17",
    });
    form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.api.post("/v1/auth/federation/register", form).await
}

/// A new account by the real provider.
pub async fn newcomer(world: &World) -> (Value, Person) {
    let person = somebody(world);
    let needed = sign_in(world, &person).await.expect(200);
    let tokens = register(world, &needed, json!({})).await.expect(201);
    (person.clone(), signed_in(world, &tokens, &person).await)
}

pub async fn signed_in(world: &World, tokens: &Value, person: &Value) -> Person {
    let api = world.api.with_token(tokens["accessToken"].as_str().expect("a token"));
    let me = api.get("/v1/me").await.expect(200);
    let id = me["id"].as_str().unwrap().parse().unwrap();
    Person { id, email: person["email"].as_str().unwrap_or_default().to_owned(), api }
}

pub async fn links(person: &Person) -> Vec<Value> {
    person.api.get("/v1/me/links").await.expect(200)["items"].as_array().unwrap().clone()
}

pub async fn link(world: &World, person: &Person, provider: &str, claims: Value) -> Answer {
    let departure = world.depart_to_link(&person.api, provider).await;
    let code = world.code(&departure.order(claims)).await;
    person.api.post("/v1/me/links/finish", departure.back_with(&code)).await
}

#[tokio::test]
async fn a_newcomer_from_a_real_provider_tells_what_is_missing_and_is_known_from_then_on() {
    let world = World::new().await;
    let listed = world.api.get("/v1/auth/federation/providers").await.expect(200);
    assert_eq!(listed["items"], json!(["google", "apple", "facebook"]));
    let person = somebody(&world);
    let needed = sign_in(&world, &person).await.expect(200);
    assert_eq!((&needed["email"], &needed["emailProved"]), (&person["email"], &json!(true)));
    assert_eq!(needed["name"], "Ada Adult");
    register(&world, &needed, json!({"dateOfBirth": "2090-01-01"})).await.refused(400, "invalid_request");
    register(&world, &needed, json!({"email": world.fresh_email("other")})).await.refused(400, "invalid_request");
    register(&world, &needed, json!({"roles": ["admin"]})).await.refused(400, "invalid_request");
    let tokens = register(&world, &needed, json!({})).await.expect(201);
    let ada = signed_in(&world, &tokens, &person).await;
    let me = ada.api.get("/v1/me").await.expect(200);
    assert_eq!((&me["email"], &me["emailVerified"]), (&person["email"], &json!(true)));
    register(&world, &needed, json!({})).await.refused(409, "already_registered");

    let again = sign_in(&world, &person).await.expect(200);
    let again = signed_in(&world, &again, &person).await;
    assert_eq!(again.id, ada.id);
    let sessions = again.api.get("/v1/me/sessions").await.expect(200);
    assert_eq!(sessions["items"][1]["methods"], json!(["fed"]));
    // Who is meant is the subject: the address may change at the provider.
    let mut moved = person.clone();
    moved["email"] = json!(world.fresh_email("moved"));
    let tokens = sign_in(&world, &moved).await.expect(200);
    assert_eq!(signed_in(&world, &tokens, &moved).await.id, ada.id);
    world.mail_with(&ada.email, "Another provider was linked").await;
}

#[tokio::test]
async fn attack_17_an_address_that_has_an_account_lets_nobody_in_who_knows_it_elsewhere() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let claims =
        |verified: Value| json!({"sub": EventId::new().to_string(), "email": ada.email, "email_verified": verified});
    for verified in [json!(false), json!("false"), json!(null), json!(true), json!("true")] {
        sign_in_as(&world, "apple", claims(verified)).await.refused(409, "account_exists");
    }
    let facebook = json!({"id": EventId::new().to_string(), "email": ada.email.to_uppercase(), "name": "Ada"});
    sign_in_as(&world, "facebook", facebook).await.refused(409, "account_exists");
    sign_in(&world, &claims(json!(true))).await.refused(409, "account_exists");
    // Nor by registering first and telling the address afterwards.
    let unknown = json!({"sub": EventId::new().to_string()});
    let needed = sign_in_as(&world, "apple", unknown).await.expect(200);
    register(&world, &needed, json!({"email": ada.email})).await.refused(409, "account_exists");

    assert!(links(&ada).await.is_empty());
    let sessions = ada.api.get("/v1/me/sessions").await.expect(200);
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1, "her own");
    world.login(&ada.email, PASSWORD).await;
}

#[tokio::test]
async fn attack_18_what_comes_back_counts_once_and_where_it_began() {
    let world = World::new().await;
    let foreign = json!({"provider": "google", "redirectUri": "https://evil.example/signed-in"});
    world.api.post(START, foreign).await.refused(400, "invalid_redirect");
    for near in ["/", "?x", "#x", "/../evil", " "] {
        let near = json!({"provider": "google", "redirectUri": format!("{WEB_PAGE}{near}")});
        world.api.post(START, near).await.refused(400, "invalid_redirect");
    }
    let person = somebody(&world);
    let (hers, his) = (world.depart("google").await, world.depart("google").await);
    let back = world.visit_issuer(&hers, &person).await;
    let with = |name: &str, value: &str| {
        let mut changed = back.clone();
        changed[name] = json!(value);
        changed
    };
    finish(&world, &with("state", "made-up")).await.refused(400, "invalid_state");
    finish(&world, &with("state", &his.parameter("state"))).await.refused(400, "invalid_state");
    finish(&world, &with("secret", &his.secret)).await.refused(400, "invalid_state");
    finish(&world, &with("secret", "")).await.refused(400, "invalid_state");
    let mut bare = back.clone();
    bare.as_object_mut().unwrap().remove("secret");
    finish(&world, &bare).await.refused(400, "invalid_state");
    // His own ceremony with her code: PKCE and nonce are of another.
    let mut injected = back.clone();
    injected["state"] = json!(his.parameter("state"));
    injected["secret"] = json!(his.secret);
    finish(&world, &injected).await.refused(400, "invalid_sign_in");
    // Nothing of that has spoilt a sign-in that is under way, unless the provider took the code back with the misuse.
    let departure = world.depart("google").await;
    let back = world.visit_issuer(&departure, &person).await;
    let mut mixed = back.clone();
    mixed["iss"] = json!("https://another.example");
    finish(&world, &mixed).await.refused(400, "invalid_sign_in");
    finish(&world, &back).await.refused(400, "invalid_state");

    let departure = world.depart("google").await;
    let back = world.visit_issuer(&departure, &person).await;
    finish(&world, &back).await.expect(200);
    finish(&world, &back).await.refused(400, "invalid_state");
    let replay = world.depart("google").await;
    finish(&world, &replay.back_with(back["code"].as_str().unwrap())).await.refused(400, "invalid_sign_in");
}

#[tokio::test]
async fn attack_18_a_token_that_is_not_of_this_sign_in_is_not_believed() {
    let world = World::new().await;
    let now = Timestamp::now().as_second();
    let sub = EventId::new().to_string();
    let sound = json!({"sub": sub, "email": world.fresh_email("fed"), "email_verified": "true"});
    let lies = [
        ("nonce", json!("of another")),
        ("nonce", json!(null)),
        ("iss", json!("https://appleid.apple.com")),
        ("aud", json!("somebody-else")),
        ("aud", json!(["example.sipstr.web", "somebody-else"])),
        ("azp", json!("somebody-else")),
        ("exp", json!(now - 60)),
        ("iat", json!(now + 3_600)),
        ("iat", json!(now - 3_600)),
        ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
        ("sub", json!("")),
    ];
    for (name, value) in lies {
        let mut claims = sound.clone();
        claims[name] = value.clone();
        let answer = sign_in_as(&world, "apple", claims).await;
        assert_eq!(answer.body["code"], "invalid_sign_in", "{name} {value}");
        answer.refused(400, "invalid_sign_in");
    }
    let headers = [
        json!({"alg": "none"}),
        json!({"alg": "HS256"}),
        json!({"alg": "RS256", "kid": "p256"}),
        json!({"alg": "RS256", "kid": "../../etc/passwd"}),
        json!({"alg": "RS256", "kid": "x", "jku": "http://127.0.0.1:1/keys"}),
    ];
    for header in headers {
        let departure = world.depart("apple").await;
        let mut order = departure.order(sound.clone());
        order["header"] = header;
        let code = world.code(&order).await;
        finish(&world, &departure.back_with(&code)).await.refused(400, "invalid_sign_in");
    }
    // Bad PKCE: the code was asked for by somebody else's challenge.
    let (departure, other) = (world.depart("apple").await, world.depart("apple").await);
    let mut order = departure.order(sound.clone());
    order["challenge"] = json!(other.parameter("code_challenge"));
    let code = world.code(&order).await;
    finish(&world, &departure.back_with(&code)).await.refused(400, "invalid_sign_in");

    for alg in ["RS256", "ES256"] {
        let departure = world.depart("apple").await;
        let mut order = departure.order(sound.clone());
        order["header"] = json!({"alg": alg});
        let code = world.code(&order).await;
        let needed = finish(&world, &departure.back_with(&code)).await.expect(200);
        assert_eq!(needed["emailProved"], true, "after all that, nobody was written down as known");
    }
}

#[tokio::test]
async fn a_browser_holds_the_secret_in_a_cookie_and_finishes_from_our_pages_only() {
    let world = World::new().await;
    let form = json!({"provider": "apple", "redirectUri": WEB_PAGE, "secretIn": "cookie"});
    let started = world.api.post(START, form).await;
    let line = started.headers["set-cookie"].to_str().unwrap().to_owned();
    for part in ["__Host-sipstr-federation=", "Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=600"] {
        assert!(line.contains(part), "{line}");
    }
    let started = started.expect(201);
    assert!(started.get("secret").is_none(), "no script sees it");
    let url = started["authorizationUrl"].as_str().unwrap().parse().unwrap();
    let departure = Departure { url, secret: String::new() };
    let code = world.code(&departure.order(json!({"sub": EventId::new().to_string()}))).await;
    let cookie = line.split(';').next().unwrap();
    let send = async |origin: &str| {
        let body = json!({"return": {"state": departure.parameter("state"), "code": code}, "refreshIn": "cookie"});
        let headers = [("cookie", cookie), ("origin", origin)];
        world.api.send(Method::POST, "/v1/auth/federation/finish", Some(body), &headers).await
    };
    send("https://evil.example").await.refused(403, "foreign_origin");
    assert!(send("http://localhost:5173").await.expect(200)["registrationToken"].is_string());
    send("http://localhost:5173").await.refused(400, "invalid_state");
    let app = json!({"provider": "google", "redirectUri": APP_PAGE});
    world.api.post(START, app).await.expect(201);
}

#[tokio::test]
async fn apple_posts_a_form_and_tells_the_name_once() {
    let world = World::new().await;
    let departure = world.depart("apple").await;
    assert_eq!(departure.parameter("response_mode"), "form_post");
    assert!(departure.parameter("redirect_uri").ends_with("/v1/auth/federation/callback"));
    let sub = EventId::new().to_string();
    let claims = json!({
        "sub": sub, "email": world.fresh_email("relay"), "email_verified": "true", "is_private_email": "true",
    });
    let code = world.code(&departure.order(claims)).await;
    let post = async |state: &str| {
        let user = r#"{"name":{"firstName":"Ada","lastName":"Lovelace"},"email":"evil@example.com"}"#;
        let form = reqwest::Url::parse_with_params("http://x", [("state", state), ("code", &code), ("user", user)]);
        let body = form.unwrap().query().unwrap().as_bytes().to_vec();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let url = format!("{}/v1/auth/federation/callback", world.stack.api);
        let kind = "application/x-www-form-urlencoded";
        client
            .post(url)
            .header("content-type", kind)
            .header("origin", "https://appleid.apple.com")
            .body(body)
            .send()
            .await
            .unwrap()
    };
    assert_eq!(post("made-up").await.status(), 400);
    assert_eq!(post(&world.depart("google").await.parameter("state")).await.status(), 400, "Google posts no form");
    let sent_on = post(&departure.parameter("state")).await;
    assert_eq!(sent_on.status(), 303);
    let page: reqwest::Url = sent_on.headers()["location"].to_str().unwrap().parse().unwrap();
    assert!(page.as_str().starts_with(WEB_PAGE));
    let mut back: Value = page.query_pairs().map(|(name, value)| (name.into_owned(), json!(value))).collect();
    back["secret"] = json!(departure.secret);
    let needed = finish(&world, &back).await.expect(200);
    assert_eq!((&needed["name"], &needed["emailProved"]), (&json!("Ada Lovelace"), &json!(true)));
    assert!(needed["email"].as_str().unwrap().starts_with("relay"), "the token's address, not the form's");
}

#[tokio::test]
async fn who_comes_without_a_proved_address_proves_it_like_anybody() {
    let world = World::new().await;
    let id = EventId::new().to_string();
    let email = world.fresh_email("fb");
    let profile = json!({"id": id, "name": "Ada Adult", "email": email});
    let needed = sign_in_as(&world, "facebook", profile.clone()).await.expect(200);
    assert_eq!((&needed["email"], &needed["emailProved"]), (&json!(email), &json!(false)));
    let tokens = register(&world, &needed, json!({})).await.expect(201);
    let ada = signed_in(&world, &tokens, &json!({"email": email})).await;
    assert_eq!(ada.api.get("/v1/me").await.expect(200)["emailVerified"], false);
    let code = world.code_mailed_to(&email).await;
    world.api.post("/v1/auth/verify-email", json!({"email": email, "code": code})).await.expect(204);
    assert_eq!(ada.api.get("/v1/me").await.expect(200)["emailVerified"], true);
    sign_in_as(&world, "facebook", profile).await.expect(200);

    let nameless = sign_in_as(&world, "facebook", json!({"id": EventId::new().to_string()})).await.expect(200);
    assert!(nameless.get("email").is_none());
    register(&world, &nameless, json!({})).await.refused(400, "invalid_request");
}

#[tokio::test]
async fn who_took_an_address_first_does_not_keep_it_when_its_reader_comes() {
    let world = World::new().await;
    let (email, id) = (world.fresh_email("victim"), EventId::new().to_string());
    let profile = json!({"id": id, "email": email});
    let needed = sign_in_as(&world, "facebook", profile.clone()).await.expect(200);
    let taken = register(&world, &needed, json!({})).await.expect(201);
    // She registers with her own address; she alone reads the mail.
    let form = json!({"email": email, "password": PASSWORD, "name": "Vic", "dateOfBirth": "1990-05-17"});
    world.api.post("/v1/auth/register", form).await.expect(202);
    let code = world.code_mailed_to(&email).await;
    world.api.post("/v1/auth/verify-email", json!({"email": email, "code": code})).await.expect(204);
    world
        .api
        .post("/v1/auth/refresh", json!({"refreshToken": taken["refreshToken"]}))
        .await
        .refused(401, "invalid_refresh_token");
    sign_in_as(&world, "facebook", profile.clone()).await.refused(409, "account_exists");
    // What is left of the link is in nobody's way.
    let mut elsewhere = profile;
    elsewhere["email"] = json!(world.fresh_email("own"));
    let needed = sign_in_as(&world, "facebook", elsewhere).await.expect(200);
    register(&world, &needed, json!({})).await.expect(201);
}
