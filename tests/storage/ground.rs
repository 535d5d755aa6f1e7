//! What every test stands on: fresh tables, the aggregates on them, and things to put into them.

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use futures::StreamExt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sipstr_domain::cart::Cart;
use sipstr_domain::catalog::Category;
use sipstr_domain::order::{Due, DueKind, Order, OrderLine};
use sipstr_domain::pricing::PricedLine;
use sipstr_domain::stock::{AdjustmentReason, LedgerEntry, Level};
use sipstr_domain::{EventId, LedgerEntryId, OrderId, ProductId, StoreId, UserId};
use sipstr_runtime::Aws;
use sipstr_storage::Db;
use sipstr_storage::carts::Carts;
use sipstr_storage::inventory::Inventory;
use sipstr_storage::orders::{GiveBack, Orders};
use sipstr_storage::placing::{Placing, Wish};
use sipstr_storage::promotions::Promotions;
use sipstr_testkit::{Faults, Stack, sample};

use crate::tables;

/// The tables of one test; they go when it ends, well or not.
pub struct Ground {
    pub db: Db,
    endpoint: String,
    region: String,
    prefix: String,
}

impl Ground {
    pub async fn new() -> Self {
        let (endpoint, region) = match std::env::var("SIPSTR_DYNAMODB") {
            Ok(endpoint) => (endpoint, "us-west-2".to_owned()),
            Err(_) => {
                let stack = Stack::from_env();
                (stack.aws, stack.region)
            }
        };
        let prefix = format!("contract-{}", EventId::new().suffix());
        let ground = Self { db: aws(&endpoint, &region).dynamodb(), endpoint, region, prefix };
        for (name, shape) in tables::shapes() {
            tables::create(&ground.db, &ground.table(&name), &shape).await;
        }
        ground
    }

    pub fn table(&self, name: &str) -> String {
        format!("{}-{name}", self.prefix)
    }

    /// The same database, over a connection that fails on demand.
    pub fn over(&self, faults: &Faults) -> Db {
        aws_over(faults.client(), &self.endpoint, &self.region).dynamodb()
    }

    pub fn orders(&self) -> Orders {
        Orders::new(self.db.clone(), self.table("orders"))
    }

    pub fn inventory(&self) -> Inventory {
        Inventory::new(self.db.clone(), self.table("inventory"))
    }

    pub fn carts(&self) -> Carts {
        Carts::new(self.db.clone(), self.table("carts"))
    }

    pub fn promotions(&self) -> Promotions {
        Promotions::new(self.db.clone(), self.table("promotions"))
    }

    pub fn placing(&self) -> Placing {
        self.placing_over(self.db.clone())
    }

    pub fn placing_over(&self, db: Db) -> Placing {
        Placing {
            db,
            orders_table: self.table("orders"),
            inventory_table: self.table("inventory"),
            carts_table: self.table("carts"),
            promotions_table: self.table("promotions"),
            credits_table: self.table("credits"),
        }
    }

    pub fn give_back(&self) -> GiveBack {
        GiveBack {
            inventory_table: self.table("inventory"),
            promotions_table: self.table("promotions"),
            credits_table: self.table("credits"),
        }
    }

    /// Puts so many bottles of a new product on the shelf of a store.
    pub async fn stock(&self, store: &StoreId, bottles: u32, buckets: u16) -> ProductId {
        let product = ProductId::new();
        let level = level(store, &product, bottles);
        assert!(self.inventory().stock_first(&level, buckets).await.expect("the stock is written"));
        product
    }

    /// How many bottles are free, bucket by bucket.
    pub async fn free(&self, store: &StoreId, product: &ProductId, buckets: u16) -> Vec<u32> {
        let mut found = self.inventory().buckets_of(store, product, 0..buckets).await.expect("buckets");
        found.sort_by_key(|bucket| bucket.number);
        found.into_iter().map(|bucket| bucket.available).collect()
    }

    /// The conflicts that were counted for a product within one minute.
    pub async fn heat(&self, store: &StoreId, product: &ProductId) -> u32 {
        let query = self.db.query().table_name(self.table("inventory")).key_condition_expression("pk = :pk");
        let pk = AttributeValue::S(format!("C#{store}#{product}"));
        let found = query.expression_attribute_values(":pk", pk).send().await.expect("the heat of a product");
        let [minute] = found.items() else { panic!("one minute") };
        minute["conflicts"].as_n().unwrap().parse().unwrap()
    }

    /// A customer whose cart stands at version 1, and the order that she is about to place.
    pub async fn wish(&self, store: &StoreId, lines: &[(&ProductId, u32)]) -> Wish {
        let customer = UserId::new();
        assert!(self.carts().store(&Cart::new(customer.clone(), store.clone())).await.expect("the cart is written"));
        wish(order(&customer, store, lines))
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let (endpoint, region) = (self.endpoint.clone(), self.region.clone());
        let tables: Vec<String> = tables::shapes().keys().map(|name| self.table(name)).collect();
        // A thread and a client of its own: the test's runtime is busy with ending.
        let deletion = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let db = aws(&endpoint, &region).dynamodb();
                for table in tables {
                    db.delete_table().table_name(&table).send().await.ok();
                }
            });
        });
        deletion.join().ok();
    }
}

pub fn aws(endpoint: &str, region: &str) -> Aws {
    Aws::new(credentials(), region.to_owned(), Some(endpoint.to_owned()))
}

fn aws_over(http: SharedHttpClient, endpoint: &str, region: &str) -> Aws {
    Aws::over(http, credentials(), region.to_owned(), Some(endpoint.to_owned()))
}

fn credentials() -> Credentials {
    Credentials::new("test", "test", None, None, "contract")
}

/// Lets so many do the same at once, and collects what each was told.
pub async fn at_once<T, F: Future<Output = T>>(how_many: usize, act: impl Fn(usize) -> F) -> Vec<T> {
    futures::stream::iter(0..how_many).map(act).buffer_unordered(how_many).collect().await
}

/// Whole seconds, because some of it is stored so.
pub fn now() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).expect("a time")
}

pub fn wish(order: Order) -> Wish {
    let today = order.placed_at.to_zoned(TimeZone::UTC).date();
    Wish { order, today, shelves: Default::default(), cart_version: 1, preferred: 0 }
}

pub fn level(store: &StoreId, product: &ProductId, received: u32) -> Level {
    Level::new(store.clone(), product.clone(), received, 2)
}

/// An entry of the ledger that is about to be written.
pub fn entry(store: &StoreId, product: &ProductId, change: i32, reason: AdjustmentReason) -> LedgerEntry {
    LedgerEntry {
        id: LedgerEntryId::new(),
        store_id: store.clone(),
        product_id: product.clone(),
        change,
        reason,
        note: None,
        reference: None,
        counted: None,
        lot: None,
        actor: UserId::new(),
        at: now(),
    }
}

/// An order that waits for its payment.
pub fn order(customer: &UserId, store: &StoreId, lines: &[(&ProductId, u32)]) -> Order {
    let sample = sample::order(now());
    Order {
        id: OrderId::new(),
        customer_id: customer.clone(),
        store_id: store.clone(),
        lines: lines.iter().map(|(product, quantity)| line(product, *quantity)).collect(),
        due: Some(Due { kind: DueKind::Expiry, at: sample.expires_at }),
        ..sample
    }
}

fn line(product: &ProductId, quantity: u32) -> OrderLine {
    let priced = PricedLine {
        product_id: product.clone(),
        name: "Amber Ale".into(),
        category: Category::Beer,
        quantity,
        unit_price: 1_000,
        goods: 1_000 * i64::from(quantity),
        discount: 0,
        deposit: 0,
        tax: 0,
        total: 1_000 * i64::from(quantity),
        taxes: vec![],
    };
    OrderLine { priced, takes: vec![], refunded: 0, counted_on: None }
}
