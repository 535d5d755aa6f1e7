use sipstr_routing::*;
use std::time::Duration;
fn main() {
    let dir = std::env::var("ROUTING_INSTANCES").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/pdptw").into());
    let only = std::env::var("ONLY").unwrap_or_default();
    let seeds: u64 = std::env::var("SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let secs: f64 = std::env::var("SECS").ok().and_then(|s| s.parse().ok()).unwrap_or(1.0);
    let best = std::fs::read_to_string(format!("{}/../../data/pdptw/best_known.csv", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut ok = 0; let mut all = 0; let mut gapsum = 0.0; let mut vsum = 0;
    for row in best.lines().skip(1) {
        let f: Vec<&str> = row.split(',').collect();
        if !only.is_empty() && !only.split('|').any(|o| f[2].starts_with(o)) { continue; }
        let Ok(text) = std::fs::read_to_string(format!("{dir}/{}.txt", f[2])) else { continue };
        let problem = lilim::parse(&text).unwrap();
        let (bv, bd): (usize, f64) = (f[4].parse().unwrap(), f[5].parse().unwrap());
        for seed in 1..=seeds {
            let began = cpu_time::ThreadTime::now();
            let mut clock = || began.elapsed();
            let solution = solve(&problem, &Options { seed, fewest_couriers: true }, Budget::Deadline { limit: Duration::from_secs_f64(secs), clock: &mut clock }).unwrap();
            let cost = check(&problem, &solution.plan).unwrap();
            let v = solution.plan.routes.len();
            let gap = 100.0 * (cost.distance / bd - 1.0);
            let good = v <= bv && gap <= 1.0;
            all += 1; ok += good as u32; vsum += v as i64 - bv as i64; if v <= bv { gapsum += gap; }
            println!("{:10} {v:3}/{:9.2} best {bv:3}/{bd:9.2} {gap:6.2}% at {:.2} it {} un {} {}", f[2], cost.distance, solution.stats.best_progress, solution.stats.iterations, solution.unassigned.len(), if good {""} else {"MISS"});
        }
    }
    println!("{ok}/{all} extra vehicles {vsum} gapsum {gapsum:.2}");
}
