//! What people do from beginning to end, and what may go wrong on the way.

mod accounts;
mod assortments;
mod buckets;
mod canaries;
mod carts;
mod catalogue;
mod catalogue_order;
mod credit;
mod federation;
mod guest_carts;
mod keycloak;
mod ledger;
mod links;
mod members;
mod passkeys;
mod pricing;
mod privacy;
mod profiles;
mod promotions;
mod provider;
mod purchase;
mod queues;
mod races;
mod reminders;
mod saved_lists;
mod second_factors;
mod sessions;
mod shared_carts;
mod staff_sign_on;
mod stock_settings;
mod variants;
mod watches;
mod webhook_orders;

pub use purchase::to_the_door;
