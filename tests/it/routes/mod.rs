//! What single routes answer to what should not be asked.

mod bad_input;
mod lists;
mod tenants;
mod webhooks;
