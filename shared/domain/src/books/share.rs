//! Who gets what of an order: the same split for the sale and for all that is taken back of it.

use super::{Account, Postings, StorePart};
use crate::money::apportion;
use crate::order::{Order, OrderLine};
use crate::pricing::{FeeKind, PricedLine, TaxShare, TaxTerm};

/// What of a line is not told by the line itself. Amounts stand for the whole quantity.
#[derive(Debug, Clone, Copy, Default)]
struct OfLine {
    /// What of the discount the platform pays.
    platform_off: i64,
    commission: i64,
}

/// An order, split once.
pub(super) struct Shares<'a> {
    order: &'a Order,
    lines: Vec<OfLine>,
    /// What of the discount on delivery the platform pays.
    platform_off_delivery: i64,
}

impl<'a> Shares<'a> {
    /// The platform's promotions are spread over what was taken off by largest remainder; the rest of each discount, such as
    /// what a kit costs less than its parts, is the store's. So is the commission spread over what the lines bring the store.
    pub fn of(order: &'a Order) -> Self {
        let off_delivery = off_delivery(order);
        let offs = order.lines.iter().map(|line| line.priced.discount).chain([off_delivery]);
        let offs: Vec<i64> = offs.map(|off| off.max(0)).collect();
        let by_platform = order.promotions.iter().filter(|used| !used.store_pays).map(|used| used.off).sum::<i64>();
        let mut platform = apportion(by_platform.clamp(0, offs.iter().sum()), &offs);
        let platform_off_delivery = platform.pop().unwrap_or_default();
        let brings = |(line, off): (&OrderLine, &i64)| {
            let line = &line.priced;
            (line.goods - (line.discount - off) - held(&line.taxes, &order.taxes)).max(0)
        };
        let bases: Vec<i64> = order.lines.iter().zip(&platform).map(brings).collect();
        let commissions = apportion(order.commission.of(bases.iter().sum()), &bases);
        let lines = platform.into_iter().zip(commissions);
        let lines = lines.map(|(platform_off, commission)| OfLine { platform_off, commission }).collect();
        Self { order, lines, platform_off_delivery }
    }

    /// Everything that the customer pays for.
    pub fn sale(&self) -> Postings {
        let mut postings = Postings::default();
        for place in 0..self.lines.len() {
            self.units(&mut postings, place, 0, self.order.lines[place].priced.quantity);
        }
        for kind in [FeeKind::Delivery, FeeKind::Service, FeeKind::SmallOrder] {
            self.fee(&mut postings, kind);
        }
        self.tip(&mut postings);
        postings
    }

    /// What was left of the sale when the order ended: goods that had not been paid back, and the fees. Where the courier went
    /// both ways, delivery and tip are not among it.
    pub fn left(&self, delivery_is_kept: bool) -> Postings {
        let mut postings = Postings::default();
        for (place, line) in self.order.lines.iter().enumerate() {
            self.units(&mut postings, place, line.refunded, line.priced.quantity);
        }
        self.fee(&mut postings, FeeKind::Service);
        self.fee(&mut postings, FeeKind::SmallOrder);
        if !delivery_is_kept {
            self.fee(&mut postings, FeeKind::Delivery);
            self.tip(&mut postings);
        }
        postings
    }

    /// Units of a line, split as the refund of a line is: parts of any sequence add up to the line.
    pub fn units(&self, postings: &mut Postings, place: usize, from: u32, until: u32) {
        let (whole, of_line) = (&self.order.lines[place].priced, self.lines[place]);
        let part: PricedLine = whole.part(&self.order.taxes, from, until);
        let platform_off = whole.of_units(of_line.platform_off, from, until);
        let commission = whole.of_units(of_line.commission, from, until);
        let included = held(&part.taxes, &self.order.taxes);
        postings.add(Account::Receivable, part.total);
        postings.add(Account::Promotions, platform_off);
        postings.add(self.store(StorePart::Goods), -part.goods);
        postings.add(self.store(StorePart::Promotions), part.discount - platform_off);
        postings.add(self.store(StorePart::Taxes), included);
        postings.add(self.store(StorePart::Commission), commission);
        postings.add(Account::Commission, -commission);
        postings.add(Account::Deposits, -part.deposit);
        self.taxes(postings, part.taxes.iter());
    }

    fn fee(&self, postings: &mut Postings, kind: FeeKind) {
        let amount = match kind {
            FeeKind::Delivery => self.order.delivery_fee,
            FeeKind::Service => self.order.service_fee,
            FeeKind::SmallOrder => self.order.small_order_fee,
        };
        let (off, platform_off) = match kind {
            FeeKind::Delivery => (off_delivery(self.order), self.platform_off_delivery),
            FeeKind::Service | FeeKind::SmallOrder => (0, 0),
        };
        let taxes: Vec<TaxShare> =
            self.order.fee_taxes.iter().filter(|tax| tax.fee == kind).map(|tax| tax.share).collect();
        let (added, included) = (crate::pricing::added(&taxes, &self.order.taxes), held(&taxes, &self.order.taxes));
        postings.add(Account::Receivable, amount - off + added);
        postings.add(Account::Promotions, platform_off);
        postings.add(self.store(StorePart::Promotions), off - platform_off);
        postings.add(Account::Fee(kind), included - amount);
        self.taxes(postings, taxes.iter());
    }

    fn tip(&self, postings: &mut Postings) {
        postings.add(Account::Receivable, self.order.tip);
        postings.add(Account::Tips, -self.order.tip);
    }

    fn taxes<'b>(&self, postings: &mut Postings, shares: impl Iterator<Item = &'b TaxShare>) {
        for share in shares {
            let id = self.order.taxes.get(usize::from(share.tax)).map_or("store.unknown", |term| term.id.as_str());
            postings.add(Account::Tax(self.tax_name(id)), -share.amount);
        }
    }

    /// A tax under its place. A store's own has none in its name: its place is that of the rules that admitted the order.
    fn tax_name(&self, id: &str) -> String {
        let place = self.order.trace.rules.split(['@', '+']).next().unwrap_or_default();
        id.strip_prefix("store.").map_or_else(|| id.to_owned(), |name| format!("{place}.local_{name}"))
    }

    fn store(&self, part: StorePart) -> Account {
        Account::Store(self.order.store_id.clone(), part)
    }
}

/// What promotions took off the delivery.
fn off_delivery(order: &Order) -> i64 {
    order.discount - order.lines.iter().map(|line| line.priced.discount).sum::<i64>()
}

/// The taxes that a price holds already.
fn held(shares: &[TaxShare], terms: &[TaxTerm]) -> i64 {
    shares.iter().map(|share| share.amount).sum::<i64>() - crate::pricing::added(shares, terms)
}
