//! The second factor that is typed: a code of the authenticator, or a recovery code.

use http::StatusCode;
use jiff::SignedDuration;
use sipstr_domain::security::{Method, SecurityEventKind};
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Problem};
use sipstr_storage::accounts::Account;
use sipstr_storage::limits::{Limit, Taken};

use crate::recovery::RecoveryCodes;
use crate::sign_in::Identity;
use crate::totp::Authenticator;

/// Guesses at a second factor: five, then one every three minutes.
const GUESSES: Limit = Limit { of: "second-factor", burst: 5, per: SignedDuration::from_mins(15) };

/// What was typed.
pub enum Answer<'a> {
    Totp(&'a str),
    RecoveryCode(&'a str),
}

/// Whether it was right, and as what it counts.
pub enum Guessed {
    Right(Method),
    Wrong,
}

impl Identity {
    /// Looks at a second factor. Each guess is counted before it is looked at, so that parallel ones cannot beat the limit;
    /// a code that was taken once is never taken again.
    pub async fn second_factor(&self, account: &Account, answer: Answer<'_>, visitor: &Visitor) -> ApiResult<Method> {
        let name = account.id.as_str();
        if let Taken::Empty { retry_after } = self.limits.take(GUESSES, name, self.clock.now()).await? {
            sipstr_runtime::count("second_factors_limited", 1);
            return Err(Problem::too_many(retry_after));
        }
        match self.guess(account, answer, visitor).await? {
            Guessed::Right(method) => {
                // Who knows the code was mistyping it; a failure to forget that costs a wait, not a sign-in.
                let _ = self.limits.fill_now(GUESSES, name).await;
                Ok(method)
            }
            Guessed::Wrong => {
                sipstr_runtime::count("second_factors_failed", 1);
                self.audit.note(&self.event(&account.id, SecurityEventKind::SecondFactorFailed, visitor)).await?;
                let detail = "this code is not right, or was used before";
                Err(Problem::new(StatusCode::UNAUTHORIZED, "invalid_second_factor", detail))
            }
        }
    }

    async fn guess(&self, account: &Account, answer: Answer<'_>, visitor: &Visitor) -> ApiResult<Guessed> {
        let right = |right: bool, method| if right { Guessed::Right(method) } else { Guessed::Wrong };
        match answer {
            Answer::Totp(code) => {
                let Some(totp) = self.accounts.factors(&account.id).await?.totp else { return Ok(Guessed::Wrong) };
                let app = Authenticator::open(&self.signer, &account.id, &totp.sealed_secret);
                let step = app.map_err(Problem::internal)?.step_of(code, self.clock.now());
                let Some(step) = step else { return Ok(Guessed::Wrong) };
                let first = self.accounts.use_totp_step(&account.id, step).await?;
                Ok(right(first, Method::Totp))
            }
            Answer::RecoveryCode(typed) => {
                let Some(hash) = RecoveryCodes::hash_of(&self.signer, &account.id, typed) else {
                    return Ok(Guessed::Wrong);
                };
                let event = self.event(&account.id, SecurityEventKind::RecoveryCodeUsed, visitor);
                let used = self.accounts.use_recovery_code(&account.id, &hash, self.audit.entry(&event)?).await?;
                Ok(right(used, Method::RecoveryCode))
            }
        }
    }
}
