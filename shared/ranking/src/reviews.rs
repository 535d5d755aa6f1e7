//! What reviews are worth, when some products have three and others three thousand.

use crate::error::RankingError;

/// Reviews by their stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ratings {
    /// How many gave one star, two, … five.
    pub stars: [u32; 5],
}

impl Ratings {
    pub fn count(&self) -> u64 {
        self.stars.iter().map(|count| u64::from(*count)).sum()
    }

    /// What is shown; `None` before the first review.
    pub fn mean(&self) -> Option<f64> {
        let count = self.count();
        (count > 0).then(|| self.sum() / count as f64)
    }

    /// By which products are ordered: the mean as if `weight` reviews of the usual mean had been there before.
    pub fn bayesian_mean(&self, usual_mean: f64, weight: f64) -> Result<f64, RankingError> {
        if !(1.0..=5.0).contains(&usual_mean) {
            return Err(RankingError::Setting("the usual mean must lie between 1 and 5 stars"));
        }
        if !(weight.is_finite() && weight > 0.0) {
            return Err(RankingError::Setting("the usual mean must weigh more than 0 reviews"));
        }
        Ok((self.sum() + usual_mean * weight) / (self.count() as f64 + weight))
    }

    fn sum(&self) -> f64 {
        self.stars.iter().zip(1..).map(|(count, stars)| f64::from(*count) * f64::from(stars)).sum()
    }
}

/// The share of readers who would find a review helpful is, at 95 %, at least this (Wilson 1927, lower bound of the score
/// interval). Reviews are ordered by it. 0 where nobody has voted; more votes in favour than votes count as all.
pub fn wilson_lower_bound(in_favour: u64, votes: u64) -> f64 {
    /// The 97.5th percentile of the normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    if votes == 0 {
        return 0.0;
    }
    let n = votes as f64;
    let share = in_favour.min(votes) as f64 / n;
    let centre = share + Z * Z / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    ((centre - spread) / (1.0 + Z * Z / n)).max(0.0)
}
