//! Pickup and delivery with time windows: which courier fetches what, in which order, and what it costs.
//!
//! A [`Problem`] has couriers (where they are, their shift, room, skills, what is on board) and jobs (a pickup, or a
//! holder, and a delivery, each with a window that is hard or has a price for lateness). [`solve`] plans from nothing;
//! [`improve`] starts from the running plan. Both stop when the [`Budget`] is used and answer with the best
//! [`Solution`] until then, which tells for every visit when it happens, how late it is and what is on board, and for
//! every job that is left out why. [`check`] judges any plan, in code of its own.
//!
//! ```
//! use sipstr_routing::{Budget, Courier, End, Exact, Job, Options, Origin, Problem, Skills, Stop, Window, check, solve};
//!
//! let points = vec![(0.0, 0.0), (300.0, 0.0), (300.0, 400.0)];
//! let shift = Window::hard(0.0, 3_600.0);
//! let courier = Courier { start: 0, end: End::Open, shift, capacity: 4, skills: Skills::NONE, fixed_cost: 0.0 };
//! let store = Stop { place: 1, window: Window::from(600.0), service: 60.0 };
//! let door = Stop { place: 2, window: Window::soft(0.0, 1_000.0, 0.5), service: 120.0 };
//! let job = Job {
//!     origin: Origin::Pickup(store),
//!     delivery: door,
//!     demand: 1,
//!     skills: Skills::NONE,
//!     only: None,
//!     penalty: 10_000.0,
//! };
//! let problem = Problem::new(vec![courier], vec![job], Exact { points });
//! let solution = solve(&problem, &Options::default(), Budget::Iterations(100))?;
//! assert_eq!(solution.cost.distance, 700.0);
//! assert_eq!(solution.tours[0].visits[1].lateness, 60.0);
//! assert!(check(&problem, &solution.plan).is_ok());
//! # Ok::<(), sipstr_routing::RoutingError>(())
//! ```
//!
//! # How it searches
//! Regret insertion makes a start. Then, again and again, some jobs are taken out and put back, and the result is kept
//! when it is better or, as in simulated annealing, not much worse: adaptive large-neighbourhood search (Ropke &
//! Pisinger, *An adaptive large neighborhood search heuristic for the pickup and delivery problem with time windows*,
//! Transportation Science 40, 2006), with the string removals, the insertion with blinks and the fleet minimisation of
//! Christiaens & Vanden Berghe (*Slack induction by string removals for vehicle routing problems*, Transportation
//! Science 54, 2020). Guided ejection search (Nagata & Bräysy 2009; Nagata & Kobayashi 2010) was built and measured for
//! the fleet first; the absences of string removals found the second courier of lr211 in a fraction of its time. The
//! instances are those of Li & Lim (*A metaheuristic for the pickup and delivery problem with time windows*, ICTAI
//! 2001).
//!
//! # What it assumes
//! Travel times are read once, for a departure at [`Problem::now`]: a plan is remade every few minutes, long before the
//! speed of the hour has changed. Only ways are priced while they are driven, so waiting is free; what waiting costs
//! the customer is the price of lateness.

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
