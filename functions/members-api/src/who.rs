//! Who acts here, and on whom.

use sipstr_domain::account::{Role, StoreRole};
use sipstr_domain::permission::Permission;
use sipstr_domain::{StoreId, UserId};
use sipstr_http::auth::Standing;
use sipstr_http::{ApiResult, Office, Person, Problem};
use sipstr_storage::accounts::{Account, Accounts};
use sipstr_storage::powers::Powerful;

/// Support reaches customers and couriers, administration everybody. Nobody reaches themselves.
pub fn reach(office: &Office, account: &Account) -> ApiResult<()> {
    not_oneself(&office.0, &account.id)?;
    let privileged = account.roles.iter().any(|role| role.is_privileged());
    if privileged && !office.0.has(Role::Admin) { Err(Problem::forbidden()) } else { Ok(()) }
}

/// Who may invite into a store's staff.
#[derive(Debug, Clone)]
pub struct Inviter(pub Person);

impl Standing for Inviter {
    fn of_person(person: Person) -> Result<Self, Problem> {
        let may = person.has(Role::StoreStaff) || person.has(Role::Admin);
        if may { Ok(Self(person)) } else { Err(Problem::forbidden()) }
    }
}

impl Inviter {
    /// Staff as their role in the store allows; administration owners of any store there is.
    pub async fn may(&self, state: &crate::State, store: &StoreId, into: StoreRole) -> ApiResult<()> {
        if let Some(role) = self.0.in_store(store) {
            return if role.may(Permission::to_invite(into)) { Ok(()) } else { Err(Problem::forbidden()) };
        }
        if !self.0.has(Role::Admin) || !state.members.has_store(store).await? {
            return Err(Problem::not_found());
        }
        if into == StoreRole::Owner { Ok(()) } else { Err(Problem::forbidden()) }
    }
}

/// Nobody does to their own account what others must answer for.
pub fn not_oneself(person: &Person, user: &UserId) -> ApiResult<()> {
    if person.id() == user {
        return Err(Problem::new(http::StatusCode::FORBIDDEN, "own_account", "somebody else has to do this"));
    }
    Ok(())
}

/// Who calls, as the transaction checks it: that no power was taken from them since their token was made.
pub fn powerful(person: &Person) -> Powerful {
    Powerful { user: person.id().clone(), security_version: person.claims.sv }
}

pub async fn account(accounts: &Accounts, id: &UserId) -> ApiResult<Account> {
    accounts.get(id).await?.ok_or_else(Problem::not_found)
}

/// What a change was based on is not so any more: the same request again may succeed.
pub fn changed_meanwhile() -> Problem {
    Problem::conflict("account_changed", "the account was changed just now: please try again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn account(id: &UserId, roles: &[Role]) -> Account {
        let json = json!({
            "id": id, "version": 1, "email": "ada@example.com", "name": "Ada", "dateOfBirth": "1990-01-01",
            "roles": roles, "memberships": [], "createdAt": "2026-11-01T00:00:00Z",
        });
        serde_json::from_value(json).unwrap()
    }

    fn office(id: &UserId, role: Role) -> Office {
        let claims = json!({
            "iss": "", "aud": "", "sub": id, "exp": 0, "iat": 0, "jti": "", "sid": "", "roles": [role],
        });
        Office::of_person(Person { claims: serde_json::from_value(claims).unwrap() }).unwrap()
    }

    #[test]
    fn support_reaches_customers_and_couriers_and_administration_all_but_themselves() {
        let (me, other) = (UserId::new(), UserId::new());
        let roles = [Role::Customer, Role::Courier, Role::StoreStaff, Role::Support, Role::Moderator, Role::Admin];
        for role in roles {
            let account = account(&other, &[Role::Customer, role]);
            let ordinary = matches!(role, Role::Customer | Role::Courier);
            assert_eq!(reach(&office(&me, Role::Support), &account).is_ok(), ordinary, "{role:?}");
            assert!(reach(&office(&me, Role::Admin), &account).is_ok(), "{role:?}");
        }
        for role in [Role::Support, Role::Admin] {
            let refused = reach(&office(&me, role), &account(&me, &[Role::Customer])).unwrap_err();
            assert_eq!(refused.code, "own_account");
        }
    }
}
