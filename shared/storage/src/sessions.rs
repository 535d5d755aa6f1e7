//! Sessions: one for each login, with the hash of its refresh token and of the one before.
//!
//! They lie in the table of accounts, under their person. A token that is neither of the two ends the session: somebody has
//! a copy. A session counts as long as its `securityVersion` is that of the account.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem, Update};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::security::Method;
use sipstr_domain::{SessionId, UserId};

use crate::accounts::account_key;
use crate::item::{Item, from_item, key2, n, s, to_item};
use crate::transact::transact;
use crate::{Action, Db, StorageError};

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
    /// What the account's was when the session began.
    pub security_version: u64,
    /// How the person proved who they are, and when last.
    pub methods: Vec<Method>,
    pub proved_at: Timestamp,
    /// Such as `Chrome on Linux`.
    pub device: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
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
    /// Uses the table of accounts.
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// Starts a session together with its event and whatever else belongs to the sign-in; `false`, and nothing written, where
    /// the account has been disabled or secured anew since it was read.
    ///
    /// `known_device` is written to the account where it is new there.
    pub async fn start(
        &self,
        session: &Session,
        known_device: Option<&str>,
        event: Action,
        also: Vec<Action>,
    ) -> Result<bool, StorageError> {
        let mut item = to_item(session, &[("pk", session.user_id.to_string()), ("sk", session.id.to_string())])?;
        item.insert("ttl".to_owned(), n(session.expires_at.as_second()));
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
        let mut actions =
            vec![self.on_the_account(session, known_device), TransactWriteItem::builder().put(put).build()];
        actions.push(event.0);
        actions.extend(also.into_iter().map(|action| action.0));
        Ok(transact(&self.db, actions, "the session").await?.is_none())
    }

    fn on_the_account(&self, session: &Session, known_device: Option<&str>) -> TransactWriteItem {
        const AS_READ: &str = "securityVersion = :sv AND attribute_not_exists(disabledAt)";
        let key = Some(account_key(&session.user_id));
        let version = n(session.security_version);
        let Some(device) = known_device else {
            let check = aws_sdk_dynamodb::types::ConditionCheck::builder().table_name(&self.table).set_key(key);
            let check = check.condition_expression(AS_READ).expression_attribute_values(":sv", version);
            return TransactWriteItem::builder().condition_check(check.build().expect("all is set")).build();
        };
        let update = Update::builder().table_name(&self.table).set_key(key);
        let update = update.update_expression("ADD knownDevices :device");
        let update = update.condition_expression(AS_READ);
        let device = aws_sdk_dynamodb::types::AttributeValue::Ss(vec![device.to_owned()]);
        let update = update.expression_attribute_values(":device", device).expression_attribute_values(":sv", version);
        TransactWriteItem::builder().update(update.build().expect("all is set")).build()
    }

    pub async fn get(&self, user: &UserId, id: &SessionId) -> Result<Option<Session>, StorageError> {
        let get = self.db.get_item().table_name(&self.table).set_key(Some(session_key(user, id)));
        get.consistent_read(true).send().await?.item.map(from_item).transpose()
    }

    /// A person's sessions, oldest first; those that are over and not yet gone among them.
    pub async fn of_user(&self, user: &UserId) -> Result<Vec<Session>, StorageError> {
        let query = self.db.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query.expression_attribute_values(":pk", s(user.as_str()));
        let found = query.expression_attribute_values(":prefix", s(SessionId::PREFIX)).send().await?;
        found.items.unwrap_or_default().into_iter().map(from_item).collect()
    }

    /// Replaces the token; `false` where another request was faster or the session is over.
    pub async fn rotate(&self, of: &Session, to_hash: &str, rotation: &Rotation) -> Result<bool, StorageError> {
        let update = self.db.update_item().table_name(&self.table).set_key(Some(session_key(&of.user_id, &of.id)));
        let update = update.update_expression("SET tokenHash = :to, #rotation = :rotation");
        let update =
            update.condition_expression("tokenHash = :from").expression_attribute_names("#rotation", "rotation");
        let update = update.expression_attribute_values(":to", s(to_hash));
        let update = update.expression_attribute_values(":from", s(&rotation.from_hash));
        let update = update.expression_attribute_values(":rotation", serde_dynamo::to_attribute_value(rotation)?);
        done(update.send().await)
    }

    /// Notes that the person of a session proved again who they are, with its event and whatever else goes with it; `false`,
    /// and nothing written, where the session is over or something of that does not hold.
    pub async fn prove(
        &self,
        user: &UserId,
        id: &SessionId,
        methods: &[Method],
        at: Timestamp,
        with: Vec<Action>,
    ) -> Result<bool, StorageError> {
        let update = Update::builder().table_name(&self.table).set_key(Some(session_key(user, id)));
        let update = update.update_expression("SET methods = :methods, provedAt = :at");
        let update = update.condition_expression("attribute_exists(pk)");
        let update = update.expression_attribute_values(":methods", serde_dynamo::to_attribute_value(methods)?);
        let update = update.expression_attribute_values(":at", s(at.to_string()));
        let proved = TransactWriteItem::builder().update(update.build().expect("all is set")).build();
        let actions = [proved].into_iter().chain(with.into_iter().map(|action| action.0)).collect();
        Ok(transact(&self.db, actions, "the session").await?.is_none())
    }

    /// Ends a session; `false` where it is over already.
    pub async fn end(&self, user: &UserId, id: &SessionId) -> Result<bool, StorageError> {
        let delete = self.db.delete_item().table_name(&self.table).set_key(Some(session_key(user, id)));
        done(delete.condition_expression("attribute_exists(pk)").send().await)
    }

    /// Removes all sessions of a person but one. They count no more once the account's security version has moved on; this
    /// only tidies up.
    pub async fn end_others(&self, user: &UserId, but: Option<&SessionId>) -> Result<(), StorageError> {
        for session in self.of_user(user).await?.iter().filter(|session| Some(&session.id) != but) {
            self.end(user, &session.id).await?;
        }
        Ok(())
    }

    /// Lets a session live on when the account's security version moves from the one that it began with.
    pub(crate) fn keep(&self, user: &UserId, id: &SessionId, version: u64) -> TransactWriteItem {
        let update = Update::builder().table_name(&self.table).set_key(Some(session_key(user, id)));
        let update = update.update_expression("SET securityVersion = :sv").condition_expression("attribute_exists(pk)");
        let update = update.expression_attribute_values(":sv", n(version));
        TransactWriteItem::builder().update(update.build().expect("all is set")).build()
    }
}

/// Whether a conditional write was made.
fn done<T, E, R>(sent: Result<T, aws_sdk_dynamodb::error::SdkError<E, R>>) -> Result<bool, StorageError>
where
    E: std::error::Error + aws_sdk_dynamodb::error::ProvideErrorMetadata + 'static,
    R: std::fmt::Debug,
{
    match sent {
        Ok(_) => Ok(true),
        Err(error) if error.as_service_error().and_then(|e| e.code()) == Some("ConditionalCheckFailedException") => {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

fn session_key(user: &UserId, id: &SessionId) -> Item {
    key2(user.as_str(), id.as_str())
}
