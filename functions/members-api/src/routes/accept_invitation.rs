use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_domain::permission::Permission;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Current, InPerson, Person, Problem, invitation_of};
use sipstr_storage::accounts::Account;
use sipstr_storage::audit::SecurityEvent;
use sipstr_storage::members::{Invitation, role_in};
use sipstr_storage::powers::Powerful;

use crate::who::{account, changed_meanwhile};

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvitationAcceptance {
    /// From the mail.
    pub token: String,
}

/// Joins the staff of a store with the invitation from the mail.
///
/// For who proved the address that was invited; to anybody else the invitation does not exist, nor once who made it could not
/// make it any more. A repeated request answers the same. Access tokens say so from the next refresh on.
#[utoipa::path(
    post, path = "/v1/invitations/accept", tag = "Staff", operation_id = "acceptInvitation",
    request_body = InvitationAcceptance,
    responses(
        (status = 200, body = Membership),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "not an invitation of yours, or not any more"),
        (status = 409, body = ProblemBody, description = "`already_member`, `account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn accept_invitation(
    InPerson(Current(person)): InPerson<Current<Person>>,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(acceptance): Body<InvitationAcceptance>,
) -> ApiResult<Json<Membership>> {
    let (store, id) = invitation_of(&state.signer, &acceptance.token).ok_or_else(Problem::not_found)?;
    let (invitation, account) =
        tokio::try_join!(state.members.invitation(&store, &id), state.accounts.get(person.id()))?;
    let (invitation, account) = invitation.zip(account).ok_or_else(Problem::not_found)?;
    if !is_for(&invitation, &account) {
        return Err(Problem::not_found());
    }
    let membership = Membership { store_id: store, role: invitation.role };
    if invitation.accepted_by.as_ref() == Some(&account.id) {
        return Ok(Json(membership));
    }
    let now = state.clock.now();
    if !invitation.is_open(now) {
        return Err(Problem::not_found());
    }
    if role_in(&account, &invitation.store_id).is_some() {
        return Err(Problem::conflict("already_member", "you belong to the staff of this store already"));
    }
    let inviter = living_inviter(&state, &invitation).await?;
    let reason = format!("invited into {}", invitation.store_id);
    let mut event = SecurityEvent::new(&account.id, SecurityEventKind::RoleGranted, now).by(&inviter.user, &reason);
    event.device = Some(visitor.device);
    event.network = visitor.network;
    let with = vec![state.audit.entry(&event)?, state.accounts.still(&inviter)];
    if !state.members.accept(&invitation, &account, now, with).await? {
        // The same request at the same time may have been first.
        let found = state.members.invitation(&invitation.store_id, &invitation.id).await?;
        let done = found.is_some_and(|found| found.accepted_by.as_ref() == Some(&account.id));
        return if done { Ok(Json(membership)) } else { Err(changed_meanwhile()) };
    }
    sipstr_runtime::count("invitations_accepted", 1);
    Ok(Json(membership))
}

fn is_for(invitation: &Invitation, account: &Account) -> bool {
    account.email_verified_at.is_some() && account.email == invitation.email
}

/// Who made the invitation, if they could still make it: who was removed leaves nobody behind.
async fn living_inviter(state: &crate::State, invitation: &Invitation) -> ApiResult<Powerful> {
    let inviter = account(&state.accounts, &invitation.invited_by).await?;
    let role = role_in(&inviter, &invitation.store_id).filter(|_| inviter.disabled_at.is_none());
    let as_staff = role.is_some_and(|role| role.may(Permission::to_invite(invitation.role)));
    let as_admin = inviter.roles.contains(&Role::Admin) && inviter.disabled_at.is_none();
    if as_staff || as_admin && invitation.role == StoreRole::Owner {
        return Ok(Powerful::of(&inviter));
    }
    Err(Problem::not_found())
}
