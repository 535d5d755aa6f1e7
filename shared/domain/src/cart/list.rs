//! Lists that a customer keeps: what she always buys, or means to try.

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CartLine, MAX_QUANTITY};
use crate::account::Invalid;
use crate::{ListId, ProductId, StoreId, UserId};

pub const MAX_LISTS: usize = 50;
pub const MAX_ITEMS: usize = 200;

/// What a list is called: 1 to 60 characters, none of them invisible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "Friday evening")]
pub struct ListName(String);

impl ListName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ListName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if (1..=60).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid("must be 1 to 60 characters without control characters"))
        }
    }
}

impl TryFrom<String> for ListName {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<ListName> for String {
    fn from(name: ListName) -> String {
        name.0
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedList {
    pub id: ListId,
    pub customer_id: UserId,
    pub version: u64,
    pub name: ListName,
    /// What it was called when it was made: the same request again is told from another one under the same key.
    pub made_as: ListName,
    #[serde(default)]
    pub items: Vec<ListItem>,
    pub changed_at: Timestamp,
}

/// A product on a list, with the store where it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListItem {
    pub product_id: ProductId,
    pub store_id: StoreId,
    #[schema(minimum = 1, maximum = 99)]
    pub quantity: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a list holds at most {MAX_ITEMS} products")]
pub struct ListFull;

impl SavedList {
    pub fn new(id: ListId, customer_id: UserId, name: ListName, now: Timestamp) -> Self {
        Self { id, customer_id, version: 1, made_as: name.clone(), name, items: Vec::new(), changed_at: now }
    }

    /// Sets how many of a product are wanted, and where it was found.
    pub fn set(&mut self, item: ListItem) -> Result<(), ListFull> {
        if let Some(here) = self.items.iter_mut().find(|here| here.product_id == item.product_id) {
            *here = item;
            return Ok(());
        }
        if self.items.len() >= MAX_ITEMS {
            return Err(ListFull);
        }
        self.items.push(item);
        Ok(())
    }

    pub fn remove(&mut self, product: &ProductId) {
        self.items.retain(|item| item.product_id != *product);
    }

    /// Takes over a cart's lines by the rule of carts: of each product the larger quantity. All of them, or none.
    pub fn take_over(&mut self, store: &StoreId, lines: &[CartLine]) -> Result<(), ListFull> {
        let mut next = self.clone();
        for line in lines {
            let here =
                next.items.iter().find(|item| item.product_id == line.product_id).map_or(0, |item| item.quantity);
            let quantity = line.quantity.max(here).min(MAX_QUANTITY);
            next.set(ListItem { product_id: line.product_id.clone(), store_id: store.clone(), quantity })?;
        }
        *self = next;
        Ok(())
    }

    pub fn wanted(&self) -> Vec<CartLine> {
        let line = |item: &ListItem| CartLine { product_id: item.product_id.clone(), quantity: item.quantity };
        self.items.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cart_comes_onto_a_list_whole_and_once() {
        let (store, ale) = (StoreId::new(), ProductId::new());
        let name: ListName = " Friday evening ".parse().unwrap();
        assert_eq!(name.as_str(), "Friday evening");
        let mut list = SavedList::new(ListId::new(), UserId::new(), name, Timestamp::UNIX_EPOCH);
        let line = |product: &ProductId, quantity| CartLine { product_id: product.clone(), quantity };
        list.take_over(&store, &[line(&ale, 2), line(&ProductId::new(), 1)]).unwrap();
        let once = list.clone();
        list.take_over(&store, &[line(&ale, 1)]).unwrap();
        assert_eq!(list, once, "the larger quantity counts");
        let many: Vec<CartLine> = (0..MAX_ITEMS).map(|_| line(&ProductId::new(), 1)).collect();
        assert_eq!(list.take_over(&store, &many), Err(ListFull));
        assert_eq!(list, once, "and nothing came onto it");
    }

    #[test]
    fn a_name_can_be_read() {
        for nonsense in ["", "   ", "a\nb", "\u{1b}[31mred"] {
            assert!(nonsense.parse::<ListName>().is_err(), "{nonsense:?}");
        }
        assert!("x".repeat(61).parse::<ListName>().is_err());
    }
}
