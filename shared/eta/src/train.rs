//! From delivery records to a model: in the order of time, the last part held out.

use std::marker::PhantomData;

use crate::boost::{Boosting, Forest};
use crate::check::within;
use crate::effects::{Effects, Known, Learning};
use crate::table::Row;
use crate::{Assumptions, DeliveryRecord, EtaError, Features, Model};

/// A delivery cannot pull a leaf further than this.
const MOST_RESIDUAL: f64 = 2.0;

#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    pub seed: u64,
    pub assumptions: Assumptions,
    /// With fewer usable records there is no model.
    pub least_records: usize,
    /// Part of the records, the last in time, that says when to stop and sets the level of both quantiles.
    pub held_out: f64,
    pub most_trees: usize,
    pub most_leaves: usize,
    pub least_rows_of_leaf: usize,
    pub learning_rate: f64,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            seed: 1,
            assumptions: Assumptions::default(),
            least_records: 1_000,
            held_out: 0.15,
            most_trees: 200,
            most_leaves: 16,
            least_rows_of_leaf: 40,
            learning_rate: 0.1,
        }
    }
}

impl Training {
    fn check(&self) -> Result<(), EtaError> {
        self.assumptions.check()?;
        within("held_out", self.held_out, 0.05, 0.5)?;
        within("learning_rate", self.learning_rate, 0.001, 1.0)?;
        within("least_records", self.least_records as f64, 100.0, 1e9)?;
        within("most_trees", self.most_trees as f64, 0.0, 5_000.0)?;
        within("most_leaves", self.most_leaves as f64, 2.0, 200.0)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fitted<F> {
    pub model: Model<F>,
    pub used: usize,
    /// Records that contradict themselves.
    pub skipped: usize,
}

/// The same records, in any order, and the same settings give the same model.
pub fn fit<F: Features>(records: &[DeliveryRecord], training: &Training) -> Result<Fitted<F>, EtaError> {
    training.check()?;
    let mut usable: Vec<&DeliveryRecord> = records.iter().filter(|record| record.check().is_ok()).collect();
    if usable.len() < training.least_records {
        return Err(EtaError::TooFewRecords { needed: training.least_records, found: usable.len() });
    }
    usable.sort_by_cached_key(|record| {
        let trip = record.quoted.trip;
        (F::of(record).at(), record.handed_over_at_epoch_seconds, trip.store, trip.zone, trip.bottles)
    });
    let (known, effects) = habits::<F>(&usable, &training.assumptions);
    let rows_and_targets = usable.iter().zip(known).map(|(record, known)| example::<F>(record, known, training));
    let (rows, targets): (Vec<Row>, Vec<f32>) = rows_and_targets.unzip();
    let held_out_from = ((1.0 - training.held_out) * rows.len() as f64) as usize;
    let forest = |level, seed| {
        let how = Boosting {
            level,
            seed,
            most_trees: training.most_trees,
            most_leaves: training.most_leaves,
            least_rows: training.least_rows_of_leaf,
            learning_rate: training.learning_rate as f32,
        };
        Forest::fit(&rows, &targets, held_out_from, &how)
    };
    let model = Model {
        assumptions: training.assumptions.clone(),
        effects,
        median: forest(0.5, training.seed),
        ninetieth: forest(0.9, training.seed.wrapping_add(1)),
        stage: PhantomData,
    };
    Ok(Fitted { model, used: usable.len(), skipped: records.len() - usable.len() })
}

fn example<F: Features>(record: &DeliveryRecord, known: Known, training: &Training) -> (Row, f32) {
    let features = F::of(record);
    let physics = features.physics(&training.assumptions);
    let expected: f64 = physics.iter().map(|term| term.seconds).sum();
    let residual = (record.took_seconds(features).max(1.0) / expected).ln();
    (features.row(&physics, known), residual.clamp(-MOST_RESIDUAL, MOST_RESIDUAL) as f32)
}

/// For each record the habits that were known when it was asked, and the habits after all of them.
fn habits<F: Features>(in_time: &[&DeliveryRecord], assumptions: &Assumptions) -> (Vec<Known>, Effects) {
    let mut by_end = in_time.to_vec();
    by_end.sort_by_key(|record| record.handed_over_at_epoch_seconds);
    let (mut learning, mut over) = (Learning::default(), by_end.into_iter().peekable());
    let mut known = Vec::with_capacity(in_time.len());
    for record in in_time {
        let asked = F::of(record).at().epoch_seconds;
        while let Some(past) = over.next_if(|past| past.handed_over_at_epoch_seconds <= asked) {
            learning.learn(past, assumptions);
        }
        known.push(learning.known(record.quoted.trip.store, record.quoted.trip.zone));
    }
    over.for_each(|past| learning.learn(past, assumptions));
    (known, learning.finish())
}
