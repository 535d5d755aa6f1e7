//! Passwords: what may be one, and how they are hashed and checked.

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use sipstr_domain::account::{Email, NewPassword, PersonName};
use sipstr_runtime::Error;
use sipstr_storage::accounts::PasswordHash;

/// The hash of a password that nobody has, checked where nobody is known, so that it takes as long.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Nxw6z+8I2Viso8tRBD4OYA$pvmCt/1/gdg4sjy3rBe5mzDw2ugmbV2Awb+0J4+CkwU";

/// OWASP's least for argon2id: 19 MiB, two passes, one lane.
fn argon2id() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).expect("the figures are within argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes here and now, for some tens of milliseconds: an instance of a function has one request at a time, so nobody waits
/// behind it, and a thread more would keep argon2's 19 MiB to itself.
pub fn hash(password: &NewPassword) -> Result<PasswordHash, Error> {
    let hashed = argon2id().hash_password(password.as_str().as_bytes());
    Ok(PasswordHash(hashed.map_err(|error| format!("argon2 refused: {error}"))?.to_string()))
}

/// Whether this is the password. `None` takes as long as a hash does, and is never right.
pub fn is_right(password: &str, hash: Option<&PasswordHash>) -> Result<bool, Error> {
    let parsed = phc::PasswordHash::new(hash.map_or(NOBODYS, |hash| hash.0.as_str()));
    let parsed = parsed.map_err(|error| format!("a hash is unusable: {error}"))?;
    match argon2id().verify_password(password.as_bytes(), &parsed) {
        Ok(()) => Ok(hash.is_some()),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(format!("a hash is unusable: {error}").into()),
    }
}

/// Why a password is refused: words for the person who chose it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Weak(pub String);

/// Refuses what is guessed early: the person's own name and address, what many people use, and patterns. The strength is that
/// of zxcvbn, whose lists hold the 30,000 most common passwords (<https://dropbox.tech/security/zxcvbn-realistic-password-strength-estimation>).
pub fn check(password: &NewPassword, email: &Email, name: &PersonName) -> Result<(), Weak> {
    let password = password.as_str();
    let (told, lower) = (told_of(email, name), password.to_lowercase());
    // Shorter ones occur in innocent words.
    if told.iter().any(|text| text.chars().count() >= 5 && lower.contains(text.as_str())) {
        return Err(Weak("must not contain your name or e-mail address".into()));
    }
    let inputs: Vec<&str> = told.iter().map(String::as_str).collect();
    let strength = zxcvbn::zxcvbn(password, &inputs);
    if strength.score() >= zxcvbn::Score::Three {
        return Ok(());
    }
    let feedback = strength.feedback();
    let warning = feedback.and_then(|feedback| feedback.warning()).map(|warning| warning.to_string());
    let advice = feedback.and_then(|feedback| feedback.suggestions().first()).map(|advice| advice.to_string());
    let words = [Some("is guessed too easily.".to_owned()), warning, advice];
    Err(Weak(words.into_iter().flatten().collect::<Vec<_>>().join(" ")))
}

/// What everybody who knows the person would try.
fn told_of(email: &Email, name: &PersonName) -> Vec<String> {
    let local = email.as_str().split('@').next().unwrap_or_default();
    let name = name.as_str().to_lowercase();
    let joined: String = name.split_whitespace().collect();
    let parts = name.split_whitespace().map(str::to_owned);
    [email.as_str().to_owned(), local.to_owned(), name.clone(), joined, "sipstr".to_owned()]
        .into_iter()
        .chain(parts)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> bool {
        let (email, name) = ("ada.lovelace@example.com".parse().unwrap(), "Ada Lovelace".parse().unwrap());
        check(&password.parse().unwrap(), &email, &name).is_err()
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for password in [
            "ada.lovelace@example.com",
            "my ADA.LOVELACE 1815",
            "AdaLovelace-1815",
            "aaaaaaaaaaaaaaaaaa",
            "passwordpassword",
            "abcabcabcabcabca",
            "123456789012345",
            "abcdefghijklmnop",
            "ponmlkjihgfedcba",
            "qwertyuiopasdfgh",
            "iloveyouiloveyou",
        ] {
            assert!(refused(password), "{password}");
        }
        for password in ["correct horse battery", "demo-only-lantern-harbor-1", "пароль длинный и свой"]
        {
            assert!(!refused(password), "{password}");
        }
    }

    #[test]
    fn a_hash_names_its_costs_and_checks_its_password_only() {
        let hash = hash(&"correct horse battery".parse().unwrap()).unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.0);
        assert!(is_right("correct horse battery", Some(&hash)).unwrap());
        assert!(!is_right("correct horse batterz", Some(&hash)).unwrap());
        assert!(!is_right("correct horse battery", None).unwrap());
        assert!(is_right("correct horse battery", Some(&PasswordHash("nobody signs in with this".into()))).is_err());
    }
}
