//! How long the search may go on.

use std::time::Duration;

/// The end of the search.
pub enum Budget<'a> {
    /// After so many steps: the same seed, problem and number always give the same plan.
    Iterations(u64),
    /// When `clock`, which tells the time since the caller began, reaches `limit`: the best plan so far is the answer.
    Deadline { limit: Duration, clock: &'a mut dyn FnMut() -> Duration },
}

/// Counts the steps and knows which share of the budget is used.
pub(crate) struct Meter<'a> {
    budget: Budget<'a>,
    steps: u64,
    progress: f64,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(budget: Budget<'a>) -> Self {
        let mut meter = Self { budget, steps: 0, progress: 0.0 };
        meter.read();
        meter
    }

    /// Counts a step of the search; false when it must be the last.
    pub(crate) fn tick(&mut self) -> bool {
        self.steps += 1;
        self.read();
        self.progress < 1.0
    }

    /// Whether time is up, without counting a step.
    pub(crate) fn expired(&mut self) -> bool {
        if matches!(self.budget, Budget::Deadline { .. }) {
            self.read();
            return self.progress >= 1.0;
        }
        false
    }

    /// The used share of the budget, at most 1.
    pub(crate) fn progress(&self) -> f64 {
        self.progress
    }

    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    fn read(&mut self) {
        let share = match &mut self.budget {
            Budget::Iterations(limit) => self.steps as f64 / *limit as f64,
            Budget::Deadline { limit, clock } => clock().as_secs_f64() / limit.as_secs_f64(),
        };
        // No budget at all is one that is used up.
        self.progress = if share.is_nan() { 1.0 } else { share.min(1.0) };
    }
}
