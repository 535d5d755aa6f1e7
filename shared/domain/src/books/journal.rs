//! All entries of an order, from what is stored of it: a pure function, so events may come twice and in any order.

use jiff::Timestamp;

use super::share::Shares;
use super::{Account, BookError, Fact, JournalEntry, JournalKind, Postings};
use crate::money::Currency;
use crate::order::{Order, OrderState};
use crate::payment::{EntryKind, PaymentEntry};

/// What the books must say of an order by now. Later readings say the same and perhaps more: an entry that was made once is
/// made again from all that the order may still become.
pub fn journal(order: &Order, payments: &[PaymentEntry]) -> Result<Vec<JournalEntry>, BookError> {
    let mut book = Book { order, entries: Vec::new() };
    if let Some(confirmed) = reached(order, OrderState::Confirmed) {
        book.of_sale(confirmed)?;
    }
    for payment in payments {
        book.of_payment(payment)?;
    }
    book.entries.sort_by(|a, b| (a.fact().at, a.id()).cmp(&(b.fact().at, b.id())));
    Ok(book.entries)
}

/// When an order came into a state.
fn reached(order: &Order, state: OrderState) -> Option<Timestamp> {
    order.timeline.iter().find(|step| step.state == state).map(|step| step.at)
}

struct Book<'a> {
    order: &'a Order,
    entries: Vec<JournalEntry>,
}

impl Book<'_> {
    fn of_sale(&mut self, confirmed: Timestamp) -> Result<(), BookError> {
        let (order, shares) = (self.order, Shares::of(self.order));
        self.write(JournalKind::Sale, confirmed, String::new(), shares.sale())?;
        let spent = Postings::of(Account::StoreCredit, Account::Receivable, order.credit);
        self.write(JournalKind::CreditSpent, confirmed, String::new(), spent)?;
        for (number, refund) in order.refunds.iter().enumerate() {
            let mut taken_back = Postings::default();
            for units in &refund.lines {
                let place = order.lines.iter().position(|line| line.priced.product_id == units.product_id);
                if let Some(place) = place {
                    shares.units(&mut taken_back, place, units.from, units.until);
                }
            }
            self.write(JournalKind::GoodsRefunded, refund.at, number.to_string(), taken_back.reversed())?;
            self.credit_back(refund.at, number.to_string(), refund.credit)?;
        }
        let over = [OrderState::Cancelled, OrderState::Returned].into_iter();
        if let Some((state, at)) = over.filter_map(|state| Some((state, reached(order, state)?))).next() {
            let left = shares.left(state == OrderState::Returned);
            self.write(JournalKind::SaleReversed, at, String::new(), left.reversed())?;
            let before: i64 = order.refunds.iter().map(|refund| refund.credit).sum();
            self.credit_back(at, "end".to_owned(), order.credit_back - before)?;
        }
        Ok(())
    }

    fn credit_back(&mut self, at: Timestamp, reference: String, amount: i64) -> Result<(), BookError> {
        let back = Postings::of(Account::Receivable, Account::StoreCredit, amount);
        self.write(JournalKind::CreditGivenBack, at, reference, back)
    }

    /// Attempts, authorisations and voids move no money.
    fn of_payment(&mut self, payment: &PaymentEntry) -> Result<(), BookError> {
        let (clearing, amount) = (Account::Clearing(payment.provider), payment.money.amount);
        let (kind, postings) = match payment.kind {
            EntryKind::Captured => (JournalKind::PaymentCaptured, Postings::of(clearing, Account::Receivable, amount)),
            EntryKind::Refunded => (JournalKind::PaymentRefunded, Postings::of(Account::Receivable, clearing, amount)),
            EntryKind::Authorised | EntryKind::Failed | EntryKind::Cancelled => return Ok(()),
        };
        let fact = Fact {
            provider: Some(payment.provider),
            ..self.fact(kind, payment.at, payment.money.currency, payment.reference.clone())
        };
        self.push(fact, postings)
    }

    fn write(
        &mut self,
        kind: JournalKind,
        at: Timestamp,
        reference: String,
        postings: Postings,
    ) -> Result<(), BookError> {
        self.push(self.fact(kind, at, self.order.currency, reference), postings)
    }

    fn fact(&self, kind: JournalKind, at: Timestamp, currency: Currency, reference: String) -> Fact {
        let (order_id, store_id) = (Some(self.order.id.clone()), Some(self.order.store_id.clone()));
        Fact { kind, at, currency, order_id, store_id, provider: None, reference }
    }

    /// What changes nothing is no entry.
    fn push(&mut self, fact: Fact, postings: Postings) -> Result<(), BookError> {
        if !postings.is_empty() {
            self.entries.push(JournalEntry::new(fact, postings)?);
        }
        Ok(())
    }
}
