//! Who gives credit and makes gift cards.

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use sipstr_domain::account::Role;
use sipstr_http::{Current, InPerson, Person, Problem, Verifier};
use sipstr_storage::accounts::Accounts;

/// Support or administration; as they are now, and acting for themselves.
#[derive(Debug, Clone)]
pub struct Office(pub Person);

impl<S> FromRequestParts<S> for Office
where
    S: Send + Sync,
    Verifier: FromRef<S>,
    Accounts: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let InPerson(Current(person)) = InPerson::<Current<Person>>::from_request_parts(parts, state).await?;
        let may = person.has(Role::Support) || person.has(Role::Admin);
        if may { Ok(Self(person)) } else { Err(Problem::forbidden()) }
    }
}
