//! Bills as people would reckon them, and bills by the ten thousand.

mod drift;
mod files;
mod ground;
mod known;
mod promoting;
