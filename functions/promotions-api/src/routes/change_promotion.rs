use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use sipstr_domain::promotion::PromoCode;
use sipstr_http::edit::{matched, stale};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, InPerson, PathOf};
use sipstr_storage::promotions::Promotions;

use crate::view::{PromotionTerms, PromotionView, answer};
use crate::who::AtWork;

/// Changes a promotion's terms: the whole of them, at the version that was read. What orders used stays counted; of a
/// changed budget the difference is added to what is left.
#[utoipa::path(
    put, path = "/v1/promotions/{code}", tag = "Promotions", operation_id = "changePromotion",
    params(("code" = String, Path), ("If-Match" = String, Header)),
    request_body = PromotionTerms,
    responses(
        (status = 200, body = PromotionView),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn change_promotion(
    InPerson(Current(merchant)): AtWork,
    State(promotions): State<Promotions>,
    PathOf(code): PathOf<PromoCode>,
    headers: HeaderMap,
    Body(terms): Body<PromotionTerms>,
) -> ApiResult<Response> {
    let before = merchant.promotion(&promotions, &code).await?;
    matched(&headers, before.version)?;
    let after = terms.applied_to(before.clone())?;
    if !promotions.change(&before, &after).await? {
        return Err(stale());
    }
    Ok(answer(StatusCode::OK, merchant.promotion(&promotions, &code).await?))
}
