//! Lists, a page at a time: `limit` and an opaque, signed `cursor`.

use serde::{Deserialize, Serialize};
use sipstr_storage::{Page, PageKey};

use crate::{ApiResult, Problem, Signer};

/// Parameters of a list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Items a page, 1 to 100; 20 unless told.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u8>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

/// One page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageOf<T> {
    pub items: Vec<T>,
    /// Leads to the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl ListQuery {
    pub fn limit(&self) -> ApiResult<i32> {
        limit(self.limit)
    }

    /// Where the page begins. `list` names the list, so that the cursor of one is refused by another.
    pub fn from(&self, signer: &Signer, list: &str) -> ApiResult<Option<PageKey>> {
        from(self.cursor.as_deref(), signer, list)
    }
}

pub fn limit(limit: Option<u8>) -> ApiResult<i32> {
    match limit.unwrap_or(20) {
        limit @ 1..=100 => Ok(i32::from(limit)),
        _ => Err(Problem::invalid("limit", "must be 1 to 100")),
    }
}

pub fn from(cursor: Option<&str>, signer: &Signer, list: &str) -> ApiResult<Option<PageKey>> {
    let Some(cursor) = cursor else { return Ok(None) };
    let key = signer.open(&purpose(list), cursor);
    key.map(Some).map_err(|_| Problem::invalid("cursor", "is not a cursor of this list"))
}

impl<T> PageOf<T> {
    pub fn of<U>(page: Page<U>, signer: &Signer, list: &str, view: impl FnMut(U) -> T) -> Self {
        Self {
            items: page.items.into_iter().map(view).collect(),
            next_cursor: page.next.map(|next| signer.seal(&purpose(list), &next)),
        }
    }
}

fn purpose(list: &str) -> String {
    format!("cursor:{list}")
}
