//! Where an order's bottles go when it lets go of them.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use sipstr_domain::order::OrderLine;
use sipstr_domain::{ProductId, StoreId};

use super::bucket_key;
use crate::item::n;

/// So many bottles for each bucket that an order took from, each bucket once: a transaction may change an item only once.
pub(crate) struct GivingBack(BTreeMap<(ProductId, u16), u32>);

impl GivingBack {
    pub fn of(lines: &[OrderLine]) -> Self {
        let mut homes = BTreeMap::new();
        for line in lines {
            for take in &line.takes {
                *homes.entry((line.priced.product_id.clone(), take.bucket)).or_insert(0) += take.quantity;
            }
        }
        Self(homes)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn actions(&self, table: &str, store: &StoreId) -> Vec<TransactWriteItem> {
        let action = |((product, bucket), quantity): (&(ProductId, u16), &u32)| {
            let update = Update::builder().table_name(table).set_key(Some(bucket_key(store, product, *bucket)));
            let update = update.update_expression("SET available = available + :q");
            let update = update.condition_expression("attribute_exists(pk) AND attribute_not_exists(closed)");
            let update = update.expression_attribute_values(":q", n(quantity));
            TransactWriteItem::builder().update(update.build().expect("table, key and expression are set")).build()
        };
        self.0.iter().map(action).collect()
    }

    /// Sends to bucket 0, which is never closed, what would have gone to buckets that refused; `false` where none did.
    pub fn redirect(&mut self, refused: &[bool]) -> bool {
        let keys = self.0.keys().zip(refused);
        let away: Vec<_> =
            keys.filter(|((_, bucket), refused)| **refused && *bucket != 0).map(|(key, _)| key.clone()).collect();
        for (product, bucket) in &away {
            let quantity = self.0.remove(&(product.clone(), *bucket)).unwrap_or(0);
            *self.0.entry((product.clone(), 0)).or_insert(0) += quantity;
        }
        !away.is_empty()
    }
}
