use axum::Json;
use axum::extract::State;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PageOf, Person};
use sipstr_runtime::Clock;
use sipstr_storage::accounts::Accounts;

use super::ask_export::ExportView;

/// The copies of one's data that were asked for in the past week, newest first; all of them on one page.
#[utoipa::path(
    get, path = "/v1/me/exports", tag = "Privacy", operation_id = "listExports",
    responses((status = 200, body = PageOf<ExportView>), (status = 401, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_exports(
    person: Person,
    State(accounts): State<Accounts>,
    State(clock): State<Clock>,
) -> ApiResult<Json<PageOf<ExportView>>> {
    let now = clock.now();
    let exports = accounts.exports(person.id()).await?.into_iter().filter(|export| now < export.expires_at);
    Ok(Json(PageOf { items: exports.map(|export| ExportView::new(export, now)).collect(), next_cursor: None }))
}
