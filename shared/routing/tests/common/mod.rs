//! Random problems of a small town, with everything that the model has.

use proptest::prelude::*;
use sipstr_routing::{Courier, End, Exact, Job, Origin, Prices, Problem, Skills, Stop, Window};

const PLACES: usize = 24;

fn window() -> impl Strategy<Value = Window> {
    let open = 0.0..3_000.0_f64;
    prop_oneof![
        (open.clone(), 50.0..2_500.0_f64).prop_map(|(open, length)| Window::hard(open, open + length)),
        (open.clone(), 50.0..2_500.0_f64, 0.0..5.0_f64).prop_map(|(open, length, price)| Window::soft(
            open,
            open + length,
            price
        )),
        open.prop_map(Window::from),
    ]
}

fn stop() -> impl Strategy<Value = Stop> {
    (0..PLACES, window(), 0.0..120.0_f64).prop_map(|(place, window, service)| Stop { place, window, service })
}

fn courier() -> impl Strategy<Value = Courier> {
    let end = prop_oneof![Just(End::Open), (0..PLACES).prop_map(End::At)];
    let shift = (0.0..600.0_f64, 2_000.0..8_000.0_f64, 0.0..3_000.0_f64, 0.0..2.0_f64)
        .prop_map(|(open, due, overtime, late_price)| Window { open, due, close: due + overtime, late_price });
    (0..PLACES, end, shift, 40_u32..80, 0_u64..8, 0.0..500.0_f64).prop_map(
        |(start, end, shift, capacity, skills, fixed_cost)| {
            let skills = Skills(skills);
            Courier { start, end, shift, capacity, skills, fixed_cost }
        },
    )
}

fn job(couriers: usize) -> impl Strategy<Value = Job> {
    let origin = prop_oneof![
        6 => stop().prop_map(Origin::Pickup),
        1 => (0..couriers).prop_map(Origin::OnBoard),
    ];
    let only = prop_oneof![8 => Just(None), 1 => (0..couriers).prop_map(Some)];
    let skills = prop_oneof![3 => Just(0_u64), 1 => 0_u64..4];
    (origin, stop(), 0_u32..3, skills, only, 0.0..20_000.0_f64).prop_map(
        |(origin, delivery, demand, skills, only, penalty)| {
            let skills = Skills(skills);
            Job { origin, delivery, demand, skills, only, penalty }
        },
    )
}

pub fn town() -> impl Strategy<Value = Problem<Exact>> {
    let points = prop::collection::vec((0.0..1_000.0_f64, 0.0..1_000.0_f64), PLACES);
    (1_usize..6).prop_flat_map(move |couriers| {
        let prices = (0.0..2.0_f64, 0.0..2.0_f64).prop_map(|(per_metre, per_second)| Prices { per_metre, per_second });
        let fleet = prop::collection::vec(courier(), couriers);
        (fleet, prop::collection::vec(job(couriers), 0..14), points.clone(), prices).prop_map(
            |(couriers, jobs, points, prices)| {
                let mut problem = Problem::new(couriers, jobs, Exact { points });
                problem.prices = prices;
                problem
            },
        )
    })
}
