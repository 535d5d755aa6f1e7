use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, InPerson, Problem};
use sipstr_storage::promotions::Promotions;
use sipstr_storage::stores::Stores;

use crate::view::{NewPromotion, PromotionView, answer};
use crate::who::AtWork;

/// Makes a promotion: behind one code, for everybody who fulfils its rules, or behind up to a million codes of a campaign.
///
/// Its code is its name and stays taken. Whether the law of a place allows it is judged for each basket.
#[utoipa::path(
    post, path = "/v1/promotions", tag = "Promotions", operation_id = "createPromotion",
    request_body = NewPromotion,
    responses(
        (status = 201, body = PromotionView),
        (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store"),
        (status = 409, body = ProblemBody, description = "`code_taken`"),
    ),
    security(("bearer" = []))
)]
pub async fn create_promotion(
    InPerson(Current(merchant)): AtWork,
    State(promotions): State<Promotions>,
    State(stores): State<Stores>,
    Body(request): Body<NewPromotion>,
) -> ApiResult<Response> {
    merchant.may(request.store_id.as_ref())?;
    if let Some(store) = &request.store_id {
        stores.get(store).await?.ok_or_else(Problem::not_found)?;
    }
    let promotion = request.promotion()?;
    if !promotions.add(&promotion).await? {
        return Err(Problem::conflict("code_taken", "there is a promotion of this code"));
    }
    tracing::info!(code = promotion.code.as_str(), by = %merchant.0.id(), "a promotion was made");
    Ok(answer(StatusCode::CREATED, promotion))
}
