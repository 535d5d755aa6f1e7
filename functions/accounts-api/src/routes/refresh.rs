use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, OptionalBody, Problem, Public, Signer};
use sipstr_identity::{Identity, Presented, RefreshToken, SignedIn, new_salt};
use sipstr_storage::accounts::Account;
use sipstr_storage::sessions::{Rotation, Session};

/// How long the token before the present one is still taken: for two tabs at once, and for a lost answer.
const GRACE: SignedDuration = SignedDuration::from_secs(10);

#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Refresh {
    /// Absent where it is in the cookie.
    pub refresh_token: Option<String>,
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
/// earlier ends the session, because two hold it. A new password, a disabled account and the end of all sessions end this
/// one at once. Roles are read anew. Without a body the token comes from the cookie, and only from a page of ours.
#[utoipa::path(
    post, path = "/v1/auth/refresh", tag = "Sign-in", operation_id = "refresh",
    request_body = Refresh,
    responses(
        (status = 200, body = SignedIn),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody, description = "`invalid_refresh_token`: sign in again"),
        (status = 403, body = ProblemBody, description = "`foreign_origin`"),
    )
)]
pub async fn refresh(
    _: Public,
    State(state): State<crate::State>,
    visitor: Visitor,
    headers: HeaderMap,
    OptionalBody(wish): OptionalBody<Refresh>,
) -> ApiResult<Response> {
    let identity = &state.identity;
    let presented = Presented::find(wish.refresh_token, &headers, &state.origins)?.ok_or_else(refused)?;
    let token = RefreshToken::parse(&presented.token).ok_or_else(refused)?;
    let now = identity.clock.now();
    // Where another request rotates the token between the reading and the writing, the second look finds it just replaced.
    for _ in 0..2 {
        let (session, account) = living(identity, &token, now).await?;
        let next = match standing(&token, &session, &identity.signer, now) {
            Standing::Present => match rotate(identity, &session, &token, now).await? {
                Some(next) => next,
                None => continue,
            },
            Standing::JustReplaced(next) => next,
            Standing::Stale => return Err(end(identity, &session, &visitor).await?),
        };
        let tokens = identity.issuer.tokens(&account, &session, &next, identity.policy, now)?;
        return Ok(SignedIn::Tokens(tokens).carried_by(presented.carrier, StatusCode::OK));
    }
    Err(refused())
}

/// The session of a token with its account, where both still count.
async fn living(identity: &Identity, token: &RefreshToken, now: Timestamp) -> ApiResult<(Session, Account)> {
    let (session, account) =
        tokio::try_join!(identity.sessions.get(&token.user, &token.session), identity.accounts.get(&token.user),)?;
    let (session, account) = session.zip(account).ok_or_else(refused)?;
    let counts = now < session.expires_at
        && account.disabled_at.is_none()
        && account.security_version == session.security_version;
    if counts { Ok((session, account)) } else { Err(refused()) }
}

async fn rotate(
    identity: &Identity,
    session: &Session,
    token: &RefreshToken,
    now: Timestamp,
) -> ApiResult<Option<RefreshToken>> {
    let rotation = Rotation { at: now, from_hash: token.hash(), salt: new_salt() };
    let next = token.successor(&identity.signer, &rotation.salt);
    let rotated = identity.sessions.rotate(session, &next.hash(), &rotation).await?;
    Ok(rotated.then_some(next))
}

async fn end(identity: &Identity, session: &Session, visitor: &Visitor) -> ApiResult<Problem> {
    if identity.sessions.end(&session.user_id, &session.id).await? {
        tracing::warn!(userId = %session.user_id, sessionId = %session.id, "a replaced refresh token came again: session ended");
        sipstr_runtime::count("sessions_ended_by_reuse", 1);
        let event = identity.event(&session.user_id, SecurityEventKind::RefreshTokenReused, visitor);
        identity.audit.note(&event.of_session(&session.id)).await?;
    }
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
        let first = RefreshToken::new(UserId::new(), SessionId::new());
        let second = first.successor(&signer, "a");
        let third = second.successor(&signer, "b");
        let session = Session {
            id: first.session.clone(),
            user_id: first.user.clone(),
            token_hash: third.hash(),
            security_version: 0,
            methods: vec![],
            proved_at: now,
            device: String::new(),
            network: None,
            created_at: now,
            expires_at: now + SignedDuration::from_hours(1),
            rotation: Some(Rotation { at: now, from_hash: second.hash(), salt: "b".into() }),
        };
        let standing = |token, seconds| standing(token, &session, &signer, now + SignedDuration::from_secs(seconds));
        assert!(standing(&third, 3_000) == Standing::Present);
        assert!(standing(&second, 10) == Standing::JustReplaced(third.clone()));
        assert!(standing(&second, 11) == Standing::Stale);
        assert!(standing(&first, 1) == Standing::Stale);
        let stranger = RefreshToken::new(first.user.clone(), first.session.clone());
        assert!(standing(&stranger, 1) == Standing::Stale);
    }
}
