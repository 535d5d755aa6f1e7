use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sipstr_domain::ExportId;
use sipstr_domain::privacy::{Export, ExportForm};
use sipstr_files::Files;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Person, Problem, Recent};

/// Where a copy of one's data is fetched: links for programs and for people, good for five minutes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportLinks {
    pub json: String,
    pub html: String,
}

/// Links to a copy of one's data.
#[utoipa::path(
    get, path = "/v1/me/exports/{exportId}", tag = "Privacy", operation_id = "showExport",
    params(("exportId" = String, Path)),
    responses(
        (status = 200, body = ExportLinks),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 404, body = ProblemBody, description = "no such copy, or it is over"),
        (status = 409, body = ProblemBody, description = "`not_ready`"),
    ),
    security(("bearer" = []))
)]
pub async fn show_export(
    Recent(person): Recent<Person>,
    State(state): State<crate::State>,
    PathOf(id): PathOf<ExportId>,
) -> ApiResult<Json<ExportLinks>> {
    let now = state.clock.now();
    let export = state.accounts.export(person.id(), &id).await?.filter(|export| now < export.expires_at);
    let export = export.ok_or_else(Problem::not_found)?;
    if !export.can_be_fetched(now) {
        return Err(Problem::conflict("not_ready", "the copy is still being made; a mail says when it is there"));
    }
    let link = |form| link(&state.files, &export, form, now);
    Ok(Json(ExportLinks { json: link(ExportForm::Json), html: link(ExportForm::Html) }))
}

pub fn link(files: &Files, export: &Export, form: ExportForm, now: jiff::Timestamp) -> String {
    let day = export.requested_at.strftime("%Y-%m-%d");
    files.link(&export.key(form), Some(&format!("sipstr-{day}.{}", form.extension())), now)
}
