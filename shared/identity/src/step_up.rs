//! From a further proof to a session that was proved just now.

use sipstr_domain::security::{Method, SecurityEventKind};
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Person, Problem};
use sipstr_storage::Action;
use sipstr_storage::accounts::Account;
use sipstr_storage::sessions::Session;

use crate::sign_in::Identity;
use crate::token::AccessToken;

impl Identity {
    /// Notes that somebody proved once more who they are, in one transaction with its event and with what else becomes true;
    /// the access token in the answer replaces the present one.
    pub async fn step_up(
        &self,
        person: &Person,
        account: &Account,
        proved: &[Method],
        visitor: &Visitor,
        also: Vec<Action>,
    ) -> ApiResult<AccessToken> {
        let session = person.claims.sid.parse().map_err(|_| Problem::unauthenticated())?;
        let session = self.sessions.get(person.id(), &session).await?.ok_or_else(Problem::unauthenticated)?;
        let mut methods = session.methods.clone();
        methods.extend(proved.iter().filter(|method| !session.methods.contains(method)));
        let now = self.clock.now();
        let event = self.event(person.id(), SecurityEventKind::SteppedUp, visitor).of_session(&session.id);
        let with = [self.audit.entry(&event)?].into_iter().chain(also).collect();
        if !self.sessions.prove(person.id(), &session.id, &methods, now, with).await? {
            return Err(Problem::unauthenticated());
        }
        let session = Session { methods, proved_at: now, ..session };
        self.issuer.access(account, &session, self.policy, now)
    }
}
