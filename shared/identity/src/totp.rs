//! Codes of an authenticator app (RFC 6238): six digits, thirty seconds, SHA-1, which is what every app can do.

use sipstr_domain::UserId;
use sipstr_domain::account::Email;
use sipstr_http::Signer;
use sipstr_runtime::Error;
use totp_rs::{Builder, Secret, Totp};

use crate::{open_sealed, seal_secret};

/// Steps before and after the present one that are taken: for clocks that are half a minute off.
const SKEW: u16 = 1;
const SECRET_BYTES: usize = 20;
const ISSUER: &str = "Sipstr";

/// An authenticator that was, or shall be, paired with an account.
pub struct Authenticator {
    totp: Totp,
    secret: Vec<u8>,
}

impl Authenticator {
    /// A new secret of 160 random bits.
    pub fn new(email: &Email) -> Result<Self, Error> {
        let mut secret = vec![0; SECRET_BYTES];
        aws_lc_rs::rand::fill(&mut secret).expect("the system has random bytes");
        // A colon divides the issuer from the account's name in the address that apps read.
        Self::of(secret, &email.as_str().replace(':', ""))
    }

    pub fn open(signer: &Signer, user: &UserId, sealed: &str) -> Result<Self, Error> {
        let secret =
            open_sealed(signer, "totp", user.as_str(), sealed).ok_or("a secret was sealed with another key")?;
        Self::of(secret, user.as_str())
    }

    fn of(secret: Vec<u8>, account: &str) -> Result<Self, Error> {
        let builder = Builder::new().with_secret(Secret::new(secret.clone().into_boxed_slice())).with_skew(SKEW);
        let totp = builder.with_issuer(Some(ISSUER)).with_account_name(account).build();
        Ok(Self { totp: totp.map_err(|error| format!("an authenticator's secret: {error}"))?, secret })
    }

    pub fn seal(&self, signer: &Signer, user: &UserId) -> String {
        seal_secret(signer, "totp", user.as_str(), &self.secret)
    }

    /// What is typed where no camera is at hand.
    pub fn secret_text(&self) -> String {
        self.totp.secret().to_base32()
    }

    /// What the app reads from the picture.
    pub fn url(&self) -> Result<String, Error> {
        self.totp.to_url().map_err(|error| format!("an authenticator's address: {error}").into())
    }

    /// The time step of a right code. Whether it was used before is for the database to say.
    pub fn step_of(&self, code: &str, now: jiff::Timestamp) -> Option<u64> {
        let six_digits = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
        self.totp.check(code, u64::try_from(now.as_second()).ok()?).filter(|_| six_digits)
    }

    /// The code of this moment, for tests that hold the telephone.
    pub fn code_at(&self, now: jiff::Timestamp) -> String {
        self.totp.generate(u64::try_from(now.as_second()).unwrap_or_default()).to_string()
    }

    /// The telephone of who typed the secret in.
    pub fn from_text(secret: &str) -> Result<Self, Error> {
        let secret = Secret::try_from_base32(secret).map_err(|error| format!("{error:?}"))?;
        Self::of(secret.as_bytes().to_vec(), "typed in")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> jiff::Timestamp {
        jiff::Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_vectors_of_the_rfc() {
        // RFC 6238, appendix B, SHA-1: the last six of its eight digits.
        let app = Authenticator::of(b"12345678901234567890".to_vec(), "ada").unwrap();
        for (second, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(app.code_at(at(second)), code);
            assert_eq!(app.step_of(code, at(second)), Some(second as u64 / 30));
        }
    }

    #[test]
    fn a_code_is_good_for_one_step_around_its_own() {
        let app = Authenticator::new(&"ada@example.com".parse().unwrap()).unwrap();
        let code = app.code_at(at(3_000));
        assert!([2_970, 3_000, 3_030].iter().all(|second| app.step_of(&code, at(*second)) == Some(100)));
        for second in [2_939, 3_060] {
            assert_eq!(app.step_of(&code, at(second)), None);
        }
        for text in ["", "12345", "1234567", "12345a", " 12345", "１２３４５６"] {
            assert_eq!(app.step_of(text, at(3_000)), None, "{text:?}");
        }
    }

    #[test]
    fn a_sealed_secret_is_the_same_authenticator() {
        let (signer, user) = (Signer::new(&[7; 32]), UserId::new());
        let app = Authenticator::new(&"ada@example.com".parse().unwrap()).unwrap();
        let again = Authenticator::open(&signer, &user, &app.seal(&signer, &user)).unwrap();
        assert_eq!(app.code_at(at(3_000)), again.code_at(at(3_000)));
        assert_eq!(app.code_at(at(3_000)), Authenticator::from_text(&app.secret_text()).unwrap().code_at(at(3_000)));
        assert!(Authenticator::open(&signer, &UserId::new(), &app.seal(&signer, &user)).is_err());
        assert!(app.url().unwrap().starts_with("otpauth://totp/Sipstr:ada%40example.com?"), "{}", app.url().unwrap());
    }
}
