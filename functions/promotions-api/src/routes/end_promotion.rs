use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use sipstr_domain::promotion::{PromoCode, Promotion};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, InPerson, PathOf, Problem};
use sipstr_runtime::Clock;
use sipstr_storage::promotions::Promotions;

use crate::view::{PromotionView, answer};
use crate::who::AtWork;

/// Ends a promotion now. Orders that were placed with it keep it; quotes that were made with it can no longer be ordered.
#[utoipa::path(
    post, path = "/v1/promotions/{code}/end", tag = "Promotions", operation_id = "endPromotion",
    params(("code" = String, Path)),
    responses((status = 200, body = PromotionView), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn end_promotion(
    InPerson(Current(merchant)): AtWork,
    State(promotions): State<Promotions>,
    State(clock): State<Clock>,
    PathOf(code): PathOf<PromoCode>,
) -> ApiResult<Response> {
    for _ in 0..5 {
        let before = merchant.promotion(&promotions, &code).await?;
        let now = clock.now();
        if before.ends_at <= now {
            return Ok(answer(StatusCode::OK, before));
        }
        let after = Promotion { ends_at: now, starts_at: before.starts_at.min(now), ..before.clone() };
        if promotions.change(&before, &after).await? {
            tracing::info!(code = code.as_str(), by = %merchant.0.id(), "a promotion was ended");
            return Ok(answer(StatusCode::OK, merchant.promotion(&promotions, &code).await?));
        }
    }
    Err(Problem::unavailable())
}
