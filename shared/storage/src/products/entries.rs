//! What products refer to and editors keep: brands, groups, attributes. Each is one item with a version and a count of its uses.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sipstr_domain::catalog::{AttributeDefinition, Brand, ProductGroup};

use super::Products;
use super::plan::attribute_key;
use crate::StorageError;
use crate::item::{Item, Page, PageKey, from_item, key2, n, page, s, start_key, to_item};

/// Something that products refer to.
pub trait Entry: Serialize + DeserializeOwned {
    type Key: ?Sized;
    /// Names the list of them.
    const LIST: &'static str;
    fn key(key: &Self::Key) -> Item;
    fn own_key(&self) -> Item;
    fn name(&self) -> &str;
    fn version(&self) -> u64;
}

macro_rules! entries {
    ($($name:ident, $key:ty, $list:literal, $field:ident, $title:ident, |$k:ident| $of:expr;)+) => {$(
        impl Entry for $name {
            type Key = $key;
            const LIST: &'static str = $list;

            fn key($k: &$key) -> Item {
                $of
            }

            fn own_key(&self) -> Item {
                Self::key(&self.$field)
            }

            fn name(&self) -> &str {
                &self.$title
            }

            fn version(&self) -> u64 {
                self.version
            }
        }
    )+};
}

entries! {
    Brand, sipstr_domain::BrandId, "brand", id, name, |id| key2(id.as_str(), "BRAND");
    ProductGroup, sipstr_domain::GroupId, "group", id, name, |id| key2(id.as_str(), "GROUP");
    AttributeDefinition, sipstr_domain::catalog::AttributeKey, "attribute", key, label, |key| attribute_key(key);
}

/// What became of something that is made once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made<T> {
    Now,
    /// By the same request; nothing was written.
    Before(T),
    /// It is there, and another request made it; nothing was written.
    Taken,
}

impl Products {
    pub async fn entry<T: Entry>(&self, key: &T::Key) -> Result<Option<T>, StorageError> {
        self.read(T::key(key)).await?.map(from_item).transpose()
    }

    /// Makes it, once; `made` stands for the request.
    pub async fn add_entry<T: Entry>(&self, entry: &T, made: &str) -> Result<Made<T>, StorageError> {
        let mut item = item_of(entry)?;
        item.insert("made".to_owned(), s(made));
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item));
        match put.condition_expression("attribute_not_exists(pk)").send().await {
            Ok(_) => Ok(Made::Now),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                let before = self.read(entry.own_key()).await?.ok_or(StorageError::Missing("an entry"))?;
                let same = before.get("made").and_then(|value| value.as_s().ok()).is_some_and(|before| before == made);
                if same { Ok(Made::Before(from_item(before)?)) } else { Ok(Made::Taken) }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the next version of it on condition that it is the version that was read, and in use no more than it was where
    /// `unused` says that it matters. Its uses are counted by the products.
    pub async fn change_entry<T: Entry>(&self, after: &T, unused: bool) -> Result<bool, StorageError> {
        let mut update = self.db.update_item().table_name(&self.table).set_key(Some(after.own_key()));
        let mut sets = vec!["version = version + :one".to_owned()];
        let skipped = ["pk", "sk", "version", "uses"];
        let item = item_of(after)?;
        let optional = ["labels", "country"];
        let removes: Vec<&str> = optional.into_iter().filter(|name| !item.contains_key(*name)).collect();
        let changed = item.into_iter().filter(|(name, _)| !skipped.contains(&name.as_str()));
        for (place, (name, value)) in changed.enumerate() {
            sets.push(format!("#n{place} = :n{place}"));
            update = update.expression_attribute_names(format!("#n{place}"), name);
            update = update.expression_attribute_values(format!(":n{place}"), value);
        }
        let condition = if unused { "version = :v AND uses = :zero" } else { "version = :v" };
        if unused {
            update = update.expression_attribute_values(":zero", n(0));
        }
        let removed = if removes.is_empty() { String::new() } else { format!(" REMOVE {}", removes.join(", ")) };
        let update = update.update_expression(format!("SET {}{removed}", sets.join(", ")));
        let update = update.condition_expression(condition).expression_attribute_values(":one", n(1));
        match update.expression_attribute_values(":v", n(after.version())).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Removes it where no product has it; `false` where one has, or it is another version by now.
    pub async fn remove_entry<T: Entry>(&self, entry: &T) -> Result<bool, StorageError> {
        let delete = self.db.delete_item().table_name(&self.table).set_key(Some(entry.own_key()));
        let delete = delete.condition_expression("version = :v AND uses = :zero");
        let delete =
            delete.expression_attribute_values(":v", n(entry.version())).expression_attribute_values(":zero", n(0));
        match delete.send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// All of them by name. One that was made this second may be missing.
    pub async fn entries<T: Entry>(&self, limit: i32, from: Option<PageKey>) -> Result<Page<T>, StorageError> {
        let query = self.db.query().table_name(&self.table).index_name("byList").limit(limit);
        let query = query.key_condition_expression("listKey = :list").expression_attribute_values(":list", s(T::LIST));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }
}

pub(super) fn item_of<T: Entry>(entry: &T) -> Result<Item, StorageError> {
    let own = entry.own_key();
    let text = |name: &str| own.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
    let name = format!("{}#{}", entry.name().to_lowercase(), text("pk"));
    to_item(entry, &[("pk", text("pk")), ("sk", text("sk")), ("listKey", T::LIST.to_owned()), ("nameKey", name)])
}
