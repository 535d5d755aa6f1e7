//! Who may see what a store is owed: its owner and managers, and administration. Another's store does not exist: 404.

use sipstr_domain::StoreId;
use sipstr_domain::account::Role;
use sipstr_domain::permission::Permission;
use sipstr_http::auth::{IsPerson, Standing};
use sipstr_http::{ApiResult, Person, Problem};

/// Staff of some store, or administration.
#[derive(Debug, Clone)]
pub struct Bookkeeper(pub Person);

impl Standing for Bookkeeper {
    fn of_person(person: Person) -> Result<Self, Problem> {
        let may = person.has(Role::Admin) || person.has(Role::StoreStaff);
        if may { Ok(Self(person)) } else { Err(Problem::forbidden()) }
    }
}

impl IsPerson for Bookkeeper {
    fn person(&self) -> &Person {
        &self.0
    }
}

impl Bookkeeper {
    pub fn may_see(&self, store: &StoreId) -> ApiResult<()> {
        if self.0.has(Role::Admin) {
            return Ok(());
        }
        let role = self.0.in_store(store).ok_or_else(Problem::not_found)?;
        if role.may(Permission::SeeStatements) { Ok(()) } else { Err(Problem::forbidden()) }
    }
}
