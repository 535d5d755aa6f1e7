use axum::extract::State;
use http::StatusCode;
use sipstr_domain::StoreId;
use sipstr_domain::permission::Permission;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, PathOf, Problem, Recent, StoreStaff};

use super::put_sign_on::{recorded, sign_on_changed};

/// Lets a store's staff sign in by its own provider no more. Who belongs to the staff stays in it.
#[utoipa::path(
    delete, path = "/v1/stores/{storeId}/sign-on", tag = "Staff", operation_id = "removeSignOn",
    params(("storeId" = String, Path)),
    responses(
        (status = 204),
        (status = 403, body = ProblemBody, description = "`forbidden`, `step_up_required`"),
        (status = 404, body = ProblemBody, description = "not your store, or it has none"),
        (status = 409, body = ProblemBody, description = "`sign_on_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn remove_sign_on(
    Recent(staff): Recent<StoreStaff>,
    State(state): State<crate::State>,
    visitor: Visitor,
    PathOf(store): PathOf<StoreId>,
) -> ApiResult<StatusCode> {
    staff.may(&store, Permission::ManageSignOn)?;
    let sign_on = state.stores.sign_on(&store).await?.ok_or_else(Problem::not_found)?;
    let with = recorded(&state, &staff.0, &store, &visitor)?;
    if !state.stores.remove_sign_on(&sign_on, with).await? {
        return Err(sign_on_changed());
    }
    Ok(StatusCode::NO_CONTENT)
}
