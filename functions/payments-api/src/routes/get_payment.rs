use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use sipstr_domain::OrderId;
use sipstr_domain::account::Role;
use sipstr_domain::order::{Order, OrderState};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Person, Problem};
use sipstr_payments::{NewPayment, Payment, PaymentError, PaymentProvider, Status};
use sipstr_runtime::Clock;
use sipstr_storage::orders::Orders;
use sipstr_storage::payments::Payments;

use crate::view::PaymentView;

/// How long the provider may take: less than the caller waits.
const PATIENCE: Duration = Duration::from_secs(7);

/// How an order's payment stands, with every movement: for its customer, and for support and administration.
///
/// While the order waits to be paid, its customer also gets what the app needs to pay: the payment that was made with the
/// order, looked up at the provider. It is left out once the customer has paid, even before the order knows.
#[utoipa::path(
    get, path = "/v1/orders/{orderId}/payment", tag = "Payments", operation_id = "getPayment",
    params(("orderId" = String, Path)),
    responses(
        (status = 200, body = PaymentView),
        (status = 404, body = ProblemBody),
        (status = 503, body = ProblemBody, description = "`payment_provider_unavailable`: ask again"),
    ),
    security(("bearer" = []))
)]
pub async fn get_payment(
    person: Person,
    State(orders): State<Orders>,
    State(payments): State<Payments>,
    State(provider): State<Arc<dyn PaymentProvider>>,
    State(clock): State<Clock>,
    PathOf(id): PathOf<OrderId>,
) -> ApiResult<Json<PaymentView>> {
    let order = orders.get(&id).await?.ok_or_else(Problem::not_found)?;
    let theirs = order.customer_id == *person.id() && person.has(Role::Customer);
    if !theirs && !person.has(Role::Support) && !person.has(Role::Admin) {
        return Err(Problem::not_found());
    }
    let entries = payments.of_order(&id).await?;
    // Who acts as the customer sees how it stands, and does not pay for her.
    let open = if theirs && person.claims.act.is_none() && can_be_paid(&order, clock.now()) {
        open_payment(&*provider, &NewPayment { order_id: id, money: order.due_money() }).await?
    } else {
        None
    };
    Ok(Json(PaymentView::new(order, entries, open)))
}

fn can_be_paid(order: &Order, now: Timestamp) -> bool {
    order.state == OrderState::PendingPayment && order.due() > 0 && now < order.expires_at
}

/// The order's payment, if the customer still has something to do about it.
async fn open_payment(provider: &dyn PaymentProvider, wanted: &NewPayment) -> ApiResult<Option<Payment>> {
    match tokio::time::timeout(PATIENCE, provider.create(wanted)).await {
        Ok(Ok(payment)) => Ok(Some(payment).filter(|payment| payment.status == Status::AwaitingCustomer)),
        Ok(Err(PaymentError::Rejected { code, message })) => Err(Problem::internal(format!("{code}: {message}"))),
        Ok(Err(error)) => Err(unavailable(&wanted.order_id, &error.to_string())),
        Err(_) => Err(unavailable(&wanted.order_id, "no answer in time")),
    }
}

fn unavailable(order: &OrderId, cause: &str) -> Problem {
    tracing::warn!(orderId = %order, cause, "the provider did not find the payment");
    let mut problem = Problem::unavailable();
    problem.code = "payment_provider_unavailable";
    problem
}

#[cfg(test)]
mod tests {
    use sipstr_domain::{Currency, Money};
    use sipstr_payments::fake::FakeProvider;

    use super::*;

    fn wanted() -> NewPayment {
        NewPayment { order_id: OrderId::derive(&["test"]), money: Money::new(4_598, Currency::Usd) }
    }

    #[tokio::test]
    async fn the_payment_of_the_order_is_found_until_it_is_paid() {
        let provider = FakeProvider::default();
        let made = provider.create(&wanted()).await.unwrap();
        assert_eq!(open_payment(&provider, &wanted()).await, Ok(Some(made)));
        provider.pay(&wanted().order_id);
        assert_eq!(open_payment(&provider, &wanted()).await, Ok(None));
    }

    #[tokio::test]
    async fn a_provider_that_does_not_answer_is_told_apart_from_a_mistake_of_ours() {
        let provider = FakeProvider::default();
        let codes = [
            (PaymentError::RateLimited { retry_after: None }, 503, "payment_provider_unavailable"),
            (
                PaymentError::Rejected { code: "idempotency_error".into(), message: "secret".into() },
                500,
                "internal_error",
            ),
        ];
        for (error, status, code) in codes {
            provider.fail_next(error);
            let problem = open_payment(&provider, &wanted()).await.unwrap_err();
            assert_eq!((problem.status.as_u16(), problem.code), (status, code));
            assert!(!problem.detail.contains("secret"));
        }
    }
}
