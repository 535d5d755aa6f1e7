use sipstr_dispatch::sim::*;
use sipstr_dispatch::policy::Policy;
fn main() {
    let dir = std::env::var("MDRP_DIR").unwrap();
    let e = |k: &str, d: f64| std::env::var(k).ok().and_then(|v| v.parse().ok()).unwrap_or(d);
    let mut days = vec![];
    let list = std::env::var("SEEDS").unwrap_or("0 1 2 3 4 5 6 7 8 9".into());
    for seed in list.split_whitespace() {
        let i = read(&std::path::Path::new(&dir).join(format!("{seed}o100t100s1p100"))).unwrap();
        let t = std::time::Instant::now();
        let mut p = Policy::for_mdrp(i.pay, i.service);
        p.weights.lateness = e("WL", p.weights.lateness);
        p.weights.courier_time = e("WC", p.weights.courier_time);
        p.weights.pay = e("WP", p.weights.pay);
        p.weights.fairness = e("WF", p.weights.fairness);
        p.weights.idleness = e("WI", p.weights.idleness);
        p.weights.undelivered = e("WU", p.weights.undelivered);
        p.max_bundle = e("MB", p.max_bundle as f64) as usize;
        p.candidates = e("CA", p.candidates as f64) as usize;
        p.rounds = e("RO", p.rounds as f64) as u32;
        let log = if std::env::var("GREEDY").is_ok() { simulate(&i, &mut Greedy { policy: p }, 1) } else { simulate(&i, &mut Rolling { policy: p }, 1)}.unwrap();
        let r = report::report(&i, &log);
        let v = check(&i, &log);
        println!("{} lb {:.2} c2d {:.2} p90 {:.1} p95 {:.1} und {} cost {:.2} util {:.2} viol {} trips {} {:?}", i.name, i.lower_bound(), r.click_to_door.mean, r.click_to_door.p90, r.click_to_door.p95, r.undelivered, r.cost_an_order(), r.utilisation, v.len(), r.trips, t.elapsed());
        for x in v.iter().take(3) { println!("{x}"); }
        days.push((i, log));
    }
    let refs: Vec<_> = days.iter().map(|(i, l)| (i, l)).collect();
    let r = report::pooled(&refs);
    println!("ALL orders {} c2d {:.2} p90 {:.1} p95 {:.1} und {} cost {:.2}", r.orders, r.click_to_door.mean, r.click_to_door.p90, r.click_to_door.p95, r.undelivered, r.cost_an_order());
    let n = days.len() as f64;
    let seedmean: f64 = refs.iter().map(|(i,l)| report::report(i,l).click_to_door.mean).sum::<f64>()/n;
    let seedcost: f64 = refs.iter().map(|(i,l)| report::report(i,l).cost_an_order()).sum::<f64>()/n;
    let seedlb: f64 = refs.iter().map(|(i,_)| i.lower_bound()).sum::<f64>()/n;
    println!("by seed: mean {seedmean:.2} cost {seedcost:.2} lb {seedlb:.2}");
}
