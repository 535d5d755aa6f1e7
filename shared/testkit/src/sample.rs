//! An order and a delivery that a test changes to what it is about.

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::books::Commission;
use sipstr_domain::compliance::Trace;
use sipstr_domain::delivery::{Delivery, DeliveryState, Pickup};
use sipstr_domain::geo::Point;
use sipstr_domain::order::{Order, OrderState};
use sipstr_domain::payment::PaymentSummary;
use sipstr_domain::{Currency, DeliveryId, OrderId, StoreId, UserId};

use crate::address;

/// Where everything of a sample is.
pub fn place() -> Point {
    Point::new(37.79, -122.40).expect("a point")
}

/// An order of Ada's that waits for its payment: no lines, 4.99 of delivery within its 45.98, ten minutes from `placed_at` on.
pub fn order(placed_at: Timestamp) -> Order {
    Order {
        id: OrderId::derive(&["order"]),
        version: 1,
        state: OrderState::PendingPayment,
        customer_id: UserId::derive(&["ada"]),
        store_id: StoreId::derive(&["store"]),
        destination: address(place()),
        currency: Currency::Usd,
        lines: vec![],
        discount: 0,
        delivery_fee: 499,
        service_fee: 0,
        small_order_fee: 0,
        tip: 0,
        total: 4_598,
        credit: 0,
        credit_back: 0,
        taxes: vec![],
        fee_taxes: vec![],
        promo_code: None,
        promotions: vec![],
        commission: Commission::default(),
        payment: PaymentSummary::default(),
        refunds: vec![],
        trace: Trace { rules: "us-ca@test".into(), passed: vec![] },
        request_hash: "hash".into(),
        placed_at,
        expires_at: placed_at + SignedDuration::from_mins(10),
        ready_by: None,
        due: None,
        timeline: vec![],
    }
}

/// The delivery of that order, for which nobody has been asked yet.
pub fn delivery() -> Delivery {
    let order = order(Timestamp::UNIX_EPOCH);
    Delivery {
        id: DeliveryId::of_order(&order.id),
        version: 1,
        order_id: order.id,
        store_id: order.store_id,
        customer_id: order.customer_id,
        state: DeliveryState::Planned,
        courier_id: None,
        pickup: Pickup { name: "Corner Bottles".into(), address: "1 Market St".into(), location: place() },
        drop_off: order.destination,
        refusal: None,
        age_check: None,
        created_at: order.placed_at,
        timeline: vec![],
    }
}
