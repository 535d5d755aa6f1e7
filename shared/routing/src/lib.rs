//! Pickup and delivery with time windows: which courier fetches what, in which order, and what it costs.

mod budget;
mod check;
mod error;
pub mod lilim;
mod matrix;
mod model;
mod report;
mod solver;
mod validate;

pub use budget::Budget;
pub use check::{Violation, check};
pub use error::{FormatError, Part, RoutingError};
pub use matrix::{Exact, Haversine, Matrix, SpeedProfile};
pub use model::{Courier, End, Job, Origin, Plan, Prices, Problem, Route, Skills, Stop, Visit, Window};
pub use report::{Cost, Reason, Solution, Stats, TourReport, Unassigned, VisitReport};
pub use solver::{Options, improve, solve};
