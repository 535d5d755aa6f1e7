use axum::Json;
use axum::extract::State;
use http::StatusCode;
use sipstr_domain::partner::SubscriptionState;
use sipstr_domain::permission::Permission;
use sipstr_domain::{MessageId, StoreId, SubscriptionId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, ListQuery, PageOf, PathOf, Problem, QueryOf, Signer, StoreStaff};
use sipstr_storage::partners::Partners;

use crate::view::{MessageView, WholeMessage};

/// What a partner was told within thirty days, newest first, and what became of it.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/webhooks/{webhookId}/messages", tag = "Partners", operation_id = "listWebhookMessages",
    params(("storeId" = String, Path), ("webhookId" = String, Path), ListQuery),
    responses(
        (status = 200, body = PageOf<MessageView>),
        (status = 403, body = ProblemBody, description = "`forbidden`: owners only"),
        (status = 404, body = ProblemBody, description = "not your store, or none of its webhooks"),
    ),
    security(("bearer" = []))
)]
pub async fn list_webhook_messages(
    Current(staff): Current<StoreStaff>,
    State(partners): State<Partners>,
    State(signer): State<Signer>,
    PathOf((store, id)): PathOf<(StoreId, SubscriptionId)>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<MessageView>>> {
    staff.may(&store, Permission::ManageWebhooks)?;
    let list = format!("webhook-messages:{id}");
    let (limit, from) = (query.limit()?, query.from(&signer, &list)?);
    known(&partners, &store, &id).await?;
    let page = partners.messages(&id, limit, from).await?;
    Ok(Json(PageOf::of(page, &signer, &list, MessageView::from)))
}

/// One message, with what is sent to the letter.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/webhooks/{webhookId}/messages/{messageId}", tag = "Partners", operation_id = "showWebhookMessage",
    params(("storeId" = String, Path), ("webhookId" = String, Path), ("messageId" = String, Path)),
    responses(
        (status = 200, body = WholeMessage),
        (status = 403, body = ProblemBody, description = "`forbidden`: owners only"),
        (status = 404, body = ProblemBody, description = "not your store, none of its webhooks, or none of its messages"),
    ),
    security(("bearer" = []))
)]
pub async fn show_webhook_message(
    Current(staff): Current<StoreStaff>,
    State(partners): State<Partners>,
    PathOf((store, id, message)): PathOf<(StoreId, SubscriptionId, MessageId)>,
) -> ApiResult<Json<WholeMessage>> {
    staff.may(&store, Permission::ManageWebhooks)?;
    known(&partners, &store, &id).await?;
    let found = partners.message(&id, &message).await?.ok_or_else(Problem::not_found)?;
    let body = found.body.clone();
    Ok(Json(WholeMessage { message: found.into(), body }))
}

/// Sends a message once more, under the same id, whatever became of it. One that is on its way stays as it is.
#[utoipa::path(
    post, path = "/v1/stores/{storeId}/webhooks/{webhookId}/messages/{messageId}/redelivery", tag = "Partners",
    operation_id = "redeliverWebhookMessage",
    params(("storeId" = String, Path), ("webhookId" = String, Path), ("messageId" = String, Path)),
    responses(
        (status = 202, body = MessageView),
        (status = 403, body = ProblemBody, description = "`forbidden`: owners only"),
        (status = 404, body = ProblemBody, description = "not your store, none of its webhooks, or none of its messages"),
        (status = 409, body = ProblemBody, description = "`webhook_off`: it is paused or disabled"),
    ),
    security(("bearer" = []))
)]
pub async fn redeliver_webhook_message(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, id, message)): PathOf<(StoreId, SubscriptionId, MessageId)>,
) -> ApiResult<(StatusCode, Json<MessageView>)> {
    staff.may(&store, Permission::ManageWebhooks)?;
    if known(&state.partners, &store, &id).await? != SubscriptionState::Active {
        return Err(Problem::conflict("webhook_off", "it is paused or disabled"));
    }
    let before = state.partners.message(&id, &message).await?.ok_or_else(Problem::not_found)?;
    let Some(after) = before.again(state.clock.now()) else {
        return Ok((StatusCode::ACCEPTED, Json(before.into())));
    };
    // Whoever was faster has asked for it as well.
    state.partners.advance(&before, &after).await?;
    Ok((StatusCode::ACCEPTED, Json(after.into())))
}

async fn known(partners: &Partners, store: &StoreId, id: &SubscriptionId) -> ApiResult<SubscriptionState> {
    partners.of_store(store).await?.get(id).map(|found| found.state).ok_or_else(Problem::not_found)
}
