//! Lists: pages that follow each other, and cursors that nobody edits (attack 20).

use serde_json::Value;
use sipstr_testkit::{ShopSpec, World};

#[tokio::test]
async fn pages_follow_each_other_without_gaps_in_every_order() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![9; 7], ..ShopSpec::default() }).await;
    for sort in ["name", "price", "-price"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/v1/products?storeId={}&sort={sort}&limit=3{cursor}", shop.id());
            let page = world.api.get(&path).await.expect(200);
            seen.extend(page["items"].as_array().unwrap().clone());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 7, "{sort}");
        let key = |item: &Value| match sort {
            "name" => item["name"].as_str().unwrap().to_lowercase(),
            "price" => format!("{:09}", item["price"]["amount"].as_i64().unwrap()),
            _ => format!("{:09}", 999_999_999 - item["price"]["amount"].as_i64().unwrap()),
        };
        assert!(seen.windows(2).all(|pair| key(&pair[0]) <= key(&pair[1])), "{sort}");
    }
}

#[tokio::test]
async fn an_edited_or_foreign_cursor_is_refused() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec { stock: vec![9; 5], ..ShopSpec::default() }).await;
    let other = world.open_shop(ShopSpec::default()).await;
    let page = world.api.get(&format!("/v1/products?storeId={}&limit=2", shop.id())).await.expect(200);
    let cursor = page["nextCursor"].as_str().unwrap();
    let edited = format!("A{}", &cursor[1..]);
    for (store, cursor) in [(shop.id(), edited.as_str()), (shop.id(), "x"), (other.id(), cursor)] {
        let path = format!("/v1/products?storeId={store}&limit=2&cursor={cursor}");
        world.api.get(&path).await.refused(400, "invalid_request");
    }
    for query in ["sort=price;drop", "limit=0", "limit=101", "limit=x", "category=poison", "colour=red"] {
        let path = format!("/v1/products?storeId={}&{query}", shop.id());
        assert_eq!(world.api.get(&path).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn an_unchanged_product_is_not_sent_again() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let path = format!("/v1/products/{}?storeId={}", shop.products[0], shop.id());
    let first = world.api.get(&path).await;
    let tag = first.headers["etag"].to_str().unwrap().to_owned();
    assert!(first.headers["cache-control"].to_str().unwrap().contains("public"));
    let again = world.api.send(reqwest::Method::GET, &path, None, &[("if-none-match", &tag)]).await;
    assert_eq!(again.status, 304);
}
