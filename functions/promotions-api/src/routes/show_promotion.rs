use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use sipstr_domain::promotion::PromoCode;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, InPerson, PathOf};
use sipstr_storage::promotions::Promotions;

use crate::view::{PromotionView, answer};
use crate::who::AtWork;

/// One promotion with its counters. The `ETag` is what an edit names.
#[utoipa::path(
    get, path = "/v1/promotions/{code}", tag = "Promotions", operation_id = "showPromotion",
    params(("code" = String, Path)),
    responses((status = 200, body = PromotionView), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn show_promotion(
    InPerson(Current(merchant)): AtWork,
    State(promotions): State<Promotions>,
    PathOf(code): PathOf<PromoCode>,
) -> ApiResult<Response> {
    Ok(answer(StatusCode::OK, merchant.promotion(&promotions, &code).await?))
}
