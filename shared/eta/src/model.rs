//! The model of one stage, and the estimate that explains itself.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::boost::Forest;
use crate::bytes::{Kind, Reader, Writer};
use crate::check::within;
use crate::effects::Effects;
use crate::physics::Term;
use crate::{Assumptions, Calibration, EtaError, Features, Moment, Zone};

/// The correction stays between a seventh and seven times physics, whatever a tree says.
const MOST_CORRECTION: f64 = 2.0;
/// What may have changed since: not more than double, or half.
pub(crate) const MOST_BIAS: f64 = 0.7;
const MOST_MARGIN: f64 = 1.5;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// As many deliveries take longer as shorter.
    pub p50_seconds: f64,
    /// One delivery in ten takes longer.
    pub p90_seconds: f64,
    pub physics_seconds: f64,
    /// Their sum is `p50_seconds`: the parts of physics, the correction, the calibration.
    pub terms: Vec<Term>,
    /// To be kept until the hand-over, for [`Calibration::learn`].
    pub told: Told,
}

/// What was said and on what ground.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub zone: Zone,
    pub at: Moment,
    pub model_p50_seconds: f64,
    /// With the bias and without the conformal margin.
    pub unwidened_p90_seconds: f64,
    pub p90_seconds: f64,
    /// Of the zone, as a logarithm.
    pub zone_bias: f64,
}

impl Told {
    pub(crate) fn check(&self) -> Result<(), EtaError> {
        self.at.check()?;
        within("model_p50_seconds", self.model_p50_seconds, 0.01, 1e9)?;
        within("unwidened_p90_seconds", self.unwidened_p90_seconds, 0.01, 1e9)?;
        within("p90_seconds", self.p90_seconds, 0.01, 1e9)?;
        within("zone_bias", self.zone_bias, -MOST_BIAS, MOST_BIAS)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Model<F> {
    pub(crate) assumptions: Assumptions,
    pub(crate) effects: Effects,
    pub(crate) median: Forest,
    pub(crate) ninetieth: Forest,
    pub(crate) stage: PhantomData<F>,
}

impl<F: Features> Model<F> {
    /// For a city without any delivery yet: physics, and a spread that is guessed.
    pub fn untrained(assumptions: Assumptions) -> Result<Self, EtaError> {
        assumptions.check()?;
        Ok(Self {
            effects: Effects::default(),
            median: Forest::constant(0.0),
            ninetieth: Forest::constant(assumptions.untrained_spread.ln() as f32),
            assumptions,
            stage: PhantomData,
        })
    }

    pub fn predict(&self, features: &F, calibration: &Calibration<F>) -> Result<Estimate, EtaError> {
        features.check()?;
        let (at, zone) = (features.at(), features.trip().zone);
        let mut terms = features.physics(&self.assumptions);
        let physics_seconds: f64 = terms.iter().map(|term| term.seconds).sum();
        let row = features.row(&terms, self.effects.known(features.trip().store, zone));
        let median = self.median.value(&row).clamp(-MOST_CORRECTION, MOST_CORRECTION);
        let ninetieth = self.ninetieth.value(&row).clamp(median, MOST_CORRECTION.max(median) + MOST_MARGIN);
        let since = calibration.correction(zone, at);
        let zone_bias = since.zone.clamp(-MOST_BIAS, MOST_BIAS);
        let bias = (zone_bias + since.hour).clamp(-MOST_BIAS, MOST_BIAS);
        let model_p50_seconds = physics_seconds * median.exp();
        let p50_seconds = model_p50_seconds * bias.exp();
        let unwidened_p90_seconds = physics_seconds * (ninetieth + bias).exp();
        let margin = since.margin.clamp(-MOST_MARGIN, MOST_MARGIN);
        let p90_seconds = (unwidened_p90_seconds * margin.exp()).max(p50_seconds);
        terms.push(Term { name: "correction", seconds: model_p50_seconds - physics_seconds });
        terms.push(Term { name: "calibration", seconds: p50_seconds - model_p50_seconds });
        let told = Told { zone, at, model_p50_seconds, unwidened_p90_seconds, p90_seconds, zone_bias };
        Ok(Estimate { p50_seconds, p90_seconds, physics_seconds, terms, told })
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Writer::new(Kind::Model, F::STAGE);
        self.assumptions.numbers().into_iter().for_each(|number| to.f64(number));
        self.effects.write(&mut to);
        self.median.write(&mut to);
        self.ninetieth.write(&mut to);
        to.finish()
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EtaError> {
        let mut from = Reader::open(bytes, Kind::Model, F::STAGE)?;
        let numbers = (0..Assumptions::COUNT).map(|_| from.finite_f64()).collect::<Result<Vec<_>, _>>()?;
        let assumptions = Assumptions::from_numbers(&numbers).ok_or(EtaError::Corrupt("assumptions are missing"))?;
        assumptions.check()?;
        let model = Self {
            assumptions,
            effects: Effects::read(&mut from)?,
            median: Forest::read(&mut from)?,
            ninetieth: Forest::read(&mut from)?,
            stage: PhantomData,
        };
        from.end()?;
        Ok(model)
    }
}
