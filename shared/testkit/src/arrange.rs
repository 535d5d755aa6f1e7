//! A store of a test's own: in a place where no other test is, with its staff, its couriers and what stands on its shelves.

use jiff::civil::{date, time};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_domain::books::Commission;
use sipstr_domain::catalog::{Catalogued, Category, Container, Listing, Product};
use sipstr_domain::delivery::{Courier, Vehicle};
use sipstr_domain::geo::Point;
use sipstr_domain::promotion::{Benefit, Entry, PromoCode, Promotion, Rules};
use sipstr_domain::stock::Level;
use sipstr_domain::store::{DeliveryTerms, Licence, OpeningHours, Store};
use sipstr_domain::terms::Terms;
use sipstr_domain::{CourierId, Currency, EventId, Money, ProductId, StoreId};

use crate::{Person, World};

/// What a store of a test shall be.
#[derive(Debug, Clone)]
pub struct ShopSpec {
    pub store: Store,
    /// Bottles of each product.
    pub stock: Vec<u32>,
    /// Buckets that each product's stock is split into.
    pub buckets: u16,
    pub threshold: u32,
    pub couriers: usize,
}

impl Default for ShopSpec {
    fn default() -> Self {
        Self { store: store_somewhere(), stock: vec![24, 24, 24], buckets: 1, threshold: 0, couriers: 1 }
    }
}

/// What a buyer wants: so many of the product at this place in the assortment.
pub type Demand = (usize, u32);

/// A store with its people.
#[derive(Debug, Clone)]
pub struct Shop {
    pub store: Store,
    pub products: Vec<ProductId>,
    pub manager: Person,
    pub couriers: Vec<Person>,
}

impl Shop {
    pub fn id(&self) -> &StoreId {
        &self.store.id
    }
}

impl World {
    /// The store asks another price for a product from now on.
    pub async fn reprice(&self, shop: &Shop, product: usize, amount: i64) {
        let found = self.catalog().get(shop.id(), &shop.products[product]).await.expect("the table answers");
        let mut listing = found.expect("the store sells it");
        listing.price.amount = amount;
        self.catalog().put_many(&[listing]).await.expect("the listing is written");
    }

    /// The store does not sell a product any more.
    pub async fn unlist(&self, shop: &Shop, product: usize) {
        let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
        let delete = self.db.delete_item().table_name(self.table("catalog"));
        let delete = delete.key("pk", text(shop.id().as_str())).key("sk", text(shop.products[product].as_str()));
        delete.send().await.expect("the listing is gone");
    }

    /// Opens a store with an assortment of its own.
    pub async fn open_shop(&self, spec: ShopSpec) -> Shop {
        let store = spec.store;
        self.stores().put(&store).await.expect("the store is written");
        let mut products = Vec::new();
        for (number, bottles) in spec.stock.iter().enumerate() {
            let mut listing = listing(&store, number);
            // It was sold yesterday too: there is a price before.
            listing.terms.settled_at = Some(Timestamp::now() - SignedDuration::from_hours(24));
            products.push(listing.product.id.clone());
            self.catalog().put_many(std::slice::from_ref(&listing)).await.expect("the listing is written");
            let level = Level::new(store.id.clone(), listing.product.id, *bottles, spec.threshold);
            assert!(self.inventory().stock_first(&level, spec.buckets).await.expect("the stock is written"));
        }
        let membership = Membership { store_id: store.id.clone(), role: StoreRole::Owner };
        let manager = self.person("Mira Manager", &[Role::StoreStaff], vec![membership]).await;
        self.stores().add_member(&store.id, &manager.id).await.expect("the member is written");
        let mut couriers = Vec::new();
        for _ in 0..spec.couriers {
            couriers.push(self.courier_at(store.location).await);
        }
        Shop { store, products, manager, couriers }
    }

    /// Puts somebody, whose account says so already, on the list of a shop's staff.
    pub async fn join_staff(&self, shop: &Shop, person: &Person) {
        self.stores().add_member(shop.id(), &person.id).await.expect("the member is written");
    }

    /// A code of its own that takes five off the goods.
    pub async fn five_off(&self, limit: u32, once_per_customer: bool) -> PromoCode {
        let code = format!("TEST-{}", &EventId::new().suffix()[20..]);
        let code = PromoCode::try_from(code).expect("a code");
        let promotion = Promotion {
            code: code.clone(),
            title: "five off".into(),
            benefit: Benefit::AmountOffItems { amount: 500 },
            version: 1,
            entry: Entry::Code,
            rules: Rules::default(),
            store_id: None,
            starts_at: Timestamp::UNIX_EPOCH,
            ends_at: Timestamp::MAX,
            limit,
            used: 0,
            lane: 0,
            exclusive: false,
            per_customer: once_per_customer.then_some(1),
            budget: None,
            budget_left: None,
        };
        assert!(self.promotions().add(&promotion).await.expect("the promotion is written"));
        code
    }

    /// The products of a store whose books do not close, as the nightly audit sees them.
    pub async fn drift_of(&self, shop: &Shop) -> Vec<Value> {
        let report = self.invoke("inventory-audit", &Value::Object(Default::default())).await;
        let drifts = report["drifts"].as_array().expect("a report").iter();
        drifts.filter(|drift| drift["storeId"] == shop.id().as_str()).cloned().collect()
    }

    /// A courier on shift and free.
    pub async fn courier_at(&self, position: Point) -> Person {
        let person = self.person("Carlo Courier", &[Role::Courier], Vec::new()).await;
        let courier = Courier {
            id: CourierId::of_user(&person.id),
            version: 1,
            name: "Carlo Courier".parse().expect("a name"),
            vehicle: Vehicle::Bicycle,
            position,
            delivery_id: None,
            on_shift: true,
        };
        self.couriers().put(&courier).await.expect("the courier is written");
        person
    }

    /// The figures of a product as the store's manager reads them.
    pub async fn stock(&self, shop: &Shop, product: usize) -> Value {
        let page = shop.manager.api.get(&format!("/v1/stores/{}/stock?limit=100", shop.id())).await.expect(200);
        let wanted = shop.products[product].as_str();
        let items = page["items"].as_array().expect("a list");
        items.iter().find(|item| item["productId"] == wanted).cloned().expect("the product is stocked")
    }

    /// What the buckets say is free.
    pub async fn free(&self, shop: &Shop, product: usize) -> u32 {
        let wanted = &shop.products[product];
        let found = self.inventory().available(shop.id(), std::slice::from_ref(wanted)).await.expect("buckets");
        found[wanted]
    }
}

/// Somewhere in California, at least tens of kilometres from where another test is likely to be.
pub fn store_somewhere() -> Store {
    let id = StoreId::new();
    let spread =
        |text: &str| f64::from(u16::from_str_radix(text, 16).expect("hexadecimal digits")) / f64::from(u16::MAX);
    let random = EventId::new();
    let digits = &random.suffix()[24..];
    let location = Point::new(35.0 + 5.0 * spread(&digits[..4]), -121.0 + 5.0 * spread(&digits[4..])).expect("a point");
    Store {
        id,
        name: "Test Bottles".into(),
        address: "1 Test Street".into(),
        location,
        time_zone: "America/Los_Angeles".into(),
        jurisdiction: "us-ca".into(),
        sales_tax: sipstr_domain::money::Rate(86_250),
        currency: Currency::Usd,
        licence: Licence {
            number: "21-000001".into(),
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

/// What a store sells at this place in its assortment.
pub fn listing(store: &Store, number: usize) -> Listing {
    let names = ["Amber Ale", "Coastal Pinot", "Dry Gin"];
    let categories = [Category::Beer, Category::Wine, Category::Spirits];
    Listing {
        store_id: store.id.clone(),
        price: Money::new(1_299 + 500 * number as i64, store.currency),
        terms: Terms::default(),
        withdrawn: false,
        product: Product {
            id: ProductId::new(),
            name: format!("{} {number}", names[number % 3]),
            maker: "Testers & Sons".into(),
            category: categories[number % 3],
            style: "House".into(),
            abv_basis_points: [520, 1_350, 4_300][number % 3],
            volume_ml: [355, 750, 750][number % 3],
            pack: [6, 1, 1][number % 3],
            container: [Container::Can, Container::Glass, Container::Glass][number % 3],
            country: Some("United States".into()),
            region: None,
            description: String::new(),
            catalogued: Catalogued::default(),
        },
    }
}
