//! Why a problem or a plan is refused.

/// Which part of the problem an error speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Courier(usize),
    Pickup(usize),
    Delivery(usize),
    Job(usize),
    Prices,
    Now,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Courier(index) => write!(f, "courier {index}"),
            Self::Pickup(job) => write!(f, "the pickup of job {job}"),
            Self::Delivery(job) => write!(f, "the delivery of job {job}"),
            Self::Job(job) => write!(f, "job {job}"),
            Self::Prices => write!(f, "the prices"),
            Self::Now => write!(f, "the moment of planning"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RoutingError {
    #[error("there is no courier")]
    NoCouriers,
    #[error("{part} names place {place}, and there are {places}")]
    UnknownPlace { part: Part, place: usize, places: usize },
    #[error("{part} names courier {courier}, who does not exist")]
    UnknownCourier { part: Part, courier: usize },
    #[error("the plan names job {0}, which does not exist")]
    UnknownJob(usize),
    #[error("{part}: {what} is not a number within bounds")]
    NotANumber { part: Part, what: &'static str },
    #[error("{part}: {what} must not be negative")]
    Negative { part: Part, what: &'static str },
    #[error("{part}: the window closes before it opens, or is due outside it")]
    WindowReversed { part: Part },
    #[error("from place {from} to place {to} the matrix has no usable distance and duration")]
    BadMatrix { from: usize, to: usize },
    #[error("courier {courier} has {load} on board and room for {capacity}")]
    Overloaded { courier: usize, load: u64, capacity: u32 },
    #[error("{places} places and {jobs} jobs for {couriers} couriers are more than is planned at once")]
    TooLarge { places: usize, jobs: usize, couriers: usize },
}

/// Why a file in the format of Li & Lim is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    #[error("the file is empty")]
    Empty,
    #[error("line {line}: expected {expected} numbers")]
    Line { line: usize, expected: usize },
    #[error("task {task} and its partner do not point at each other")]
    Unpaired { task: usize },
    #[error("{vehicles} vehicles or {tasks} tasks are more than a file of this family has")]
    TooLarge { vehicles: usize, tasks: usize },
}
