//! A provider in memory that keeps the promises of [`PaymentProvider`], for the tests of whoever pays.
//!
//! The customer's and the bank's part is played by [`FakeProvider::pay`] and [`FakeProvider::authorise`]. Webhooks are the
//! ledger entry as JSON under the header `fake-signature: valid`; [`FakeProvider::webhook`] makes them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use http::HeaderMap;
use jiff::Timestamp;
use sipstr_domain::payment::{PaymentEntry, Provider};
use sipstr_domain::{Money, OrderId, RefundId};

use crate::{
    Answer, Cancellation, NewPayment, NewRefund, Payment, PaymentError, PaymentProvider, Refund, RefundStatus, Secret,
    Status, WebhookEvent, WebhookRejected,
};

#[derive(Debug, Default)]
pub struct FakeProvider {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// By the order's id.
    payments: BTreeMap<OrderId, Payment>,
    refunds: BTreeMap<RefundId, (String, Refund)>,
    next_error: Option<PaymentError>,
}

impl FakeProvider {
    /// The customer pays, and it is captured. Panics where the order has no payment.
    pub fn pay(&self, order: &OrderId) -> Payment {
        self.settle(order, Status::Captured)
    }

    /// The customer pays, and the bank holds the money.
    pub fn authorise(&self, order: &OrderId) -> Payment {
        self.settle(order, Status::Authorised)
    }

    /// The next call does nothing but fail with this.
    pub fn fail_next(&self, error: PaymentError) {
        self.state().next_error = Some(error);
    }

    pub fn payment_of(&self, order: &OrderId) -> Option<Payment> {
        self.state().payments.get(order).cloned()
    }

    /// What has been given back of a payment, in minor units.
    pub fn refunded(&self, reference: &str) -> i64 {
        let state = self.state();
        state.refunds.values().filter(|(payment, _)| payment == reference).map(|(_, refund)| refund.money.amount).sum()
    }

    /// Headers and body of the webhook that reports `entry`.
    pub fn webhook(entry: &PaymentEntry) -> (HeaderMap, Vec<u8>) {
        let signature = ("fake-signature".parse().expect("a name"), "valid".parse().expect("a value"));
        (HeaderMap::from_iter([signature]), serde_json::to_vec(entry).expect("an entry is JSON"))
    }

    fn settle(&self, order: &OrderId, status: Status) -> Payment {
        let mut state = self.state();
        let payment = state.payments.get_mut(order).expect("the order has a payment");
        payment.status = status;
        payment.captured = if status == Status::Captured { payment.money.amount } else { 0 };
        payment.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds the state")
    }

    fn with<T>(&self, call: impl FnOnce(&mut State) -> Result<T, PaymentError>) -> Result<T, PaymentError> {
        let mut state = self.state();
        match state.next_error.take() {
            Some(error) => Err(error),
            None => call(&mut state),
        }
    }
}

impl State {
    fn by_reference(&mut self, reference: &str) -> Result<&mut Payment, PaymentError> {
        let found = self.payments.values_mut().find(|payment| payment.reference == reference);
        found.ok_or_else(|| rejected("resource_missing"))
    }

    fn refund(&mut self, new: &NewRefund) -> Result<Refund, PaymentError> {
        if let Some((_, known)) = self.refunds.get(&new.refund_id) {
            return Ok(known.clone());
        }
        let earlier: i64 = self
            .refunds
            .values()
            .filter(|(payment, _)| *payment == new.reference)
            .map(|(_, refund)| refund.money.amount)
            .sum();
        let payment = self.by_reference(&new.reference)?;
        if earlier + new.money.amount > payment.captured {
            return Err(rejected("charge_already_refunded"));
        }
        let reference = format!("re_fake_{}", new.refund_id.suffix());
        let refund =
            Refund { provider: Provider::Stripe, reference, status: RefundStatus::Succeeded, money: new.money };
        self.refunds.insert(new.refund_id.clone(), (new.reference.clone(), refund.clone()));
        Ok(refund)
    }
}

fn rejected(code: &str) -> PaymentError {
    PaymentError::Rejected { code: code.to_owned(), message: String::new() }
}

fn answer<'a, T: Send + 'a, E: Send + 'a>(result: Result<T, E>) -> Answer<'a, Result<T, E>> {
    Box::pin(std::future::ready(result))
}

impl PaymentProvider for FakeProvider {
    fn provider(&self) -> Provider {
        Provider::Stripe
    }

    fn create<'a>(&'a self, new: &'a NewPayment) -> Answer<'a, Result<Payment, PaymentError>> {
        answer(self.with(|state| {
            let payment = state.payments.entry(new.order_id.clone()).or_insert_with(|| Payment {
                provider: Provider::Stripe,
                reference: format!("pi_fake_{}", new.order_id.suffix()),
                order_id: Some(new.order_id.clone()),
                client_secret: Secret::new(format!("pi_fake_{}_secret", new.order_id.suffix())),
                status: Status::AwaitingCustomer,
                money: new.money,
                captured: 0,
            });
            if payment.money == new.money { Ok(payment.clone()) } else { Err(rejected("idempotency_error")) }
        }))
    }

    fn fetch<'a>(&'a self, reference: &'a str) -> Answer<'a, Result<Payment, PaymentError>> {
        answer(self.with(|state| state.by_reference(reference).cloned()))
    }

    fn cancel<'a>(&'a self, reference: &'a str) -> Answer<'a, Result<Cancellation, PaymentError>> {
        answer(self.with(|state| {
            let payment = state.by_reference(reference)?;
            match payment.status {
                Status::Captured => Ok(Cancellation::AlreadyCaptured(payment.clone())),
                Status::Cancelled => Ok(Cancellation::AlreadyCancelled),
                _ => {
                    payment.status = Status::Cancelled;
                    Ok(Cancellation::Cancelled)
                }
            }
        }))
    }

    fn capture<'a>(&'a self, reference: &'a str, money: Money) -> Answer<'a, Result<Payment, PaymentError>> {
        answer(self.with(|state| {
            let payment = state.by_reference(reference)?;
            match payment.status {
                Status::Authorised if money.amount <= payment.money.amount => {
                    payment.status = Status::Captured;
                    payment.captured = money.amount;
                    Ok(payment.clone())
                }
                Status::Captured if payment.captured == money.amount => Ok(payment.clone()),
                _ => Err(rejected("payment_intent_unexpected_state")),
            }
        }))
    }

    fn refund<'a>(&'a self, refund: &'a NewRefund) -> Answer<'a, Result<Refund, PaymentError>> {
        answer(self.with(|state| state.refund(refund)))
    }

    fn parse_webhook<'a>(
        &'a self,
        headers: &'a HeaderMap,
        body: &'a [u8],
        _now: Timestamp,
    ) -> Answer<'a, Result<WebhookEvent, WebhookRejected>> {
        answer(match headers.get("fake-signature") {
            None => Err(WebhookRejected::MissingSignature),
            Some(signature) if signature != "valid" => Err(WebhookRejected::WrongSignature),
            Some(_) => {
                serde_json::from_slice(body).map(WebhookEvent::Movement).map_err(|_| WebhookRejected::MalformedBody)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipstr_domain::Currency;

    #[tokio::test]
    async fn it_keeps_the_promises_of_the_trait() {
        let provider = FakeProvider::default();
        let order_id = OrderId::new();
        let money = Money::new(4598, Currency::Usd);
        let new = NewPayment { order_id: order_id.clone(), money };
        let first = provider.create(&new).await.unwrap();
        assert_eq!(provider.create(&new).await.unwrap(), first);

        let paid = provider.pay(&order_id);
        assert_eq!(provider.cancel(&first.reference).await, Ok(Cancellation::AlreadyCaptured(paid)));

        let refund = NewRefund { order_id, reference: first.reference.clone(), money, refund_id: RefundId::new() };
        let given_back = provider.refund(&refund).await.unwrap();
        assert_eq!(provider.refund(&refund).await.unwrap(), given_back);
        let another = NewRefund { refund_id: RefundId::new(), ..refund };
        assert!(provider.refund(&another).await.is_err());
        assert_eq!(provider.refunded(&first.reference), 4598);
    }
}
