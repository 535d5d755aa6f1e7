use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::EventId;
use sipstr_domain::preference::{Marketing, Preferences};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, InPerson, ListQuery, PageOf, Person, Problem, QueryOf};
use sipstr_identity::Identity;
use sipstr_storage::preferences::{Consent, Kept};

/// Version of the words on the page that asks for marketing consent.
const WORDING: &str = "2026-11";

/// How one wants to be served. The `ETag` is what an edit names.
#[utoipa::path(
    get, path = "/v1/me/preferences", tag = "Account", operation_id = "showPreferences",
    responses((status = 200, body = Preferences), (status = 401, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn show_preferences(person: Person, State(identity): State<Identity>) -> ApiResult<Response> {
    Ok(answer(identity.accounts.preferences(person.id()).await?))
}

/// Changes how one wants to be served: the whole of it. What is allowed to advertising is written down with its time.
///
/// With `If-Match` only where nobody changed it since; without, the newest wish counts.
#[utoipa::path(
    put, path = "/v1/me/preferences", tag = "Account", operation_id = "putPreferences",
    params(("If-Match" = Option<String>, Header)),
    request_body = Preferences,
    responses(
        (status = 200, body = Preferences),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`not_while_acting`"),
        (status = 409, body = ProblemBody, description = "`changed_meanwhile`"),
        (status = 412, body = ProblemBody, description = "`stale`"),
    ),
    security(("bearer" = []))
)]
pub async fn put_preferences(
    InPerson(person): InPerson<Person>,
    State(identity): State<Identity>,
    headers: HeaderMap,
    Body(preferences): Body<Preferences>,
) -> ApiResult<Response> {
    let before = identity.accounts.preferences(person.id()).await?;
    if headers.get(header::IF_MATCH).is_some_and(|wanted| wanted.as_bytes() != etag(&before).as_bytes()) {
        let detail = "the preferences were changed since they were read";
        return Err(Problem::new(http::StatusCode::PRECONDITION_FAILED, "stale", detail));
    }
    if before.preferences == preferences && before.version > 0 {
        return Ok(answer(before));
    }
    let consent = (before.preferences.marketing != preferences.marketing).then(|| Consent {
        id: EventId::new(),
        at: identity.clock.now(),
        marketing: preferences.marketing,
        wording: WORDING.to_owned(),
    });
    let kept = Kept { version: before.version + 1, preferences };
    if !identity.accounts.keep_preferences(person.id(), before.version, &kept, consent.as_ref()).await? {
        return Err(Problem::conflict("changed_meanwhile", "the preferences were changed just now: please try again"));
    }
    Ok(answer(kept))
}

fn etag(kept: &Kept) -> String {
    format!("\"{}\"", kept.version)
}

fn answer(kept: Kept) -> Response {
    let tag = etag(&kept);
    let mut response = Json(kept.preferences).into_response();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// What was allowed at a time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsentView {
    pub id: EventId,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub marketing: Marketing,
    /// Version of the words that were agreed to.
    #[schema(example = "2026-11")]
    pub wording: String,
}

/// What one allowed to advertising when, newest first.
#[utoipa::path(
    get, path = "/v1/me/consents", tag = "Account", operation_id = "listConsents",
    params(ListQuery),
    responses(
        (status = 200, body = PageOf<ConsentView>),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn list_consents(
    person: Person,
    State(identity): State<Identity>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<ConsentView>>> {
    let list = format!("consents:{}", person.id());
    let from = query.from(&identity.signer, &list)?;
    let page = identity.accounts.consents(person.id(), query.limit()?, from).await?;
    Ok(Json(PageOf::of(page, &identity.signer, &list, |consent: Consent| ConsentView {
        id: consent.id,
        at: consent.at,
        marketing: consent.marketing,
        wording: consent.wording,
    })))
}
