//! Who may see and move which order. Another's order does not exist: 404.

use sipstr_domain::account::Role;
use sipstr_domain::order::{Action, Actor, Order, Refusal};
use sipstr_domain::permission::Permission;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{OrderId, StoreId};
use sipstr_http::{ApiResult, Person, Problem, StoreStaff};
use sipstr_storage::audit::SecurityEvent;
use sipstr_storage::orders::{Advance, GiveBack, Orders};

use jiff::Timestamp;

/// The order, if it is this person's or this person is of support or administration. Who asks for another's is told that there
/// is none, and it is written down: ids are not guessed by chance.
pub async fn of_person(state: &crate::State, person: &Person, id: &OrderId) -> ApiResult<Order> {
    let order = state.orders.get(id).await?.ok_or_else(Problem::not_found)?;
    let theirs = order.customer_id == *person.id() && person.has(Role::Customer);
    if theirs || person.has(Role::Support) || person.has(Role::Admin) {
        return Ok(order);
    }
    let mut event = SecurityEvent::new(person.id(), SecurityEventKind::ForeignOrderAsked, state.clock.now());
    event.reason = Some(id.to_string());
    state.audit.note(&event).await?;
    Err(Problem::not_found())
}

/// The order, if it is of this store and the caller may do this there.
pub async fn of_store(
    orders: &Orders,
    staff: &StoreStaff,
    permission: Permission,
    store: &StoreId,
    id: &OrderId,
) -> ApiResult<Order> {
    staff.may(store, permission)?;
    let order = orders.get(id).await?.ok_or_else(Problem::not_found)?;
    if order.store_id == *store { Ok(order) } else { Err(Problem::not_found()) }
}

/// Moves an order on and gives back how it is then; a repeated request finds it so already.
pub async fn advance(
    orders: &Orders,
    give_back: &GiveBack,
    id: &OrderId,
    action: &Action,
    actor: Actor,
    now: Timestamp,
) -> ApiResult<Order> {
    match orders.advance(give_back, id, action, actor, now).await? {
        Advance::Changed(order) | Advance::Unchanged(order) => Ok(*order),
        Advance::NotFound => Err(Problem::not_found()),
        Advance::Refused(refusal) => Err(refused(&refusal)),
    }
}

fn refused(refusal: &Refusal) -> Problem {
    let code = match refusal {
        Refusal::WrongState { .. } => "wrong_state",
        Refusal::WindowOpen => "payment_window_open",
        Refusal::CapturedTwice | Refusal::RefundTooLarge => "payment_mismatch",
        Refusal::RefundPending => "refund_pending",
        Refusal::NotInOrder => "not_in_order",
        Refusal::RefundedBefore => "refunded_before",
    };
    Problem::conflict(code, refusal.to_string())
}
