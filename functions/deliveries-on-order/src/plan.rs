//! What an order wants of its delivery.

use jiff::Timestamp;
use sipstr_domain::DeliveryId;
use sipstr_domain::delivery::{Delivery, DeliveryState, DeliveryStep, Pickup};
use sipstr_domain::order::{Order, OrderState};
use sipstr_domain::store::Store;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Nothing,
    Planned,
    /// There is something to fetch.
    Assigned,
    Cancelled,
}

pub const fn wanted(state: OrderState) -> Wanted {
    match state {
        OrderState::Confirmed | OrderState::Preparing => Wanted::Planned,
        OrderState::Ready => Wanted::Assigned,
        OrderState::Cancelled | OrderState::Expired | OrderState::PaymentFailed => Wanted::Cancelled,
        OrderState::PendingPayment
        | OrderState::OutForDelivery
        | OrderState::Delivered
        | OrderState::Returning
        | OrderState::Returned => Wanted::Nothing,
    }
}

pub fn planned(order: &Order, store: &Store, now: Timestamp) -> Delivery {
    Delivery {
        id: DeliveryId::of_order(&order.id),
        version: 1,
        order_id: order.id.clone(),
        store_id: order.store_id.clone(),
        customer_id: order.customer_id.clone(),
        state: DeliveryState::Planned,
        courier_id: None,
        pickup: Pickup { name: store.name.clone(), address: store.address.clone(), location: store.location },
        drop_off: order.destination.clone(),
        refusal: None,
        age_check: None,
        created_at: now,
        timeline: vec![DeliveryStep { at: now, state: DeliveryState::Planned }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_paid_order_has_a_delivery_and_only_a_ready_one_a_courier() {
        for state in OrderState::ALL {
            let wanted = wanted(state);
            assert_eq!(wanted == Wanted::Assigned, state == OrderState::Ready, "{state:?}");
            if state == OrderState::PendingPayment {
                assert_eq!(wanted, Wanted::Nothing);
            }
            if matches!(wanted, Wanted::Planned | Wanted::Assigned) {
                assert!(state.holds_stock(), "{state:?}");
            }
            // Bottles that are on the road or sold are not called back.
            if wanted == Wanted::Cancelled {
                assert!(!state.holds_stock(), "{state:?}");
            }
        }
    }
}
