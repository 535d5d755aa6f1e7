//! A store's staff signs in through a real Keycloak, as a browser does: `make test-sso`.

use std::collections::BTreeMap;

use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use serde_json::{Value, json};
use sipstr_domain::EventId;
use sipstr_testkit::{ShopSpec, WEB_PAGE, World};

/// A running Keycloak with the realm of infra/local/realm.json.
struct Keycloak {
    address: String,
    http: Client,
    admin: String,
}

impl Keycloak {
    async fn new() -> Self {
        let setting = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name}: see `make test-sso`"));
        let (address, password) = (setting("SIPSTR_KEYCLOAK"), setting("SIPSTR_KEYCLOAK_PASSWORD"));
        let http = Client::builder().redirect(Policy::none()).build().expect("a client");
        let form =
            [("client_id", "admin-cli"), ("grant_type", "password"), ("username", "admin"), ("password", &password)];
        let url = format!("{address}/realms/master/protocol/openid-connect/token");
        let answer: Value = http.post(url).form(&form).send().await.expect("an answer").json().await.expect("JSON");
        let admin = answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        Self { address, http, admin }
    }

    fn issuer(&self) -> String {
        format!("{}/realms/bottles", self.address)
    }

    async fn employ(&self, email: &str, password: &str, group: &str) {
        let user = json!({
            "username": email, "email": email, "emailVerified": true, "firstName": "Eli", "lastName": "Employee",
            "enabled": true, "groups": [format!("/{group}")],
            "credentials": [{"type": "password", "value": password, "temporary": false}],
        });
        let url = format!("{}/admin/realms/bottles/users", self.address);
        let made = self.http.post(url).bearer_auth(&self.admin).json(&user).send().await.expect("an answer");
        assert_eq!(made.status(), 201, "{:?}", made.text().await);
    }

    /// Takes somebody out of all groups.
    async fn let_go(&self, email: &str) {
        let users = format!("{}/admin/realms/bottles/users", self.address);
        let ask = async |url: String| -> Value {
            let sent = self.http.get(url).bearer_auth(&self.admin).send().await.expect("an answer");
            sent.json().await.expect("JSON")
        };
        let found = ask(format!("{users}?exact=true&email={email}")).await;
        let user = format!("{users}/{}", found[0]["id"].as_str().expect("an id"));
        for group in ask(format!("{user}/groups")).await.as_array().expect("groups") {
            let url = format!("{user}/groups/{}", group["id"].as_str().expect("an id"));
            let gone = self.http.delete(url).bearer_auth(&self.admin).send().await.expect("an answer");
            assert_eq!(gone.status(), 204);
        }
    }

    /// Fills the page of Keycloak in; what our page gets afterwards.
    async fn log_in(&self, url: Url, email: &str, password: &str) -> Value {
        let mut cookies = BTreeMap::new();
        let page = self.http.get(url).send().await.expect("a page");
        keep(&page, &mut cookies);
        let page = page.text().await.expect("a page");
        let action = page.split("action=\"").nth(1).and_then(|rest| rest.split('"').next());
        let action = action.unwrap_or_else(|| panic!("a form: {page}")).replace("&amp;", "&");
        let jar: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let form = [("username", email), ("password", password)];
        let sent = self.http.post(action).header("cookie", jar.join("; ")).form(&form).send().await.expect("an answer");
        let next = sent.headers().get("location").cloned();
        let next = next.unwrap_or_else(|| panic!("the login leads nowhere: {}", sent.status()));
        let next: Url = next.to_str().expect("an address").parse().expect("an address");
        assert!(next.as_str().starts_with(WEB_PAGE), "{next}");
        next.query_pairs()
            .filter(|(name, _)| name != "session_state")
            .map(|(k, v)| (k.into_owned(), json!(v)))
            .collect()
    }
}

fn keep(response: &Response, cookies: &mut BTreeMap<String, String>) {
    for line in response.headers().get_all("set-cookie") {
        let pair = line.to_str().expect("a cookie").split(';').next().unwrap_or_default();
        let (name, value) = pair.split_once('=').expect("a name and a value");
        cookies.insert(name.to_owned(), value.to_owned());
    }
}

#[tokio::test]
#[ignore = "`make test-sso` starts the Keycloak that it needs"]
async fn keycloak_signs_a_store_s_staff_in_and_out_of_it() {
    let (world, keycloak) = (World::new().await, Keycloak::new().await);
    let shop = world.open_shop(ShopSpec::default()).await;
    let sign_on = format!("/v1/stores/{}/sign-on", shop.id());
    let domain = format!("k{}.example", &EventId::new().suffix()[16..]);
    let settings = json!({
        "issuer": keycloak.issuer(), "clientId": "sipstr", "clientSecret": "of-this-machine-only", "domain": domain,
        "roleClaim": "groups", "roles": [{"value": "leads", "role": "manager"}, {"value": "staff", "role": "picker"}],
    });
    let made = shop.manager.api.put(&sign_on, settings).await.expect(200);
    let record = &made["record"];
    world.put_record(record["name"].as_str().unwrap(), record["text"].as_str().unwrap()).await;
    shop.manager.api.post(&format!("{sign_on}/prove-domain"), json!({})).await.expect(200);

    let (email, password) = (format!("eli@{domain}"), "a password of Keycloak's own");
    keycloak.employ(&email, password, "leads").await;
    let sign_in = async || {
        let departure = world.depart(shop.id().as_str()).await;
        let mut back = keycloak.log_in(departure.url.clone(), &email, password).await;
        back["secret"] = json!(departure.secret);
        world.api.post("/v1/auth/federation/finish", json!({"return": back})).await
    };
    let needed = sign_in().await.expect(200);
    assert_eq!((&needed["email"], &needed["name"]), (&json!(email), &json!("Eli Employee")));
    let form = json!({
        "registrationToken": needed["registrationToken"], "name": needed["name"], "dateOfBirth": "1990-05-17",
    });
    let tokens = world.api.post("/v1/auth/federation/register", form).await.expect(201);
    let me = world.api.with_token(tokens["accessToken"].as_str().unwrap()).get("/v1/me").await.expect(200);
    assert_eq!(me["stores"], json!([{"storeId": shop.id(), "role": "manager"}]));
    sign_in().await.expect(200);
    keycloak.let_go(&email).await;
    sign_in().await.refused(403, "no_role");
}
