//! Groups: the same drink in several sizes, packs or containers. A product says itself which one it is in.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use sipstr_domain::GroupId;
use sipstr_domain::catalog::{ProductGroup, VariesBy};
use sipstr_http::idempotency::{fingerprint, key_reused};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{
    ApiResult, Body, Current, IdempotencyKey, InPerson, ListQuery, PageOf, PathOf, Problem, QueryOf, Signer, edit,
};
use sipstr_storage::products::{Made, Products};

use super::brands::in_use;
use crate::Editor;

#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupTerms {
    #[schema(max_length = 120)]
    pub name: String,
    /// No two products of the group are the same in all of these.
    #[schema(min_items = 1)]
    pub varies_by: BTreeSet<VariesBy>,
}

impl GroupTerms {
    fn group(self, id: GroupId) -> ApiResult<ProductGroup> {
        ProductGroup::new(id, &self.name, self.varies_by).map_err(|invalid| Problem::invalid("", invalid.0))
    }
}

/// Makes a group.
#[utoipa::path(
    post, path = "/v1/catalogue/groups", tag = "Catalogue administration", operation_id = "createProductGroup",
    params(("Idempotency-Key" = String, Header)),
    request_body = GroupTerms,
    responses(
        (status = 201, body = ProductGroup),
        (status = 400, body = ProblemBody),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
    ),
    security(("bearer" = []))
)]
pub async fn create_group(
    InPerson(Current(admin)): Editor,
    State(products): State<Products>,
    key: IdempotencyKey,
    Body(terms): Body<GroupTerms>,
) -> ApiResult<Response> {
    let made = fingerprint(&terms);
    let group = terms.group(GroupId::derive(&["group", admin.0.id().as_str(), key.as_str()]))?;
    match products.add_entry(&group, &made).await? {
        Made::Now => Ok(edit::answer(StatusCode::CREATED, group.version, group)),
        Made::Before(group) => Ok(edit::answer(StatusCode::CREATED, group.version, group)),
        Made::Taken => Err(key_reused()),
    }
}

/// Groups by name.
#[utoipa::path(
    get, path = "/v1/catalogue/groups", tag = "Catalogue administration", operation_id = "listProductGroups",
    params(ListQuery),
    responses((status = 200, body = PageOf<ProductGroup>), (status = 400, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_groups(
    _: Editor,
    State(products): State<Products>,
    State(signer): State<Signer>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<ProductGroup>>> {
    let page = products.entries(query.limit()?, query.from(&signer, "groups")?).await?;
    Ok(Json(PageOf::of(page, &signer, "groups", |group| group)))
}

/// One group. Its products are listed by `GET /v1/catalogue/products?groupId=`.
#[utoipa::path(
    get, path = "/v1/catalogue/groups/{groupId}", tag = "Catalogue administration", operation_id = "showProductGroup",
    params(("groupId" = String, Path)),
    responses((status = 200, body = ProductGroup), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn show_group(
    _: Editor,
    State(products): State<Products>,
    PathOf(id): PathOf<GroupId>,
) -> ApiResult<Response> {
    let group: ProductGroup = products.entry(&id).await?.ok_or_else(Problem::not_found)?;
    Ok(edit::answer(StatusCode::OK, group.version, group))
}

/// Renames a group; while products are in it, they differ in what they differed in.
#[utoipa::path(
    put, path = "/v1/catalogue/groups/{groupId}", tag = "Catalogue administration", operation_id = "changeProductGroup",
    params(("groupId" = String, Path), ("If-Match" = String, Header)),
    request_body = GroupTerms,
    responses(
        (status = 200, body = ProductGroup),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`in_use`"),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn change_group(
    _: Editor,
    State(products): State<Products>,
    PathOf(id): PathOf<GroupId>,
    headers: HeaderMap,
    Body(terms): Body<GroupTerms>,
) -> ApiResult<Response> {
    let before: ProductGroup = products.entry(&id).await?.ok_or_else(Problem::not_found)?;
    edit::matched(&headers, before.version)?;
    let after = ProductGroup { version: before.version, uses: before.uses, ..terms.group(id)? };
    let varies = after.varies_by != before.varies_by;
    if varies && before.uses > 0 {
        return Err(in_use());
    }
    if !products.change_entry(&after, varies).await? {
        return Err(edit::stale());
    }
    let after = ProductGroup { version: before.version + 1, ..after };
    Ok(edit::answer(StatusCode::OK, after.version, after))
}

/// Removes a group that no product is in.
#[utoipa::path(
    delete, path = "/v1/catalogue/groups/{groupId}", tag = "Catalogue administration", operation_id = "removeProductGroup",
    params(("groupId" = String, Path), ("If-Match" = String, Header)),
    responses(
        (status = 204),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`in_use`"),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn remove_group(
    _: Editor,
    State(products): State<Products>,
    PathOf(id): PathOf<GroupId>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    let group: ProductGroup = products.entry(&id).await?.ok_or_else(Problem::not_found)?;
    edit::matched(&headers, group.version)?;
    match products.remove_entry(&group).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(in_use()),
    }
}
