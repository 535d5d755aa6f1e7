use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::partner::{Subscription, Wanted};
use sipstr_domain::permission::Permission;
use sipstr_domain::{EventId, StoreId, SubscriptionId};
use sipstr_http::idempotency::key_reused;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, IdempotencyKey, PartnerKey, PathOf, Problem, StoreStaff};
use sipstr_outside::Reach;

use crate::view::WebhookWithSecret;

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookWanted {
    /// Begins with `https://` and leads to the public network. Redirects are not followed.
    #[schema(max_length = 500, example = "https://till.example/hooks/sipstr")]
    pub url: String,
    /// Types of `order.`, `delivery.` and `inventory.` events.
    #[schema(min_items = 1, example = json!(["order.confirmed", "order.cancelled"]))]
    pub events: BTreeSet<String>,
    #[schema(max_length = 100)]
    pub note: Option<String>,
}

impl WebhookWanted {
    pub fn check(self, reach: Reach) -> ApiResult<Wanted> {
        let wanted = Wanted { url: self.url, events: self.events, note: self.note };
        wanted.check().map_err(|bad| Problem::invalid(bad.pointer(), bad.to_string()))?;
        reach.check(&wanted.url).map_err(|forbidden| Problem::invalid("/url", forbidden.to_string()))?;
        Ok(wanted)
    }
}

/// What keeps a subscription from being made.
enum Not {
    KeyReused,
    TooMany,
}

/// Lets a partner be told of what happens at the store. The secret that its messages are signed under is in this answer only.
///
/// The same `Idempotency-Key` and body lead to the same subscription, and to its secret as long as it was not rotated.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/webhooks", tag = "Partners", operation_id = "subscribeWebhook",
    params(("storeId" = String, Path), ("Idempotency-Key" = String, Header)),
    request_body = WebhookWanted,
    responses(
        (status = 201, body = WebhookWithSecret),
        (status = 400, body = ProblemBody, description = "`invalid_request`: an address that is not called, an unknown event"),
        (status = 403, body = ProblemBody, description = "`forbidden`: owners only"),
        (status = 404, body = ProblemBody, description = "not your store"),
        (status = 409, body = ProblemBody, description = "`too_many_webhooks`: a store has at most ten"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
    ),
    security(("bearer" = []))
)]
pub async fn subscribe(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf(store): PathOf<StoreId>,
    key: IdempotencyKey,
    Body(wanted): Body<WebhookWanted>,
) -> ApiResult<(StatusCode, Json<WebhookWithSecret>)> {
    staff.may(&store, Permission::ManageWebhooks)?;
    let wanted = wanted.check(state.reach)?;
    let id = SubscriptionId::derive(&[store.as_str(), staff.0.id().as_str(), key.as_str()]);
    let new = Subscription::new(id.clone(), wanted.clone(), EventId::new().suffix().to_owned(), state.clock.now());
    let altered = state.partners.alter(&store, |before| match before.get(&id) {
        Some(made) if made.wanted == wanted => Ok(before.clone()),
        Some(_) => Err(Not::KeyReused),
        None => before.with(new.clone()).ok_or(Not::TooMany),
    });
    let subscriptions = altered.await?.map_err(|not| match not {
        Not::KeyReused => key_reused(),
        Not::TooMany => Problem::conflict("too_many_webhooks", "a store has at most ten"),
    })?;
    let made = subscriptions.get(&id).cloned().ok_or_else(|| Problem::internal("a subscription that is gone"))?;
    tracing::info!(%store, webhook = %id, by = %staff.0.id(), "a partner is to be told");
    let secret = secret_of(&state, &made);
    Ok((StatusCode::CREATED, Json(WebhookWithSecret { webhook: made.into(), secret })))
}

/// The key that signs from now on.
pub fn secret_of(state: &crate::State, subscription: &Subscription) -> String {
    let nonce = subscription.keys.first().map(|key| key.nonce.as_str()).unwrap_or_default();
    PartnerKey::derive(&state.signer, nonce).secret()
}
