use axum::Json;
use axum::extract::State;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Customer};

use crate::desk::{Desk, Which};
use crate::view::CartView;

/// Takes the present prices as seen: they are noted in this answer for the last time.
#[utoipa::path(
    post, path = "/v1/cart/acknowledge", tag = "Cart", operation_id = "acknowledgeCart",
    responses(
        (status = 200, body = CartView),
        (status = 409, body = ProblemBody, description = "`no_store_chosen`"),
    ),
    security(("bearer" = []))
)]
pub async fn acknowledge(customer: Customer, State(desk): State<Desk>) -> ApiResult<Json<CartView>> {
    Ok(Json(desk.change(customer.id(), Which::Current, &[], |_, _| Ok(())).await?.0))
}
