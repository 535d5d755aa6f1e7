use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::account::{Membership, StoreRole};
use sipstr_domain::permission::Permission;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{StoreId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, PathOf, Person, Problem, Recent, StoreStaff};
use sipstr_storage::Action;
use sipstr_storage::accounts::Account;
use sipstr_storage::audit::SecurityEvent;
use sipstr_storage::members::role_in;
use sipstr_storage::powers::Power;

use super::list_members::MemberView;
use crate::who::{account, changed_meanwhile, powerful};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MemberChange {
    pub role: StoreRole,
}

/// Makes a member something else. Who becomes less is signed out everywhere at once; the last owner stays one.
#[utoipa::path(
    put, path = "/v1/stores/{storeId}/members/{userId}", tag = "Staff", operation_id = "changeMember",
    params(("storeId" = String, Path), ("userId" = String, Path)),
    request_body = MemberChange,
    responses(
        (status = 200, body = MemberView),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 403, body = ProblemBody, description = "`forbidden`, `step_up_required`"),
        (status = 404, body = ProblemBody, description = "not your store, or nobody of its staff"),
        (status = 409, body = ProblemBody, description = "`last_owner`, `account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn change_member(
    Recent(staff): Recent<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, user)): PathOf<(StoreId, UserId)>,
    Body(change): Body<MemberChange>,
) -> ApiResult<Json<MemberView>> {
    staff.may(&store, Permission::ManageMembers)?;
    let account = account(&state.accounts, &user).await?;
    let role = role_in(&account, &store).ok_or_else(Problem::not_found)?;
    if role == change.role {
        return Ok(Json(MemberView::of(account, role)));
    }
    let power = if role.is_above(change.role) { Power::Lost } else { Power::Gained };
    let kind = match power {
        Power::Gained => SecurityEventKind::RoleGranted,
        Power::Lost => SecurityEventKind::RoleRevoked,
    };
    let owner = an_owner_stays(&state, &staff.0, &account, &store).await?;
    let with = vec![event(&state, kind, &staff.0, &account, &store)?, owner];
    let to = Membership { store_id: store, role: change.role };
    if !state.members.change_role(&account, to, power, with).await? {
        return Err(changed_meanwhile());
    }
    if power == Power::Lost {
        state.sessions.end_others(&account.id, None).await?;
    }
    Ok(Json(MemberView::of(account, change.role)))
}

/// The part of the transaction that holds only while somebody else than this member is an owner: who makes the change, or,
/// where an owner changes themselves, another one.
pub async fn an_owner_stays(
    state: &crate::State,
    owner: &Person,
    member: &Account,
    store: &StoreId,
) -> ApiResult<Action> {
    let other = if *owner.id() == member.id {
        let other = state.members.another_owner(store, &member.id).await?;
        other.ok_or_else(|| Problem::conflict("last_owner", "a store needs an owner: make somebody else one first"))?
    } else {
        powerful(owner)
    };
    Ok(state.accounts.still(&other))
}

pub fn event(
    state: &crate::State,
    kind: SecurityEventKind,
    actor: &Person,
    member: &Account,
    store: &StoreId,
) -> ApiResult<Action> {
    let event = SecurityEvent::new(&member.id, kind, state.clock.now());
    Ok(state.audit.entry(&event.by(actor.id(), &format!("changed by an owner of {store}")))?)
}
