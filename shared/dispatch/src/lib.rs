//! Which courier gets which offer, when, alone or bundled; and the simulated day that measures it.
pub mod acceptance;
mod candidates;
pub mod cost;
pub mod decide;
pub mod decision;
pub mod error;
mod legs;
mod plan;
pub mod policy;
mod problem;
pub mod route;
pub mod sim;
pub mod snapshot;
pub mod time;
pub mod travel;
