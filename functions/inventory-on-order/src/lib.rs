//! Keeps the reserved and sold figures in step with the orders, and notes once that stock has become low.
//!
//! The figures are for people; what may be sold is decided by the buckets, in the transaction that places an order.

mod config;

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
        state.inventory.refill(place, state.clock.now()).await?;
        state.inventory.note_crossing(place.0, place.1).await?;
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
