//! The business of Sipstr as pure functions and types.
//!
//! Nothing in this crate reads a clock, a network or an environment: the time is an argument, and what must be stored is
//! returned. It depends on nothing of ours, and everything of ours depends on it.

pub mod account;
pub mod age;
pub mod books;
pub mod cart;
pub mod catalog;
pub mod compliance;
pub mod credit;
pub mod delivery;
pub mod geo;
pub mod id;
pub mod job;
pub mod money;
pub mod order;
pub mod partner;
pub mod payment;
pub mod permission;
pub mod picture;
pub mod preference;
pub mod pricing;
pub mod privacy;
pub mod promotion;
pub mod security;
pub mod sign_on;
pub mod stock;
pub mod store;
pub mod terms;
pub mod watch;
pub mod ways_in;

pub use id::{
    AddressId, BrandId, CartId, CategoryId, CourierId, DeliveryId, EventId, ExportId, GroupId, InvitationId, JobId,
    LedgerEntryId, LinkId, ListId, LotId, MessageId, NotificationId, OrderId, PasskeyId, PictureId, ProductId,
    RefundId, SessionId, ShareId, StoreId, SubscriptionId, TransferId, UserId,
};
pub use money::{Currency, Money};
