//! The probability that a courier accepts an offer: logistic regression, learned one answer at a time.
//!
//! Stochastic gradient descent on the log loss with AdaGrad step sizes (Duchi, Hazan, Singer 2011), so that a rare feature still learns
//! and no rate has to be tuned; a small L2 pull keeps weights finite when every answer is the same.

use serde::{Deserialize, Serialize};

/// What is known of an offer when it is made. Each is scaled to about 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct OfferFeatures {
    /// To the store, in tens of minutes.
    pub to_store: f64,
    /// The whole of it, in half hours.
    pub duration: f64,
    /// Pay for each minute of it, over the guaranteed pay of a minute.
    pub pay_rate: f64,
    /// Orders beyond the first.
    pub bundled: f64,
    /// Part of the shift's offers that this courier declined, smoothed.
    pub decline_rate: f64,
    /// How far it reaches beyond the shift's end, in half hours.
    pub overtime: f64,
}

impl OfferFeatures {
    pub const NAMES: [&'static str; 7] =
        ["bias", "to_store", "duration", "pay_rate", "bundled", "decline_rate", "overtime"];

    fn vector(&self) -> [f64; 7] {
        // A feature that was computed from odd inputs must not be able to throw a weight out of range.
        let bounded = |x: f64| if x.is_finite() { x.clamp(-5.0, 5.0) } else { 0.0 };
        [
            1.0,
            bounded(self.to_store),
            bounded(self.duration),
            bounded(self.pay_rate),
            bounded(self.bundled),
            bounded(self.decline_rate),
            bounded(self.overtime),
        ]
    }
}

/// The learned state: plain numbers, stored and loaded as they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AcceptanceModel {
    pub weights: [f64; 7],
    /// Sum of squared gradients of each weight.
    pub squares: [f64; 7],
    pub answers: u64,
}

const RATE: f64 = 0.3;
const PULL: f64 = 1e-4;

impl Default for AcceptanceModel {
    /// Before any answer: nine in ten accept, fewer the further and the later it is.
    fn default() -> Self {
        Self { weights: [2.2, -0.3, 0.0, 0.0, 0.0, -1.0, -0.5], squares: [1.0; 7], answers: 0 }
    }
}

impl AcceptanceModel {
    pub fn probability(&self, offer: &OfferFeatures) -> f64 {
        let score: f64 = self.weights.iter().zip(offer.vector()).map(|(weight, x)| weight * x).sum();
        1.0 / (1.0 + (-score).exp())
    }

    /// What each feature adds to the log odds, largest first: the explanation of a probability.
    pub fn explain(&self, offer: &OfferFeatures) -> Vec<(&'static str, f64)> {
        let parts = self.weights.iter().zip(offer.vector()).map(|(weight, x)| weight * x);
        let mut parts: Vec<_> = OfferFeatures::NAMES.into_iter().zip(parts).collect();
        parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        parts
    }

    /// The model after one more answer. A time-out counts as a decline.
    pub fn learn(&mut self, offer: &OfferFeatures, accepted: bool) {
        let error = self.probability(offer) - f64::from(u8::from(accepted));
        for ((weight, squares), x) in self.weights.iter_mut().zip(&mut self.squares).zip(offer.vector()) {
            let gradient = error * x + PULL * *weight;
            *squares += gradient * gradient;
            *weight -= RATE * gradient / squares.sqrt();
        }
        self.answers = self.answers.saturating_add(1);
    }

    pub fn is_usable(&self) -> bool {
        self.weights.iter().all(|w| w.is_finite() && w.abs() < 1e3)
            && self.squares.iter().all(|s| s.is_finite() && *s > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(to_store: f64, pay_rate: f64) -> OfferFeatures {
        OfferFeatures { to_store, duration: 1.0, pay_rate, bundled: 0.0, decline_rate: 0.1, overtime: 0.0 }
    }

    /// Couriers of this town take what is near and well paid.
    fn taken(rng: &mut fastrand::Rng, offer: &OfferFeatures) -> bool {
        let odds = 1.0 - 1.5 * offer.to_store + 1.0 * offer.pay_rate;
        rng.f64() < 1.0 / (1.0 + (-odds).exp())
    }

    #[test]
    fn what_couriers_like_is_learned_from_their_answers() {
        let mut rng = fastrand::Rng::with_seed(7);
        let mut model = AcceptanceModel::default();
        for _ in 0..5_000 {
            let seen = offer(rng.f64() * 2.0, rng.f64() * 2.0);
            let answer = taken(&mut rng, &seen);
            model.learn(&seen, answer);
        }
        for (near, pay, truth) in [(0.2, 1.0, 0.846), (1.8, 0.2, 0.182), (1.0, 1.0, 0.622)] {
            let learned = model.probability(&offer(near, pay));
            assert!((learned - truth).abs() < 0.1, "{near} {pay}: {learned} for {truth}");
        }
        assert_eq!(model.explain(&offer(1.8, 0.2))[0].0, "to_store");
    }

    #[test]
    fn a_thousand_equal_answers_leave_a_probability() {
        let mut model = AcceptanceModel::default();
        (0..1_000).for_each(|_| model.learn(&offer(f64::NAN, f64::INFINITY), false));
        assert!(model.is_usable());
        assert!((0.0..0.1).contains(&model.probability(&offer(1.0, 1.0))));
    }

    #[test]
    fn it_is_stored_as_it_is() {
        let mut model = AcceptanceModel::default();
        model.learn(&offer(1.0, 1.0), false);
        let stored = serde_json::to_string(&model).unwrap();
        let loaded: AcceptanceModel = serde_json::from_str(&stored).unwrap();
        // JSON as it is read here may lose the last bit of a float.
        assert!((loaded.probability(&offer(1.0, 1.0)) - model.probability(&offer(1.0, 1.0))).abs() < 1e-12);
        assert_eq!(loaded.answers, 1);
    }
}
