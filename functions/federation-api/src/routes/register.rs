use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use sipstr_domain::account::{DateOfBirth, Email, PersonName, Phone, Role};
use sipstr_domain::security::{Method, SecurityEventKind};
use sipstr_domain::{LinkId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Problem, Public};
use sipstr_identity::{Carrier, MAILED_CODE, SignIn, SignedIn, new_code};
use sipstr_runtime::take;
use sipstr_storage::Action;
use sipstr_storage::accounts::Account;
use sipstr_storage::federation::{Known, Link};

use crate::newcomer::{Newcomer, account_exists};
use crate::staff::no_role;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FederatedRegistration {
    pub registration_token: String,
    #[schema(min_length = 1, max_length = 100)]
    pub name: PersonName,
    #[schema(value_type = String, format = Date, example = "1990-05-17")]
    pub date_of_birth: Date,
    /// Where the provider proved none.
    #[schema(format = Email)]
    pub email: Option<Email>,
    #[schema(example = "+14155550100")]
    pub phone: Option<Phone>,
    #[serde(default)]
    pub refresh_in: Carrier,
}

/// Registers somebody whom a provider vouches for, with what the provider does not tell, and signs them in.
///
/// The account has no password. An address that the provider did not prove is proved with a code that is mailed to it, like
/// any other; until then its person may sign in and not order. Where somebody else proves it, the link counts no more.
#[utoipa::path(
    post, path = "/v1/auth/federation/register", tag = "Sign-in", operation_id = "registerFederated",
    request_body = FederatedRegistration,
    responses(
        (status = 201, body = SignedIn),
        (status = 400, body = ProblemBody, description = "`invalid_request`, `invalid_registration_token`"),
        (status = 403, body = ProblemBody, description = "`no_role`"),
        (status = 409, body = ProblemBody, description = "`account_exists`, `already_registered`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn register_federated(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(wish): Body<FederatedRegistration>,
) -> ApiResult<Response> {
    let (identity, now) = (&state.identity, state.identity.clock.now());
    let date_of_birth = DateOfBirth::new(wish.date_of_birth, now.to_zoned(TimeZone::UTC).date());
    let date_of_birth = date_of_birth.map_err(|reason| Problem::invalid("/dateOfBirth", reason.to_string()))?;
    state.network_limit.take(&identity.limits, &visitor, now).await?;
    let newcomer = state.newcomer(&wish.registration_token)?;
    let email = address(&newcomer, wish.email)?;
    if !newcomer.proved {
        take(&identity.limits, MAILED_CODE, email.as_str(), now).await?;
    }
    let Known::Nobody { leftover } = identity.accounts.known(&newcomer.identity).await? else {
        return Err(Problem::conflict(
            "already_registered",
            "this provider leads to an account already: sign in with it",
        ));
    };
    state.refuse_known(&email, newcomer.proved).await?;
    let link = Link {
        id: LinkId::new(),
        user_id: UserId::new(),
        provider: newcomer.provider.to_string(),
        identity: newcomer.identity.clone(),
        email: newcomer.email.clone(),
        linked_at: now,
    };
    let account = Account {
        phone: wish.phone,
        email_verified_at: newcomer.proved.then_some(now),
        verification: (!newcomer.proved).then(|| new_code(now)),
        links: vec![link.id.clone()],
        ..Account::new(link.user_id.clone(), email, wish.name, date_of_birth, vec![Role::Customer], now)
    };
    let (account, with) = placed(&state, account, newcomer, &visitor).await?;
    if !identity.accounts.register_linked(&account, &link, leftover.as_ref(), with).await? {
        return Err(account_exists());
    }
    sipstr_runtime::count("accounts_registered", 1);
    let method = Method::Federated;
    let sign_in = SignIn { account: &account, method, visitor: &visitor, device_token: None, also: Vec::new() };
    Ok(identity.sign_in(sign_in).await?.carried_by(wish.refresh_in, StatusCode::CREATED))
}

/// The provider's address where it is proved; else the one that is given, or the provider's.
fn address(newcomer: &Newcomer, given: Option<Email>) -> ApiResult<Email> {
    if newcomer.proved && given.is_some() && given != newcomer.email {
        return Err(Problem::invalid("/email", "the provider has proved another address"));
    }
    given
        .or_else(|| newcomer.email.clone())
        .ok_or_else(|| Problem::invalid("/email", "is needed: the provider tells none"))
}

/// The account with its place in a store's staff, where the store's provider gave it one, and what goes with it.
async fn placed(
    state: &crate::State,
    mut account: Account,
    newcomer: Newcomer,
    visitor: &Visitor,
) -> ApiResult<(Account, Vec<Action>)> {
    let event = state.identity.event(&account.id, SecurityEventKind::FederatedLinked, visitor);
    let mut with = vec![state.identity.audit.entry(&event)?];
    let Some((membership, as_of)) = newcomer.place else { return Ok((account, with)) };
    let sign_on = state.stores.sign_on(&membership.store_id).await?;
    let sign_on = sign_on.filter(|sign_on| sign_on.changed_at == as_of).ok_or_else(no_role)?;
    with.extend([state.members.listed(&membership.store_id, &account.id), state.stores.still_signs_on(&sign_on)]);
    account.roles.push(Role::StoreStaff);
    account.memberships.push(membership);
    Ok((account, with))
}
