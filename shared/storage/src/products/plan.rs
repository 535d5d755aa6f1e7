//! The one transaction that writes a product with all that depends on it, and what it means when a part of it is refused.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use sipstr_domain::ProductId;
use sipstr_domain::catalog::{AttributeDefinition, AttributeKey, Gtin, ProductGroup, ProductRecord, Slug};

use super::{product_key, product_list, transact};
use crate::item::{Item, key2, n, s, to_item};
use crate::{Db, StorageError};

/// Which part of a product's write was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The record is there already, or is another version.
    Stale,
    SlugTaken,
    GtinTaken,
    /// Another product of the group differs in nothing.
    VariantTaken,
    BrandGone,
    CategoryGone,
    /// The group was changed or removed since it was read.
    GroupChanged,
    /// An attribute was changed or removed since it was read.
    AttributeChanged,
}

/// What the details refer to, as it was read to check them.
#[derive(Debug, Clone, Default)]
pub struct Context {
    pub attributes: Vec<AttributeDefinition>,
    pub group: Option<ProductGroup>,
    pub group_before: Option<ProductGroup>,
}

pub(super) struct Plan {
    actions: Vec<TransactWriteItem>,
    refusals: Vec<Refusal>,
}

impl Plan {
    pub fn creation(table: &str, record: &ProductRecord, context: &Context, made: &str) -> Result<Self, StorageError> {
        let mut item = item_of(record)?;
        item.insert("made".to_owned(), s(made));
        let put = put(table, item).condition_expression("attribute_not_exists(pk)");
        let mut plan = Self { actions: Vec::new(), refusals: Vec::new() };
        plan.put(put, Refusal::Stale);
        plan.dependants(table, None, record, context);
        Ok(plan)
    }

    pub fn change(
        table: &str,
        before: &ProductRecord,
        after: &ProductRecord,
        context: &Context,
    ) -> Result<Self, StorageError> {
        let mut plan = Self { actions: Vec::new(), refusals: Vec::new() };
        plan.actions.push(record_update(table, before, item_of(after)?));
        plan.refusals.push(Refusal::Stale);
        plan.dependants(table, Some(before), after, context);
        Ok(plan)
    }

    /// Sends it; says the first part that was refused, and then nothing was written.
    pub async fn send(self, db: &Db) -> Result<Option<Refusal>, StorageError> {
        let refused = transact(db, self.actions, "the product").await?;
        let first = refused.and_then(|failed| failed.iter().position(|failed| *failed));
        Ok(first.map(|place| self.refusals[place]))
    }

    /// Writes something else of the product's in the same transaction.
    pub fn also(&mut self, update: Update) {
        self.actions.push(TransactWriteItem::builder().update(update).build());
        self.refusals.push(Refusal::Stale);
    }

    fn dependants(&mut self, table: &str, before: Option<&ProductRecord>, after: &ProductRecord, context: &Context) {
        let (was, is) = (before.map(|record| &record.details), &after.details);
        let slug_was = was.and_then(|details| details.slug.as_ref());
        if let Some(slug) = is.slug.as_ref().filter(|slug| Some(*slug) != slug_was) {
            // The old one stays: it leads to the product for as long as links to it are about.
            self.fence(table, &slug_fence(slug), &after.id, Refusal::SlugTaken);
        }
        let gtin_was = was.and_then(|details| details.gtin.as_ref());
        if gtin_was != is.gtin.as_ref() {
            if let Some(gtin) = gtin_was {
                self.free(table, &gtin_fence(gtin), &after.id, Refusal::Stale);
            }
            if let Some(gtin) = &is.gtin {
                self.fence(table, &gtin_fence(gtin), &after.id, Refusal::GtinTaken);
            }
        }
        let variant_was = before.and_then(|record| variant(record, context.group_before.as_ref()));
        let variant_is = variant(after, context.group.as_ref());
        if variant_was != variant_is {
            if let Some(fence) = variant_was {
                self.free(table, &fence, &after.id, Refusal::Stale);
            }
            if let Some(fence) = variant_is {
                self.fence(table, &fence, &after.id, Refusal::VariantTaken);
            }
        }
        let brand = |id: &sipstr_domain::BrandId| key2(id.as_str(), "BRAND");
        let category = |id: &sipstr_domain::CategoryId| key2(id.as_str(), "CATEGORY");
        let group = |id: &sipstr_domain::GroupId| key2(id.as_str(), "GROUP");
        let old = was.and_then(|details| details.brand_id.as_ref()).map(brand);
        self.moved(table, old, is.brand_id.as_ref().map(brand), None, Refusal::BrandGone);
        let old = was.and_then(|details| details.category_id.as_ref()).map(category);
        self.moved(table, old, is.category_id.as_ref().map(category), None, Refusal::CategoryGone);
        let old = was.and_then(|details| details.group_id.as_ref()).map(group);
        let version = context.group.as_ref().map(|group| group.version);
        self.moved(table, old, is.group_id.as_ref().map(group), version, Refusal::GroupChanged);
        let old: BTreeSet<&AttributeKey> = was.map(|details| details.attributes.keys().collect()).unwrap_or_default();
        let new: BTreeSet<&AttributeKey> = is.attributes.keys().collect();
        for dropped in old.difference(&new) {
            self.uses(table, attribute_key(dropped), -1, None, Refusal::AttributeChanged);
        }
        for added in new.difference(&old) {
            // What was read is what the value was checked by; once it is in use, it only widens.
            let version = context.attributes.iter().find(|definition| definition.key == **added).map(|d| d.version);
            self.uses(table, attribute_key(added), 1, version, Refusal::AttributeChanged);
        }
    }

    fn moved(&mut self, table: &str, old: Option<Item>, new: Option<Item>, version: Option<u64>, gone: Refusal) {
        if old == new {
            return;
        }
        if let Some(old) = old {
            self.uses(table, old, -1, None, gone);
        }
        if let Some(new) = new {
            self.uses(table, new, 1, version, gone);
        }
    }

    fn uses(&mut self, table: &str, key: Item, by: i8, version: Option<u64>, refusal: Refusal) {
        let update = Update::builder().table_name(table).set_key(Some(key)).update_expression("ADD uses :by");
        let update = update.expression_attribute_values(":by", n(by));
        let update = match version {
            Some(version) => update.condition_expression("version = :v").expression_attribute_values(":v", n(version)),
            None => update.condition_expression("attribute_exists(pk)"),
        };
        let update = update.build().expect("table, key and expression are set");
        self.actions.push(TransactWriteItem::builder().update(update).build());
        self.refusals.push(refusal);
    }

    fn fence(&mut self, table: &str, pk: &str, owner: &ProductId, refusal: Refusal) {
        let mut item = key2(pk, "FENCE");
        item.insert("productId".to_owned(), s(owner.as_str()));
        let put = put(table, item).condition_expression("attribute_not_exists(pk) OR productId = :me");
        self.put(put.expression_attribute_values(":me", s(owner.as_str())), refusal);
    }

    fn free(&mut self, table: &str, pk: &str, owner: &ProductId, refusal: Refusal) {
        let delete = Delete::builder().table_name(table).set_key(Some(key2(pk, "FENCE")));
        let delete = delete.condition_expression("attribute_not_exists(pk) OR productId = :me");
        let delete = delete.expression_attribute_values(":me", s(owner.as_str()));
        let delete = delete.build().expect("table and key are set");
        self.actions.push(TransactWriteItem::builder().delete(delete).build());
        self.refusals.push(refusal);
    }

    fn put(&mut self, put: aws_sdk_dynamodb::types::builders::PutBuilder, refusal: Refusal) {
        let put = put.build().expect("table and item are set");
        self.actions.push(TransactWriteItem::builder().put(put).build());
        self.refusals.push(refusal);
    }
}

fn put(table: &str, item: Item) -> aws_sdk_dynamodb::types::builders::PutBuilder {
    Put::builder().table_name(table).set_item(Some(item))
}

/// Replaces the record, keeping the mark of the request that made it.
fn record_update(table: &str, before: &ProductRecord, item: Item) -> TransactWriteItem {
    let keys = ["pk", "sk"];
    let optional = ["brandId", "categoryId", "groupId", "images"];
    let mut update = Update::builder().table_name(table).set_key(Some(product_key(&before.id)));
    let (mut sets, mut removes) = (Vec::new(), Vec::new());
    for name in optional.into_iter().filter(|name| !item.contains_key(*name)) {
        removes.push(name);
    }
    for (place, (name, value)) in item.into_iter().filter(|(name, _)| !keys.contains(&name.as_str())).enumerate() {
        sets.push(format!("#n{place} = :n{place}"));
        update = update.expression_attribute_names(format!("#n{place}"), name);
        update = update.expression_attribute_values(format!(":n{place}"), value);
    }
    let mut expression = format!("SET {}", sets.join(", "));
    if !removes.is_empty() {
        expression = format!("{expression} REMOVE {}", removes.join(", "));
    }
    let update = update.update_expression(expression).condition_expression("version = :before");
    let update = update.expression_attribute_values(":before", n(before.version));
    let update = update.build().expect("table, key and expression are set");
    TransactWriteItem::builder().update(update).build()
}

pub(super) fn item_of(record: &ProductRecord) -> Result<Item, StorageError> {
    let name = format!("{}#{}", record.details.name.to_lowercase(), record.id.suffix());
    let mut keys = vec![
        ("pk", record.id.to_string()),
        ("sk", "PRODUCT".to_owned()),
        ("listKey", product_list(record.state)),
        ("stateKey", format!("{}#{name}", record.state.as_str())),
        ("nameKey", name),
    ];
    let details = &record.details;
    keys.extend(details.brand_id.iter().map(|id| ("brandId", id.to_string())));
    keys.extend(details.category_id.iter().map(|id| ("categoryId", id.to_string())));
    keys.extend(details.group_id.iter().map(|id| ("groupId", id.to_string())));
    to_item(record, &keys)
}

pub(super) fn attribute_key(key: &AttributeKey) -> Item {
    key2(format!("ATTRIBUTE#{key}"), "ATTRIBUTE")
}

pub(super) fn gtin_fence(gtin: &Gtin) -> String {
    format!("GTIN#{gtin}")
}

pub(super) fn slug_fence(slug: &Slug) -> String {
    format!("SLUG#{slug}")
}

/// What a product takes up in its group; a draft that nobody knows the size of takes up nothing.
pub(super) fn variant(record: &ProductRecord, group: Option<&ProductGroup>) -> Option<String> {
    let group = group.filter(|group| Some(&group.id) == record.details.group_id.as_ref())?;
    let product = record.product().ok()?;
    Some(format!("VARIANT#{}#{}", group.id, group.variant(&product)))
}
