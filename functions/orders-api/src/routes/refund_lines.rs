use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::order::{Action, Actor, RefundedLine};
use sipstr_domain::{OrderId, ProductId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, InPerson, PathOf, Problem, SupportAgent};
use sipstr_runtime::Clock;
use sipstr_storage::orders::{GiveBack, Orders};

use super::cancel_order::Reason;
use crate::access;
use crate::view::OrderView;

/// How many of each product are paid back in all, with those of before.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinesToRefund {
    #[schema(min_items = 1, max_items = 96)]
    pub lines: Vec<LineToRefund>,
    /// Shown in the timeline; at most 200 characters.
    #[schema(max_length = 200)]
    pub reason: String,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineToRefund {
    pub product_id: ProductId,
    /// The whole number, so that a repeated request pays nothing twice.
    #[schema(minimum = 1, maximum = 99)]
    pub quantity: u32,
}

/// Pays back bottles of a paid order, such as one that was broken: their price, less their discount, with their deposits and
/// taxes. The order goes on.
///
/// The parts of any sequence of refunds add up to the line, to the unit. One refund of an order is on its way at a time.
#[utoipa::path(
    put, path = "/v1/orders/{orderId}/refunds", tag = "Orders", operation_id = "refundOrderLines",
    params(("orderId" = String, Path)),
    request_body = LinesToRefund,
    responses(
        (status = 200, body = OrderView),
        (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`not_while_acting`: support refunds in its own name"),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`wrong_state`, `not_in_order`, `refunded_before`, `refund_pending`, `payment_mismatch`"),
    ),
    security(("bearer" = []))
)]
pub async fn refund_lines(
    InPerson(Current(agent)): InPerson<Current<SupportAgent>>,
    State(orders): State<Orders>,
    State(give_back): State<GiveBack>,
    State(clock): State<Clock>,
    PathOf(id): PathOf<OrderId>,
    Body(request): Body<LinesToRefund>,
) -> ApiResult<Json<OrderView>> {
    let reason = Reason { reason: request.reason }.checked()?;
    let mut named = std::collections::BTreeSet::new();
    for (place, line) in request.lines.iter().enumerate() {
        if line.quantity == 0 || !named.insert(&line.product_id) {
            return Err(Problem::invalid(format!("/lines/{place}"), "must name each product once, at least one of it"));
        }
    }
    if request.lines.is_empty() {
        return Err(Problem::invalid("/lines", "must name what is paid back"));
    }
    let line = |line: LineToRefund| RefundedLine { product_id: line.product_id, quantity: line.quantity };
    let action = Action::RefundLines { lines: request.lines.into_iter().map(line).collect(), reason };
    let order = access::advance(&orders, &give_back, &id, &action, Actor::Support, clock.now()).await?;
    tracing::info!(orderId = %id, by = %agent.0.id(), owed = order.payment.refund_due, "lines were paid back");
    Ok(Json(OrderView::for_customer(order)))
}
