
pub mod check;
pub mod city;
pub mod day;
pub mod greedy;
pub mod instance;
pub mod log;
pub mod mdrp;
pub mod official;
pub mod report;
mod trip;
mod world;

pub use check::{Violation, check};
pub use city::{City, synthetic};
pub use day::{Dispatcher, Rolling, SimError, rush, simulate};
pub use greedy::Greedy;
pub use instance::Instance;
pub use log::DayLog;
pub use mdrp::{ReadError, read};
pub use report::{Report, pooled, report};
