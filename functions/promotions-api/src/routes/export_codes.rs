use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sipstr_domain::promotion::{Entry, PromoCode};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, InPerson, PathOf, Problem, QueryOf, Signer};
use sipstr_storage::promotions::Promotions;

use crate::who::AtWork;

/// Codes of one answer: far below what a function may answer with.
const MOST: u32 = 10_000;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichCodes {
    /// Number of the first one.
    #[serde(default)]
    pub from: u32,
    /// How many, at most 10,000.
    #[param(minimum = 1, maximum = 10_000, default = 10_000)]
    pub count: Option<u32>,
}

/// Codes of a campaign, in the order of their numbers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CampaignCodes {
    pub codes: Vec<PromoCode>,
    /// `from` of the next ones; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// Reckons codes of a campaign, each good for one order. They are stored nowhere: the same question has the same answer.
#[utoipa::path(
    get, path = "/v1/promotions/{code}/codes", tag = "Promotions", operation_id = "exportPromotionCodes",
    params(("code" = String, Path), WhichCodes),
    responses(
        (status = 200, body = CampaignCodes),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`not_a_campaign`"),
    ),
    security(("bearer" = []))
)]
pub async fn export_codes(
    InPerson(Current(merchant)): AtWork,
    State(promotions): State<Promotions>,
    State(signer): State<Signer>,
    PathOf(code): PathOf<PromoCode>,
    QueryOf(which): QueryOf<WhichCodes>,
) -> ApiResult<Json<CampaignCodes>> {
    let Entry::Campaign { codes } = merchant.promotion(&promotions, &code).await?.entry else {
        return Err(Problem::conflict("not_a_campaign", "this promotion has one code, its own"));
    };
    let count = which.count.unwrap_or(MOST);
    if !(1..=MOST).contains(&count) {
        return Err(Problem::invalid("count", format!("must be 1 to {MOST}")));
    }
    let until = which.from.saturating_add(count).min(codes);
    let all = (which.from..until).map(|number| signer.unique_code(&code, number).code());
    let all = all.collect::<Result<Vec<_>, _>>().map_err(|invalid| Problem::internal(invalid.to_string()))?;
    tracing::info!(code = code.as_str(), by = %merchant.0.id(), count = all.len(), "codes were handed out");
    Ok(Json(CampaignCodes { codes: all, next: (until < codes).then_some(until) }))
}
