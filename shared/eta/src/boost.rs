//! Gradient boosting of one quantile: trees on the gradient of the pinball loss, leaves that are quantiles of what is left.

use crate::EtaError;
use crate::bytes::{Reader, Writer};
use crate::table::{Row, Table};
use crate::tree::{Growth, Tree, grow};

/// Rounds without a better loss on the held-out rows, after which no more trees are grown.
const PATIENCE: usize = 25;
/// Trees of which each is grown on another part of the rows agree less, and err less together.
const PART_OF_ROWS: f64 = 0.6;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Forest {
    base: f32,
    trees: Vec<Tree>,
}

pub(crate) struct Boosting {
    pub(crate) level: f64,
    pub(crate) most_trees: usize,
    pub(crate) most_leaves: usize,
    pub(crate) least_rows: usize,
    pub(crate) learning_rate: f32,
    pub(crate) seed: u64,
}

impl Forest {
    pub(crate) fn constant(base: f32) -> Self {
        Self { base, trees: Vec::new() }
    }

    pub(crate) fn value(&self, row: &Row) -> f64 {
        self.trees.iter().fold(f64::from(self.base), |sum, tree| sum + f64::from(tree.value(row)))
    }

    /// Grows trees on the first `held_out_from` rows for as long as the others gain, then sets the level by the others.
    pub(crate) fn fit(rows: &[Row], targets: &[f32], held_out_from: usize, how: &Boosting) -> Self {
        let mut random = fastrand::Rng::with_seed(how.seed);
        let table = Table::new(&rows[..held_out_from]);
        let growth = Growth { most_leaves: how.most_leaves.clamp(2, 200), least_rows: how.least_rows.max(1) };
        let base = quantile(targets[..held_out_from].to_vec(), how.level);
        let mut forest = Self::constant(base);
        let mut predicted = vec![base; rows.len()];
        let held_out_loss = |predicted: &[f32]| {
            let pairs = targets[held_out_from..].iter().zip(&predicted[held_out_from..]);
            pairs.map(|(target, value)| pinball(f64::from(target - value), how.level)).sum::<f64>()
        };
        let (mut best_loss, mut best_trees) = (held_out_loss(&predicted), 0);
        while forest.trees.len() < how.most_trees && forest.trees.len() < best_trees + PATIENCE {
            let sample = (0..held_out_from as u32).filter(|_| random.f64() < PART_OF_ROWS).collect();
            let tree = next_tree(&table, targets, &predicted, sample, &growth, how);
            for (row, value) in rows.iter().zip(&mut predicted) {
                *value += tree.value(row);
            }
            forest.trees.push(tree);
            let loss = held_out_loss(&predicted);
            if loss < best_loss {
                (best_loss, best_trees) = (loss, forest.trees.len());
            }
        }
        forest.trees.truncate(best_trees);
        let left = rows[held_out_from..].iter().zip(&targets[held_out_from..]);
        let left: Vec<f32> = left.map(|(row, target)| target - forest.value(row) as f32).collect();
        forest.base += quantile(left, how.level);
        forest
    }

    pub(crate) fn write(&self, to: &mut Writer) {
        to.f32(self.base);
        to.u16(self.trees.len() as u16);
        self.trees.iter().for_each(|tree| tree.write(to));
    }

    pub(crate) fn read(from: &mut Reader) -> Result<Self, EtaError> {
        let base = from.finite_f32()?;
        let trees = (0..from.u16()?).map(|_| Tree::read(from)).collect::<Result<_, _>>()?;
        Ok(Self { base, trees })
    }
}

fn next_tree(
    table: &Table,
    targets: &[f32],
    predicted: &[f32],
    sample: Vec<u32>,
    growth: &Growth,
    how: &Boosting,
) -> Tree {
    let (over, under) = (how.level as f32, how.level as f32 - 1.0);
    let gradients: Vec<f32> =
        targets.iter().zip(predicted).map(|(target, value)| if target > value { over } else { under }).collect();
    let (mut tree, rows_of_leaves) = grow(table, &gradients, sample, growth);
    for (leaf, rows) in tree.leaves.iter_mut().zip(rows_of_leaves) {
        let left = rows.iter().map(|&row| targets[row as usize] - predicted[row as usize]).collect();
        *leaf = how.learning_rate * quantile(left, how.level);
    }
    tree
}

pub(crate) fn pinball(left: f64, level: f64) -> f64 {
    if left > 0.0 { level * left } else { (level - 1.0) * left }
}

/// The smallest value that at least this part of the values is not above; zero of nothing.
pub(crate) fn quantile(mut values: Vec<f32>, level: f64) -> f32 {
    let Some(last) = values.len().checked_sub(1) else { return 0.0 };
    let rank = ((level * values.len() as f64).ceil() as usize).saturating_sub(1).min(last);
    *values.select_nth_unstable_by(rank, f32::total_cmp).1
}
