//! The problem as dense arrays: what the search reads millions of times a second.

use crate::error::RoutingError;
use crate::matrix::Matrix;
use crate::model::{Courier, End, Job, Origin, Problem, Stop, Visit, Window};
use crate::validate;

/// A way between two places: what it costs and how long it takes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Arc {
    pub cost: f64,
    pub time: f64,
}

/// A visit to be made: job `j` has the pickup `2j` and the delivery `2j + 1`, courier `v` starts and ends behind them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub place: u32,
    pub open: f64,
    pub due: f64,
    pub close: f64,
    pub late_price: f64,
    pub service: f64,
    /// What it adds to the load.
    pub load: i64,
}

impl Node {
    /// The price of beginning at `time`.
    #[inline]
    pub fn late(&self, time: f64) -> f64 {
        if time > self.due { (time - self.due) * self.late_price } else { 0.0 }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Vehicle {
    pub start: u32,
    pub end: u32,
    pub capacity: i64,
    pub on_board: i64,
    pub fixed: f64,
    /// Couriers of one kind differ in nothing: of those who have nothing to do, the search looks at one.
    pub kind: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Task {
    /// False when it is on board already.
    pub has_pickup: bool,
    pub demand: i64,
    pub penalty: f64,
}

pub(crate) struct Instance {
    pub nodes: Vec<Node>,
    pub tasks: Vec<Task>,
    pub vehicles: Vec<Vehicle>,
    /// Whether a vehicle may do a task: row by task.
    allowed: Vec<bool>,
    places: usize,
    arcs: Vec<Arc>,
    /// The same, turned, so that the ways into a place lie side by side; empty where all ways are as good back as
    /// forth.
    turned: Vec<Arc>,
    /// Whether any lateness has a price.
    pub soft: bool,
}

/// Leaving out what is on board costs the search so much more: it is delivered whatever that costs, if it can be. Of two of which
/// only one can be, the dearer one is; a larger number would swallow the difference.
const MUST: f64 = 1e9;

pub(crate) fn pickup(task: usize) -> usize {
    2 * task
}

pub(crate) fn delivery(task: usize) -> usize {
    2 * task + 1
}

impl Instance {
    pub fn new<M: Matrix>(problem: &Problem<M>) -> Result<Self, RoutingError> {
        validate::problem(problem)?;
        let mut places = Places::default();
        let mut nodes: Vec<Node> = problem.jobs.iter().flat_map(|job| job_nodes(job, &mut places)).collect();
        let mut vehicles: Vec<Vehicle> = Vec::with_capacity(problem.couriers.len());
        for courier in &problem.couriers {
            let start = nodes.len() as u32;
            nodes.extend(courier_nodes(courier, &mut places));
            let capacity = i64::from(courier.capacity);
            let (end, fixed) = (start + 1, courier.fixed_cost);
            vehicles.push(Vehicle { start, end, capacity, on_board: 0, fixed, kind: 0 });
        }
        let nowhere = places.used.len() as u32;
        for node in &mut nodes {
            node.place = node.place.min(nowhere);
        }
        for job in &problem.jobs {
            if let Origin::OnBoard(courier) = job.origin {
                vehicles[courier].on_board += i64::from(job.demand);
            }
        }
        let allowed: Vec<bool> = problem
            .jobs
            .iter()
            .flat_map(|job| problem.couriers.iter().enumerate().map(|(index, courier)| may(job, index, courier)))
            .collect();
        set_kinds(problem, &mut vehicles);
        let (arcs, turned) = places.arcs(problem)?;
        let soft = nodes.iter().any(|node| node.late_price > 0.0 && node.due < f64::INFINITY);
        let tasks = problem.jobs.iter().map(task).collect();
        Ok(Self { nodes, tasks, vehicles, allowed, places: nowhere as usize + 1, arcs, turned, soft })
    }

    pub fn may(&self, task: usize, vehicle: usize) -> bool {
        self.allowed[task * self.vehicles.len() + vehicle]
    }

    #[inline]
    pub fn arc(&self, from: u32, to: u32) -> Arc {
        self.arcs[from as usize * self.places + to as usize]
    }

    /// The ways from a place to every other.
    #[inline]
    pub fn out_of(&self, place: u32) -> &[Arc] {
        let start = place as usize * self.places;
        &self.arcs[start..start + self.places]
    }

    /// The ways from every place to this one.
    #[inline]
    pub fn into(&self, place: u32) -> &[Arc] {
        let arcs = if self.turned.is_empty() { &self.arcs } else { &self.turned };
        let start = place as usize * self.places;
        &arcs[start..start + self.places]
    }

    /// The first visit of a task that is still to be made.
    pub fn first_node(&self, task: usize) -> usize {
        if self.tasks[task].has_pickup { pickup(task) } else { delivery(task) }
    }

    /// The task of a node, unless it is where a tour starts or ends.
    #[inline]
    pub fn task_of(&self, node: u32) -> Option<usize> {
        let task = node as usize / 2;
        (task < self.tasks.len()).then_some(task)
    }

    pub fn visit(&self, node: u32) -> Option<Visit> {
        let task = self.task_of(node)?;
        Some(if node as usize == pickup(task) { Visit::Pickup(task) } else { Visit::Delivery(task) })
    }
}

fn task(job: &Job) -> Task {
    let has_pickup = matches!(job.origin, Origin::Pickup(_));
    let penalty = if has_pickup { job.penalty } else { job.penalty + MUST };
    Task { has_pickup, demand: i64::from(job.demand), penalty }
}

fn may(job: &Job, index: usize, courier: &Courier) -> bool {
    let held = match job.origin {
        // The goods are there: nobody else can bring them, whatever the papers say.
        Origin::OnBoard(holder) => return holder == index,
        Origin::Pickup(_) => job.only.is_none_or(|only| only == index),
    };
    held && courier.skills.include(job.skills) && job.demand <= courier.capacity
}

/// Numbers the places that are used, in the order in which they are met.
#[derive(Default)]
struct Places {
    used: Vec<usize>,
    number: std::collections::HashMap<usize, u32>,
}

impl Places {
    fn number(&mut self, place: usize) -> u32 {
        *self.number.entry(place).or_insert_with(|| {
            self.used.push(place);
            self.used.len() as u32 - 1
        })
    }

    /// The last row and column are the nowhere in which open tours end.
    fn arcs<M: Matrix>(&self, problem: &Problem<M>) -> Result<(Vec<Arc>, Vec<Arc>), RoutingError> {
        let size = self.used.len() + 1;
        let mut arcs = vec![Arc::default(); size * size];
        for (row, &from) in self.used.iter().enumerate() {
            for (column, &to) in self.used.iter().enumerate() {
                let distance = problem.matrix.distance(from, to);
                let time = problem.matrix.duration(from, to, problem.now);
                validate::way(from, to, distance, time)?;
                let cost = problem.prices.per_metre * distance + problem.prices.per_second * time;
                arcs[row * size + column] = Arc { cost, time };
            }
        }
        let even = (0..size).all(|row| (0..row).all(|column| arcs[row * size + column] == arcs[column * size + row]));
        if even {
            return Ok((arcs, Vec::new()));
        }
        let turned = (0..size * size).map(|cell| arcs[cell % size * size + cell / size]).collect();
        Ok((arcs, turned))
    }
}

fn node(place: u32, window: &Window, service: f64, load: i64) -> Node {
    let Window { open, due, close, late_price } = *window;
    Node { place, open, due, close, late_price, service, load }
}

fn job_nodes(job: &Job, places: &mut Places) -> [Node; 2] {
    let demand = i64::from(job.demand);
    let mut at = |stop: &Stop, load| node(places.number(stop.place), &stop.window, stop.service, load);
    let delivery = at(&job.delivery, -demand);
    match &job.origin {
        Origin::Pickup(stop) => [at(stop, demand), delivery],
        // The pickup is over; its node is never visited.
        Origin::OnBoard(_) => [delivery, delivery],
    }
}

fn courier_nodes(courier: &Courier, places: &mut Places) -> [Node; 2] {
    // A shift's lateness and end are those of the last stop; it begins when it begins.
    let start = node(places.number(courier.start), &Window::from(courier.shift.open), 0.0, 0);
    let end = match courier.end {
        End::At(place) => places.number(place),
        End::Open => u32::MAX,
    };
    [start, node(end, &courier.shift, 0.0, 0)]
}

/// Whoever has goods on board, or is named by a job, is one of a kind.
fn set_kinds<M>(problem: &Problem<M>, vehicles: &mut [Vehicle]) {
    let mut special = vec![false; vehicles.len()];
    for job in &problem.jobs {
        if let Origin::OnBoard(courier) = job.origin {
            special[courier] = true;
        }
        if let Some(courier) = job.only {
            special[courier] = true;
        }
    }
    let mut kinds: std::collections::HashMap<[u64; 10], u32> = std::collections::HashMap::new();
    let mut next = 0;
    for (index, courier) in problem.couriers.iter().enumerate() {
        let end = match courier.end {
            End::At(place) => place as u64 + 1,
            End::Open => 0,
        };
        let shift = courier.shift;
        let look = [
            courier.start as u64,
            end,
            shift.open.to_bits(),
            shift.due.to_bits(),
            shift.close.to_bits(),
            shift.late_price.to_bits(),
            u64::from(courier.capacity),
            courier.skills.0,
            courier.fixed_cost.to_bits(),
            if special[index] { index as u64 + 1 } else { 0 },
        ];
        vehicles[index].kind = *kinds.entry(look).or_insert_with(|| {
            next += 1;
            next - 1
        });
    }
}
