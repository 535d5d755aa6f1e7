//! Codes that are mailed: each proves that who enters it reads the mail of an address. The codes are stored nowhere.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use jiff::Timestamp;
use sipstr_domain::UserId;
use sipstr_domain::account::Email;

use crate::StorageError;
use crate::accounts::{Account, Accounts, EmailChange, Verification, changed};
use crate::item::{n, s};

/// What a code is for; an account has at most one open code of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Proves the address that the account was registered with.
    ProveEmail,
    /// Lets somebody set a new password who forgot the old one.
    ResetPassword,
    /// Proves the address that shall replace the present one.
    ChangeEmail,
}

impl Purpose {
    /// Of the text that a code is derived from: a code for one thing is none for another.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProveEmail => "verify-email",
            Self::ResetPassword => "reset-password",
            Self::ChangeEmail => "change-email",
        }
    }

    const fn attribute(self) -> &'static str {
        match self {
            Self::ProveEmail => "verification",
            Self::ResetPassword => "passwordReset",
            Self::ChangeEmail => "emailChange",
        }
    }

    /// The open code of this purpose.
    pub fn of(self, account: &Account) -> Option<&Verification> {
        match self {
            Self::ProveEmail => account.verification.as_ref(),
            Self::ResetPassword => account.password_reset.as_ref(),
            Self::ChangeEmail => account.email_change.as_ref().map(|change| &change.code),
        }
    }
}

impl Accounts {
    /// Makes a new code the valid one, unless another request was faster; never to prove an address that is proved already,
    /// and never for an account that is disabled.
    ///
    /// `replaces` is the nonce that the decision was based on.
    pub async fn issue_code(
        &self,
        id: &UserId,
        purpose: Purpose,
        code: &Verification,
        replaces: Option<&str>,
    ) -> Result<bool, StorageError> {
        let update = self.change(id, &format!("{} = :code", purpose.attribute()));
        let update = update.expression_attribute_values(":code", serde_dynamo::to_attribute_value(code)?);
        Ok(changed(if_open(update, purpose, replaces)).await?.is_some())
    }

    /// The same for a new address, which is kept with its code.
    pub async fn issue_email_change(
        &self,
        id: &UserId,
        change: &EmailChange,
        replaces: Option<&str>,
    ) -> Result<bool, StorageError> {
        let update = self.change(id, "emailChange = :code");
        let update = update.expression_attribute_values(":code", serde_dynamo::to_attribute_value(change)?);
        Ok(changed(if_open(update, Purpose::ChangeEmail, replaces)).await?.is_some())
    }

    /// Counts a guess at the code before anybody looks at it, so that parallel guesses cannot beat the limit.
    ///
    /// Answers with the account as it is then; `None` where no code is open or its guesses are used up.
    pub async fn count_code_guess(
        &self,
        id: &UserId,
        purpose: Purpose,
        most: u32,
    ) -> Result<Option<Account>, StorageError> {
        let attempts = format!("{}.attempts", purpose.attribute());
        let update = self.change(id, &format!("{attempts} = {attempts} + :one"));
        let update = update.condition_expression(format!("{attempts} < :most AND attribute_not_exists(disabledAt)"));
        changed(update.expression_attribute_values(":most", n(most))).await
    }

    /// Notes that the address is proved; a repetition changes nothing. Where somebody else tried to register it too, the
    /// password, the links to other providers and every session go: nobody knows whose they are.
    pub async fn verify_email(&self, id: &UserId, nonce: &str, at: Timestamp) -> Result<(), StorageError> {
        const OPEN: &str = "verification.nonce = :nonce AND attribute_not_exists(emailVerifiedAt)";
        let prove = |also: &str, then: &str, whether: &str| {
            let update = self.change_and(id, &format!("emailVerifiedAt = :at{also}"), then);
            let update = update.condition_expression(format!("{OPEN} AND {whether}"));
            let update = update.expression_attribute_values(":at", s(at.to_string()));
            update.expression_attribute_values(":nonce", s(nonce))
        };
        let undisputed = changed(prove("", "", "attribute_not_exists(contested)")).await?;
        if undisputed.is_none() {
            const SECURED: &str = ", securityVersion = securityVersion + :one";
            changed(prove(SECURED, " REMOVE passwordHash, links, contested", "attribute_exists(contested)")).await?;
        }
        Ok(())
    }

    /// Notes that somebody else tried to register an address that nobody has proved.
    pub async fn contest(&self, id: &UserId, email: &Email) -> Result<(), StorageError> {
        let update = self
            .change(id, "contested = :true")
            .expression_attribute_values(":true", aws_sdk_dynamodb::types::AttributeValue::Bool(true));
        let update = update.condition_expression("email = :email AND attribute_not_exists(emailVerifiedAt)");
        changed(update.expression_attribute_values(":email", s(email.as_str()))).await.map(|_| ())
    }
}

fn if_open(update: UpdateItemFluentBuilder, purpose: Purpose, replaces: Option<&str>) -> UpdateItemFluentBuilder {
    let attribute = purpose.attribute();
    let open = match purpose {
        Purpose::ProveEmail => "attribute_exists(pk) AND attribute_not_exists(emailVerifiedAt)",
        Purpose::ResetPassword | Purpose::ChangeEmail => "attribute_exists(pk)",
    };
    let open = format!("{open} AND attribute_not_exists(disabledAt)");
    match replaces {
        Some(nonce) => update
            .condition_expression(format!("{open} AND {attribute}.nonce = :old"))
            .expression_attribute_values(":old", s(nonce)),
        None => update.condition_expression(format!("{open} AND attribute_not_exists({attribute})")),
    }
}
