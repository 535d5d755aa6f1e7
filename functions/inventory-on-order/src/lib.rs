//! Keeps the reserved and sold figures in step with the orders, and notes once that stock has become low.
//!
//! What a courier took is attributed to the lots that end first, and goes back to them when it is brought back.
//!
//! The figures are for people; what may be sold is decided by the buckets, in the transaction that places an order.

mod config;

use sipstr_domain::OrderId;
use sipstr_domain::order::OrderState;
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
    if let Fact::OrderOutForDelivery(fact) | Fact::OrderReturned(fact) = &event.fact {
        lots_follow(&fact.order_id, state).await?;
    }
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

/// Attributes the lines to lots, or gives them back, as the order says now: once for each, however often and in whatever order it is told.
async fn lots_follow(order: &OrderId, state: &State) -> Result<(), HandlerError> {
    let order = state.orders.get(order).await?.ok_or("the order of an event is not there")?;
    let left = order.timeline.iter().find(|step| step.state == OrderState::OutForDelivery);
    let Some(at) = left.map(|step| step.at) else { return Ok(()) };
    for line in &order.lines {
        let (product, quantity) = (&line.priced.product_id, line.priced.quantity);
        let place = (&order.store_id, product);
        match order.state {
            OrderState::Returned => state.inventory.back_on_shelf(place, &order.id, at).await?,
            _ => state.inventory.leave_shelf(place, &order.id, (quantity, at)).await?,
        }
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
