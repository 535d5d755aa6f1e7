use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sipstr_domain::account::Email;
use sipstr_domain::{SessionId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Problem, Public};
use sipstr_storage::accounts::PasswordHash;
use sipstr_storage::guesses::Guess;
use sipstr_storage::sessions::Session;

use crate::holder::Holder;
use crate::password;
use crate::refresh_token::RefreshToken;
use crate::token::Tokens;

/// Guesses at a password in a quarter of an hour, for one address.
const MOST_GUESSES: u32 = 10;

/// A session ends after 30 days, however often it is refreshed.
const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(24 * 30);

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Login {
    #[schema(format = Email)]
    pub email: Email,
    #[schema(format = Password)]
    pub password: String,
}

/// Signs in with e-mail address and password.
///
/// An unknown address and a wrong password get the same answer after the same time. Each guess is counted before it is
/// checked: ten in a quarter of an hour, then 429 even for the right password. Who has not proved the address may sign in
/// and not order.
#[utoipa::path(
    post, path = "/v1/auth/login", tag = "Sign-in", operation_id = "login",
    request_body = Login,
    responses(
        (status = 200, body = Tokens),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody, description = "`invalid_credentials`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn login(_: Public, State(state): State<crate::State>, Body(login): Body<Login>) -> ApiResult<Json<Tokens>> {
    let now = state.clock.now();
    if let Guess::TooMany { retry_after } = state.guesses.count(&login.email, MOST_GUESSES, now).await? {
        sipstr_runtime::count("logins_limited", 1);
        let mut problem =
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", "please wait, then try again");
        problem.retry_after = Some(retry_after);
        return Err(problem);
    }
    let account = Holder::find(&state.accounts, &login.email).await?.account;
    let hash: Option<PasswordHash> = account.as_ref().map(|account| account.password_hash.clone());
    let right = password::is_right(login.password, hash).await.map_err(Problem::internal)?;
    let Some(account) = account.filter(|_| right) else {
        sipstr_runtime::count("logins_failed", 1);
        let detail = "this e-mail address and this password do not belong together";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "invalid_credentials", detail));
    };
    state.guesses.forget(&login.email, now).await?;
    let refresh = RefreshToken::new(SessionId::new());
    state.sessions.start(&session(&account.id, &refresh, now)).await?;
    Ok(Json(state.issuer.tokens(&account, &refresh, now)?))
}

fn session(user: &UserId, refresh: &RefreshToken, now: Timestamp) -> Session {
    Session {
        id: refresh.session.clone(),
        user_id: user.clone(),
        token_hash: refresh.hash(),
        created_at: now,
        expires_at: now + SESSION_LIFE,
        rotation: None,
    }
}
