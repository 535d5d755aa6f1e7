//! What goes over the wire, against a fake Stripe that remembers intents, refunds and idempotency keys, and misbehaves on
//! demand.

mod fake_stripe;

use std::time::Duration;

use fake_stripe::{FakeStripe, Fault};
use sipstr_domain::payment::EntryKind;
use sipstr_domain::{Currency, OrderId, RefundId};

use super::*;
use crate::RefundStatus;

const WEBHOOK_SECRET: &str = "whsec_canary";
const TOTAL: Money = Money::new(4598, Currency::Usd);

/// A day at the shop: Stripe, our client of it, and one order.
struct Shop {
    stripe: FakeStripe,
    provider: Stripe,
    order: NewPayment,
}

impl Shop {
    async fn open() -> Self {
        Self::with(Capture::Automatic).await
    }

    async fn with(capture: Capture) -> Self {
        let stripe = FakeStripe::start().await;
        let settings = StripeSettings {
            base_url: stripe.url(),
            capture,
            timeout: Duration::from_millis(500),
            backoff: Duration::from_millis(2),
            ..StripeSettings::default()
        };
        let keys =
            StripeKeys { api_key: Secret::new("sk_test_canary"), webhook_secrets: vec![Secret::new(WEBHOOK_SECRET)] };
        let order = NewPayment { order_id: OrderId::derive(&["order"]), money: TOTAL };
        Self { stripe, provider: Stripe::new(keys, settings), order }
    }

    async fn create(&self) -> Result<Payment, PaymentError> {
        self.provider.create(&self.order).await
    }

    /// A payment that the customer has made.
    async fn paid(&self) -> Payment {
        let payment = self.create().await.unwrap();
        self.stripe.set_status(&payment.reference, "succeeded");
        self.provider.fetch(&payment.reference).await.unwrap()
    }

    fn refund_of(&self, payment: &Payment, id: &str) -> NewRefund {
        NewRefund {
            order_id: self.order.order_id.clone(),
            reference: payment.reference.clone(),
            money: TOTAL,
            refund_id: RefundId::derive(&[id]),
        }
    }
}

#[tokio::test]
async fn a_payment_is_created_under_the_orders_id() {
    let shop = Shop::open().await;
    let payment = shop.create().await.unwrap();
    assert_eq!((payment.status, payment.money, payment.captured), (Status::AwaitingCustomer, TOTAL, 0));
    assert_eq!(payment.order_id.as_ref(), Some(&shop.order.order_id));
    assert_eq!(payment.entry(&shop.order.order_id, Timestamp::UNIX_EPOCH), None);

    let request = shop.stripe.only_request().await;
    let header = |name: &str| request.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("idempotency-key"), shop.order.order_id.as_str());
    assert_eq!(header("authorization"), "Bearer sk_test_canary");
    assert_eq!(header("stripe-version"), "2026-04-22.dahlia");
    assert_eq!(header("content-type"), "application/x-www-form-urlencoded");
    let form = format!(
        "amount=4598&currency=usd&capture_method=automatic_async&payment_method_types%5B%5D=card\
         &metadata%5Border_id%5D={}",
        shop.order.order_id
    );
    assert_eq!(String::from_utf8_lossy(&request.body), form);
}

#[tokio::test]
async fn creating_again_finds_the_payment_as_it_is_now() {
    let shop = Shop::open().await;
    let first = shop.create().await.unwrap();
    shop.stripe.set_status(&first.reference, "succeeded");
    let again = shop.create().await.unwrap();
    assert_eq!((again.reference, again.status, again.captured), (first.reference, Status::Captured, 4598));
    assert_eq!(shop.stripe.intents(), 1);
}

#[tokio::test]
async fn another_amount_under_the_same_order_is_refused() {
    let shop = Shop::open().await;
    shop.create().await.unwrap();
    let other = NewPayment { money: Money::new(1, Currency::Usd), ..shop.order.clone() };
    let refused = shop.provider.create(&other).await.unwrap_err();
    assert!(matches!(&refused, PaymentError::Rejected { code, .. } if code == "idempotency_error"), "{refused:?}");
    assert!(!refused.is_retryable());
}

#[tokio::test]
async fn stripe_acts_and_the_answer_is_lost_yet_there_is_one_payment() {
    let shop = Shop::open().await;
    shop.stripe.next([Fault::ActThenHang, Fault::ActThenHang]);
    shop.create().await.unwrap();
    assert_eq!(shop.stripe.intents(), 1);
}

#[tokio::test]
async fn stripe_hangs_three_times_and_the_caller_hears_of_it() {
    let shop = Shop::open().await;
    shop.stripe.next([Fault::ActThenHang, Fault::ActThenHang, Fault::ActThenHang]);
    let error = shop.create().await.unwrap_err();
    assert_eq!(error, PaymentError::unavailable("timed out"));
    assert!(error.is_retryable());
    // Later, from the queue.
    shop.create().await.unwrap();
    assert_eq!(shop.stripe.intents(), 1);
}

#[tokio::test]
async fn a_500_and_a_429_are_gone_by_the_next_try() {
    let shop = Shop::open().await;
    shop.stripe.next([Fault::Status(500), Fault::RateLimit { retry_after: None }]);
    shop.create().await.unwrap();
    assert_eq!(shop.stripe.requests().await, 3);
}

#[tokio::test]
async fn a_busy_key_is_tried_again() {
    let shop = Shop::open().await;
    shop.stripe.next([Fault::Status(409)]);
    shop.create().await.unwrap();
}

#[tokio::test]
async fn a_long_rate_limit_is_the_callers_to_wait_for() {
    let shop = Shop::open().await;
    shop.stripe.next([Fault::RateLimit { retry_after: Some(30) }]);
    let error = shop.create().await.unwrap_err();
    assert_eq!(error, PaymentError::RateLimited { retry_after: Some(Duration::from_secs(30)) });
    assert_eq!(shop.stripe.requests().await, 1);
}

#[tokio::test]
async fn a_decline_is_final() {
    let shop = Shop::open().await;
    shop.stripe.next([Fault::Decline]);
    let error = shop.create().await.unwrap_err();
    assert_eq!(error, PaymentError::Declined { code: "insufficient_funds".into() });
    assert_eq!(shop.stripe.requests().await, 1);
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let settings = StripeSettings {
        base_url: format!("http://{nobody}"),
        backoff: Duration::from_millis(1),
        ..StripeSettings::default()
    };
    let keys = StripeKeys { api_key: Secret::new("sk_test"), webhook_secrets: vec![] };
    let error = Stripe::new(keys, settings).fetch("pi_1").await.unwrap_err();
    assert_eq!(error, PaymentError::unavailable("no connection"));
}

#[tokio::test]
async fn a_refused_key_is_quoted_nowhere() {
    let shop = Shop::open().await;
    shop.stripe.next([Fault::Unauthorised]);
    let error = shop.create().await.unwrap_err();
    assert!(matches!(error, PaymentError::Rejected { .. }));
    assert!(!format!("{error} {error:?} {:?}", shop.provider).contains("canary"));
}

#[tokio::test]
async fn cancelling_says_whether_it_was_in_time() {
    let shop = Shop::open().await;
    let payment = shop.create().await.unwrap();
    assert_eq!(shop.provider.cancel(&payment.reference).await, Ok(Cancellation::Cancelled));
    assert_eq!(shop.provider.cancel(&payment.reference).await, Ok(Cancellation::AlreadyCancelled));
    let cancelled = shop.provider.fetch(&payment.reference).await.unwrap();
    let entry = cancelled.entry(&shop.order.order_id, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!((entry.kind, entry.reference), (EntryKind::Cancelled, payment.reference));

    let shop = Shop::open().await;
    let paid = shop.paid().await;
    let too_late = shop.provider.cancel(&paid.reference).await;
    assert_eq!(too_late, Ok(Cancellation::AlreadyCaptured(paid)));
}

#[tokio::test]
async fn a_payment_under_way_cannot_be_cancelled_yet() {
    let shop = Shop::open().await;
    let payment = shop.create().await.unwrap();
    shop.stripe.set_status(&payment.reference, "processing");
    assert!(shop.provider.cancel(&payment.reference).await.unwrap_err().is_retryable());
}

#[tokio::test]
async fn a_cancellation_whose_answer_is_lost_is_still_one() {
    let shop = Shop::open().await;
    let payment = shop.create().await.unwrap();
    shop.stripe.next([Fault::ActThenHang]);
    assert_eq!(shop.provider.cancel(&payment.reference).await, Ok(Cancellation::AlreadyCancelled));
}

#[tokio::test]
async fn authorised_money_is_captured_once() {
    let shop = Shop::with(Capture::Manual).await;
    let payment = shop.create().await.unwrap();
    shop.stripe.set_status(&payment.reference, "requires_capture");
    shop.stripe.next([Fault::ActThenHang]);
    let captured = shop.provider.capture(&payment.reference, TOTAL).await.unwrap();
    assert_eq!((captured.status, captured.captured), (Status::Captured, 4598));
    let less = Money::new(100, Currency::Usd);
    assert!(matches!(shop.provider.capture(&payment.reference, less).await, Err(PaymentError::Rejected { .. })));
}

#[tokio::test]
async fn a_refund_is_made_once_however_often_and_late_it_is_asked_for() {
    let shop = Shop::open().await;
    let paid = shop.paid().await;
    let wanted = shop.refund_of(&paid, "first");
    shop.stripe.next([Fault::None, Fault::ActThenHang]);
    let refund = shop.provider.refund(&wanted).await.unwrap();
    assert_eq!((refund.status, refund.money), (RefundStatus::Succeeded, TOTAL));
    let entry = refund.entry(&wanted.order_id, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!((entry.kind, &entry.reference), (EntryKind::Refunded, &refund.reference));

    shop.stripe.forget_keys();
    assert_eq!(shop.provider.refund(&wanted).await.unwrap(), refund);
    assert_eq!(shop.stripe.refunds(), 1);

    let more = shop.provider.refund(&shop.refund_of(&paid, "second")).await.unwrap_err();
    assert!(matches!(&more, PaymentError::Rejected { code, .. } if code == "charge_already_refunded"), "{more:?}");
}

#[tokio::test]
async fn a_reference_that_is_no_id_is_never_put_in_a_path() {
    let shop = Shop::open().await;
    for hostile in ["", "../refunds", "pi_1/capture", "pi_1?expand[]=customer", "pi_1#"] {
        assert!(matches!(shop.provider.fetch(hostile).await, Err(PaymentError::Rejected { .. })), "{hostile:?}");
    }
    assert_eq!(shop.stripe.requests().await, 0);
    let unknown = shop.provider.fetch("pi_unknown").await.unwrap_err();
    assert!(matches!(&unknown, PaymentError::Rejected { code, .. } if code == "resource_missing"), "{unknown:?}");
}

#[tokio::test]
async fn a_webhook_is_read_when_stripe_signed_it_and_not_otherwise() {
    let shop = Shop::open().await;
    let body = include_bytes!("../../../../events/webhooks/stripe/payment_intent.succeeded.json");
    let now = Timestamp::from_second(1_795_415_060).unwrap();
    let signed = |secret: &str| {
        let signature = sign(&Secret::new(secret), body, now).parse().unwrap();
        HeaderMap::from_iter([(SIGNATURE_HEADER.parse().unwrap(), signature)])
    };
    let event = shop.provider.parse_webhook(&signed(WEBHOOK_SECRET), body, now).await;
    assert!(matches!(event, Ok(WebhookEvent::Movement(entry)) if entry.kind == EntryKind::Captured));
    let forged = shop.provider.parse_webhook(&signed("whsec_guess"), body, now).await;
    assert_eq!(forged, Err(WebhookRejected::WrongSignature));
    let unsigned = shop.provider.parse_webhook(&HeaderMap::new(), body, now).await;
    assert_eq!(unsigned, Err(WebhookRejected::MissingSignature));
    // Nothing is read before it is believed.
    let nonsense = shop.provider.parse_webhook(&HeaderMap::new(), b"{", now).await;
    assert_eq!(nonsense, Err(WebhookRejected::MissingSignature));
}
