//! The life of a product: made, published, sold, shown, changed and withdrawn.

use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sipstr_domain::account::Role;
use sipstr_domain::catalog::{Listing, ProductRecord};
use sipstr_domain::stock::Level;
use sipstr_domain::terms::Terms;
use sipstr_domain::{EventId, Money, ProductId};
use sipstr_storage::catalog::Listed;
use sipstr_testkit::{Answer, Person, Shop, ShopSpec, World};

use super::profiles::{png, send};

/// Something that no other test has.
pub(super) fn fresh(name: &str) -> String {
    format!("{name} {}", &EventId::new().suffix()[20..])
}

pub(super) fn with(mut value: Value, more: Value) -> Value {
    value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    value
}

/// All that a product must have to be sold.
pub(super) fn whole(name: &str) -> Value {
    json!({
        "name": name, "maker": "Testers & Sons", "category": "beer", "style": "Tripel", "abvBasisPoints": 950, "volumeMl": 330,
        "container": "glass", "description": "Golden, and stronger than it looks.",
    })
}

/// An administrator with a desk of their own.
pub(super) struct Desk {
    pub world: World,
    pub admin: Person,
}

impl Desk {
    pub async fn new() -> Self {
        let world = World::new().await;
        let admin = world.person("Adele Admin", &[Role::Admin], Vec::new()).await;
        Self { world, admin }
    }

    pub async fn make(&self, details: Value) -> Value {
        self.admin.api.post_keyed("/v1/catalogue/products", EventId::new().as_str(), details).await.expect(201)
    }

    pub async fn put(&self, path: &str, version: &Value, body: Value) -> Answer {
        self.at(Method::PUT, path, version, Some(body)).await
    }

    pub async fn at(&self, method: Method, path: &str, version: &Value, body: Option<Value>) -> Answer {
        self.admin.api.send(method, path, body, &[("if-match", &format!("\"{version}\""))]).await
    }

    /// Brings a record to another state: `publish`, `archive` or `draft`.
    pub async fn moved(&self, record: &Value, to: &str) -> Value {
        self.at(Method::POST, &format!("{}/{to}", path(record)), &record["version"], None).await.expect(200)
    }

    pub async fn published(&self, details: Value) -> Value {
        let record = self.make(details).await;
        self.moved(&record, "publish").await
    }

    pub async fn record(&self, record: &Value) -> Value {
        self.admin.api.get(&path(record)).await.expect(200)
    }

    /// Puts an active product on a store's shelf.
    pub async fn shelve(&self, shop: &Shop, record: &Value, price: i64) {
        let id: ProductId = record["id"].as_str().unwrap().parse().unwrap();
        let products = self.world.products();
        let record = products.get(&id).await.unwrap().unwrap();
        let price = Money::new(price, shop.store.currency);
        let terms = Terms { settled_at: Some(Timestamp::now()), ..Terms::default() };
        let product = record.sold().unwrap();
        let listing = Listing { store_id: shop.id().clone(), product, price, terms, withdrawn: false };
        let added = self.world.catalog().add(&listing, &[], Some(products.unchanged(&record))).await.unwrap();
        assert_eq!(added, Listed::Yes);
        let level = Level::new(shop.id().clone(), id, 12, 0);
        assert!(self.world.inventory().stock_first(&level, 1).await.unwrap());
    }

    /// Waits until a product stands in a store's list as is asked for.
    pub async fn listed(&self, shop: &Shop, record: &Value, what: &str, is: impl Fn(Option<&Value>) -> bool) -> Value {
        self.world
            .eventually(what, || async {
                let id = &record["id"];
                // What was not there is remembered for some seconds, and a page of the list for fifteen.
                let by_price = format!("/v1/products?storeId={}&limit={}", shop.id(), 10 + fastrand_limit());
                let page = self.world.api.get(&by_price).await.expect(200);
                let found = page["items"].as_array().unwrap().iter().find(|item| item["id"] == *id).cloned();
                is(found.as_ref()).then(|| found.unwrap_or_default())
            })
            .await
    }
}

/// Pages are kept for a moment by what was asked for: another length is another page.
fn fastrand_limit() -> u8 {
    u8::from_str_radix(&EventId::new().suffix()[30..], 16).unwrap() % 90
}

pub(super) fn path(record: &Value) -> String {
    format!("/v1/catalogue/products/{}", record["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_product_is_made_published_sold_changed_archived_and_comes_back() {
    let desk = Desk::new().await;
    let shop = desk.world.open_shop(ShopSpec::default()).await;
    let (name, key) = (fresh("Tripel"), EventId::new());
    let draft =
        desk.admin.api.post_keyed("/v1/catalogue/products", key.as_str(), json!({"name": name})).await.expect(201);
    assert_eq!((&draft["state"], &draft["version"]), (&json!("draft"), &json!(1)));
    let again =
        desk.admin.api.post_keyed("/v1/catalogue/products", key.as_str(), json!({"name": name})).await.expect(201);
    assert_eq!(again, draft, "the same request makes nothing more");
    let other = json!({"name": "Another"});
    let other = desk.admin.api.post_keyed("/v1/catalogue/products", key.as_str(), other).await;
    other.refused(422, "idempotency_key_reused");

    let publish = format!("{}/publish", path(&draft));
    let refused = desk.at(Method::POST, &publish, &json!(1), None).await.refused(422, "incomplete");
    let missing: Vec<&str> =
        refused["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(missing, ["/maker", "/category", "/abvBasisPoints", "/volumeMl", "/container"]);
    let changed = desk.put(&path(&draft), &json!(1), whole(&name)).await.expect(200);
    assert_eq!(changed["details"]["slug"], draft["details"]["slug"], "a slug stays where none is said");
    let active = desk.moved(&changed, "publish").await;
    assert_eq!(desk.moved(&active, "publish").await, active, "it is published already");

    desk.shelve(&shop, &active, 499).await;
    let shown = desk.listed(&shop, &active, "it is in the store's list", |found| found.is_some()).await;
    assert_eq!((&shown["price"]["amount"], &shown["slug"]), (&json!(499), &active["details"]["slug"]));

    let renamed = fresh("Quadrupel");
    let changed = desk.put(&path(&active), &active["version"], whole(&renamed)).await.expect(200);
    let shown = desk.listed(&shop, &active, "the change is seen", |found| found.is_some_and(|p| p["name"] == renamed));
    assert_eq!(shown.await["price"]["amount"], 499, "the price is the store's");

    let archived = desk.moved(&changed, "archive").await;
    desk.listed(&shop, &active, "it has left the list", |found| found.is_none()).await;
    let id = active["id"].as_str().unwrap();
    let at_store = format!("/v1/products/{id}?storeId={}", shop.id());
    desk.world.api.get(&at_store).await.refused(404, "not_found");
    desk.moved(&archived, "publish").await;
    let shown = desk.listed(&shop, &active, "it is back", |found| found.is_some_and(|p| p["name"] == renamed)).await;
    assert_eq!(shown["price"]["amount"], 499);
}

#[tokio::test]
async fn what_is_archived_is_refused_at_the_till() {
    let desk = Desk::new().await;
    let shop = desk.world.open_shop(ShopSpec::default()).await;
    let active = desk.published(whole(&fresh("Tripel"))).await;
    desk.shelve(&shop, &active, 2_499).await;
    let (ada, home) = desk.world.customer_at(shop.store.location).await;
    ada.api.put("/v1/cart", json!({"storeId": shop.id(), "addressId": home})).await.expect(200);
    let item = format!("/v1/cart/items/{}", active["id"].as_str().unwrap());
    ada.api.put(&item, json!({"quantity": 1})).await.expect(200);
    let quote = ada.api.get("/v1/cart/quote").await.expect(200);
    assert_eq!(quote["obstacles"], json!([]), "{quote}");
    desk.moved(&active, "archive").await;
    let quote = desk
        .world
        .eventually("the till knows that it is not sold", || async {
            let quote = ada.api.get("/v1/cart/quote").await.expect(200);
            let obstacles = quote["obstacles"].as_array().unwrap().clone();
            obstacles.iter().any(|obstacle| obstacle["code"] == "product_unavailable").then_some(quote)
        })
        .await;
    assert_eq!(quote["lines"], json!([]), "{quote}");
    let (ben, _) = desk.world.customer_at(shop.store.location).await;
    ben.api.put("/v1/cart", json!({"storeId": shop.id()})).await.expect(200);
    ben.api.put(&item, json!({"quantity": 1})).await.refused(404, "not_found");
}

#[tokio::test]
async fn of_two_editors_at_once_one_is_told_to_look_again() {
    let desk = Desk::new().await;
    let record = desk.make(whole(&fresh("Tripel"))).await;
    let path = path(&record);
    let edit =
        |style: &str| desk.put(&path, &record["version"], with(record["details"].clone(), json!({"style": style})));
    let (one, other) = tokio::join!(edit("Saison"), edit("Stout"));
    let (won, lost) = if one.is_success() { (one, other) } else { (other, one) };
    lost.refused(412, "stale");
    let won = won.expect(200);
    assert_eq!(desk.record(&record).await, won);
    desk.admin.api.put(&path, whole("No version")).await.refused(428, "version_missing");
    desk.put(&path, &json!(1), whole("An old version")).await.refused(412, "stale");
    desk.admin.api.post(&format!("{path}/archive"), json!({})).await.refused(428, "version_missing");
    assert_eq!(desk.record(&record).await, won, "nothing was written");
}

#[tokio::test]
async fn bad_details_are_refused_with_their_place_and_write_nothing() {
    let desk = Desk::new().await;
    let record = desk.make(whole(&fresh("Tripel"))).await;
    let nobody = ProductId::new();
    for (more, pointer) in [
        (json!({"pack": 0}), "/pack"),
        (json!({"category": "non_alcoholic"}), "/abvBasisPoints"),
        (json!({"gtin": "6291041500214"}), "/gtin"),
        (json!({"slug": "../etc"}), "/slug"),
        (json!({"attributes": {"no_such_attribute": 1}}), "/attributes/no_such_attribute"),
        (json!({"related": [{"id": nobody, "kind": "similar"}]}), "/related"),
        (json!({"related": [{"id": record["id"], "kind": "similar"}]}), "/related"),
        (json!({"brandId": "brd_00000000000000000000000000000000"}), "/brandId"),
        (json!({"categoryId": "cat_00000000000000000000000000000000"}), "/categoryId"),
        (json!({"groupId": "grp_00000000000000000000000000000000"}), "/groupId"),
        (json!({"translations": {"fr": {"name": ""}}}), "/translations/fr/name"),
        (json!({"state": "active"}), "/state"),
    ] {
        let details = with(record["details"].clone(), more);
        let refused = desk.put(&path(&record), &record["version"], details).await.refused(400, "invalid_request");
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    assert_eq!(desk.record(&record).await, record, "nothing was written");
    let customer = desk.world.register("Ada Adult", "1990-05-17").await;
    customer.api.get(&path(&record)).await.refused(403, "forbidden");
    desk.admin.api.get(&format!("/v1/catalogue/products/{nobody}")).await.refused(404, "not_found");
}

/// Sends a file as a picture of a product.
async fn pictured(desk: &Desk, record: &Value, alt: &str, file: Vec<u8>) -> Value {
    let wish = json!({"contentType": "image/png", "bytes": file.len(), "alt": alt});
    let place = desk.admin.api.post(&format!("{}/images", path(record)), wish).await.expect(201);
    assert_eq!(send(&desk.world, &place, file).await, StatusCode::OK);
    place
}

async fn shown_with(desk: &Desk, record: &Value, pictures: usize) -> Value {
    desk.world
        .eventually("the pictures are shown", || async {
            let record = desk.record(record).await;
            (record["images"].as_array().map_or(0, Vec::len) == pictures).then_some(record)
        })
        .await
}

#[tokio::test]
async fn pictures_are_sent_looked_at_listed_ordered_and_removed() {
    let desk = Desk::new().await;
    let shop = desk.world.open_shop(ShopSpec::default()).await;
    let record = desk.published(whole(&fresh("Tripel"))).await;
    desk.shelve(&shop, &record, 499).await;
    pictured(&desk, &record, "The bottle", png(700, 1_400)).await;
    shown_with(&desk, &record, 1).await;
    pictured(&desk, &record, "The glass", png(90, 60)).await;
    let both = shown_with(&desk, &record, 2).await;
    let has = |count: usize| {
        move |found: Option<&Value>| {
            found.is_some_and(|product| product["images"].as_array().map_or(0, Vec::len) == count)
        }
    };
    let listed = desk.listed(&shop, &record, "the list has a picture", has(1)).await;
    let bottle = &listed["images"][0];
    let page = format!("/v1/products/{}?storeId={}", record["id"].as_str().unwrap(), shop.id());
    let page = desk.world.api.get(&page).await.expect(200);
    assert_eq!(page["images"].as_array().map(Vec::len), Some(2), "its page has both: {page}");
    assert_eq!(bottle["alt"], "The bottle");
    for (size, sides) in [("small", (80, 160)), ("medium", (240, 480)), ("large", (600, 1_200))] {
        let url = format!("{}{}", desk.world.stack.api.trim_end_matches('/'), bottle[size].as_str().unwrap());
        let answer = desk.world.client.get(url).send().await.unwrap();
        assert_eq!(
            (answer.status(), &answer.headers()["content-type"]),
            (StatusCode::OK, &"image/jpeg".parse().unwrap())
        );
        assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(jpeg_sides(&answer.bytes().await.unwrap()), Some(sides), "{size}");
    }

    let images = format!("{}/images", path(&record));
    let swapped = json!({"images": [{"id": both["images"][1]["id"], "alt": "A glass"}, both["images"][0]]});
    let ordered = desk.put(&images, &both["version"], swapped.clone()).await.expect(200);
    assert_eq!(ordered["images"][0]["alt"], "A glass");
    desk.put(&images, &both["version"], swapped).await.refused(412, "stale");
    let foreign = json!({"images": [{"id": "pic_00000000000000000000000000000000", "alt": "Another's"}]});
    desk.put(&images, &ordered["version"], foreign).await.refused(400, "invalid_request");
    let twice = json!({"images": [ordered["images"][0], ordered["images"][0]]});
    desk.put(&images, &ordered["version"], twice).await.refused(400, "invalid_request");
    assert_eq!(desk.record(&record).await, ordered, "nothing was written");

    let one = json!({"images": [ordered["images"][0]]});
    desk.put(&images, &ordered["version"], one).await.expect(200);
    desk.world.api.get(bottle["large"].as_str().unwrap()).await.refused(404, "not_found");
    let is_glass = |found: Option<&Value>| found.is_some_and(|product| product["images"][0]["alt"] == "A glass");
    desk.listed(&shop, &record, "the list has the other picture", is_glass).await;
}

/// Width and height as a JPEG's frame header says them.
fn jpeg_sides(file: &[u8]) -> Option<(u16, u16)> {
    let frame = file.windows(2).position(|marker| marker == [0xFF, 0xC0])?;
    let at = |place: usize| Some(u16::from_be_bytes([*file.get(frame + place)?, *file.get(frame + place + 1)?]));
    Some((at(7)?, at(5)?))
}

#[tokio::test]
async fn attack_22_bombs_and_other_files_are_no_pictures_of_a_product() {
    let desk = Desk::new().await;
    let record = desk.make(whole(&fresh("Tripel"))).await;
    let mut bomb = png(1, 1);
    bomb[16..24].copy_from_slice(&[0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50]);
    let images = format!("{}/images", path(&record));
    for file in [b"<svg onload=alert(1)>".to_vec(), bomb, png(9_000, 1)] {
        let place = pictured(&desk, &record, "No picture", file).await;
        desk.world
            .eventually("it is refused", || async {
                let seen = desk.admin.api.get(&images).await.expect(200);
                let uploads = seen["uploads"].as_array().unwrap().clone();
                let refused = |upload: &Value| upload["id"] == place["id"] && upload["state"] == "refused";
                uploads.iter().any(refused).then_some(())
            })
            .await;
    }
    for (content_type, bytes, alt) in
        [("image/svg+xml", 10_i64, "x"), ("image/png", 0, "x"), ("image/png", 8_388_609, "x"), ("image/png", 10, " ")]
    {
        let wish = json!({"contentType": content_type, "bytes": bytes, "alt": alt});
        desk.admin.api.post(&images, wish).await.refused(400, "invalid_request");
    }
    assert_eq!(desk.record(&record).await, record, "nothing is shown");
    let wish = json!({"contentType": "image/png", "bytes": 10, "alt": "x"});
    let nowhere = format!("/v1/catalogue/products/{}/images", ProductId::new());
    desk.admin.api.post(&nowhere, wish).await.refused(404, "not_found");
}

#[tokio::test]
async fn events_that_come_twice_or_late_change_nothing() {
    let desk = Desk::new().await;
    let shop = desk.world.open_shop(ShopSpec::default()).await;
    let record = desk.published(whole(&fresh("Tripel"))).await;
    desk.shelve(&shop, &record, 499).await;
    let name = fresh("Dubbel");
    let changed = desk.put(&path(&record), &record["version"], whole(&name)).await.expect(200);
    desk.listed(&shop, &record, "the change is seen", |found| found.is_some_and(|p| p["name"] == name)).await;
    let id: ProductId = record["id"].as_str().unwrap().parse().unwrap();
    let before = desk.world.catalog().get(shop.id(), &id).await.unwrap().unwrap();
    let event = json!({
        "id": EventId::new(), "type": "product.changed", "version": 1, "time": "2026-11-23T18:57:00Z", "subject": id,
        "correlationId": "a-test", "data": {"productId": id, "version": 1, "state": "archived"},
    });
    let message = json!({"Records": [
        {"messageId": "one", "body": event.to_string(), "eventSource": "aws:sqs", "messageAttributes": {}, "attributes": {}},
        {"messageId": "two", "body": event.to_string(), "eventSource": "aws:sqs", "messageAttributes": {}, "attributes": {}},
    ]});
    let answer = desk.world.invoke("listings-on-product", &message).await;
    assert_eq!(answer["batchItemFailures"], json!([]), "{answer}");
    assert_eq!(desk.world.catalog().get(shop.id(), &id).await.unwrap().unwrap(), before);
    assert_eq!(desk.record(&record).await, changed);
}

#[tokio::test]
async fn a_store_takes_up_what_is_sold_as_it_is_now() {
    let desk = Desk::new().await;
    let shop = desk.world.open_shop(ShopSpec::default()).await;
    let (products, catalog) = (desk.world.products(), desk.world.catalog());
    let active = desk.published(whole(&fresh("Tripel"))).await;
    let id: ProductId = active["id"].as_str().unwrap().parse().unwrap();
    let read = async || products.get(&id).await.unwrap().unwrap();
    let add = async |record: &ProductRecord| {
        let (price, terms) = (Money::new(499, shop.store.currency), Terms::default());
        let (store_id, product) = (shop.id().clone(), record.sold().unwrap());
        let listing = Listing { store_id, product, price, terms, withdrawn: false };
        catalog.add(&listing, &[], Some(products.unchanged(record))).await.unwrap()
    };
    let as_published = read().await;
    desk.put(&path(&active), &active["version"], whole(&fresh("Dubbel"))).await.expect(200);
    assert_eq!(add(&as_published).await, Listed::Stale);
    assert_eq!(catalog.get(shop.id(), &id).await.unwrap(), None, "nothing was written");
    let now = read().await;
    assert_eq!(add(&now).await, Listed::Yes);
    assert_eq!(add(&now).await, Listed::Before);
}
