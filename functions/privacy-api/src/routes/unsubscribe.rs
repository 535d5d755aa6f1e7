use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, header};
use sipstr_domain::EventId;
use sipstr_domain::preference::Marketing;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Problem, Public, unsubscriber_of};
use sipstr_storage::preferences::{Consent, Kept};

/// How a consent is marked that was taken back by the link of a mail.
const BY_LINK: &str = "unsubscribe-link";

/// Somebody else's change that may come between, before the reader is asked to come again.
const TRIES: u32 = 5;

const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Sipstr</title>\
    <p>Stop mails with offers and reminders from Sipstr?</p>\
    <form method=\"post\"><button type=\"submit\">Stop them</button></form></html>";

/// The page behind the link of a mail. Looking at it changes nothing: mail programs follow links to look for viruses.
#[utoipa::path(
    get, path = "/v1/unsubscribe/{token}", tag = "Privacy", operation_id = "askUnsubscribe",
    params(("token" = String, Path)),
    responses(
        (status = 200, description = "a page with a button"),
        (status = 404, body = ProblemBody, description = "not made here"),
    )
)]
pub async fn ask_unsubscribe(
    _: Public,
    State(state): State<crate::State>,
    PathOf(token): PathOf<String>,
) -> ApiResult<Response> {
    unsubscriber_of(&state.signer, &token).ok_or_else(Problem::not_found)?;
    let policy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'";
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], Html(PAGE)).into_response())
}

/// Stops advertising by mail, without signing in: by the button of the page, or by a mail program (RFC 8058). Again, it does nothing.
#[utoipa::path(
    post, path = "/v1/unsubscribe/{token}", tag = "Privacy", operation_id = "unsubscribe",
    params(("token" = String, Path)),
    responses(
        (status = 200, description = "no more of them"),
        (status = 404, body = ProblemBody, description = "not made here"),
    )
)]
pub async fn unsubscribe(
    _: Public,
    State(state): State<crate::State>,
    PathOf(token): PathOf<String>,
) -> ApiResult<(StatusCode, &'static str)> {
    let user = unsubscriber_of(&state.signer, &token).ok_or_else(Problem::not_found)?;
    for _ in 0..TRIES {
        let Kept { version, mut preferences } = state.accounts.preferences(&user).await?;
        if !preferences.marketing.email {
            return Ok((StatusCode::OK, "There will be no more of these mails."));
        }
        preferences.marketing = Marketing { email: false, ..preferences.marketing };
        let consent = Consent {
            id: EventId::new(),
            at: state.clock.now(),
            marketing: preferences.marketing,
            wording: BY_LINK.to_owned(),
        };
        let kept = Kept { version: version + 1, preferences };
        if state.accounts.keep_preferences(&user, version, &kept, Some(&consent)).await? {
            return Ok((StatusCode::OK, "There will be no more of these mails."));
        }
    }
    Err(Problem::unavailable())
}
