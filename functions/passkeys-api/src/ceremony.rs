//! The first half of every ceremony: a challenge that was never given before, kept until it is answered.

use jiff::SignedDuration;
use serde::Serialize;
use sipstr_http::ApiResult;
use sipstr_storage::accounts::Account;
use sipstr_storage::ceremonies::{Ceremony, Purpose, Subject};
use sipstr_storage::passkeys::Passkey;
use sipstr_webauthn::{AssertionOptions, Base64Url, Descriptor};

use crate::State;

/// How long a question waits for its answer: what browsers are told, and a moment for the way.
const LIFE: SignedDuration = SignedDuration::from_secs(330);

/// What an authenticator is asked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyQuestion {
    /// For `PublicKeyCredential.parseRequestOptionsFromJSON`.
    pub public_key: AssertionOptions,
    /// Seconds to answer.
    #[schema(example = 330)]
    pub expires_in: i64,
}

impl State {
    /// Keeps what is asked, and of whom: `None` is anybody.
    pub async fn challenge(&self, purpose: Purpose, of: Option<&Account>) -> ApiResult<(Base64Url, i64)> {
        let mut challenge = [0; 32];
        aws_lc_rs::rand::fill(&mut challenge).expect("the system has random bytes");
        let ceremony = Ceremony {
            purpose,
            subject: subject(of),
            security_version: of.map_or(0, |account| account.security_version),
            expires_at: self.identity.clock.now() + LIFE,
        };
        self.ceremonies.begin(&challenge, &ceremony).await?;
        Ok((Base64Url(challenge.to_vec()), LIFE.as_secs()))
    }

    /// Asks for one of these passkeys of a person, or for any passkey at all.
    pub async fn ask(
        &self,
        purpose: Purpose,
        of: Option<&Account>,
        passkeys: &[Passkey],
    ) -> ApiResult<PasskeyQuestion> {
        let (challenge, expires_in) = self.challenge(purpose, of).await?;
        let public_key = self.party.assertion_options(challenge, descriptors(passkeys));
        Ok(PasskeyQuestion { public_key, expires_in })
    }
}

pub fn subject(of: Option<&Account>) -> Subject {
    of.map_or(Subject::Anybody, |account| Subject::Person(account.id.clone()))
}

/// As browsers want to know them.
pub fn descriptors(passkeys: &[Passkey]) -> Vec<Descriptor> {
    let known = passkeys.iter().filter_map(|passkey| {
        let id = Base64Url::try_from(passkey.credential_id.clone()).ok()?;
        Some(Descriptor::new(id, passkey.transports.clone()))
    });
    known.collect()
}
