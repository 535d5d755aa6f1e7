//! EASE^R: each product is predicted from the others by a linear model that may not use the product itself.
//!
//! Steck, *Embarrassingly Shallow Autoencoders for Sparse Data*, WWW 2019: with the baskets as rows of X, G = XᵀX + λI and P = G⁻¹,
//! the weights are B = I − P · diag(1/diag P), whose diagonal is zero. There is nothing to iterate; the work is one inverse.
//!
//! Then each product keeps the few others that say most of it, and is fitted anew on these alone (the sparse approximation of Steck,
//! *Markov Random Fields for Collaborative Filtering*, NeurIPS 2019): cutting weights off without that costs a hit in a hundred.

use faer::linalg::solvers::{DenseSolveCore, Llt, Solve};
use faer::{Mat, Side};

use crate::baskets::Baskets;
use crate::error::RankingError;
use crate::neighbours::Neighbours;

/// Four dense matrices of this many rows in single precision are 2.3 GB.
const MAX_DENSE: usize = 12_000;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EaseSettings {
    /// How much evidence a weight needs; in baskets.
    pub lambda: f32,
    /// So many others a product is predicted from; all, where that is as many as there are.
    pub keep: usize,
}

impl Default for EaseSettings {
    fn default() -> Self {
        Self { lambda: 200.0, keep: 50 }
    }
}

/// Fits the model. Of a larger assortment, take [`Baskets::most_bought`] first.
pub fn ease(baskets: &Baskets, settings: &EaseSettings) -> Result<Neighbours, RankingError> {
    let products = baskets.products().len();
    if !(settings.lambda.is_finite() && settings.lambda > 0.0) {
        return Err(RankingError::Setting("lambda must be above 0"));
    }
    if settings.keep == 0 {
        return Err(RankingError::Setting("a product must be predicted from at least one other"));
    }
    if products > MAX_DENSE {
        return Err(RankingError::TooManyProducts { found: products, max: MAX_DENSE });
    }
    let gram = gram(baskets, settings.lambda);
    let inverse = Llt::new(gram.as_ref(), Side::Lower).map_err(|_| RankingError::Singular)?.inverse();
    let mut rows: Vec<Vec<(u16, f32)>> = vec![Vec::new(); products];
    for to in 0..products {
        let support = support(&inverse, to, settings.keep);
        let weights = if support.len() + 1 < products {
            refitted(&gram, &support, to)?
        } else {
            support.iter().map(|from| -inverse[(*from, to)] / inverse[(to, to)]).collect()
        };
        for (from, weight) in support.into_iter().zip(weights) {
            rows[from].push((to as u16, weight));
        }
    }
    Ok(Neighbours::new(baskets.products().to_vec(), rows))
}

/// XᵀX + λI: in how many baskets two products lie together.
fn gram(baskets: &Baskets, lambda: f32) -> Mat<f32> {
    let products = baskets.products().len();
    let mut gram = Mat::<f32>::zeros(products, products);
    for set in baskets.sets() {
        for one in set {
            for other in set {
                gram[(usize::from(*other), usize::from(*one))] += 1.0;
            }
        }
    }
    for number in 0..products {
        gram[(number, number)] += lambda;
    }
    gram
}

/// The products whose weights for this one are the largest, above zero or below.
fn support(inverse: &Mat<f32>, to: usize, keep: usize) -> Vec<usize> {
    // All weights for one product share their divisor, so it need not be divided by.
    let size = |from: &usize| inverse[(*from, to)].abs();
    let by = |a: &usize, b: &usize| size(b).total_cmp(&size(a)).then(a.cmp(b));
    let mut others: Vec<usize> = (0..inverse.nrows()).filter(|from| *from != to).collect();
    if keep < others.len() {
        others.select_nth_unstable_by(keep, by);
        others.truncate(keep);
    }
    others.sort_unstable();
    others
}

/// Ridge regression of one product on those that were kept: the same problem as the whole, on fewer columns. The weights that remain
/// take over what those that left had carried.
fn refitted(gram: &Mat<f32>, support: &[usize], to: usize) -> Result<Vec<f32>, RankingError> {
    let small = Mat::from_fn(support.len(), support.len(), |a, b| gram[(support[a], support[b])]);
    let target = Mat::from_fn(support.len(), 1, |a, _| gram[(support[a], to)]);
    let factor = Llt::new(small.as_ref(), Side::Lower).map_err(|_| RankingError::Singular)?;
    let weights = factor.solve(&target);
    Ok((0..support.len()).map(|a| weights[(a, 0)]).collect())
}
