//! Items, keys and pages: what every aggregate needs of DynamoDB's way of writing things down.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StorageError;

pub type Item = HashMap<String, AttributeValue>;

/// Where a page ended: the attributes of a key, all of them strings. Signed before it leaves the system.
pub type PageKey = std::collections::BTreeMap<String, String>;

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<PageKey>,
}

pub fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub fn n(number: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// The item of a value, with the key attributes and the correlation id of the work that writes it.
pub fn to_item<T: Serialize>(value: &T, keys: &[(&str, String)]) -> Result<Item, StorageError> {
    let mut item: Item = serde_dynamo::to_item(value)?;
    for (name, key) in keys {
        item.insert((*name).to_owned(), s(key.as_str()));
    }
    let correlation_id = sipstr_events::correlation::current();
    if !correlation_id.is_empty() {
        item.insert("correlationId".to_owned(), s(correlation_id));
    }
    Ok(item)
}

pub fn from_item<T: DeserializeOwned>(item: Item) -> Result<T, StorageError> {
    Ok(serde_dynamo::from_item(item)?)
}

/// Reads an image of a stream record, which has the same shape as an item.
pub fn image<T: DeserializeOwned>(item: serde_dynamo::Item) -> Result<T, StorageError> {
    Ok(serde_dynamo::from_item(item)?)
}

pub fn key(pk: impl Into<String>) -> Item {
    HashMap::from([("pk".to_owned(), s(pk))])
}

pub fn key2(pk: impl Into<String>, sk: impl Into<String>) -> Item {
    HashMap::from([("pk".to_owned(), s(pk)), ("sk".to_owned(), s(sk))])
}

pub fn start_key(from: Option<PageKey>) -> Option<Item> {
    from.map(|keys| keys.into_iter().map(|(name, value)| (name, s(value))).collect())
}

pub fn page<T: DeserializeOwned>(items: Option<Vec<Item>>, last: Option<Item>) -> Result<Page<T>, StorageError> {
    let items = items.unwrap_or_default().into_iter().map(from_item).collect::<Result<_, _>>()?;
    let next = last.map(|keys| {
        keys.into_iter().filter_map(|(name, value)| Some((name, value.as_s().ok()?.clone()))).collect::<PageKey>()
    });
    Ok(Page { items, next })
}
