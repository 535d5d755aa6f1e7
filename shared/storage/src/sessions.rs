//! Sessions: one for each login, with the hash of its refresh token and of the one before.
//!
//! They lie in the table of accounts. A token that is neither of the two ends the session: somebody has a copy.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::{SessionId, UserId};

use crate::item::{Item, from_item, key2, n, s, to_item};
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Sessions {
    db: Db,
    table: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    /// SHA-256 of the refresh token's secret, in hexadecimal digits.
    pub token_hash: String,
    pub created_at: Timestamp,
    /// The session ends then, however often it is refreshed.
    pub expires_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation: Option<Rotation>,
}

/// The latest rotation of a session's token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rotation {
    pub at: Timestamp,
    pub from_hash: String,
    /// From this and its predecessor the token can be made again for who lost the answer.
    pub salt: String,
}

impl Sessions {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    pub async fn start(&self, session: &Session) -> Result<(), StorageError> {
        let mut item = to_item(session, &[("pk", session.id.to_string()), ("sk", "SESSION".to_owned())])?;
        item.insert("ttl".to_owned(), n(session.expires_at.as_second()));
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item));
        put.condition_expression("attribute_not_exists(pk)").send().await?;
        Ok(())
    }

    pub async fn get(&self, id: &SessionId) -> Result<Option<Session>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(session_key(id)));
        get.consistent_read(true).send().await?.item.map(from_item).transpose()
    }

    /// Replaces the token; `false` where another request was faster or the session is over.
    pub async fn rotate(&self, id: &SessionId, to_hash: &str, rotation: &Rotation) -> Result<bool, StorageError> {
        let update = self.db.update_item().table_name(&self.table).set_key(Some(session_key(id)));
        let update = update.update_expression("SET tokenHash = :to, #rotation = :rotation");
        let update =
            update.condition_expression("tokenHash = :from").expression_attribute_names("#rotation", "rotation");
        let update = update.expression_attribute_values(":to", s(to_hash));
        let update = update.expression_attribute_values(":from", s(&rotation.from_hash));
        let update = update.expression_attribute_values(":rotation", serde_dynamo::to_attribute_value(rotation)?);
        match update.send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Ends a session; one that is over already stays so.
    pub async fn end(&self, id: &SessionId) -> Result<(), StorageError> {
        self.db.delete_item().table_name(&self.table).set_key(Some(session_key(id))).send().await?;
        Ok(())
    }
}

fn session_key(id: &SessionId) -> Item {
    key2(id.as_str(), "SESSION")
}
