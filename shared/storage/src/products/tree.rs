//! The tree of categories: one item, so that every change of it is one conditional write of the whole.

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use sipstr_domain::CategoryId;
use sipstr_domain::catalog::CategoryTree;

use super::{Products, transact};
use crate::StorageError;
use crate::item::{from_item, key2, n, s, to_item};

/// What happens to the tree's nodes besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeChange<'a> {
    /// One comes; the text stands for the request that makes it.
    Added(&'a CategoryId, &'a str),
    Changed,
    Removed(&'a CategoryId),
}

/// What became of a change of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreeChanged {
    Yes,
    Stale,
    /// It is there already, or products are still in it.
    Refused,
}

impl Products {
    /// The tree; the empty one where none was made yet.
    pub async fn tree(&self) -> Result<CategoryTree, StorageError> {
        Ok(self.read(key2("TREE", "TREE")).await?.map(from_item).transpose()?.unwrap_or_default())
    }

    /// The request that made a category.
    pub async fn category_made(&self, id: &CategoryId) -> Result<Option<String>, StorageError> {
        let item = self.read(key2(id.as_str(), "CATEGORY")).await?.unwrap_or_default();
        Ok(item.get("made").and_then(|value| value.as_s().ok()).cloned())
    }

    /// Writes the tree that follows from the version before it.
    pub async fn change_tree(&self, after: &CategoryTree, node: NodeChange<'_>) -> Result<TreeChanged, StorageError> {
        let item = to_item(after, &[("pk", "TREE".to_owned()), ("sk", "TREE".to_owned())])?;
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = match after.version {
            1 => put.condition_expression("attribute_not_exists(pk)"),
            version => put.condition_expression("version = :v").expression_attribute_values(":v", n(version - 1)),
        };
        let put = put.build().expect("table and item are set");
        let mut actions = vec![TransactWriteItem::builder().put(put).build()];
        match node {
            NodeChange::Added(id, made) => {
                let mut item = key2(id.as_str(), "CATEGORY");
                item.insert("uses".to_owned(), n(0));
                item.insert("made".to_owned(), s(made));
                let put = Put::builder().table_name(&self.table).set_item(Some(item));
                let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
                actions.push(TransactWriteItem::builder().put(put).build());
            }
            NodeChange::Changed => {}
            NodeChange::Removed(id) => {
                let delete = Delete::builder().table_name(&self.table).set_key(Some(key2(id.as_str(), "CATEGORY")));
                let delete = delete.condition_expression("uses = :zero").expression_attribute_values(":zero", n(0));
                let delete = delete.build().expect("table and key are set");
                actions.push(TransactWriteItem::builder().delete(delete).build());
            }
        }
        Ok(match transact(&self.db, actions, "the tree of categories").await?.as_deref() {
            None => TreeChanged::Yes,
            Some([_, true]) => TreeChanged::Refused,
            Some(_) => TreeChanged::Stale,
        })
    }
}
