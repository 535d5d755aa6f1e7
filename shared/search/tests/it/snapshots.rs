//! Snapshots: complete or not there, checked, and swapped while questions run.

use std::fs;
use std::path::PathBuf;

use crate::shop::{shop, snapshot};
use sipstr_search::{Engine, Holder, ListPrices, Query, Snapshot, SnapshotError, Synonyms};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sipstr-search-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn version_folder(folder: &Folder, version: u64) -> PathBuf {
    folder.0.join(format!("v{version:020}"))
}

#[test]
fn what_is_written_answers_like_what_was_built() {
    let folder = Folder::new("roundtrip");
    let built = snapshot(&shop(), 7);
    built.write(&folder.0).unwrap();
    let read = Snapshot::open(&folder.0).unwrap();
    assert_eq!(read.manifest(), built.manifest());
    assert_eq!((read.manifest().version, read.manifest().products), (7, shop().len()));
    let (a, b) = (Engine::open(&built).unwrap(), Engine::open(&read).unwrap());
    for text in ["", "sierra", "rosé", "lagavuln", "whiskey"] {
        let query = Query { explain: true, ..Query::text(text) };
        assert_eq!(a.search(&query, &ListPrices(&a)), b.search(&query, &ListPrices(&b)));
    }
}

#[test]
fn a_writer_that_dies_leaves_the_old_snapshot_current() {
    let folder = Folder::new("crash");
    snapshot(&shop(), 1).write(&folder.0).unwrap();
    // It died while writing the files …
    let part = folder.0.join(format!("v{:020}.part", 2));
    fs::create_dir_all(&part).unwrap();
    fs::write(part.join("meta.json"), b"{").unwrap();
    assert_eq!(Snapshot::open(&folder.0).unwrap().manifest().version, 1);
    // … or after the folder stood, before it was made current.
    snapshot(&shop()[..3], 2).write(&folder.0).unwrap();
    fs::write(folder.0.join("current"), format!("v{:020}", 1)).unwrap();
    assert_eq!(Snapshot::open(&folder.0).unwrap().manifest().version, 1);
    // The next attempt is not hindered by what lies about.
    snapshot(&shop()[..3], 2).write(&folder.0).unwrap();
    assert_eq!(Snapshot::open(&folder.0).unwrap().manifest().version, 2);
    Snapshot::remove_older(&folder.0, 2).unwrap();
    assert!(!version_folder(&folder, 1).exists() && version_folder(&folder, 2).exists());
}

#[test]
fn a_damaged_snapshot_is_not_opened() {
    let folder = Folder::new("damage");
    assert!(matches!(Snapshot::open(&folder.0), Err(SnapshotError::Missing(_))));
    let built = snapshot(&shop(), 1);
    for (name, content) in built.files() {
        built.write(&folder.0).unwrap();
        let path = version_folder(&folder, 1).join(name);
        let mut bytes = content.to_vec();
        bytes[content.len() / 2] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(Snapshot::open(&folder.0), Err(SnapshotError::Damaged(file)) if file == name));
        fs::remove_file(&path).unwrap();
        assert!(matches!(Snapshot::open(&folder.0), Err(SnapshotError::Missing(_))));
    }
}

#[test]
fn a_manifest_is_not_trusted() {
    let built = snapshot(&shop(), 1);
    let manifest = String::from_utf8(built.manifest_bytes().unwrap()).unwrap();
    let assemble = |manifest: &str| Snapshot::assemble(manifest.as_bytes(), |_| Ok(Vec::new()));
    let other = manifest.replace("\"schemaVersion\": 1", "\"schemaVersion\": 99");
    assert!(matches!(assemble(&other), Err(SnapshotError::Schema { found: 99, .. })));
    let outside = manifest.replace("meta.json", "../meta.json");
    assert!(matches!(assemble(&outside), Err(SnapshotError::FileName(_))));
    assert!(matches!(assemble("[]"), Err(SnapshotError::Manifest(_))));
    let empty = r#"{"version":1,"schemaVersion":1,"products":0,"builtAt":"","files":{}}"#;
    assert!(matches!(assemble(empty), Err(SnapshotError::Missing(_))));
}

#[test]
fn a_catalogue_that_contradicts_itself_is_refused() {
    let mut twice = shop();
    twice.push(twice[0].clone());
    let refused = Snapshot::build(&twice, &Synonyms::default(), 1, "now");
    assert!(matches!(refused, Err(SnapshotError::Duplicate(_))));
    for source in ["whisky", "a, b\nb, c", "one two three four five, x", "a,,b"] {
        assert!(matches!(Synonyms::parse(source), Err(SnapshotError::Synonyms { .. })), "{source}");
    }
}

#[test]
fn an_empty_catalogue_answers_with_nothing() {
    let engine = Engine::open(&snapshot(&[], 1)).unwrap();
    for text in ["", "gin"] {
        let page = engine.search(&Query::text(text), &ListPrices(&engine)).unwrap();
        assert!(page.hits.is_empty() && page.total == 0);
    }
    assert!(engine.suggest("g", 5, &ListPrices(&engine)).unwrap().is_empty());
}

#[test]
fn a_question_keeps_the_engine_it_began_with_and_versions_never_go_back() {
    let holder = Holder::new(Engine::open(&snapshot(&shop(), 5)).unwrap());
    let running = holder.engine();
    assert!(holder.swap(Engine::open(&snapshot(&shop()[..2], 6)).unwrap()));
    assert_eq!(running.products(), shop().len());
    assert_eq!(holder.engine().products(), 2);
    assert!(!holder.swap(Engine::open(&snapshot(&shop(), 4)).unwrap()), "it arrived late");
    assert!(!holder.swap(Engine::open(&snapshot(&shop(), 6)).unwrap()));
    assert_eq!(holder.engine().manifest().version, 6);
}

#[test]
fn many_ask_while_one_swaps() {
    let holder = Holder::new(Engine::open(&snapshot(&shop(), 1)).unwrap());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let engine = holder.engine();
                    let page = engine.search(&Query::text("sierra"), &ListPrices(&engine)).unwrap();
                    assert_eq!((page.snapshot, page.total), (engine.manifest().version, 2));
                }
            });
        }
        for version in 2..5 {
            assert!(holder.swap(Engine::open(&snapshot(&shop(), version)).unwrap()));
        }
    });
}
