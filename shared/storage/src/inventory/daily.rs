//! What one customer ordered of a product within one day of the store: a counter for each product that has a daily cap.
//!
//! It is counted in the transaction that puts the order, on condition that it stays within the cap, and counted back in the one
//! that gives the bottles back. A product without a daily cap has no counter and costs no write. Whether a line was counted, and
//! on which day, stands on the line: so it comes back rightly, whatever became of the cap.

use aws_sdk_dynamodb::types::{ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use jiff::SignedDuration;
use jiff::civil::Date;
use sipstr_domain::order::Order;
use sipstr_domain::{ProductId, StoreId, UserId};

use crate::item::{Item, key2, n};

/// How long a counter is kept after the last order of its day: longer than an order takes to be delivered or to end.
const COUNTER_LIFE: SignedDuration = SignedDuration::from_hours(24 * 7);

pub(crate) fn counter_key(store: &StoreId, customer: &UserId, on: Date, product: &ProductId) -> Item {
    key2(format!("D#{store}#{customer}"), format!("{on}#{product}"))
}

/// The product and the count of a counter's item.
pub(crate) fn counter_of(item: &Item) -> Option<(ProductId, u32)> {
    let (_, product) = item.get("sk")?.as_s().ok()?.split_once('#')?;
    Some((product.parse().ok()?, taken(item)))
}

/// How many were ordered, as a counter's item says; none where there is no item.
pub(crate) fn taken(item: &Item) -> u32 {
    item.get("taken").and_then(|taken| taken.as_n().ok()).and_then(|taken| taken.parse().ok()).unwrap_or(0)
}

/// Counts a line where it stays within the cap; when it does not, the answer says what was counted before.
pub(crate) fn count(
    table: &str,
    order: &Order,
    (product, quantity): (&ProductId, u32),
    (on, most): (Date, u32),
) -> TransactWriteItem {
    let room = i64::from(most) - i64::from(quantity);
    // A line of more than the cap does not fit into an empty day either.
    let condition = if room >= 0 { "attribute_not_exists(taken) OR taken <= :room" } else { "taken <= :room" };
    let update = Update::builder().table_name(table);
    let update = update.set_key(Some(counter_key(&order.store_id, &order.customer_id, on, product)));
    let update = update.update_expression("SET #ttl = :ttl ADD taken :q").condition_expression(condition);
    let update = update.expression_attribute_names("#ttl", "ttl");
    let update = update.expression_attribute_values(":ttl", n((order.placed_at + COUNTER_LIFE).as_second()));
    let update = update.expression_attribute_values(":q", n(quantity)).expression_attribute_values(":room", n(room));
    let update = update.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    TransactWriteItem::builder().update(update.build().expect("table, key and expression are set")).build()
}

/// Counts back what an order took; refused where the counter has expired.
pub(crate) fn count_back(table: &str, order: &Order, (product, on): (&ProductId, Date), quantity: u32) -> Update {
    let update = Update::builder().table_name(table);
    let update = update.set_key(Some(counter_key(&order.store_id, &order.customer_id, on, product)));
    let update = update.update_expression("SET taken = taken - :q").condition_expression("taken >= :q");
    let update = update.expression_attribute_values(":q", n(quantity));
    update.build().expect("table, key and expression are set")
}
