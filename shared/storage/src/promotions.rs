//! Promotions, and who used them.
//!
//! | item | pk |
//! |---|---|
//! | promotion, with its counters | code |
//! | codes of the automatic ones | `AUTO#<store or ALL>` |
//! | uses by a customer | `USE#<code>#<customer>` |
//! | a code that is good once, once it was used | `ONCE#<code>` |
//! | member of a group of customers | `GROUP#<group>#<customer>` |

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem, Update};
use sipstr_domain::order::Order;
use sipstr_domain::promotion::{Entry, GroupName, PromoCode, Promotion, PromotionUse};
use sipstr_domain::{StoreId, UserId};

use crate::item::{Item, Page, PageKey, from_item, key, n, page, s, start_key, to_item};
use crate::transact::transact;
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Promotions {
    db: Db,
    table: String,
}

impl Promotions {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    pub async fn get(&self, code: &PromoCode) -> Result<Option<Promotion>, StorageError> {
        let found = self.db.get_item().table_name(&self.table).set_key(Some(key(code.as_str()))).consistent_read(true);
        found.send().await?.item.map(from_item).transpose()
    }

    /// Adds a promotion; `false` where the code exists.
    pub async fn add(&self, promotion: &Promotion) -> Result<bool, StorageError> {
        let owner = owner_of(promotion.store_id.as_ref());
        let item = to_item(promotion, &[("pk", promotion.code.as_str().to_owned()), ("owner", owner.clone())])?;
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
        let mut actions = vec![TransactWriteItem::builder().put(put).build()];
        if promotion.entry == Entry::Automatic {
            let list = Update::builder().table_name(&self.table).set_key(Some(key(format!("AUTO#{owner}"))));
            let list = list.update_expression("ADD codes :code");
            let code = AttributeValue::Ss(vec![promotion.code.as_str().to_owned()]);
            let list = list.expression_attribute_values(":code", code).build().expect("all is set");
            actions.push(TransactWriteItem::builder().update(list).build());
        }
        Ok(transact(&self.db, actions, "the promotion").await?.is_none())
    }

    /// Changes what may be changed, at the version that was read; `false` where it is another one by now. What orders count
    /// meanwhile stays counted.
    pub async fn change(&self, before: &Promotion, after: &Promotion) -> Result<bool, StorageError> {
        let item = to_item(after, &[])?;
        let mut sets = vec!["version = version + :one".to_owned()];
        let mut removes = Vec::new();
        let mut update = self.db.update_item().table_name(&self.table).set_key(Some(key(before.code.as_str())));
        for name in
            ["title", "benefit", "rules", "startsAt", "endsAt", "lane", "exclusive", "limit", "perCustomer", "budget"]
        {
            update = update.expression_attribute_names(format!("#{name}"), name);
            match item.get(name) {
                Some(value) => {
                    sets.push(format!("#{name} = :{name}"));
                    update = update.expression_attribute_values(format!(":{name}"), value.clone());
                }
                None => removes.push(format!("#{name}")),
            }
        }
        match (before.budget, after.budget) {
            (Some(was), Some(is)) => {
                sets.push("budgetLeft = budgetLeft + :more".to_owned());
                update = update.expression_attribute_values(":more", n(is - was));
            }
            (None, Some(is)) => {
                sets.push("budgetLeft = :more".to_owned());
                update = update.expression_attribute_values(":more", n(is));
            }
            (_, None) => removes.push("budgetLeft".to_owned()),
        }
        let mut expression = format!("SET {}", sets.join(", "));
        if !removes.is_empty() {
            expression = format!("{expression} REMOVE {}", removes.join(", "));
        }
        let update = update.update_expression(expression).condition_expression("version = :v");
        let update =
            update.expression_attribute_values(":v", n(before.version)).expression_attribute_values(":one", n(1));
        match update.send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Of a store, or of all stores; by code.
    pub async fn of(
        &self,
        store: Option<&StoreId>,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<Promotion>, StorageError> {
        let query = self.db.query().table_name(&self.table).index_name("byOwner").limit(limit);
        let query = query.key_condition_expression("#o = :o").expression_attribute_names("#o", "owner");
        let query = query.expression_attribute_values(":o", s(owner_of(store)));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    /// Takes a customer into a group, or out of it; what is so already stays so.
    pub async fn set_member(&self, group: &GroupName, customer: &UserId, member: bool) -> Result<(), StorageError> {
        let key = group_key(group, customer);
        match member {
            true => drop(self.db.put_item().table_name(&self.table).set_item(Some(key)).send().await?),
            false => drop(self.db.delete_item().table_name(&self.table).set_key(Some(key)).send().await?),
        }
        Ok(())
    }
}

fn owner_of(store: Option<&StoreId>) -> String {
    store.map_or_else(|| "ALL".to_owned(), ToString::to_string)
}

pub(crate) fn automatic_keys(store: &StoreId) -> [Item; 2] {
    [key("AUTO#ALL"), key(format!("AUTO#{store}"))]
}

pub(crate) fn use_key(code: &PromoCode, customer: &UserId) -> Item {
    key(format!("USE#{}#{customer}", code.as_str()))
}

pub(crate) fn once_key(code: &PromoCode) -> Item {
    key(format!("ONCE#{}", code.as_str()))
}

pub(crate) fn group_key(group: &GroupName, customer: &UserId) -> Item {
    key(format!("GROUP#{}#{customer}", group.as_str()))
}

/// Counts what an order uses, each within its limits.
pub(crate) fn take(table: &str, order: &Order) -> Vec<TransactWriteItem> {
    let mut actions = Vec::new();
    for used in &order.promotions {
        if used.counted {
            actions.push(count(table, used));
        }
        if let Some(most) = used.per_customer {
            let update = Update::builder().table_name(table).set_key(Some(use_key(&used.code, &order.customer_id)));
            let update = update.update_expression("ADD uses :one");
            let update = update.condition_expression("attribute_not_exists(pk) OR uses < :most");
            let update = update.expression_attribute_values(":one", n(1)).expression_attribute_values(":most", n(most));
            actions.push(TransactWriteItem::builder().update(update.build().expect("all is set")).build());
        }
        if let Some(code) = &used.unique {
            let mut item = once_key(code);
            item.insert("orderId".to_owned(), s(order.id.as_str()));
            let put = Put::builder().table_name(table).set_item(Some(item));
            let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
            actions.push(TransactWriteItem::builder().put(put).build());
        }
    }
    actions
}

fn count(table: &str, used: &PromotionUse) -> TransactWriteItem {
    let update = Update::builder().table_name(table).set_key(Some(key(used.code.as_str())));
    let update = update.expression_attribute_names("#limit", "limit").expression_attribute_values(":one", n(1));
    let update = match used.budgeted {
        true => update
            .update_expression("SET used = used + :one, budgetLeft = budgetLeft - :off")
            .condition_expression("used < #limit AND budgetLeft >= :off")
            .expression_attribute_values(":off", n(used.off)),
        false => update.update_expression("SET used = used + :one").condition_expression("used < #limit"),
    };
    TransactWriteItem::builder().update(update.build().expect("table, key and expression are set")).build()
}

/// Undoes what an order used.
pub(crate) fn give_back(table: &str, order: &Order) -> Vec<TransactWriteItem> {
    let mut actions = Vec::new();
    for used in &order.promotions {
        if used.counted {
            let update = Update::builder().table_name(table).set_key(Some(key(used.code.as_str())));
            let update = update.condition_expression("used >= :one").expression_attribute_values(":one", n(1));
            // A budget that was lifted meanwhile has nothing that could come back.
            let update = match used.budgeted {
                true => update
                    .update_expression("SET used = used - :one, budgetLeft = if_not_exists(budgetLeft, :zero) + :off")
                    .expression_attribute_values(":off", n(used.off))
                    .expression_attribute_values(":zero", n(0)),
                false => update.update_expression("SET used = used - :one"),
            };
            actions.push(TransactWriteItem::builder().update(update.build().expect("all is set")).build());
        }
        if used.per_customer.is_some() {
            let update = Update::builder().table_name(table).set_key(Some(use_key(&used.code, &order.customer_id)));
            let update = update.update_expression("ADD uses :less").condition_expression("uses >= :one");
            let update = update.expression_attribute_values(":less", n(-1)).expression_attribute_values(":one", n(1));
            actions.push(TransactWriteItem::builder().update(update.build().expect("all is set")).build());
        }
        if let Some(code) = &used.unique {
            let delete = Delete::builder().table_name(table).set_key(Some(once_key(code)));
            let delete = delete.condition_expression("orderId = :order");
            let delete = delete.expression_attribute_values(":order", s(order.id.as_str()));
            actions.push(TransactWriteItem::builder().delete(delete.build().expect("table and key are set")).build());
        }
    }
    actions
}
