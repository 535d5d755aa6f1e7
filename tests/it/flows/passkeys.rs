//! Passkeys: alone, as second factor, to step up; and everything that passes for one and is none.

use futures::StreamExt;
use serde_json::{Value, json};
use sipstr_domain::account::Role;
use sipstr_testkit::{Answer, Api, Authenticator, PASSWORD, Person, World};

const PAGE: &str = "http://localhost:5173";

struct Ada {
    world: World,
    ada: Person,
    phone: Authenticator,
    passkey: String,
    recovery: Vec<String>,
}

/// Makes a passkey for somebody, and what the answer says of it.
async fn add(api: &Api, phone: &mut Authenticator, name: &str) -> Answer {
    let offer = api.post("/v1/me/passkeys/options", json!({})).await.expect(201);
    let credential = phone.create(&offer["publicKey"]);
    api.post("/v1/me/passkeys", json!({"name": name, "credential": credential})).await
}

impl Ada {
    async fn new() -> Self {
        let world = World::new().await;
        let ada = world.register("Ada Adult", "1990-05-17").await;
        let mut phone = Authenticator::new(PAGE);
        let added = add(&ada.api, &mut phone, "Ada's phone").await.expect(201);
        let passkey = added["id"].as_str().unwrap().to_owned();
        let recovery = serde_json::from_value(added["recoveryCodes"].clone()).unwrap();
        Self { world, ada, phone, passkey, recovery }
    }

    async fn question(&self) -> Value {
        self.world.api.post("/v1/auth/passkey/options", json!({})).await.expect(201)["publicKey"].clone()
    }

    async fn answer(&self, credential: &Value) -> Answer {
        self.world.api.post("/v1/auth/passkey", json!({"credential": credential})).await
    }

    async fn sign_in(&mut self) -> Answer {
        let question = self.question().await;
        let credential = self.phone.get(&question);
        self.answer(&credential).await
    }

    async fn password(&self) -> Value {
        let form = json!({"email": self.ada.email, "password": PASSWORD});
        self.world.api.post("/v1/auth/login", form).await.expect(200)
    }

    async fn second_question(&self, first: &Value) -> Value {
        let pending = json!({"secondFactorToken": first["secondFactorToken"]});
        let asked = self.world.api.post("/v1/auth/second-factor/passkey/options", pending).await;
        asked.expect(201)["publicKey"].clone()
    }

    async fn second_answer(&self, first: &Value, credential: &Value) -> Answer {
        let step = json!({
            "secondFactorToken": first["secondFactorToken"], "credential": credential, "rememberDevice": true,
        });
        self.world.api.post("/v1/auth/second-factor/passkey", step).await
    }

    async fn kinds(&self) -> Vec<String> {
        let page = self.ada.api.get("/v1/me/security-events?limit=100").await.expect(200);
        let items = page["items"].as_array().unwrap().iter();
        items.map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
    }

    fn with(&self, tokens: &Value) -> Api {
        self.world.api.with_token(tokens["accessToken"].as_str().expect("a token"))
    }
}

#[tokio::test]
async fn a_passkey_signs_in_alone_and_without_a_name() {
    let mut it = Ada::new().await;
    let question = it.question().await;
    assert_eq!((&question["userVerification"], &question["allowCredentials"]), (&json!("required"), &json!([])));
    let credential = it.phone.get(&question);
    let tokens = it.answer(&credential).await.expect(200);
    let api = it.with(&tokens);
    let sessions = api.get("/v1/me/sessions").await.expect(200);
    let methods: Vec<&Value> = sessions["items"].as_array().unwrap().iter().map(|one| &one["methods"]).collect();
    assert!(methods.contains(&&json!(["pky"])), "two factors in one: {methods:?}");
    assert!(it.kinds().await.contains(&"passkey_added".to_owned()));
    it.world.mail_with(&it.ada.email, "A passkey was added").await;

    let listed = api.get("/v1/me/passkeys").await.expect(200);
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["items"][0]["name"]), (1, &json!("Ada's phone")));
    assert!(listed["items"][0]["lastUsedAt"].is_string());

    // For browsers, in a cookie that no script sees.
    let question = it.question().await;
    let form = json!({"credential": it.phone.get(&question), "refreshIn": "cookie"});
    let answer = it.world.api.post("/v1/auth/passkey", form).await;
    assert!(answer.headers["set-cookie"].to_str().unwrap().starts_with("__Host-sipstr-refresh="));
    assert!(answer.expect(200).get("refreshToken").is_none());
}

#[tokio::test]
async fn after_the_password_a_passkey_is_the_second_factor() {
    let mut it = Ada::new().await;
    assert_eq!(it.recovery.len(), 10, "the first second factor comes with recovery codes");
    let first = it.password().await;
    assert_eq!((&first["methods"], first.get("accessToken")), (&json!(["passkey"]), None));
    let question = it.second_question(&first).await;
    assert_eq!(question["allowCredentials"][0]["id"], json!(it.phone.id()));
    assert_eq!(question["allowCredentials"][0]["transports"], json!(["hybrid", "internal"]));
    let credential = it.phone.get(&question);
    let answer = it.second_answer(&first, &credential).await;
    let device = answer.headers["x-device-token"].to_str().unwrap().to_owned();
    let me = it.with(&answer.expect(200)).get("/v1/me").await.expect(200);
    assert_eq!(me["secondFactors"], json!(["passkey"]));
    it.second_answer(&first, &credential).await.refused(401, "invalid_passkey");
    assert!(it.kinds().await.contains(&"second_factor_failed".to_owned()));

    let remembered = json!({"email": it.ada.email, "password": PASSWORD, "deviceToken": device});
    assert!(it.world.api.post("/v1/auth/login", remembered).await.expect(200)["accessToken"].is_string());
    let code = json!({"secondFactorToken": first["secondFactorToken"], "factor": {"recovery_code": it.recovery[0]}});
    it.world.api.post("/v1/auth/second-factor", code).await.expect(200);
    let edited = json!({"secondFactorToken": "edited"});
    let asked = it.world.api.post("/v1/auth/second-factor/passkey/options", edited).await;
    asked.refused(401, "invalid_second_factor_token");
}

#[tokio::test]
async fn an_answer_is_good_once_however_many_send_it() {
    let mut it = Ada::new().await;
    let question = it.question().await;
    let credential = it.phone.get(&question);
    let at_once = futures::stream::iter(0..8).map(|_| it.answer(&credential)).buffer_unordered(8);
    let told: Vec<u16> = at_once.map(|answer| answer.status).collect().await;
    assert_eq!(told.iter().filter(|status| **status == 200).count(), 1, "{told:?}");
    assert!(told.iter().all(|status| matches!(status, 200 | 401)), "{told:?}");
    it.answer(&credential).await.refused(401, "invalid_passkey");
    it.sign_in().await.expect(200);
}

#[tokio::test]
async fn whatever_is_wrong_with_an_answer_the_same_is_said() {
    let mut it = Ada::new().await;
    it.phone.origin = "http://localhost.evil.example:5173".to_owned();
    let foreign_page = it.sign_in().await.refused(401, "invalid_passkey");
    it.phone.origin = PAGE.to_owned();

    let mut elsewhere = it.question().await;
    elsewhere["rpId"] = json!("evil.example");
    let credential = it.phone.get(&elsewhere);
    let foreign_party = it.answer(&credential).await.refused(401, "invalid_passkey");

    let mut never_asked = it.question().await;
    never_asked["challenge"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let credential = it.phone.get(&never_asked);
    let foreign_challenge = it.answer(&credential).await.refused(401, "invalid_passkey");

    let too_old = it.question().await;
    it.world.let_the_question_age(too_old["challenge"].as_str().unwrap()).await;
    let credential = it.phone.get(&too_old);
    let expired = it.answer(&credential).await.refused(401, "invalid_passkey");

    it.phone.verifies = false;
    let unverified = it.sign_in().await.refused(401, "invalid_passkey");
    it.phone.verifies = true;

    let question = it.question().await;
    let mut altered = it.phone.get(&question);
    altered["response"]["signature"] = json!("MEUCIQDfGFxZvtHzGZUzfgxIjD4BaF1YF8BKOSGwk-rVkydv3w");
    let forged = it.answer(&altered).await.refused(401, "invalid_passkey");

    // A key that belongs to nobody, which says that it is Ada's.
    let mut strange = Authenticator::new(PAGE);
    let offer = it.ada.api.post("/v1/me/passkeys/options", json!({})).await.expect(201);
    strange.create(&offer["publicKey"]);
    let question = it.question().await;
    let unknown = it.answer(&strange.get(&question)).await.refused(401, "invalid_passkey");

    for said in [&foreign_page, &foreign_party, &foreign_challenge, &expired, &unverified, &forged] {
        assert_eq!((&said["detail"], &said["title"]), (&unknown["detail"], &unknown["title"]));
    }
    it.sign_in().await.expect(200);
    let malformed = json!({"credential": {"id": "a passkey!", "type": "public-key", "response": {}}});
    it.world.api.post("/v1/auth/passkey", malformed).await.refused(400, "invalid_request");
}

#[tokio::test]
async fn after_ten_answers_even_the_right_one_waits() {
    let mut it = Ada::new().await;
    it.phone.origin = "https://evil.example".to_owned();
    for _ in 0..10 {
        it.sign_in().await.refused(401, "invalid_passkey");
    }
    it.phone.origin = PAGE.to_owned();
    it.sign_in().await.refused(429, "too_many_attempts");
}

#[tokio::test]
async fn a_counter_that_goes_back_is_refused_and_told() {
    let mut it = Ada::new().await;
    it.phone.counter = 40;
    it.sign_in().await.expect(200);
    for counter in [12, 40] {
        it.phone.counter = counter;
        it.sign_in().await.refused(401, "invalid_passkey");
    }
    assert!(it.kinds().await.contains(&"passkey_copy_suspected".to_owned()));
    it.world.mail_with(&it.ada.email, "a copy of one of your passkeys").await;
    it.phone.counter = 41;
    it.sign_in().await.expect(200);
}

#[tokio::test]
async fn what_was_asked_of_one_is_answered_by_nobody_else_and_for_nothing_else() {
    let mut it = Ada::new().await;
    let eve = it.world.register("Eve Adult", "1990-05-17").await;
    let mut eves = Authenticator::new(PAGE);
    add(&eve.api, &mut eves, "Eve's phone").await.expect(201);

    // Eve's passkey, to the question that Ada was asked after her password.
    let first = it.password().await;
    let question = it.second_question(&first).await;
    it.second_answer(&first, &eves.get(&question)).await.refused(401, "invalid_passkey");
    // Ada's answer to a question that anybody was asked is no second factor, and the other way round.
    let open = it.question().await;
    let credential = it.phone.get(&open);
    it.second_answer(&first, &credential).await.refused(401, "invalid_passkey");
    it.answer(&credential).await.expect(200);
    let question = it.second_question(&first).await;
    let credential = it.phone.get(&question);
    it.answer(&credential).await.refused(401, "invalid_passkey");
    // What Ada was offered, Eve cannot take; and what is Ada's, she cannot add.
    let offer = it.ada.api.post("/v1/me/passkeys/options", json!({})).await.expect(201);
    assert_eq!(offer["publicKey"]["excludeCredentials"][0]["id"], json!(it.phone.id()));
    let mut third = Authenticator::new(PAGE);
    let form = json!({"name": "Mine now", "credential": third.create(&offer["publicKey"])});
    eve.api.post("/v1/me/passkeys", form.clone()).await.refused(400, "invalid_passkey");
    add(&eve.api, &mut it.phone, "Mine too").await.refused(409, "passkey_in_use");
    // Nor rename or remove it.
    let path = format!("/v1/me/passkeys/{}", it.passkey);
    eve.api.patch(&path, json!({"name": "Mine"})).await.refused(404, "not_found");
    eve.api.delete(&path).await.refused(404, "not_found");
    it.ada.api.post("/v1/me/passkeys", form.clone()).await.expect(201);
    it.ada.api.post("/v1/me/passkeys", form).await.refused(400, "invalid_passkey");
}

#[tokio::test]
async fn a_passkey_that_was_removed_opens_nothing() {
    let mut it = Ada::new().await;
    let path = format!("/v1/me/passkeys/{}", it.passkey);
    let renamed = it.ada.api.patch(&path, json!({"name": " Old phone "})).await.expect(200);
    assert_eq!(renamed["name"], json!("Old phone"));
    it.ada.api.patch(&path, json!({"name": "two\nlines"})).await.refused(400, "invalid_request");
    let question = it.question().await;
    it.ada.api.delete(&path).await.expect(204);
    it.ada.api.delete(&path).await.refused(404, "not_found");
    let credential = it.phone.get(&question);
    it.answer(&credential).await.refused(401, "invalid_passkey");
    it.world.mail_with(&it.ada.email, "A passkey was removed").await;

    let tokens = it.password().await;
    let api = it.with(&tokens);
    api.post("/v1/auth/step-up/passkey/options", json!({})).await.refused(409, "no_passkey");
    // The recovery codes went with it: the next passkey comes with new ones, and may be the same.
    let added = add(&api, &mut it.phone, "Phone again").await.expect(201);
    assert_eq!(added["recoveryCodes"].as_array().unwrap().len(), 10);
    it.sign_in().await.expect(200);
}

#[tokio::test]
async fn the_last_way_in_cannot_be_removed_not_even_by_two_at_once() {
    let it = Ada::new().await;
    it.world.forget_password(&it.ada.id).await;
    let path = |id: &str| format!("/v1/me/passkeys/{id}");
    it.ada.api.delete(&path(&it.passkey)).await.refused(409, "last_way_in");
    let mut laptop = Authenticator::new(PAGE);
    let second = add(&it.ada.api, &mut laptop, "Laptop").await.expect(201);
    assert_eq!(second["recoveryCodes"], json!([]), "there are some already");
    let (one, other) = (path(&it.passkey), path(second["id"].as_str().unwrap()));
    let (one, other) = tokio::join!(it.ada.api.delete(&one), it.ada.api.delete(&other));
    let told = [one.status, other.status];
    assert!(told.contains(&204) && told.contains(&409), "{told:?}");
    assert_eq!(it.ada.api.get("/v1/me/passkeys").await.expect(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_passkey_proves_once_more_who_somebody_is() {
    let mut it = Ada::new().await;
    let tokens = it.sign_in().await.expect(200);
    let stale = it.world.proved_long_ago(tokens["accessToken"].as_str().unwrap());
    let stale = it.world.api.with_token(stale);
    stale.post("/v1/me/passkeys/options", json!({})).await.refused(403, "step_up_required");
    stale.delete(&format!("/v1/me/passkeys/{}", it.passkey)).await.refused(403, "step_up_required");

    let asked = stale.post("/v1/auth/step-up/passkey/options", json!({})).await.expect(201);
    let credential = it.phone.get(&asked["publicKey"]);
    let fresh = stale.post("/v1/auth/step-up/passkey", json!({"credential": credential})).await.expect(200);
    it.with(&fresh).post("/v1/me/passkeys/options", json!({})).await.expect(201);
    stale.post("/v1/auth/step-up/passkey", json!({"credential": credential})).await.refused(401, "invalid_passkey");
    assert!(it.kinds().await.contains(&"stepped_up".to_owned()));
}

#[tokio::test]
async fn what_was_asked_before_everything_ended_counts_no_more() {
    let mut it = Ada::new().await;
    let first = it.password().await;
    let question = it.second_question(&first).await;
    let offer = it.ada.api.post("/v1/me/passkeys/options", json!({})).await.expect(201);
    it.ada.api.delete("/v1/me/sessions?keepCurrent=true").await.expect(204);
    let credential = it.phone.get(&question);
    it.second_answer(&first, &credential).await.refused(401, "invalid_second_factor_token");
    let tokens = it.sign_in().await.expect(200);
    let form = json!({"name": "Late", "credential": Authenticator::new(PAGE).create(&offer["publicKey"])});
    it.with(&tokens).post("/v1/me/passkeys", form).await.refused(400, "invalid_passkey");
}

#[tokio::test]
async fn the_passkey_of_a_disabled_account_opens_nothing() {
    let mut it = Ada::new().await;
    let agent = it.world.person("Sam Support", &[Role::Support], Vec::new()).await;
    let because = json!({"reason": "the card was stolen"});
    agent.api.post(&format!("/v1/accounts/{}/disable", it.ada.id), because).await.expect(204);
    it.sign_in().await.refused(403, "account_disabled");
    it.ada.api.get("/v1/me/passkeys").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn twenty_passkeys_are_the_most() {
    let it = Ada::new().await;
    for n in 2..=20 {
        add(&it.ada.api, &mut Authenticator::new(PAGE), &format!("Key {n}")).await.expect(201);
    }
    it.ada.api.post("/v1/me/passkeys/options", json!({})).await.refused(409, "too_many_passkeys");
}

#[tokio::test]
async fn who_has_not_proved_the_address_keeps_no_way_in() {
    let world = World::new().await;
    let email = world.fresh_email("early");
    let form = json!({"email": email, "password": PASSWORD, "name": "Eve Early", "dateOfBirth": "1990-05-17"});
    world.api.post("/v1/auth/register", form).await.expect(202);
    let early = world.login(&email, PASSWORD).await;
    early.api.post("/v1/me/passkeys/options", json!({})).await.refused(409, "email_not_verified");
}
