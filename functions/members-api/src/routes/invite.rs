use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sipstr_domain::account::{Email, StoreRole};
use sipstr_domain::{InvitationId, StoreId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, IdempotencyKey, PathOf, Problem, Recent};
use sipstr_storage::limits::{Limit, Limits, Taken};
use sipstr_storage::members::Invitation;

use crate::who::Inviter;

/// How long an invitation may be accepted.
const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Invitations that one store may send, and that one address may get: nobody's mailbox is filled from here.
const OF_STORE: Limit = Limit { of: "invitations", burst: 30, per: SignedDuration::from_hours(24) };
const TO_ADDRESS: Limit = Limit { of: "invited", burst: 5, per: SignedDuration::from_hours(24) };

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewInvitation {
    #[schema(format = Email)]
    pub email: Email,
    pub role: StoreRole,
}

/// An invitation as the store sees it. What accepts it is in the mail, and only there.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationView {
    pub id: InvitationId,
    #[schema(format = Email)]
    pub email: Email,
    pub role: StoreRole,
    pub invited_by: UserId,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

impl From<Invitation> for InvitationView {
    fn from(invitation: Invitation) -> Self {
        Self {
            id: invitation.id,
            email: invitation.email,
            role: invitation.role,
            invited_by: invitation.invited_by,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}

/// Invites somebody into a store's staff: the mail goes to an address, whether or not it has an account.
///
/// An owner invites into every role, a manager pickers; administration invites owners, the first one of a store among them. The same `Idempotency-Key` makes the same invitation. Good for seven
/// days, and only for who proved the address.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/invitations", tag = "Staff", operation_id = "inviteMember",
    params(("storeId" = String, Path), ("Idempotency-Key" = String, Header)),
    request_body = NewInvitation,
    responses(
        (status = 201, body = InvitationView),
        (status = 400, body = ProblemBody, description = "`invalid_request`, `idempotency_key_missing`"),
        (status = 403, body = ProblemBody, description = "`forbidden`, `step_up_required`"),
        (status = 404, body = ProblemBody, description = "not your store"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn invite(
    Recent(inviter): Recent<Inviter>,
    State(state): State<crate::State>,
    PathOf(store): PathOf<StoreId>,
    key: IdempotencyKey,
    Body(wish): Body<NewInvitation>,
) -> ApiResult<(StatusCode, Json<InvitationView>)> {
    inviter.may(&state, &store, wish.role).await?;
    let (person, now) = (inviter.0.id(), state.clock.now());
    let id = InvitationId::derive(&[store.as_str(), person.as_str(), key.as_str()]);
    if let Some(made) = state.members.invitation(&store, &id).await? {
        return same(made, &wish);
    }
    take(&state.limits, OF_STORE, store.as_str(), now).await?;
    take(&state.limits, TO_ADDRESS, wish.email.as_str(), now).await?;
    let invitation = Invitation {
        id: id.clone(),
        store_id: store.clone(),
        role: wish.role,
        email: wish.email.clone(),
        invited_by: person.clone(),
        created_at: now,
        expires_at: now + LIFE,
        accepted_by: None,
    };
    if state.members.invite(&invitation).await? {
        return Ok((StatusCode::CREATED, Json(invitation.into())));
    }
    // The same request, at the same time.
    let made = state.members.invitation(&store, &id).await?.ok_or_else(Problem::not_found)?;
    same(made, &wish)
}

fn same(made: Invitation, wish: &NewInvitation) -> ApiResult<(StatusCode, Json<InvitationView>)> {
    if (&made.email, made.role) != (&wish.email, wish.role) {
        let detail = "this Idempotency-Key was used for another invitation";
        return Err(Problem::unprocessable("idempotency_key_reused", detail));
    }
    Ok((StatusCode::CREATED, Json(made.into())))
}

async fn take(limits: &Limits, limit: Limit, name: &str, now: Timestamp) -> ApiResult<()> {
    match limits.take(limit, name, now).await? {
        Taken::Yes => Ok(()),
        Taken::Empty { retry_after } => {
            sipstr_runtime::count("attempts_limited", 1);
            Err(Problem::too_many(retry_after))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipstr_http::body::parse;

    #[test]
    fn the_sample_invites_a_picker() {
        let event = include_str!("../../../../events/aws/members-api.invite.json");
        let event: serde_json::Value = serde_json::from_str(event).unwrap();
        let wish: NewInvitation = parse(event["body"].as_str().unwrap().as_bytes()).unwrap();
        assert_eq!(wish.role, StoreRole::Picker);
    }
}
