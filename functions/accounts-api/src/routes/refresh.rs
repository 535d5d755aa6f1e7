use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Problem, Public, Signer};
use sipstr_storage::sessions::{Rotation, Session};

use crate::refresh_token::{RefreshToken, new_salt};
use crate::token::Tokens;

/// How long the token before the present one is still taken: for two tabs at once, and for a lost answer.
const GRACE: SignedDuration = SignedDuration::from_secs(10);

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Refresh {
    pub refresh_token: String,
}

/// What a presented token is to its session.
#[derive(PartialEq)]
enum Standing {
    /// The present one; it is replaced now.
    Present,
    /// Just replaced; who holds it gets the same successor once more.
    JustReplaced(RefreshToken),
    /// Replaced earlier, or never ours: somebody has a copy.
    Stale,
}

/// Gives a new access token, and a new refresh token for the old one.
///
/// A refresh token is good once; for ten seconds after its use it leads to the same successor. One that was replaced
/// earlier ends the session, because two hold it. Roles are read anew.
#[utoipa::path(
    post, path = "/v1/auth/refresh", tag = "Sign-in", operation_id = "refresh",
    request_body = Refresh,
    responses(
        (status = 200, body = Tokens),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody, description = "`invalid_refresh_token`: sign in again"),
    )
)]
pub async fn refresh(
    _: Public,
    State(state): State<crate::State>,
    Body(wish): Body<Refresh>,
) -> ApiResult<Json<Tokens>> {
    let now = state.clock.now();
    let token = RefreshToken::parse(&wish.refresh_token).ok_or_else(refused)?;
    // Where another request rotates the token between the reading and the writing, the second look finds it just replaced.
    for _ in 0..2 {
        let session = state.sessions.get(&token.session).await?;
        let session = session.filter(|session| now < session.expires_at).ok_or_else(refused)?;
        let next = match standing(&token, &session, &state.signer, now) {
            Standing::Present => match rotate(&state, &token, now).await? {
                Some(next) => next,
                None => continue,
            },
            Standing::JustReplaced(next) => next,
            Standing::Stale => return Err(end(&state, &session).await?),
        };
        let account = state.accounts.get(&session.user_id).await?.ok_or_else(refused)?;
        return Ok(Json(state.issuer.tokens(&account, &next, now)?));
    }
    Err(refused())
}

async fn rotate(state: &crate::State, token: &RefreshToken, now: Timestamp) -> ApiResult<Option<RefreshToken>> {
    let rotation = Rotation { at: now, from_hash: token.hash(), salt: new_salt() };
    let next = token.successor(&state.signer, &rotation.salt);
    let rotated = state.sessions.rotate(&token.session, &next.hash(), &rotation).await?;
    Ok(rotated.then_some(next))
}

async fn end(state: &crate::State, session: &Session) -> ApiResult<Problem> {
    tracing::warn!(userId = %session.user_id, sessionId = %session.id, "a replaced refresh token came again: session ended");
    sipstr_runtime::count("sessions_ended_by_reuse", 1);
    state.sessions.end(&session.id).await?;
    Ok(refused())
}

fn standing(token: &RefreshToken, session: &Session, signer: &Signer, now: Timestamp) -> Standing {
    if token.has_hash(&session.token_hash) {
        return Standing::Present;
    }
    let Some(rotation) = session.rotation.as_ref().filter(|rotation| now <= rotation.at + GRACE) else {
        return Standing::Stale;
    };
    let next = token.successor(signer, &rotation.salt);
    if token.has_hash(&rotation.from_hash) && next.has_hash(&session.token_hash) {
        Standing::JustReplaced(next)
    } else {
        Standing::Stale
    }
}

fn refused() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "invalid_refresh_token", "please sign in again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipstr_domain::{SessionId, UserId};

    #[test]
    fn the_predecessor_is_taken_for_ten_seconds_and_older_ones_never() {
        let signer = Signer::new(&[7; 32]);
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let first = RefreshToken::new(SessionId::new());
        let second = first.successor(&signer, "a");
        let third = second.successor(&signer, "b");
        let session = Session {
            id: first.session.clone(),
            user_id: UserId::new(),
            token_hash: third.hash(),
            created_at: now,
            expires_at: now + SignedDuration::from_hours(1),
            rotation: Some(Rotation { at: now, from_hash: second.hash(), salt: "b".into() }),
        };
        let standing = |token, seconds| standing(token, &session, &signer, now + SignedDuration::from_secs(seconds));
        assert!(standing(&third, 3_000) == Standing::Present);
        assert!(standing(&second, 10) == Standing::JustReplaced(third.clone()));
        assert!(standing(&second, 11) == Standing::Stale);
        assert!(standing(&first, 1) == Standing::Stale);
        assert!(standing(&RefreshToken::new(first.session.clone()), 1) == Standing::Stale);
    }
}
