//! Whole catalogues at once, as they shall be: for the loader of the demo city.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use sipstr_domain::catalog::{AttributeDefinition, Brand, CategoryTree, ProductGroup, ProductRecord};

use super::Products;
use super::entries::{Entry, item_of};
use super::plan::{self, slug_fence, variant};
use crate::StorageError;
use crate::item::{Item, key2, n, s, to_item};
use crate::transact::{TRIES, left_undone, pause};

/// What is written in batches: records with their fences, or what they refer to. Uses are as the entries say.
#[derive(Debug, Default)]
pub struct Seed {
    items: Vec<Item>,
}

impl Seed {
    pub fn record(&mut self, record: &ProductRecord, group: Option<&ProductGroup>) -> Result<(), StorageError> {
        self.items.push(plan::item_of(record)?);
        let details = &record.details;
        let fences = details.slug.iter().map(slug_fence).chain(details.gtin.iter().map(|gtin| format!("GTIN#{gtin}")));
        for fence in fences.chain(variant(record, group)) {
            let mut item = key2(fence, "FENCE");
            item.insert("productId".to_owned(), s(record.id.as_str()));
            self.items.push(item);
        }
        Ok(())
    }

    pub fn brand(&mut self, brand: &Brand) -> Result<(), StorageError> {
        self.entry(brand)
    }

    pub fn group(&mut self, group: &ProductGroup) -> Result<(), StorageError> {
        self.entry(group)
    }

    pub fn attribute(&mut self, definition: &AttributeDefinition) -> Result<(), StorageError> {
        self.entry(definition)
    }

    /// The tree, and how many products are in each of its categories.
    pub fn tree(
        &mut self,
        tree: &CategoryTree,
        uses: &HashMap<sipstr_domain::CategoryId, u64>,
    ) -> Result<(), StorageError> {
        self.items.push(to_item(tree, &[("pk", "TREE".to_owned()), ("sk", "TREE".to_owned())])?);
        for id in tree.nodes.keys() {
            let mut item = key2(id.as_str(), "CATEGORY");
            item.insert("uses".to_owned(), n(uses.get(id).copied().unwrap_or(0)));
            self.items.push(item);
        }
        Ok(())
    }

    fn entry<T: Entry>(&mut self, entry: &T) -> Result<(), StorageError> {
        self.items.push(item_of(entry)?);
        Ok(())
    }

    /// Cut into what one batch takes.
    pub fn batches(&self) -> impl Iterator<Item = &[Item]> {
        self.items.chunks(25)
    }
}

impl Products {
    /// Writes one batch of a seed.
    pub async fn put_batch(&self, items: &[Item]) -> Result<(), StorageError> {
        let put = |item: &Item| {
            let put = PutRequest::builder().set_item(Some(item.clone())).build().expect("the item is set");
            WriteRequest::builder().put_request(put).build()
        };
        let mut requests: Vec<WriteRequest> = items.iter().map(put).collect();
        for attempt in 0..TRIES {
            let answer = self.db.batch_write_item().request_items(&self.table, requests).send().await?;
            requests = answer.unprocessed_items.unwrap_or_default().remove(&self.table).unwrap_or_default();
            if requests.is_empty() {
                return Ok(());
            }
            pause(attempt).await;
        }
        Err(left_undone())
    }
}
