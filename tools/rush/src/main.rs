//! Simulates ten thousand orders a second for one product; the model is written down in the README.

mod buyers;
mod database;

use buyers::{Outcome, Rush};

/// The most that may be wasted of what is written.
const MOST_WASTED: f64 = 0.03;

/// The least that must be sold a second, of 10,000 asked for: the last buyers find nothing left and take their time.
const LEAST_RATE: f64 = 9_800.0;

const BUCKETS: [u16; 6] = [1, 4, 16, 32, 64, 128];
const BOTTLES: u32 = 20_000;
const ENOUGH: u32 = 1_000_000;

#[allow(clippy::print_stdout, reason = "a tool speaks on its standard output")]
fn main() {
    println!("{BOTTLES} bottles, 10,000 orders a second\n");
    println!(
        "| buckets | sold | oversold | gave up | wasted writes | while there is enough | sold out after | sold a second |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut good = None;
    for buckets in BUCKETS {
        let rush = Rush { buckets, bottles: BOTTLES, rate: 10_000.0, seconds: 6.0, seed: 20_261_128 };
        let (outcome, steady) = (rush.run(), Rush { bottles: ENOUGH, seconds: 1.0, ..rush }.run());
        println!("{}", row(buckets, &outcome, &steady));
        if good.is_none() && outcome.wasted() <= MOST_WASTED && outcome.rate() >= LEAST_RATE {
            good = Some(buckets);
        }
    }
    match good {
        Some(buckets) => println!("\n{buckets} buckets waste at most 3 % and sell 10,000 a second."),
        None => println!("\nNone of these wastes at most 3 % and sells 10,000 a second."),
    }
    println!("\nWhat so many buckets sell with at most 3 % wasted and nobody sent away, while there is enough:\n");
    println!("| buckets | orders a second |\n|---|---|");
    for buckets in BUCKETS {
        println!("| {buckets} | {} |", most_with_little_waste(buckets));
    }
}

fn row(buckets: u16, outcome: &Outcome, steady: &Outcome) -> String {
    let until = outcome.sold_out_after.map_or("not within 6 s".to_owned(), |seconds| format!("{seconds:.2} s"));
    format!(
        "| {buckets} | {} | {} | {} | {:.1} % | {:.1} % | {until} | {:.0} |",
        outcome.sold,
        outcome.oversold(),
        outcome.gave_up,
        100.0 * outcome.wasted(),
        100.0 * steady.wasted(),
        outcome.rate(),
    )
}

/// The highest rate, by halving, that keeps within the limit while there is enough for everybody.
fn most_with_little_waste(buckets: u16) -> u32 {
    let (mut good, mut bad) = (1.0_f64, 20_000.0_f64);
    for _ in 0..9 {
        let rate = (good * bad).sqrt();
        let outcome =
            Rush { buckets, bottles: ENOUGH, rate, seconds: (5_000.0 / rate).clamp(1.0, 60.0), seed: 7 }.run();
        match outcome.wasted() <= MOST_WASTED && outcome.gave_up == 0 {
            true => good = rate,
            false => bad = rate,
        }
    }
    good as u32
}
