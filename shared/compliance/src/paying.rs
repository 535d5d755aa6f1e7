//! The second gate: may this order be paid now?

use jiff::Zoned;
use sipstr_domain::compliance::{Refused, Trace};
use sipstr_domain::store::Store;

use crate::book::Book;
use crate::decision::{Decision, Depth, Docket, Flow};
use crate::hours::Moment;
use crate::kind::Kind;
use crate::law::{Case, Law};
use crate::place::Destination;
use crate::placing::{editions, with_law};
use crate::rule::{Asks, Step};
use crate::set::Subject;

/// What a payment is judged by.
#[derive(Debug)]
pub struct Paying<'a> {
    pub store: &'a Store,
    pub destination: Destination<'a>,
    pub kinds: &'a [Kind],
    /// Whether it is paid when the bottles have left the store already.
    pub at_door: bool,
    /// Now, on the store's wall clock.
    pub local: Zoned,
}

impl Paying<'_> {
    pub fn decide(&self) -> Result<Trace, Refused> {
        self.ask(Book::builtin(), Depth::Decide).into_result()
    }

    pub fn ask<'b>(&self, book: &'b Book, depth: Depth) -> Decision<'b> {
        let kinds = self.kinds.iter().copied();
        with_law(book, self.store, &self.destination, &self.local, kinds, |law| self.ask_under(law, depth))
    }

    pub fn ask_under<'l>(&self, law: Option<&Law<'l>>, depth: Depth) -> Decision<'l> {
        let mut docket = Docket::new(depth);
        let _ = self.run(law, &mut docket);
        docket.decision(editions(law))
    }

    fn run<'l>(&self, law: Option<&Law<'l>>, docket: &mut Docket<'l>) -> Flow {
        let kinds = self.kinds.iter().copied();
        let case = Case::new(law, self.store, self.destination, kinds, self.local.date());
        if let Some(law) = law {
            case.prohibition(law, docket)?;
            case.hours(law, &[(Step::Payment, Moment::from(&self.local))], docket)?;
            case.each(law, Subject::Payment, docket, |rule, docket| match rule.asks {
                Asks::Prepaid {} => docket.test(!self.at_door, &rule.id, "not_prepaid", || {
                    "it is paid before it leaves the store".to_owned()
                }),
                _ => Flow::Continue(()),
            })?;
        }
        case.licence(law, docket)
    }
}
