//! A decision: every rule that was asked, what it said, and whether the order goes on.

use std::ops::ControlFlow;

use serde::Serialize;
use sipstr_domain::compliance::{Refused, Trace};

/// What one rule said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Passed,
    /// It does not concern this order, because …
    NotConcerned(&'static str),
    Refused {
        code: &'static str,
        detail: String,
    },
}

/// A rule with its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked<'l> {
    pub rule: &'l str,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision<'l> {
    /// The editions that were asked: `us-ca@2026-11-27`, or two joined by `+`.
    pub rules: String,
    pub asked: Vec<Asked<'l>>,
}

impl<'l> Decision<'l> {
    /// The first rule that refuses.
    pub fn refused(&self) -> Option<Refused> {
        self.asked.iter().find_map(|asked| match &asked.outcome {
            Outcome::Refused { code, detail } => Some(Refused::new(code, asked.rule, detail.clone())),
            _ => None,
        })
    }

    /// What an order keeps of it, or the refusal.
    pub fn into_result(self) -> Result<Trace, Refused> {
        match self.refused() {
            Some(refused) => Err(refused),
            None => {
                let passed = self.asked.iter().filter(|asked| asked.outcome == Outcome::Passed);
                let passed = passed.map(|asked| asked.rule.to_owned()).collect();
                Ok(Trace { rules: self.rules, passed })
            }
        }
    }
}

/// How far to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Up to the first refusal.
    Decide,
    /// Every rule, for somebody who wants all that stands in the way.
    Explain,
}

/// Collects what rules say, and says when to stop.
pub(crate) struct Docket<'l> {
    depth: Depth,
    asked: Vec<Asked<'l>>,
}

/// `Break` once an answer is found that ends the asking.
pub(crate) type Flow = ControlFlow<()>;

impl<'l> Docket<'l> {
    pub(crate) fn new(depth: Depth) -> Self {
        Self { depth, asked: Vec::with_capacity(12) }
    }

    pub(crate) fn note(&mut self, rule: &'l str, outcome: Outcome) -> Flow {
        let ends = self.depth == Depth::Decide && matches!(outcome, Outcome::Refused { .. });
        self.asked.push(Asked { rule, outcome });
        if ends { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    pub(crate) fn refuse(&mut self, rule: &'l str, code: &'static str, detail: impl Into<String>) -> Flow {
        self.note(rule, Outcome::Refused { code, detail: detail.into() })
    }

    /// Notes a rule that passes if `sound`.
    pub(crate) fn test(
        &mut self,
        sound: bool,
        rule: &'l str,
        code: &'static str,
        detail: impl FnOnce() -> String,
    ) -> Flow {
        if sound { self.note(rule, Outcome::Passed) } else { self.refuse(rule, code, detail()) }
    }

    pub(crate) fn decision(self, rules: String) -> Decision<'l> {
        Decision { rules, asked: self.asked }
    }
}
