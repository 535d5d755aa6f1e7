use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::Deserialize;
use sipstr_domain::catalog::{Category, Listing};
use sipstr_domain::{BrandId, CategoryId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PageOf, Problem, Public, QueryOf, etag, page};
use sipstr_storage::catalog::Sort;
use sipstr_storage::{Page, PageKey};

use crate::language::Reader;
use crate::left::Left;
use crate::search::Shelf;
use crate::view::ProductView;

/// The same for everybody, and a moment old.
pub const CACHE: &str = "public, max-age=15";

const LONGEST_QUESTION: usize = 80;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProductQuery {
    /// The store whose assortment is shown.
    pub store_id: StoreId,
    /// What the law takes it for.
    pub category: Option<Category>,
    /// A category of the tree, with all that hangs below it.
    pub category_id: Option<CategoryId>,
    pub brand_id: Option<BrandId>,
    /// Words to search for, each of which begins a word of the name, maker, style, country or category.
    #[param(min_length = 1, max_length = 80)]
    pub q: Option<String>,
    /// `name`, `price` or `-price`; by name unless told, and in a search the best first.
    #[param(pattern = "^(name|price|-price)$")]
    pub sort: Option<String>,
    /// Items a page, 1 to 100; 20 unless told.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u8>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

impl ProductQuery {
    fn sort(&self) -> ApiResult<Option<Sort>> {
        match self.sort.as_deref() {
            None => Ok(None),
            Some("name") => Ok(Some(Sort::Name)),
            Some("price") => Ok(Some(Sort::PriceAscending)),
            Some("-price") => Ok(Some(Sort::PriceDescending)),
            Some(_) => Err(Problem::invalid("sort", "must be name, price or -price")),
        }
    }

    fn question(&self) -> ApiResult<Option<&str>> {
        let question = self.q.as_deref().map(str::trim);
        match question {
            Some(text) if text.is_empty() || text.chars().count() > LONGEST_QUESTION => {
                Err(Problem::invalid("q", format!("must be 1 to {LONGEST_QUESTION} characters")))
            }
            _ => Ok(question),
        }
    }

    async fn shelf(&self, state: &crate::State) -> ApiResult<Shelf> {
        let branch = match &self.category_id {
            None => None,
            Some(id) => Some(state.assortments.tree(state.clock.now()).await?.branch(id)),
        };
        Ok(Shelf { category: self.category, branch, brand: self.brand_id.clone() })
    }

    /// Names the list, so that its cursors are good for it alone.
    fn list(&self) -> String {
        let category = self.category.map(Category::as_str).unwrap_or_default();
        let (sort, q) = (self.sort.as_deref().unwrap_or_default(), self.q.as_deref().unwrap_or_default());
        let branch = self.category_id.as_ref().map(CategoryId::as_str).unwrap_or_default();
        let brand = self.brand_id.as_ref().map(BrandId::as_str).unwrap_or_default();
        format!("products:{}:{category}:{branch}:{brand}:{sort}:{q}", self.store_id)
    }
}

/// A store's assortment with prices and what is left, page by page; with `q` a search in it, with `categoryId` or `brandId` a part of it.
#[utoipa::path(
    get, path = "/v1/products", tag = "Catalogue", operation_id = "listProducts",
    params(ProductQuery, ("Accept-Language" = Option<String>, Header)),
    responses(
        (status = 200, body = PageOf<ProductView>),
        (status = 304, description = "as in If-None-Match"),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
    )
)]
pub async fn list_products(
    _: Public,
    State(state): State<crate::State>,
    QueryOf(query): QueryOf<ProductQuery>,
    reader: Reader,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let (limit, list) = (page::limit(query.limit)?, query.list());
    let from = page::from(query.cursor.as_deref(), &state.signer, &list)?;
    let sort = query.sort()?;
    let now = state.clock.now();
    let question = query.question()?;
    let page = if question.is_some() || query.category_id.is_some() || query.brand_id.is_some() {
        let index = state.assortments.of(&query.store_id, now).await?;
        let shelf = query.shelf(&state).await?;
        let sort = if question.is_some() { sort } else { sort.or(Some(Sort::Name)) };
        cut(&index.find(question, &shelf, sort), limit, from.as_ref())
    } else {
        let sort = sort.unwrap_or(Sort::Name);
        state.pages.of((query.store_id.clone(), query.category, sort, limit, from), now).await?
    };
    let left = Left::of_page(&state.inventory, &query.store_id, &page.items).await?;
    let view = PageOf::of(page, &state.signer, &list, |listing| {
        let left = left.of_listing(&listing);
        ProductView::in_list(listing, left, &reader, now)
    });
    Ok(reader.answer(etag::json(&headers, CACHE, &view)))
}

/// One page of what a search found; its cursor is how many came before.
fn cut(found: &[&Listing], limit: i32, from: Option<&PageKey>) -> Page<Listing> {
    const OFFSET: &str = "offset";
    let offset = from.and_then(|key| key.get(OFFSET)).and_then(|offset| offset.parse().ok()).unwrap_or(0_usize);
    let end = offset.saturating_add(usize::try_from(limit).unwrap_or_default());
    let items = found.iter().skip(offset).take(end - offset).map(|listing| (*listing).clone()).collect();
    let next = (end < found.len()).then(|| PageKey::from([(OFFSET.to_owned(), end.to_string())]));
    Page { items, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(sort: Option<&str>, q: Option<&str>) -> ProductQuery {
        let (sort, q) = (sort.map(str::to_owned), q.map(str::to_owned));
        ProductQuery {
            store_id: StoreId::new(),
            category: None,
            category_id: None,
            brand_id: None,
            q,
            sort,
            limit: None,
            cursor: None,
        }
    }

    #[test]
    fn only_the_three_orders_exist() {
        assert_eq!(query(Some("-price"), None).sort().unwrap(), Some(Sort::PriceDescending));
        for sort in ["", "Price", "price desc", "-name", "price; drop"] {
            assert!(query(Some(sort), None).sort().is_err(), "{sort}");
        }
    }

    #[test]
    fn a_question_has_a_length() {
        assert_eq!(query(None, Some(" ale ")).question().unwrap(), Some("ale"));
        assert!(query(None, Some("  ")).question().is_err());
        assert!(query(None, Some(&"é".repeat(80))).question().is_ok());
        assert!(query(None, Some(&"a".repeat(81))).question().is_err());
    }
}
