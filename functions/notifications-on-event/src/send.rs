//! Notices and mails leave here. Nobody's name, address or message reaches the log.

use sipstr_domain::{NotificationId, UserId};
use sipstr_events::{Event, InvitationFact};
use sipstr_http::{invitation_token, mailed_code};
use sipstr_messaging::{Mail, Message, SendError, render};
use sipstr_runtime::{HandlerError, count};
use sipstr_storage::codes::Purpose;
use sipstr_storage::notifications::Notice;

use crate::State;
use crate::letters::Letter;

/// Adds the notice and sends its mail, unless either was done before.
pub async fn letter(state: &State, event: &Event, letter: Letter) -> Result<(), HandlerError> {
    let Letter { to, copy, message } = letter;
    let rendered = render(&message);
    let notice = Notice {
        id: NotificationId::derive(&[event.id.as_str(), to.id.as_str()]),
        user_id: to.id.clone(),
        kind: message.kind().to_owned(),
        title: rendered.notice.title.clone(),
        body: rendered.notice.body.clone(),
        subject: event.subject.clone(),
        at: event.time,
        read_at: None,
        mailed: false,
    };
    let notice = state.notifications.add(&notice).await?;
    // An address that nobody proved may be somebody else's.
    if notice.mailed || to.email_verified_at.is_none() {
        return Ok(());
    }
    if let Some(copy) = copy {
        send(state, &rendered.mail(copy)).await?;
    }
    if send(state, &rendered.mail(to.email)).await? {
        state.notifications.mark_mailed(&notice).await?;
    }
    Ok(())
}

/// Mails a code. It is the one that is valid now, whichever request the event was about.
pub async fn code(state: &State, user: &UserId, purpose: Purpose) -> Result<(), HandlerError> {
    let Some(account) = state.accounts.get(user).await? else { return Ok(()) };
    let Some(open) = purpose.of(&account).cloned() else { return Ok(()) };
    let left = open.expires_at.duration_since(state.clock.now()).as_secs();
    let Some(minutes) = u32::try_from((left + 59) / 60).ok().filter(|minutes| *minutes > 0) else { return Ok(()) };
    let (name, code) = (account.name, mailed_code(&state.signer, purpose, user, &open));
    let (to, message) = match (purpose, account.email_change) {
        (Purpose::ProveEmail, _) if account.email_verified_at.is_some() => return Ok(()),
        (Purpose::ProveEmail, _) => (account.email, Message::VerifyEmail { name, code, minutes }),
        (Purpose::ResetPassword, _) => (account.email, Message::ResetPassword { name, code, minutes }),
        (Purpose::ChangeEmail, Some(change)) => (change.to, Message::ChangeEmail { name, code, minutes }),
        (Purpose::ChangeEmail, None) => return Ok(()),
    };
    send(state, &render(&message).mail(to)).await.map(|_| ())
}

/// Mails an invitation that is still open. The address need not be proved: reading this mail is how one comes to the token.
pub async fn invitation(state: &State, fact: &InvitationFact) -> Result<(), HandlerError> {
    let Some(invitation) = state.members.invitation(&fact.store_id, &fact.invitation_id).await? else { return Ok(()) };
    let now = state.clock.now();
    if !invitation.is_open(now) {
        return Ok(());
    }
    let store = state.stores.get(&invitation.store_id).await?.ok_or("the store of an invitation is not there")?;
    let Some(inviter) = state.accounts.get(&invitation.invited_by).await? else { return Ok(()) };
    let hours = invitation.expires_at.duration_since(now).as_hours();
    let message = Message::Invitation {
        store: store.name,
        role: invitation.role,
        inviter: inviter.name,
        token: invitation_token(&state.signer, &invitation.store_id, &invitation.id),
        days: u32::try_from((hours + 23) / 24).unwrap_or(1).max(1),
    };
    send(state, &render(&message).mail(invitation.email)).await.map(|_| ())
}

/// Whether the mail left. One that never will is counted and given up; one that may is an error, and comes again.
async fn send(state: &State, mail: &Mail) -> Result<bool, HandlerError> {
    match state.mail.send(mail).await {
        Ok(()) => {
            count("mails_sent", 1);
            Ok(true)
        }
        Err(refused @ SendError::Refused { .. }) => {
            tracing::error!(cause = %refused, "a mail will never leave");
            count("mails_refused", 1);
            Ok(false)
        }
        Err(unavailable) => Err(unavailable.into()),
    }
}
