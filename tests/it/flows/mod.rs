//! What people do from beginning to end, and what may go wrong on the way.

mod purchase;
mod races;
mod variants;

pub use purchase::to_the_door;
