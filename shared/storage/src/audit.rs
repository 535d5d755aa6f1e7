//! Security events: written once, in the transaction of what they tell of, and never changed. Their stream tells people.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | event | user id | `<time>#<event id>` |

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::privacy::SECURITY_EVENTS_KEPT;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{EventId, SessionId, UserId};

use crate::item::{Item, Page, PageKey, n, page, s, start_key, to_item};
use crate::{Action, Db, StorageError};

#[derive(Debug, Clone)]
pub struct Audit {
    db: Db,
    table: String,
}

/// Something that happened to the security of an account. Never a secret, a password, a code or a full address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecurityEvent {
    pub id: EventId,
    pub user_id: UserId,
    pub kind: SecurityEventKind,
    pub at: Timestamp,
    /// Who did it, where it was not the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
    /// From which network: an address without its last part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Such as `Chrome on Linux`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// What a person wrote down: why support acts for somebody, or an account was disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl SecurityEvent {
    pub fn new(user: &UserId, kind: SecurityEventKind, at: Timestamp) -> Self {
        Self {
            id: EventId::new(),
            user_id: user.clone(),
            kind,
            at,
            actor: None,
            network: None,
            device: None,
            session_id: None,
            reason: None,
        }
    }

    pub fn of_session(mut self, session: &SessionId) -> Self {
        self.session_id = Some(session.clone());
        self
    }

    /// Says who did it to the person, and why.
    pub fn by(mut self, actor: &UserId, reason: &str) -> Self {
        self.actor = Some(actor.clone());
        self.reason = Some(reason.to_owned());
        self
    }
}

impl Audit {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// An event for the transaction of what it tells of.
    pub fn entry(&self, event: &SecurityEvent) -> Result<Action, StorageError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(item_of(event)?));
        let put = put.condition_expression("attribute_not_exists(pk)").build().expect("table and item are set");
        Ok(Action(TransactWriteItem::builder().put(put).build()))
    }

    /// Notes an event that changes nothing else, such as a refusal.
    pub async fn note(&self, event: &SecurityEvent) -> Result<(), StorageError> {
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item_of(event)?));
        put.condition_expression("attribute_not_exists(pk)").send().await?;
        Ok(())
    }

    /// A person's events, newest first.
    pub async fn of_user(
        &self,
        user: &UserId,
        limit: i32,
        from: Option<PageKey>,
    ) -> Result<Page<SecurityEvent>, StorageError> {
        let query = self.db.query().table_name(&self.table).limit(limit).scan_index_forward(false);
        let query = query.key_condition_expression("pk = :pk").expression_attribute_values(":pk", s(user.as_str()));
        let found = query.set_exclusive_start_key(start_key(from)).send().await?;
        page(found.items, found.last_evaluated_key)
    }
}

fn item_of(event: &SecurityEvent) -> Result<Item, StorageError> {
    let sk = format!("{}#{}", event.at, event.id.suffix());
    let mut item = to_item(event, &[("pk", event.user_id.to_string()), ("sk", sk)])?;
    item.insert("ttl".to_owned(), n((event.at + SECURITY_EVENTS_KEPT).as_second()));
    Ok(item)
}
