//! The third gate: may the courier hand over?

use jiff::Zoned;
use sipstr_domain::account::DateOfBirth;
use sipstr_domain::compliance::{Refused, Trace};
use sipstr_domain::store::Store;

use crate::book::Book;
use crate::decision::{Decision, Depth, Docket, Flow, Outcome};
use crate::hours::Moment;
use crate::kind::Kind;
use crate::law::{Case, Law};
use crate::place::Destination;
use crate::placing::{editions, with_law};
use crate::rule::{Asks, Scan, Step};
use crate::set::Subject;

/// What was done with the ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdSeen {
    Not,
    Looked,
    /// Read by a machine.
    Scanned,
}

/// What the courier saw at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoorCheck {
    /// Whether somebody takes it; else it would be left there.
    pub attended: bool,
    pub sober: bool,
    pub id: IdSeen,
    pub matches_recipient: bool,
    pub date_of_birth: DateOfBirth,
}

/// What a hand-over is judged by.
#[derive(Debug)]
pub struct HandOver<'a> {
    pub store: &'a Store,
    pub destination: Destination<'a>,
    pub kinds: &'a [Kind],
    pub door: DoorCheck,
    /// Now, on the store's wall clock.
    pub local: Zoned,
}

impl HandOver<'_> {
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

    /// Sober, then ID, then match, then of age: the order in which a courier sees things.
    fn run<'l>(&self, law: Option<&Law<'l>>, docket: &mut Docket<'l>) -> Flow {
        let Some(law) = law else { return Flow::Continue(()) };
        let kinds = self.kinds.iter().copied();
        let case = Case::new(Some(law), self.store, self.destination, kinds, self.local.date());
        if !case.kinds.iter().any(|kind| kind.is_alcohol()) {
            return Flow::Continue(());
        }
        let door = &self.door;
        case.prohibition(law, docket)?;
        case.hours(law, &[(Step::HandOver, Moment::from(&self.local))], docket)?;
        case.premises(law, docket)?;
        case.each(law, Subject::Attended, docket, |rule, docket| {
            docket.test(door.attended, &rule.id, "left_unattended", || "alcohol is not left at a door".to_owned())
        })?;
        docket.test(door.sober, "door.sober", "recipient_intoxicated", || {
            "alcohol is not handed to an intoxicated person".to_owned()
        })?;
        self.identification(law, &case, docket)?;
        docket.test(door.matches_recipient, "door.match", "id_mismatch", || {
            "the ID is not that of the person at the door".to_owned()
        })?;
        case.each(law, Subject::Recipient, docket, |rule, docket| {
            docket.test(door.matches_recipient, &rule.id, "id_mismatch", || {
                "only the adult whom the order names may take it".to_owned()
            })
        })?;
        case.age(law, door.date_of_birth.age_on(case.today), docket)
    }

    fn identification<'l>(&self, law: &Law<'l>, case: &Case<'_>, docket: &mut Docket<'l>) -> Flow {
        let id = self.door.id;
        let asked = law.about(Subject::Identification, case.today).any(|rule| case.concerns(rule).is_ok());
        if !asked {
            // Where no law asks for an ID, the house does.
            docket.test(id != IdSeen::Not, "door.identification", "id_not_checked", not_checked)?;
        }
        case.each(law, Subject::Identification, docket, |rule, docket| {
            let Asks::Identification { scan } = rule.asks else { return Flow::Continue(()) };
            match (id, scan) {
                (IdSeen::Not, _) => docket.refuse(&rule.id, "id_not_checked", not_checked()),
                (IdSeen::Looked, Some(Scan::Required)) => {
                    docket.refuse(&rule.id, "id_scan_required", "the ID must be scanned here")
                }
                (IdSeen::Scanned, Some(Scan::Forbidden)) => {
                    docket.refuse(&rule.id, "id_scan_forbidden", "an ID is looked at and not scanned here")
                }
                _ => docket.note(&rule.id, Outcome::Passed),
            }
        })
    }
}

fn not_checked() -> String {
    "an ID must be seen at the door".to_owned()
}
