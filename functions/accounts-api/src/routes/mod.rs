pub mod change_email;
pub mod change_password;
pub mod confirm_email;
pub mod disable_totp;
pub mod enable_totp;
pub mod end_sessions;
pub mod forgot_password;
pub mod list_security_events;
pub mod list_sessions;
pub mod login;
pub mod logout;
pub mod me;
pub mod metadata;
pub mod new_recovery_codes;
pub mod offer_totp;
pub mod preferences;
pub mod refresh;
pub mod register;
pub mod resend_code;
pub mod reset_password;
pub mod second_factor;
pub mod step_up;
pub mod verify_email;

use serde::{Deserialize, Deserializer};
use sipstr_domain::account::NewPassword;
use sipstr_http::{ApiResult, Problem};
use sipstr_identity::{Breaches, password};
use sipstr_storage::accounts::{Account, PasswordHash};

/// Tells a field that is `null`, which removes (`Some(None)`), from one that is absent, which stays (`None`): RFC 7396.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// The hash of a password that may be one of this person's.
async fn hash_for(account: &Account, new: NewPassword, breaches: &Breaches, field: &str) -> ApiResult<PasswordHash> {
    password::check(&new, &account.email, &account.name).map_err(|weak| Problem::invalid(field, weak.to_string()))?;
    refuse_breached(&new, breaches, field).await?;
    password::hash(&new).map_err(Problem::internal)
}

async fn refuse_breached(new: &NewPassword, breaches: &Breaches, field: &str) -> ApiResult<()> {
    if breaches.have(new.as_str()).await {
        return Err(Problem::invalid(field, "stands in a list of stolen passwords: please choose another"));
    }
    Ok(())
}

/// The account of who is signed in was changed since it was read: the same request again may succeed.
fn changed_meanwhile() -> Problem {
    Problem::conflict("account_changed", "the account was changed just now: please try again")
}
