use axum::Json;
use axum::extract::State;
use sipstr_domain::StoreId;
use sipstr_domain::permission::Permission;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, PathOf, Problem, Recent, StoreStaff};
use sipstr_runtime::take;
use sipstr_storage::sign_on::SignOn;

use super::put_sign_on::{CHANGES, recorded, sign_on_changed};
use super::show_sign_on::SignOnView;
use crate::domain_proof::is_proved;

/// Looks for the text in the names of the domain that proves that it is the store's; then its staff can sign in.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/sign-on/prove-domain", tag = "Staff", operation_id = "proveDomain",
    params(("storeId" = String, Path)),
    responses(
        (status = 200, body = SignOnView),
        (status = 403, body = ProblemBody, description = "`forbidden`, `step_up_required`"),
        (status = 404, body = ProblemBody, description = "not your store, or it has no provider"),
        (status = 409, body = ProblemBody, description = "`sign_on_changed`"),
        (status = 422, body = ProblemBody, description = "`record_missing`: names travel slowly, try again later"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
        (status = 503, body = ProblemBody, description = "`provider_unavailable`"),
    ),
    security(("bearer" = []))
)]
pub async fn prove_domain(
    Recent(staff): Recent<StoreStaff>,
    State(state): State<crate::State>,
    visitor: Visitor,
    PathOf(store): PathOf<StoreId>,
) -> ApiResult<Json<SignOnView>> {
    staff.may(&store, Permission::ManageSignOn)?;
    let now = state.identity.clock.now();
    let old = state.stores.sign_on(&store).await?.ok_or_else(Problem::not_found)?;
    take(&state.identity.limits, CHANGES, store.as_str(), now).await?;
    let providers = &state.providers;
    if !is_proved(&providers.calls, &providers.resolver, &old.domain, &old.domain_token).await? {
        return Err(Problem::unprocessable("record_missing", "the names of the domain do not have the text yet"));
    }
    let sign_on = SignOn { version: old.version + 1, domain_proved_at: Some(now), changed_at: now, ..old.clone() };
    let with = recorded(&state, &staff.0, &store, &visitor)?;
    if !state.stores.put_sign_on(&sign_on, Some(&old), with).await? {
        return Err(sign_on_changed());
    }
    Ok(Json(sign_on.into()))
}
