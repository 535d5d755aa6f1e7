use axum::Json;
use axum::extract::State;
use http::StatusCode;
use sipstr_domain::partner::{Message, PING, SubscriptionState};
use sipstr_domain::permission::Permission;
use sipstr_domain::{EventId, StoreId, SubscriptionId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, IdempotencyKey, PathOf, Problem, StoreStaff};

use crate::view::MessageView;

/// Sends a message of the type `webhook.ping`, to see whether the partner takes it. The same `Idempotency-Key` is the same message.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/webhooks/{webhookId}/ping", tag = "Partners", operation_id = "pingWebhook",
    params(("storeId" = String, Path), ("webhookId" = String, Path), ("Idempotency-Key" = String, Header)),
    responses(
        (status = 202, body = MessageView),
        (status = 403, body = ProblemBody, description = "`forbidden`: owners only"),
        (status = 404, body = ProblemBody, description = "not your store, or none of its webhooks"),
        (status = 409, body = ProblemBody, description = "`webhook_off`: it is paused or disabled"),
    ),
    security(("bearer" = []))
)]
pub async fn ping_webhook(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, id)): PathOf<(StoreId, SubscriptionId)>,
    key: IdempotencyKey,
) -> ApiResult<(StatusCode, Json<MessageView>)> {
    staff.may(&store, Permission::ManageWebhooks)?;
    let subscriptions = state.partners.of_store(&store).await?;
    let subscription = subscriptions.get(&id).ok_or_else(Problem::not_found)?;
    if subscription.state != SubscriptionState::Active {
        return Err(Problem::conflict("webhook_off", "it is paused or disabled"));
    }
    let now = state.clock.now();
    let event = EventId::derive(&["ping", staff.0.id().as_str(), key.as_str()]);
    let body = format!(r#"{{"type":"{PING}","timestamp":"{now}","data":{{"storeId":"{store}"}}}}"#);
    let message = Message::of((store, id.clone()), &event, PING, body, now);
    let message = match state.partners.tell(&message).await? {
        true => message,
        false => state.partners.message(&id, &message.id).await?.unwrap_or(message),
    };
    Ok((StatusCode::ACCEPTED, Json(message.into())))
}
