//! The referee: replays a plan stop by stop against the problem as the caller stated it. It shares no code and no
//! arrays with the solver, so that a mistake in one is not the other's excuse.

use std::collections::{HashMap, HashSet};

use crate::matrix::Matrix;
use crate::model::{End, Origin, Plan, Problem, Visit};
use crate::report::Cost;

/// What a plan does that the problem forbids.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Violation {
    #[error("route {route} is driven by courier {courier}, who does not exist")]
    UnknownCourier { route: usize, courier: usize },
    #[error("courier {0} drives two routes")]
    TwoRoutes(usize),
    #[error("the route of courier {0} has no visits")]
    EmptyRoute(usize),
    #[error("job {0} does not exist")]
    UnknownJob(usize),
    #[error("place {0} does not exist")]
    UnknownPlace(usize),
    #[error("the costs are not finite")]
    NotFinite,
    #[error("job {0} is visited twice at one end")]
    Repeated(usize),
    #[error("job {0} is picked up and not delivered, or delivered and not picked up, on one route in that order")]
    Torn(usize),
    #[error("job {job} is on another vehicle than that of courier {courier}")]
    OnAnotherVehicle { job: usize, courier: usize },
    #[error("job {job} may not be done by courier {courier}")]
    NotAllowed { job: usize, courier: usize },
    #[error("courier {courier} carries {load} with room for {capacity}")]
    TooFull { courier: usize, load: u64, capacity: u32 },
    #[error("{visit:?} begins at {start}, after {close}")]
    TooLate { visit: Visit, start: f64, close: f64 },
    #[error("courier {courier} is done at {end}, after {close}")]
    ShiftOver { courier: usize, end: f64, close: f64 },
}

/// What the plan costs, or everything that is wrong with it. Sums may differ from a solver's in their last digits.
pub fn check<M: Matrix>(problem: &Problem<M>, plan: &Plan) -> Result<Cost, Vec<Violation>> {
    let mut wrong = Vec::new();
    names(problem, plan, &mut wrong);
    if !wrong.is_empty() {
        // Nothing below can be told of couriers and jobs that do not exist.
        return Err(wrong);
    }
    visits(problem, plan, &mut wrong);
    let mut cost = Cost::default();
    for route in &plan.routes {
        replay(problem, route.courier, &route.visits, &mut cost, &mut wrong);
    }
    let done: HashSet<usize> = plan.routes.iter().flat_map(|route| &route.visits).map(|visit| visit.job()).collect();
    for (index, job) in problem.jobs.iter().enumerate() {
        if !done.contains(&index) {
            cost.left_out += job.penalty;
        }
    }
    if !cost.total().is_finite() {
        wrong.push(Violation::NotFinite);
    }
    if wrong.is_empty() { Ok(cost) } else { Err(wrong) }
}

fn names<M: Matrix>(problem: &Problem<M>, plan: &Plan, wrong: &mut Vec<Violation>) {
    let mut places: Vec<usize> = Vec::new();
    for courier in &problem.couriers {
        places.push(courier.start);
        if let End::At(place) = courier.end {
            places.push(place);
        }
    }
    for job in &problem.jobs {
        places.push(job.delivery.place);
        if let Origin::Pickup(stop) = &job.origin {
            places.push(stop.place);
        }
    }
    wrong.extend(places.into_iter().filter(|&place| place >= problem.matrix.places()).map(Violation::UnknownPlace));
    let mut drivers = HashSet::new();
    for (index, route) in plan.routes.iter().enumerate() {
        if route.courier >= problem.couriers.len() {
            wrong.push(Violation::UnknownCourier { route: index, courier: route.courier });
        }
        if !drivers.insert(route.courier) {
            wrong.push(Violation::TwoRoutes(route.courier));
        }
        if route.visits.is_empty() {
            wrong.push(Violation::EmptyRoute(route.courier));
        }
        let unknown = route.visits.iter().map(|visit| visit.job()).filter(|&job| job >= problem.jobs.len());
        wrong.extend(unknown.map(Violation::UnknownJob));
    }
}

/// Each job is visited at each end once, by one courier who may, and in the right order.
fn visits<M>(problem: &Problem<M>, plan: &Plan, wrong: &mut Vec<Violation>) {
    let mut seen: HashMap<Visit, (usize, usize)> = HashMap::new();
    for (index, route) in plan.routes.iter().enumerate() {
        for (position, &visit) in route.visits.iter().enumerate() {
            if seen.insert(visit, (index, position)).is_some() {
                wrong.push(Violation::Repeated(visit.job()));
            }
        }
    }
    for (index, job) in problem.jobs.iter().enumerate() {
        let (pickup, delivery) = (seen.get(&Visit::Pickup(index)), seen.get(&Visit::Delivery(index)));
        let whole = match (&job.origin, pickup, delivery) {
            (_, None, None) => continue,
            (Origin::OnBoard(_), None, Some(_)) => true,
            (Origin::Pickup(_), Some(first), Some(second)) => first.0 == second.0 && first.1 < second.1,
            _ => false,
        };
        if !whole {
            wrong.push(Violation::Torn(index));
        }
        let Some(&(route, _)) = delivery.or(pickup) else { continue };
        let courier = plan.routes[route].courier;
        match job.origin {
            Origin::OnBoard(holder) if holder != courier => {
                wrong.push(Violation::OnAnotherVehicle { job: index, courier });
            }
            Origin::OnBoard(_) => {}
            Origin::Pickup(_) => {
                let skilled = problem.couriers[courier].skills.0 & job.skills.0 == job.skills.0;
                if !skilled || job.only.is_some_and(|only| only != courier) {
                    wrong.push(Violation::NotAllowed { job: index, courier });
                }
            }
        }
    }
}

fn replay<M: Matrix>(
    problem: &Problem<M>,
    courier: usize,
    visits: &[Visit],
    cost: &mut Cost,
    wrong: &mut Vec<Violation>,
) {
    let row = &problem.couriers[courier];
    let mut load: u64 = 0;
    for job in &problem.jobs {
        if job.origin == Origin::OnBoard(courier) {
            load += u64::from(job.demand);
        }
    }
    let (mut place, mut time) = (row.start, row.shift.open);
    let go = |place: &mut usize, time: &mut f64, to: usize, cost: &mut Cost| {
        let metres = problem.matrix.distance(*place, to);
        let seconds = problem.matrix.duration(*place, to, problem.now);
        cost.distance += metres;
        cost.travel_time += seconds;
        cost.travel += metres * problem.prices.per_metre + seconds * problem.prices.per_second;
        *time += seconds;
        *place = to;
    };
    for &visit in visits {
        let job = &problem.jobs[visit.job()];
        let stop = match (&job.origin, visit) {
            (Origin::Pickup(stop), Visit::Pickup(_)) => stop,
            (_, Visit::Delivery(_)) => &job.delivery,
            // Told above as torn.
            (Origin::OnBoard(_), Visit::Pickup(_)) => continue,
        };
        go(&mut place, &mut time, stop.place, cost);
        if time < stop.window.open {
            time = stop.window.open;
        }
        if exceeds(time, stop.window.close) {
            wrong.push(Violation::TooLate { visit, start: time, close: stop.window.close });
        }
        if time > stop.window.due {
            cost.lateness += time - stop.window.due;
            cost.late += (time - stop.window.due) * stop.window.late_price;
        }
        time += stop.service;
        match visit {
            Visit::Pickup(_) => load += u64::from(job.demand),
            Visit::Delivery(_) => load = load.saturating_sub(u64::from(job.demand)),
        }
        if load > u64::from(row.capacity) {
            wrong.push(Violation::TooFull { courier, load, capacity: row.capacity });
        }
    }
    if let End::At(home) = row.end {
        go(&mut place, &mut time, home, cost);
    }
    if exceeds(time, row.shift.close) {
        wrong.push(Violation::ShiftOver { courier, end: time, close: row.shift.close });
    }
    if time > row.shift.due {
        cost.lateness += time - row.shift.due;
        cost.late += (time - row.shift.due) * row.shift.late_price;
    }
    cost.fixed += row.fixed_cost;
}

/// Later than rounding explains.
fn exceeds(time: f64, close: f64) -> bool {
    time > close + 1e-6 + 1e-12 * time.abs()
}
