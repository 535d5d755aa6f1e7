//! A store's assortment goes into a file, is changed there, and comes back: checked to the row, stopped, skipped, repeated.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};
use sipstr_domain::EventId;
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_testkit::{Answer, Api, Shop, ShopSpec, World, listing};

use super::catalogue::{Desk, fresh, whole};

/// A store of three products and its manager at a spreadsheet.
struct Office {
    world: World,
    shop: Shop,
}

impl Office {
    async fn new() -> Self {
        let world = World::new().await;
        let shop = world.open_shop(ShopSpec::default()).await;
        Self { world, shop }
    }

    fn api(&self) -> &Api {
        &self.shop.manager.api
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/stores/{}/{rest}", self.shop.id())
    }

    async fn order(&self, key: &str, body: Value) -> Answer {
        self.api().post_keyed(&self.path("imports"), key, body).await
    }

    /// Sends a file over the link of an order.
    async fn upload(&self, order: &Value, file: &str) -> StatusCode {
        let url = order["upload"]["url"].as_str().expect("a link");
        let put = self.world.client.put(url).header("content-type", "text/csv").body(file.to_owned());
        put.send().await.expect("the bucket answers").status()
    }

    /// Orders an import, sends its file, and waits until it is over.
    async fn import(&self, file: &str, dry_run: bool, on_errors: &str) -> Value {
        let body = json!({"dryRun": dry_run, "onErrors": on_errors, "size": file.len()});
        let order = self.order(EventId::new().as_str(), body).await.expect(201);
        assert_eq!(order["job"]["state"], "waiting");
        assert_eq!(self.upload(&order, file).await, StatusCode::OK);
        self.followed("imports", &order["job"]["id"]).await
    }

    /// Waits until a job is over.
    async fn followed(&self, kind: &str, id: &Value) -> Value {
        let path = self.path(&format!("{kind}/{}", id.as_str().expect("an id")));
        let begun = Instant::now();
        loop {
            let job = self.api().get(&path).await.expect(200);
            if ["done", "failed", "cancelled"].contains(&job["state"].as_str().expect("a state")) {
                return job;
            }
            assert!(begun.elapsed() < Duration::from_secs(120), "not over: {job:#}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn export(&self) -> String {
        let key = EventId::new();
        let order = self.api().post_keyed(&self.path("exports"), key.as_str(), json!({})).await.expect(202);
        let job = self.followed("exports", &order["id"]).await;
        assert_eq!(job["state"], "done", "{job:#}");
        self.fetched(&job["url"]).await
    }

    async fn fetched(&self, url: &Value) -> String {
        let answer = self.world.client.get(url.as_str().expect("a link")).send().await.expect("the bucket answers");
        assert_eq!(answer.status(), StatusCode::OK);
        answer.text().await.expect("a text")
    }

    /// Every listing of the store, as its staff see it.
    async fn assortment(&self) -> Value {
        self.api().get(&self.path("assortment?limit=100")).await.expect(200)["items"].clone()
    }

    async fn listed(&self, product: usize) -> Value {
        self.api().get(&self.path(&format!("assortment/{}", self.shop.products[product]))).await.expect(200)
    }

    fn row(&self, product: usize, price: &str, offered: &str) -> String {
        format!("{},{price},{offered}\n", self.shop.products[product])
    }
}

const HEADER: &str = "productId,price,offered\n";

/// Where errors are, and how they are called.
fn places(job: &Value) -> Vec<(u64, String, String)> {
    let errors = job["errors"].as_array().expect("errors").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    errors.map(|error| (error["row"].as_u64().expect("a row"), text(&error["column"]), text(&error["code"]))).collect()
}

fn place(row: u64, column: &str, code: &str) -> (u64, String, String) {
    (row, column.to_owned(), code.to_owned())
}

#[tokio::test]
async fn a_file_is_checked_refused_skipped_and_applied() {
    let office = Office::new().await;
    let before = office.assortment().await;
    let unknown = sipstr_domain::ProductId::new();
    let file = [
        HEADER,
        &office.row(0, "4.5", "true"),
        &office.row(1, "-4.50", "true"),
        &format!("{unknown},4.50,true\n"),
        &office.row(2, "6.00", "false"),
        &office.row(0, "7.00", "true"),
        "=cmd|' /C calc'!A0,1.00,true\n",
    ]
    .concat();
    let wrong = [
        place(3, "price", "price_negative"),
        place(4, "productId", "unknown_product"),
        place(6, "productId", "duplicate_product"),
        place(7, "productId", "formula"),
    ];

    let dry = office.import(&file, true, "skip").await;
    assert_eq!((&dry["state"], &dry["dryRun"]), (&json!("done"), &json!(true)));
    assert_eq!(dry["progress"], json!({"read": 6, "changing": 2, "applied": 0, "unchanged": 0, "failed": 4}));
    assert_eq!(places(&dry), wrong);
    let report = office.fetched(&dry["errorsUrl"]).await;
    assert_eq!(report.lines().count(), 1 + wrong.len());
    assert!(report.contains("\"3\",\"price\",\"price_negative\","), "{report}");
    assert!(report.contains("\"'=cmd|' /C calc'!A0\""), "a report runs nothing: {report}");

    let stopped = office.import(&file, false, "stop").await;
    assert_eq!((&stopped["state"], &stopped["fault"]["code"]), (&json!("failed"), &json!("rows_refused")));
    assert_eq!(places(&stopped), wrong);
    assert_eq!(office.assortment().await, before, "neither of the two wrote anything");

    let skipped = office.import(&file, false, "skip").await;
    assert_eq!(skipped["state"], "done");
    assert_eq!(skipped["progress"], json!({"read": 6, "changing": 2, "applied": 2, "unchanged": 0, "failed": 4}));
    assert_eq!(places(&skipped), wrong);
    assert_eq!(
        (&office.listed(0).await["price"]["amount"], office.listed(1).await),
        (&json!(450), before_of(&before, &office, 1))
    );
    assert_eq!(
        (&office.listed(2).await["price"]["amount"], &office.listed(2).await["offered"]),
        (&json!(600), &json!(false))
    );
    let prices = office.path(&format!("assortment/{}/prices", office.shop.products[0]));
    let prices = office.api().get(&prices).await.expect(200);
    assert_eq!(prices["items"][0]["actor"], json!(office.shop.manager.id));

    let page = office.api().get(&office.path("imports")).await.expect(200);
    let listed: Vec<&Value> = page["items"].as_array().unwrap().iter().map(|job| &job["id"]).collect();
    assert_eq!(listed, [&skipped["id"], &stopped["id"], &dry["id"]], "the newest first");
}

fn before_of(assortment: &Value, office: &Office, product: usize) -> Value {
    let id = json!(office.shop.products[product]);
    let mut listings = assortment.as_array().unwrap().iter();
    listings.find(|listing| listing["productId"] == id).expect("a listing").clone()
}

#[tokio::test]
async fn what_was_exported_changes_nothing_when_it_comes_back() {
    let office = Office::new().await;
    let before = office.assortment().await;
    let file = office.export().await;
    assert_eq!(file.lines().count(), 4);
    let job = office.import(&file, false, "stop").await;
    assert_eq!(job["state"], "done", "{job:#}");
    assert_eq!(job["progress"], json!({"read": 3, "changing": 0, "applied": 0, "unchanged": 3, "failed": 0}));
    assert_eq!(office.assortment().await, before);
    assert_eq!(office.export().await, file);
}

#[tokio::test]
async fn a_message_that_comes_again_changes_nothing() {
    let office = Office::new().await;
    let file = [HEADER, &office.row(0, "4.50", "true")].concat();
    let job = office.import(&file, false, "stop").await;
    let after = office.listed(0).await;
    // Somebody asks another price since; the same message, of the file and of the turn, brings none back.
    let terms = json!({"price": {"amount": 999, "currency": "USD"}});
    let version = format!("\"{}\"", after["version"]);
    let path = office.path(&format!("assortment/{}", office.shop.products[0]));
    let condition = [("if-match", version.as_str())];
    let priced = office.api().send(reqwest::Method::PUT, &path, Some(terms), &condition).await.expect(200);
    for (function, sample, was) in [
        (
            "imports-run",
            include_str!("../../../events/aws/imports-run.job.due.json"),
            "job_1f0f5e4c7c1f4e1ab3c2d4e5f6071829",
        ),
        (
            "imports-on-upload",
            include_str!("../../../events/aws/imports-on-upload.s3.json"),
            "1f0f5e4c7c1f4e1ab3c2d4e5f6071829",
        ),
    ] {
        let id = job["id"].as_str().unwrap();
        let id = if was.starts_with("job_") { id } else { &id["job_".len()..] };
        let message: Value = serde_json::from_str(&sample.replace(was, id)).unwrap();
        let answer = office.world.invoke(function, &message).await;
        assert_eq!(answer["batchItemFailures"], json!([]), "{function}");
    }
    assert_eq!(office.listed(0).await, priced);
    let path = office.path(&format!("imports/{}", job["id"].as_str().unwrap()));
    let now = office.api().get(&path).await.expect(200);
    assert_eq!((&now["progress"], &now["updatedAt"]), (&job["progress"], &job["updatedAt"]));
}

#[tokio::test]
async fn an_import_is_ordered_once_and_cancelled_before_its_file_comes() {
    let office = Office::new().await;
    let file = [HEADER, &office.row(0, "4.50", "true")].concat();
    let body = json!({"onErrors": "stop", "size": file.len()});
    let order = office.order("once", body.clone()).await.expect(201);
    let again = office.order("once", body).await.expect(201);
    assert_eq!(order["job"]["id"], again["job"]["id"]);
    office.order("once", json!({"onErrors": "skip", "size": file.len()})).await.refused(422, "idempotency_key_reused");

    let path = office.path(&format!("imports/{}", order["job"]["id"].as_str().unwrap()));
    let cancelled = office.api().post(&format!("{path}/cancel"), json!({})).await.expect(200);
    assert_eq!(cancelled["state"], "cancelled");
    office.upload(&order, &file).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(office.api().get(&path).await.expect(200)["state"], "cancelled");
    assert_ne!(office.listed(0).await["price"]["amount"], json!(450));
    office.api().post(&format!("{path}/cancel"), json!({})).await.expect(200);
    let done = office.import(&file, false, "stop").await;
    let done = office.path(&format!("imports/{}/cancel", done["id"].as_str().unwrap()));
    office.api().post(&done, json!({})).await.refused(409, "job_over");
}

#[tokio::test]
async fn what_is_no_such_file_and_who_may_not_is_refused() {
    let office = Office::new().await;
    let before = office.assortment().await;
    for body in [
        json!({"onErrors": "stop", "size": 0}),
        json!({"onErrors": "stop", "size": 20_000_001}),
        json!({"onErrors": "stop", "size": 100_000_000}),
        json!({"onErrors": "perhaps", "size": 10}),
        json!({"size": 10}),
        json!({"onErrors": "stop", "size": 10, "checksum": "abc"}),
        json!({"onErrors": "stop", "size": 10, "contentType": "text/html"}),
    ] {
        let answer = office.order(EventId::new().as_str(), body.clone()).await;
        assert_eq!(answer.status, 400, "{body}");
    }
    for (file, code) in [
        ("PK\u{3}\u{4} a workbook", "not_csv"),
        ("{\"prices\": []}", "unknown_column"),
        ("productId;price;offered\n", "not_comma_separated"),
        ("\n", "empty"),
    ] {
        let job = office.import(file, false, "skip").await;
        assert_eq!((&job["state"], &job["fault"]["code"]), (&json!("failed"), &json!(code)), "{job:#}");
    }
    let file = [HEADER, &office.row(0, "4.50", "true")].concat();
    let body = json!({"onErrors": "stop", "size": file.len(), "checksum": "0".repeat(64)});
    let order = office.order("checksum", body).await.expect(201);
    office.upload(&order, &file).await;
    assert_eq!(office.followed("imports", &order["job"]["id"]).await["fault"]["code"], "checksum_differs");

    let body = json!({"onErrors": "stop", "size": file.len()});
    let order = office.order("theirs", body.clone()).await.expect(201);
    let theirs = office.path(&format!("imports/{}", order["job"]["id"].as_str().unwrap()));
    let stranger = office.world.open_shop(ShopSpec::default()).await;
    stranger.manager.api.post_keyed(&office.path("imports"), "x", body.clone()).await.refused(404, "not_found");
    stranger.manager.api.post_keyed(&office.path("exports"), "x", json!({})).await.refused(404, "not_found");
    stranger.manager.api.get(&theirs).await.refused(404, "not_found");
    stranger.manager.api.post(&format!("{theirs}/cancel"), json!({})).await.refused(404, "not_found");
    stranger.manager.api.get(&office.path("imports")).await.refused(404, "not_found");
    // Under a store of their own it does not exist either.
    let elsewhere = format!("/v1/stores/{}/imports/{}", stranger.id(), order["job"]["id"].as_str().unwrap());
    stranger.manager.api.get(&elsewhere).await.refused(404, "not_found");
    let membership = Membership { store_id: office.shop.id().clone(), role: StoreRole::Picker };
    let picker = office.world.person("Pia Picker", &[Role::StoreStaff], vec![membership]).await.api;
    picker.post_keyed(&office.path("imports"), "x", body).await.refused(403, "forbidden");
    picker.post_keyed(&office.path("exports"), "x", json!({})).await.refused(403, "forbidden");
    picker.post(&format!("{theirs}/cancel"), json!({})).await.refused(403, "forbidden");
    picker.get(&theirs).await.expect(200);
    assert_eq!(office.assortment().await, before);
}

#[tokio::test]
async fn products_come_into_the_assortment_by_slug_and_drafts_do_not() {
    let desk = Desk::new().await;
    let shop = desk.world.open_shop(ShopSpec::default()).await;
    let office = Office { world: desk.world.clone(), shop };
    let sold = desk.published(whole(&fresh("Dubbel"))).await;
    let draft = desk.make(whole(&fresh("Quadrupel"))).await;
    let slug = |record: &Value| record["details"]["slug"].as_str().expect("a slug").to_owned();
    let file = format!(
        "slug,price,offered\n{},4.20,true\n{},5.20,true\nnobody-has-this,1.00,true\n",
        slug(&sold),
        slug(&draft)
    );
    let job = office.import(&file, false, "skip").await;
    assert_eq!(places(&job), [place(3, "slug", "not_active"), place(4, "slug", "unknown_product")], "{job:#}");
    let listing = office.path(&format!("assortment/{}", sold["id"].as_str().unwrap()));
    let listing = office.api().get(&listing).await.expect(200);
    assert_eq!((&listing["price"]["amount"], &listing["version"]), (&json!(420), &json!(1)));
}

#[tokio::test]
async fn ten_thousand_rows_are_applied_with_every_wrong_one_named() {
    let office = Office::new().await;
    let listings: Vec<_> = (0..10_000).map(|number| listing(&office.shop.store, number)).collect();
    office.world.catalog().put_many(&listings).await.expect("the listings are written");
    let mut file = HEADER.to_owned();
    for (place, listing) in listings.iter().enumerate() {
        let price = if place % 1_000 == 999 { "9.999" } else { "9.99" };
        file.push_str(&format!("{},{price},true\n", listing.product.id));
    }
    let begun = Instant::now();
    let job = office.import(&file, false, "skip").await;
    let seconds = begun.elapsed().as_secs();
    assert_eq!(job["state"], "done", "{job:#}");
    assert_eq!((&job["progress"]["applied"], &job["progress"]["failed"]), (&json!(9_990), &json!(10)));
    let expected: Vec<_> = (1..=10).map(|n| place(n * 1_000 + 1, "price", "price_too_precise")).collect();
    assert_eq!(places(&job), expected);
    assert!(seconds < 60, "ten thousand rows took {seconds} s");
}
