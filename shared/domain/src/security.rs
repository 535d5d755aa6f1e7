//! What is known of a sign-in, and what of an account's security is worth a record.

use serde::{Deserialize, Serialize};

/// How somebody proved who they are; stands in a token's `amr` (RFC 8176, with names of our own where it has none).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Method {
    #[serde(rename = "pwd")]
    Password,
    #[serde(rename = "otp")]
    Totp,
    /// One of the codes that were written down for the day the telephone is lost.
    #[serde(rename = "rcv")]
    RecoveryCode,
    /// A passkey with its holder's PIN or finger: two factors in one.
    #[serde(rename = "pky")]
    Passkey,
    /// Another identity provider vouches.
    #[serde(rename = "fed")]
    Federated,
    /// A device that was remembered after an earlier second factor.
    #[serde(rename = "dev")]
    TrustedDevice,
}

impl Method {
    /// Whether these are two factors: something known or vouched for together with something held.
    pub fn are_two_factors(methods: &[Self]) -> bool {
        let first = |method: &Self| matches!(method, Self::Password | Self::Federated);
        let second = |method: &Self| matches!(method, Self::Totp | Self::RecoveryCode | Self::TrustedDevice);
        methods.contains(&Self::Passkey) || methods.iter().any(first) && methods.iter().any(second)
    }
}

/// What an account asks for after the first factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    Totp,
    Passkey,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $told:literal;)+) => {
        /// What happened to the security of an account. The names are stable: they are stored and exported.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum SecurityEventKind {
            $($(#[$doc])* $variant,)+
        }

        impl SecurityEventKind {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Whether the person gets a mail: when it may be somebody else's doing.
            pub const fn is_told(self) -> bool {
                match self {
                    $(Self::$variant => $told,)+
                }
            }
        }
    };
}

kinds! {
    SignedIn = "signed_in", false;
    SignedInOnNewDevice = "signed_in_on_new_device", true;
    SignInFailed = "sign_in_failed", false;
    SecondFactorFailed = "second_factor_failed", false;
    SteppedUp = "stepped_up", false;
    SessionEnded = "session_ended", false;
    AllSessionsEnded = "all_sessions_ended", false;
    /// A refresh token came that had been replaced: two hold it, and the session was ended.
    RefreshTokenReused = "refresh_token_reused", true;
    PasswordChanged = "password_changed", true;
    PasswordReset = "password_reset", true;
    EmailChangeRequested = "email_change_requested", true;
    EmailChanged = "email_changed", true;
    TotpEnabled = "totp_enabled", true;
    TotpDisabled = "totp_disabled", true;
    PasskeyAdded = "passkey_added", true;
    PasskeyRemoved = "passkey_removed", true;
    /// A passkey's counter went back, as that of a copy does: the sign-in was refused.
    PasskeyCopySuspected = "passkey_copy_suspected", true;
    RecoveryCodesMade = "recovery_codes_made", true;
    RecoveryCodeUsed = "recovery_code_used", true;
    RoleGranted = "role_granted", true;
    RoleRevoked = "role_revoked", true;
    Disabled = "disabled", true;
    Enabled = "enabled", true;
    /// Somebody asked for an order that is not theirs.
    ForeignOrderAsked = "foreign_order_asked", false;
    ExportRequested = "export_requested", true;
    /// The person wants to be forgotten; the mail about it has what takes that back.
    ErasureRequested = "erasure_requested", true;
    ErasureCancelled = "erasure_cancelled", true;
    /// The last event of a person: nobody is there to be told.
    Erased = "erased", false;
    AgeVerified = "age_verified", false;
    /// A document was not good, not theirs, or showed another day of birth.
    AgeRefused = "age_refused", true;
    /// Support acts as the person, for a reason and a limited time.
    ImpersonationStarted = "impersonation_started", true;
    /// Another identity provider vouches for the person from now on.
    FederatedLinked = "federated_linked", true;
    FederatedUnlinked = "federated_unlinked", true;
    /// An owner changed, proved or removed the provider that signs a store's staff in.
    StaffSignOnChanged = "staff_sign_on_changed", true;
}

/// `Chrome on Linux`: what a person recognises of a User-Agent header. Unknown ones are `another app`.
pub fn device_label(user_agent: &str) -> String {
    // The more special name first: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
    const APPS: [(&str, &str); 9] = [
        ("Sipstr/", "Sipstr's app"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (named(&APPS), named(&SYSTEMS)) {
        (Some(app), Some(system)) => format!("{app} on {system}"),
        (Some(app), None) => app.to_owned(),
        (None, Some(system)) => format!("another app on {system}"),
        (None, None) => "another app".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_factors_are_two_kinds_of_proof() {
        use Method::*;
        assert!(!Method::are_two_factors(&[Password]));
        assert!(!Method::are_two_factors(&[Password, Federated]));
        assert!(!Method::are_two_factors(&[Totp, RecoveryCode]));
        assert!(Method::are_two_factors(&[Password, Totp]));
        assert!(Method::are_two_factors(&[TrustedDevice, Federated]));
        assert!(Method::are_two_factors(&[Passkey]));
    }

    #[test]
    fn a_device_is_called_what_its_owner_calls_it() {
        for (header, label) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8.1", "curl"),
            ("\u{1b}[31m<script>", "another app"),
        ] {
            assert_eq!(device_label(header), label);
        }
    }

    #[test]
    fn a_kind_is_stored_under_its_name() {
        for kind in SecurityEventKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
