use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::Serialize;
use sipstr_domain::BrandId;
use sipstr_domain::catalog::{Brand, Slug};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, ListQuery, PageOf, Public, QueryOf, Signer, etag};
use sipstr_storage::products::Products;

/// Brands change rarely.
const CACHE: &str = "public, max-age=60";

/// A brand as customers see it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BrandView {
    pub id: BrandId,
    pub name: String,
    pub slug: Slug,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl From<Brand> for BrandView {
    fn from(brand: Brand) -> Self {
        Self { id: brand.id, name: brand.name, slug: brand.slug, country: brand.country }
    }
}

/// Brands by name, the same for every store.
#[utoipa::path(
    get, path = "/v1/brands", tag = "Catalogue", operation_id = "listBrands",
    params(ListQuery),
    responses(
        (status = 200, body = PageOf<BrandView>),
        (status = 304, description = "as in If-None-Match"),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
    )
)]
pub async fn list_brands(
    _: Public,
    State(products): State<Products>,
    State(signer): State<Signer>,
    QueryOf(query): QueryOf<ListQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let page = products.entries::<Brand>(query.limit()?, query.from(&signer, "brands")?).await?;
    Ok(etag::json(&headers, CACHE, &PageOf::of(page, &signer, "brands", BrandView::from)))
}
