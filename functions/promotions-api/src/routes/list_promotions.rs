use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::StoreId;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, InPerson, PageOf, QueryOf, Signer};
use sipstr_storage::promotions::Promotions;

use crate::view::PromotionView;
use crate::who::AtWork;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhosePromotions {
    /// Of this store; absent, those that hold in every store.
    pub store_id: Option<StoreId>,
    /// Items a page, 1 to 100; 20 unless told.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u8>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

/// The promotions of a store, or those of all stores, by code. One that was made this second may be missing.
#[utoipa::path(
    get, path = "/v1/promotions", tag = "Promotions", operation_id = "listPromotions",
    params(WhosePromotions),
    responses((status = 200, body = PageOf<PromotionView>), (status = 400, body = ProblemBody), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_promotions(
    InPerson(Current(merchant)): AtWork,
    State(promotions): State<Promotions>,
    State(signer): State<Signer>,
    QueryOf(query): QueryOf<WhosePromotions>,
) -> ApiResult<Json<PageOf<PromotionView>>> {
    let store = query.store_id.as_ref();
    merchant.may(store)?;
    let list = format!("promotions:{}", store.map_or("all", StoreId::as_str));
    let from = sipstr_http::page::from(query.cursor.as_deref(), &signer, &list)?;
    let page = promotions.of(store, sipstr_http::page::limit(query.limit)?, from).await?;
    Ok(Json(PageOf::of(page, &signer, &list, PromotionView::from)))
}
