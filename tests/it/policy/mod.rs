//! Conventions that are checked instead of remembered.

mod authorisation;
mod infrastructure;
