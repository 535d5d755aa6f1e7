//! The first gate: may this order be placed?

use jiff::{SignedDuration, Zoned};
use sipstr_domain::account::DateOfBirth;
use sipstr_domain::compliance::{Refused, Trace};
use sipstr_domain::store::Store;

use crate::book::Book;
use crate::decision::{Decision, Depth, Docket, Flow};
use crate::hours::Moment;
use crate::kind::{Kind, Line};
use crate::law::{Case, Law};
use crate::offer::Offer;
use crate::place::Destination;
use crate::price;
use crate::quantity::{self, TOO_MUCH, within};
use crate::rule::Step;
use crate::set::Subject;

/// Between leaving the store and the door, for projecting the hand-over before any courier is known.
const TRAVEL_MINUTES: i64 = 25;

/// What placing an order is judged by.
#[derive(Debug)]
pub struct Placing<'a> {
    pub store: &'a Store,
    pub date_of_birth: DateOfBirth,
    pub destination: Destination<'a>,
    pub lines: &'a [Line],
    pub offer: Option<Offer>,
    /// Whether the customer asked not to be sold alcohol.
    pub self_excluded: bool,
    /// Now, on the store's wall clock.
    pub local: Zoned,
    /// When the door will be reached; `None` while no courier is known: then after preparation and a usual ride.
    pub hand_over: Option<Zoned>,
}

impl Placing<'_> {
    pub fn decide(&self) -> Result<Trace, Refused> {
        self.ask(Book::builtin(), Depth::Decide).into_result()
    }

    /// Asks under the editions that hold now.
    pub fn ask<'b>(&self, book: &'b Book, depth: Depth) -> Decision<'b> {
        with_law(book, self.store, &self.destination, &self.local, self.kinds(), |law| self.ask_under(law, depth))
    }

    /// Asks under given editions; `None` is the law of what holds no alcohol.
    pub fn ask_under<'l>(&self, law: Option<&Law<'l>>, depth: Depth) -> Decision<'l> {
        let mut docket = Docket::new(depth);
        // Whether it ended early makes no difference to what was noted.
        let _ = self.run(law, &mut docket);
        docket.decision(editions(law))
    }

    fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.lines.iter().map(|line| line.kind)
    }

    fn run<'l>(&self, law: Option<&Law<'l>>, docket: &mut Docket<'l>) -> Flow {
        let today = self.local.date();
        let case = Case::new(law, self.store, self.destination, self.kinds(), today);
        if let Some(law) = law {
            case.prohibition(law, docket)?;
            case.age(law, self.date_of_birth.age_on(today), docket)?;
            let now = Moment::from(&self.local);
            let at_door = self.hand_over.as_ref().map_or_else(|| at_door(self.store, &self.local), Moment::from);
            case.hours(law, &[(Step::Order, now), (Step::Payment, now), (Step::HandOver, at_door)], docket)?;
            case.premises(law, docket)?;
            self.quantity(law, &case, docket)?;
            price::judge(law, &case, self.lines, docket)?;
            if let Some(offer) = self.offer {
                offer.judge(law, &case, docket)?;
            }
            case.each(law, Subject::Exclusion, docket, |rule, docket| {
                docket.test(!self.self_excluded, &rule.id, "self_excluded", || {
                    "you asked not to be sold alcohol".to_owned()
                })
            })?;
        }
        case.licence(law, docket)?;
        self.of_store(docket)
    }

    fn quantity<'l>(&self, law: &Law<'l>, case: &Case<'_>, docket: &mut Docket<'l>) -> Flow {
        case.each(law, Subject::Quantity, docket, |rule, docket| {
            let concerned = self.lines.iter().zip(&case.kinds).filter(|(_, kind)| rule.applies_to.drink(**kind));
            match within(rule, concerned.map(|(line, _)| line)) {
                Some(sound) => docket.test(sound, &rule.id, TOO_MUCH, || quantity::DETAIL.to_owned()),
                None => Flow::Continue(()),
            }
        })
    }

    fn of_store(&self, docket: &mut Docket<'_>) -> Flow {
        let name = &self.store.name;
        let open = self.store.is_open_at(&self.local);
        docket.test(open, "store.hours", "store_closed", || format!("{name} is closed now"))?;
        let reached = self.store.delivers_to(self.destination.point);
        docket.test(reached, "store.delivery_area", "outside_delivery_area", || {
            format!("{name} does not deliver to this address")
        })
    }
}

fn at_door(store: &Store, local: &Zoned) -> Moment {
    let minutes = i64::from(store.preparation_minutes) + TRAVEL_MINUTES;
    // Beyond the end of the calendar nothing is delivered.
    local.checked_add(SignedDuration::from_mins(minutes)).map_or_else(|_| Moment::from(local), |at| Moment::from(&at))
}

/// Finds the law of an order and asks under it. Where it has alcohol and there is no law for it, that is the decision.
pub(crate) fn with_law<'b>(
    book: &'b Book,
    store: &Store,
    destination: &Destination<'_>,
    local: &Zoned,
    mut kinds: impl Iterator<Item = Kind>,
    ask: impl FnOnce(Option<&Law<'b>>) -> Decision<'b>,
) -> Decision<'b> {
    match Law::on(book, &store.jurisdiction, destination.jurisdiction, local.date()) {
        Ok(law) => ask(Some(&law)),
        Err(_) if !kinds.any(Kind::is_alcohol) => ask(None),
        Err(none) => {
            let mut docket = Docket::new(Depth::Decide);
            let _ = docket.refuse(none.rule(), none.code(), none.to_string());
            docket.decision(editions(None))
        }
    }
}

pub(crate) fn editions(law: Option<&Law<'_>>) -> String {
    law.map_or_else(|| NO_LAW.to_owned(), Law::editions)
}

/// What a trace names where no law was asked.
pub(crate) const NO_LAW: &str = "none";
