//! The law of an order: the rule set of the store and, where the door lies in a place of its own, that one's too.

use jiff::civil::Date;
use sipstr_domain::catalog::Category;
use sipstr_domain::compliance::Refused;
use sipstr_domain::store::Store;

use crate::book::Book;
use crate::decision::{Docket, Flow, Outcome};
use crate::hours::{ClockChange, Moment};
use crate::kind::Kind;
use crate::place::Destination;
use crate::rule::{Asks, End, Rule, RuleFileError, Step};
use crate::set::{RuleSet, Subject, region};

#[derive(Debug, Clone, Copy)]
pub struct Law<'b> {
    store: &'b RuleSet,
    door: Option<&'b RuleSet>,
}

/// Why no law can be asked, and alcohol is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoLaw {
    #[error("no rules are known for the place of this {whose}, so no alcohol is sold")]
    Unknown { whose: &'static str },
    #[error("alcohol is not delivered from {from} to {to}")]
    Border { from: String, to: String },
}

impl NoLaw {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "no_rules_for_place",
            Self::Border { .. } => "outside_jurisdiction",
        }
    }

    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "jurisdiction.known",
            Self::Border { .. } => "jurisdiction.border",
        }
    }
}

impl From<NoLaw> for Refused {
    fn from(none: NoLaw) -> Self {
        Self::new(none.code(), none.rule(), none.to_string())
    }
}

/// Editions in a trace stand side by side.
const JOIN: char = '+';

impl<'b> Law<'b> {
    /// The editions that hold on a day. A place without rules has no law, and neither has a delivery across a border.
    pub fn on(book: &'b Book, store: &str, door: Option<&str>, day: Date) -> Result<Self, NoLaw> {
        let known = |key: &str, whose| book.at(key, day).filter(|set| set.complete).ok_or(NoLaw::Unknown { whose });
        let of_store = known(store, "store")?;
        let door = door.filter(|door| *door != store);
        if let Some(door) = door.filter(|door| region(door) != region(store)) {
            return Err(NoLaw::Border { from: region(store).to_owned(), to: region(door).to_owned() });
        }
        Ok(Self { store: of_store, door: door.map(|door| known(door, "address")).transpose()? })
    }

    /// The editions that a trace names.
    pub fn named(book: &'b Book, rules: &str) -> Result<Self, RuleFileError> {
        let (store, door) = rules.split_once(JOIN).map_or((rules, None), |(store, door)| (store, Some(door)));
        Ok(Self { store: book.edition(store)?, door: door.map(|door| book.edition(door)).transpose()? })
    }

    pub const fn of(set: &'b RuleSet) -> Self {
        Self { store: set, door: None }
    }

    pub fn editions(&self) -> String {
        match self.door {
            Some(door) => format!("{}{JOIN}{}", self.store.edition, door.edition),
            None => self.store.edition.clone(),
        }
    }

    /// Rules about a subject, each once: what both places inherited is the same rule.
    pub fn about(&self, subject: Subject, on: Date) -> impl Iterator<Item = &'b Rule> + use<'b> {
        let store = self.store;
        let of_door = self.door.into_iter().flat_map(move |door| door.about(subject, on));
        let added = of_door.filter(move |rule| !store.about(subject, on).any(|known| known.id == rule.id));
        store.about(subject, on).chain(added)
    }

    /// Whether a rule holds where that end of the delivery is.
    fn holds_at(&self, rule: &Rule, end: End) -> bool {
        let place = match end {
            End::Store => self.store,
            End::Destination => self.door.unwrap_or(self.store),
        };
        place.rules().iter().any(|known| known.id == rule.id)
    }

    pub fn kind(&self, kind: Kind, on: Date) -> Kind {
        let here = self.store.kind(kind, on);
        self.door.map_or(here, |door| door.kind(here, on))
    }
}

/// What the gates have in common.
pub(crate) struct Case<'a> {
    pub store: &'a Store,
    pub destination: Destination<'a>,
    /// As the law takes them.
    pub kinds: Vec<Kind>,
    pub today: Date,
}

impl<'a> Case<'a> {
    pub(crate) fn new(
        law: Option<&Law<'_>>,
        store: &'a Store,
        destination: Destination<'a>,
        kinds: impl Iterator<Item = Kind>,
        today: Date,
    ) -> Self {
        let taken = |kind| law.map_or(kind, |law| law.kind(kind, today));
        Self { store, destination, kinds: kinds.map(taken).collect(), today }
    }

    pub(crate) fn concerns(&self, rule: &Rule) -> Result<(), &'static str> {
        if !self.kinds.iter().any(|kind| rule.applies_to.drink(*kind)) {
            return Err("no such drinks");
        }
        let door = &self.destination;
        if rule.applies_to.door(door.premises, door.gift) { Ok(()) } else { Err("no such door") }
    }

    /// Asks each rule about a subject that concerns this case.
    pub(crate) fn each<'l>(
        &self,
        law: &Law<'l>,
        subject: Subject,
        docket: &mut Docket<'l>,
        mut ask: impl FnMut(&'l Rule, &mut Docket<'l>) -> Flow,
    ) -> Flow {
        for rule in law.about(subject, self.today) {
            match self.concerns(rule) {
                Ok(()) => ask(rule, docket)?,
                Err(why) => docket.note(&rule.id, Outcome::NotConcerned(why))?,
            }
        }
        Flow::Continue(())
    }

    /// Dry places, and places that are dry until they opt in.
    pub(crate) fn prohibition<'l>(&self, law: &Law<'l>, docket: &mut Docket<'l>) -> Flow {
        let door = &self.destination;
        self.each(law, Subject::Prohibition, docket, |rule, docket| {
            let (area, ends, inside_is_dry) = match &rule.asks {
                Asks::Dry { within, ends } => (within, ends, true),
                Asks::OptIn { areas, ends } => (areas, ends, false),
                _ => return Flow::Continue(()),
            };
            let inside = |end: End| match (area, end) {
                // All of the place is dry, or nothing of it has opted in.
                (None, _) => inside_is_dry,
                // Of a store the location is known, and no codes.
                (Some(area), End::Store) => area.contains(self.store.location, &[]),
                (Some(area), End::Destination) => area.contains(door.point, door.codes),
            };
            let dry = ends.iter().any(|end| law.holds_at(rule, *end) && inside(*end) == inside_is_dry);
            docket.test(!dry, &rule.id, "dry_area", || "alcohol is not sold there".to_owned())
        })
    }

    /// Every drink has an age here, and the person has reached each that concerns the order.
    pub(crate) fn age<'l>(&self, law: &Law<'l>, age: u16, docket: &mut Docket<'l>) -> Flow {
        let aged = |kind: &Kind| law.about(Subject::Age, self.today).any(|rule| rule.applies_to.drink(*kind));
        if let Some(kind) = self.kinds.iter().find(|kind| kind.is_alcohol() && !aged(kind)) {
            let detail = format!("no legal age is known for {} here, so it is not sold", kind.category);
            docket.refuse("jurisdiction.covers", "no_rules_for_drink", detail)?;
        }
        self.each(law, Subject::Age, docket, |rule, docket| {
            let Asks::MinimumAge { years } = rule.asks else { return Flow::Continue(()) };
            docket.test(age >= years, &rule.id, "under_age", || match self.drink_named_by(rule) {
                Some(category) => format!("one must be {years} to buy {category} here"),
                None => format!("one must be {years} to buy alcohol here"),
            })
        })
    }

    fn drink_named_by(&self, rule: &Rule) -> Option<Category> {
        let named = !rule.applies_to.drinks.is_empty();
        self.kinds.iter().find(|kind| named && rule.applies_to.drink(**kind)).map(|kind| kind.category)
    }

    /// Hours and dry days at each step that is known: the order and its payment now, the hand-over when it is expected.
    pub(crate) fn hours<'l>(&self, law: &Law<'l>, steps: &[(Step, Moment)], docket: &mut Docket<'l>) -> Flow {
        self.each(law, Subject::Hours, docket, |rule, docket| {
            let asked = match &rule.asks {
                Asks::OnlyDuring { steps, .. } | Asks::NeverDuring { steps, .. } | Asks::DryDays { steps, .. } => steps,
                _ => return Flow::Continue(()),
            };
            let mut moments =
                steps.iter().filter(|(step, _)| asked.contains(step)).map(|(_, moment)| *moment).peekable();
            if moments.peek().is_none() {
                return docket.note(&rule.id, Outcome::NotConcerned("not asked at this step"));
            }
            match moments.find_map(|moment| closed(rule, moment)) {
                Some((code, detail)) => docket.refuse(&rule.id, code, detail),
                None => docket.note(&rule.id, Outcome::Passed),
            }
        })
    }

    /// Doors to which nothing is brought. A rule about doors is asked in vain where nobody said what the door is.
    pub(crate) fn premises<'l>(&self, law: &Law<'l>, docket: &mut Docket<'l>) -> Flow {
        self.each(law, Subject::Premises, docket, |rule, docket| {
            let Some(premises) = self.destination.premises else {
                let detail = "say what kind of place it is delivered to";
                return docket.refuse(&rule.id, "premises_unknown", detail);
            };
            let sound = match &rule.asks {
                Asks::PremisesOnly { premises: only } => only.contains(&premises),
                Asks::PremisesNever { premises: never } => !never.contains(&premises),
                _ => return Flow::Continue(()),
            };
            docket.test(sound, &rule.id, "premises_not_allowed", || {
                "alcohol is not delivered to such a place here".to_owned()
            })
        })
    }

    pub(crate) fn licence<'l>(&self, law: Option<&Law<'l>>, docket: &mut Docket<'l>) -> Flow {
        const RULE: &str = "store.licence";
        let licence = &self.store.licence;
        if licence.expires_on < self.today {
            docket.refuse(RULE, "licence_expired", "the store's licence has expired")?;
        }
        let uncovered = |kind: &&Kind| kind.is_alcohol() && !licence.categories.contains(&kind.category);
        match self.kinds.iter().find(uncovered) {
            Some(kind) => {
                docket.refuse(RULE, "not_licensed", format!("the store's licence does not cover {}", kind.category))?;
            }
            None => docket.note(RULE, Outcome::Passed)?,
        }
        let Some(law) = law else { return Flow::Continue(()) };
        self.each(law, Subject::Licence, docket, |rule, docket| {
            let Asks::LicenceClasses { classes } = &rule.asks else { return Flow::Continue(()) };
            if licence.classes.is_empty() {
                return docket.note(&rule.id, Outcome::NotConcerned("the store has told no class"));
            }
            let held = || classes.iter().filter(|class| licence.classes.contains(&class.class));
            let permitted = |kind: &Kind| held().any(|class| class.categories.contains(&kind.category));
            let concerned = |kind: &&Kind| rule.applies_to.drink(**kind);
            match self.kinds.iter().filter(concerned).find(|kind| !permitted(kind)) {
                Some(kind) => {
                    let detail =
                        format!("a licence of class {} is not for {}", licence.classes.join(", "), kind.category);
                    docket.refuse(&rule.id, "not_licensed", detail)
                }
                None => docket.note(&rule.id, Outcome::Passed),
            }
        })
    }
}

/// Why a rule about hours says no at a moment.
fn closed(rule: &Rule, moment: Moment) -> Option<(&'static str, String)> {
    const HOURS: &str = "outside_selling_hours";
    match &rule.asks {
        Asks::OnlyDuring { windows, .. } => {
            if windows.iter().any(|window| window.contains(moment, ClockChange::Wall)) {
                return None;
            }
            let mut today = windows.iter().filter(|window| window.days.contain(moment.date.weekday())).peekable();
            if today.peek().is_none() {
                return Some((HOURS, "alcohol is not sold on this day of the week here".to_owned()));
            }
            let spans: Vec<String> = today.map(ToString::to_string).collect();
            Some((HOURS, format!("alcohol is sold only between {} here", spans.join(", and "))))
        }
        Asks::NeverDuring { windows, clock_change, .. } => {
            let window = windows.iter().find(|window| window.contains(moment, *clock_change))?;
            Some((HOURS, format!("alcohol is not sold between {window} here")))
        }
        Asks::DryDays { days, .. } => {
            let dry = days.iter().any(|day| day.is(moment.date));
            dry.then(|| ("dry_day", format!("alcohol is not sold on {} here", moment.date)))
        }
        _ => None,
    }
}
