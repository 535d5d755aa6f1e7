//! Plans a delivery for each paid order, finds a courier when it is ready, and calls it off when the order is.
//!
//! A message only says which order to look at; what is done follows from the order as it is then, so that messages may come
//! twice, late or in another order. Who finds no free courier waits: a sweep looks at the waiting ones every minute.

mod config;
mod plan;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use serde::Deserialize;
use sipstr_domain::delivery::{Delivery, DeliveryAction};
use sipstr_domain::order::Order;
use sipstr_domain::{DeliveryId, OrderId};
use sipstr_events::{Event, Fact};
use sipstr_runtime::{Aws, Clock, Error, HandlerError, count, handle_batch};
use sipstr_storage::dispatch::{Assigned, Dispatch, Moved};
use sipstr_storage::orders::Orders;
use sipstr_storage::stores::Stores;

pub use config::Config;
use plan::{Wanted, planned, wanted};

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub dispatch: Dispatch,
    pub orders: Orders,
    pub stores: Stores,
}

/// What calls this function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Payload {
    Schedule(Schedule),
    Queue(SqsEvent),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    pub sweep: Sweep,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sweep {
    /// Deliveries that wait for a courier.
    Planned,
}

impl State {
    pub fn new(config: &Config, aws: &Aws) -> Self {
        Self {
            clock: Clock::system(),
            dispatch: Dispatch::new(aws.dynamodb(), &config.deliveries_table, &config.couriers_table),
            orders: Orders::new(aws.dynamodb(), &config.orders_table),
            stores: Stores::new(aws.dynamodb(), &config.stores_table),
        }
    }
}

pub async fn handle(payload: Payload, state: &State) -> Result<SqsBatchResponse, Error> {
    match payload {
        Payload::Queue(batch) => Ok(handle_batch(batch, |event| handle_event(event, state)).await),
        Payload::Schedule(Schedule { sweep: Sweep::Planned }) => {
            sweep(state).await?;
            Ok(SqsBatchResponse::default())
        }
    }
}

async fn handle_event(event: Event, state: &State) -> Result<(), HandlerError> {
    match &event.fact {
        Fact::OrderConfirmed(fact)
        | Fact::OrderPreparing(fact)
        | Fact::OrderReady(fact)
        | Fact::OrderExpired(fact)
        | Fact::OrderPaymentFailed(fact)
        | Fact::OrderCancelled(fact) => settle(state, &fact.order_id).await,
        _ => Ok(()),
    }
}

/// Looks at every delivery that waits: somebody may be free by now, or its order may be over.
async fn sweep(state: &State) -> Result<(), HandlerError> {
    let mut failed = None;
    for delivery in state.dispatch.deliveries.open().await? {
        // One that cannot be settled must not keep the others waiting.
        if let Err(error) = settle(state, &delivery.order_id).await {
            tracing::error!(delivery = %delivery.id, cause = %error, "a waiting delivery was not settled");
            failed = Some(error);
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Brings an order's delivery to where the order wants it.
async fn settle(state: &State, id: &OrderId) -> Result<(), HandlerError> {
    let order = state.orders.get(id).await?.ok_or("the order of an event is not there")?;
    match wanted(order.state) {
        Wanted::Nothing => Ok(()),
        Wanted::Planned => plan_delivery(state, &order).await,
        Wanted::Assigned => {
            plan_delivery(state, &order).await?;
            assign(state, &DeliveryId::of_order(id)).await
        }
        Wanted::Cancelled => cancel(state, &DeliveryId::of_order(id)).await,
    }
}

async fn plan_delivery(state: &State, order: &Order) -> Result<(), HandlerError> {
    if state.dispatch.deliveries.get(&DeliveryId::of_order(&order.id)).await?.is_some() {
        return Ok(());
    }
    let store = state.stores.get(&order.store_id).await?.ok_or("the store of an order is not there")?;
    let delivery: Delivery = planned(order, &store, state.clock.now());
    if state.dispatch.deliveries.add(&delivery).await? {
        count("deliveries_planned", 1);
    }
    Ok(())
}

async fn assign(state: &State, id: &DeliveryId) -> Result<(), HandlerError> {
    match state.dispatch.assign(id, None, state.clock.now()).await? {
        Assigned::Moved(Moved::Changed(_)) => count("deliveries_assigned", 1),
        Assigned::NobodyFree => {
            tracing::info!(delivery = %id, "no courier is free: the delivery waits");
            count("deliveries_waiting", 1);
        }
        // Under way or over already: somebody was faster.
        _ => {}
    }
    Ok(())
}

async fn cancel(state: &State, id: &DeliveryId) -> Result<(), HandlerError> {
    let moved = state.dispatch.advance(id, None, &DeliveryAction::Cancel, state.clock.now()).await?;
    if let Moved::Changed(_) = moved {
        count("deliveries_cancelled", 1);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_callers_are_told_apart() {
        let read = |text| serde_json::from_str::<Payload>(text);
        let sweep = read(include_str!("../../../events/aws/deliveries-on-order.schedule.json")).unwrap();
        assert!(matches!(sweep, Payload::Schedule(Schedule { sweep: Sweep::Planned })));
        let Payload::Queue(batch) =
            read(include_str!("../../../events/aws/deliveries-on-order.order.ready.json")).unwrap()
        else {
            panic!("a batch of a queue");
        };
        let event: Event = serde_json::from_str(batch.records[0].body.as_deref().unwrap()).unwrap();
        assert!(matches!(event.fact, Fact::OrderReady(_)));
        for nonsense in ["{}", r#"{"sweep":"expired"}"#, "[]", "null"] {
            assert!(read(nonsense).is_err(), "{nonsense}");
        }
    }
}
