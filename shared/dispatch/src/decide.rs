//! From the plan to decisions: what has to be said now is said, everything else may still change.

use std::collections::HashSet;

use sipstr_domain::CourierId;

use crate::candidates::may_carry;
use crate::cost::offer_features;
use crate::decision::{Broadcast, Decision, Explanation, Offer, PostponeReason, Postponement, RunnerUp};
use crate::error::DispatchError;
use crate::plan::Plan;
use crate::policy::Policy;
use crate::problem::{Outcome, Problem, Task};
use crate::route::stops;
use crate::snapshot::{CourierState, OpenOrder, Snapshot};
use crate::time::Time;
use crate::travel::Travel;

/// Decides over every open order of `snapshot`. The same arguments lead to the same decisions.
pub fn decide(
    snapshot: &Snapshot,
    policy: &Policy,
    travel: &dyn Travel,
    now: Time,
) -> Result<Vec<Decision>, DispatchError> {
    policy.check()?;
    snapshot.check(now)?;
    if let Some(courier) =
        snapshot.couriers.iter().find(|courier| courier.record.earned.currency != policy.pay.currency)
    {
        return Err(DispatchError::Currency { courier: courier.id.clone() });
    }
    let pending = |order: &&OpenOrder| order.pending.as_ref().is_some_and(|pending| pending.expires_at > now);
    let asked: HashSet<&CourierId> = snapshot
        .orders
        .iter()
        .filter(pending)
        .filter_map(|order| order.pending.as_ref().map(|pending| &pending.courier))
        .collect();
    let couriers: Vec<&CourierState> =
        snapshot.couriers.iter().filter(|courier| !asked.contains(&courier.id)).collect();
    let mut decisions = vec![];
    let mut open = vec![];
    for order in &snapshot.orders {
        if let Some(pending) = order.pending.as_ref().filter(|pending| pending.expires_at > now) {
            let reason = PostponeReason::OfferPending { courier: pending.courier.clone() };
            decisions.push(postpone(order, pending.expires_at, reason));
        } else {
            open.push(order);
        }
    }
    let problem = Problem::new(open, couriers, &snapshot.acceptance, policy, travel, now);
    let mut plan = Plan::new(&problem);
    let mut rng = fastrand::Rng::with_seed(policy.seed ^ now.0 as u64);
    plan.improve(&problem, &mut rng);
    for courier in 0..problem.couriers.len() {
        speak(&problem, &plan, courier, travel, &mut decisions);
    }
    for order in &plan.left {
        decisions.push(postpone(problem.orders[usize::from(*order)], now + policy.review, PostponeReason::NobodyCan));
    }
    Ok(decisions)
}

fn postpone(order: &OpenOrder, until: Time, reason: PostponeReason) -> Decision {
    Decision::Postpone(Postponement { order: order.id.clone(), until, reason })
}

/// What a courier's queue means for now: an offer of its first task, or patience.
fn speak(problem: &Problem<'_>, plan: &Plan, courier: usize, travel: &dyn Travel, decisions: &mut Vec<Decision>) {
    let Some((first, later)) = plan.queues[courier].tasks.split_first() else { return };
    let (policy, now) = (problem.policy, problem.now);
    let state = problem.couriers[courier];
    let review = now + policy.review;
    let mut at = problem.start(courier);
    let begin = at.clock;
    let Some(outcome) = problem.carry(courier, first, &mut at) else { return };
    // Who fetches what may be ready early is there early.
    let spread = first.fetch().iter().map(|order| problem.orders[usize::from(*order)].ready.spread).max();
    let early = spread.unwrap_or(0).clamp(0, outcome.slack.max(0));
    let leave = begin + (outcome.slack - early) - policy.offer_lead;
    let reachable = state.shift_start <= now && (policy.offer_under_way || state.next_free_at <= now);
    if reachable && leave <= now {
        decisions.push(offer(problem, plan, courier, first, &outcome, travel));
    } else {
        let (until, reason) = if reachable {
            (leave.min(review), PostponeReason::NotReadyYet { courier: state.id.clone() })
        } else {
            (review, PostponeReason::CourierBusy { courier: state.id.clone() })
        };
        let postponed = first.bring().iter().map(|order| problem.orders[usize::from(*order)]);
        decisions.extend(postponed.map(|order| postpone(order, until, reason.clone())));
    }
    let queued = later.iter().flat_map(Task::bring).map(|order| problem.orders[usize::from(*order)]);
    decisions.extend(queued.map(|order| postpone(order, review, PostponeReason::Queued { courier: state.id.clone() })));
}

fn offer(
    problem: &Problem<'_>,
    plan: &Plan,
    courier: usize,
    task: &Task,
    outcome: &Outcome,
    travel: &dyn Travel,
) -> Decision {
    let (policy, now) = (problem.policy, problem.now);
    let state = problem.couriers[courier];
    let orders: Vec<&OpenOrder> = task.bring().iter().map(|order| problem.orders[usize::from(*order)]).collect();
    let most_declined = orders.iter().map(|order| declines(order)).max().unwrap_or(0);
    if orders.len() == 1
        && most_declined >= policy.broadcast_after
        && let Some(broadcast) = broadcast(problem, plan, courier, task.bring()[0], most_declined)
    {
        return Decision::Broadcast(broadcast);
    }
    let depart_at = problem.start(courier).clock;
    let fetch: Vec<usize> =
        task.fetch().iter().filter_map(|order| task.bring().iter().position(|other| other == order)).collect();
    let stops = stops(state, &orders, &fetch, travel, &policy.service, depart_at);
    let why = Explanation {
        terms: outcome.terms,
        runner_up: runner_up(problem, plan, courier, task),
        to_store: outcome.to_store,
        waiting: outcome.slack,
        open_orders: problem.orders.len(),
        couriers: problem.couriers.len(),
        ..Explanation::default()
    };
    let mut offer = Offer {
        courier: state.id.clone(),
        orders: orders.iter().map(|order| order.id.clone()).collect(),
        stops,
        depart_at,
        expires_at: now + policy.offer_expires,
        why,
    };
    offer.why.features = offer_features(&offer, state, &policy.pay, now);
    offer.why.acceptance = problem.acceptance.probability(&offer.why.features);
    Decision::Offer(offer)
}

/// Offers that led to nothing, with the one that has just run out.
fn declines(order: &OpenOrder) -> u32 {
    (order.past.len() + usize::from(order.pending.is_some())) as u32
}

/// Who would have had it otherwise, and what it would have cost.
fn runner_up(problem: &Problem<'_>, plan: &Plan, courier: usize, task: &Task) -> Option<RunnerUp> {
    let others = problem.candidates[usize::from(task.bring()[0])].iter().map(|other| usize::from(*other));
    let cost = |other: usize| {
        let mut at = problem.start(other);
        for queued in &plan.queues[other].tasks {
            problem.carry(other, queued, &mut at)?;
        }
        let may = task.bring().iter().all(|order| {
            may_carry(problem.orders[usize::from(*order)], problem.couriers[other], problem.policy, problem.now)
        });
        let outcome = may.then(|| problem.carry(other, task, &mut at)).flatten()?;
        Some((outcome.terms.total(), other))
    };
    let best = others.filter(|other| *other != courier).filter_map(cost).min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(RunnerUp { courier: problem.couriers[best.1].id.clone(), cost: best.0 })
}

/// Those near who are idle, could bring it, and are not needed for something else; best first.
fn broadcast(problem: &Problem<'_>, plan: &Plan, chosen: usize, order: u16, declined: u32) -> Option<Broadcast> {
    let (policy, now) = (problem.policy, problem.now);
    let idle = |courier: &usize| {
        let state = problem.couriers[*courier];
        let spare = *courier == chosen || plan.queues[*courier].tasks.is_empty();
        spare && state.next_free_at <= now && state.shift_start <= now
    };
    let cost = |courier: usize| {
        let outcome = problem.carry(courier, &Task::one(order), &mut problem.start(courier))?;
        Some((outcome.terms.total(), courier))
    };
    let candidates = problem.candidates[usize::from(order)].iter().map(|courier| usize::from(*courier));
    let mut able: Vec<(f64, usize)> = candidates.filter(idle).filter_map(cost).collect();
    able.sort_by(|a, b| a.0.total_cmp(&b.0));
    able.truncate(policy.broadcast_to);
    (!able.is_empty()).then(|| Broadcast {
        order: problem.orders[usize::from(order)].id.clone(),
        couriers: able.iter().map(|(_, courier)| problem.couriers[*courier].id.clone()).collect(),
        expires_at: now + policy.offer_expires,
        declined,
    })
}
