//! Decisions in a small town, properties of all of them, and simulated days.

mod day;
mod decisions;
mod mdrp;
mod properties;
mod town;
