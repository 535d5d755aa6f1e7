//! Partners of a store, such as its till or its shop system: what they want to hear of, and how often they are told again.
//!
//! The form is that of Standard Webhooks (<https://github.com/standard-webhooks/standard-webhooks>), so that partners verify with
//! a library that exists.

mod message;
mod subscription;

pub use message::{Attempt, KEPT, Message, MessageState, Miss, PING, RETRIES};
pub use subscription::{
    BadSubscription, Key, MOST_SUBSCRIPTIONS, OVERLAP, Subscription, SubscriptionState, Subscriptions, Wanted,
};

/// What partners may hear of. That an order was placed is not among it: until it is confirmed, it is the customer's business. A
/// cancellation is told of even so where nothing was confirmed before.
pub const EVENTS: &[&str] = &[
    "order.confirmed",
    "order.preparing",
    "order.ready",
    "order.out_for_delivery",
    "order.delivered",
    "order.cancelled",
    "order.returning",
    "order.returned",
    "order.refund_due",
    "order.refunded",
    "delivery.planned",
    "delivery.assigned",
    "delivery.picked_up",
    "delivery.handed_over",
    "delivery.refused",
    "delivery.returned",
    "delivery.cancelled",
    "inventory.low",
    "inventory.back",
];
