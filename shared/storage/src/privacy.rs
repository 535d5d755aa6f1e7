//! Copies of what is known of a person, and the end of an account. All of it lies in the table of accounts.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | export | user id | export id |
//! | somebody to be forgotten | `ERASURE#<day>` | user id |
//! | somebody was | user id | `ERASED` |

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sipstr_domain::privacy::Export;
use sipstr_domain::{ExportId, UserId};

use crate::accounts::{Account, Accounts, account_key, email_key};
use crate::credentials::{UNMOVED, built};
use crate::item::{Item, Page, PageKey, from_item, key2, n, page, s, start_key, to_item};
use crate::{Action, StorageError};

impl Accounts {
    /// Asks for an export, together with its security event; `false` where the same request asked for it before.
    pub async fn ask_export(&self, export: &Export, event: Action) -> Result<bool, StorageError> {
        let mut item = to_item(export, &[("pk", export.user_id.to_string()), ("sk", export.id.to_string())])?;
        item.insert("ttl".to_owned(), n(export.expires_at.as_second()));
        Ok(self.transact(vec![self.put_new(item), event.0]).await?.is_none())
    }

    pub async fn export(&self, user: &UserId, id: &ExportId) -> Result<Option<Export>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(key2(user.as_str(), id.as_str())));
        get.consistent_read(true).send().await?.item.map(from_item).transpose()
    }

    /// Newest first. There are a few at most: three a day, for a week.
    pub async fn exports(&self, user: &UserId) -> Result<Vec<Export>, StorageError> {
        let query = self.db.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query.expression_attribute_values(":pk", s(user.as_str()));
        let found = query.expression_attribute_values(":prefix", s(ExportId::PREFIX)).send().await?;
        let exports: Result<Vec<Export>, _> = found.items.unwrap_or_default().into_iter().map(from_item).collect();
        // Their ids follow from the requests and say nothing of the time.
        let mut exports = exports?;
        exports.sort_by_key(|export| std::cmp::Reverse(export.requested_at));
        Ok(exports)
    }

    /// Notes that an export was made; `false` where that was noted before, or it is gone.
    pub async fn export_made(&self, export: &Export, at: Timestamp) -> Result<bool, StorageError> {
        let key = key2(export.user_id.as_str(), export.id.as_str());
        let update = self.db.update_item().table_name(&self.table).set_key(Some(key));
        let update = update.update_expression("SET readyAt = :at, correlationId = :work");
        let update = update.condition_expression("attribute_exists(pk) AND attribute_not_exists(readyAt)");
        let update = update.expression_attribute_values(":at", s(at.to_string()));
        let update = update.expression_attribute_values(":work", s(sipstr_events::correlation::current()));
        match update.send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Everything that lies under a person, a page at a time, as it is stored.
    pub async fn everything_of(&self, user: &UserId, from: Option<PageKey>) -> Result<Page<Item>, StorageError> {
        let query = self.db.query().table_name(&self.table).consistent_read(true).key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", s(user.as_str()));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        let next = page::<serde::de::IgnoredAny>(None, found.last_evaluated_key)?.next;
        Ok(Page { items: found.items.unwrap_or_default(), next })
    }
}

impl Accounts {
    /// Disables an account until it is erased. `false` where it was secured anew since it was read, or wants that already.
    pub async fn ask_erasure(
        &self,
        account: &Account,
        now: Timestamp,
        due: Timestamp,
        event: Action,
    ) -> Result<bool, StorageError> {
        let update = self.secure(account, "disabledAt = :at, erasureDueAt = :due", "");
        let update = update.condition_expression(format!("{UNMOVED} AND attribute_not_exists(disabledAt)"));
        let update = update.expression_attribute_values(":at", s(now.to_string()));
        let update = update.expression_attribute_values(":due", s(due.to_string()));
        // Somebody who changes their mind twice within a day is due twice on it, and forgotten once.
        let due = Put::builder().table_name(&self.table).set_item(Some(due_key(day_of(due), &account.id)));
        let due = TransactWriteItem::builder().put(due.build().expect("table and item are set")).build();
        Ok(self.transact(vec![built(update), due, event.0]).await?.is_none())
    }

    /// Takes the wish back. `false` where there is none, or the account was secured anew since it was read.
    pub async fn cancel_erasure(&self, account: &Account, event: Action) -> Result<bool, StorageError> {
        let update = self.secure(account, "", " REMOVE disabledAt, erasureDueAt");
        let update = update.condition_expression(format!("{UNMOVED} AND attribute_exists(erasureDueAt)"));
        Ok(self.transact(vec![built(update), event.0]).await?.is_none())
    }

    /// Who is to be forgotten on a day, whether or not they changed their mind.
    pub async fn erasures_of(&self, day: Date) -> Result<Vec<UserId>, StorageError> {
        let (mut users, mut from) = (Vec::new(), None);
        loop {
            let query = self.db.query().table_name(&self.table).consistent_read(true);
            let query = query.key_condition_expression("pk = :pk").expression_attribute_values(":pk", s(due_pk(day)));
            let found = query.set_exclusive_start_key(from).send().await?;
            let ids = found.items.unwrap_or_default().into_iter();
            users.extend(ids.filter_map(|item| item.get("sk")?.as_s().ok()?.parse().ok()));
            from = found.last_evaluated_key;
            if from.is_none() {
                return Ok(users);
            }
        }
    }

    /// Takes somebody off the list of a day.
    pub async fn erasure_handled(&self, day: Date, user: &UserId) -> Result<(), StorageError> {
        self.db.delete_item().table_name(&self.table).set_key(Some(due_key(day, user))).send().await?;
        Ok(())
    }

    /// Removes the marks that lead from a person's passkeys and links to them, before those go themselves.
    pub async fn remove_marks(&self, user: &UserId) -> Result<(), StorageError> {
        for passkey in self.passkeys(user).await? {
            let key = crate::passkeys::mark_key(&passkey.credential_id);
            self.db.delete_item().table_name(&self.table).set_key(Some(key)).send().await?;
        }
        for link in self.all_links(user).await? {
            let key = crate::federation::identity_key(&link.identity);
            // The identity may have been linked to somebody else since.
            let delete = self.db.delete_item().table_name(&self.table).set_key(Some(key));
            let delete = delete.condition_expression("linkId = :link");
            match delete.expression_attribute_values(":link", s(link.id.as_str())).send().await {
                Ok(_) => {}
                Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Removes one thing that lies under a person.
    pub async fn remove_item(&self, user: &UserId, sort_key: &str) -> Result<(), StorageError> {
        let key = key2(user.as_str(), sort_key);
        self.db.delete_item().table_name(&self.table).set_key(Some(key)).send().await?;
        Ok(())
    }

    /// The last step: the account and the mark of its address go, and that there was one stays. `false` where the account
    /// was secured anew since it was read: somebody changed their mind.
    pub async fn erase(&self, account: &Account, at: Timestamp, event: Action) -> Result<bool, StorageError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(account_key(&account.id)));
        let delete =
            delete.condition_expression(UNMOVED).expression_attribute_values(":sv", n(account.security_version));
        let delete = delete.build().expect("table and key are set");
        let mark = Delete::builder().table_name(&self.table).set_key(Some(email_key(&account.email)));
        let mark = mark.build().expect("table and key are set");
        let mut erased = key2(account.id.as_str(), "ERASED");
        erased.insert("erasedAt".to_owned(), s(at.to_string()));
        let actions = vec![
            TransactWriteItem::builder().delete(delete).build(),
            TransactWriteItem::builder().delete(mark).build(),
            self.put_new(erased),
            event.0,
        ];
        Ok(self.transact(actions).await?.is_none())
    }

    /// Accounts that nobody proved since before then, a page at a time: for the daily tidying, never for a request.
    pub async fn unproved_since(
        &self,
        before: Timestamp,
        from: Option<PageKey>,
    ) -> Result<Page<Account>, StorageError> {
        let scan = self.db.scan().table_name(&self.table);
        let scan = scan.filter_expression(
            "sk = :account AND attribute_not_exists(emailVerifiedAt) AND createdAt < :before \
             AND attribute_not_exists(erasureDueAt)",
        );
        let scan = scan.expression_attribute_values(":account", s("ACCOUNT"));
        let scan = scan.expression_attribute_values(":before", s(before.to_string()));
        let found = scan.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }
}

/// The day on whose list an erasure stands (UTC).
pub fn day_of(due: Timestamp) -> Date {
    due.to_zoned(TimeZone::UTC).date()
}

fn due_pk(day: Date) -> String {
    format!("ERASURE#{day}")
}

fn due_key(day: Date, user: &UserId) -> Item {
    key2(due_pk(day), user.as_str())
}
