use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sipstr_domain::StoreId;
use sipstr_domain::permission::Permission;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, PathOf, StoreStaff};

use super::invite::InvitationView;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invitations {
    pub items: Vec<InvitationView>,
}

/// A store's open invitations, for its owners and managers.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/invitations", tag = "Staff", operation_id = "listInvitations",
    params(("storeId" = String, Path)),
    responses(
        (status = 200, body = Invitations),
        (status = 403, body = ProblemBody, description = "`forbidden`"),
        (status = 404, body = ProblemBody, description = "not your store"),
    ),
    security(("bearer" = []))
)]
pub async fn list_invitations(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf(store): PathOf<StoreId>,
) -> ApiResult<Json<Invitations>> {
    staff.may(&store, Permission::InvitePickers)?;
    let (mut invitations, now) = (state.members.invitations(&store).await?, state.clock.now());
    invitations.retain(|invitation| invitation.is_open(now));
    Ok(Json(Invitations { items: invitations.into_iter().map(InvitationView::from).collect() }))
}
