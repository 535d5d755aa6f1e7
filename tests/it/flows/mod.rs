//! What people do from beginning to end, and what may go wrong on the way.

mod provider;
mod purchase;
mod queues;
mod races;
mod variants;
mod webhook_orders;

pub use purchase::to_the_door;
