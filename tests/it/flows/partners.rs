//! A store's till is told of what happens: signed, once and again until it has heard, and never where it should not be.

use aws_lc_rs::hmac;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{Timestamp, ToSpan};
use reqwest::Method;
use serde_json::{Value, json};
use sipstr_domain::SubscriptionId;
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_testkit::{Answer, Shop, ShopSpec, World};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// A shop whose till listens.
struct Till {
    world: World,
    shop: Shop,
    server: MockServer,
    webhook: Value,
    secret: String,
}

impl Till {
    async fn hearing(events: &[&str]) -> Self {
        let world = World::new().await;
        let shop = world.open_shop(ShopSpec { couriers: 1, ..ShopSpec::default() }).await;
        let server = MockServer::start().await;
        let wanted = json!({"url": format!("{}/hooks", server.uri()), "events": events, "note": "the till"});
        let path = format!("/v1/stores/{}/webhooks", shop.id());
        let made = shop.manager.api.post_keyed(&path, "till", wanted.clone()).await.expect(201);
        assert_eq!(shop.manager.api.post_keyed(&path, "till", wanted).await.expect(201), made, "made once");
        let (webhook, secret) = (made["webhook"].clone(), made["secret"].as_str().unwrap().to_owned());
        Self { world, shop, server, webhook, secret }
    }

    async fn answers(&self, status: u16) {
        self.server.reset().await;
        Mock::given(method("POST"))
            .and(path("/hooks"))
            .respond_with(ResponseTemplate::new(status))
            .mount(&self.server)
            .await;
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/stores/{}/webhooks/{}{rest}", self.shop.id(), self.webhook["id"].as_str().unwrap())
    }

    async fn ping(&self, key: &str) -> Answer {
        self.shop.manager.api.post_keyed(&self.path("/ping"), key, json!({})).await
    }

    /// What the till has heard of this type.
    async fn heard(&self, kind: &str) -> Vec<Request> {
        let all = self.server.received_requests().await.unwrap();
        let is =
            |request: &Request| serde_json::from_slice::<Value>(&request.body).is_ok_and(|body| body["type"] == kind);
        all.into_iter().filter(is).collect()
    }

    async fn hears(&self, kind: &str) -> Request {
        self.world.eventually("the till hears of it", || async { self.heard(kind).await.pop() }).await
    }

    /// The newest message once it is in a state.
    async fn message_becomes(&self, state: &str) -> Value {
        self.world
            .eventually("the message is in a state", || async {
                let page = self.shop.manager.api.get(&self.path("/messages")).await.expect(200);
                page["items"].get(0).filter(|message| message["state"] == state).cloned()
            })
            .await
    }

    async fn webhook_now(&self) -> Value {
        self.shop.manager.api.get(&self.path("")).await.expect(200)
    }

    /// Lets the time come at which the message is tried again.
    async fn let_the_wait_pass(&self, message: &Value) {
        let id = |value: &Value| AttributeValue::S(value.as_str().unwrap().to_owned());
        let past = Timestamp::now() - 1.minute();
        let update = self.world.db.update_item().table_name(self.world.table("partners"));
        let update = update.key("pk", id(&self.webhook["id"])).key("sk", id(&message["id"]));
        let update = update.update_expression("SET dueAt = :at, dueSecond = :second");
        let update = update.condition_expression("attribute_exists(dueAt)");
        let update = update.expression_attribute_values(":at", AttributeValue::S(past.to_string()));
        let update = update.expression_attribute_values(":second", AttributeValue::N(past.as_second().to_string()));
        update.send().await.expect("the message is due");
        self.world.invoke("partners-deliver", &json!({"sweep": "due"})).await;
    }
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    request.headers[name].to_str().unwrap()
}

/// The partner's side of Standard Webhooks, written for itself.
fn is_genuine(request: &Request, body: &[u8], secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &key));
    context.update(format!("{}.{}.", header(request, "webhook-id"), header(request, "webhook-timestamp")).as_bytes());
    context.update(body);
    let expected = format!("v1,{}", STANDARD.encode(context.sign().as_ref()));
    header(request, "webhook-signature").split(' ').any(|signature| signature == expected)
}

#[tokio::test]
async fn a_till_hears_of_an_order_signed_and_without_a_word_of_its_customer() {
    let till = Till::hearing(&["order.confirmed", "order.cancelled"]).await;
    till.answers(200).await;
    let (ada, home) = till.world.customer_at(till.shop.store.location).await;
    let order = till.world.paid_order(&ada, &till.shop, &home, &[(0, 1)]).await;
    let request = till.hears("order.confirmed").await;
    assert!(is_genuine(&request, &request.body, &till.secret));
    let mut flipped = request.body.clone();
    flipped[10] ^= 1;
    assert!(!is_genuine(&request, &flipped, &till.secret));
    let age = Timestamp::now().as_second() - header(&request, "webhook-timestamp").parse::<i64>().unwrap();
    assert!((0..60).contains(&age));
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!((&body["data"]["orderId"], &body["data"]["storeId"]), (&json!(order), &json!(till.shop.id())));
    assert!(!body.to_string().contains(ada.id.as_str()) && !body.to_string().contains("usr_"), "{body}");

    let message = till.message_becomes("delivered").await;
    assert_eq!(
        (&message["id"], &message["attempts"][0]["status"]),
        (&json!(header(&request, "webhook-id")), &json!(200))
    );
    let whole = till
        .shop
        .manager
        .api
        .get(&till.path(&format!("/messages/{}", message["id"].as_str().unwrap())))
        .await
        .expect(200);
    assert_eq!(whole["body"].as_str().unwrap().as_bytes(), request.body.as_slice(), "what is shown is what was sent");
    assert_eq!(till.heard("order.placed").await.len() + till.heard("order.preparing").await.len(), 0);
    assert_eq!(till.heard("order.confirmed").await.len(), 1);
}

#[tokio::test]
async fn a_till_that_was_down_hears_of_it_later_and_again_when_it_is_asked_for() {
    let till = Till::hearing(&["inventory.low"]).await;
    till.answers(500).await;
    let sent = till.ping("first").await.expect(202);
    assert_eq!(till.ping("first").await.expect(202)["id"], sent["id"], "one request, one message");
    let message = till.world.eventually("it was tried", || async {
        let page = till.shop.manager.api.get(&till.path("/messages")).await.expect(200);
        page["items"].get(0).filter(|message| message["attempts"][0]["miss"] == "refused").cloned()
    });
    let message = message.await;
    assert_eq!((&message["state"], &message["attempts"][0]["status"]), (&json!("due"), &json!(500)));
    assert!(message["nextAt"].is_string());
    assert!(till.webhook_now().await["failingSince"].is_string());

    till.answers(204).await;
    till.let_the_wait_pass(&message).await;
    let delivered = till.message_becomes("delivered").await;
    assert_eq!(delivered["attempts"].as_array().unwrap().len(), 2);
    assert!(till.webhook_now().await.get("failingSince").is_none(), "an answer is an answer");
    let first = till.hears("webhook.ping").await;

    let again = till.path(&format!("/messages/{}/redelivery", message["id"].as_str().unwrap()));
    till.shop.manager.api.post(&again, json!({})).await.expect(202);
    let heard = till.world.eventually("it comes again", || async {
        let heard = till.heard("webhook.ping").await;
        (heard.len() == 2).then_some(heard)
    });
    let heard = heard.await;
    assert_eq!(header(&heard[1], "webhook-id"), header(&first, "webhook-id"), "the till can tell");
    assert_eq!(heard[1].body, first.body);
}

#[tokio::test]
async fn a_new_secret_and_the_old_one_sign_side_by_side() {
    let till = Till::hearing(&["order.confirmed"]).await;
    till.answers(200).await;
    let rotate = async |version: &str| {
        till.shop.manager.api.send(Method::POST, &till.path("/secret"), None, &[("if-match", version)]).await
    };
    rotate("\"9\"").await.refused(412, "stale");
    let rotated = rotate("\"1\"").await.expect(201);
    let new = rotated["secret"].as_str().unwrap();
    assert_ne!(new, till.secret);
    assert!(!till.webhook_now().await.to_string().contains("whsec_"), "it is shown once");
    till.ping("rotated").await.expect(202);
    let request = till.hears("webhook.ping").await;
    assert!(is_genuine(&request, &request.body, new) && is_genuine(&request, &request.body, &till.secret));
    assert!(!is_genuine(&request, &request.body, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
}

#[tokio::test]
async fn redirects_are_not_followed_and_who_is_gone_is_told_no_more() {
    let till = Till::hearing(&["order.confirmed"]).await;
    let elsewhere = format!("{}/elsewhere", till.server.uri());
    let moved = ResponseTemplate::new(302).insert_header("location", elsewhere.as_str());
    Mock::given(method("POST")).and(path("/hooks")).respond_with(moved).mount(&till.server).await;
    let caught = Mock::given(path("/elsewhere")).respond_with(ResponseTemplate::new(200)).expect(0);
    caught.mount(&till.server).await;
    till.ping("moved").await.expect(202);
    let message = till.world.eventually("it was tried", || async {
        let page = till.shop.manager.api.get(&till.path("/messages")).await.expect(200);
        page["items"].get(0).filter(|message| message["attempts"][0]["status"] == 302).cloned()
    });
    assert_eq!(message.await["attempts"][0]["miss"], "refused");
    till.server.verify().await;

    till.answers(410).await;
    till.ping("gone").await.expect(202);
    let state = till.world.eventually("it is disabled", || async {
        let webhook = till.webhook_now().await;
        (webhook["state"] == "disabled").then_some(webhook)
    });
    let webhook = state.await;
    till.ping("again").await.refused(409, "webhook_off");
    let message = till.message_becomes("given_up").await;
    assert_eq!(message["attempts"][0]["miss"], "gone");
    let again = till.path(&format!("/messages/{}/redelivery", message["id"].as_str().unwrap()));
    till.shop.manager.api.post(&again, json!({})).await.refused(409, "webhook_off");

    let edit = json!({"url": webhook["url"], "events": ["order.ready"], "active": true});
    let version = format!("\"{}\"", webhook["version"]);
    let put = async |version: &str, edit: &Value| {
        let headers = [("if-match", version)];
        till.shop.manager.api.send(Method::PUT, &till.path(""), Some(edit.clone()), &headers).await
    };
    let edited = put(&version, &edit).await.expect(200);
    assert_eq!((&edited["state"], &edited["events"]), (&json!("active"), &json!(["order.ready"])));
    put(&version, &edit).await.refused(412, "stale");
    let paused = json!({"url": webhook["url"], "events": ["order.ready"], "active": false});
    let paused = put(&format!("\"{}\"", edited["version"]), &paused).await.expect(200);
    assert_eq!(paused["state"], "paused");
    till.ping("paused").await.refused(409, "webhook_off");
    till.shop.manager.api.delete(&till.path("")).await.expect(204);
    till.shop.manager.api.delete(&till.path("")).await.refused(404, "not_found");
    till.shop.manager.api.get(&till.path("/messages")).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_is_no_address_of_a_partner_and_who_is_no_owner_is_refused() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let (owner, path) = (&shop.manager.api, format!("/v1/stores/{}/webhooks", shop.id()));
    let at = |url: &str| json!({"url": url, "events": ["order.confirmed"]});
    for url in [
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/hooks",
        "https://192.168.1.1/",
        "https://[fd00:ec2::254]/",
        "https://[::ffff:10.0.0.1]/",
        "http://till.example/hooks",
        "ftp://till.example/",
        "https://user:secret@till.example/",
        "till.example",
        "",
    ] {
        owner.post_keyed(&path, "private", at(url)).await.refused(400, "invalid_request");
    }
    for wrong in [
        json!({"url": "https://till.example/", "events": []}),
        json!({"url": "https://till.example/", "events": ["order.placed"]}),
        json!({"url": "https://till.example/", "events": ["account.erased"]}),
        json!({"url": format!("https://till.example/{}", "x".repeat(500)), "events": ["order.ready"]}),
        json!({"url": "https://till.example/", "events": ["order.ready"], "note": "two\nlines"}),
        json!({"url": "https://till.example/", "events": ["order.ready"], "secret": "mine"}),
    ] {
        owner.post_keyed(&path, "wrong", wrong.clone()).await.refused(400, "invalid_request");
    }
    let good = at("https://till.example/hooks");
    owner.post(&path, good.clone()).await.refused(400, "idempotency_key_missing");
    let member = |role| Membership { store_id: shop.id().clone(), role };
    for role in [StoreRole::Picker, StoreRole::Manager] {
        let person = world.person("Pia", &[Role::StoreStaff], vec![member(role)]).await;
        person.api.post_keyed(&path, "staff", good.clone()).await.refused(403, "forbidden");
        person.api.get(&path).await.refused(403, "forbidden");
    }
    let stranger = world.open_shop(ShopSpec::default()).await.manager.api;
    stranger.post_keyed(&path, "stranger", good.clone()).await.refused(404, "not_found");
    assert_eq!(owner.get(&path).await.expect(200)["items"], json!([]));

    let first = owner.post_keyed(&path, "0", good.clone()).await.expect(201);
    let id = first["webhook"]["id"].as_str().unwrap();
    stranger.get(&format!("{path}/{id}")).await.refused(404, "not_found");
    owner.post_keyed(&path, "0", at("https://other.example/")).await.refused(422, "idempotency_key_reused");
    owner.get(&format!("{path}/{}", SubscriptionId::new())).await.refused(404, "not_found");
    let many = (1..14).map(|number: u32| {
        let (path, good) = (&path, good.clone());
        async move { owner.post_keyed(path, &number.to_string(), good).await.status }
    });
    let statuses = futures::future::join_all(many).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 9, "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    assert_eq!(owner.get(&path).await.expect(200)["items"].as_array().unwrap().len(), 10);
}
