//! Features as numbers in columns, and the bins that trees are grown on.

use std::ops::Index;

/// The most columns that a stage has.
pub(crate) const WIDTH: usize = 24;
/// Splits are sought between this many quantiles of a column.
const BINS: usize = 64;

/// One delivery as the trees see it; columns that a stage does not have are zero.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default)]
pub struct Row {
    values: [f32; WIDTH],
    used: usize,
}

impl Row {
    pub(crate) fn push(&mut self, value: f64) {
        debug_assert!(self.used < WIDTH, "a stage has more columns than a row");
        if let Some(cell) = self.values.get_mut(self.used) {
            *cell = value as f32;
            self.used += 1;
        }
    }
}

impl Index<usize> for Row {
    type Output = f32;

    fn index(&self, column: usize) -> &f32 {
        &self.values[column]
    }
}

/// Rows, and for each column the bin of each row: the number of edges under the value.
pub(crate) struct Table {
    pub(crate) edges: Vec<Vec<f32>>,
    pub(crate) bins: Vec<Vec<u8>>,
}

impl Table {
    pub(crate) fn new(rows: &[Row]) -> Self {
        let width = rows.first().map_or(0, |row| row.used);
        let edges: Vec<_> = (0..width).map(|column| edges(rows.iter().map(|row| row[column]).collect())).collect();
        let bin = |edges: &[f32], value: f32| edges.partition_point(|&edge| edge < value) as u8;
        let bins = edges
            .iter()
            .enumerate()
            .map(|(column, edges)| rows.iter().map(|row| bin(edges, row[column])).collect())
            .collect();
        Self { edges, bins }
    }

    pub(crate) fn width(&self) -> usize {
        self.edges.len()
    }

    pub(crate) fn most_bins(&self) -> usize {
        BINS
    }
}

/// At most `BINS - 1` values that split the column into parts of about the same size; none is its greatest.
fn edges(mut column: Vec<f32>) -> Vec<f32> {
    column.sort_by(f32::total_cmp);
    let (Some(&greatest), count) = (column.last(), column.len()) else { return Vec::new() };
    let mut edges: Vec<f32> = (1..BINS).map(|part| column[(part * count / BINS).min(count - 1)]).collect();
    edges.dedup();
    edges.retain(|&edge| edge < greatest);
    edges
}
