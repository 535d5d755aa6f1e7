use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::account::Email;
use sipstr_domain::security::{Method, SecurityEventKind};
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Problem, Public};

use crate::holder::id_or_stand_in;
use sipstr_identity::{Carrier, PASSWORD, SignIn, SignedIn, password};
use sipstr_runtime::take;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Login {
    #[schema(format = Email)]
    pub email: Email,
    #[schema(format = Password)]
    pub password: String,
    /// From an earlier second factor on this device.
    pub device_token: Option<String>,
    #[serde(default)]
    pub refresh_in: Carrier,
}

/// Signs in with e-mail address and password.
///
/// An unknown address and a wrong password get the same answer after the same time. Each guess is counted before it is
/// checked: ten in a quarter of an hour, then 429 even for the right password. An account with a second factor gets no
/// tokens yet: see `POST /v1/auth/second-factor`. Who has not proved the address may sign in and not order.
#[utoipa::path(
    post, path = "/v1/auth/login", tag = "Sign-in", operation_id = "login",
    request_body = Login,
    responses(
        (status = 200, body = SignedIn),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody, description = "`invalid_credentials`"),
        (status = 403, body = ProblemBody, description = "`account_disabled`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn login(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(login): Body<Login>,
) -> ApiResult<Response> {
    let (identity, now) = (&state.identity, state.identity.clock.now());
    // One wait for three calls; then one for the account, and one for the session.
    let (_, _, id) = tokio::try_join!(
        take(&identity.limits, PASSWORD, login.email.as_str(), now),
        state.network_limit.take(&identity.limits, &visitor, now),
        async { Ok::<_, Problem>(id_or_stand_in(&identity.accounts, &login.email).await?) },
    )?;
    let account = identity.accounts.get(&id).await?;
    let hash = account.as_ref().and_then(|account| account.password_hash.as_ref());
    let right = password::is_right(&login.password, hash).map_err(Problem::internal)?;
    let Some(account) = account.filter(|_| right) else {
        sipstr_runtime::count("logins_failed", 1);
        identity.audit.note(&identity.event(&id, SecurityEventKind::SignInFailed, &visitor)).await?;
        let detail = "this e-mail address and this password do not belong together";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "invalid_credentials", detail));
    };
    let sign_in = SignIn {
        account: &account,
        method: Method::Password,
        visitor: &visitor,
        device_token: login.device_token.as_deref(),
        also: vec![identity.limits.fill(PASSWORD, login.email.as_str())],
    };
    Ok(identity.sign_in(sign_in).await?.carried_by(login.refresh_in, StatusCode::OK))
}
