//! Recovery codes: ten, for the day the telephone is lost. Only their hashes are stored, each is good once.

use sipstr_domain::UserId;
use sipstr_http::Signer;

const HOW_MANY: usize = 10;
/// Without those that are read as another: no 0 and O, no 1, I and L, no U.
const LETTERS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 12;

pub struct RecoveryCodes {
    codes: Vec<String>,
}

impl RecoveryCodes {
    /// Each has twelve letters of thirty: 58 bits.
    pub fn new() -> Self {
        Self { codes: (0..HOW_MANY).map(|_| random_code()).collect() }
    }

    /// As they are shown, once: `ABCD-EFGH-JKMN`.
    pub fn shown(&self) -> Vec<String> {
        let grouped = |code: &String| format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..]);
        self.codes.iter().map(grouped).collect()
    }

    pub fn hashes(&self, signer: &Signer, user: &UserId) -> Vec<String> {
        self.codes.iter().map(|code| hash(signer, user, code)).collect()
    }

    /// The hash of a code as somebody typed it; `None` where it cannot be one.
    pub fn hash_of(signer: &Signer, user: &UserId, typed: &str) -> Option<String> {
        let code: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let code = code.to_ascii_uppercase();
        let sound = code.len() == LENGTH && code.bytes().all(|letter| LETTERS.contains(&letter));
        sound.then(|| hash(signer, user, &code))
    }
}

impl Default for RecoveryCodes {
    fn default() -> Self {
        Self::new()
    }
}

/// Keyed, so that a copy of the table alone says nothing about so short a code.
fn hash(signer: &Signer, user: &UserId, code: &str) -> String {
    hex::encode(signer.derive("recovery-code", &format!("{user}:{code}")))
}

fn random_code() -> String {
    let mut code = String::with_capacity(LENGTH);
    while code.len() < LENGTH {
        let mut byte = [0];
        aws_lc_rs::rand::fill(&mut byte).expect("the system has random bytes");
        // 240 is the largest multiple of thirty in a byte: what is above would favour some letters.
        if byte[0] < 240 {
            code.push(char::from(LETTERS[usize::from(byte[0]) % LETTERS.len()]));
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let (signer, user, codes) = (Signer::new(&[7; 32]), UserId::new(), RecoveryCodes::new());
        let (shown, hashes) = (codes.shown(), codes.hashes(&signer, &user));
        assert_eq!((shown.len(), hashes.len()), (10, 10));
        for typed in [shown[0].clone(), shown[0].to_lowercase(), shown[0].replace('-', " ")] {
            assert_eq!(RecoveryCodes::hash_of(&signer, &user, &typed).as_ref(), Some(&hashes[0]));
        }
        assert_ne!(RecoveryCodes::hash_of(&signer, &UserId::new(), &shown[0]).as_ref(), Some(&hashes[0]));
        for nonsense in ["", "ABCD", "OOOO-OOOO-OOOO", "ÄÄÄÄÄÄ"] {
            assert_eq!(RecoveryCodes::hash_of(&signer, &user, nonsense), None);
        }
    }
}
