//! A plan with its times and costs, so that whoever reads it sees why it is what it is.

use crate::matrix::Matrix;
use crate::model::{Courier, End, Origin, Plan, Problem, Route, Stop, Visit, Window};

#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    pub plan: Plan,
    pub cost: Cost,
    /// As in the plan: one for each courier who has something to do.
    pub tours: Vec<TourReport>,
    pub unassigned: Vec<Unassigned>,
    pub stats: Stats,
}

/// What a plan costs, term by term.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cost {
    /// Metres.
    pub distance: f64,
    /// Seconds on the way.
    pub travel_time: f64,
    /// Seconds after due times, whether they have a price or not.
    pub lateness: f64,
    /// The price of metres and seconds.
    pub travel: f64,
    pub late: f64,
    pub fixed: f64,
    /// The penalties of jobs in no route.
    pub left_out: f64,
}

impl Cost {
    pub fn total(&self) -> f64 {
        self.travel + self.late + self.fixed + self.left_out
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.distance += other.distance;
        self.travel_time += other.travel_time;
        self.lateness += other.lateness;
        self.travel += other.travel;
        self.late += other.late;
        self.fixed += other.fixed;
        self.left_out += other.left_out;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct TourReport {
    pub courier: usize,
    pub cost: Cost,
    pub visits: Vec<VisitReport>,
    /// When the courier is done: at the last door, or back.
    pub ends: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VisitReport {
    pub visit: Visit,
    pub arrival: f64,
    /// After waiting for the window to open.
    pub start: f64,
    pub departure: f64,
    /// Seconds after the due time.
    pub lateness: f64,
    /// On the vehicle when it leaves.
    pub load: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unassigned {
    pub job: usize,
    pub reason: Reason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No courier has the skills and the room, or is the one who is asked for.
    NobodyMay,
    /// Nobody can be there within the hard windows, not even one who has nothing else to do.
    OutOfReach,
    /// It could be done, but not beside what is planned, or only for more than its penalty.
    NotWorthIt,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stats {
    pub iterations: u64,
    /// The iteration that found the plan, and the share of the budget that was used then.
    pub best_iteration: u64,
    pub best_progress: f64,
}

pub(crate) fn solution<M: Matrix>(
    problem: &Problem<M>,
    plan: Plan,
    unassigned: Vec<Unassigned>,
    stats: Stats,
) -> Solution {
    let tours: Vec<TourReport> = plan.routes.iter().map(|route| tour(problem, route)).collect();
    let mut cost = Cost::default();
    for tour in &tours {
        cost.add(&tour.cost);
    }
    cost.left_out = unassigned.iter().map(|left| problem.jobs[left.job].penalty).sum();
    Solution { plan, cost, tours, unassigned, stats }
}

fn tour<M: Matrix>(problem: &Problem<M>, route: &Route) -> TourReport {
    let courier = &problem.couriers[route.courier];
    let mut clock = Clock { problem, place: courier.start, time: courier.shift.open, cost: Cost::default() };
    clock.cost.fixed = courier.fixed_cost;
    let mut load = on_board(problem, route.courier);
    let mut visits = Vec::with_capacity(route.visits.len());
    for &visit in &route.visits {
        let Some(stop) = stop(problem, visit) else { continue };
        let arrival = clock.travel(stop.place);
        let start = arrival.max(stop.window.open);
        let lateness = clock.late(&stop.window, start);
        clock.time = start + stop.service;
        let demand = u64::from(problem.jobs[visit.job()].demand);
        load = match visit {
            Visit::Pickup(_) => load + demand,
            Visit::Delivery(_) => load - demand,
        };
        visits.push(VisitReport { visit, arrival, start, departure: clock.time, lateness, load });
    }
    let ends = finish(&mut clock, courier);
    TourReport { courier: route.courier, cost: clock.cost, visits, ends }
}

fn finish<M: Matrix>(clock: &mut Clock<'_, M>, courier: &Courier) -> f64 {
    if let End::At(place) = courier.end {
        clock.time = clock.travel(place);
    }
    clock.late(&courier.shift, clock.time);
    clock.time
}

fn on_board<M>(problem: &Problem<M>, courier: usize) -> u64 {
    let held = problem.jobs.iter().filter(|job| job.origin == Origin::OnBoard(courier));
    held.map(|job| u64::from(job.demand)).sum()
}

fn stop<M>(problem: &Problem<M>, visit: Visit) -> Option<&Stop> {
    let job = &problem.jobs[visit.job()];
    match (visit, &job.origin) {
        (Visit::Delivery(_), _) => Some(&job.delivery),
        (Visit::Pickup(_), Origin::Pickup(stop)) => Some(stop),
        (Visit::Pickup(_), Origin::OnBoard(_)) => None,
    }
}

struct Clock<'a, M> {
    problem: &'a Problem<M>,
    place: usize,
    time: f64,
    cost: Cost,
}

impl<M: Matrix> Clock<'_, M> {
    fn travel(&mut self, place: usize) -> f64 {
        let distance = self.problem.matrix.distance(self.place, place);
        let time = self.problem.matrix.duration(self.place, place, self.problem.now);
        self.place = place;
        self.cost.distance += distance;
        self.cost.travel_time += time;
        self.cost.travel += self.problem.prices.per_metre * distance + self.problem.prices.per_second * time;
        self.time + time
    }

    fn late(&mut self, window: &Window, time: f64) -> f64 {
        let lateness = (time - window.due).max(0.0);
        self.cost.lateness += lateness;
        self.cost.late += lateness * window.late_price;
        lateness
    }
}
