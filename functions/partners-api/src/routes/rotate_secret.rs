use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use sipstr_domain::permission::Permission;
use sipstr_domain::{EventId, StoreId, SubscriptionId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, PathOf, Problem, StoreStaff, edit};

use super::subscribe::secret_of;
use crate::view::WebhookWithSecret;

/// Makes a new secret, which is in this answer only. The one before goes on signing beside it for a day.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/webhooks/{webhookId}/secret", tag = "Partners", operation_id = "rotateWebhookSecret",
    params(("storeId" = String, Path), ("webhookId" = String, Path), ("If-Match" = String, Header)),
    responses(
        (status = 201, body = WebhookWithSecret),
        (status = 403, body = ProblemBody, description = "`forbidden`: owners only"),
        (status = 404, body = ProblemBody, description = "not your store, or none of its webhooks"),
        (status = 412, body = ProblemBody, description = "`stale`: read it again; if it was this very request, rotate once more"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn rotate_webhook_secret(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, id)): PathOf<(StoreId, SubscriptionId)>,
    headers: HeaderMap,
) -> ApiResult<(StatusCode, Json<WebhookWithSecret>)> {
    staff.may(&store, Permission::ManageWebhooks)?;
    let (version, now, nonce) = (edit::version(&headers)?, state.clock.now(), EventId::new().suffix().to_owned());
    let altered = state.partners.alter(&store, |before| {
        let found = before.get(&id).ok_or_else(Problem::not_found)?;
        if found.version != version {
            return Err(edit::stale());
        }
        Ok(before.replaced(found.rotated(nonce.clone(), now)))
    });
    let rotated = altered.await??.get(&id).cloned().ok_or_else(Problem::not_found)?;
    tracing::info!(%store, webhook = %id, by = %staff.0.id(), "a partner's secret was rotated");
    let secret = secret_of(&state, &rotated);
    Ok((StatusCode::CREATED, Json(WebhookWithSecret { webhook: rotated.into(), secret })))
}
