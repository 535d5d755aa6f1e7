//! The second half of every ceremony with a passkey that exists: the answer is counted, then looked at.

use http::StatusCode;
use jiff::SignedDuration;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{PasskeyId, UserId};
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Problem};
use sipstr_runtime::take;
use sipstr_storage::Action;
use sipstr_storage::accounts::Account;
use sipstr_storage::ceremonies::{Ceremony, Purpose, Subject};
use sipstr_storage::limits::Limit;
use sipstr_storage::passkeys::Passkey;
use sipstr_webauthn::{Asserted, AuthenticationResponse, Base64Url, Known, Refusal, counter_is_sound};

use crate::State;
use crate::ceremony::subject;

/// Answers in the name of one credential: ten, then one every 90 seconds.
const PASSKEY: Limit = Limit { of: "passkey", burst: 10, per: SignedDuration::from_mins(15) };

/// Who proved with a passkey who they are, and what becomes true together with what follows from it.
#[derive(Debug)]
pub struct Proved {
    pub account: Account,
    pub also: Vec<Action>,
}

impl State {
    /// Looks at an answer. It must be the first one to a question for this purpose, asked of this person where one was meant.
    ///
    /// An unknown credential, another's, one whose question is too old or was answered before, and a wrong signature get one
    /// answer, after the same calls.
    pub async fn prove(
        &self,
        purpose: Purpose,
        of: Option<&Account>,
        answer: &AuthenticationResponse,
        visitor: &Visitor,
    ) -> ApiResult<Proved> {
        let (identity, now) = (&self.identity, self.identity.clock.now());
        let (credential, subject) = (answer.id.to_string(), subject(of));
        let challenge = answer.challenge().unwrap_or(Base64Url(Vec::new()));
        let (_, ceremony, owner) = tokio::try_join!(
            take(&identity.limits, PASSKEY, &credential, now),
            async { Ok::<_, Problem>(self.ceremonies.take(challenge.as_slice(), purpose, &subject, now).await?) },
            async { Ok::<_, Problem>(identity.accounts.passkey_of(&credential).await?) },
        )?;
        let (user, passkey) = owner.unwrap_or_else(|| nobody(&credential));
        let (account, passkey) =
            tokio::try_join!(identity.accounts.get(&user), identity.accounts.passkey(&user, &passkey))?;
        let known = account.zip(passkey).filter(|(account, _)| is_of(ceremony.as_ref(), account, answer));
        let right = match &known {
            Some((_, passkey)) => self.check(answer, passkey),
            None => Err(Refusal::OtherCeremony),
        };
        let (Some((account, passkey)), Ok(asserted)) = (known, right) else {
            tracing::info!(refusal = ?right.err(), "a passkey was refused");
            let of_whom = of.map_or(&user, |account| &account.id);
            return Err(self.refuse(of_whom, failure(purpose), visitor).await?);
        };
        if !counter_is_sound(passkey.sign_count, asserted.sign_count) {
            return Err(self.refuse(&user, SecurityEventKind::PasskeyCopySuspected, visitor).await?);
        }
        let used = identity.accounts.used_passkey(&passkey, asserted.sign_count, asserted.backed_up, now);
        Ok(Proved { account, also: vec![used, identity.limits.fill(PASSKEY, &credential)] })
    }

    fn check(&self, answer: &AuthenticationResponse, passkey: &Passkey) -> Result<Asserted, Refusal> {
        let stored =
            |text: &str| Base64Url::try_from(text.to_owned()).map_err(|_| Refusal::Malformed("what is stored"));
        let (id, public_key) = (stored(&passkey.credential_id)?, stored(&passkey.public_key)?);
        let known =
            Known { id: id.as_slice(), public_key: public_key.as_slice(), backup_eligible: passkey.backup_eligible };
        self.party.authenticate(answer, known, |origin| self.origins.allow(origin))
    }

    async fn refuse(&self, user: &UserId, kind: SecurityEventKind, visitor: &Visitor) -> ApiResult<Problem> {
        sipstr_runtime::count("passkeys_refused", 1);
        self.identity.audit.note(&self.identity.event(user, kind, visitor)).await?;
        let detail = "this passkey does not open an account here, or not any more: please try again";
        Ok(Problem::new(StatusCode::UNAUTHORIZED, "invalid_passkey", detail))
    }
}

/// Whether the answer is to a question that was asked of its account as it is now. The browser names the account where nobody
/// else did.
fn is_of(ceremony: Option<&Ceremony>, account: &Account, answer: &AuthenticationResponse) -> bool {
    let named = answer.user_handle().map(|handle| handle == account.id.as_str().as_bytes());
    ceremony.is_some_and(|ceremony| match &ceremony.subject {
        Subject::Anybody => named == Some(true),
        Subject::Person(id) => {
            *id == account.id && ceremony.security_version == account.security_version && named != Some(false)
        }
    })
}

/// Whose an unknown credential would be.
fn nobody(credential: &str) -> (UserId, PasskeyId) {
    (UserId::derive(&["nobody", credential]), PasskeyId::derive(&["nobody", credential]))
}

const fn failure(purpose: Purpose) -> SecurityEventKind {
    match purpose {
        Purpose::SignIn | Purpose::Registration => SecurityEventKind::SignInFailed,
        Purpose::SecondFactor | Purpose::StepUp => SecurityEventKind::SecondFactorFailed,
    }
}
