//! What tests are told in: a [`World`] on a running stack, with people who act through the public edge.
//!
//! The stack is the one that `SIPSTR_STACK` names (a `stack.json`). Tests share it and stay apart by fresh ids: each makes
//! its own store, in a place of its own. Only what has no public way is arranged through storage: stores and their
//! assortment, roles, and the passing of time.
//!
//! A helper that finds something else than the story says panics, because then the test has failed.

mod api;
mod arrange;
mod authenticator;
mod faults;
mod houses;
mod logs;
mod mailbox;
mod people;
mod queue;
pub mod sample;
mod shop;
mod stack;
mod stripe;
mod time;
mod world;

pub use api::{Answer, Api};
pub use arrange::{Demand, Shop, ShopSpec, listing, store_somewhere};
pub use authenticator::Authenticator;
pub use faults::{Fault, Faults};
pub use houses::{APP_PAGE, Departure, WEB_PAGE};
pub use people::{PASSWORD, Person, address};
pub use queue::ImpatientQueue;
pub use stack::Stack;
pub use world::World;
