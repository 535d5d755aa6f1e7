//! What every HTTP function speaks: problem details, who may call, cursors, idempotency keys, parsed bodies.

pub mod auth;
pub mod body;
pub mod edit;
pub mod etag;
pub mod idempotency;
mod invitation;
mod mailed;
pub mod openapi;
pub mod page;
pub mod params;
mod partner;
pub mod problem;
mod routes;
pub mod signer;
mod verification;
pub mod visitor;

pub use auth::{Admin, Courier, Current, Customer, InPerson, Office, Person, Public, Recent};
pub use auth::{StoreStaff, SupportAgent, Verifier};
pub use body::{Body, OptionalBody};
pub use idempotency::IdempotencyKey;
pub use invitation::{invitation_of, invitation_token};
pub use mailed::{erasure_of, erasure_token, export_of, export_token, unsubscribe_token, unsubscriber_of};
pub use page::{ListQuery, PageOf};
pub use params::{PathOf, QueryOf};
pub use partner::PartnerKey;
pub use problem::{ApiResult, Problem};
#[cfg(debug_assertions)]
pub use routes::routes;
pub use signer::Signer;
pub use verification::mailed_code;
pub use visitor::Visitor;
