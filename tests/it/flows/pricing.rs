//! What an order costs: every tax with its law, and every refund to the cent.

use serde_json::{Value, json};
use sipstr_domain::account::Role;
use sipstr_domain::money::{Currency, Rate};
use sipstr_domain::store::{DeliveryTerms, ServiceFee, SmallOrderFee, Store};
use sipstr_testkit::{Shop, ShopSpec, World, store_somewhere};

fn sum(rows: &Value, field: &str) -> i64 {
    rows.as_array().into_iter().flatten().filter_map(|row| row[field].as_i64()).sum()
}

/// A quote of one bottle of each product, by somebody who lives next door.
async fn quote_of_each(world: &World, shop: &Shop) -> Value {
    let (ada, home) = world.customer_at(shop.store.location).await;
    let quote = world.quote(&ada, shop, &home, &[(0, 1), (1, 1), (2, 1)]).await;
    let rows = sum(&quote["charges"], "amount");
    let parts = sum(&quote["lines"], "total") + sum(&quote["fees"], "total") + 300;
    assert_eq!((rows, parts), (quote["total"].as_i64().unwrap(), quote["total"].as_i64().unwrap()));
    quote
}

#[tokio::test]
async fn a_bill_in_washington_names_the_taxes_on_spirits_and_their_law() {
    let world = World::new().await;
    let store = Store { jurisdiction: "us-wa".into(), sales_tax: Rate(103_500), ..store_somewhere() };
    let shop = world.open_shop(ShopSpec { store, ..ShopSpec::default() }).await;
    let quote = quote_of_each(&world, &shop).await;
    // Gin at 22.99 in 0.75 l: 20.5 %, and 3.7708 USD a litre.
    let gin = quote["lines"][2]["taxes"].as_array().unwrap();
    let told: Vec<_> = gin.iter().map(|tax| (tax["id"].as_str().unwrap(), tax["amount"].as_i64().unwrap())).collect();
    assert_eq!(told, [("us-wa.spirits_sales_tax", 471), ("us-wa.spirits_litre_tax", 283)]);
    assert_eq!((&gin[1]["perLitre"], &gin[1]["base"]), (&json!(37_708), &json!(750)));
    assert!(gin[1]["citation"].as_str().unwrap().contains("82.08.150"));
    assert_eq!(quote["fees"][0]["taxes"][0]["rate"], 103_500, "the delivery is taxed there");
}

#[tokio::test]
async fn a_bill_in_britain_holds_its_tax_already() {
    let world = World::new().await;
    let store = Store { jurisdiction: "gb-sct".into(), currency: Currency::Gbp, ..store_somewhere() };
    let shop = world.open_shop(ShopSpec { store, ..ShopSpec::default() }).await;
    let quote = quote_of_each(&world, &shop).await;
    assert_eq!((&quote["tax"], &quote["currency"]), (&json!(0), &json!("GBP")));
    // A sixth of 12.99 + 17.99 + 22.99 + 4.99.
    assert_eq!(quote["taxIncluded"], 983);
    assert_eq!(quote["lines"][0]["taxes"][0]["included"], true);
}

#[tokio::test]
async fn broken_bottles_are_paid_back_to_the_cent() {
    let world = World::new().await;
    let delivery = DeliveryTerms {
        service_fee: Some(ServiceFee { rate: Rate::percent(5), least: 100, most: 500 }),
        small_order_fee: Some(SmallOrderFee { below: 100_000, fee: 150 }),
        ..store_somewhere().delivery
    };
    let shop =
        world.open_shop(ShopSpec { store: Store { delivery, ..store_somewhere() }, ..ShopSpec::default() }).await;
    let (ada, home) = world.customer_at(shop.store.location).await;
    let support = world.person("Sam Support", &[Role::Support], Vec::new()).await;
    let quote = world.quote(&ada, &shop, &home, &[(0, 3), (2, 1)]).await;
    let placed = world.place(&ada, &quote).await.expect(201);
    assert_eq!(placed["order"]["taxes"], quote["taxes"], "an order tells its taxes as its quote did");
    for part in ["lines", "fees"] {
        for (of_order, of_quote) in
            placed["order"][part].as_array().unwrap().iter().zip(quote[part].as_array().unwrap())
        {
            assert_eq!((&of_order["taxes"], &of_order["total"]), (&of_quote["taxes"], &of_quote["total"]));
        }
    }
    let order = placed["order"]["id"].as_str().unwrap().parse().unwrap();
    let path = format!("/v1/orders/{order}/refunds");
    let back =
        |quantity: u32| json!({"lines": [{"productId": shop.products[0], "quantity": quantity}], "reason": "broken"});

    support.api.put(&path, back(1)).await.refused(409, "wrong_state");
    world.pay(&placed).await;
    world.order_becomes(&ada, &order, "confirmed").await;
    ada.api.put(&path, back(1)).await.refused(403, "forbidden");
    support.api.put(&path, back(4)).await.refused(409, "not_in_order");
    support.api.put(&path, json!({"lines": [], "reason": "broken"})).await.refused(400, "invalid_request");

    let whole = placed["order"]["lines"][0]["total"].as_i64().unwrap();
    let mut refunded = 0;
    for quantity in [1, 3] {
        let owed = support.api.put(&path, back(quantity)).await.expect(200);
        assert_eq!((&owed["state"], &owed["lines"][0]["refunded"]), (&json!("confirmed"), &json!(quantity)));
        support.api.put(&path, back(quantity)).await.expect(200);
        refunded += owed["payment"]["refundDue"].as_i64().unwrap();
        let settled = world
            .eventually("the money is back", || async {
                let seen = ada.api.get(&format!("/v1/orders/{order}")).await.expect(200);
                (seen["payment"]["refundDue"] == 0).then_some(seen)
            })
            .await;
        assert_eq!(
            (&settled["payment"]["refunded"], &settled["payment"]["status"]),
            (&json!(refunded), &json!("paid"))
        );
    }
    assert_eq!(refunded, whole, "two refunds are the line");
    support.api.put(&path, back(2)).await.refused(409, "refunded_before");

    // The rest goes back when the order is cancelled, and nothing more.
    ada.api.post(&format!("/v1/orders/{order}/cancel"), json!({"reason": "changed my mind"})).await.expect(200);
    world
        .eventually("everything is back", || async {
            let seen = ada.api.get(&format!("/v1/orders/{order}")).await.expect(200);
            (seen["payment"]["refunded"] == placed["order"]["total"]).then_some(())
        })
        .await;
}
