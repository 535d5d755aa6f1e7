//! Passwords: what may be one, and how they are hashed and checked.

use std::collections::HashSet;

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use sipstr_domain::account::{Email, Invalid, NewPassword, PersonName};
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

/// Hashes on a thread of its own: it takes tens of milliseconds.
pub async fn hash(password: NewPassword) -> Result<PasswordHash, Error> {
    let hashed = tokio::task::spawn_blocking(move || argon2id().hash_password(password.as_str().as_bytes())).await?;
    Ok(PasswordHash(hashed.map_err(|error| format!("argon2 refused: {error}"))?.to_string()))
}

/// Whether this is the password. `None` takes as long as a hash does, and is never right.
pub async fn is_right(password: String, hash: Option<PasswordHash>) -> Result<bool, Error> {
    let known = hash.is_some();
    let hash = hash.map_or_else(|| NOBODYS.to_owned(), |hash| hash.0);
    let verified = tokio::task::spawn_blocking(move || {
        let hash = phc::PasswordHash::new(&hash)?;
        match argon2id().verify_password(password.as_bytes(), &hash) {
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            other => other.map(|()| true),
        }
    });
    let verified =
        verified.await?.map_err(|error: argon2::password_hash::Error| format!("a hash is unusable: {error}"))?;
    Ok(verified && known)
}

/// Refuses what is guessed first of a person: their address, their name, or a pattern instead of a password.
///
/// No list of common passwords is kept: nearly all of those lists is shorter than the 15 characters that are asked for,
/// and what is left of them is the patterns that are refused here.
pub fn check(password: &NewPassword, email: &Email, name: &PersonName) -> Result<(), Invalid> {
    let password = password.as_str().to_lowercase();
    let local = email.as_str().split('@').next().unwrap_or_default();
    let name = name.as_str().to_lowercase();
    let joined: String = name.split_whitespace().collect();
    // Shorter ones occur in innocent words.
    let told = [email.as_str(), local, &name, &joined].into_iter().filter(|text| text.chars().count() >= 5);
    if told.into_iter().any(|text| password.contains(text)) {
        return Err(Invalid("must not contain your name or e-mail address"));
    }
    if is_pattern(&password) {
        return Err(Invalid("must not be a repetition or a sequence"));
    }
    Ok(())
}

fn is_pattern(password: &str) -> bool {
    let chars: Vec<char> = password.chars().collect();
    let few = chars.iter().collect::<HashSet<_>>().len() < 5;
    let repeats =
        (1..=chars.len() / 2).any(|period| chars.iter().skip(period).eq(chars.iter().take(chars.len() - period)));
    let step = |pair: &[char]| match (pair[0], pair[1]) {
        ('9', '0') => 1,
        ('0', '9') => -1,
        (a, b) => i64::from(u32::from(b)) - i64::from(u32::from(a)),
    };
    let runs = |by: i64| chars.windows(2).all(|pair| step(pair) == by);
    few || repeats || runs(1) || runs(-1)
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
            "ababccabacabbca",
        ] {
            assert!(refused(password), "{password}");
        }
        for password in ["correct horse battery", "demo-only-lantern-harbor-1", "пароль длинный и свой"]
        {
            assert!(!refused(password), "{password}");
        }
    }

    #[tokio::test]
    async fn a_hash_names_its_costs_and_checks_its_password_only() {
        let hash = hash("correct horse battery".parse().unwrap()).await.unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.0);
        assert!(is_right("correct horse battery".into(), Some(hash.clone())).await.unwrap());
        assert!(!is_right("correct horse batterz".into(), Some(hash)).await.unwrap());
        assert!(!is_right("correct horse battery".into(), None).await.unwrap());
    }
}
