use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sipstr_domain::UserId;
use sipstr_domain::account::{DateOfBirth, Email, NewPassword, PersonName, Phone, Role};
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, Problem, Public};
use sipstr_identity::{CODE_LIFE, Challenged, MAILED_CODE, new_code, password};
use sipstr_storage::accounts::Account;
use sipstr_storage::codes::Purpose;

use super::refuse_breached;
use crate::holder::Holder;
use sipstr_runtime::take;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Registration {
    #[schema(format = Email)]
    pub email: Email,
    #[schema(format = Password, min_length = 15, max_length = 128)]
    pub password: NewPassword,
    #[schema(min_length = 1, max_length = 100)]
    pub name: PersonName,
    #[schema(value_type = String, format = Date, example = "1990-05-17")]
    pub date_of_birth: Date,
    #[schema(example = "+14155550100")]
    pub phone: Option<Phone>,
}

/// The answer to every request for a code, whether or not one was sent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeSent {
    /// Seconds that a code is good for.
    #[schema(example = 1800)]
    pub expires_in: i64,
}

impl CodeSent {
    pub fn accepted() -> (StatusCode, Json<Self>) {
        (StatusCode::ACCEPTED, Json(Self { expires_in: CODE_LIFE.as_secs() }))
    }
}

/// Registers a customer and mails a code of six digits to the address.
///
/// Whether the address is in use does not show: the answer is the same, and nothing of an existing account changes. One
/// whose address was never proved gets a new code, at most once a minute; if the password is another than before, nobody
/// knows whose account it is, and whoever proves the address has to set a password by mail.
#[utoipa::path(
    post, path = "/v1/auth/register", tag = "Sign-in", operation_id = "register",
    request_body = Registration,
    params(("Challenge-Response" = Option<String>, Header, description = "What the page was given for the challenge")),
    responses(
        (status = 202, body = CodeSent),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 403, body = ProblemBody, description = "`challenge_required`, `challenge_failed`: where challenges are set; see Challenge-Response"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    )
)]
pub async fn register(
    _: Public,
    _: Challenged,
    State(state): State<crate::State>,
    visitor: Visitor,
    Body(wish): Body<Registration>,
) -> ApiResult<(StatusCode, Json<CodeSent>)> {
    let (accounts, now) = (&state.identity.accounts, state.identity.clock.now());
    let today = now.to_zoned(TimeZone::UTC).date();
    let date_of_birth = DateOfBirth::new(wish.date_of_birth, today);
    let date_of_birth = date_of_birth.map_err(|reason| Problem::invalid("/dateOfBirth", reason.to_string()))?;
    password::check(&wish.password, &wish.email, &wish.name)
        .map_err(|weak| Problem::invalid("/password", weak.to_string()))?;
    state.network_limit.take(&state.identity.limits, &visitor, now).await?;
    take(&state.identity.limits, MAILED_CODE, wish.email.as_str(), now).await?;
    refuse_breached(&wish.password, &state.breaches, "/password").await?;
    let holder = Holder::find(accounts, &wish.email).await?;
    if let Some(existing) = &holder.account {
        // As long as hashing a new one takes.
        let known = existing.password_hash.as_ref();
        let same = password::is_right(wish.password.as_str(), known).map_err(Problem::internal)?;
        if !same && existing.email_verified_at.is_none() {
            accounts.contest(&existing.id, &existing.email).await?;
        }
        holder.issue_code_if_due(accounts, Purpose::ProveEmail, now).await?;
        return Ok(CodeSent::accepted());
    }
    let account = Account {
        password_hash: Some(password::hash(&wish.password).map_err(Problem::internal)?),
        phone: wish.phone,
        verification: Some(new_code(now)),
        ..Account::new(UserId::new(), wish.email, wish.name, date_of_birth, vec![Role::Customer], now)
    };
    if accounts.register(&account).await? {
        sipstr_runtime::count("accounts_registered", 1);
    }
    Ok(CodeSent::accepted())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipstr_http::body::parse;

    fn sample() -> serde_json::Value {
        let event = include_str!("../../../../events/aws/accounts-api.register.json");
        let event: serde_json::Value = serde_json::from_str(event).unwrap();
        serde_json::from_str(event["body"].as_str().unwrap()).unwrap()
    }

    fn refused(body: &serde_json::Value) -> Option<String> {
        let problem = parse::<Registration>(body.to_string().as_bytes()).err()?;
        Some(problem.errors[0].pointer.clone())
    }

    #[test]
    fn nobody_gives_themselves_a_role_or_a_proof() {
        assert_eq!(refused(&sample()), None);
        for field in ["role", "roles", "ageVerified", "emailVerified", "storeId", "memberships"] {
            let mut body = sample();
            body[field] = serde_json::json!(true);
            assert_eq!(refused(&body), Some(format!("/{field}")));
        }
    }

    #[test]
    fn what_is_not_valid_is_named() {
        for (field, value) in [
            ("email", "ada"),
            ("password", "fourteen chars"),
            ("name", "Ada\r\nBcc: x"),
            ("dateOfBirth", "1990-02-30"),
            ("phone", "555-0100"),
        ] {
            let mut body = sample();
            body[field] = serde_json::json!(value);
            assert_eq!(refused(&body), Some(format!("/{field}")));
        }
    }
}
