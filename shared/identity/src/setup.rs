//! What every function that signs people in is set up with.

use sipstr_runtime::{Access, Aws, Clock, Env, EnvError, Error};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::audit::Audit;
use sipstr_storage::limits::Limits;
use sipstr_storage::sessions::Sessions;

use crate::limits::NetworkLimit;
use crate::sign_in::{Identity, Policy};
use crate::token::{Issuer, SigningKey};

#[derive(Debug, Clone)]
pub struct Setup {
    pub accounts_table: String,
    pub audit_table: String,
    pub limits_table: String,
    pub signing_key_secret: String,
    pub issuer: String,
    pub audience: String,
    /// Whether staff, support and admins need two factors.
    pub staff_needs_two_factors: bool,
    /// Attempts in a quarter of an hour from one network.
    pub network_limit: NetworkLimit,
}

impl Setup {
    pub fn from_env() -> Result<Self, EnvError> {
        Ok(Self {
            accounts_table: Env.required("TABLE_ACCOUNTS")?,
            audit_table: Env.required("TABLE_AUDIT")?,
            limits_table: Env.required("TABLE_LIMITS")?,
            signing_key_secret: Env.required("SECRET_JWT_SIGNING_KEY")?,
            issuer: Env.required("ISSUER")?,
            audience: Env.required("AUDIENCE")?,
            staff_needs_two_factors: Env.parse("STAFF_NEEDS_TWO_FACTORS")?,
            network_limit: NetworkLimit(Env.parse("NETWORK_LIMIT")?),
        })
    }
}

impl Identity {
    /// Fails where the signing key does not fit the published keys: nobody could use a token of it.
    pub fn new(setup: &Setup, aws: &Aws, access: &Access, key: &SigningKey) -> Result<Self, Error> {
        let issuer = Issuer::new(key, &setup.issuer, &setup.audience)?;
        issuer.check(&access.verifier)?;
        Ok(Self {
            accounts: Accounts::new(aws.dynamodb(), &setup.accounts_table),
            sessions: Sessions::new(aws.dynamodb(), &setup.accounts_table),
            audit: Audit::new(aws.dynamodb(), &setup.audit_table),
            limits: Limits::new(aws.dynamodb(), &setup.limits_table),
            issuer,
            signer: access.signer.clone(),
            clock: Clock::system(),
            policy: Policy { staff_needs_two_factors: setup.staff_needs_two_factors },
        })
    }
}
