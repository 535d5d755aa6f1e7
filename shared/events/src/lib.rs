//! The events of Sipstr: facts in the past tense, each made from what was committed.
//!
//! An event carries ids and the facts that routing needs; a consumer reads the present state by the ids. Nothing personal
//! stands in an event. Consumers ignore what they do not know.

pub mod correlation;
mod derive;
mod fact;

pub use derive::{
    AccountChange, of_account, of_cart, of_delivery, of_export, of_heat, of_job, of_level, of_lot, of_message,
    of_order, of_payment, of_product, of_watch,
};
pub use fact::{
    AccountFact, CartFact, DataSchema, DeliveryFact, Event, ExportFact, Fact, HeatFact, InvitationFact, JobFact,
    LotFact, MessageFact, OrderFact, PaymentFact, ProductFact, SecurityFact, StockFact, WatchFact,
};
