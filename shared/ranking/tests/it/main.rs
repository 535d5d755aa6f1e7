//! The rankings as their callers see them.

mod picks;
mod recommending;
mod small_numbers;
mod trending;

use sipstr_domain::ProductId;

fn id(name: &str) -> ProductId {
    ProductId::derive(&[name])
}
