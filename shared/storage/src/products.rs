//! The platform's catalogue: the record of each product, and what products refer to.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | product | product id | `PRODUCT` |
//! | picture that was offered a place | product id | picture id |
//! | product group, brand | its id | `GROUP`, `BRAND` |
//! | attribute | `ATTRIBUTE#<key>` | `ATTRIBUTE` |
//! | tree of categories, whole | `TREE` | `TREE` |
//! | uses of one category | category id | `CATEGORY` |
//! | who has, or had, a slug | `SLUG#<slug>` | `FENCE` |
//! | who has a bar code, or a variant of a group | `GTIN#<gtin>`, `VARIANT#<group>#<what tells it>` | `FENCE` |
//!
//! What a product refers to counts its uses in the transactions that write products, so that nothing goes that is referred to.

mod entries;
mod images;
mod lookup;
mod plan;
mod seed;
mod tree;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{ConditionCheck, KeysAndAttributes, TransactWriteItem};
use serde::Deserialize;
use sipstr_domain::catalog::{ProductRecord, ProductState, Slug};
use sipstr_domain::{BrandId, CategoryId, GroupId, ProductId};

use crate::item::{Item, Page, PageKey, from_item, key2, n, page, s, start_key};
use crate::transact::{Action, TRIES, left_undone, pause, transact};
use crate::{Db, StorageError};

pub use entries::{Entry, Made};
use plan::Plan;
pub use plan::{Context, Refusal};
pub use seed::Seed;
pub use tree::{NodeChange, TreeChanged};

#[derive(Debug, Clone)]
pub struct Products {
    db: Db,
    table: String,
}

/// What became of a product that was to be made.
#[derive(Debug, Clone, PartialEq)]
pub enum Created {
    Now,
    /// By the same request; nothing was written.
    Before(Box<ProductRecord>),
    /// Another was made under this key; nothing was written.
    KeyReused,
    Refused(Refusal),
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    Yes,
    /// It is another version by now.
    Stale,
    Refused(Refusal),
}

/// Which records a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    InState(ProductState),
    OfBrand(BrandId, Option<ProductState>),
    OfCategory(CategoryId, Option<ProductState>),
    OfGroup(GroupId, Option<ProductState>),
}

impl Products {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    pub async fn get(&self, id: &ProductId) -> Result<Option<ProductRecord>, StorageError> {
        self.read(product_key(id)).await?.map(from_item).transpose()
    }

    /// Those that there are, in no order.
    pub async fn batch_get(&self, ids: &[ProductId]) -> Result<Vec<ProductRecord>, StorageError> {
        let mut found = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(100) {
            let keys = KeysAndAttributes::builder().set_keys(Some(chunk.iter().map(product_key).collect()));
            let keys = keys.consistent_read(true).build().expect("keys are set");
            let mut wanted = HashMap::from([(self.table.clone(), keys)]);
            let mut attempt = 0;
            while !wanted.is_empty() {
                if attempt == TRIES {
                    return Err(left_undone());
                }
                let answer = self.db.batch_get_item().set_request_items(Some(wanted)).send().await?;
                let items = answer.responses.unwrap_or_default().remove(&self.table).unwrap_or_default();
                found.extend(items.into_iter().map(from_item).collect::<Result<Vec<_>, _>>()?);
                wanted = answer.unprocessed_keys.unwrap_or_default();
                if !wanted.is_empty() {
                    pause(attempt).await;
                }
                attempt += 1;
            }
        }
        Ok(found)
    }

    /// Adds a draft, once for each id. `made` stands for the request that makes it.
    pub async fn create(&self, record: &ProductRecord, context: &Context, made: &str) -> Result<Created, StorageError> {
        let plan = Plan::creation(&self.table, record, context, made)?;
        match plan.send(&self.db).await? {
            None => Ok(Created::Now),
            Some(Refusal::Stale) => {
                let before = self.read(product_key(&record.id)).await?.ok_or(StorageError::Missing("the product"))?;
                let same = before.get("made").and_then(|value| value.as_s().ok()).is_some_and(|before| before == made);
                if same { Ok(Created::Before(Box::new(from_item(before)?))) } else { Ok(Created::KeyReused) }
            }
            Some(refusal) => Ok(Created::Refused(refusal)),
        }
    }

    /// Writes the next version of a record on condition that it is still what was read.
    pub async fn change(
        &self,
        before: &ProductRecord,
        after: &ProductRecord,
        context: &Context,
    ) -> Result<Changed, StorageError> {
        Ok(match Plan::change(&self.table, before, after, context)?.send(&self.db).await? {
            None => Changed::Yes,
            Some(Refusal::Stale) => Changed::Stale,
            Some(refusal) => Changed::Refused(refusal),
        })
    }

    /// Whose slug it is, or was.
    pub async fn of_slug(&self, slug: &Slug) -> Result<Option<ProductId>, StorageError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Fence {
            product_id: ProductId,
        }
        let fence = self.read(key2(plan::slug_fence(slug), "FENCE")).await?.map(from_item::<Fence>).transpose()?;
        Ok(fence.map(|fence| fence.product_id))
    }

    /// Records by name; within a brand, category or group by state first.
    pub async fn list(
        &self,
        which: &Listed,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<ProductRecord>, StorageError> {
        let (index, attribute, value, state) = match which {
            Listed::InState(state) => ("byList", "listKey", product_list(*state), None),
            Listed::OfBrand(id, state) => ("byBrand", "brandId", id.to_string(), *state),
            Listed::OfCategory(id, state) => ("byCategory", "categoryId", id.to_string(), *state),
            Listed::OfGroup(id, state) => ("byGroup", "groupId", id.to_string(), *state),
        };
        let query = self.db.query().table_name(&self.table).index_name(index).limit(limit);
        let query = query.expression_attribute_names("#h", attribute).expression_attribute_values(":h", s(value));
        let query = match state {
            None => query.key_condition_expression("#h = :h"),
            Some(state) => query
                .key_condition_expression("#h = :h AND begins_with(stateKey, :state)")
                .expression_attribute_values(":state", s(format!("{}#", state.as_str()))),
        };
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    /// A part of a transaction: the record is still the version that was read.
    pub fn unchanged(&self, record: &ProductRecord) -> Action {
        let check = ConditionCheck::builder().table_name(&self.table).set_key(Some(product_key(&record.id)));
        let check = check.condition_expression("version = :v").expression_attribute_values(":v", n(record.version));
        let check = check.build().expect("table, key and condition are set");
        Action(TransactWriteItem::builder().condition_check(check).build())
    }

    async fn read(&self, key: Item) -> Result<Option<Item>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true);
        Ok(get.send().await?.item)
    }
}

pub(crate) fn product_key(id: &ProductId) -> Item {
    key2(id.as_str(), "PRODUCT")
}

fn product_list(state: ProductState) -> String {
    format!("product#{}", state.as_str())
}
