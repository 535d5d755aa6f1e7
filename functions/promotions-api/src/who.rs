//! Who may make promotions: a store's owner and managers for it, administration for every store. A promotion of somebody
//! else's does not exist: 404.

use sipstr_domain::StoreId;
use sipstr_domain::account::Role;
use sipstr_domain::permission::Permission;
use sipstr_domain::promotion::{PromoCode, Promotion};
use sipstr_http::auth::{IsPerson, Standing};
use sipstr_http::{ApiResult, Current, InPerson, Person, Problem};
use sipstr_storage::promotions::Promotions;

/// Staff of some store, or administration.
#[derive(Debug, Clone)]
pub struct Merchant(pub Person);

impl Standing for Merchant {
    fn of_person(person: Person) -> Result<Self, Problem> {
        let may = person.has(Role::Admin) || person.has(Role::StoreStaff);
        if may { Ok(Self(person)) } else { Err(Problem::forbidden()) }
    }
}

impl IsPerson for Merchant {
    fn person(&self) -> &Person {
        &self.0
    }
}

/// As they are now, and acting for themselves.
pub type AtWork = InPerson<Current<Merchant>>;

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
