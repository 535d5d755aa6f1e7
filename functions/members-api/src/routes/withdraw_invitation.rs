use axum::extract::State;
use http::StatusCode;
use sipstr_domain::permission::Permission;
use sipstr_domain::{InvitationId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, PathOf, Problem, StoreStaff};

/// Takes an invitation back, as long as it was not accepted: by who could have made it.
#[utoipa::path(
    delete, path = "/v1/stores/{storeId}/invitations/{invitationId}", tag = "Staff", operation_id = "withdrawInvitation",
    params(("storeId" = String, Path), ("invitationId" = String, Path)),
    responses(
        (status = 204),
        (status = 403, body = ProblemBody, description = "`forbidden`"),
        (status = 404, body = ProblemBody, description = "not your store, or no open invitation of it"),
    ),
    security(("bearer" = []))
)]
pub async fn withdraw_invitation(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, id)): PathOf<(StoreId, InvitationId)>,
) -> ApiResult<StatusCode> {
    staff.may(&store, Permission::InvitePickers)?;
    let invitation = state.members.invitation(&store, &id).await?.ok_or_else(Problem::not_found)?;
    staff.may(&store, Permission::to_invite(invitation.role))?;
    match state.members.withdraw(&store, &id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found()),
    }
}
