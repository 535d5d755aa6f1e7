use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use sipstr_domain::security::Method;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Public};
use sipstr_identity::{Carrier, SignIn, SignedIn};
use sipstr_storage::federation::Known;

use crate::ceremony::{FederationReturn, Found};
use crate::newcomer::RegistrationNeeded;
use crate::provider::Vouched;
use crate::staff;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FederationFinish {
    /// What came back to the page or app.
    #[serde(rename = "return")]
    pub back: FederationReturn,
    /// From an earlier second factor on this device.
    pub device_token: Option<String>,
    #[serde(default)]
    pub refresh_in: Carrier,
}

/// What a finished sign-in leads to.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum FederationAnswer {
    SignedIn(SignedIn),
    /// Nobody knows this person yet.
    Registration(RegistrationNeeded),
}

impl FederationAnswer {
    fn carried_by(self, carrier: Carrier) -> Response {
        match self {
            Self::SignedIn(signed_in) => signed_in.carried_by(carrier, StatusCode::OK),
            Self::Registration(needed) => Json(needed).into_response(),
        }
    }
}

/// Finishes a sign-in with what came back from the provider: tokens, a second factor that is asked for, or a newcomer.
///
/// An account is found by the link that its person made and by nothing else. Where the address that the provider tells has
/// an account without this link, the answer is 409, whoever verified it. A store's provider decides of its staff: who is
/// nobody there any more is so from now on, and does not get in.
#[utoipa::path(
    post, path = "/v1/auth/federation/finish", tag = "Sign-in", operation_id = "finishFederation",
    request_body = FederationFinish,
    responses(
        (status = 200, body = FederationAnswer),
        (status = 400, body = ProblemBody, description = "`invalid_request`, `invalid_state`, `invalid_sign_in`"),
        (status = 403, body = ProblemBody, description = "`account_disabled`, `foreign_origin`, `foreign_email`, `no_role`"),
        (status = 409, body = ProblemBody, description = "`account_exists`, `account_changed`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
        (status = 503, body = ProblemBody, description = "`provider_unavailable`"),
    )
)]
pub async fn finish_federation(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
    headers: HeaderMap,
    Body(finish): Body<FederationFinish>,
) -> ApiResult<Response> {
    let identity = &state.identity;
    state.network_limit.take(&identity.limits, &visitor, identity.clock.now()).await?;
    let (found, vouched) = state.end(&finish.back, &headers, None).await?;
    let mut account = match identity.accounts.known(&vouched.identity).await? {
        Known::Account(account) => *account,
        Known::Nobody { .. } => {
            let needed = welcome(&state, found, vouched).await?;
            return Ok(FederationAnswer::Registration(needed).carried_by(finish.refresh_in));
        }
    };
    // Who is disabled is told so by the sign-in, and becomes nothing by it.
    if let Some(sign_on) = found.sign_on.as_ref().filter(|_| account.disabled_at.is_none()) {
        account = state.place_of(account, sign_on, &vouched, &visitor).await?;
    }
    let sign_in = SignIn {
        account: &account,
        method: Method::Federated,
        visitor: &visitor,
        device_token: finish.device_token.as_deref(),
        also: Vec::new(),
    };
    Ok(FederationAnswer::SignedIn(identity.sign_in(sign_in).await?).carried_by(finish.refresh_in))
}

async fn welcome(state: &crate::State, found: Found, vouched: Vouched) -> ApiResult<RegistrationNeeded> {
    let place = found.sign_on.as_ref().map(|sign_on| staff::place(sign_on, &vouched)).transpose()?;
    // A store has proved that the domain is its own: so are its addresses.
    let proved = vouched.email.is_some() && (vouched.email_verified || place.is_some());
    state.welcome(found.provider.id, vouched, proved, place).await
}
