//! How far an order is behind its delivery.

use sipstr_domain::delivery::{Delivery, DeliveryState};
use sipstr_domain::order::{Action, OrderState};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// By these steps, in this order; by none where it has caught up.
    By(Vec<Action>),
    /// The store has not marked it ready, so the order's own events are late: try again.
    NotReady,
    /// It was cancelled, or never paid: there is nothing to catch up with.
    OrderIsOver,
}

/// The steps that an order in `state` still has to go.
pub fn catch_up(delivery: &Delivery, state: OrderState) -> Behind {
    let way = way(delivery);
    if way.is_empty() {
        return Behind::By(way);
    }
    let gone = match state {
        OrderState::PendingPayment | OrderState::Confirmed | OrderState::Preparing => return Behind::NotReady,
        OrderState::Cancelled | OrderState::Expired | OrderState::PaymentFailed => return Behind::OrderIsOver,
        OrderState::Ready => 0,
        OrderState::OutForDelivery => 1,
        OrderState::Delivered | OrderState::Returning => 2,
        OrderState::Returned => 3,
    };
    Behind::By(way.into_iter().skip(gone).collect())
}

/// Every step of an order, from ready, that stands for where its delivery is.
fn way(delivery: &Delivery) -> Vec<Action> {
    let refuse = || Action::Refuse {
        reason: delivery
            .refusal
            .map_or_else(|| "refused at the door".to_owned(), |refusal| refusal.as_str().to_owned()),
    };
    match delivery.state {
        DeliveryState::Planned | DeliveryState::Assigned | DeliveryState::Cancelled => vec![],
        DeliveryState::PickedUp => vec![Action::PickUp],
        DeliveryState::HandedOver => vec![Action::PickUp, Action::HandOver],
        DeliveryState::Refused => vec![Action::PickUp, refuse()],
        DeliveryState::Returned => vec![Action::PickUp, refuse(), Action::Return],
    }
}

#[cfg(test)]
mod tests {
    use sipstr_domain::delivery::DoorRefusal;
    use sipstr_testkit::sample;

    use super::*;

    fn delivery(state: DeliveryState) -> Delivery {
        let refused = matches!(state, DeliveryState::Refused | DeliveryState::Returned);
        Delivery { state, refusal: refused.then_some(DoorRefusal::Underage), ..sample::delivery() }
    }

    fn steps(state: DeliveryState, order: OrderState) -> usize {
        match catch_up(&delivery(state), order) {
            Behind::By(actions) => actions.len(),
            other => panic!("{state:?} {order:?}: {other:?}"),
        }
    }

    #[test]
    fn an_order_goes_as_many_steps_as_it_is_behind() {
        assert_eq!(steps(DeliveryState::PickedUp, OrderState::Ready), 1);
        assert_eq!(steps(DeliveryState::HandedOver, OrderState::Ready), 2);
        assert_eq!(steps(DeliveryState::HandedOver, OrderState::OutForDelivery), 1);
        assert_eq!(steps(DeliveryState::HandedOver, OrderState::Delivered), 0);
        assert_eq!(steps(DeliveryState::Refused, OrderState::OutForDelivery), 1);
        assert_eq!(steps(DeliveryState::Returned, OrderState::Ready), 3);
        assert_eq!(steps(DeliveryState::Returned, OrderState::Returning), 1);
        assert_eq!(steps(DeliveryState::Returned, OrderState::Returned), 0);
    }

    #[test]
    fn the_reason_of_the_door_stands_in_the_order() {
        let Behind::By(actions) = catch_up(&delivery(DeliveryState::Returned), OrderState::OutForDelivery) else {
            panic!("two steps behind");
        };
        assert_eq!(actions, [Action::Refuse { reason: "underage".into() }, Action::Return]);
    }

    #[test]
    fn a_repeated_or_late_message_changes_nothing() {
        for state in [OrderState::OutForDelivery, OrderState::Delivered] {
            assert_eq!(steps(DeliveryState::PickedUp, state), 0, "{state:?}");
        }
        for state in OrderState::ALL {
            assert_eq!(steps(DeliveryState::Assigned, state), 0, "{state:?}");
        }
    }

    #[test]
    fn an_order_whose_own_events_are_late_is_tried_again_and_a_dead_one_is_not() {
        let picked_up = delivery(DeliveryState::PickedUp);
        for state in [OrderState::PendingPayment, OrderState::Confirmed, OrderState::Preparing] {
            assert_eq!(catch_up(&picked_up, state), Behind::NotReady);
        }
        for state in [OrderState::Cancelled, OrderState::Expired, OrderState::PaymentFailed] {
            assert_eq!(catch_up(&picked_up, state), Behind::OrderIsOver);
        }
    }
}
