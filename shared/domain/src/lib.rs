//! The business of Sipstr as pure functions and types.
//!
//! Nothing in this crate reads a clock, a network or an environment: the time is an argument, and what must be stored is
//! returned. It depends on nothing of ours, and everything of ours depends on it.

pub mod account;
pub mod cart;
pub mod catalog;
pub mod compliance;
pub mod credit;
pub mod delivery;
pub mod geo;
pub mod id;
pub mod money;
pub mod order;
pub mod payment;
pub mod permission;
pub mod preference;
pub mod pricing;
pub mod promotion;
pub mod security;
pub mod stock;
pub mod store;

pub use id::{
    AddressId, CourierId, DeliveryId, EventId, InvitationId, LedgerEntryId, NotificationId, OrderId, ProductId,
    RefundId, SessionId, StoreId, UserId,
};
pub use money::{Currency, Money};
