//! Snapshots on disk: a folder a version, and a file `current` that names the one to open.
//!
//! A folder appears under its name only when it is complete (written beside, then renamed), and `current` is replaced by a rename
//! too. A reader therefore sees the old set or the new one, and a crash between the two leaves the old one current. Files are also
//! handed out by name, for whoever keeps them elsewhere; the manifest goes last there.
//!
//! This is the only module that touches files.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::entry::Entry;
use crate::error::SnapshotError;
use crate::indexing;
use crate::synonyms::Synonyms;

/// Of the fields in `schema.rs` and of how text becomes words: both must be the same for writer and reader.
pub const SCHEMA_VERSION: u32 = 1;

const MANIFEST: &str = "manifest.json";
const CURRENT: &str = "current";
const SYNONYMS: &str = "synonyms.txt";

/// What a snapshot is. `built_at` is told by whoever builds it: nothing here reads a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Rises with every snapshot; holders never go back.
    pub version: u64,
    pub schema_version: u32,
    pub products: usize,
    pub built_at: String,
    pub files: BTreeMap<String, FileMark>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMark {
    pub bytes: u64,
    pub crc32: u32,
}

impl FileMark {
    fn of(content: &[u8]) -> Self {
        Self { bytes: content.len() as u64, crc32: crc32fast::hash(content) }
    }
}

/// A catalogue's index as one set of files, in memory.
#[derive(Debug, Clone)]
pub struct Snapshot {
    manifest: Manifest,
    files: BTreeMap<String, Vec<u8>>,
}

impl Snapshot {
    pub fn build(
        entries: &[Entry],
        synonyms: &Synonyms,
        version: u64,
        built_at: impl Into<String>,
    ) -> Result<Self, SnapshotError> {
        let mut files = indexing::files(entries)?;
        files.insert(SYNONYMS.to_owned(), synonyms.source().as_bytes().to_vec());
        let marks = files.iter().map(|(name, content)| (name.clone(), FileMark::of(content))).collect();
        let manifest = Manifest {
            version,
            schema_version: SCHEMA_VERSION,
            products: entries.len(),
            built_at: built_at.into(),
            files: marks,
        };
        Ok(Self { manifest, files })
    }

    /// From a manifest and the files it names, wherever they were kept; nothing is believed that the checksums do not confirm.
    pub fn assemble(
        manifest: &[u8],
        mut fetch: impl FnMut(&str) -> Result<Vec<u8>, SnapshotError>,
    ) -> Result<Self, SnapshotError> {
        let manifest: Manifest = serde_json::from_slice(manifest)?;
        if manifest.schema_version != SCHEMA_VERSION {
            return Err(SnapshotError::Schema { found: manifest.schema_version, expected: SCHEMA_VERSION });
        }
        let mut files = BTreeMap::new();
        for (name, mark) in &manifest.files {
            if !is_plain(name) {
                return Err(SnapshotError::FileName(name.clone()));
            }
            let content = fetch(name)?;
            if FileMark::of(&content) != *mark {
                return Err(SnapshotError::Damaged(name.clone()));
            }
            files.insert(name.clone(), content);
        }
        if !files.contains_key(SYNONYMS) {
            return Err(SnapshotError::Missing(SYNONYMS.to_owned()));
        }
        Ok(Self { manifest, files })
    }

    /// Writes the set into a folder of its own under `directory` and makes it the current one. A version is written once: writing it
    /// again, after an attempt that died, replaces a folder that nobody was told to read.
    pub fn write(&self, directory: &Path) -> Result<(), SnapshotError> {
        let folder = directory.join(folder_name(self.manifest.version));
        let beside = directory.join(format!("{}.part", folder_name(self.manifest.version)));
        if beside.exists() {
            fs::remove_dir_all(&beside).map_err(SnapshotError::io(&beside))?;
        }
        fs::create_dir_all(&beside).map_err(SnapshotError::io(&beside))?;
        for (name, content) in &self.files {
            write_file(&beside.join(name), content)?;
        }
        write_file(&beside.join(MANIFEST), &self.manifest_bytes()?)?;
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(SnapshotError::io(&folder))?;
        }
        fs::rename(&beside, &folder).map_err(SnapshotError::io(&folder))?;
        let pointer = directory.join("current.part");
        write_file(&pointer, folder_name(self.manifest.version).as_bytes())?;
        fs::rename(&pointer, directory.join(CURRENT)).map_err(SnapshotError::io(&pointer))
    }

    /// Reads the current set.
    pub fn open(directory: &Path) -> Result<Self, SnapshotError> {
        let name = read(&directory.join(CURRENT))?;
        let name = String::from_utf8(name).map_err(|_| SnapshotError::Damaged(CURRENT.to_owned()))?;
        if !is_plain(&name) {
            return Err(SnapshotError::FileName(name));
        }
        let folder = directory.join(name);
        Self::assemble(&read(&folder.join(MANIFEST))?, |file| read(&folder.join(file)))
    }

    /// Removes the folders of all versions before this one. Engines hold theirs in memory and do not miss them.
    pub fn remove_older(directory: &Path, version: u64) -> Result<(), SnapshotError> {
        for entry in fs::read_dir(directory).map_err(SnapshotError::io(directory))? {
            let path = entry.map_err(SnapshotError::io(directory))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let older =
                name.strip_prefix('v').and_then(|digits| digits.parse::<u64>().ok()).is_some_and(|v| v < version);
            if older && path.is_dir() {
                fs::remove_dir_all(&path).map_err(SnapshotError::io(&path))?;
            }
        }
        Ok(())
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub fn manifest_bytes(&self) -> Result<Vec<u8>, SnapshotError> {
        Ok(serde_json::to_vec_pretty(&self.manifest)?)
    }

    /// The files by their names, the manifest excepted.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, content)| (name.as_str(), content.as_slice()))
    }

    /// All files together, without the manifest.
    pub fn bytes(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }

    pub(crate) fn synonyms(&self) -> Result<Synonyms, SnapshotError> {
        let source = self.files.get(SYNONYMS).ok_or_else(|| SnapshotError::Missing(SYNONYMS.to_owned()))?;
        let source = std::str::from_utf8(source).map_err(|_| SnapshotError::Damaged(SYNONYMS.to_owned()))?;
        Synonyms::parse(source)
    }

    pub(crate) fn index_files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files().filter(|(name, _)| *name != SYNONYMS)
    }
}

fn folder_name(version: u64) -> String {
    format!("v{version:020}")
}

/// A name that stays in its folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

fn write_file(path: &PathBuf, content: &[u8]) -> Result<(), SnapshotError> {
    let mut file = fs::File::create(path).map_err(SnapshotError::io(path))?;
    file.write_all(content).map_err(SnapshotError::io(path))?;
    file.sync_all().map_err(SnapshotError::io(path))
}

fn read(path: &Path) -> Result<Vec<u8>, SnapshotError> {
    match fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(SnapshotError::Missing(path.display().to_string()))
        }
        other => other.map_err(SnapshotError::io(path)),
    }
}
