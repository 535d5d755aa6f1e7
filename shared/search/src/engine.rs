//! A snapshot held in memory, and the answer to a question.

use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use sipstr_domain::ProductId;
use tantivy::directory::{Directory, RamDirectory};
use tantivy::schema::Field;
use tantivy::store::StoreReader;
use tantivy::{Index, InvertedIndexReader, SegmentReader};

use crate::columns::Columns;
use crate::error::{QueryError, SnapshotError};
use crate::overlay::{Overlay, Row};
use crate::page::Page;
use crate::query::Query;
use crate::schema;
use crate::searching;
use crate::snapshot::{Manifest, Snapshot};
use crate::suggest::{self, Completions};
use crate::synonyms::Synonyms;
use crate::vocabulary::Vocabulary;

/// Blocks of names kept unpacked.
const NAME_BLOCKS: usize = 64;

/// Answers questions from one snapshot. It never changes, and may be asked from many threads.
pub struct Engine {
    manifest: Manifest,
    vocabulary: Vocabulary,
    synonyms: Synonyms,
    columns: Columns,
    completions: Completions,
    assortments: Arc<InvertedIndexReader>,
    titles: StoreReader,
    title: Field,
}

impl Engine {
    pub fn open(snapshot: &Snapshot) -> Result<Self, SnapshotError> {
        let directory = RamDirectory::create();
        for (name, content) in snapshot.index_files() {
            directory.atomic_write(Path::new(name), content).map_err(SnapshotError::io(name))?;
        }
        let index = Index::open(directory)?;
        let segments = index.searchable_segments()?;
        let [segment] = segments.as_slice() else {
            return Err(SnapshotError::Damaged(format!("an index of {} segments", segments.len())));
        };
        let segment = SegmentReader::open(segment)?;
        let schema = index.schema();
        let columns = Columns::open(&segment)?;
        Ok(Self {
            manifest: snapshot.manifest().clone(),
            vocabulary: Vocabulary::open(&segment)?,
            synonyms: snapshot.synonyms()?,
            completions: Completions::new(&columns),
            columns,
            assortments: segment.inverted_index(schema.get_field(schema::STORE)?)?,
            titles: segment.get_store_reader(NAME_BLOCKS).map_err(SnapshotError::io(schema::TITLE))?,
            title: schema.get_field(schema::TITLE)?,
        })
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub fn products(&self) -> usize {
        self.columns.rows()
    }

    pub fn row(&self, id: &ProductId) -> Option<Row> {
        self.columns.row(id)
    }

    /// Answers a question with what the overlay offers.
    pub fn search(&self, query: &Query, overlay: &impl Overlay) -> Result<Page, QueryError> {
        searching::answer(self, query, overlay)
    }

    pub(crate) fn refuse_stale(&self, overlay: &impl Overlay) -> Result<(), QueryError> {
        let snapshot = self.manifest.version;
        match overlay.snapshot() {
            Some(shelf) if shelf != snapshot => Err(QueryError::StaleShelf { shelf, snapshot }),
            _ => Ok(()),
        }
    }

    pub(crate) fn title(&self, row: Row) -> Result<String, QueryError> {
        suggest::title(&self.titles, self.title, row)
    }

    pub(crate) const fn columns(&self) -> &Columns {
        &self.columns
    }

    pub(crate) const fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    pub(crate) fn assortments(&self) -> &InvertedIndexReader {
        &self.assortments
    }

    pub(crate) const fn synonyms(&self) -> &Synonyms {
        &self.synonyms
    }

    pub(crate) const fn completions(&self) -> &Completions {
        &self.completions
    }
}

/// The engine that answers now. A question keeps the one it began with; the next one gets the new one.
pub struct Holder(ArcSwap<Engine>);

impl Holder {
    pub fn new(engine: Engine) -> Self {
        Self(ArcSwap::from_pointee(engine))
    }

    pub fn engine(&self) -> Arc<Engine> {
        self.0.load_full()
    }

    /// Swaps the engine in unless it is no newer than the one that answers: snapshots may arrive out of order.
    pub fn swap(&self, engine: Engine) -> bool {
        let version = engine.manifest().version;
        let engine = Arc::new(engine);
        let before =
            self.0.rcu(|held| if held.manifest().version < version { Arc::clone(&engine) } else { Arc::clone(held) });
        before.manifest().version < version
    }
}
