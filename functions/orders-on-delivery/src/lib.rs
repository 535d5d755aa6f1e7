//! Lets an order catch up with its delivery: fetched, handed over, refused, returned.
//!
//! A message only says which delivery to look at. How many steps the order is behind follows from the two of them as they
//! are then, so that messages may come twice, late or in another order.

mod catch_up;
mod config;

use sipstr_domain::order::{Actor, Order};
use sipstr_events::{Event, Fact};
use sipstr_runtime::{Aws, Clock, HandlerError, count};
use sipstr_storage::deliveries::Deliveries;
use sipstr_storage::orders::{Advance, GiveBack, Orders};

use catch_up::{Behind, catch_up};
pub use config::Config;

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub deliveries: Deliveries,
    pub orders: Orders,
    pub give_back: GiveBack,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self {
            clock: Clock::system(),
            deliveries: Deliveries::new(aws.dynamodb(), &config.deliveries_table),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
            give_back: GiveBack {
                inventory_table: config.inventory_table.clone(),
                promotions_table: config.promotions_table.clone(),
                credits_table: config.credits_table.clone(),
            },
        }
    }
}

pub async fn handle(event: Event, state: &State) -> Result<(), HandlerError> {
    let id = match &event.fact {
        Fact::DeliveryPickedUp(fact)
        | Fact::DeliveryHandedOver(fact)
        | Fact::DeliveryRefused(fact)
        | Fact::DeliveryReturned(fact) => &fact.delivery_id,
        _ => return Ok(()),
    };
    let delivery = state.deliveries.get(id).await?.ok_or("the delivery of an event is not there")?;
    let order = state.orders.get(&delivery.order_id).await?.ok_or("the order of a delivery is not there")?;
    match catch_up(&delivery, order.state) {
        Behind::By(actions) => {
            for action in actions {
                let advance = &state.orders;
                let advance = advance.advance(&state.give_back, &order.id, &action, Actor::Courier, state.clock.now());
                expect_moved(&order, Box::pin(advance).await?)?;
            }
            Ok(())
        }
        Behind::NotReady => Err("the order is not ready yet, though its bottles are on the road".into()),
        Behind::OrderIsOver => {
            // Cancelled in the moment when the courier left: the door refuses, and the bottles come back.
            tracing::warn!(order = %order.id, delivery = %delivery.id, state = order.state.as_str(), "under way without an order");
            count("deliveries_without_order", 1);
            Ok(())
        }
    }
}

fn expect_moved(order: &Order, advance: Advance) -> Result<(), HandlerError> {
    match advance {
        Advance::Changed(_) | Advance::Unchanged(_) => Ok(()),
        Advance::Refused(refusal) => Err(refusal.into()),
        Advance::NotFound => Err(format!("order {} is not there any more", order.id).into()),
    }
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::event::sqs::SqsEvent;

    use super::*;

    #[test]
    fn the_sample_is_a_batch_for_this_function() {
        let sample = include_str!("../../../events/aws/orders-on-delivery.delivery.handed_over.json");
        let batch: SqsEvent = serde_json::from_str(sample).unwrap();
        let event: Event = serde_json::from_str(batch.records[0].body.as_deref().unwrap()).unwrap();
        assert!(matches!(event.fact, Fact::DeliveryHandedOver(_)));
    }
}
