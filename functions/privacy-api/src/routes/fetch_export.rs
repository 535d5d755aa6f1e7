use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Deserialize;
use sipstr_domain::privacy::ExportForm;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Problem, Public, QueryOf, export_of};

use super::show_export::link;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InForm {
    pub form: ExportForm,
}

/// Follows the link of a mail to a copy of one's data: for a day after it was made.
#[utoipa::path(
    get, path = "/v1/exports/{token}", tag = "Privacy", operation_id = "fetchExport",
    params(("token" = String, Path), InForm),
    responses(
        (status = 303, description = "the file, at an address that is good for five minutes"),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 404, body = ProblemBody, description = "not made here, or its day is over"),
    )
)]
pub async fn fetch_export(
    _: Public,
    State(state): State<crate::State>,
    PathOf(token): PathOf<String>,
    QueryOf(InForm { form }): QueryOf<InForm>,
) -> ApiResult<Response> {
    let now = state.clock.now();
    let (user, id) = export_of(&state.signer, &token).ok_or_else(Problem::not_found)?;
    let export = state.accounts.export(&user, &id).await?.filter(|export| export.is_mailed_link_good(now));
    let export = export.ok_or_else(Problem::not_found)?;
    // An account that was disabled since gives nothing away.
    let standing = state.accounts.standing(&user).await?;
    if standing.is_none_or(|standing| standing.disabled) {
        return Err(Problem::not_found());
    }
    let to = link(&state.files, &export, form, now);
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to), (header::CACHE_CONTROL, "no-store".to_owned())])
        .into_response())
}
