//! What a one-line order costs in DynamoDB: the calls that the function really sends, and the units of the items in them.

use anyhow::{Context, ensure};
use jiff::Timestamp;
use serde_json::Value;
use sipstr_domain::order::{Action, Actor};
use sipstr_storage::orders::{Advance, GiveBack, Orders};

use crate::function::Function;
use crate::instant::{Call, Instant, Touched};
use crate::shop::{Shop, table};
use crate::units::{item_size, read_units, value_size, write_units};

/// The indexes of the orders' table, as infra/terraform/modules/app/tables.tf has them, with the attributes that they hold;
/// an empty list stands for all.
const INDEXES: [(&str, &str, &[&str]); 3] =
    [("byCustomer", "customerId", &[]), ("byStore", "storeId", &[]), ("byDue", "dueKey", &["pk", "dueKey", "dueAt"])];

pub struct Ledger {
    /// What the function called, in this order.
    pub calls: Vec<String>,
    pub reads: Vec<Row>,
    pub writes: Vec<Row>,
    pub indexes: Vec<Row>,
    /// What the confirmation by the paid webhook calls later, and what that writes.
    pub confirmation: Vec<String>,
    pub confirmed: Vec<Row>,
}

pub struct Row {
    pub what: String,
    pub bytes: usize,
    pub units: usize,
}

impl Ledger {
    /// Places one order through a warm function, and confirms it.
    pub async fn of(function: &Function, shop: &Shop, aws: &Instant) -> anyhow::Result<Self> {
        const KEY: &str = "bench-ledger";
        aws.calls();
        function.invoke(shop.place_order(KEY), 201)?;
        let calls = aws.calls();
        let placing = calls.iter().find(|call| call.operation == "TransactWriteItems").context("no transaction")?;
        let order = placing.writes.iter().find(|touched| touched.table == table("orders")).context("no order")?;

        let orders = Orders::new(shop.db.clone(), table("orders"));
        let give_back = GiveBack {
            inventory_table: table("inventory"),
            promotions_table: table("promotions"),
            credits_table: table("credits"),
        };
        let amount = order.item["total"]["N"].as_str().and_then(|total| total.parse().ok()).context("no total")?;
        let capture = Action::Capture { amount };
        let id = shop.order_of(KEY);
        let moved = orders.advance(&give_back, &id, &capture, Actor::System, Timestamp::now()).await?;
        ensure!(matches!(moved, Advance::Changed(_)), "the payment did not confirm the order");
        let after = aws.calls();
        let confirmed = after.iter().flat_map(|call| &call.writes);
        Ok(Self {
            reads: calls.iter().flat_map(|call| &call.reads).map(|touched| row(touched, read_units)).collect(),
            writes: placing.writes.iter().map(|touched| row(touched, |bytes| 2 * write_units(bytes))).collect(),
            indexes: indexes(&order.item),
            confirmed: confirmed.map(|touched| row(touched, write_units)).collect(),
            confirmation: names(&after),
            calls: names(&calls),
        })
    }
}

fn names(calls: &[Call]) -> Vec<String> {
    calls.iter().map(|call| call.operation.clone()).collect()
}

fn row(touched: &Touched, units: impl Fn(usize) -> usize) -> Row {
    let name = touched.table.trim_start_matches("bench-");
    let kind = touched.item["sk"]["S"].as_str().filter(|sk| sk.bytes().all(|b| b.is_ascii_uppercase()));
    let what = match (kind, touched.item.is_null()) {
        (_, true) => format!("{name}, not there"),
        (Some(kind), _) => format!("{name} {kind}"),
        (None, _) => name.to_owned(),
    };
    Row { what, bytes: touched.bytes(), units: units(touched.bytes()) }
}

/// The entries that a new order makes. They are written after the transaction, each as a plain write.
fn indexes(order: &Value) -> Vec<Row> {
    let made = INDEXES.iter().filter(|(_, key, _)| !order[*key].is_null());
    made.map(|(name, _, attributes)| {
        let bytes = match attributes.is_empty() {
            true => item_size(order),
            false => attributes.iter().map(|attribute| attribute.len() + value_size(&order[*attribute])).sum(),
        };
        Row { what: (*name).to_owned(), bytes, units: write_units(bytes) }
    })
    .collect()
}
