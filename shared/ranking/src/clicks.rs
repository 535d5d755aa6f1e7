//! Click-through of few views: (c + α) / (n + α + β), the mean under a Beta prior.

use crate::error::RankingError;

/// What is believed of a product that nobody has seen yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClickPrior {
    alpha: f64,
    beta: f64,
}

impl ClickPrior {
    /// A usual share of clicks, and by how many views it is believed.
    pub fn new(usual_share: f64, views: f64) -> Result<Self, RankingError> {
        if !(usual_share > 0.0 && usual_share < 1.0) {
            return Err(RankingError::Setting("the usual share of clicks must lie between 0 and 1"));
        }
        if !(views.is_finite() && views > 0.0) {
            return Err(RankingError::Setting("the prior must be worth more than 0 views"));
        }
        Ok(Self { alpha: usual_share * views, beta: (1.0 - usual_share) * views })
    }

    /// Always above 0 and below 1; more clicks than views count as clicks on every view.
    pub fn rate(&self, clicks: u64, views: u64) -> f64 {
        let (clicks, views) = (clicks.min(views) as f64, views as f64);
        (clicks + self.alpha) / (views + self.alpha + self.beta)
    }
}
