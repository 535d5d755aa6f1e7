//! Work in the background for a store: a file of its assortment that is taken in, or written.
//!
//! A job moves by changes that each name the version that they leave, so that of two runs one goes on. What lies in files is
//! found by the job's id; the job itself says how far it came.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{JobId, StoreId, UserId};

/// Twenty megabytes: hundreds of thousands of lines, of which [`MOST_ROWS`] are read.
pub const MOST_BYTES: u64 = 20_000_000;
pub const MOST_ROWS: u32 = 50_000;
/// What is shown with a job; the file of errors has them all.
pub const FIRST_ERRORS: usize = 20;
/// A file that was not sent for a day is not waited for.
pub const WAITING_LIFE: SignedDuration = SignedDuration::from_hours(24);
/// What a job says of itself stays for a month, its files for a week.
pub const JOB_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
pub const FILES_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Where uploads lie; S3 tells of each of them.
const UPLOADS: &str = "sheets/uploads/";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    Import,
    Export,
}

impl JobKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Export => "export",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// The file was not sent yet.
    Waiting,
    /// The file is read and compared with what is stored; nothing is written.
    Checking,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl JobState {
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// What happens to the good rows of a file that has wrong ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnErrors {
    /// Nothing is applied.
    Stop,
    /// The good ones are applied.
    Skip,
}

/// How an import was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportOrder {
    pub dry_run: bool,
    pub on_errors: OnErrors,
    pub bytes: u64,
    /// SHA-256 of the file in hexadecimal digits, where the sender told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
}

/// How far a job came, in rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Progress {
    /// Rows of the file, or products that were written into one.
    pub read: u32,
    /// Rows that ask for something else than what is stored.
    pub changing: u32,
    /// Of those, the ones that stand as the file says by now.
    pub applied: u32,
    /// Rows that stood as the file says before.
    pub unchanged: u32,
    /// Rows that are wrong.
    pub failed: u32,
}

/// What is wrong with one cell of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowError {
    /// As spreadsheets count: the header is row 1.
    #[schema(example = 4)]
    pub row: u32,
    /// The column as the header names it; empty where it is about the whole row.
    #[schema(example = "price")]
    pub column: String,
    #[schema(example = "price_too_precise")]
    pub code: String,
    pub message: String,
    /// What stood there, cut after 200 characters.
    pub value: String,
}

/// Why a file, or the whole job, failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, utoipa::ToSchema)]
#[error("{message}")]
pub struct JobFault {
    #[schema(example = "not_utf8")]
    pub code: String,
    pub message: String,
}

impl JobFault {
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    pub id: JobId,
    pub store_id: StoreId,
    pub kind: JobKind,
    pub state: JobState,
    /// Who ordered it, and who is named in the history of prices.
    pub actor: UserId,
    /// Stands for what was asked: the same key with another request is refused.
    #[serde(default)]
    pub request: String,
    /// Counts the changes.
    pub version: u64,
    /// Counts the runs that were asked for: a message of an earlier one asks for nothing.
    pub turn: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<ImportOrder>,
    #[serde(default)]
    pub progress: Progress,
    /// Tells the plan of the check that counts from those of others, which were too late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// How many of the planned rows are done with.
    #[serde(default)]
    pub cursor: u32,
    /// The first of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<RowError>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<JobFault>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Job {
    /// An import that waits for its file.
    pub fn import(id: JobId, store_id: StoreId, actor: UserId, order: ImportOrder, now: Timestamp) -> Self {
        Self { order: Some(order), ..Self::new(id, store_id, JobKind::Import, JobState::Waiting, actor, now) }
    }

    /// An export, which can begin at once.
    pub fn export(id: JobId, store_id: StoreId, actor: UserId, now: Timestamp) -> Self {
        Self { turn: 1, ..Self::new(id, store_id, JobKind::Export, JobState::Running, actor, now) }
    }

    fn new(id: JobId, store_id: StoreId, kind: JobKind, state: JobState, actor: UserId, now: Timestamp) -> Self {
        Self {
            id,
            store_id,
            kind,
            state,
            actor,
            request: String::new(),
            version: 1,
            turn: 0,
            order: None,
            progress: Progress::default(),
            plan: None,
            cursor: 0,
            errors: Vec::new(),
            fault: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// The job after another change, to be changed further.
    pub fn next(&self, now: Timestamp) -> Self {
        Self { version: self.version + 1, updated_at: now, ..self.clone() }
    }

    /// The file is there: somebody shall look at it. `None` where none is waited for.
    pub fn sent(&self, now: Timestamp) -> Option<Self> {
        let waits = self.state == JobState::Waiting;
        waits.then(|| Self { state: JobState::Checking, turn: self.turn + 1, ..self.next(now) })
    }

    /// Nothing more happens. `None` where it is over anyway.
    pub fn cancelled(&self, now: Timestamp) -> Option<Self> {
        (!self.state.is_over()).then(|| Self { state: JobState::Cancelled, ..self.next(now) })
    }

    pub fn failed(&self, fault: JobFault, now: Timestamp) -> Self {
        Self { state: JobState::Failed, fault: Some(fault), ..self.next(now) }
    }

    /// Adds errors to those that are shown, as far as there is room.
    pub fn note(&mut self, errors: &[RowError]) {
        let room = FIRST_ERRORS.saturating_sub(self.errors.len());
        self.errors.extend(errors.iter().take(room).cloned());
    }

    /// When it is forgotten.
    pub fn forgotten_at(&self) -> Timestamp {
        self.created_at + if self.state == JobState::Waiting { WAITING_LIFE } else { JOB_LIFE }
    }

    /// Whether its files are there still.
    pub fn has_files(&self, now: Timestamp) -> bool {
        now < self.created_at + FILES_LIFE
    }

    /// Where the store's staff send the file.
    pub fn upload_key(&self) -> String {
        format!("{UPLOADS}{}.csv", self.id.suffix())
    }

    /// Whose upload lies there; `None` where it is no such place.
    pub fn of_upload_key(key: &str) -> Option<JobId> {
        let suffix = key.strip_prefix(UPLOADS)?.strip_suffix(".csv")?;
        format!("{}{suffix}", JobId::PREFIX).parse().ok()
    }

    /// Where lies what is to be done, as the check found it; `None` before that.
    pub fn plan_key(&self) -> Option<String> {
        self.plan.as_ref().map(|plan| format!("sheets/plans/{}-{plan}.json", self.id.suffix()))
    }

    pub fn errors_key(&self) -> String {
        format!("sheets/errors/{}.csv", self.id.suffix())
    }

    pub fn export_key(&self) -> String {
        format!("sheets/exports/{}.csv", self.id.suffix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import() -> Job {
        let order = ImportOrder { dry_run: false, on_errors: OnErrors::Stop, bytes: 10, checksum: None };
        Job::import(JobId::new(), StoreId::new(), UserId::new(), order, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_file_is_waited_for_once_and_what_is_over_stays_over() {
        let (now, job) = (Timestamp::UNIX_EPOCH, import());
        let sent = job.sent(now).unwrap();
        assert_eq!((sent.state, sent.turn, sent.version), (JobState::Checking, 1, 2));
        assert_eq!(sent.sent(now), None);
        let cancelled = sent.cancelled(now).unwrap();
        assert_eq!((cancelled.cancelled(now), cancelled.sent(now)), (None, None));
        assert_eq!(sent.failed(JobFault::new("empty", "the file is empty"), now).cancelled(now), None);
    }

    #[test]
    fn the_place_of_an_upload_leads_back_to_its_job() {
        let job = import();
        assert_eq!(Job::of_upload_key(&job.upload_key()), Some(job.id.clone()));
        for foreign in ["sheets/uploads/", "sheets/uploads/1.csv", &job.errors_key(), "uploads/x.csv"] {
            assert_eq!(Job::of_upload_key(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_first_errors_are_kept() {
        let error = |row| RowError {
            row,
            column: "price".into(),
            code: "price_missing".into(),
            message: "there is no price".into(),
            value: String::new(),
        };
        let (mut job, many) = (import(), (2..40).map(error).collect::<Vec<_>>());
        job.note(&many[..15]);
        job.note(&many[15..]);
        assert_eq!(job.errors, many[..FIRST_ERRORS]);
    }
}
