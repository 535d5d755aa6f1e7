use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sipstr_domain::PictureId;
use sipstr_domain::picture::{MOST_BYTES, Picture, PictureType};
use sipstr_files::LINK_LIFE;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, InPerson, Person, Problem};
use sipstr_runtime::take;
use sipstr_storage::limits::Limit;

const PICTURES: Limit = Limit { of: "pictures", burst: 10, per: SignedDuration::from_hours(1) };

/// The file that shall be sent.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPicture {
    pub content_type: PictureType,
    /// Its exact size: at most eight mebibytes.
    #[schema(minimum = 1, maximum = 8_388_608)]
    pub bytes: u64,
}

/// A place for a file: a `PUT` to this address, with just these headers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceForFile {
    pub id: PictureId,
    pub url: String,
    pub headers: std::collections::BTreeMap<&'static str, String>,
    /// Seconds.
    #[schema(example = 300)]
    pub expires_in: u64,
}

/// Offers a place for one's picture. It is shown when it was sent there and looked at.
#[utoipa::path(
    post, path = "/v1/me/avatar", tag = "Account", operation_id = "sendAvatar",
    request_body = NewPicture,
    responses(
        (status = 201, body = PlaceForFile),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 401, body = ProblemBody),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn send_avatar(
    InPerson(person): InPerson<Person>,
    State(state): State<crate::State>,
    Body(wish): Body<NewPicture>,
) -> ApiResult<(StatusCode, Json<PlaceForFile>)> {
    if !(1..=MOST_BYTES).contains(&wish.bytes) {
        return Err(Problem::invalid("/bytes", format!("must be from 1 to {MOST_BYTES}")));
    }
    let now = state.clock.now();
    take(&state.limits, PICTURES, person.id().as_str(), now).await?;
    let picture = Picture::new(PictureId::new(), person.id().clone(), now);
    state.accounts.offer_picture(&picture).await?;
    let upload = state.files.upload(&picture.upload_key(), wish.content_type.as_str(), wish.bytes, now);
    let place = PlaceForFile {
        id: picture.id,
        url: upload.url,
        headers: upload.headers.into_iter().collect(),
        expires_in: LINK_LIFE.as_secs(),
    };
    Ok((StatusCode::CREATED, Json(place)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipstr_http::body::parse;

    #[test]
    fn the_sample_sends_a_jpeg_and_other_types_are_refused() {
        let event = include_str!("../../../../events/aws/profiles-api.send-avatar.json");
        let event: serde_json::Value = serde_json::from_str(event).unwrap();
        let wish: NewPicture = parse(event["body"].as_str().unwrap().as_bytes()).unwrap();
        assert_eq!(wish.content_type, PictureType::Jpeg);
        for body in [
            r#"{"contentType":"image/svg+xml","bytes":1}"#,
            r#"{"contentType":"image/png","bytes":-1}"#,
            r#"{"contentType":"image/png","bytes":1,"key":"../exports/x"}"#,
        ] {
            assert_eq!(parse::<NewPicture>(body.as_bytes()).unwrap_err().code, "invalid_request", "{body}");
        }
    }
}
