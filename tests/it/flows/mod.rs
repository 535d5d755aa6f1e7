//! What people do from beginning to end, and what may go wrong on the way.

mod accounts;
mod credit;
mod members;
mod pricing;
mod promotions;
mod provider;
mod purchase;
mod queues;
mod races;
mod second_factors;
mod sessions;
mod variants;
mod webhook_orders;

pub use purchase::to_the_door;
