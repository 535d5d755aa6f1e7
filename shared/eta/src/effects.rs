//! Habits of stores and zones: the mean of `ln(actual / expected)`, shrunk towards none where little was seen.
//!
//! Trees cannot split well on hundreds of names, and get these numbers in their place. While a model is trained each delivery sees the
//! habits as they stood before it (ordered target statistics; Prokhorenkova et al. 2018), else it would read its own outcome.

use std::collections::BTreeMap;

use crate::bytes::{Reader, Writer};
use crate::{Assumptions, DeliveryRecord, EtaError, Store, Zone};

/// As many deliveries as weigh as much as the belief that a store is like the others.
const PRIOR: f64 = 10.0;
/// More than this is not kept: a model stays small.
const MOST_STORES: usize = 2_000;
const MOST_ZONES: usize = 1_000;

/// What is known of the habits that concern a trip.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Known {
    pub(crate) store_against_usual: f32,
    pub(crate) store_against_promise: f32,
    pub(crate) zone_ride: f32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Mean {
    count: f64,
    sum: f64,
}

impl Mean {
    fn add(&mut self, actual: f64, expected: f64) {
        self.count += 1.0;
        self.sum += (actual.max(30.0) / expected.max(30.0)).ln().clamp(-1.5, 1.5);
    }

    fn shrunk(self) -> f32 {
        (self.sum / (self.count + PRIOR)) as f32
    }
}

/// Counts while training goes through the records in time.
#[derive(Default)]
pub(crate) struct Learning {
    stores: BTreeMap<u64, (Mean, Mean)>,
    zones: BTreeMap<u64, Mean>,
}

impl Learning {
    pub(crate) fn learn(&mut self, record: &DeliveryRecord, assumptions: &Assumptions) {
        let quoted = &record.quoted;
        let (usual, promise) = self.stores.entry(quoted.trip.store.0).or_default();
        let packed = (record.ready_at_epoch_seconds - record.accepted.at.epoch_seconds) as f64;
        let expected = assumptions.preparation_seconds(quoted.usual_preparation_seconds, quoted.now.store_queue);
        usual.add(packed, expected);
        promise.add(packed, record.accepted.promised_preparation_seconds);
        let rode = (record.arrived_at_epoch_seconds - record.picked_up.at.epoch_seconds) as f64;
        let parts = assumptions.picked_up(&record.picked_up);
        let expected = parts.iter().filter(|term| term.name != "door").map(|term| term.seconds).sum();
        self.zones.entry(quoted.trip.zone.0).or_default().add(rode, expected);
    }

    pub(crate) fn known(&self, store: Store, zone: Zone) -> Known {
        let (usual, promise) = self.stores.get(&store.0).copied().unwrap_or_default();
        let zone = self.zones.get(&zone.0).copied().unwrap_or_default();
        Known { store_against_usual: usual.shrunk(), store_against_promise: promise.shrunk(), zone_ride: zone.shrunk() }
    }

    /// The busiest stores and zones.
    pub(crate) fn finish(self) -> Effects {
        let mut stores: Vec<_> = self.stores.into_iter().collect();
        stores.sort_by(|(_, (one, _)), (_, (other, _))| other.count.total_cmp(&one.count));
        stores.truncate(MOST_STORES);
        let mut zones: Vec<_> = self.zones.into_iter().collect();
        zones.sort_by(|(_, one), (_, other)| other.count.total_cmp(&one.count));
        zones.truncate(MOST_ZONES);
        Effects {
            stores: stores
                .into_iter()
                .map(|(key, (usual, promise))| (key, (usual.shrunk(), promise.shrunk())))
                .collect(),
            zones: zones.into_iter().map(|(key, mean)| (key, mean.shrunk())).collect(),
        }
    }
}

/// The habits as a model keeps them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Effects {
    stores: BTreeMap<u64, (f32, f32)>,
    zones: BTreeMap<u64, f32>,
}

impl Effects {
    pub(crate) fn known(&self, store: Store, zone: Zone) -> Known {
        let (store_against_usual, store_against_promise) = self.stores.get(&store.0).copied().unwrap_or_default();
        Known {
            store_against_usual,
            store_against_promise,
            zone_ride: self.zones.get(&zone.0).copied().unwrap_or_default(),
        }
    }

    pub(crate) fn write(&self, to: &mut Writer) {
        to.u16(self.stores.len() as u16);
        for (&key, &(usual, promise)) in &self.stores {
            to.u64(key);
            to.f32(usual);
            to.f32(promise);
        }
        to.u16(self.zones.len() as u16);
        for (&key, &effect) in &self.zones {
            to.u64(key);
            to.f32(effect);
        }
    }

    pub(crate) fn read(from: &mut Reader) -> Result<Self, EtaError> {
        let mut effects = Self::default();
        for _ in 0..from.u16()? {
            effects.stores.insert(from.u64()?, (from.finite_f32()?, from.finite_f32()?));
        }
        for _ in 0..from.u16()? {
            effects.zones.insert(from.u64()?, from.finite_f32()?);
        }
        Ok(effects)
    }
}
