//! How far estimates are off, how often the 90th percentile holds, and what an answer costs, in the synthetic city.
//!
//! `cargo bench -p sipstr-eta`; `ORDERS_EACH_DAY`, `TRAINING_DAYS`, `SEED` and `SHIFT` by environment.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]

#[path = "../synthetic/mod.rs"]
mod synthetic;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use sipstr_eta::{
    Accepted, Assigned, Assumptions, Calibration, DeliveryRecord, EtaError, Features, Model, PickedUp, Quoted, Told,
    Training, fit,
};
use synthetic::{City, DAY, FIRST_MIDNIGHT};

const DAYS_BEFORE_SHIFT: i64 = 14;
const DAYS_AFTER_SHIFT: i64 = 14;

fn setting<T: std::str::FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Errors and kept promises over some days.
#[derive(Default)]
struct Score {
    count: f64,
    physics: f64,
    rescaled: f64,
    model_alone: f64,
    calibrated: f64,
    /// p90 over p50: keeping promises is easy for who promises little.
    spread: f64,
    kept: BTreeMap<u64, (f64, f64)>,
}

impl Score {
    fn coverage(&self) -> (f64, f64, f64) {
        let parts = self.kept.values().map(|(kept, all)| 100.0 * kept / all);
        let (kept, all) = self.kept.values().fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        (parts.clone().fold(f64::MAX, f64::min), parts.fold(0.0, f64::max), 100.0 * kept / all)
    }
}

struct Bench {
    records: Vec<DeliveryRecord>,
    training_until: i64,
    shift_at: i64,
}

/// An outcome that is not known yet.
struct Open {
    known_at: i64,
    told: Told,
    took: f64,
}

impl Bench {
    /// Goes through the days after training in the order of time; an outcome is learnt when it is known, never before.
    fn replay<F: Features>(&self, model: &Model<F>, factor: f64) -> Result<[Score; 2], EtaError> {
        let mut calibration = Calibration::default();
        let mut scores = [Score::default(), Score::default()];
        let mut open: BTreeMap<(i64, usize), Open> = BTreeMap::new();
        let mut in_time: Vec<&DeliveryRecord> = self.records.iter().collect();
        in_time.sort_by_key(|record| F::of(record).at());
        for (number, record) in in_time.into_iter().enumerate() {
            let features = F::of(record);
            let at = features.at().epoch_seconds;
            if record.quoted.at.epoch_seconds < self.training_until {
                continue;
            }
            while let Some(first) = open.first_entry().filter(|first| first.get().known_at <= at) {
                let over = first.remove();
                calibration.learn(&over.told, over.took, over.known_at)?;
            }
            let estimate = model.predict(features, &calibration)?;
            let took = record.took_seconds(features);
            let score = &mut scores[usize::from(at >= self.shift_at)];
            score.count += 1.0;
            score.physics += (estimate.physics_seconds - took).abs();
            score.rescaled += (estimate.physics_seconds * factor - took).abs();
            score.model_alone += (estimate.told.model_p50_seconds - took).abs();
            score.calibrated += (estimate.p50_seconds - took).abs();
            score.spread += estimate.p90_seconds / estimate.p50_seconds;
            let kept = score.kept.entry(features.trip().zone.0).or_default();
            *kept = (kept.0 + f64::from(u8::from(took <= estimate.p90_seconds)), kept.1 + 1.0);
            let known_at = record.handed_over_at_epoch_seconds;
            open.insert((known_at, number), Open { known_at, told: estimate.told, took });
        }
        Ok(scores)
    }

    fn stage<F: Features>(&self) -> Result<(), EtaError> {
        let past: Vec<DeliveryRecord> = self
            .records
            .iter()
            .filter(|record| record.handed_over_at_epoch_seconds < self.training_until)
            .cloned()
            .collect();
        let start = Instant::now();
        let model = fit::<F>(&past, &Training::default())?.model;
        let fit_seconds = start.elapsed().as_secs_f64();
        let bytes = model.to_bytes().len();
        let scores = self.replay(&model, factor::<F>(&past)?)?;
        for (when, score) in ["before the shift", "after the shift"].into_iter().zip(&scores) {
            let minutes = |sum: f64| sum / score.count / 60.0;
            let gain = 100.0 * (1.0 - score.calibrated / score.physics);
            let (least, most, all) = score.coverage();
            println!(
                "{:<9} {when:<16} {:>7.2} {:>8.2} {:>6.2} {:>10.2} {gain:>5.1} %  {all:>5.1} % ({least:.1} to {most:.1})  {:.2}",
                format!("{:?}", F::STAGE),
                minutes(score.physics),
                minutes(score.rescaled),
                minutes(score.model_alone),
                minutes(score.calibrated),
                score.spread / score.count,
            );
        }
        println!(
            "{:<9} {:.0} KB, fitted in {fit_seconds:.1} s, {:.1} µs an answer",
            "",
            bytes as f64 / 1e3,
            self.micros(&model)?
        );
        Ok(())
    }

    fn micros<F: Features>(&self, model: &Model<F>) -> Result<f64, EtaError> {
        let mut calibration = Calibration::default();
        let sample = &self.records[self.records.len().saturating_sub(10_000)..];
        for record in sample {
            let features = F::of(record);
            let told = model.predict(features, &calibration)?.told;
            calibration.learn(&told, record.took_seconds(features), record.handed_over_at_epoch_seconds)?;
        }
        let start = Instant::now();
        for record in sample {
            black_box(model.predict(black_box(F::of(record)), &calibration)?);
        }
        Ok(start.elapsed().as_secs_f64() * 1e6 / sample.len() as f64)
    }
}

/// The one number that mends physics best, so that the gain is not only that of a scale: the median of actual over expected.
fn factor<F: Features>(past: &[DeliveryRecord]) -> Result<f64, EtaError> {
    let (physics, nothing) = (Model::<F>::untrained(Assumptions::default())?, Calibration::default());
    let ratio = |record: &DeliveryRecord| {
        let features = F::of(record);
        physics.predict(features, &nothing).map(|estimate| record.took_seconds(features) / estimate.physics_seconds)
    };
    let mut ratios = past.iter().map(ratio).collect::<Result<Vec<f64>, _>>()?;
    ratios.sort_by(f64::total_cmp);
    Ok(ratios[ratios.len() / 2])
}

fn main() -> Result<(), EtaError> {
    let training_days = setting("TRAINING_DAYS", 42);
    let shift_day = training_days + DAYS_BEFORE_SHIFT;
    let shift: f64 = setting("SHIFT", 1.35);
    let city = City {
        seed: setting("SEED", 7),
        days: shift_day + DAYS_AFTER_SHIFT,
        orders_each_day: setting("ORDERS_EACH_DAY", 900),
        shift: Some((shift_day, shift)),
    };
    let bench = Bench {
        records: city.deliveries(),
        training_until: FIRST_MIDNIGHT + training_days * DAY,
        shift_at: FIRST_MIDNIGHT + shift_day * DAY,
    };
    println!(
        "{} deliveries; trained on {training_days} days, then {DAYS_BEFORE_SHIFT} days, then {DAYS_AFTER_SHIFT} days on which rides take {shift} times as long",
        bench.records.len()
    );
    println!(
        "bars: gain at least 20 %, coverage 88 to 92 % in each zone, under 1,000 µs; mean absolute errors in minutes"
    );
    println!("stage     when             physics rescaled  model calibrated   gain   q90 kept (zones)         p90/p50");
    bench.stage::<Quoted>()?;
    bench.stage::<Accepted>()?;
    bench.stage::<Assigned>()?;
    bench.stage::<PickedUp>()
}
