//! Somebody whom a provider vouches for and no account knows: they tell what is missing, and get an account of their own.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sipstr_domain::account::{Email, Membership, PersonName};
use sipstr_http::{ApiResult, Problem};
use sipstr_storage::federation::IdentityKey;

use crate::State;
use crate::provider::{ProviderId, Vouched};

/// How long a newcomer may take over the form.
const LIFE: SignedDuration = SignedDuration::from_mins(15);

const PURPOSE: &str = "federated-newcomer";

/// What the provider said of a newcomer; sealed, so that nobody says it in its place.
#[derive(Debug, Serialize, Deserialize)]
pub struct Newcomer {
    pub provider: ProviderId,
    pub identity: IdentityKey,
    pub email: Option<Email>,
    /// Whether the address needs no further proof.
    pub proved: bool,
    /// The place in a store's staff, and when its sign-on was changed last: another change takes it back.
    pub place: Option<(Membership, Timestamp)>,
    until: Timestamp,
}

/// The provider vouches for somebody new: what it does not tell is asked for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationNeeded {
    /// Goes to `POST /v1/auth/federation/register` with the rest. It opens no account that is there already.
    pub registration_token: String,
    /// As the provider knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Email)]
    pub email: Option<Email>,
    /// Whether the address needs no further proof. Else a code is mailed to it, and another may be given.
    pub email_proved: bool,
    /// A suggestion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    /// Seconds.
    #[schema(example = 900)]
    pub expires_in: i64,
}

impl State {
    /// Asks a newcomer for what is missing; 409 where the address has an account. Its person signs in as they are used to,
    /// and links the provider: nobody gets an account for knowing its address.
    pub async fn welcome(
        &self,
        provider: ProviderId,
        vouched: Vouched,
        proved: bool,
        place: Option<(Membership, Timestamp)>,
    ) -> ApiResult<RegistrationNeeded> {
        if let Some(email) = &vouched.email {
            self.refuse_known(email, proved).await?;
        }
        let until = self.identity.clock.now() + LIFE;
        let Vouched { identity, email, name, .. } = vouched;
        let newcomer = Newcomer { provider, identity, email, proved, place, until };
        Ok(RegistrationNeeded {
            registration_token: self.identity.signer.seal(PURPOSE, &newcomer),
            email: newcomer.email,
            email_proved: proved,
            name,
            expires_in: LIFE.as_secs(),
        })
    }

    pub fn newcomer(&self, token: &str) -> ApiResult<Newcomer> {
        let newcomer: Option<Newcomer> = self.identity.signer.open(PURPOSE, token).ok();
        let newcomer = newcomer.filter(|newcomer| self.identity.clock.now() < newcomer.until);
        let detail = "this registration has taken too long: please begin again";
        newcomer.ok_or_else(|| Problem::bad_request("invalid_registration_token", detail))
    }

    /// Refuses an address that has an account. Where its true holder asks, and whoever registered it never proved it, what
    /// they set will not outlast the proof.
    pub async fn refuse_known(&self, email: &Email, proved: bool) -> ApiResult<()> {
        let accounts = &self.identity.accounts;
        let Some(id) = accounts.id_of(email).await? else { return Ok(()) };
        if proved {
            accounts.contest(&id, email).await?;
        }
        Err(account_exists())
    }
}

pub fn account_exists() -> Problem {
    let detail = "this e-mail address has an account: sign in as you are used to, then link the provider";
    Problem::conflict("account_exists", detail)
}
