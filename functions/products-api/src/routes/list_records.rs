use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::catalog::{ProductRecord, ProductState};
use sipstr_domain::{BrandId, CategoryId, GroupId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PageOf, Problem, QueryOf, Signer, page};
use sipstr_storage::products::{Listed, Products};

use crate::Editor;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichRecords {
    /// Where nothing else is asked for: active ones unless told.
    pub state: Option<ProductState>,
    /// One of brand, category and group at a time, each with a state or without.
    pub brand_id: Option<BrandId>,
    pub category_id: Option<CategoryId>,
    pub group_id: Option<GroupId>,
    /// Items a page, 1 to 100; 20 unless told.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u8>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

impl WhichRecords {
    fn listed(&self) -> ApiResult<Listed> {
        let state = self.state;
        match (&self.brand_id, &self.category_id, &self.group_id) {
            (None, None, None) => Ok(Listed::InState(state.unwrap_or(ProductState::Active))),
            (Some(id), None, None) => Ok(Listed::OfBrand(id.clone(), state)),
            (None, Some(id), None) => Ok(Listed::OfCategory(id.clone(), state)),
            (None, None, Some(id)) => Ok(Listed::OfGroup(id.clone(), state)),
            _ => Err(Problem::invalid("query", "one of brandId, categoryId and groupId at a time")),
        }
    }
}

/// Products by name, in a state; or those of a brand, category or group, by state and name. One that was made this second may be
/// missing.
#[utoipa::path(
    get, path = "/v1/catalogue/products", tag = "Catalogue administration", operation_id = "listProductRecords",
    params(WhichRecords),
    responses((status = 200, body = PageOf<ProductRecord>), (status = 400, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_records(
    _: Editor,
    State(products): State<Products>,
    State(signer): State<Signer>,
    QueryOf(query): QueryOf<WhichRecords>,
) -> ApiResult<Json<PageOf<ProductRecord>>> {
    let listed = query.listed()?;
    let list = format!("records:{listed:?}");
    let from = page::from(query.cursor.as_deref(), &signer, &list)?;
    let page = products.list(&listed, page::limit(query.limit)?, from).await?;
    Ok(Json(PageOf::of(page, &signer, &list, |record| record)))
}
