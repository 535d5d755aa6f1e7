//! One question from its words to its page.

use crate::engine::Engine;
use crate::error::QueryError;
use crate::explain;
use crate::facets::Counter;
use crate::filters::Sieve;
use crate::matching::Matches;
use crate::overlay::{Overlay, Row};
use crate::page::{Explanation, Hit, How, Page, Relaxation};
use crate::query::{Query, Sort};
use crate::rank::{Found, Weighing};
use crate::slots::{Effort, Question};

pub fn answer(engine: &Engine, query: &Query, overlay: &impl Overlay) -> Result<Page, QueryError> {
    query.check()?;
    engine.refuse_stale(overlay)?;
    let columns = engine.columns();
    let search = Search {
        engine,
        query,
        overlay,
        sieve: Sieve::new(&query.filters, columns, engine.assortments())?,
        weighing: Weighing::new(&query.boosts, query.affinity.as_ref(), columns),
    };
    let mut question = search.question(Effort::Usual)?;
    let mut relaxation = None;
    let mut answer;
    if question.slots.is_empty() {
        answer = search.browse();
    } else {
        let all = question.slots.len();
        let mut matches = Matches::find(&question.slots, engine.vocabulary())?;
        answer = search.collect(&question, &matches, all)?;
        if answer.found.is_empty() && question.may_try_harder() {
            question = search.question(Effort::Hard)?;
            matches = Matches::find(&question.slots, engine.vocabulary())?;
            answer = search.collect(&question, &matches, all)?;
        }
        for matched in (1..all).rev() {
            if !answer.found.is_empty() {
                break;
            }
            answer = search.collect(&question, &matches, matched)?;
            relaxation = (!answer.found.is_empty()).then_some(Relaxation { matched, of: all });
        }
    }
    let mut page = search.page(&question, answer)?;
    page.relaxation = relaxation;
    if query.suggestions > 0 {
        page.suggestions = engine.suggest(&query.text, query.suggestions, overlay)?;
    }
    Ok(page)
}

/// What stays the same however hard a question is tried.
struct Search<'a, O> {
    engine: &'a Engine,
    query: &'a Query,
    overlay: &'a O,
    sieve: Sieve<'a>,
    weighing: Weighing<'a>,
}

struct Answer {
    found: Vec<Found>,
    counters: Vec<Counter>,
}

impl<O: Overlay> Search<'_, O> {
    fn question(&self, effort: Effort) -> Result<Question, QueryError> {
        let engine = self.engine;
        let query = self.query;
        Ok(Question::new(&query.text, query.as_you_type, effort, engine.vocabulary(), engine.synonyms())?)
    }

    fn browse(&self) -> Answer {
        let mut answer = self.nothing();
        for row in 0..self.engine.products() as Row {
            self.consider(&mut answer, row, 1.0);
        }
        answer
    }

    /// Those that have exactly so many words of the question.
    fn collect(&self, question: &Question, matches: &Matches, words: usize) -> Result<Answer, QueryError> {
        let mut answer = self.nothing();
        for &row in &matches.rows {
            if matches.words(row) == words && question.admits(row, self.engine)? {
                self.consider(&mut answer, row, matches.score(row));
            }
        }
        Ok(answer)
    }

    fn nothing(&self) -> Answer {
        let counters = self.query.facets.iter().map(|facet| Counter::new(facet, self.engine.columns())).collect();
        Answer { found: Vec::new(), counters }
    }

    fn consider(&self, answer: &mut Answer, row: Row, text: f32) {
        let Some((offer, failed)) = self.sieve.pass(row, self.overlay) else { return };
        for counter in &mut answer.counters {
            counter.count(row, &offer, failed, self.engine.columns());
        }
        if failed == 0 {
            let score = text * self.weighing.factors(row, &offer).product();
            answer.found.push(Found { row, offer, text, score });
        }
    }

    fn page(&self, question: &Question, mut answer: Answer) -> Result<Page, QueryError> {
        let columns = self.engine.columns();
        let end = self.query.offset + self.query.limit;
        let pins = self.pins(question, &mut answer)?;
        let pinned = pins.len();
        self.weighing.arrange(&mut answer.found, self.query.sort, end);
        let total = pinned + answer.found.len();
        let did_you_mean = self.did_you_mean(question, answer.found.first())?;
        let mut hits = Vec::new();
        for (place, found) in pins.into_iter().chain(answer.found).enumerate().take(end).skip(self.query.offset) {
            let Some(id) = columns.id(found.row) else { continue };
            let explanation = if self.query.explain { Some(self.explain(question, &found)?) } else { None };
            let Found { row, offer, score, .. } = found;
            hits.push(Hit { id, row, score, offer, pinned: place < pinned, explanation });
        }
        Ok(Page {
            snapshot: self.engine.manifest().version,
            total,
            hits,
            next_offset: (end < total).then_some(end),
            facets: answer.counters.into_iter().map(|counter| counter.finish(columns)).collect(),
            did_you_mean,
            suggestions: Vec::new(),
            relaxation: None,
            ignored_words: question.ignored_words,
        })
    }

    /// Takes the pinned products out of what was found, and brings those that were not found.
    fn pins(&self, question: &Question, answer: &mut Answer) -> Result<Vec<Found>, QueryError> {
        let mut pins: Vec<Found> = Vec::new();
        if self.query.sort != Sort::Relevance {
            return Ok(pins);
        }
        for row in self.query.pins.iter().filter_map(|id| self.engine.row(id)) {
            if pins.iter().any(|pin| pin.row == row) || !question.admits(row, self.engine)? {
                continue;
            }
            let found = answer.found.iter().position(|found| found.row == row).map(|at| answer.found.swap_remove(at));
            pins.extend(match found {
                Some(found) => Some(found),
                None => self.bring(question, row)?,
            });
        }
        Ok(pins)
    }

    /// A product that nobody looked for, where it may be shown.
    fn bring(&self, question: &Question, row: Row) -> Result<Option<Found>, QueryError> {
        let Some((offer, 0)) = self.sieve.pass(row, self.overlay) else { return Ok(None) };
        let words = explain::words(&question.slots, row, self.engine.vocabulary())?;
        let text = if words.is_empty() { 1.0 } else { words.iter().map(|word| word.score).sum() };
        let score = text * self.weighing.factors(row, &offer).product();
        Ok(Some(Found { row, offer, text, score }))
    }

    fn explain(&self, question: &Question, found: &Found) -> Result<Explanation, QueryError> {
        let words = explain::words(&question.slots, found.row, self.engine.vocabulary())?;
        let mut factors = self.weighing.factors(found.row, &found.offer);
        factors.affinity = found.score / (found.text * factors.product());
        Ok(Explanation { words, factors })
    }

    /// The question with the words of the best hit, where the catalogue does not know the typed ones.
    fn did_you_mean(&self, question: &Question, best: Option<&Found>) -> Result<Option<String>, QueryError> {
        let Some(best) = best else { return Ok(None) };
        let mut corrected = false;
        let mut words = Vec::new();
        for slot in &question.slots {
            let found = if slot.known { None } else { explain::word(slot, best.row, self.engine.vocabulary())? };
            match found {
                Some(found) if matches!(found.how, How::Typo(_)) => {
                    corrected = true;
                    words.push(found.matched);
                }
                _ => words.push(slot.typed.clone()),
            }
        }
        Ok(corrected.then(|| words.join(" ")))
    }
}
