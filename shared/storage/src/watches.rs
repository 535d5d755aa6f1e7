//! Who waits for which product. A watch lies in the table of accounts, under its person (`pk` user id, `sk`
//! `wch#<store>#<product>`), and so it is copied and forgotten with them; the index `byWatched` has those that wait.

use aws_sdk_dynamodb::types::Select;
use jiff::Timestamp;
use sipstr_domain::watch::Watch;
use sipstr_domain::{ProductId, StoreId, UserId};

use crate::StorageError;
use crate::accounts::Accounts;
use crate::item::{Item, Page, PageKey, key2, n, page, s, start_key, to_item};

/// How the sort key of a watch begins.
pub const WATCH_PREFIX: &str = "wch#";

/// What became of a wish to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watched {
    /// Waits from now on, or did before.
    Yes,
    TooMany,
}

impl Accounts {
    /// Waits for a product; who waits already goes on waiting.
    pub async fn watch(&self, watch: &Watch, most: usize) -> Result<Watched, StorageError> {
        // Two at once may make it one too many, which harms nobody.
        if self.watching(&watch.user_id).await? >= most {
            return Ok(Watched::TooMany);
        }
        let (store, product) = (&watch.store_id, &watch.product_id);
        let keys = [
            ("pk", watch.user_id.to_string()),
            ("sk", sort_key(store, product)),
            ("watchKey", watched(store, product)),
        ];
        let mut item = to_item(watch, &keys)?;
        item.insert("ttl".to_owned(), n(watch.ends_at().as_second()));
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk) OR attribute_exists(answeredAt)");
        match put.send().await {
            Ok(_) => Ok(Watched::Yes),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(Watched::Yes)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn watching(&self, user: &UserId) -> Result<usize, StorageError> {
        let query = self.db.query().table_name(&self.table).consistent_read(true).select(Select::Count);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query.filter_expression("attribute_not_exists(answeredAt)");
        let query = query.expression_attribute_values(":pk", s(user.as_str()));
        let found = query.expression_attribute_values(":prefix", s(WATCH_PREFIX)).send().await?;
        Ok(usize::try_from(found.count).unwrap_or_default())
    }

    /// Waits no more; who did not wait does not either.
    pub async fn unwatch(&self, user: &UserId, store: &StoreId, product: &ProductId) -> Result<(), StorageError> {
        let key = key2(user.as_str(), sort_key(store, product));
        self.db.delete_item().table_name(&self.table).set_key(Some(key)).send().await?;
        Ok(())
    }

    /// What a person waits for, and what was there again lately.
    pub async fn watches(&self, user: &UserId, limit: i32, from: Option<PageKey>) -> Result<Page<Watch>, StorageError> {
        let query = self.db.query().table_name(&self.table).consistent_read(true).limit(limit);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query.expression_attribute_values(":pk", s(user.as_str()));
        let query = query.expression_attribute_values(":prefix", s(WATCH_PREFIX));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }

    /// Who waits for a product, in the order of the people. One who began this second may be missing.
    pub async fn watchers(
        &self,
        (store, product): (&StoreId, &ProductId),
        from: Option<PageKey>,
    ) -> Result<(Vec<UserId>, Option<PageKey>), StorageError> {
        let query = self.db.query().table_name(&self.table).index_name("byWatched").limit(100);
        let query = query.key_condition_expression("watchKey = :watched");
        let query = query.expression_attribute_values(":watched", s(watched(store, product)));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        let next = page::<serde::de::IgnoredAny>(None, found.last_evaluated_key)?.next;
        let user = |item: Item| item.get("pk").and_then(|pk| pk.as_s().ok()).and_then(|pk| pk.parse().ok());
        Ok((found.items.unwrap_or_default().into_iter().filter_map(user).collect(), next))
    }

    /// Says that what somebody waits for is there; `false` where they wait no more, or were told.
    pub async fn answer_watch(
        &self,
        user: &UserId,
        (store, product): (&StoreId, &ProductId),
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let answered =
            Watch { answered_at: Some(now), ..Watch::new(user.clone(), store.clone(), product.clone(), now) };
        let key = key2(user.as_str(), sort_key(store, product));
        let update = self.db.update_item().table_name(&self.table).set_key(Some(key));
        let update =
            update.update_expression("SET answeredAt = :now, #ttl = :ttl, correlationId = :work REMOVE watchKey");
        let update = update.condition_expression("attribute_exists(pk) AND attribute_not_exists(answeredAt)");
        let update = update.expression_attribute_names("#ttl", "ttl");
        let update = update.expression_attribute_values(":now", s(now.to_string()));
        let update = update.expression_attribute_values(":ttl", n(answered.ends_at().as_second()));
        let update = update.expression_attribute_values(":work", s(sipstr_events::correlation::current()));
        match update.send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn sort_key(store: &StoreId, product: &ProductId) -> String {
    format!("{WATCH_PREFIX}{}", watched(store, product))
}

fn watched(store: &StoreId, product: &ProductId) -> String {
    format!("{store}#{product}")
}
