//! Keeps the reserved and sold figures in step with the orders, and notes once that stock has become low.
//!
//! The figures are for people; what may be sold is decided by the buckets, in the transaction that places an order.

mod config;

use sipstr_domain::order::Order;
use sipstr_events::{Event, Fact, OrderFact};
use sipstr_runtime::{Aws, Clock, HandlerError};
use sipstr_storage::inventory::{Inventory, Movement};
use sipstr_storage::orders::Orders;

pub use config::Config;

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub inventory: Inventory,
    pub orders: Orders,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self {
            clock: Clock::system(),
            inventory: Inventory::new(aws.dynamodb(), &config.inventory_table),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
        }
    }
}

/// Moves the figures of each line of the order, once for each order, product and event.
pub async fn handle(event: Event, state: &State) -> Result<(), HandlerError> {
    let Some((fact, sign)) = movement(&event.fact) else { return Ok(()) };
    let order = state.orders.get(&fact.order_id).await?.ok_or("the order of an event is not there")?;
    for line in &order.lines {
        let quantity = i64::from(line.priced.quantity);
        let movement = Movement { reserved: sign.reserved * quantity, sold: sign.sold * quantity };
        let place = (&order.store_id, &line.priced.product_id);
        let cause = (&order.id, event.fact.type_name());
        state.inventory.apply_movement(place, cause, movement, state.clock.now()).await?;
        note_crossing(state, &order, &line.priced.product_id).await?;
    }
    Ok(())
}

/// How one unit moves: reserved when the order is placed, no longer when it is over, sold when it is handed over.
fn movement(fact: &Fact) -> Option<(&OrderFact, Movement)> {
    match fact {
        Fact::OrderPlaced(fact) => Some((fact, Movement { reserved: 1, sold: 0 })),
        Fact::OrderExpired(fact)
        | Fact::OrderPaymentFailed(fact)
        | Fact::OrderCancelled(fact)
        | Fact::OrderReturned(fact) => Some((fact, Movement { reserved: -1, sold: 0 })),
        Fact::OrderDelivered(fact) => Some((fact, Movement { reserved: -1, sold: 1 })),
        _ => None,
    }
}

/// Notes a crossing of the threshold; the condition of the write lets one of many notice it.
async fn note_crossing(state: &State, order: &Order, product: &sipstr_domain::ProductId) -> Result<(), HandlerError> {
    let level = state.inventory.level(&order.store_id, product).await?;
    if let Some((level, low)) = level.and_then(|level| level.crossing().map(|low| (level, low))) {
        state.inventory.mark_low(&level, low).await?;
    }
    Ok(())
}
