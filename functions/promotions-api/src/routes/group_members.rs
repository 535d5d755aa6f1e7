use axum::extract::State;
use http::StatusCode;
use sipstr_domain::UserId;
use sipstr_domain::promotion::GroupName;
use sipstr_http::{Admin, ApiResult, Current, InPerson, PathOf};
use sipstr_storage::promotions::Promotions;

/// Takes a customer into a group that promotions may be for; who is in it stays in it.
#[utoipa::path(
    put, path = "/v1/customer-groups/{group}/members/{userId}", tag = "Promotions", operation_id = "addGroupMember",
    params(("group" = String, Path), ("userId" = String, Path)),
    responses((status = 204)),
    security(("bearer" = []))
)]
pub async fn add_member(
    InPerson(Current(admin)): InPerson<Current<Admin>>,
    State(promotions): State<Promotions>,
    PathOf((group, customer)): PathOf<(GroupName, UserId)>,
) -> ApiResult<StatusCode> {
    promotions.set_member(&group, &customer, true).await?;
    tracing::info!(group = group.as_str(), by = %admin.0.id(), "a customer was taken into a group");
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a customer out of a group; who is not in it is out of it already.
#[utoipa::path(
    delete, path = "/v1/customer-groups/{group}/members/{userId}", tag = "Promotions", operation_id = "removeGroupMember",
    params(("group" = String, Path), ("userId" = String, Path)),
    responses((status = 204)),
    security(("bearer" = []))
)]
pub async fn remove_member(
    InPerson(Current(admin)): InPerson<Current<Admin>>,
    State(promotions): State<Promotions>,
    PathOf((group, customer)): PathOf<(GroupName, UserId)>,
) -> ApiResult<StatusCode> {
    promotions.set_member(&group, &customer, false).await?;
    tracing::info!(group = group.as_str(), by = %admin.0.id(), "a customer was taken out of a group");
    Ok(StatusCode::NO_CONTENT)
}
