//! What to show first, and why: trending, top picks, recommendations, what is bought together, and what reviews are worth.
//!
//! - `ease`: EASE^R (Steck 2019, *Embarrassingly Shallow Autoencoders for Sparse Data*): a closed form over baskets; each
//!   recommendation says which products of the basket speak for it.
//! - `neighbours`: item to item models, EASE^R's and the cosine's (Sarwar et al. 2001), kept small.
//! - `together`: what is bought together, by counting baskets.
//! - `trending`: counts that decay by halves, lazily.
//! - `clicks`, `reviews`: shares and means of few observations (Beta prior; Bayesian mean; Wilson 1927).
//! - `picks`: the Top Picks of a zone, from weighted signals, with the admin's pins and bans.
//!
//! What may not be sold to this customer here and now is left out **before** anything is ranked: every function takes a predicate
//! for it. A brand has a cap. And nothing here knows quantities: a basket of twelve bottles counts as one, so that drinking more
//! is never what gets a product promoted.

mod baskets;
mod clicks;
mod ease;
mod error;
mod format;
mod neighbours;
mod picks;
mod reviews;
mod slate;
mod together;
mod trending;

pub use baskets::Baskets;
pub use clicks::ClickPrior;
pub use ease::{EaseSettings, ease};
pub use error::RankingError;
pub use format::FORMAT_VERSION;
pub use neighbours::{Neighbours, Reason, Recommendation, cosine};
pub use picks::{Candidate, Part, Pick, PickReason, PickSettings, Signal, Weights, top_picks};
pub use reviews::{Ratings, wilson_lower_bound};
pub use slate::Rules;
pub use together::{Together, Togetherness};
pub use trending::{Decayed, Trending};
