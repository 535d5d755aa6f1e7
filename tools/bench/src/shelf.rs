//! A store and what stands on its shelves.

use jiff::civil::{date, time};
use sipstr_domain::books::Commission;
use sipstr_domain::catalog::{Catalogued, Category, Container, Listing, Product};
use sipstr_domain::geo::Point;
use sipstr_domain::money::Rate;
use sipstr_domain::store::{DeliveryTerms, Licence, OpeningHours, Store};
use sipstr_domain::terms::Terms;
use sipstr_domain::{Currency, Money, ProductId, StoreId};

pub fn listing(store: &Store, number: usize) -> Listing {
    Listing {
        store_id: store.id.clone(),
        price: Money::new(1_299 + 50 * number as i64, store.currency),
        terms: Terms::default(),
        withdrawn: false,
        product: Product {
            id: ProductId::new(),
            name: format!("Coastal Pinot Noir Reserve {number}"),
            maker: "Anchor Vineyards".to_owned(),
            category: Category::Wine,
            style: "Pinot Noir".to_owned(),
            abv_basis_points: 1_350,
            volume_ml: 750,
            pack: 1,
            container: Container::Glass,
            country: Some("United States".to_owned()),
            region: Some("California".to_owned()),
            description: "Cherry, cedar and a little smoke; from vines that look at the sea.".to_owned(),
            catalogued: Catalogued::default(),
        },
    }
}

pub fn store() -> Store {
    Store {
        id: StoreId::new(),
        name: "Bench Bottles".to_owned(),
        address: "1 Market Street, San Francisco, CA 94105".to_owned(),
        location: Point::new(37.79, -122.4).expect("a place on Earth"),
        time_zone: "America/Los_Angeles".to_owned(),
        jurisdiction: "us-ca".to_owned(),
        sales_tax: Rate(86_250),
        currency: Currency::Usd,
        licence: Licence {
            number: "21-000001".to_owned(),
            classes: vec![],
            categories: vec![Category::Beer, Category::Wine, Category::Spirits, Category::Cider],
            expires_on: date(2040, 1, 1),
        },
        hours: (1..=7)
            .map(|weekday| OpeningHours { weekday, opens: time(8, 0, 0, 0), closes: time(2, 0, 0, 0) })
            .collect(),
        paused: false,
        delivery: DeliveryTerms { radius_metres: 8_000, fee: 499, minimum_basket: 500, ..DeliveryTerms::default() },
        preparation_minutes: 15,
        commission: Commission::default(),
    }
}
