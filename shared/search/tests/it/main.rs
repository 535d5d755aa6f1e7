//! The search as its callers see it.

mod choosing;
mod hostile;
mod relevance;
mod shop;
mod snapshots;
mod words;
