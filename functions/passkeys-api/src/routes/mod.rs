pub mod add;
pub mod list;
pub mod offer;
pub mod remove;
pub mod rename;
pub mod second_factor;
pub mod sign_in;
pub mod step_up;

use sipstr_http::{ApiResult, Person, Problem};
use sipstr_identity::Identity;
use sipstr_storage::accounts::Account;

async fn account_of(identity: &Identity, person: &Person) -> ApiResult<Account> {
    identity.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)
}

/// The account of who is signed in was changed since it was read: the same request again may succeed.
fn changed_meanwhile() -> Problem {
    Problem::conflict("account_changed", "the account was changed just now: please try again")
}

/// There is nothing to ask an authenticator for.
fn no_passkey() -> Problem {
    Problem::conflict("no_passkey", "this account has no passkey")
}
