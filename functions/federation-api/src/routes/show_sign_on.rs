use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::StoreId;
use sipstr_domain::permission::Permission;
use sipstr_domain::sign_on::{DomainName, RoleRule};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, PathOf, Problem, StoreStaff};
use sipstr_storage::sign_on::SignOn;

use crate::domain_proof::{record_name, record_text};

/// A store's own identity provider. Its secret is shown to nobody.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignOnView {
    pub issuer: String,
    pub client_id: String,
    pub domain: DomainName,
    /// Nobody signs in before the domain is proved.
    pub domain_proved: bool,
    pub record: DomainRecord,
    pub role_claim: String,
    pub roles: Vec<RoleRule>,
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

/// What proves that the domain is the store's: a text in its names.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DomainRecord {
    #[schema(example = "_sipstr.bottles.example")]
    pub name: String,
    #[serde(rename = "type")]
    #[schema(example = "TXT")]
    pub kind: &'static str,
    #[schema(example = "sipstr-verification=…")]
    pub text: String,
}

impl From<SignOn> for SignOnView {
    fn from(of: SignOn) -> Self {
        let record = DomainRecord { name: record_name(&of.domain), kind: "TXT", text: record_text(&of.domain_token) };
        Self {
            issuer: of.issuer,
            client_id: of.client_id,
            domain: of.domain,
            domain_proved: of.domain_proved_at.is_some(),
            record,
            role_claim: of.role_claim,
            roles: of.roles,
            changed_at: of.changed_at,
        }
    }
}

/// The identity provider of a store's staff, for its owners.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/sign-on", tag = "Staff", operation_id = "showSignOn",
    params(("storeId" = String, Path)),
    responses(
        (status = 200, body = SignOnView),
        (status = 403, body = ProblemBody, description = "`forbidden`"),
        (status = 404, body = ProblemBody, description = "not your store, or it has none"),
    ),
    security(("bearer" = []))
)]
pub async fn show_sign_on(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf(store): PathOf<StoreId>,
) -> ApiResult<Json<SignOnView>> {
    staff.may(&store, Permission::ManageSignOn)?;
    let sign_on = state.stores.sign_on(&store).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(sign_on.into()))
}
