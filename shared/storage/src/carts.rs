//! Carts, one a customer and store; guests' carts (`guest_carts.rs`), saved lists (`lists.rs`) and shared carts (`shares.rs`)
//! lie in the same table.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | cart | user id | `CART#<store id>` |
//! | list, and how many there are | user id | list id, `LISTS` |
//! | a link to a cart, for its owner | user id | share id |
//! | what a link shows | `SHARE#<hash of its token>` | `SHARE` |
//! | guest's cart | cart id | `GUEST` |
//!
//! The index `byIdle` holds carts that somebody may have to be reminded of. Its keys change only when a cart begins to be watched
//! and when the sweep has looked at it, so that filling a cart and ordering it write nothing to the index.

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use jiff::{SignedDuration, Timestamp};
use sipstr_domain::cart::Cart;
use sipstr_domain::cart::idle::Reminded;
use sipstr_domain::order::Order;
use sipstr_domain::{StoreId, UserId};

use crate::error::overtaken;
use crate::item::{Item, from_item, key2, n, s, to_item};
use crate::transact::transact;
use crate::{Db, StorageError};

/// Partitions of the index of idle carts.
pub const IDLE_SHARDS: u8 = 4;

/// An empty cart keeps what was chosen for the next order for so long.
const EMPTY_KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

#[derive(Debug, Clone)]
pub struct Carts {
    pub(crate) db: Db,
    pub(crate) table: String,
}

impl Carts {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// The customer's cart of a store; where there is none, a new one.
    pub async fn of_store(&self, customer: &UserId, store: &StoreId) -> Result<Cart, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(cart_key(customer, store)));
        let found = get.consistent_read(true).send().await?.item;
        Ok(found.map(from_item).transpose()?.unwrap_or_else(|| Cart::new(customer.clone(), store.clone())))
    }

    /// Every cart of a customer, empty ones too. They fit into one page: see `sipstr_domain::cart::MAX_CARTS`.
    pub async fn of_customer(&self, customer: &UserId) -> Result<Vec<Cart>, StorageError> {
        let items = self.under(customer.as_str(), "CART#").await?;
        items.into_iter().map(from_item).collect()
    }

    /// The customer's current cart; `None` where no store was ever chosen.
    pub async fn current(&self, customer: &UserId) -> Result<Option<Cart>, StorageError> {
        Ok(Cart::current(self.of_customer(customer).await?))
    }

    /// Stores a changed cart as the next version; `false` where somebody changed it since it was read.
    pub async fn store(&self, cart: &Cart) -> Result<bool, StorageError> {
        let put = put_next(&self.table, cart)?;
        let call = self.db.put_item().table_name(&self.table).set_item(Some(put.item));
        let call = call.set_condition_expression(put.condition_expression);
        match call.set_expression_attribute_values(put.expression_attribute_values).send().await {
            Ok(_) => Ok(true),
            Err(error) if overtaken(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes all that lies under a person: carts, lists, links and what they show.
    pub async fn remove_all(&self, customer: &UserId) -> Result<(), StorageError> {
        for share in self.shares(customer).await? {
            transact(&self.db, vec![self.hide(&share)], "a link to a cart").await?;
        }
        for item in self.under(customer.as_str(), "").await? {
            if let Some(sk) = item.get("sk").and_then(|sk| sk.as_s().ok()) {
                let key = key2(customer.as_str(), sk);
                self.db.delete_item().table_name(&self.table).set_key(Some(key)).send().await?;
            }
        }
        Ok(())
    }

    /// Every item of a partition whose sort key begins so.
    pub(crate) async fn under(&self, pk: &str, prefix: &str) -> Result<Vec<Item>, StorageError> {
        let (mut items, mut from) = (Vec::new(), None);
        loop {
            let query = self.db.query().table_name(&self.table).consistent_read(true);
            let query = query.expression_attribute_values(":pk", s(pk));
            let query = if prefix.is_empty() {
                query.key_condition_expression("pk = :pk")
            } else {
                let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
                query.expression_attribute_values(":prefix", s(prefix))
            };
            let found = query.set_exclusive_start_key(from).send().await?;
            items.extend(found.items.unwrap_or_default());
            from = found.last_evaluated_key;
            if from.is_none() {
                return Ok(items);
            }
        }
    }
}

/// Whose cart of which store the sweep has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleCart {
    pub customer_id: UserId,
    pub store_id: StoreId,
}

impl Carts {
    /// Carts that have been watched since before `before`, oldest first, at most `limit` of each partition of the index.
    pub async fn idle(&self, before: Timestamp, limit: i32) -> Result<Vec<IdleCart>, StorageError> {
        let mut idle = Vec::new();
        for shard in 0..IDLE_SHARDS {
            let query = self.db.query().table_name(&self.table).index_name("byIdle").limit(limit);
            let query = query.key_condition_expression("idleKey = :k AND idleSince <= :before");
            let query = query.expression_attribute_values(":k", s(idle_key(shard)));
            let found = query.expression_attribute_values(":before", s(before.to_string())).send().await?;
            idle.extend(found.items.unwrap_or_default().iter().filter_map(idle_cart));
        }
        Ok(idle)
    }

    /// Lets the sweep look at a cart again later, or never; `false` where it was changed since it was read.
    pub async fn watch(&self, cart: &Cart, since: Option<Timestamp>) -> Result<bool, StorageError> {
        let update = match since {
            Some(since) => Update::builder()
                .update_expression("SET idleSince = :since")
                .expression_attribute_values(":since", s(since.to_string())),
            None => Update::builder().update_expression("REMOVE idleSince, idleKey"),
        };
        self.of_idle(cart, update).await
    }

    /// Notes that the customer is to be reminded of a cart as it is: once of each version, on condition that it still is of this
    /// one. The stream tells the rest.
    pub async fn remind(&self, cart: &Cart, now: Timestamp) -> Result<bool, StorageError> {
        let reminded = Reminded { version: cart.version, at: now };
        let reminded = serde_dynamo::to_attribute_value(reminded)?;
        let update = Update::builder().update_expression("SET reminded = :reminded REMOVE idleSince, idleKey");
        self.of_idle(cart, update.expression_attribute_values(":reminded", reminded)).await
    }

    /// Neither the version nor what the customer sees changes: a quote stays good.
    async fn of_idle(
        &self,
        cart: &Cart,
        update: aws_sdk_dynamodb::types::builders::UpdateBuilder,
    ) -> Result<bool, StorageError> {
        let update = update.table_name(&self.table).set_key(Some(cart_key(&cart.customer_id, &cart.store_id)));
        let update = update.condition_expression("version = :v AND attribute_exists(idleSince)");
        let update = update.expression_attribute_values(":v", n(cart.version)).build().expect("all of it is set");
        let call = self.db.update_item().table_name(update.table_name).set_key(Some(update.key));
        let call = call.update_expression(update.update_expression);
        let call = call.set_condition_expression(update.condition_expression);
        match call.set_expression_attribute_values(update.expression_attribute_values).send().await {
            Ok(_) => Ok(true),
            Err(error) if overtaken(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn idle_key(shard: u8) -> String {
    format!("idle#{shard}")
}

fn idle_cart(item: &Item) -> Option<IdleCart> {
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok());
    let customer_id = text("pk")?.parse().ok()?;
    Some(IdleCart { customer_id, store_id: text("sk")?.strip_prefix("CART#")?.parse().ok()? })
}

pub(crate) fn cart_key(customer: &UserId, store: &StoreId) -> Item {
    key2(customer.as_str(), format!("CART#{store}"))
}

/// Puts the cart as its next version, on condition that it still is of the one that was read.
pub(crate) fn put_next(table: &str, cart: &Cart) -> Result<Put, StorageError> {
    let next = Cart { version: cart.version + 1, ..cart.clone() };
    let keys = [("pk", cart.customer_id.to_string()), ("sk", format!("CART#{}", cart.store_id))];
    let mut item = to_item(&next, &keys)?;
    if cart.idle_since.is_some() {
        let shard = cart.customer_id.as_str().as_bytes().last().copied().unwrap_or(0) % IDLE_SHARDS;
        item.insert("idleKey".to_owned(), s(idle_key(shard)));
    }
    if let (true, Some(changed)) = (cart.lines.is_empty(), cart.changed_at) {
        item.insert("ttl".to_owned(), n((changed + EMPTY_KEPT).as_second()));
    }
    let put = Put::builder().table_name(table).set_item(Some(item));
    // One that was read and is gone meanwhile, its owner forgotten, does not come back.
    let put = match cart.version {
        0 => put.condition_expression("attribute_not_exists(pk)"),
        version => put.condition_expression("version = :v").expression_attribute_values(":v", n(version)),
    };
    Ok(put.build().expect("table and item are set"))
}

pub(crate) fn put_next_action(table: &str, cart: &Cart) -> Result<TransactWriteItem, StorageError> {
    Ok(TransactWriteItem::builder().put(put_next(table, cart)?).build())
}

/// Empties the cart that was quoted, at the version that was quoted; store and address stay chosen. The keys of the index stay as
/// they are: the sweep takes them away, and an order pays for nothing but its cart.
pub(crate) fn close(table: &str, order: &Order, version: u64) -> Update {
    let update = Update::builder().table_name(table).set_key(Some(cart_key(&order.customer_id, &order.store_id)));
    let set = "SET #lines = :none, tip = :zero, version = version + :one, #ttl = :ttl REMOVE promoCode";
    let update = update.update_expression(set).condition_expression("version = :v");
    let update = update.expression_attribute_names("#lines", "lines").expression_attribute_names("#ttl", "ttl");
    let update = update.expression_attribute_values(":none", AttributeValue::L(Vec::new()));
    let update = update.expression_attribute_values(":zero", n(0)).expression_attribute_values(":one", n(1));
    let update = update.expression_attribute_values(":ttl", n((order.placed_at + EMPTY_KEPT).as_second()));
    update.expression_attribute_values(":v", n(version)).build().expect("table, key and expression are set")
}
