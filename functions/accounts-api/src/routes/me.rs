use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::UserId;
use sipstr_domain::account::{DateOfBirth, Email, Membership, PersonName, Phone, Role};
use sipstr_domain::security::SecondFactor;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Person, Problem};
use sipstr_storage::accounts::{Account, Accounts, ProfileChange};

use super::present;

/// A person's own account.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    pub id: UserId,
    pub email: Email,
    pub email_verified: bool,
    pub name: PersonName,
    pub date_of_birth: DateOfBirth,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    pub roles: Vec<Role>,
    /// Whether there is a password to sign in with.
    pub has_password: bool,
    /// What a sign-in asks for after the first factor.
    pub second_factors: Vec<SecondFactor>,
    /// The stores whose staff the person belongs to.
    pub stores: Vec<Membership>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Account> for Me {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            email_verified: account.email_verified_at.is_some(),
            email: account.email,
            name: account.name,
            date_of_birth: account.date_of_birth,
            phone: account.phone,
            roles: account.roles,
            has_password: account.password_hash.is_some(),
            second_factors: account.second_factors,
            stores: account.memberships,
            created_at: account.created_at,
        }
    }
}

/// What may be changed; nothing else of an account is the person's to change.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MeChange {
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<PersonName>,
    /// `null` removes the number.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, example = "+14155550100")]
    pub phone: Option<Option<Phone>>,
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/v1/me", tag = "Account", operation_id = "showMe",
    responses((status = 200, body = Me), (status = 401, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn show_me(person: Person, State(accounts): State<Accounts>) -> ApiResult<Json<Me>> {
    let account = accounts.get(person.id()).await?;
    account.map(|account| Json(account.into())).ok_or_else(Problem::unauthenticated)
}

/// Changes the name or the telephone number; what is absent stays.
#[utoipa::path(
    patch, path = "/v1/me", tag = "Account", operation_id = "changeMe",
    request_body = MeChange,
    responses(
        (status = 200, body = Me),
        (status = 400, body = ProblemBody, description = "`invalid_request`; also for fields that are not yours to change"),
        (status = 401, body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn change_me(
    person: Person,
    State(accounts): State<Accounts>,
    Body(change): Body<MeChange>,
) -> ApiResult<Json<Me>> {
    let change = ProfileChange { name: change.name, phone: change.phone };
    let account = accounts.change_profile(person.id(), &change).await?;
    account.map(|account| Json(account.into())).ok_or_else(Problem::unauthenticated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipstr_http::body::parse;

    #[test]
    fn only_name_and_phone_may_change() {
        for body in
            [r#"{"role":"admin"}"#, r#"{"emailVerified":true}"#, r#"{"ageVerified":true}"#, r#"{"email":"a@b.c"}"#]
        {
            assert_eq!(parse::<MeChange>(body.as_bytes()).unwrap_err().code, "invalid_request", "{body}");
        }
        assert!(parse::<MeChange>(b"{}").unwrap().phone.is_none());
        assert_eq!(parse::<MeChange>(br#"{"phone":null}"#).unwrap().phone, Some(None));
    }
}
