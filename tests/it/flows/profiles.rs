//! What people tell and show of themselves: addresses, a picture, and proof of their age (attacks 19 and 22).

use reqwest::StatusCode;
use serde_json::{Value, json};
use sipstr_testkit::{Person, ShopSpec, World};

/// A PNG of one colour, in the fewest bytes that make one: stored blocks, no compression.
pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    let row = [vec![0_u8], vec![0x7b; width as usize]].concat();
    let raw = row.repeat(height as usize);
    let mut zlib = vec![0x78, 0x01];
    for (place, block) in raw.chunks(0xFFFF).enumerate() {
        zlib.push(u8::from((place + 1) * 0xFFFF >= raw.len()));
        let length = u16::try_from(block.len()).unwrap();
        zlib.extend(length.to_le_bytes());
        zlib.extend((!length).to_le_bytes());
        zlib.extend(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in &raw {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    zlib.extend(((b << 16) | a).to_be_bytes());
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let chunks = [chunk(b"IHDR", &head), chunk(b"IDAT", &zlib), chunk(b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [&kind[..], data].concat();
    let mut crc = u32::MAX;
    for byte in &body {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], &body, &(!crc).to_be_bytes()].concat()
}

async fn place_for(person: &Person, bytes: usize) -> Value {
    person.api.post("/v1/me/avatar", json!({"contentType": "image/png", "bytes": bytes})).await.expect(201)
}

pub(super) async fn send(world: &World, place: &Value, file: Vec<u8>) -> StatusCode {
    let put = world.client.put(place["url"].as_str().unwrap()).header("content-type", "image/png");
    put.body(file).send().await.expect("the bucket answers").status()
}

async fn became(world: &World, person: &Person, place: &Value, state: &str) -> Value {
    world
        .eventually(&format!("the picture is {state}"), || async {
            let avatar = person.api.get("/v1/me/avatar").await.expect(200);
            let newest = avatar["newest"]["id"] == place["id"] && avatar["newest"]["state"] == state;
            newest.then_some(avatar)
        })
        .await
}

#[tokio::test]
async fn a_picture_is_sent_looked_at_shown_replaced_and_removed() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    assert_eq!(ada.api.get("/v1/me/avatar").await.expect(200), json!({}));
    let file = png(700, 600);
    let place = place_for(&ada, file.len()).await;
    assert_eq!(send(&world, &place, file.clone()).await, StatusCode::OK);
    let shown = became(&world, &ada, &place, "ready").await;
    let portrait = world.client.get(shown["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(portrait.headers()["content-type"], "image/jpeg");
    let portrait = portrait.bytes().await.unwrap();
    assert_eq!(&portrait[..3], b"\xFF\xD8\xFF");

    let next = place_for(&ada, file.len()).await;
    send(&world, &next, file).await;
    became(&world, &ada, &next, "ready").await;
    world
        .eventually("the old one is gone", || async {
            let old = world.client.get(shown["url"].as_str().unwrap()).send().await.unwrap();
            (old.status() == StatusCode::NOT_FOUND).then_some(())
        })
        .await;
    ada.api.delete("/v1/me/avatar").await.expect(204);
    ada.api.delete("/v1/me/avatar").await.expect(204);
    assert_eq!(ada.api.get("/v1/me/avatar").await.expect(200), json!({}));
}

#[tokio::test]
async fn attack_22_what_is_no_picture_or_a_flood_of_pixels_is_not_shown() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let mut flood = png(1, 1);
    flood[16..24].copy_from_slice(&[0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50]);
    for file in [b"<svg onload=alert(1)>".to_vec(), flood, png(9_000, 1)] {
        let place = place_for(&ada, file.len()).await;
        send(&world, &place, file).await;
        let avatar = became(&world, &ada, &place, "refused").await;
        assert!(avatar["newest"]["fault"].is_string() && avatar.get("url").is_none(), "{avatar}");
    }
    let before = ada.api.get("/v1/me/avatar").await.expect(200);
    for (content_type, bytes) in
        [("image/png", 0_i64), ("image/png", 8_388_609), ("image/svg+xml", 10), ("image/png", -1)]
    {
        let wish = json!({"contentType": content_type, "bytes": bytes});
        ada.api.post("/v1/me/avatar", wish).await.refused(400, "invalid_request");
    }
    assert_eq!(ada.api.get("/v1/me/avatar").await.expect(200), before, "nothing was written");
}

#[tokio::test]
async fn attack_19_a_link_is_good_for_its_key_its_type_and_its_size() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let place = place_for(&ada, 100).await;
    let url = place["url"].as_str().unwrap();
    for signed in ["X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost", "X-Amz-Expires=300"] {
        assert!(url.contains(signed), "{url}");
    }
    assert_eq!(place["headers"], json!({"content-type": "image/png", "content-length": "100"}));
    assert!(url.contains(ada.id.as_str()), "the key is made here: there is no field to name one");
    let mallory = world.register("Mallory", "1990-05-17").await;
    assert_eq!(mallory.api.get("/v1/me/avatar").await.expect(200), json!({}), "another's picture does not exist");
}

async fn tell(world: &World, check: &str, outcome: Value) {
    let path = format!("{}/_config/identity/{check}", world.stack.stripe);
    assert!(world.client.post(path).json(&outcome).send().await.unwrap().status().is_success());
}

async fn begin(person: &Person, key: &str) -> String {
    let place = person.api.post_keyed("/v1/me/age/checks", key, json!({})).await.expect(201);
    place["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn who_shows_the_document_of_the_day_they_told_is_verified() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    assert_eq!(ada.api.get("/v1/me/age").await.expect(200), json!({"state": "declared"}));
    let check = begin(&ada, "once").await;
    assert_eq!(begin(&ada, "once").await, check, "the same key is the same check");
    assert_eq!(ada.api.get("/v1/me/age").await.expect(200)["state"], "checking");
    tell(&world, &check, json!({"status": "verified", "dob": {"year": 1990, "month": 5, "day": 17}})).await;
    let age = ada.api.get("/v1/me/age").await.expect(200);
    assert_eq!((age["state"].as_str(), age["until"].is_string()), (Some("verified"), true));
    assert_eq!(ada.api.get("/v1/me/age").await.expect(200), age, "and stays so");
    let session = format!("/v1/identity/verification_sessions/{check}?expand[]=verified_outputs.dob");
    assert!(world.stripe_get(&session).await["verified_outputs"].is_null(), "the verifier was told to forget");
    ada.api.post_keyed("/v1/me/age/checks", "again", json!({})).await.refused(409, "verified_already");
}

#[tokio::test]
async fn another_day_of_birth_or_a_bad_document_verifies_nobody() {
    let world = World::new().await;
    let yuri = world.register("Yuri Young", "1990-05-17").await;
    let check = begin(&yuri, "a").await;
    tell(&world, &check, json!({"status": "verified", "dob": {"year": 2009, "month": 5, "day": 17}})).await;
    assert_eq!(yuri.api.get("/v1/me/age").await.expect(200), json!({"state": "refused"}));
    world.mail_with(&yuri.email, "did not confirm").await;
    let check = begin(&yuri, "b").await;
    assert_eq!(yuri.api.get("/v1/me/age").await.expect(200)["state"], "checking");
    tell(&world, &check, json!({"status": "requires_input", "error": "document_expired"})).await;
    assert_eq!(yuri.api.get("/v1/me/age").await.expect(200)["state"], "refused");
    // The verifier is out of reach: nothing is begun, and nothing is decided.
    let fault = json!({"path": "/v1/identity", "status": 503, "times": 1, "contains": yuri.id.as_str()});
    world.stripe_fault(fault).await;
    yuri.api.post_keyed("/v1/me/age/checks", "c", json!({})).await.refused(503, "unavailable");
}

async fn told(world: &World, address: &str, lat: f64, lng: f64, kind: &str) {
    let place = json!({"address": address, "lat": lat, "lng": lng, "type": kind});
    let sent = world.client.post(format!("{}/_config/places", world.stack.maps)).json(&place).send().await;
    assert!(sent.expect("the map answers").status().is_success());
}

fn lives_at(line1: &str, pin: Option<(f64, f64)>) -> Value {
    let mut form = json!({"recipient": "Ada Adult", "line1": line1, "city": "San Francisco", "region": "CA",
                          "postalCode": "94105", "country": "US"});
    if let Some((lat, lng)) = pin {
        form["location"] = json!({"lat": lat, "lng": lng});
    }
    form
}

#[tokio::test]
async fn an_address_is_found_on_the_map_and_a_pin_stands_for_what_it_does_not_know() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    // Metres are enough: the last digits of a float do not survive every parser on the way.
    let metres = |degrees: f64| (degrees * 1e5).round() / 1e5;
    let (lat, lng) = (metres(shop.store.location.lat), metres(shop.store.location.lng));
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let street = format!("1 {} Street", &ada.id.suffix()[20..]);
    told(&world, &street, lat, lng, "ROOFTOP").await;
    let add = async |key: &str, form: Value| ada.api.post_keyed("/v1/me/addresses", key, form).await;

    let home = add("home", lives_at(&street, None)).await.expect(201);
    assert_eq!(home["location"], json!({"lat": lat, "lng": lng}));
    assert_eq!((&home["isDefault"], &home["deliveredTo"]), (&json!(true), &json!(true)));
    let far = Some((lat + 1.0, lng));
    add("wrong", lives_at(&street, far)).await.refused(422, "place_differs");
    add("nowhere", lives_at("7 Unbuilt Road", None)).await.refused(422, "address_unknown");
    told(&world, &format!("about {street}"), lat, lng, "APPROXIMATE").await;
    add("rough", lives_at(&format!("about {street}"), None)).await.refused(422, "address_unknown");
    let cabin = add("cabin", lives_at("7 Unbuilt Road", far)).await.expect(201);
    assert_eq!((&cabin["isDefault"], &cabin["deliveredTo"]), (&json!(false), &json!(false)));

    // A new street is a new place; the old pin does not stand for it.
    let path = |address: &Value| format!("/v1/me/addresses/{}", address["id"].as_str().unwrap());
    ada.api.patch(&path(&home), json!({"line1": "7 Unbuilt Road"})).await.refused(422, "address_unknown");
    let moved = ada.api.patch(&path(&cabin), json!({"line1": street})).await.expect(200);
    assert_eq!(moved["location"], home["location"]);
    let noted = ada.api.patch(&path(&cabin), json!({"instructions": "Ring twice"})).await.expect(200);
    assert_eq!(noted["location"], home["location"]);
}

#[tokio::test]
async fn one_address_is_the_default_until_it_goes() {
    let world = World::new().await;
    let ada = world.register("Ada Adult", "1990-05-17").await;
    let mut ids = Vec::new();
    for key in ["a", "b"] {
        let form = lives_at("7 Unbuilt Road", Some((37.0, -122.0)));
        let made = ada.api.post_keyed("/v1/me/addresses", key, form).await.expect(201);
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let default = async || {
        let listed = ada.api.get("/v1/me/addresses").await.expect(200);
        let items = listed["items"].as_array().unwrap().clone();
        items.into_iter().find(|item| item["isDefault"] == true).map(|item| item["id"].clone())
    };
    assert_eq!(default().await, Some(json!(ids[0])));
    ada.api.put(&format!("/v1/me/addresses/{}/default", ids[1]), json!({})).await.expect(204);
    assert_eq!(default().await, Some(json!(ids[1])));
    let mallory = world.register("Mallory", "1990-05-17").await;
    mallory.api.put(&format!("/v1/me/addresses/{}/default", ids[0]), json!({})).await.refused(404, "not_found");
    ada.api.delete(&format!("/v1/me/addresses/{}", ids[1])).await.expect(204);
    assert_eq!(default().await, None);
    ada.api.delete(&format!("/v1/me/addresses/{}", ids[1])).await.refused(404, "not_found");
    ada.api.delete(&format!("/v1/me/addresses/{}", ids[0])).await.expect(204);
}
