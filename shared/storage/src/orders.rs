//! Orders: the fence that makes a reservation happen once, and every step of their life.

use aws_sdk_dynamodb::types::{AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use jiff::Timestamp;
use sipstr_domain::order::{Action, Actor, Due, DueKind, Order, OrderState, Refusal, Transition};
use sipstr_domain::privacy::{is_unfinished, is_without_person, without_person};
use sipstr_domain::{OrderId, StoreId, UserId};

use crate::inventory::GivingBack;
use crate::item::{Item, Page, PageKey, from_item, key, n, page, s, start_key, to_item};
use crate::transact::{pause, transact};
use crate::{Db, StorageError, credits, promotions};

/// How many partitions of the index of due orders there are: enough that a sweep's index takes 4,000 orders a second.
pub const DUE_SHARDS: u8 = 4;

/// Tries of read → decide → conditional write before a caller is told that too many others were at it.
const TRIES: u32 = 6;

#[derive(Debug, Clone)]
pub struct Orders {
    pub(crate) db: Db,
    pub(crate) table: String,
}

/// Where given-back bottles, coupons and credit go.
#[derive(Debug, Clone)]
pub struct GiveBack {
    pub inventory_table: String,
    pub promotions_table: String,
    pub credits_table: String,
}

/// What became of an attempt to move an order on.
#[derive(Debug, Clone, PartialEq)]
pub enum Advance {
    Changed(Box<Order>),
    Unchanged(Box<Order>),
    Refused(Refusal),
    NotFound,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueOrder {
    pub id: OrderId,
}

impl Orders {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    pub async fn get(&self, id: &OrderId) -> Result<Option<Order>, StorageError> {
        let found =
            self.db.get_item().table_name(&self.table).set_key(Some(key(id.as_str()))).consistent_read(true).send();
        found.await?.item.map(order_of).transpose()
    }

    pub async fn of_customer(
        &self,
        id: &UserId,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<Order>, StorageError> {
        self.list("byCustomer", "customerId", id.as_str(), limit, from).await
    }

    pub async fn of_store(&self, id: &StoreId, limit: i32, from: Option<PageKey>) -> Result<Page<Order>, StorageError> {
        self.list("byStore", "storeId", id.as_str(), limit, from).await
    }

    /// Newest first.
    async fn list(
        &self,
        index: &str,
        attribute: &str,
        value: &str,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<Order>, StorageError> {
        let query = self.db.query().table_name(&self.table).index_name(index).limit(limit).scan_index_forward(false);
        let query = query.key_condition_expression("#a = :v").expression_attribute_names("#a", attribute);
        let query = query.expression_attribute_values(":v", s(value)).set_exclusive_start_key(start_key(from));
        let found = query.send().await?;
        page(found.items, found.last_evaluated_key)
    }

    /// Whether a customer has bought anything: orders that came to nothing do not count. Looks at the newest fifty.
    pub async fn has_bought(&self, customer: &UserId) -> Result<bool, StorageError> {
        let newest = self.of_customer(customer, 50, None).await?;
        let nothing = [OrderState::Expired, OrderState::PaymentFailed, OrderState::Cancelled];
        Ok(newest.items.iter().any(|order| !nothing.contains(&order.state)))
    }

    /// Orders whose time has come, oldest first, at most `limit` of each partition.
    pub async fn due(&self, kind: DueKind, now: Timestamp, limit: i32) -> Result<Vec<DueOrder>, StorageError> {
        let mut due = Vec::new();
        for shard in 0..DUE_SHARDS {
            let query = self.db.query().table_name(&self.table).index_name("byDue").limit(limit);
            let query = query.key_condition_expression("dueKey = :k AND dueAt <= :now");
            let query = query.expression_attribute_values(":k", s(due_key(kind, shard)));
            let found = query.expression_attribute_values(":now", n(now.as_second())).send().await?;
            let ids = found.items.unwrap_or_default().into_iter().filter_map(|item| {
                item.get("pk").and_then(|pk| pk.as_s().ok()).and_then(|pk| pk.parse().ok()).map(|id| DueOrder { id })
            });
            due.extend(ids);
        }
        Ok(due)
    }

    /// Every order, a page at a time, for the nightly audit.
    pub async fn scan(&self, from: Option<PageKey>) -> Result<Page<Order>, StorageError> {
        let scan = self.db.scan().table_name(&self.table).consistent_read(true);
        let found = scan.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    /// Orders that were placed before then, a page at a time: for the daily tidying.
    pub async fn placed_before(&self, at: Timestamp, from: Option<PageKey>) -> Result<Page<Order>, StorageError> {
        let scan = self.db.scan().table_name(&self.table).filter_expression("placedKey < :at");
        let scan = scan.expression_attribute_values(":at", s(at.to_string()));
        let found = scan.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    /// Takes the person out of an order that is over; `false` where they were out of it, or it is not over.
    pub async fn forget_person(&self, id: &OrderId) -> Result<bool, StorageError> {
        for attempt in 0..TRIES {
            let Some(order) = self.get(id).await? else { return Ok(false) };
            if is_unfinished(&order) || is_without_person(&order.destination) {
                return Ok(false);
            }
            let destination = without_person(&order.destination);
            let next = Order { version: order.version + 1, destination, ..order.clone() };
            if self.store(&order, &next).await? {
                return Ok(true);
            }
            pause(attempt).await;
        }
        Err(StorageError::Contended("the order"))
    }

    /// Moves an order on: reads it, lets the domain decide, and writes on condition that nobody else was faster.
    ///
    /// Where the step lets go of the bottles they return to their buckets in the same transaction, so that they come back
    /// exactly once, whoever tries: timer, webhook, customer or support.
    pub async fn advance(
        &self,
        give_back: &GiveBack,
        id: &OrderId,
        action: &Action,
        actor: Actor,
        now: Timestamp,
    ) -> Result<Advance, StorageError> {
        for attempt in 0..TRIES {
            let Some(order) = self.get(id).await? else { return Ok(Advance::NotFound) };
            match order.apply(action, actor, now) {
                Err(refusal) => return Ok(Advance::Refused(refusal)),
                Ok(Transition::Unchanged) => return Ok(Advance::Unchanged(Box::new(order))),
                Ok(Transition::Changed { order: next, gives_back }) => {
                    let stored = if gives_back || next.credit_back > order.credit_back {
                        self.store_giving_back(give_back, &order, &next, gives_back).await?
                    } else {
                        self.store(&order, &next).await?
                    };
                    if stored {
                        return Ok(Advance::Changed(next));
                    }
                    pause(attempt).await;
                }
            }
        }
        Err(StorageError::Contended("the order"))
    }

    async fn store(&self, before: &Order, after: &Order) -> Result<bool, StorageError> {
        let put = self.db.put_item().table_name(&self.table).set_item(Some(order_item(after)?));
        let put = put.condition_expression("version = :v").expression_attribute_values(":v", n(before.version));
        match put.send().await {
            Ok(_) => Ok(true),
            // Somebody was faster, or is at it in a transaction.
            Err(error)
                if error.as_service_error().is_some_and(|e| {
                    e.is_conditional_check_failed_exception() || e.is_transaction_conflict_exception()
                }) =>
            {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn store_giving_back(
        &self,
        give_back: &GiveBack,
        before: &Order,
        after: &Order,
        bottles: bool,
    ) -> Result<bool, StorageError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(order_item(after)?));
        let put = put.condition_expression("version = :v").expression_attribute_values(":v", n(before.version));
        let put = put.build().expect("table and item are set");
        let mut homes = GivingBack::of(if bottles { &before.lines } else { &[] });
        loop {
            let mut actions = vec![TransactWriteItem::builder().put(put.clone()).build()];
            actions.extend(homes.actions(&give_back.inventory_table, before));
            actions.extend(credits::give_back(&give_back.credits_table, before, after)?);
            // What promotions gave to an order that never came to be may be given again; after a return it is spent.
            if bottles && after.state != OrderState::Returned {
                actions.extend(promotions::give_back(&give_back.promotions_table, before));
            }
            let Some(failed) = transact(&self.db, actions, "the order").await? else { return Ok(true) };
            // A bucket that refused was closed meanwhile, a counter has expired. Each is changed at most once, so this comes to an
            // end.
            if failed[0] || !homes.redirect(&failed[1..=homes.len()]) {
                return Ok(false);
            }
        }
    }
}

pub(crate) fn put_if_absent(table: &str, order: &Order) -> Result<Put, StorageError> {
    let put = Put::builder().table_name(table).set_item(Some(order_item(order)?));
    let put = put.condition_expression("attribute_not_exists(pk)");
    let put = put.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    Ok(put.build().expect("table and item are set"))
}

pub(crate) fn order_item(order: &Order) -> Result<Item, StorageError> {
    // Two orders of one customer or store in the same nanosecond are told apart by the digits.
    let placed_key = format!("{}#{}", order.placed_at, &order.id.suffix()[..8]);
    let mut item = to_item(order, &[("placedKey", placed_key)])?;
    // The keys of the index say the same.
    item.remove("due");
    if let Some(due) = order.due {
        let shard = order.id.as_str().as_bytes().last().copied().unwrap_or(0) % DUE_SHARDS;
        item.insert("dueKey".to_owned(), s(due_key(due.kind, shard)));
        item.insert("dueAt".to_owned(), AttributeValue::N(due.at.as_second().to_string()));
    }
    Ok(item)
}

/// Reads an order from its item; when it is due stands in the keys of the index.
pub(crate) fn order_of(item: Item) -> Result<Order, StorageError> {
    let key =
        item.get("dueKey").and_then(|key| key.as_s().ok()).and_then(|key| key.split('#').next()).map(str::to_owned);
    let at = item.get("dueAt").and_then(|at| at.as_n().ok()).and_then(|at| at.parse().ok());
    let mut order: Order = from_item(item)?;
    let at = at.and_then(|at| Timestamp::from_second(at).ok());
    order.due = match (key.as_deref(), at) {
        (Some("expiry"), Some(at)) => Some(Due { kind: DueKind::Expiry, at }),
        (Some("payment"), Some(at)) => Some(Due { kind: DueKind::Payment, at }),
        _ => None,
    };
    Ok(order)
}

fn due_key(kind: DueKind, shard: u8) -> String {
    let kind = match kind {
        DueKind::Expiry => "expiry",
        DueKind::Payment => "payment",
    };
    format!("{kind}#{shard}")
}
