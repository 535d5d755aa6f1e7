//! What puts products in order: categories, brands, attributes, groups, slugs, languages, relations.

use reqwest::Method;
use serde_json::{Value, json};
use sipstr_domain::EventId;
use sipstr_testkit::{Answer, ShopSpec};

use super::catalogue::{Desk, fresh, path, whole, with};

/// The tree is one for all tests: each has a root of its own in it, and repeats an edit that met another's.
static TREE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

impl Desk {
    async fn tree_version(&self) -> Value {
        self.admin.api.get("/v1/catalogue/categories").await.expect(200)["version"].clone()
    }

    async fn category(&self, terms: Value) -> Answer {
        self.admin.api.post_keyed("/v1/catalogue/categories", EventId::new().as_str(), terms).await
    }

    /// Makes a category and says its id.
    async fn branch(&self, name: &str, parent: Option<&Value>) -> Value {
        let mut terms = json!({"name": name, "parent": parent});
        if parent.is_none() {
            terms["legal"] = json!("beer");
        }
        let tree = self.category(terms).await.expect(201);
        let made = tree["categories"].as_array().unwrap().iter().find(|category| category["name"] == name);
        made.expect("the new category")["id"].clone()
    }

    async fn change_category(&self, id: &Value, method: Method, terms: Option<Value>) -> Answer {
        let path = format!("/v1/catalogue/categories/{}", id.as_str().unwrap());
        self.at(method, &path, &self.tree_version().await, terms).await
    }
}

#[tokio::test]
async fn categories_are_made_moved_read_and_removed_when_they_are_empty() {
    let _alone = TREE.lock().await;
    let desk = Desk::new().await;
    let names: Vec<String> = ["Root", "Ale", "Stout", "Other"].map(fresh).to_vec();
    let root = desk.branch(&names[0], None).await;
    let ale = desk.branch(&names[1], Some(&root)).await;
    let stout = desk.branch(&names[2], Some(&ale)).await;
    let other = desk.branch(&names[3], Some(&root)).await;
    let below = |name: &str, parent: &Value| Some(json!({"name": name, "parent": parent, "names": {"fr": "Bière"}}));
    desk.change_category(&ale, Method::PUT, below(&names[1], &stout)).await.refused(409, "category_cycle");
    desk.change_category(&ale, Method::PUT, below(&names[3], &root)).await.refused(409, "category_name_taken");
    desk.category(json!({"name": "Cider", "parent": root, "legal": "cider"})).await.refused(409, "category_other_law");
    desk.category(json!({"name": "No law"})).await.refused(400, "invalid_request");
    let stale = format!("/v1/catalogue/categories/{}", ale.as_str().unwrap());
    desk.put(&stale, &json!(0), below(&names[1], &root).unwrap()).await.refused(412, "stale");
    desk.admin.api.put(&stale, below(&names[1], &root).unwrap()).await.refused(428, "version_missing");

    desk.change_category(&stout, Method::PUT, below(&names[2], &other)).await.expect(200);
    let french = desk.world.api.send(Method::GET, "/v1/categories", None, &[("accept-language", "fr-CA, en;q=0.5")]);
    let french = french.await;
    assert_eq!(french.headers["vary"], "accept-language");
    let english = desk.world.api.get("/v1/categories").await;
    assert_ne!(french.headers["etag"], english.headers["etag"], "each language has its own answer");
    let tag = english.headers["etag"].to_str().unwrap().to_owned();
    let again = desk.world.api.send(Method::GET, "/v1/categories", None, &[("if-none-match", &tag)]).await;
    assert_eq!(again.status, 304);
    let find = |tree: &Value| {
        let found = tree["categories"].as_array().unwrap().iter().find(|category| category["id"] == stout).cloned();
        found.expect("the moved category")
    };
    assert_eq!(find(&french.body)["name"], "Bière");
    let moved = find(&english.body);
    assert_eq!((&moved["parentId"], &moved["legal"]), (&other, &json!("beer")));
    assert_eq!(moved["path"].as_str().unwrap().split('/').count(), 3, "{moved}");

    let record = desk.make(with(whole(&fresh("Stout")), json!({"categoryId": stout}))).await;
    let wine = with(whole("Wine"), json!({"categoryId": stout, "category": "wine"}));
    desk.put(&path(&record), &record["version"], wine).await.refused(400, "invalid_request");
    let shop = desk.world.open_shop(ShopSpec::default()).await;
    let sold = desk.published(with(whole(&fresh("Imperial")), json!({"categoryId": stout}))).await;
    desk.shelve(&shop, &sold, 999).await;
    let browsed = async |category: &Value| {
        let path = format!("/v1/products?storeId={}&categoryId={}", shop.id(), category.as_str().unwrap());
        let items = desk.world.api.get(&path).await.expect(200)["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(browsed(&root).await, std::slice::from_ref(&sold["id"]), "a branch is browsed whole");
    assert!(browsed(&ale).await.is_empty());
    desk.put(&path(&sold), &sold["version"], whole(&fresh("Imperial"))).await.expect(200);

    desk.change_category(&stout, Method::DELETE, None).await.refused(409, "category_not_empty");
    desk.change_category(&other, Method::DELETE, None).await.refused(409, "category_not_empty");
    let listed = format!("/v1/catalogue/products?categoryId={}&state=draft", stout.as_str().unwrap());
    let listed = desk.admin.api.get(&listed).await.expect(200);
    assert_eq!(listed["items"], json!([record]));
    desk.put(&path(&record), &record["version"], whole("Stout")).await.expect(200);
    for id in [&stout, &other, &ale, &root] {
        let gone = desk.change_category(id, Method::DELETE, None).await;
        assert_eq!(gone.status, 204, "{:#}", gone.body);
    }
    desk.change_category(&root, Method::DELETE, None).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_category_is_made_once_for_a_key() {
    let _alone = TREE.lock().await;
    let desk = Desk::new().await;
    let (key, name) = (EventId::new(), fresh("Once"));
    let make = |name: String| {
        let terms = json!({"name": name, "legal": "wine"});
        desk.admin.api.post_keyed("/v1/catalogue/categories", key.as_str(), terms)
    };
    let made = make(name.clone()).await.expect(201);
    assert_eq!(make(name.clone()).await.expect(201), made);
    make("Another".into()).await.refused(422, "idempotency_key_reused");
    let categories = made["categories"].as_array().unwrap();
    let id = &categories.iter().find(|category| category["name"] == name).unwrap()["id"];
    assert_eq!(desk.change_category(id, Method::DELETE, None).await.status, 204);
}

#[tokio::test]
async fn brands_are_made_once_renamed_and_kept_while_products_have_them() {
    let desk = Desk::new().await;
    let name = fresh("Brasserie");
    let make = |country: Value| desk.admin.api.post("/v1/catalogue/brands", json!({"name": name, "country": country}));
    let brand = make(json!("Belgium")).await.expect(201);
    assert_eq!(make(json!("Belgium")).await.expect(201), brand);
    make(json!("France")).await.refused(409, "brand_exists");
    let brand_path = format!("/v1/catalogue/brands/{}", brand["id"].as_str().unwrap());
    let record = desk.make(with(whole(&fresh("Tripel")), json!({"brandId": brand["id"]}))).await;
    assert_eq!(desk.admin.api.get(&brand_path).await.expect(200)["uses"], 1);
    desk.at(Method::DELETE, &brand_path, &json!(1), None).await.refused(409, "in_use");
    let renamed = desk.put(&brand_path, &json!(1), json!({"name": fresh("Abbaye")})).await.expect(200);
    assert_eq!((&renamed["slug"], &renamed["version"]), (&brand["slug"], &json!(2)));
    desk.put(&brand_path, &json!(1), json!({"name": "Late"})).await.refused(412, "stale");
    desk.put(&path(&record), &record["version"], whole("Unbranded")).await.expect(200);
    let shown = desk.admin.api.get(&brand_path).await.expect(200);
    assert_eq!(shown["uses"], 0, "uses are counted whatever else is changed");
    assert_eq!(desk.at(Method::DELETE, &brand_path, &json!(2), None).await.status, 204);
    desk.admin.api.get(&brand_path).await.refused(404, "not_found");
    let public = desk.world.api.get("/v1/brands?limit=1").await;
    assert!(public.headers.contains_key("etag") && public.headers["cache-control"] == "public, max-age=60");
    assert!(public.expect(200)["items"][0].get("uses").is_none());
}

#[tokio::test]
async fn attributes_have_types_that_do_not_change_while_they_are_in_use() {
    let desk = Desk::new().await;
    let key = format!("t{}", &EventId::new().suffix()[16..]);
    let at = format!("/v1/catalogue/attributes/{key}");
    let list = |values: &[&str]| json!({"label": "Contains", "kind": {"type": "choices", "allowed": values}});
    desk.admin.api.put(&at, list(&[])).await.refused(400, "invalid_request");
    desk.admin.api.put(&at, list(&["gluten"])).await.expect(201);
    desk.admin.api.put(&at, list(&["gluten"])).await.expect(201);
    desk.admin.api.put(&at, list(&["milk"])).await.refused(428, "version_missing");
    let value = |value: Value| with(whole(&fresh("Stout")), json!({"attributes": {key.as_str(): value}}));
    for wrong in [json!("gluten"), json!(["milk"]), json!(true), json!(1)] {
        let made = desk.admin.api.post_keyed("/v1/catalogue/products", EventId::new().as_str(), value(wrong)).await;
        made.refused(400, "invalid_request");
    }
    let record = desk.make(value(json!(["gluten"]))).await;
    let number = json!({"label": "Contains", "kind": {"type": "number", "unit": "g/l"}});
    desk.put(&at, &json!(1), number.clone()).await.refused(409, "in_use");
    desk.put(&at, &json!(1), list(&["milk"])).await.refused(409, "in_use");
    desk.at(Method::DELETE, &at, &json!(1), None).await.refused(409, "in_use");
    let wider = desk.put(&at, &json!(1), list(&["gluten", "milk"])).await.expect(200);
    assert_eq!((&wider["version"], &wider["uses"]), (&json!(2), &json!(1)));
    desk.put(&path(&record), &record["version"], whole("Plain")).await.expect(200);
    desk.put(&at, &json!(2), number).await.expect(200);
    let record = desk.make(value(json!(4.25))).await;
    assert_eq!(desk.record(&record).await["details"]["attributes"][&key], 4.25);
    desk.put(&path(&record), &record["version"], whole("Plain")).await.expect(200);
    assert_eq!(desk.at(Method::DELETE, &at, &json!(3), None).await.status, 204);
}

#[tokio::test]
async fn slugs_are_unique_and_old_ones_lead_to_the_product() {
    let desk = Desk::new().await;
    let shop = desk.world.open_shop(ShopSpec::default()).await;
    let name = fresh("Bière Été");
    let one = desk.published(whole(&name)).await;
    let other = desk.published(whole(&name)).await;
    let (slug, marked) = (&one["details"]["slug"], &other["details"]["slug"]);
    assert!(slug.as_str().unwrap().starts_with("biere-ete-"), "{slug}");
    assert!(marked.as_str().unwrap().starts_with(slug.as_str().unwrap()) && marked != slug, "{marked}");
    let taken = with(whole(&name), json!({"slug": slug}));
    desk.put(&path(&other), &other["version"], taken.clone()).await.refused(409, "slug_taken");

    let new = format!("new-{}", &EventId::new().suffix()[20..]);
    let changed = with(whole(&name), json!({"slug": new}));
    desk.put(&path(&one), &one["version"], changed).await.expect(200);
    desk.put(&path(&other), &other["version"], taken).await.refused(409, "slug_taken");
    desk.shelve(&shop, &one, 499).await;
    let by = async |slug: &str, query: &str| {
        desk.world.api.get(&format!("/v1/products/by-slug/{slug}{query}")).await.expect(200)
    };
    let old = by(slug.as_str().unwrap(), "").await;
    assert_eq!((&old["movedTo"], &old["product"]["id"]), (&json!(new), &one["id"]));
    let now = by(&new, &format!("?storeId={}", shop.id())).await;
    assert_eq!((now.get("movedTo"), &now["offer"]["price"]["amount"]), (None, &json!(499)));
    let unknown = desk.world.api.get("/v1/products/by-slug/there-is-no-such-slug").await;
    assert_eq!(unknown.headers["cache-control"], "public, max-age=5");
    unknown.refused(404, "not_found");
    desk.moved(&other, "archive").await;
    let gone = format!("/v1/products/by-slug/{}", marked.as_str().unwrap());
    desk.world.api.get(&gone).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_bar_code_is_one_product_s() {
    let desk = Desk::new().await;
    // Twelve random digits and their check digit.
    let digits = u64::from_str_radix(&EventId::new().suffix()[20..], 16).unwrap() % 1_000_000_000_000;
    let body = format!("{digits:012}");
    let weights = body.bytes().rev().zip([3, 1].into_iter().cycle());
    let sum: u32 = weights.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let gtin = format!("{body}{}", (10 - sum % 10) % 10);
    let with_gtin = |name: &str| with(whole(name), json!({"gtin": gtin}));
    let one = desk.make(with_gtin(&fresh("One"))).await;
    assert_eq!(one["details"]["gtin"], format!("0{gtin}"));
    let other = desk.make(whole(&fresh("Other"))).await;
    desk.put(&path(&other), &other["version"], with_gtin("Other")).await.refused(409, "gtin_taken");
    desk.put(&path(&one), &one["version"], whole("One")).await.expect(200);
    desk.put(&path(&other), &other["version"], with_gtin("Other")).await.expect(200);
}

#[tokio::test]
async fn variants_of_a_drink_differ_and_are_shown_together() {
    let desk = Desk::new().await;
    let shop = desk.world.open_shop(ShopSpec::default()).await;
    let key = EventId::new();
    let make = |name: String| {
        let terms = json!({"name": name, "variesBy": ["size", "pack"]});
        desk.admin.api.post_keyed("/v1/catalogue/groups", key.as_str(), terms)
    };
    let name = fresh("Tripel");
    let group = make(name.clone()).await.expect(201);
    assert_eq!(make(name.clone()).await.expect(201), group);
    make("Another".into()).await.refused(422, "idempotency_key_reused");
    let group_path = format!("/v1/catalogue/groups/{}", group["id"].as_str().unwrap());
    let variant = |volume: u32, pack: u32| {
        with(whole(&fresh("Tripel")), json!({"groupId": group["id"], "volumeMl": volume, "pack": pack}))
    };
    let bottle = desk.published(variant(330, 1)).await;
    let case = desk.published(variant(330, 24)).await;
    let magnum = desk.published(variant(1_500, 1)).await;
    let same = desk.admin.api.post_keyed("/v1/catalogue/products", EventId::new().as_str(), variant(330, 24)).await;
    same.refused(409, "variant_taken");
    for (record, price) in [(&bottle, 499), (&magnum, 2_499)] {
        desk.shelve(&shop, record, price).await;
    }
    let variants = format!("/v1/products/{}/variants?storeId={}", magnum["id"].as_str().unwrap(), shop.id());
    let shown = desk.world.api.get(&variants).await.expect(200);
    let sizes: Vec<&Value> = shown["products"].as_array().unwrap().iter().map(|product| &product["volumeMl"]).collect();
    assert_eq!(sizes, [330, 1_500], "what this store sells, the smallest first");
    assert_eq!(shown["variesBy"], json!(["size", "pack"]));
    let narrower = json!({"name": name, "variesBy": ["size"]});
    desk.put(&group_path, &json!(1), narrower).await.refused(409, "in_use");
    let renamed = json!({"name": "Tripel", "variesBy": ["pack", "size"]});
    assert_eq!(desk.put(&group_path, &json!(1), renamed).await.expect(200)["uses"], 3);
    desk.at(Method::DELETE, &group_path, &json!(2), None).await.refused(409, "in_use");
    desk.put(&path(&case), &case["version"], whole(&fresh("Loner"))).await.expect(200);
    desk.make(variant(330, 24)).await;
}

#[tokio::test]
async fn products_are_shown_in_the_reader_s_language_and_with_what_they_are_related_to() {
    let desk = Desk::new().await;
    let shop = desk.world.open_shop(ShopSpec::default()).await;
    let glass = desk.published(whole(&fresh("Goes well"))).await;
    let unsold = desk.published(whole(&fresh("Not here"))).await;
    let more = json!({
        "translations": {"fr": {"name": "Triple", "description": "Dorée."}, "de-CH": {"name": "Dreifach"}},
        "related": [{"id": glass["id"], "kind": "goes_with"}, {"id": unsold["id"], "kind": "replacement"}],
    });
    let record = desk.published(with(whole(&fresh("Tripel")), more)).await;
    desk.shelve(&shop, &glass, 899).await;
    desk.shelve(&shop, &record, 499).await;
    let (id, store) = (record["id"].as_str().unwrap(), shop.id());
    let product = format!("/v1/products/{id}?storeId={store}");
    let read = async |path: &str, languages: &str| {
        let answer = desk.world.api.send(Method::GET, path, None, &[("accept-language", languages)]).await;
        assert_eq!(answer.headers["vary"], "accept-language");
        answer.expect(200)
    };
    let french = read(&product, "fr-CA,fr;q=0.9").await;
    assert_eq!((&french["name"], &french["description"]), (&json!("Triple"), &json!("Dorée.")));
    let english = read(&product, "en, fr;q=0.9").await;
    assert_eq!(english["name"], record["details"]["name"]);
    assert_eq!(read(&product, ";;;q=,").await, english, "a header that makes no sense asks for nothing");
    let list = read(&format!("/v1/products?storeId={store}"), "de-CH").await;
    let listed = list["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap();
    assert_eq!(listed["name"], "Dreifach");
    let related = read(&format!("/v1/products/{id}/related?storeId={store}"), "en").await;
    let related = related["related"].as_array().unwrap();
    assert_eq!(related.len(), 1, "only what the store sells");
    assert_eq!((&related[0]["kind"], &related[0]["product"]["id"]), (&json!("goes_with"), &glass["id"]));
}
