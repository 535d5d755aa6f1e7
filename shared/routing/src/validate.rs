//! Refuses what no solver should see, so that everything behind it may rely on finite numbers and known indices.

use crate::error::{Part, RoutingError};
use crate::matrix::Matrix;
use crate::model::{Courier, End, Job, Origin, Plan, Problem, Stop, Window};

/// Beyond these a number is a mistake, and sums would lose their digits.
const LONGEST: f64 = 1e11;
const DEAREST: f64 = 1e12;
/// What is kept as dense arrays: places squared, and jobs times couriers.
const MOST_PLACES: usize = 4_000;
const MOST_PAIRS: usize = 4_000_000;

pub(crate) fn problem<M: Matrix>(problem: &Problem<M>) -> Result<(), RoutingError> {
    if problem.couriers.is_empty() {
        return Err(RoutingError::NoCouriers);
    }
    let (couriers, jobs) = (problem.couriers.len(), problem.jobs.len());
    let places = 2 * (couriers + jobs);
    let distinct = places.min(problem.matrix.places());
    if distinct > MOST_PLACES || jobs.saturating_mul(couriers) > MOST_PAIRS {
        return Err(RoutingError::TooLarge { places: distinct, jobs, couriers });
    }
    number(Part::Now, "now", problem.now, LONGEST)?;
    amount(Part::Prices, "the price of a metre", problem.prices.per_metre, DEAREST)?;
    amount(Part::Prices, "the price of a second", problem.prices.per_second, DEAREST)?;
    let check = Bounds { places: problem.matrix.places(), couriers };
    for (index, courier) in problem.couriers.iter().enumerate() {
        check.courier(Part::Courier(index), courier)?;
    }
    for (index, job) in problem.jobs.iter().enumerate() {
        check.job(index, job)?;
    }
    loads(&problem.couriers, &problem.jobs)
}

/// A plan may be stale or broken, but it must speak of this problem.
pub(crate) fn plan<M: Matrix>(problem: &Problem<M>, plan: &Plan) -> Result<(), RoutingError> {
    for route in &plan.routes {
        if route.courier >= problem.couriers.len() {
            let job = route.visits.first().map_or(0, |visit| visit.job());
            return Err(RoutingError::UnknownCourier { part: Part::Job(job), courier: route.courier });
        }
        if let Some(visit) = route.visits.iter().find(|visit| visit.job() >= problem.jobs.len()) {
            return Err(RoutingError::UnknownJob(visit.job()));
        }
    }
    Ok(())
}

struct Bounds {
    places: usize,
    couriers: usize,
}

impl Bounds {
    fn courier(&self, part: Part, courier: &Courier) -> Result<(), RoutingError> {
        self.place(part, courier.start)?;
        if let End::At(place) = courier.end {
            self.place(part, place)?;
        }
        window(part, &courier.shift)?;
        amount(part, "the fixed cost", courier.fixed_cost, DEAREST)
    }

    fn job(&self, index: usize, job: &Job) -> Result<(), RoutingError> {
        let part = Part::Job(index);
        match &job.origin {
            Origin::Pickup(stop) => self.stop(Part::Pickup(index), stop)?,
            Origin::OnBoard(courier) => self.named(part, *courier)?,
        }
        if let Some(courier) = job.only {
            self.named(part, courier)?;
        }
        self.stop(Part::Delivery(index), &job.delivery)?;
        amount(part, "the penalty", job.penalty, DEAREST)
    }

    fn stop(&self, part: Part, stop: &Stop) -> Result<(), RoutingError> {
        self.place(part, stop.place)?;
        window(part, &stop.window)?;
        amount(part, "the service time", stop.service, LONGEST)
    }

    fn place(&self, part: Part, place: usize) -> Result<(), RoutingError> {
        if place < self.places {
            return Ok(());
        }
        Err(RoutingError::UnknownPlace { part, place, places: self.places })
    }

    fn named(&self, part: Part, courier: usize) -> Result<(), RoutingError> {
        if courier < self.couriers {
            return Ok(());
        }
        Err(RoutingError::UnknownCourier { part, courier })
    }
}

/// A way between two places is usable when it is finite and not negative.
pub(crate) fn way(from: usize, to: usize, distance: f64, duration: f64) -> Result<(), RoutingError> {
    let usable = |value: f64| (0.0..=LONGEST).contains(&value);
    if usable(distance) && usable(duration) {
        return Ok(());
    }
    Err(RoutingError::BadMatrix { from, to })
}

fn loads(couriers: &[Courier], jobs: &[Job]) -> Result<(), RoutingError> {
    let mut loads = vec![0_u64; couriers.len()];
    for job in jobs {
        if let Origin::OnBoard(courier) = job.origin {
            loads[courier] += u64::from(job.demand);
        }
    }
    for (courier, (&load, row)) in loads.iter().zip(couriers).enumerate() {
        if load > u64::from(row.capacity) {
            return Err(RoutingError::Overloaded { courier, load, capacity: row.capacity });
        }
    }
    Ok(())
}

fn window(part: Part, window: &Window) -> Result<(), RoutingError> {
    number(part, "the opening of the window", window.open, LONGEST)?;
    end(part, "the due time of the window", window.due)?;
    end(part, "the close of the window", window.close)?;
    amount(part, "the price of lateness", window.late_price, DEAREST)?;
    if window.open <= window.due && window.due <= window.close {
        return Ok(());
    }
    Err(RoutingError::WindowReversed { part })
}

/// A window may have no end, but it must not end at something that is no number.
fn end(part: Part, what: &'static str, value: f64) -> Result<(), RoutingError> {
    if value == f64::INFINITY { Ok(()) } else { number(part, what, value, LONGEST) }
}

fn number(part: Part, what: &'static str, value: f64, bound: f64) -> Result<(), RoutingError> {
    if value.is_finite() && value.abs() <= bound {
        return Ok(());
    }
    Err(RoutingError::NotANumber { part, what })
}

fn amount(part: Part, what: &'static str, value: f64, bound: f64) -> Result<(), RoutingError> {
    number(part, what, value, bound)?;
    if value >= 0.0 { Ok(()) } else { Err(RoutingError::Negative { part, what }) }
}
