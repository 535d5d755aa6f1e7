//! How somebody becomes signed in. Every way in (password, passkey, another identity provider) ends here: the proof is
//! weighed, a second factor is asked for where the account has one, and a session starts in one transaction.
//!
//! Guesses are counted before they are looked at, and each success and failure leaves a security event.

mod breach;
mod carrier;
mod challenge;
mod codes;
mod limits;
pub mod password;
mod recovery;
mod refresh_token;
#[cfg(test)]
mod samples;
mod sealed;
mod second_factor;
mod setup;
mod sign_in;
mod step_up;
mod token;
mod totp;

pub use breach::Breaches;
pub use carrier::{Carrier, HostCookie, Origins, Presented, forgetting};
pub use challenge::{Challenged, Challenges};
pub use codes::{CODE_LIFE, is_due, new_code};
pub use limits::{MAILED_CODE, NetworkLimit, PASSWORD};
pub use recovery::RecoveryCodes;
pub use refresh_token::{RefreshToken, new_salt};
pub use sealed::{open_sealed, seal_secret};
pub use second_factor::{Answer, Guessed};
pub use setup::Setup;
pub use sign_in::{Identity, PendingSecondFactor, Policy, SecondFactorNeeded, SignIn, SignedIn};
pub use token::{AccessToken, Issuer, SigningKey, Tokens};
pub use totp::Authenticator;
