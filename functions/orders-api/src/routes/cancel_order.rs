use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::OrderId;
use sipstr_domain::order::{Action, Actor};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, InPerson, PathOf, Person, Problem};

use crate::access;
use crate::view::OrderView;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reason {
    /// Shown in the timeline; at most 200 characters.
    #[schema(max_length = 200)]
    pub reason: String,
}

impl Reason {
    pub fn checked(self) -> ApiResult<String> {
        let reason = self.reason.trim();
        if reason.is_empty() || reason.chars().count() > 200 || reason.chars().any(char::is_control) {
            return Err(Problem::invalid("/reason", "must be 1 to 200 characters without control characters"));
        }
        Ok(reason.to_owned())
    }
}

/// Cancels an order before a courier has it: the bottles go back to the shelf and the money to the customer.
///
/// For its customer and for support. A cancelled order stays cancelled: a repeated request answers the same.
#[utoipa::path(
    post, path = "/v1/orders/{orderId}/cancel", tag = "Orders", operation_id = "cancelOrder",
    params(("orderId" = String, Path)),
    request_body = Reason,
    responses(
        (status = 200, body = OrderView),
        (status = 403, body = ProblemBody, description = "`not_while_acting`: support cancels in its own name"),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`wrong_state`: it is on its way or over"),
    ),
    security(("bearer" = []))
)]
pub async fn cancel_order(
    InPerson(person): InPerson<Person>,
    State(state): State<crate::State>,
    PathOf(id): PathOf<OrderId>,
    Body(reason): Body<Reason>,
) -> ApiResult<Json<OrderView>> {
    let reason = reason.checked()?;
    let order = access::of_person(&state, &person, &id).await?;
    let actor = if order.customer_id == *person.id() { Actor::Customer } else { Actor::Support };
    let action = Action::Cancel { reason };
    let order = access::advance(&state.orders, &state.give_back, &id, &action, actor, state.clock.now()).await?;
    Ok(Json(OrderView::for_customer(order)))
}
