//! The lines of a cart, and the one rule by which lines of elsewhere come into it.

use serde::{Deserialize, Serialize};

use super::{CartLine, MAX_LINES, MAX_QUANTITY};
use crate::ProductId;

/// The lines of a cart: each product once, at most [`MAX_LINES`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lines(Vec<Line>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    pub product_id: ProductId,
    pub quantity: u32,
    /// The price of one that the customer last saw, in minor units of the store's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cart holds at most {MAX_LINES} different products")]
pub struct TooManyLines;

/// A product that did not come into the cart as it was wished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    pub product_id: ProductId,
    pub reason: LeftOutReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutReason {
    /// The cart holds as many different products as it may.
    CartFull,
    /// The store does not sell it.
    NotSold,
    SoldOut,
    /// There are fewer than wished: so many as there are came.
    Fewer,
}

impl Lines {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Line> {
        self.0.iter()
    }

    pub fn has(&self, product: &ProductId) -> bool {
        self.0.iter().any(|line| line.product_id == *product)
    }

    /// What is wanted, without what was seen.
    pub fn wanted(&self) -> Vec<CartLine> {
        let line = |line: &Line| CartLine { product_id: line.product_id.clone(), quantity: line.quantity };
        self.0.iter().map(line).collect()
    }

    /// Sets how many of a product are wanted; the quantity is the whole of it, so that a repeated request changes nothing.
    pub fn set(&mut self, product: ProductId, quantity: u32) -> Result<(), TooManyLines> {
        if let Some(line) = self.0.iter_mut().find(|line| line.product_id == product) {
            line.quantity = quantity;
            return Ok(());
        }
        if self.0.len() >= MAX_LINES {
            return Err(TooManyLines);
        }
        self.0.push(Line { product_id: product, quantity, seen: None });
        Ok(())
    }

    pub fn remove(&mut self, product: &ProductId) {
        self.0.retain(|line| line.product_id != *product);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Merges lines from elsewhere: of each product the larger quantity counts, not the sum, so that a merge that is repeated
    /// changes nothing. No more than [`MAX_QUANTITY`] of one, and no more than [`MAX_LINES`] products: who finds no room is told.
    pub fn merge(&mut self, others: &[CartLine]) -> Vec<LeftOut> {
        let mut left_out = Vec::new();
        for other in others.iter().filter(|other| other.quantity > 0) {
            let quantity = other.quantity.min(MAX_QUANTITY);
            let here = self.0.iter().find(|line| line.product_id == other.product_id).map_or(0, |line| line.quantity);
            if self.set(other.product_id.clone(), quantity.max(here)).is_err() {
                left_out.push(LeftOut { product_id: other.product_id.clone(), reason: LeftOutReason::CartFull });
            }
        }
        left_out
    }

    /// Remembers the prices that the customer sees now. Of a product without a price the last one stays remembered.
    pub fn see(&mut self, price_of: impl Fn(&ProductId) -> Option<i64>) {
        for line in &mut self.0 {
            line.seen = price_of(&line.product_id).or(line.seen);
        }
    }
}

impl FromIterator<CartLine> for Lines {
    /// Lines by the rule of [`Lines::merge`].
    fn from_iter<I: IntoIterator<Item = CartLine>>(lines: I) -> Self {
        let mut all = Self::default();
        all.merge(&lines.into_iter().collect::<Vec<_>>());
        all
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    /// One of a hundred products, so that carts meet.
    fn product(number: u32) -> ProductId {
        ProductId::derive(&["product", &number.to_string()])
    }

    fn wishes() -> impl Strategy<Value = Vec<CartLine>> {
        let wish = (0_u32..130, 1_u32..=120);
        let wish = wish.prop_map(|(number, quantity)| CartLine { product_id: product(number), quantity });
        prop::collection::vec(wish, 0..120)
    }

    fn quantities(lines: &Lines) -> BTreeMap<ProductId, u32> {
        lines.iter().map(|line| (line.product_id.clone(), line.quantity)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_merge_that_is_repeated_changes_nothing(mine in wishes(), theirs in wishes()) {
            let mut lines: Lines = mine.into_iter().collect();
            let left_out = lines.merge(&theirs);
            let (once, again) = (lines.clone(), lines.merge(&theirs));
            prop_assert_eq!(&lines, &once);
            prop_assert_eq!(again, left_out);
        }

        #[test]
        fn nothing_gets_less_and_nothing_gets_too_much(mine in wishes(), theirs in wishes()) {
            let before: Lines = mine.into_iter().collect();
            let mut after = before.clone();
            let left_out: BTreeSet<ProductId> = after.merge(&theirs).into_iter().map(|out| out.product_id).collect();
            let (had, has) = (quantities(&before), quantities(&after));
            prop_assert!(has.len() <= MAX_LINES && has.values().all(|quantity| (1..=MAX_QUANTITY).contains(quantity)));
            prop_assert!(had.iter().all(|(product, quantity)| has[product] >= *quantity));
            for wish in &theirs {
                let here = has.get(&wish.product_id).copied().unwrap_or_default();
                let wished = wish.quantity.min(MAX_QUANTITY);
                prop_assert_eq!(here == 0, left_out.contains(&wish.product_id));
                prop_assert!(here == 0 || here >= wished);
            }
        }

        #[test]
        fn where_there_is_room_the_order_of_merges_does_not_matter(mine in wishes(), theirs in wishes()) {
            let (mine, theirs): (Vec<_>, Vec<_>) = (mine.into_iter().take(40).collect(), theirs.into_iter().take(40).collect());
            let (mut one, mut other): (Lines, Lines) = (mine.iter().cloned().collect(), theirs.iter().cloned().collect());
            one.merge(&theirs);
            other.merge(&mine);
            prop_assert_eq!(quantities(&one), quantities(&other));
        }
    }

    #[test]
    fn a_price_that_is_gone_stays_remembered() {
        let mut lines: Lines = [CartLine { product_id: product(1), quantity: 2 }].into_iter().collect();
        lines.see(|_| Some(1_299));
        lines.see(|_| None);
        assert_eq!(lines.iter().next().unwrap().seen, Some(1_299));
        lines.set(product(1), 3).unwrap();
        assert_eq!(lines.iter().next().unwrap().seen, Some(1_299), "a new quantity is no new price");
    }
}
