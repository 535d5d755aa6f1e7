use axum::Json;
use axum::extract::State;
use sipstr_domain::credit::{CreditEntry, CreditKind};
use sipstr_domain::{LedgerEntryId, Money};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Customer, InPerson, Problem};
use sipstr_storage::credits::Emptied;

use super::my_credit::Credit;
use crate::cards::{Code, tried};

/// Turns all that is on a gift card into the customer's store credit.
#[utoipa::path(
    post, path = "/v1/me/credit/redeem", tag = "Credit", operation_id = "redeemGiftCard",
    request_body = Code,
    responses(
        (status = 200, body = Credit),
        (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`not_while_acting`"),
        (status = 422, body = ProblemBody, description = "`gift_card_not_valid`: unknown, used or expired"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn redeem(
    InPerson(customer): InPerson<Customer>,
    State(state): State<crate::State>,
    Body(request): Body<Code>,
) -> ApiResult<Json<Credit>> {
    let (hash, card) = tried(&state, customer.id(), &request.code).await?;
    let entry = CreditEntry {
        id: LedgerEntryId::derive(&[&hash, "redeemed"]),
        kind: CreditKind::Redeemed,
        money: Money::new(card.balance, card.currency),
        order_id: None,
        actor: None,
        note: None,
        at: state.clock.now(),
    };
    match state.credits.redeem(&state.books, &hash, &card, customer.id(), &entry).await? {
        Emptied::Done => Ok(Json(Credit { balances: state.credits.of(customer.id()).await? })),
        Emptied::Moved => Err(Problem::unprocessable("gift_card_not_valid", "somebody else has used this gift card")),
    }
}
