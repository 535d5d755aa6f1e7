//! The demo city: everything that a freshly started Sipstr needs to look like a working business.
//!
//! [`catalogue()`] gives about 7,000 real products, [`city()`] gives three licensed stores in San Francisco with their
//! assortments, and the people who sell, deliver, support and buy. All of it is pure, embedded and deterministic: the
//! same ids, prices and stock on every machine, so that loading it twice changes nothing.
//!
//! Nothing here is secret and nothing here may reach production: the logins' passwords are public constants. Product
//! names are real; stores, people and licence numbers are invented; people "live" at public libraries, so that no demo
//! order points at somebody's home.

mod draw;
mod money;
mod text;

pub mod catalogue;
pub mod city;

pub use catalogue::{CatalogueEntry, Category, Container, Country, Source, catalogue};
pub use city::{City, city, city_of};
pub use draw::stable_suffix;
