use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::books::Finding;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{Admin, ApiResult, Current, InPerson, ListQuery, PageOf, QueryOf};
use sipstr_storage::books::Closing;

/// The last closing of the books.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClosingView {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Orders that were judged.
    pub orders: u64,
    /// Entries that were read and proved.
    pub entries: u64,
    /// Missing entries that were written.
    pub written: u64,
    pub findings: u64,
}

/// What the last closing found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingsView {
    /// Absent where there was none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closing: Option<ClosingView>,
    #[serde(flatten)]
    pub page: PageOf<Finding>,
}

impl From<Closing> for ClosingView {
    fn from(closing: Closing) -> Self {
        let Closing { at, orders, entries, written, findings } = closing;
        Self { at, orders, entries, written, findings }
    }
}

/// What the last nightly closing of the books found, by order. `docs/runbook.md` says what to do about it.
#[utoipa::path(
    get, path = "/v1/admin/books/findings", tag = "Books", operation_id = "listBookFindings",
    params(ListQuery),
    responses(
        (status = 200, body = FindingsView),
        (status = 400, body = ProblemBody, description = "also a cursor of an earlier closing"),
        (status = 403, body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn list_findings(
    _: InPerson<Current<Admin>>,
    State(state): State<crate::State>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<FindingsView>> {
    let limit = query.limit()?;
    let Some(closing) = state.books.last_closing().await? else {
        return Ok(Json(FindingsView { closing: None, page: PageOf { items: Vec::new(), next_cursor: None } }));
    };
    let list = format!("findings:{}", closing.at);
    let from = query.from(&state.signer, &list)?;
    let page = state.books.findings(closing.at, limit, from).await?;
    let page = PageOf::of(page, &state.signer, &list, |found| found.finding);
    Ok(Json(FindingsView { closing: Some(closing.into()), page }))
}
