//! What has changed since the model was trained, by zone and hour of the day.
//!
//! The bias is a mean of `ln(actual / model)` in which old deliveries fade (an exponentially weighted average in time). The zone's follows within
//! hours and is shrunk to that of all zones; the hour's follows over weeks, and holds what the zone's had not covered when it was told.
//! Faded sums may be added in any order, so late messages do no harm. One delivery is to be learnt once: the caller leaves repeats out.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use crate::bytes::{Kind, Reader, Writer};
use crate::check::{MOST_SECONDS, instant, within};
use crate::conformal::Conformal;
use crate::model::MOST_BIAS;
use crate::{EtaError, Features, Moment, Told, Zone};

const ZONE_FADES_IN_SECONDS: f64 = 6.0 * 3_600.0;
const HOUR_FADES_IN_SECONDS: f64 = 14.0 * 86_400.0;
/// Deliveries that weigh as much as the belief of the level above.
const PRIOR: f64 = 15.0;
/// One delivery cannot say more than this beyond what was told: the tail is long on one side only, and the median is sought.
const MOST_SURPRISE: f64 = 0.25;
/// Of more zones the longest untouched is forgotten. So many, each with a full window of scores, fit into one item of 400 KB.
const MOST_ZONES: usize = 250;

/// A sum whose parts fade.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Faded {
    weight: f64,
    sum: f64,
    at: i64,
}

impl Faded {
    fn left(from: i64, to: i64, fades_in: f64) -> f64 {
        (-(to.saturating_sub(from).max(0) as f64) / fades_in).exp()
    }

    fn add(&mut self, value: f64, at: i64, fades_in: f64) {
        let (kept, new) = (Self::left(self.at, at, fades_in), Self::left(at, self.at, fades_in));
        self.weight = self.weight * kept + new;
        self.sum = self.sum * kept + value * new;
        self.at = self.at.max(at);
    }

    fn mean(&self, at: i64, fades_in: f64, belief: f64) -> f64 {
        let left = Self::left(self.at, at, fades_in);
        (self.sum * left + PRIOR * belief) / (self.weight * left + PRIOR)
    }

    fn write(&self, to: &mut Writer) {
        to.f64(self.weight);
        to.f64(self.sum);
        to.i64(self.at);
    }

    fn read(from: &mut Reader) -> Result<Self, EtaError> {
        let faded = Self { weight: from.finite_f64()?, sum: from.finite_f64()?, at: from.i64()? };
        let sound = faded.weight >= 0.0 && faded.sum.abs() <= faded.weight * (MOST_BIAS + MOST_SURPRISE) + 1e-6;
        if sound { Ok(faded) } else { Err(EtaError::Corrupt("a bias is out of range")) }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
struct ZoneState {
    now: Faded,
    hours: [Faded; 24],
    conformal: Conformal,
}

/// The state of one stage. Each function is pure but for the state it is called on.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration<F> {
    all: Faded,
    zones: BTreeMap<u64, ZoneState>,
    stage: PhantomData<F>,
}

/// What a calibration adds, in logarithms.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Correction {
    pub(crate) zone: f64,
    pub(crate) hour: f64,
    pub(crate) margin: f64,
}

impl<F> Default for Calibration<F> {
    fn default() -> Self {
        Self { all: Faded::default(), zones: BTreeMap::new(), stage: PhantomData }
    }
}

impl<F: Features> Calibration<F> {
    pub(crate) fn correction(&self, zone: Zone, at: Moment) -> Correction {
        let second = at.epoch_seconds;
        let all = self.all.mean(second, ZONE_FADES_IN_SECONDS, 0.0);
        let Some(state) = self.zones.get(&zone.0) else { return Correction { zone: all, ..Correction::default() } };
        Correction {
            zone: state.now.mean(second, ZONE_FADES_IN_SECONDS, all),
            hour: state.hours[at.hour()].mean(second, HOUR_FADES_IN_SECONDS, 0.0),
            margin: state.conformal.margin(),
        }
    }

    /// Learns from what was told and what it took. `handed_over_at_epoch_seconds` says when that became known.
    pub fn learn(&mut self, told: &Told, took_seconds: f64, handed_over_at_epoch_seconds: i64) -> Result<(), EtaError> {
        told.check()?;
        within("took_seconds", took_seconds, 1.0, 3.0 * MOST_SECONDS)?;
        instant("handed_over_at_epoch_seconds", handed_over_at_epoch_seconds)?;
        self.make_room(told.zone);
        let at = handed_over_at_epoch_seconds;
        let beyond = (took_seconds / told.model_p50_seconds).ln() - told.zone_bias;
        let surprise = told.zone_bias + beyond.clamp(-MOST_SURPRISE, MOST_SURPRISE);
        self.all.add(surprise, at, ZONE_FADES_IN_SECONDS);
        let state = self.zones.entry(told.zone.0).or_default();
        state.now.add(surprise, at, ZONE_FADES_IN_SECONDS);
        state.hours[told.at.hour()].add(surprise - told.zone_bias, at, HOUR_FADES_IN_SECONDS);
        let score = (took_seconds / told.unwidened_p90_seconds).ln();
        state.conformal.learn(score, took_seconds > told.p90_seconds);
        Ok(())
    }

    fn make_room(&mut self, zone: Zone) {
        if self.zones.len() < MOST_ZONES || self.zones.contains_key(&zone.0) {
            return;
        }
        if let Some(&oldest) = self.zones.iter().min_by_key(|(_, state)| state.now.at).map(|(key, _)| key) {
            self.zones.remove(&oldest);
        }
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Writer::new(Kind::Calibration, F::STAGE);
        self.all.write(&mut to);
        to.u16(self.zones.len() as u16);
        for (&key, state) in &self.zones {
            to.u64(key);
            state.now.write(&mut to);
            state.hours.iter().for_each(|hour| hour.write(&mut to));
            state.conformal.write(&mut to);
        }
        to.finish()
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EtaError> {
        let mut from = Reader::open(bytes, Kind::Calibration, F::STAGE)?;
        let mut calibration = Self { all: Faded::read(&mut from)?, ..Self::default() };
        let zones = usize::from(from.u16()?);
        if zones > MOST_ZONES {
            return Err(EtaError::Corrupt("more zones than are kept"));
        }
        for _ in 0..zones {
            let key = from.u64()?;
            let mut state = ZoneState { now: Faded::read(&mut from)?, ..ZoneState::default() };
            for hour in &mut state.hours {
                *hour = Faded::read(&mut from)?;
            }
            state.conformal = Conformal::read(&mut from)?;
            calibration.zones.insert(key, state);
        }
        from.end()?;
        Ok(calibration)
    }
}
