//! Typed access to what is stored, an aggregate a file.
//!
//! A write is one conditional write or one transaction. A condition that does not hold is an answer of the function
//! (`OutOfStock`, `Stale`), never an error; an error is what nobody can answer for, such as a table out of reach.

pub mod accounts;
pub mod addresses;
pub mod ages;
pub mod audit;
pub mod books;
pub mod carts;
pub mod catalog;
pub mod ceremonies;
pub mod checkout;
pub mod codes;
pub mod couriers;
pub mod credentials;
pub mod credits;
pub mod deliveries;
pub mod dispatch;
mod error;
pub mod factors;
pub mod federation;
pub mod guest_carts;
pub mod inventory;
mod item;
pub mod jobs;
pub mod limits;
pub mod lists;
pub mod members;
pub mod notifications;
pub mod orders;
pub mod partners;
pub mod passkeys;
pub mod payments;
pub mod pictures;
pub mod placing;
pub mod powers;
pub mod preferences;
pub mod privacy;
pub mod products;
pub mod promotions;
pub mod sessions;
pub mod settings;
pub mod shares;
pub mod sign_on;
pub mod stores;
mod transact;
pub mod watches;

pub use error::StorageError;
pub use item::{Item, Page, PageKey, from_item, image};
pub use transact::Action;

/// DynamoDB, as handed to the aggregates.
pub type Db = aws_sdk_dynamodb::Client;
