use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::account::Role;
use sipstr_domain::privacy::{ERASURE_GRACE, is_unfinished};
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{CourierId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Person, Problem, Recent};
use sipstr_storage::audit::SecurityEvent;

/// When an account will be erased.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Erasure {
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
}

/// Asks to be forgotten. The account is disabled at once and erased after fourteen days; until then a mailed token takes the
/// wish back.
///
/// What the law wants kept of orders stays without the person. Not while an order is under way, or while one has duties:
/// staff leaves its stores first, and couriers finish their delivery.
#[utoipa::path(
    delete, path = "/v1/me", tag = "Privacy", operation_id = "askErasure",
    responses(
        (status = 202, body = Erasure),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 409, body = ProblemBody, description = "`orders_open`, `has_duties`, `account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn ask_erasure(
    Recent(person): Recent<Person>,
    State(state): State<crate::State>,
    visitor: Visitor,
) -> ApiResult<(StatusCode, Json<Erasure>)> {
    let (id, now) = (person.id(), state.clock.now());
    let account = state.accounts.get(id).await?.ok_or_else(Problem::unauthenticated)?;
    if account.roles.iter().any(|role| role.is_privileged()) || on_the_road(&state, id, &account.roles).await? {
        let detail = "you have duties here: leave your stores, give back your roles, or finish your delivery first";
        return Err(Problem::conflict("has_duties", detail));
    }
    if has_open_orders(&state, id).await? {
        let detail = "an order of yours is under way, or money is owed to you: please wait for its end";
        return Err(Problem::conflict("orders_open", detail));
    }
    let due = now + ERASURE_GRACE;
    let mut event = SecurityEvent::new(id, SecurityEventKind::ErasureRequested, now);
    (event.device, event.network) = (Some(visitor.device.clone()), visitor.network.clone());
    if !state.accounts.ask_erasure(&account, now, due, state.audit.entry(&event)?).await? {
        return Err(Problem::conflict("account_changed", "the account was changed just now: please try again"));
    }
    state.sessions.end_others(id, None).await?;
    Ok((StatusCode::ACCEPTED, Json(Erasure { due_at: due })))
}

async fn on_the_road(state: &crate::State, id: &UserId, roles: &[Role]) -> ApiResult<bool> {
    if !roles.contains(&Role::Courier) {
        return Ok(false);
    }
    let courier = state.couriers.get(&CourierId::of_user(id)).await?;
    Ok(courier.is_some_and(|courier| courier.on_shift || courier.delivery_id.is_some()))
}

async fn has_open_orders(state: &crate::State, id: &UserId) -> ApiResult<bool> {
    let mut from = None;
    loop {
        let page = state.orders.of_customer(id, 100, from).await?;
        if page.items.iter().any(is_unfinished) {
            return Ok(true);
        }
        from = page.next;
        if from.is_none() {
            return Ok(false);
        }
    }
}
