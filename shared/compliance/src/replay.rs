//! A decision of the past, asked again under the editions that made it.

use sipstr_domain::compliance::Trace;

use crate::book::Book;
use crate::decision::{Decision, Depth};
use crate::hand_over::HandOver;
use crate::law::Law;
use crate::paying::Paying;
use crate::placing::{NO_LAW, Placing};
use crate::rule::RuleFileError;

/// What was judged.
#[derive(Debug, Clone, Copy)]
pub enum Inputs<'a> {
    Placing(&'a Placing<'a>),
    Paying(&'a Paying<'a>),
    HandOver(&'a HandOver<'a>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay<'l> {
    pub decision: Decision<'l>,
    /// Whether the same rules passed as the trace says.
    pub agrees: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the rules `{rules}` cannot be asked again: {cause}")]
pub struct NotReplayable {
    pub rules: String,
    pub cause: RuleFileError,
}

/// Asks what the trace's editions say of these inputs.
pub fn replay<'b>(book: &'b Book, trace: &Trace, inputs: Inputs<'_>) -> Result<Replay<'b>, NotReplayable> {
    let named = |rules: &str| Law::named(book, rules).map_err(|cause| NotReplayable { rules: rules.to_owned(), cause });
    let law = if trace.rules == NO_LAW { None } else { Some(named(&trace.rules)?) };
    let law = law.as_ref();
    let decision = match inputs {
        Inputs::Placing(placing) => placing.ask_under(law, Depth::Decide),
        Inputs::Paying(paying) => paying.ask_under(law, Depth::Decide),
        Inputs::HandOver(hand_over) => hand_over.ask_under(law, Depth::Decide),
    };
    let agrees = decision.clone().into_result().as_ref() == Ok(trace);
    Ok(Replay { decision, agrees })
}
