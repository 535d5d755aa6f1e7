use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::SignedDuration;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Serialize;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Person, Problem, Recent};
use sipstr_identity::{Authenticator, Identity};
use sipstr_storage::factors::PendingTotp;

/// How long a secret that was shown waits for its first code.
const PENDING_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// What an authenticator app needs, shown once.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TotpOffer {
    /// To be typed where no camera is at hand.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    pub secret: String,
    #[schema(example = "otpauth://totp/Sipstr:ada%40example.com?secret=…&issuer=Sipstr")]
    pub url: String,
    /// The same as a picture: an SVG document.
    pub qr_svg: String,
    /// Seconds to enter the first code.
    #[schema(example = 900)]
    pub expires_in: i64,
}

/// Offers a secret for an authenticator app; it counts once a code of it was entered. A second offer replaces the first.
#[utoipa::path(
    post, path = "/v1/me/second-factors/totp", tag = "Account", operation_id = "offerTotp",
    responses(
        (status = 201, body = TotpOffer),
        (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 409, body = ProblemBody, description = "`totp_enabled`, `email_not_verified`"),
    ),
    security(("bearer" = []))
)]
pub async fn offer_totp(
    Recent(person): Recent<Person>,
    State(identity): State<Identity>,
) -> ApiResult<(StatusCode, Json<TotpOffer>)> {
    let account = identity.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    // Who registered another person's address leaves nothing behind that its owner would be asked for.
    if account.email_verified_at.is_none() {
        return Err(Problem::conflict("email_not_verified", "please prove your e-mail address first"));
    }
    let app = Authenticator::new(&account.email).map_err(Problem::internal)?;
    let pending = PendingTotp {
        sealed_secret: app.seal(&identity.signer, &account.id),
        expires_at: identity.clock.now() + PENDING_LIFE,
    };
    if !identity.accounts.offer_totp(&account.id, &pending).await? {
        return Err(Problem::conflict("totp_enabled", "there is an authenticator already: remove it first"));
    }
    let url = app.url().map_err(Problem::internal)?;
    let picture = QrCode::new(url.as_bytes()).map_err(Problem::internal)?;
    let qr_svg = picture.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    let offer = TotpOffer { secret: app.secret_text(), url, qr_svg, expires_in: PENDING_LIFE.as_secs() };
    Ok((StatusCode::CREATED, Json(offer)))
}
