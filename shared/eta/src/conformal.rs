//! A margin on the 90th percentile that keeps its promise whatever happens: adaptive conformal inference (Gibbs & Candès 2021).
//!
//! A score is how far, in logarithms, a delivery was from the promise before the margin. The margin is a quantile of the last scores; its level goes up
//! by each broken promise and down by each kept one, so that in the long run one in ten is broken, without any belief about how deliveries are spread.

use crate::EtaError;
use crate::boost::quantile;
use crate::bytes::{Reader, Writer};

/// Of ten promises one may be broken.
const MISSES: f64 = 0.1;
/// How much one delivery moves the level.
const STEP: f64 = 0.02;
/// A level under zero is a debt of broken promises: not even the widest score is enough.
const LEVELS: std::ops::RangeInclusive<f64> = -0.5..=0.5;
/// Scores that are kept: some days of a zone.
const WINDOW: usize = 200;
/// With fewer there is no margin.
const LEAST_SCORES: usize = 30;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Conformal {
    misses_allowed: f64,
    scores: Vec<f32>,
    /// The oldest score, once the window is full.
    oldest: usize,
}

impl Default for Conformal {
    fn default() -> Self {
        Self { misses_allowed: MISSES, scores: Vec::new(), oldest: 0 }
    }
}

impl Conformal {
    pub(crate) fn margin(&self) -> f64 {
        if self.scores.len() < LEAST_SCORES {
            return 0.0;
        }
        let debt = (-self.misses_allowed).max(0.0);
        f64::from(quantile(self.scores.clone(), 1.0 - self.misses_allowed.max(0.0))) + debt
    }

    pub(crate) fn learn(&mut self, score: f64, missed: bool) {
        let moved = self.misses_allowed + STEP * (MISSES - if missed { 1.0 } else { 0.0 });
        self.misses_allowed = moved.clamp(*LEVELS.start(), *LEVELS.end());
        if self.scores.len() < WINDOW {
            self.scores.push(score as f32);
        } else {
            self.scores[self.oldest] = score as f32;
            self.oldest = (self.oldest + 1) % WINDOW;
        }
    }

    pub(crate) fn write(&self, to: &mut Writer) {
        to.f64(self.misses_allowed);
        to.u8(self.scores.len() as u8);
        to.u8(self.oldest as u8);
        self.scores.iter().for_each(|&score| to.f32(score));
    }

    pub(crate) fn read(from: &mut Reader) -> Result<Self, EtaError> {
        let misses_allowed = from.finite_f64()?;
        let (count, oldest) = (usize::from(from.u8()?), usize::from(from.u8()?));
        if !LEVELS.contains(&misses_allowed) || count > WINDOW || oldest >= WINDOW {
            return Err(EtaError::Corrupt("a margin is out of range"));
        }
        let scores = (0..count).map(|_| from.finite_f32()).collect::<Result<_, _>>()?;
        Ok(Self { misses_allowed, scores, oldest })
    }
}
