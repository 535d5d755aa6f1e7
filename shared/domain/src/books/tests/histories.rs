//! Ten thousand histories of orders: whatever happens, and however it is heard of, the books close.

use super::*;
use crate::order::FeeTax;
use crate::payment::PaymentStatus;

/// What happens to an order. Numbers are reduced to what is possible when it happens.
#[derive(Debug, Clone)]
enum Step {
    Pay,
    PayOther(i64),
    /// The provider gives back a part of what is due, in tenths, and the order hears of it.
    GiveBack(i64),
    Refund(usize, u32),
    Does(Action),
}

fn step() -> impl Strategy<Value = Step> {
    let does = |action: Action| Just(Step::Does(action));
    prop_oneof![
        5 => Just(Step::Pay),
        1 => (1_i64..9_000).prop_map(Step::PayOther),
        5 => (1_i64..=10).prop_map(Step::GiveBack),
        5 => (0_usize..3, 1_u32..7).prop_map(|(line, units)| Step::Refund(line, units)),
        1 => does(Action::VoidPayment),
        1 => does(Action::Expire),
        2 => does(Action::Cancel { reason: String::new() }),
        3 => does(Action::Accept { preparation_minutes: 5 }),
        3 => does(Action::MarkReady),
        3 => does(Action::PickUp),
        2 => does(Action::HandOver),
        2 => does(Action::Refuse { reason: String::new() }),
        2 => does(Action::Return),
    ]
}

/// Quantity, price, tenths taken off, deposit each, and the taxes of a line.
type Line = (u32, i64, i64, i64, [i64; 2]);

fn line() -> impl Strategy<Value = Line> {
    (1_u32..7, 1_i64..5_000, 0_i64..=10, prop_oneof![Just(0), 1_i64..40], [0_i64..700, 0_i64..500])
}

fn any_order() -> impl Strategy<Value = Order> {
    let fees = (0_i64..900, 0_i64..=10, 0_i64..400, 0_i64..300, [0_i64..90, 0_i64..90]);
    let shares = (0_i64..=10, any::<bool>(), 0_i64..=10, 0_u16..=Commission::MOST);
    (prop::collection::vec(line(), 1..4), fees, 0_i64..700, shares).prop_map(|(lines, fees, tip, shares)| {
        let (delivery, off_tenths, service, small, fee_taxes) = fees;
        let (by_platform, one_promotion, credit_tenths, commission) = shares;
        let terms = |id: &str, included| TaxTerm { id: id.into(), measure: TaxMeasure::Rate(Rate(1)), included };
        let lines: Vec<OrderLine> = lines.into_iter().enumerate().map(order_line).collect();
        let off_delivery = delivery * off_tenths / 10;
        let discount = lines.iter().map(|line| line.priced.discount).sum::<i64>() + off_delivery;
        let platform = discount * by_platform / 10;
        let promotions = match one_promotion {
            true => vec![ground::used("ALL", discount, false)],
            false => vec![ground::used("OURS", platform, false), ground::used("THEIRS", discount - platform, true)],
        };
        let fee_tax = |fee, tax: u8, amount| FeeTax { fee, share: TaxShare { tax, base: amount * 10, amount } };
        let total = lines.iter().map(|line| line.priced.total).sum::<i64>() + delivery - off_delivery
            + service
            + small
            + fee_taxes[0]
            + tip;
        let credit = total * credit_tenths / 10;
        Order {
            lines,
            discount,
            delivery_fee: delivery,
            service_fee: service,
            small_order_fee: small,
            tip,
            total,
            credit,
            taxes: vec![terms("us-ca.sales_tax", false), terms("gb.vat", true)],
            fee_taxes: vec![fee_tax(FeeKind::Delivery, 0, fee_taxes[0]), fee_tax(FeeKind::Service, 1, fee_taxes[1])],
            promotions,
            commission: Commission::try_from(commission).unwrap(),
            ..order()
        }
    })
}

fn order_line((place, (quantity, price, off, deposit, taxes)): (usize, Line)) -> OrderLine {
    let goods = price * i64::from(quantity);
    let discount = goods * off / 10;
    let deposit = deposit * i64::from(quantity);
    let share = |tax: u8, amount: i64| TaxShare { tax, base: goods, amount };
    let priced = PricedLine {
        product_id: ProductId::derive(&["product", &place.to_string()]),
        quantity,
        unit_price: price,
        goods,
        discount,
        deposit,
        tax: taxes[0],
        total: goods - discount + deposit + taxes[0],
        taxes: vec![share(0, taxes[0]), share(1, taxes[1].min(goods - discount))],
        ..order().lines.remove(0).priced
    };
    OrderLine { priced, takes: vec![], refunded: 0, counted_on: None }
}

/// An order and its payments, as they were after each step.
struct History {
    orders: Vec<Order>,
    payments: Vec<Vec<PaymentEntry>>,
}

impl History {
    fn of(order: Order, steps: &[Step]) -> Self {
        let mut history = Self { orders: vec![order], payments: vec![Vec::new()] };
        for (number, step) in steps.iter().enumerate() {
            history.take(step, number as i64 + 1);
        }
        // What is still owed goes back, as it does within minutes.
        history.take(&Step::GiveBack(10), 9_000);
        history
    }

    fn order(&self) -> &Order {
        self.orders.last().unwrap()
    }

    fn take(&mut self, step: &Step, second: i64) {
        let (order, mut payments) = (self.order().clone(), self.payments.last().unwrap().clone());
        let (action, payment) = match step {
            Step::Pay | Step::PayOther(_) if order.payment.captured != 0 || order.due() == 0 => {
                (Action::CoverWithCredit, None)
            }
            Step::Pay => (Action::Capture { amount: order.due() }, Some((EntryKind::Captured, order.due()))),
            Step::PayOther(amount) => (Action::Capture { amount: *amount }, Some((EntryKind::Captured, *amount))),
            Step::GiveBack(tenths) => {
                let part = (order.payment.refund_due * tenths / 10).max(1).min(order.payment.refund_due);
                (Action::SettleRefund { refunded: order.payment.refunded + part }, Some((EntryKind::Refunded, part)))
            }
            Step::Refund(line, units) => {
                let lines = order.lines.get(*line).into_iter().map(|line| {
                    let quantity = (line.refunded + units).min(line.priced.quantity);
                    RefundedLine { product_id: line.priced.product_id.clone(), quantity }
                });
                (Action::RefundLines { lines: lines.collect(), reason: String::new() }, None)
            }
            Step::Does(action) => (action.clone(), None),
        };
        let Ok(Transition::Changed { order: next, .. }) = order.apply(&action, Actor::System, at(second * 700)) else {
            return;
        };
        if let Some((kind, amount)) = payment {
            let reference = format!("{}_{second}", kind.as_str());
            let money = Money::new(amount, order.currency);
            payments.push(PaymentEntry { kind, reference, money, at: at(second * 700), ..capture(&order) });
        }
        self.orders.push(*next);
        self.payments.push(payments);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Heard of in any order, twice, and late: the same journal. It sums to zero, and whoever is owed nothing is owed nothing.
    #[test]
    fn the_books_of_every_history_close(
        order in any_order(),
        steps in prop::collection::vec(step(), 0..18),
        heard in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..6),
    ) {
        let history = History::of(order, &steps);
        let (order, payments) = (history.order(), history.payments.last().unwrap());
        let journal_of_all = journal(order, payments).unwrap();

        let mut written: BTreeMap<_, JournalEntry> = BTreeMap::new();
        for (of_order, of_payments) in heard {
            let seen = journal(of_order.get(&history.orders), of_payments.get::<Vec<PaymentEntry>>(&history.payments)).unwrap();
            for entry in seen {
                let first = written.entry(entry.id().clone()).or_insert_with(|| entry.clone());
                prop_assert_eq!(&*first, &entry, "an entry that was made says the same for ever");
            }
        }
        for entry in &journal_of_all {
            written.entry(entry.id().clone()).or_insert_with(|| entry.clone());
        }
        let mut books: Vec<JournalEntry> = written.into_values().collect();
        books.sort_by(|a, b| (a.fact().at, a.id()).cmp(&(b.fact().at, b.id())));
        prop_assert_eq!(&books, &journal_of_all);

        for entry in &books {
            prop_assert_eq!(entry.postings().iter().map(|posting| i128::from(posting.amount)).sum::<i128>(), 0);
        }
        prop_assert_eq!(check(order, payments, &books), (vec![], vec![]));
        prop_assert_eq!(order.payment.refund_due, 0);
        let balance = |wanted: &Account| -> i64 {
            let postings = books.iter().flat_map(JournalEntry::postings);
            postings.filter(|posting| posting.account == *wanted).map(|posting| posting.amount).sum()
        };
        prop_assert_eq!(balance(&Account::Receivable), 0, "settled");
        prop_assert_eq!(balance(&Account::Clearing(Provider::Stripe)), order.payment.captured - order.payment.refunded);
        if order.payment.status == PaymentStatus::Refunded && order.payment.refunded == order.payment.captured {
            let credit = if order.timeline.iter().any(|step| step.state.as_str() == "confirmed") { order.credit - order.credit_back } else { 0 };
            prop_assert_eq!(balance(&Account::StoreCredit), credit);
        }
    }

    /// The statement is the ledger, read by the store.
    #[test]
    fn a_statement_and_the_ledger_agree_to_the_cent(
        order in any_order(),
        steps in prop::collection::vec(step(), 0..18),
        paid_out in 1_i64..5_000,
        adjusted in prop_oneof![-900_i64..0, 1_i64..900],
    ) {
        let history = History::of(order, &steps);
        let order = history.order();
        let mut books = journal(order, history.payments.last().unwrap()).unwrap();
        let manual = |kind, amount| ManualEntry {
            kind,
            store_id: order.store_id.clone(),
            order_id: None,
            money: Money::new(amount, order.currency),
            reference: "r-1".into(),
            at: at(1),
        };
        let by_hand =
            [(ManualKind::Payout, paid_out), (ManualKind::Adjustment, adjusted), (ManualKind::StoreFee, paid_out)];
        books.extend(by_hand.map(|(kind, amount)| manual(kind, amount).entry().unwrap()));
        let mut statement = Statement::default();
        books.iter().for_each(|entry| statement.note(&order.store_id, entry));

        let of_store = books.iter().flat_map(JournalEntry::postings).filter_map(|posting| {
            let (_, part) = posting.account.store()?;
            Some((part, posting.amount))
        });
        let (payouts, rest): (Vec<_>, Vec<_>) = of_store.partition(|(part, _)| *part == StorePart::Payouts);
        let totals = statement.totals["USD"];
        prop_assert_eq!(totals.net, -rest.iter().map(|(_, amount)| amount).sum::<i64>());
        prop_assert_eq!(totals.payouts, -payouts.iter().map(|(_, amount)| amount).sum::<i64>());
        prop_assert_eq!(totals.net, statement.lines.iter().map(|line| line.figures.net).sum::<i64>());
        let t = totals;
        prop_assert_eq!(t.net, t.orders + t.refunds + t.promotions + t.taxes + t.commission + t.fees + t.adjustments);
        prop_assert_eq!((t.fees, t.adjustments, t.payouts), (-paid_out, adjusted, -paid_out));
    }

    /// However goods are paid back, unit by unit or at once, all of it is the sale of the line.
    #[test]
    fn refunds_of_parts_add_up_to_the_sale(order in any_order(), cuts in prop::collection::vec(0_u32..7, 0..4)) {
        let shares = super::super::share::Shares::of(&order);
        let (mut whole, mut parts) = (Postings::default(), Postings::default());
        for (place, line) in order.lines.iter().enumerate() {
            shares.units(&mut whole, place, 0, line.priced.quantity);
            let mut cuts: Vec<u32> = cuts.iter().map(|cut| (*cut).min(line.priced.quantity)).collect();
            cuts.extend([0, line.priced.quantity]);
            cuts.sort_unstable();
            cuts.windows(2).for_each(|cut| shares.units(&mut parts, place, cut[0], cut[1]));
        }
        prop_assert_eq!(whole, parts);
    }
}
