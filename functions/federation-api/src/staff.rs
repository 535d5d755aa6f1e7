//! A store's staff by its own provider: who is vouched for with the right claim belongs to the staff, from this sign-in on,
//! as what the claim says, and no longer than it says so.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;
use sipstr_domain::account::{Membership, StoreRole};
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::sign_on::{StaffChange, claimed_role, staff_change};
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Problem};
use sipstr_storage::Action;
use sipstr_storage::accounts::Account;
use sipstr_storage::members::role_in;
use sipstr_storage::powers::Power;
use sipstr_storage::sign_on::SignOn;

use crate::State;
use crate::provider::Vouched;

/// The claim's values: a text, or a list of them.
fn values(claim: Option<&Value>) -> Vec<String> {
    match claim {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(all)) => all.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

/// What the provider of a store makes of somebody. It vouches for addresses of the store's own domain only.
pub fn claimed(sign_on: &SignOn, vouched: &Vouched) -> ApiResult<Option<StoreRole>> {
    let ours = vouched.email.as_ref().is_some_and(|email| sign_on.domain.has(email));
    if !ours || vouched.email_denied {
        let detail = "the provider of this store vouches for addresses of its own domain only";
        return Err(Problem::new(StatusCode::FORBIDDEN, "foreign_email", detail));
    }
    Ok(claimed_role(&sign_on.roles, &values(vouched.claims.get(&sign_on.role_claim))))
}

pub fn no_role() -> Problem {
    let detail = "the provider of this store does not say that you belong to its staff";
    Problem::new(StatusCode::FORBIDDEN, "no_role", detail)
}

/// A newcomer's place; who is no staff gets no account here.
pub fn place(sign_on: &SignOn, vouched: &Vouched) -> ApiResult<(Membership, Timestamp)> {
    let role = claimed(sign_on, vouched)?.ok_or_else(no_role)?;
    Ok((Membership { store_id: sign_on.store_id.clone(), role }, sign_on.changed_at))
}

impl State {
    /// Makes somebody in the staff what the provider says, before they sign in; 403 where it says that they are nobody
    /// there, and are not any more.
    pub async fn place_of(
        &self,
        account: Account,
        sign_on: &SignOn,
        vouched: &Vouched,
        visitor: &Visitor,
    ) -> ApiResult<Account> {
        let store = &sign_on.store_id;
        let is = role_in(&account, store);
        let change = staff_change(is, claimed(sign_on, vouched)?);
        let lost = match change {
            StaffChange::Leaves => true,
            StaffChange::Becomes(role) => is.is_some_and(|is| is.is_above(role)),
            StaffChange::Stays | StaffChange::Joins(_) => false,
        };
        let with = self.told(&account, lost, sign_on, visitor)?;
        let to = |role| Membership { store_id: store.clone(), role };
        let done = match change {
            StaffChange::Stays if is.is_some() => return Ok(account),
            StaffChange::Stays => return Err(no_role()),
            StaffChange::Joins(role) => self.members.join(&account, to(role), with).await?,
            StaffChange::Becomes(role) => {
                let power = if lost { Power::Lost } else { Power::Gained };
                self.members.change_role(&account, to(role), power, with).await?
            }
            StaffChange::Leaves => self.members.remove(&account, store, with).await?,
        };
        if !done {
            return Err(changed_meanwhile());
        }
        if lost {
            self.identity.sessions.end_others(&account.id, None).await?;
        }
        if change == StaffChange::Leaves {
            return Err(no_role());
        }
        self.identity.accounts.get(&account.id).await?.ok_or_else(changed_meanwhile)
    }

    /// What goes with a change of staff: the record of it, and that the owner has not changed the sign-on meanwhile.
    fn told(&self, account: &Account, lost: bool, sign_on: &SignOn, visitor: &Visitor) -> ApiResult<Vec<Action>> {
        let kind = if lost { SecurityEventKind::RoleRevoked } else { SecurityEventKind::RoleGranted };
        let mut event = self.identity.event(&account.id, kind, visitor);
        event.reason = Some(format!("by the identity provider of {}", sign_on.store_id));
        Ok(vec![self.identity.audit.entry(&event)?, self.stores.still_signs_on(sign_on)])
    }
}

/// What a change was based on is not so any more: the same sign-in again may succeed.
pub fn changed_meanwhile() -> Problem {
    Problem::conflict("account_changed", "the account was changed just now: please sign in again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_claim_is_a_text_or_a_list_of_texts() {
        assert_eq!(values(Some(&json!("a"))), ["a"]);
        assert_eq!(values(Some(&json!(["a", 1, {"b": "c"}, "d"]))), ["a", "d"]);
        for nothing in [json!(null), json!(true), json!({"a": "a"})] {
            assert!(values(Some(&nothing)).is_empty());
        }
        assert!(values(None).is_empty());
    }
}
