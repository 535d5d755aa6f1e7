//! What a store says of a product's stock: on the level, and on bucket 0 where orders read what one customer may have.
//!
//! Holding back and letting go again moves bottles between the level and the buckets, in the transaction that says so.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use jiff::Timestamp;
use sipstr_domain::stock::{Caps, Level, MOST_BUCKETS, StockSettings};
use sipstr_domain::{ProductId, StoreId};

use super::shelving::{Figures, Found, Known, Shelving};
use super::{Inventory, bucket_key, level_key};
use crate::StorageError;
use crate::item::{n, s};
use crate::transact::{TRIES, pause, transact};

/// What became of new settings.
#[derive(Debug, Clone, PartialEq)]
pub enum Set {
    Done(Box<Level>),
    /// Somebody else changed them since they were read.
    Stale,
    Unknown,
}

impl Inventory {
    /// Says anew how a product's stock is sold, at the version that was read. Where more is to be held back than is free, all
    /// that is free is; what comes in later fills it.
    pub async fn set(
        &self,
        (store, product): (&StoreId, &ProductId),
        settings: &StockSettings,
        version: u64,
        now: Timestamp,
    ) -> Result<Set, StorageError> {
        for attempt in 0..TRIES {
            let Some(before) = self.level(store, product).await? else { return Ok(Set::Unknown) };
            if before.settings_version != version {
                return Ok(Set::Stale);
            }
            let wanted = Level {
                threshold: settings.threshold,
                safety_stock: settings.safety_stock,
                caps: settings.caps,
                settings_version: version + 1,
                ..before.clone()
            };
            let shelving = self.held_as_wanted(&wanted).await?;
            let mut actions = vec![self.settings_action(&before, &wanted, &shelving)];
            actions.extend(self.held_actions(&wanted, &shelving, Some(settings.caps), now));
            if transact(&self.db, actions, "the settings of the product").await?.is_none() {
                let held_back = before.held_back + shelving.held_back;
                return Ok(Set::Done(Box::new(Level { held_back, ..wanted })));
            }
            pause(attempt).await;
        }
        Err(StorageError::Contended("the settings of the product"))
    }

    /// Holds back what shall be and is not, where an order has given bottles back. Once more does nothing.
    pub async fn refill(&self, (store, product): (&StoreId, &ProductId), now: Timestamp) -> Result<(), StorageError> {
        let Some(level) = self.level(store, product).await?.filter(|level| level.lacking() > 0) else { return Ok(()) };
        let shelving = self.held_as_wanted(&level).await?;
        if shelving.held_back == 0 {
            return Ok(());
        }
        let figures = Figures { held_back: shelving.held_back, ..Figures::default() };
        let mut actions = vec![self.level_action((store, product), figures, Known::HeldBack(&level))];
        actions.extend(self.held_actions(&level, &shelving, None, now));
        // Whoever was faster has changed what is held back or free: the next event looks again.
        transact(&self.db, actions, "what is held back").await?;
        Ok(())
    }

    /// How bottles move so that as many are held back as shall be, or as many as there are.
    async fn held_as_wanted(&self, level: &Level) -> Result<Shelving, StorageError> {
        let (lacking, spare) = (level.lacking(), level.spare());
        if spare > 0 {
            // Those that are let go are spread like those that come in.
            let shelved = self.shelve(level, spare, MOST_BUCKETS).await?.unwrap_or_default();
            return Ok(Shelving { held_back: -i64::from(spare), ..shelved });
        }
        if lacking == 0 {
            return Ok(Shelving::default());
        }
        let taken = match self.unshelve(level, lacking, false).await? {
            Found::Here(taken) => taken,
            Found::NotEnough { left: 0 } => return Ok(Shelving::default()),
            Found::NotEnough { left } => match self.unshelve(level, left, false).await? {
                Found::Here(taken) => taken,
                Found::NotEnough { .. } => return Ok(Shelving::default()),
            },
        };
        let held_back = -taken.buckets.values().sum::<i64>();
        Ok(Shelving { held_back, ..taken })
    }

    /// The buckets' part. Bucket 0 says that bottles moved, so that nobody adds up readings of before and after.
    fn held_actions(
        &self,
        level: &Level,
        shelving: &Shelving,
        caps: Option<Caps>,
        now: Timestamp,
    ) -> Vec<TransactWriteItem> {
        let mut others: BTreeMap<u16, i64> = shelving.buckets.clone();
        let own = others.remove(&0).unwrap_or(0);
        let mut first = Update::builder().table_name(&self.table);
        first = first.set_key(Some(bucket_key(&level.store_id, &level.product_id, 0)));
        let mut sets = vec!["available = available + :c"];
        let mut rest = String::new();
        if shelving.held_back != 0 {
            sets.push("revisedAt = :now");
            rest.push_str(" ADD revision :one");
            first = first.expression_attribute_values(":now", s(now.to_string()));
            first = first.expression_attribute_values(":one", n(1));
        }
        match caps.map(|caps| (caps.is_none(), caps)) {
            Some((false, caps)) => {
                sets.push("caps = :caps");
                first = first.expression_attribute_values(":caps", caps_value(caps));
            }
            Some((true, _)) => rest.push_str(" REMOVE caps"),
            None => {}
        }
        let first = first.update_expression(format!("SET {}{rest}", sets.join(", ")));
        let first = first.condition_expression("attribute_exists(pk) AND available >= :least");
        let first = first.expression_attribute_values(":c", n(own));
        let first = first.expression_attribute_values(":least", n(own.min(0).unsigned_abs()));
        let first = first.build().expect("table, key and expression are set");
        let mut actions = vec![TransactWriteItem::builder().update(first).build()];
        let others = Shelving { held_back: 0, buckets: others };
        actions.extend(self.bucket_actions((&level.store_id, &level.product_id), &others));
        actions
    }

    fn settings_action(&self, before: &Level, wanted: &Level, shelving: &Shelving) -> TransactWriteItem {
        let update = Update::builder().table_name(&self.table);
        let update = update.set_key(Some(level_key(&before.store_id, &before.product_id)));
        let caps = if wanted.caps.is_none() { " REMOVE caps" } else { ", caps = :caps" };
        let update = update.update_expression(format!(
            "SET threshold = :threshold, safetyStock = :safety, heldBack = :held, settingsVersion = :version{caps}"
        ));
        let update = match wanted.caps.is_none() {
            true => update,
            false => update.expression_attribute_values(":caps", caps_value(wanted.caps)),
        };
        let was = |name: &str, value: bool| match value {
            true => format!("(attribute_not_exists({name}) OR {name} = :{name}Was)"),
            false => format!("{name} = :{name}Was"),
        };
        let held = was("heldBack", before.held_back == 0);
        let version = was("settingsVersion", before.settings_version == 0);
        let update = update
            .condition_expression(format!("attribute_exists(pk) AND {held} AND {version}"))
            .expression_attribute_values(":threshold", n(wanted.threshold))
            .expression_attribute_values(":safety", n(wanted.safety_stock))
            .expression_attribute_values(":held", n(before.held_back + shelving.held_back))
            .expression_attribute_values(":version", n(wanted.settings_version))
            .expression_attribute_values(":heldBackWas", n(before.held_back))
            .expression_attribute_values(":settingsVersionWas", n(before.settings_version));
        TransactWriteItem::builder().update(update.build().expect("table, key and expression are set")).build()
    }
}

fn caps_value(caps: Caps) -> AttributeValue {
    let parts = [("perOrder", caps.per_order), ("perDay", caps.per_day)];
    AttributeValue::M(parts.into_iter().filter_map(|(name, most)| Some((name.to_owned(), n(most?)))).collect())
}
