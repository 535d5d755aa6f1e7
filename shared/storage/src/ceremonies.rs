//! Ceremonies that wait for an authenticator's answer: each for one purpose and person, and good once. Those that went to another
//! identity provider lie in the same table (`federation.rs`).
//!
//! | item | pk |
//! |---|---|
//! | ceremony | SHA-256 of its challenge |

use aws_sdk_dynamodb::types::ReturnValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::UserId;

use crate::item::{Item, from_item, key, n, s, to_item};
use crate::{Db, StorageError};

#[derive(Debug, Clone)]
pub struct Ceremonies {
    pub(crate) db: Db,
    pub(crate) table: String,
}

/// What an answer is wanted for; it is good for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Registration,
    SignIn,
    SecondFactor,
    StepUp,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::SignIn => "sign_in",
            Self::SecondFactor => "second_factor",
            Self::StepUp => "step_up",
        }
    }
}

/// A question that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ceremony {
    pub purpose: Purpose,
    /// Whom it was asked; nobody in particular where it is to show who somebody is.
    pub subject: Subject,
    /// The account's when it was asked; 0 where it was nobody's.
    pub security_version: u64,
    pub expires_at: Timestamp,
}

/// Of whom an answer is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    Anybody,
    Person(UserId),
}

const ANYBODY: &str = "anybody";

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Anybody => ANYBODY.to_owned(),
            Subject::Person(id) => id.into(),
        }
    }
}

impl TryFrom<String> for Subject {
    type Error = <UserId as TryFrom<String>>::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == ANYBODY { Ok(Self::Anybody) } else { text.try_into().map(Self::Person) }
    }
}

impl Ceremonies {
    pub fn new(db: Db, table: impl Into<String>) -> Self {
        Self { db, table: table.into() }
    }

    /// Keeps a question until it is answered or too old.
    pub async fn begin(&self, challenge: &[u8], ceremony: &Ceremony) -> Result<(), StorageError> {
        let mut item = to_item(ceremony, &[])?;
        item.extend(ceremony_key(challenge));
        item.insert("ttl".to_owned(), n(ceremony.expires_at.as_second()));
        let put = self.db.put_item().table_name(&self.table).set_item(Some(item));
        put.condition_expression("attribute_not_exists(pk)").send().await?;
        Ok(())
    }

    /// Takes the question that an answer belongs to, which nobody can take again. `None` where none was asked for this purpose
    /// of this person, or it is too old, or was taken.
    pub async fn take(
        &self,
        challenge: &[u8],
        purpose: Purpose,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<Option<Ceremony>, StorageError> {
        let delete = self.db.delete_item().table_name(&self.table).set_key(Some(ceremony_key(challenge)));
        let delete = delete.condition_expression("purpose = :purpose AND #subject = :subject AND #ttl > :now");
        let delete = delete.expression_attribute_names("#ttl", "ttl").expression_attribute_names("#subject", "subject");
        let delete = delete.expression_attribute_values(":purpose", s(purpose.as_str()));
        let delete = delete.expression_attribute_values(":subject", s(String::from(subject.clone())));
        let delete = delete.expression_attribute_values(":now", n(now.as_second()));
        match delete.return_values(ReturnValue::AllOld).send().await {
            Ok(answer) => answer.attributes.map(from_item).transpose(),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn ceremony_key(challenge: &[u8]) -> Item {
    key(hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, challenge)))
}
