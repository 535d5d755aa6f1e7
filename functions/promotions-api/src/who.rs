//! Who may make promotions: a store's owner and managers for it, administration for every store. A promotion of somebody
//! else's does not exist: 404.

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use sipstr_domain::StoreId;
use sipstr_domain::account::Role;
use sipstr_domain::permission::Permission;
use sipstr_domain::promotion::{PromoCode, Promotion};
use sipstr_http::{ApiResult, Current, InPerson, Person, Problem, Verifier};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::promotions::Promotions;

/// Staff of some store, or administration; as they are now, and acting for themselves.
#[derive(Debug, Clone)]
pub struct Merchant(pub Person);

impl<S> FromRequestParts<S> for Merchant
where
    S: Send + Sync,
    Verifier: FromRef<S>,
    Accounts: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let InPerson(Current(person)) = InPerson::<Current<Person>>::from_request_parts(parts, state).await?;
        let may = person.has(Role::Admin) || person.has(Role::StoreStaff);
        if may { Ok(Self(person)) } else { Err(Problem::forbidden()) }
    }
}

impl Merchant {
    /// For a store, or for all of them.
    pub fn may(&self, store: Option<&StoreId>) -> ApiResult<()> {
        if self.0.has(Role::Admin) {
            return Ok(());
        }
        let store = store.ok_or_else(|| Problem::invalid("/storeId", "must be a store of yours"))?;
        let role = self.0.in_store(store).ok_or_else(Problem::not_found)?;
        if role.may(Permission::ManagePromotions) { Ok(()) } else { Err(Problem::forbidden()) }
    }

    /// The promotion, if it is theirs.
    pub async fn promotion(&self, promotions: &Promotions, code: &PromoCode) -> ApiResult<Promotion> {
        let promotion = promotions.get(code).await?.ok_or_else(Problem::not_found)?;
        match promotion.store_id.as_ref() {
            None if !self.0.has(Role::Admin) => Err(Problem::not_found()),
            store => self.may(store).map(|()| promotion),
        }
    }
}
