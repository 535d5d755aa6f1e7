use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sipstr_domain::StoreId;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Public, QueryOf};

use crate::provider::ProviderId;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ForStore {
    /// The store whose staff wants to sign in.
    pub store_id: Option<StoreId>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderList {
    #[schema(value_type = Vec<String>, example = json!(["google", "apple"]))]
    pub items: Vec<ProviderId>,
}

/// The identity providers that one may sign in with: those of the settings, and a store's own where its staff asks.
#[utoipa::path(
    get, path = "/v1/auth/federation/providers", tag = "Sign-in", operation_id = "listProviders",
    params(ForStore),
    responses((status = 200, body = ProviderList), (status = 400, body = ProblemBody, description = "`invalid_request`"))
)]
pub async fn list_providers(
    _: Public,
    State(state): State<crate::State>,
    QueryOf(wish): QueryOf<ForStore>,
) -> ApiResult<Json<ProviderList>> {
    let mut items: Vec<ProviderId> = state.providers.social.ids().collect();
    if let Some(store) = wish.store_id {
        let sign_on = state.stores.sign_on(&store).await?;
        items.extend(sign_on.filter(|sign_on| sign_on.domain_proved_at.is_some()).map(|_| ProviderId::Store(store)));
    }
    Ok(Json(ProviderList { items }))
}
