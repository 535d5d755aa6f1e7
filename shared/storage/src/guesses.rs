//! Guesses at a password, counted for each e-mail address and window of time, whether or not the address is in use.

use jiff::Timestamp;
use sipstr_domain::account::Email;

use crate::accounts::email_hash;
use crate::item::{Item, key2, n};
use crate::{Db, StorageError};

/// Length of a window.
const WINDOW_SECONDS: i64 = 15 * 60;

#[derive(Debug, Clone)]
pub struct Guesses {
    db: Db,
    table: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    Counted,
    /// The window's guesses are used up; the next one begins in so many seconds.
    TooMany {
        retry_after: u32,
    },
}

impl Guesses {
    /// Uses the table of accounts.
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// Counts a guess before anybody looks at it, so that parallel guesses cannot beat the limit.
    pub async fn count(&self, email: &Email, most: u32, now: Timestamp) -> Result<Guess, StorageError> {
        let update = self.db.update_item().table_name(&self.table).set_key(Some(window_key(email, now)));
        let update = update.update_expression("ADD guesses :one SET #ttl = :ttl");
        let update = update.condition_expression("attribute_not_exists(guesses) OR guesses < :most");
        let update = update.expression_attribute_names("#ttl", "ttl").expression_attribute_values(":one", n(1));
        let end = window_start(now) + WINDOW_SECONDS;
        let update = update.expression_attribute_values(":ttl", n(end)).expression_attribute_values(":most", n(most));
        match update.send().await {
            Ok(_) => Ok(Guess::Counted),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(Guess::TooMany { retry_after: u32::try_from(end - now.as_second()).unwrap_or(1).max(1) })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Forgets the window's guesses: who knows the password was mistyping it.
    pub async fn forget(&self, email: &Email, now: Timestamp) -> Result<(), StorageError> {
        self.db.delete_item().table_name(&self.table).set_key(Some(window_key(email, now))).send().await?;
        Ok(())
    }
}

fn window_key(email: &Email, now: Timestamp) -> Item {
    key2(format!("GUESS#{}", email_hash(email)), window_start(now).to_string())
}

fn window_start(now: Timestamp) -> i64 {
    now.as_second() - now.as_second().rem_euclid(WINDOW_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_a_quarter_of_an_hour_of_the_clock() {
        let at = |text: &str| window_start(text.parse().unwrap());
        assert_eq!(at("2026-11-23T10:00:00Z"), at("2026-11-23T10:14:59.999Z"));
        assert_eq!(at("2026-11-23T10:00:00Z") + WINDOW_SECONDS, at("2026-11-23T10:15:00Z"));
    }
}
