//! Where the search begins: the running plan as far as it still holds, and regret insertion for the rest.

use super::insertion::{Chance, Spot};
use super::instance::{delivery, pickup};
use super::recreate::Recreator;
use super::state::State;
use crate::budget::Meter;
use crate::model::{Plan, Visit};

/// Puts the plan's visits into the tours. A job that the plan does not name properly, that its courier may not do, or
/// that breaks a hard window where it stands goes to the pool; the others keep their order.
pub(crate) fn adopt(state: &mut State<'_>, plan: &Plan) {
    for route in &plan.routes {
        let tasks = whole_tasks(state, route.courier, &route.visits);
        let keep = |visit: &&Visit| tasks.contains(&visit.job());
        let nodes: Vec<usize> = route
            .visits
            .iter()
            .filter(keep)
            .filter_map(|visit| match *visit {
                Visit::Pickup(job) => state.instance.tasks[job].has_pickup.then(|| pickup(job)),
                Visit::Delivery(job) => Some(delivery(job)),
            })
            .collect();
        if state.drive(route.courier, &nodes) {
            continue;
        }
        for &task in &tasks {
            let behind = |wanted: usize| standing_before(state, route.courier, &nodes, wanted);
            let after_delivery = behind(delivery(task)) as u32;
            let after_pickup =
                if state.instance.tasks[task].has_pickup { behind(pickup(task)) as u32 } else { after_delivery };
            let mut tried = state.tours[route.courier].clone();
            tried.insert(state.instance, task, after_pickup as usize, after_delivery as usize);
            if tried.refresh(state.instance) {
                state.insert(task, route.courier, Spot { cost: 0.0, after_pickup, after_delivery });
            }
        }
    }
}

/// The tasks of a route that are visited once at each end in the right order, and stand nowhere yet.
fn whole_tasks(state: &State<'_>, vehicle: usize, visits: &[Visit]) -> Vec<usize> {
    let mut tasks = Vec::new();
    for (index, visit) in visits.iter().enumerate() {
        let Visit::Delivery(job) = *visit else { continue };
        let pickups = visits[..index].iter().filter(|&&other| other == Visit::Pickup(job)).count();
        let all = visits.iter().filter(|other| other.job() == job).count();
        let expected = usize::from(state.instance.tasks[job].has_pickup);
        // A pickup that was made since the plan was written may still stand in it.
        let fits = if expected == 1 { pickups == 1 && all == 2 } else { pickups <= 1 && all == pickups + 1 };
        if fits && state.home(job).is_none() && state.instance.may(job, vehicle) {
            tasks.push(job);
        }
    }
    tasks
}

/// The halt behind which `wanted` belongs when the tour is to follow the order of `nodes`.
fn standing_before(state: &State<'_>, vehicle: usize, nodes: &[usize], wanted: usize) -> usize {
    let before = nodes.iter().take_while(|&&node| node != wanted);
    let standing =
        |node: &&usize| state.instance.task_of(**node as u32).is_some_and(|task| state.home(task) == Some(vehicle));
    before.filter(standing).count()
}

/// Puts the pool's tasks where they cost least, the most regretted first.
pub(crate) fn construct(state: &mut State<'_>, recreator: &mut Recreator, meter: &mut Meter<'_>) {
    let mut tasks = state.pool.clone();
    tasks.sort_unstable();
    recreator.regret(state, &mut tasks, 2, None, &mut || !meter.expired());
}

/// Whether a task could be done by somebody who has nothing else to do.
pub(crate) fn alone(idle: &State<'_>, recreator: &mut Recreator, task: usize) -> bool {
    let instance = idle.instance;
    let takes = |tour| recreator.inserter.best(instance, tour, task, f64::INFINITY, Chance::None).is_some();
    idle.tours.iter().filter(|tour| instance.may(task, tour.vehicle as usize)).any(takes)
}
