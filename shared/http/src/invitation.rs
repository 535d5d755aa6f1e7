use sipstr_domain::{InvitationId, StoreId};

use crate::Signer;

const PURPOSE: &str = "invitation";

/// The text that accepts an invitation. It is stored nowhere: whoever has the application's key makes it from the ids, the
/// function that mails it and the one that takes it alike.
pub fn invitation_token(signer: &Signer, store: &StoreId, invitation: &InvitationId) -> String {
    signer.seal(PURPOSE, &(store, invitation))
}

/// Which invitation a text accepts; `None` where it was not made here.
pub fn invitation_of(signer: &Signer, token: &str) -> Option<(StoreId, InvitationId)> {
    signer.open(PURPOSE, token.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_invitation_and_nobody_else_makes_one() {
        let (signer, store, invitation) = (Signer::new(&[7; 32]), StoreId::new(), InvitationId::new());
        let token = invitation_token(&signer, &store, &invitation);
        assert_eq!(invitation_of(&signer, &token), Some((store.clone(), invitation.clone())));
        assert_eq!(invitation_of(&Signer::new(&[8; 32]), &token), None);
        assert_eq!(invitation_of(&signer, &signer.seal("cursor", &(store, invitation))), None);
        assert_eq!(invitation_of(&signer, "\u{0}"), None);
    }
}
