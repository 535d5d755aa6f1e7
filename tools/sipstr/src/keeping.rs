//! The session between two calls, in a file that only its owner may read.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};

/// A session and where it is good. `Debug` is left out: nothing shows the tokens.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    pub url: String,
    pub access_token: String,
    pub refresh_token: String,
}

pub fn load() -> anyhow::Result<Option<Kept>> {
    load_from(&place()?)
}

pub fn save(kept: &Kept) -> anyhow::Result<()> {
    save_to(&place()?, kept)
}

fn place() -> anyhow::Result<PathBuf> {
    Ok(etcetera::choose_base_strategy()?.config_dir().join("sipstr").join("session.json"))
}

fn load_from(path: &Path) -> anyhow::Result<Option<Kept>> {
    match fs::read(path) {
        Ok(bytes) => {
            let kept = serde_json::from_slice(&bytes);
            Ok(Some(kept.with_context(|| format!("{} is damaged: `sipstr login`", path.display()))?))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}

/// Writes beside it and renames, so that a call that is cut off leaves the old session, and nobody else reads the new one.
fn save_to(path: &Path, kept: &Kept) -> anyhow::Result<()> {
    let folder = path.parent().context("a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let beside = path.with_extension(format!("{}.part", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&beside).and_then(|mut file| file.write_all(&serde_json::to_vec(kept)?));
    written.and_then(|()| fs::rename(&beside, path)).with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_kept_for_its_owner_only() {
        let folder = std::env::temp_dir().join(format!("sipstr-{}", uuid::Uuid::now_v7()));
        let path = folder.join("deep").join("session.json");
        assert!(load_from(&path).unwrap().is_none());
        for token in ["first", "second"] {
            let (access_token, refresh_token) = (token.to_owned(), token.to_owned());
            save_to(&path, &Kept { url: "https://api.example".into(), access_token, refresh_token }).unwrap();
            assert_eq!(load_from(&path).unwrap().unwrap().access_token, token);
        }
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(&path, "{").unwrap();
        assert!(load_from(&path).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
