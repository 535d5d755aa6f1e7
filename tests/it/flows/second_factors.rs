//! Second factors: an authenticator app, recovery codes, remembered devices (attack 13).

use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sipstr_identity::Authenticator;
use sipstr_testkit::{Answer, PASSWORD, Person, World};

struct Paired {
    ada: Person,
    app: Authenticator,
    recovery: Vec<String>,
}

impl Paired {
    async fn new(world: &World) -> Self {
        let ada = world.register("Ada Adult", "1990-05-17").await;
        let offer = ada.api.post("/v1/me/second-factors/totp", json!({})).await.expect(201);
        assert!(offer["qrSvg"].as_str().unwrap().contains("<svg"));
        let app = Authenticator::from_text(offer["secret"].as_str().unwrap()).unwrap();
        let confirm =
            async |code: String| ada.api.post("/v1/me/second-factors/totp/confirm", json!({"code": code})).await;
        confirm("12345x".into()).await.refused(400, "invalid_code");
        // The step before, so that the present one is still good for signing in.
        let made = confirm(app.code_at(Timestamp::now() - SignedDuration::from_secs(30))).await.expect(200);
        let recovery: Vec<String> = serde_json::from_value(made["recoveryCodes"].clone()).unwrap();
        assert_eq!(recovery.len(), 10);
        Self { ada, app, recovery }
    }

    fn code(&self) -> String {
        self.app.code_at(Timestamp::now())
    }

    async fn first_step(&self, world: &World, device: Option<&str>) -> Value {
        let form = json!({"email": self.ada.email, "password": PASSWORD, "deviceToken": device});
        world.api.post("/v1/auth/login", form).await.expect(200)
    }

    async fn second_step(&self, world: &World, first: &Value, factor: Value) -> Answer {
        let step = json!({"secondFactorToken": first["secondFactorToken"], "factor": factor, "rememberDevice": true});
        world.api.post("/v1/auth/second-factor", step).await
    }
}

#[tokio::test]
async fn a_sign_in_asks_for_the_code_and_takes_each_code_once() {
    let world = World::new().await;
    let it = Paired::new(&world).await;
    it.ada.api.post("/v1/me/second-factors/totp", json!({})).await.refused(409, "totp_enabled");
    let first = it.first_step(&world, None).await;
    assert_eq!((&first["methods"], first.get("accessToken")), (&json!(["totp"]), None));
    // Attack 12: what waits for a second factor opens nothing.
    let pending = first["secondFactorToken"].as_str().unwrap();
    assert_eq!(world.api.with_token(pending).get("/v1/me").await.status, 401);

    let code = it.code();
    let tokens = it.second_step(&world, &first, json!({"totp": code})).await.expect(200);
    let me = world.api.with_token(tokens["accessToken"].as_str().unwrap()).get("/v1/me").await.expect(200);
    assert_eq!(me["secondFactors"], json!(["totp"]));
    it.second_step(&world, &first, json!({"totp": code})).await.refused(401, "invalid_second_factor");
    let edited = json!({"secondFactorToken": format!("{pending}A")});
    it.second_step(&world, &edited, json!({"totp": it.code()})).await.refused(401, "invalid_second_factor_token");
    world.mail_with(&it.ada.email, "authenticator app was added").await;
}

#[tokio::test]
async fn attack_13_a_hundred_guesses_at_once_are_five() {
    let world = World::new().await;
    let it = Paired::new(&world).await;
    let first = it.first_step(&world, None).await;
    let right = it.code();
    let wrong = |n: u32| format!("{:06}", (right.parse::<u32>().unwrap() + 7 + n) % 1_000_000);
    let guesses = futures::stream::iter(0..100).map(|n| it.second_step(&world, &first, json!({"totp": wrong(n)})));
    let told: Vec<u16> = guesses.buffer_unordered(16).map(|answer| answer.status).collect().await;
    assert!(told.iter().filter(|status| **status == 401).count() <= 5, "{told:?}");
    assert!(told.iter().all(|status| matches!(status, 401 | 429)), "{told:?}");
    it.second_step(&world, &first, json!({"totp": it.code()})).await.refused(429, "too_many_attempts");
    let code = json!({"recovery_code": it.recovery[0]});
    it.second_step(&world, &first, code).await.refused(429, "too_many_attempts");
}

#[tokio::test]
async fn a_recovery_code_is_good_once_and_new_ones_replace_the_old() {
    let world = World::new().await;
    let it = Paired::new(&world).await;
    let first = it.first_step(&world, None).await;
    let use_code = async |code: &str| it.second_step(&world, &first, json!({"recovery_code": code})).await;
    let tokens = use_code(&it.recovery[0].to_lowercase()).await.expect(200);
    use_code(&it.recovery[0]).await.refused(401, "invalid_second_factor");
    world.mail_with(&it.ada.email, "recovery code was used").await;

    let api = world.api.with_token(tokens["accessToken"].as_str().unwrap());
    let made = api.post("/v1/me/second-factors/recovery-codes", json!({})).await.expect(201);
    use_code(&it.recovery[1]).await.refused(401, "invalid_second_factor");
    use_code(made["recoveryCodes"][0].as_str().unwrap()).await.expect(200);
}

#[tokio::test]
async fn a_remembered_device_is_asked_again_after_everything_was_ended() {
    let world = World::new().await;
    let it = Paired::new(&world).await;
    let first = it.first_step(&world, None).await;
    let answer = it.second_step(&world, &first, json!({"totp": it.code()})).await;
    let device = answer.headers["x-device-token"].to_str().unwrap().to_owned();
    let api = world.api.with_token(answer.expect(200)["accessToken"].as_str().unwrap());
    assert!(it.first_step(&world, Some(&device)).await["accessToken"].is_string());

    let eve = Paired::new(&world).await;
    assert!(eve.first_step(&world, Some(&device)).await["secondFactorToken"].is_string(), "it is Ada's device");
    api.delete("/v1/me/sessions").await.expect(204);
    assert!(it.first_step(&world, Some(&device)).await["secondFactorToken"].is_string());
}

#[tokio::test]
async fn without_the_second_factor_nobody_steps_up_or_removes_it() {
    let world = World::new().await;
    let it = Paired::new(&world).await;
    let first = it.first_step(&world, None).await;
    let tokens = it.second_step(&world, &first, json!({"totp": it.code()})).await.expect(200);
    let stale = world.proved_long_ago(tokens["accessToken"].as_str().unwrap());
    let stale = world.api.with_token(stale);
    stale.delete("/v1/me/second-factors/totp").await.refused(403, "step_up_required");
    stale.post("/v1/auth/step-up", json!({"password": PASSWORD})).await.refused(400, "proof_missing");
    let proof = json!({"factor": {"recovery_code": it.recovery[3]}});
    let fresh = stale.post("/v1/auth/step-up", proof).await.expect(200);
    let fresh = world.api.with_token(fresh["accessToken"].as_str().unwrap());
    fresh.delete("/v1/me/second-factors/totp").await.expect(204);
    fresh.delete("/v1/me/second-factors/totp").await.refused(404, "not_found");
    assert!(it.first_step(&world, None).await["accessToken"].is_string(), "one factor again");
}
