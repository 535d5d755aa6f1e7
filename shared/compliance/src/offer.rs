//! Whether a promotion may be made at all where the store is.

use jiff::civil::Date;
use sipstr_domain::compliance::Refused;
use sipstr_domain::promotion::{Entry, Promotion};
use sipstr_domain::store::Store;

use crate::decision::{Depth, Docket, Flow};
use crate::kind::Kind;
use crate::law::{Case, Law};
use crate::place::Destination;
use crate::rule::Asks;
use crate::set::Subject;

/// What the law looks at in a promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Whether somebody must have a code or coupon for it.
    pub by_code: bool,
    /// Whether it makes the drinks cheaper; free delivery does not.
    pub off_goods: bool,
    /// Whether it is given for buying more.
    pub by_quantity: bool,
}

impl From<&Promotion> for Offer {
    /// A promotion from a least basket on is one for buying more: the stricter reading.
    fn from(promotion: &Promotion) -> Self {
        let by_quantity = promotion.rules.minimum_basket > 0 || promotion.benefit.is_by_quantity();
        Self { by_code: promotion.entry != Entry::Automatic, off_goods: promotion.benefit.is_off_goods(), by_quantity }
    }
}

impl Offer {
    /// Asked before a price is made, so that an unlawful promotion gives nothing.
    pub fn lawful(self, law: &Law<'_>, store: &Store, kinds: &[Kind], on: Date) -> Result<(), Refused> {
        let door = Destination::at(store.location);
        let case = Case::new(Some(law), store, door, kinds.iter().copied(), on);
        let mut docket = Docket::new(Depth::Decide);
        let _ = self.judge(law, &case, &mut docket);
        docket.decision(law.editions()).refused().map_or(Ok(()), Err)
    }

    pub(crate) fn judge<'l>(self, law: &Law<'l>, case: &Case<'_>, docket: &mut Docket<'l>) -> Flow {
        case.each(law, Subject::Offer, docket, |rule, docket| {
            let (unlawful, what) = match rule.asks {
                Asks::NoCoupons {} => (self.by_code, "coupons are not taken for alcohol here"),
                Asks::NoQuantityDiscount {} => (self.by_quantity, "alcohol is not cheaper by the quantity here"),
                _ => return Flow::Continue(()),
            };
            docket.test(!(unlawful && self.off_goods), &rule.id, "promotion_not_lawful", || what.to_owned())
        })
    }
}
