//! Attack 23: what is secret or personal shows neither in a log nor in a queue of those given up.

use serde_json::json;
use sipstr_domain::EventId;
use sipstr_testkit::{ShopSpec, World};

#[tokio::test]
async fn attack_23_canaries_sing_nowhere() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let mark = EventId::new().suffix()[16..].to_owned();
    let canary = |what: &str| format!("canary{what}{mark}");
    let (password, name, street) = (format!("correct horse {}", canary("pass")), canary("name"), canary("street"));
    let email = format!("{}@example.test", canary("mail"));

    // Registered, signed in wrongly and rightly, with an address, an order, a copy of the data, and refusals of each.
    let form = json!({"email": email, "password": password, "name": name, "dateOfBirth": "1990-05-17"});
    world.api.post("/v1/auth/register", form).await.expect(202);
    let code = world.code_mailed_to(&email).await;
    world.api.post("/v1/auth/verify-email", json!({"email": email, "code": code})).await.expect(204);
    let wrong = json!({"email": email, "password": format!("{password}!")});
    world.api.post("/v1/auth/login", wrong).await.refused(401, "invalid_credentials");
    let ada = world.login(&email, &password).await;
    let place = shop.store.location;
    let form = json!({"recipient": name, "line1": street, "city": "San Francisco", "region": "CA", "postalCode": "94105",
                      "country": "US", "location": place, "instructions": canary("ring")});
    let home = ada.api.post_keyed("/v1/me/addresses", "home", form).await.expect(201);
    let home = home["id"].as_str().unwrap().parse().unwrap();
    world.paid_order(&ada, &shop, &home, &[(0, 1)]).await;
    ada.api.post_keyed("/v1/me/exports", "copy", json!({})).await.expect(202);
    world.mail_with(&email, "/v1/exports/").await;
    world.api.with_token(canary("token")).get("/v1/me").await.refused(401, "");
    world.api.post("/v1/auth/register", json!({"email": canary("broken"), "x": canary("field")})).await.expect(400);

    // A name that would be two lines of a log, or paint one, is refused before anybody reads it.
    for forged in ["Ada\r\n{\"level\":\"ERROR\"}", "Ada\u{1b}[31m", "Ada\u{202e}nimda"] {
        ada.api.patch("/v1/me", json!({"name": forged})).await.refused(400, "invalid_request");
    }

    // The logs have what was done, and not by whom or with what.
    world
        .eventually("something is logged of the copy", || async {
            // The emulator reads what a function logged late when it is called again.
            ada.api.post_keyed("/v1/me/exports", "copy", json!({})).await.expect(202);
            (!world.logged_by("privacy-api", "/v1/me/exports").await.is_empty()).then_some(())
        })
        .await;
    assert_eq!(world.logged_with(&mark).await, Vec::<String>::new());
    assert_eq!(world.given_up_with(&mark).await, Vec::<String>::new());
    for line in world.logged_by("privacy-api", "/v1/me/exports").await {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(line.trim());
        assert!(parsed.is_ok() || !line.trim_start().starts_with('{'), "one line, one object: {line}");
    }
}
