//! Where an order's bottles go when it lets go of them, and the counters of the day that they stood in.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use jiff::civil::Date;
use sipstr_domain::ProductId;
use sipstr_domain::order::{Order, OrderLine};

use super::bucket_key;
use super::daily::count_back;
use crate::item::n;

/// So many bottles for each bucket that an order took from, and for each counter that counted them, each item once: a transaction
/// may change an item only once.
pub(crate) struct GivingBack {
    homes: BTreeMap<(ProductId, u16), u32>,
    counters: BTreeMap<(ProductId, Date), u32>,
}

impl GivingBack {
    pub fn of(lines: &[OrderLine]) -> Self {
        let (mut homes, mut counters) = (BTreeMap::new(), BTreeMap::new());
        for line in lines {
            let product = &line.priced.product_id;
            for take in &line.takes {
                *homes.entry((product.clone(), take.bucket)).or_insert(0) += take.quantity;
            }
            if let Some(on) = line.counted_on {
                *counters.entry((product.clone(), on)).or_insert(0) += line.priced.quantity;
            }
        }
        Self { homes, counters }
    }

    pub fn len(&self) -> usize {
        self.homes.len() + self.counters.len()
    }

    pub fn actions(&self, table: &str, order: &Order) -> Vec<TransactWriteItem> {
        let homes = self.homes.iter().map(|((product, bucket), quantity)| {
            let update = Update::builder().table_name(table);
            let update = update.set_key(Some(bucket_key(&order.store_id, product, *bucket)));
            let update = update.update_expression("SET available = available + :q");
            let update = update.condition_expression("attribute_exists(pk) AND attribute_not_exists(closed)");
            let update = update.expression_attribute_values(":q", n(quantity));
            update.build().expect("table, key and expression are set")
        });
        let counters = self.counters.iter();
        let counters = counters.map(|((product, on), quantity)| count_back(table, order, (product, *on), *quantity));
        homes.chain(counters).map(|update| TransactWriteItem::builder().update(update).build()).collect()
    }

    /// Sends to bucket 0, which is never closed, what would have gone to buckets that refused, and leaves out counters that have
    /// expired; `false` where nothing of this refused.
    pub fn redirect(&mut self, refused: &[bool]) -> bool {
        let (of_homes, of_counters) = refused.split_at(self.homes.len());
        let keys = self.homes.keys().zip(of_homes);
        let away: Vec<_> =
            keys.filter(|((_, bucket), refused)| **refused && *bucket != 0).map(|(key, _)| key.clone()).collect();
        let mut of_counters = of_counters.iter();
        let counted = self.counters.len();
        self.counters.retain(|_, _| !of_counters.next().copied().unwrap_or(false));
        for (product, bucket) in &away {
            let quantity = self.homes.remove(&(product.clone(), *bucket)).unwrap_or(0);
            *self.homes.entry((product.clone(), 0)).or_insert(0) += quantity;
        }
        !away.is_empty() || self.counters.len() < counted
    }
}
