//! From a proof to a session.

use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sipstr_domain::security::{Method, SecondFactor, SecurityEventKind};
use sipstr_domain::{SessionId, UserId};
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Problem, Signer};
use sipstr_runtime::Clock;
use sipstr_storage::Action;
use sipstr_storage::accounts::{Account, Accounts};
use sipstr_storage::audit::{Audit, SecurityEvent};
use sipstr_storage::limits::Limits;
use sipstr_storage::sessions::{Session, Sessions};

use crate::refresh_token::RefreshToken;
use crate::token::{Issuer, Tokens};

/// A session ends after 30 days, however often it is refreshed.
const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// How long a first factor waits for its second.
const PENDING_LIFE: SignedDuration = SignedDuration::from_mins(5);

/// How long a device is remembered after a second factor.
const TRUST_LIFE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Devices that an account remembers having been used on; with more of them, none is news any more.
const MOST_DEVICES: usize = 50;

/// What is asked of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Whether the roles of staff, support and admins count only after two factors.
    pub staff_needs_two_factors: bool,
}

/// Everything that a sign-in needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Identity {
    pub accounts: Accounts,
    pub sessions: Sessions,
    pub audit: Audit,
    pub limits: Limits,
    pub issuer: Issuer,
    pub signer: Signer,
    pub clock: Clock,
    pub policy: Policy,
}

/// A first proof, and from where it came.
pub struct SignIn<'a> {
    pub account: &'a Account,
    pub method: Method,
    pub visitor: &'a Visitor,
    /// What an earlier second factor left on the device.
    pub device_token: Option<&'a str>,
    /// What becomes true together with the session.
    pub also: Vec<Action>,
}

/// What a sign-in leads to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum SignedIn {
    Tokens(Tokens),
    SecondFactor(SecondFactorNeeded),
}

/// The first factor was right; the account has a second one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecondFactorNeeded {
    /// Goes back with the second factor. It opens nothing by itself.
    pub second_factor_token: String,
    pub methods: Vec<SecondFactor>,
    /// Seconds.
    #[schema(example = 300)]
    pub expires_in: i64,
}

/// What the token of a first factor says; sealed, so that nobody makes one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PendingSecondFactor {
    pub user: UserId,
    pub security_version: u64,
    pub methods: Vec<Method>,
    pub until: Timestamp,
}

/// What a remembered device holds.
#[derive(Serialize, Deserialize)]
struct Trust {
    user: UserId,
    security_version: u64,
    until: Timestamp,
}

/// What a remembered device sends with its next login.
const DEVICE_TOKEN: HeaderName = HeaderName::from_static("x-device-token");

const PENDING: &str = "second-factor";
const TRUST: &str = "trusted-device";

impl Identity {
    /// Signs in after a first factor, or asks for the second.
    pub async fn sign_in(&self, sign_in: SignIn<'_>) -> ApiResult<SignedIn> {
        let SignIn { account, method, visitor, device_token, also } = sign_in;
        refuse_disabled(account)?;
        let mut methods = vec![method];
        if !account.second_factors.is_empty() && !Method::are_two_factors(&methods) {
            if !device_token.is_some_and(|token| self.trusts(account, token)) {
                return Ok(SignedIn::SecondFactor(self.second_factor_needed(account, methods)));
            }
            methods.push(Method::TrustedDevice);
        }
        self.start(account, methods, visitor, also).await.map(SignedIn::Tokens)
    }

    fn second_factor_needed(&self, account: &Account, methods: Vec<Method>) -> SecondFactorNeeded {
        let pending = PendingSecondFactor {
            user: account.id.clone(),
            security_version: account.security_version,
            methods,
            until: self.clock.now() + PENDING_LIFE,
        };
        SecondFactorNeeded {
            second_factor_token: self.signer.seal(PENDING, &pending),
            methods: account.second_factors.clone(),
            expires_in: PENDING_LIFE.as_secs(),
        }
    }

    /// Who waits for the second factor; 401 where the token is not ours, too old, or of before the account was secured anew.
    pub async fn pending(&self, token: &str) -> ApiResult<(PendingSecondFactor, Account)> {
        let refused = || {
            let detail = "this sign-in has taken too long: begin again";
            Problem::new(StatusCode::UNAUTHORIZED, "invalid_second_factor_token", detail)
        };
        let pending: PendingSecondFactor = self.signer.open(PENDING, token).map_err(|_| refused())?;
        if self.clock.now() >= pending.until {
            return Err(refused());
        }
        let account = self.accounts.get(&pending.user).await?;
        let account = account.filter(|account| account.security_version == pending.security_version);
        account.map(|account| (pending, account)).ok_or_else(refused)
    }

    /// Starts a session, in one transaction with its event and with the device becoming known.
    pub async fn start(
        &self,
        account: &Account,
        methods: Vec<Method>,
        visitor: &Visitor,
        also: Vec<Action>,
    ) -> ApiResult<Tokens> {
        refuse_disabled(account)?;
        let now = self.clock.now();
        let refresh = RefreshToken::new(account.id.clone(), SessionId::new());
        let session = Session {
            id: refresh.session.clone(),
            user_id: account.id.clone(),
            token_hash: refresh.hash(),
            security_version: account.security_version,
            methods,
            proved_at: now,
            device: visitor.device.clone(),
            network: visitor.network.clone(),
            created_at: now,
            expires_at: now + SESSION_LIFE,
            rotation: None,
        };
        let device = self.device_hash(account, visitor);
        let unknown = !account.known_devices.contains(&device) && account.known_devices.len() < MOST_DEVICES;
        // The first device of all is no news to anybody.
        let kind = if unknown && !account.known_devices.is_empty() {
            SecurityEventKind::SignedInOnNewDevice
        } else {
            SecurityEventKind::SignedIn
        };
        let event = self.event(&account.id, kind, visitor).of_session(&session.id);
        let event = self.audit.entry(&event)?;
        if !self.sessions.start(&session, unknown.then_some(device.as_str()), event, also).await? {
            return Err(Problem::conflict("account_changed", "the account was changed just now: please sign in again"));
        }
        self.issuer.tokens(account, &session, &refresh, self.policy, now)
    }

    /// Lets the device that gets this answer be remembered, until the account is secured anew.
    pub fn remembering(&self, account: &Account, mut response: Response) -> Response {
        let until = self.clock.now() + TRUST_LIFE;
        let trust = Trust { user: account.id.clone(), security_version: account.security_version, until };
        if let Ok(token) = HeaderValue::from_str(&self.signer.seal(TRUST, &trust)) {
            response.headers_mut().insert(DEVICE_TOKEN, token);
        }
        response
    }

    fn trusts(&self, account: &Account, token: &str) -> bool {
        self.signer.open::<Trust>(TRUST, token).is_ok_and(|trust| {
            let same = trust.user == account.id && trust.security_version == account.security_version;
            same && self.clock.now() < trust.until
        })
    }

    fn device_hash(&self, account: &Account, visitor: &Visitor) -> String {
        let text = format!("{}:{}", account.id, visitor.device);
        hex::encode(&self.signer.derive("known-device", &text)[..8])
    }

    /// An event about an account, with where it came from.
    pub fn event(&self, user: &UserId, kind: SecurityEventKind, visitor: &Visitor) -> SecurityEvent {
        let mut event = SecurityEvent::new(user, kind, self.clock.now());
        event.device = Some(visitor.device.clone());
        event.network.clone_from(&visitor.network);
        event
    }
}

/// Said only to who proved to be the person.
pub(crate) fn refuse_disabled(account: &Account) -> ApiResult<()> {
    if account.disabled_at.is_some() {
        let detail = "this account is disabled: please write to support";
        return Err(Problem::new(StatusCode::FORBIDDEN, "account_disabled", detail));
    }
    Ok(())
}
