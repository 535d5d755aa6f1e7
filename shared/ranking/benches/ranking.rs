//! How often the next product is guessed, and what that costs: see the README for what is measured and how to change it.
#![allow(clippy::print_stdout, reason = "a benchmark tells its figures")]

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan};
use sipstr_domain::ProductId;
use sipstr_ranking::{Baskets, EaseSettings, Neighbours, Rules, Together, Trending, cosine, ease};

type Failure = Box<dyn std::error::Error>;

/// What is looked at: the held-out product among the first ten.
const TOP: usize = 10;

/// The held-out product, then the rest of its basket.
struct Case {
    held_out: ProductId,
    basket: Vec<ProductId>,
}

fn main() -> Result<(), Failure> {
    let lambda = setting("RANKING_LAMBDA", 200.0) as f32;
    let keep = setting("RANKING_KEEP", 50.0) as usize;
    let half_life = setting("RANKING_HALF_LIFE_BASKETS", 1_000.0);
    let train = read("uci_train.tsv")?;
    let cases: Vec<Case> = read("uci_test_loo.tsv")?
        .into_iter()
        .filter_map(|mut ids| {
            let held_out = (!ids.is_empty()).then(|| ids.remove(0))?;
            Some(Case { held_out, basket: ids })
        })
        .collect();
    let baskets = Baskets::new(train.iter().cloned())?;
    println!(
        "UCI Online Retail: {} baskets, {} products; {} held out",
        train.len(),
        baskets.products().len(),
        cases.len()
    );
    println!(
        "The anchors were measured on a test set of which the given file is a half; the bar is .307 ± .003 and .187 ± .003.\n"
    );
    println!("  {:<44}{:>7}{:>9}{:>9}{:>16}", "", "HR@10", "nDCG@10", "fit, s", "anchor");

    let forever = popular(&train, 1e12)?;
    tell("popularity", by_list(&cases, &forever), None, ".031 / .016");
    let lately = popular(&train, half_life)?;
    tell("decayed popularity", by_list(&cases, &lately), None, ".045 / .023");

    let begun = Instant::now();
    let neighbours = cosine(&baskets);
    let fitted = begun.elapsed();
    tell("item-kNN, cosine", by_model(&cases, &neighbours), Some(fitted), ".193 / .125");

    let begun = Instant::now();
    let full = ease(&baskets, &EaseSettings { lambda, keep: baskets.products().len() })?;
    let fitted = begun.elapsed();
    tell("EASE^R, all weights", by_model(&cases, &full), Some(fitted), ".311 / .189");
    let cut = full.pruned(keep);
    tell(&format!("EASE^R, cut to the {keep} best a row"), by_model(&cases, &cut), None, ".307 / .187");
    drop((full, cut));

    let begun = Instant::now();
    let model = ease(&baskets, &EaseSettings { lambda, keep })?;
    let fitted = begun.elapsed();
    let bytes = model.to_bytes();
    let begun = Instant::now();
    let read = Neighbours::from_bytes(&bytes)?;
    let opened = begun.elapsed();
    tell(
        &format!("EASE^R, {keep} a product, fitted anew, read back"),
        by_model(&cases, &read),
        Some(fitted),
        ".307 / .187",
    );
    println!();

    println!("  {:<44}{:>9}{:>9}", "", "ours", "anchor");
    println!("  {:<44}{:>9.1}{:>9}", "fit, s (bar: < 5)", fitted.as_secs_f64(), "2.3");
    println!("  {:<44}{:>9.2}{:>9}", "model, MB", bytes.len() as f64 / 1e6, "1.3");
    println!("  {:<44}{:>9.2}", "read the model, ms", opened.as_secs_f64() * 1e3);
    let mut times: Vec<Duration> = cases
        .iter()
        .map(|case| {
            let begun = Instant::now();
            std::hint::black_box(read.for_basket(&case.basket, TOP, &Rules::NONE));
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("  {:<44}{:>9.0}", "ten recommendations, p50 µs", times[times.len() / 2].as_secs_f64() * 1e6);
    println!("  {:<44}{:>9.0}", "ten recommendations, p99 µs", times[times.len() * 99 / 100].as_secs_f64() * 1e6);
    let begun = Instant::now();
    let together = Together::new(baskets);
    println!("  {:<44}{:>9.1}", "count what is bought together, s", begun.elapsed().as_secs_f64());
    std::hint::black_box(together.with(&cases[0].held_out, 5, TOP, &Rules::NONE));
    Ok(())
}

fn setting(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn read(file: &str) -> Result<Vec<Vec<ProductId>>, Failure> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/baskets").join(file);
    let line = |line: &str| line.split('\t').map(|code| ProductId::derive(&[code])).collect();
    Ok(std::fs::read_to_string(path)?.lines().map(line).collect())
}

/// All products, the most popular first; a basket is an hour, for the files have an order but no times.
fn popular(train: &[Vec<ProductId>], half_life: f64) -> Result<Vec<ProductId>, Failure> {
    let mut trending = Trending::new(half_life)?;
    let mut now = Timestamp::UNIX_EPOCH;
    for basket in train {
        now = now.checked_add(1.hours())?;
        for product in basket {
            trending.ordered(product.clone(), now);
        }
    }
    Ok(trending.top(now, usize::MAX, |_| true).into_iter().map(|(product, _)| product).collect())
}

fn by_list(cases: &[Case], list: &[ProductId]) -> (f64, f64) {
    measure(cases, |case| list.iter().filter(|id| !case.basket.contains(id)).take(TOP).cloned().collect())
}

fn by_model(cases: &[Case], model: &Neighbours) -> (f64, f64) {
    let products = |case: &Case| {
        let picks = model.for_basket(&case.basket, TOP, &Rules::NONE);
        picks.into_iter().map(|recommendation| recommendation.product).collect()
    };
    measure(cases, products)
}

/// Hit rate and nDCG, of one relevant product each.
fn measure(cases: &[Case], recommend: impl Fn(&Case) -> Vec<ProductId>) -> (f64, f64) {
    let (mut hits, mut gain) = (0.0, 0.0);
    for case in cases {
        if let Some(place) = recommend(case).iter().position(|product| *product == case.held_out) {
            hits += 1.0;
            gain += 1.0 / ((place + 2) as f64).log2();
        }
    }
    (hits / cases.len() as f64, gain / cases.len() as f64)
}

fn tell(what: &str, (hit_rate, ndcg): (f64, f64), fit: Option<Duration>, anchor: &str) {
    let fit = fit.map_or(String::new(), |fit| format!("{:.1}", fit.as_secs_f64()));
    println!("  {what:<44}{hit_rate:>7.3}{ndcg:>9.3}{fit:>9}{anchor:>16}");
}
