//! One regression tree, grown best leaf first over histograms of gradients.

use crate::EtaError;
use crate::bytes::{Reader, Writer};
use crate::table::{Row, Table, WIDTH};

/// Values of `column` up to the threshold go low. A child is the number of a node, or `!leaf`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    column: u8,
    threshold: f32,
    low: i16,
    high: i16,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    pub(crate) leaves: Vec<f32>,
}

impl Tree {
    pub(crate) fn leaf(&self, row: &Row) -> usize {
        let mut at: i16 = if self.nodes.is_empty() { !0 } else { 0 };
        while at >= 0 {
            let node = &self.nodes[at as usize];
            at = if row[usize::from(node.column)] <= node.threshold { node.low } else { node.high };
        }
        !at as usize
    }

    pub(crate) fn value(&self, row: &Row) -> f32 {
        self.leaves[self.leaf(row)]
    }

    pub(crate) fn write(&self, to: &mut Writer) {
        to.u8(self.nodes.len() as u8);
        for node in &self.nodes {
            to.u8(node.column);
            to.f32(node.threshold);
            to.i16(node.low);
            to.i16(node.high);
        }
        self.leaves.iter().for_each(|&leaf| to.f32(leaf));
    }

    /// Children stand after their parents and leaves exist, so that every walk ends at a leaf.
    pub(crate) fn read(from: &mut Reader) -> Result<Self, EtaError> {
        let count = i16::from(from.u8()?);
        let child = |parent: i16, child: i16| {
            let sound = if child >= 0 { child > parent && child < count } else { !child <= count };
            if sound { Ok(child) } else { Err(EtaError::Corrupt("a tree leads nowhere")) }
        };
        let mut nodes = Vec::new();
        for number in 0..count {
            let column = from.u8()?;
            if usize::from(column) >= WIDTH {
                return Err(EtaError::Corrupt("a tree asks for a column that does not exist"));
            }
            let threshold = from.finite_f32()?;
            nodes.push(Node { column, threshold, low: child(number, from.i16()?)?, high: child(number, from.i16()?)? });
        }
        let leaves = (0..=count).map(|_| from.finite_f32()).collect::<Result<_, _>>()?;
        Ok(Self { nodes, leaves })
    }
}

pub(crate) struct Growth {
    pub(crate) most_leaves: usize,
    pub(crate) least_rows: usize,
}

#[derive(Clone, Copy)]
struct Split {
    gain: f64,
    column: usize,
    bin: usize,
}

/// A leaf while the tree grows: its rows, the histogram over them, the best split, and the link that leads here.
struct Open {
    rows: Vec<u32>,
    histogram: Vec<(f32, u32)>,
    best: Option<Split>,
    link: Option<(usize, bool)>,
}

/// The tree without values, and the rows of each leaf.
pub(crate) fn grow(table: &Table, gradients: &[f32], rows: Vec<u32>, growth: &Growth) -> (Tree, Vec<Vec<u32>>) {
    let open = |rows: Vec<u32>, histogram: Vec<(f32, u32)>, link| {
        let best = best_split(table, &histogram, rows.len(), growth.least_rows);
        Open { rows, histogram, best, link }
    };
    let mut nodes: Vec<Node> = Vec::new();
    let all = histogram(table, gradients, &rows);
    let mut leaves = vec![open(rows, all, None)];
    while leaves.len() < growth.most_leaves {
        let by_gain = |(number, leaf): (usize, &Open)| leaf.best.map(|split| (number, split));
        let next =
            leaves.iter().enumerate().filter_map(by_gain).max_by(|one, other| one.1.gain.total_cmp(&other.1.gain));
        let Some((number, split)) = next else { break };
        let parent = leaves.swap_remove(number);
        let node = nodes.len();
        let threshold = table.edges[split.column][split.bin];
        nodes.push(Node { column: split.column as u8, threshold, low: 0, high: 0 });
        relink(&mut nodes, parent.link, node as i16);
        let bins = &table.bins[split.column];
        let is_low = |&row: &u32| usize::from(bins[row as usize]) <= split.bin;
        let (low, high): (Vec<u32>, Vec<u32>) = parent.rows.into_iter().partition(is_low);
        // Only the smaller side is counted; the other is what is left of the parent.
        let low_is_smaller = low.len() <= high.len();
        let counted = histogram(table, gradients, if low_is_smaller { &low } else { &high });
        let mut left = parent.histogram;
        for (cell, (sum, count)) in left.iter_mut().zip(&counted) {
            *cell = (cell.0 - sum, cell.1 - count);
        }
        let (low_cells, high_cells) = if low_is_smaller { (counted, left) } else { (left, counted) };
        leaves.push(open(low, low_cells, Some((node, false))));
        leaves.push(open(high, high_cells, Some((node, true))));
    }
    for (number, leaf) in leaves.iter().enumerate() {
        relink(&mut nodes, leaf.link, !(number as i16));
    }
    let tree = Tree { nodes, leaves: vec![0.0; leaves.len()] };
    (tree, leaves.into_iter().map(|leaf| leaf.rows).collect())
}

fn relink(nodes: &mut [Node], link: Option<(usize, bool)>, to: i16) {
    if let Some((node, is_high)) = link {
        let node = &mut nodes[node];
        *(if is_high { &mut node.high } else { &mut node.low }) = to;
    }
}

fn histogram(table: &Table, gradients: &[f32], rows: &[u32]) -> Vec<(f32, u32)> {
    let mut cells = vec![(0.0, 0); table.width() * table.most_bins()];
    for (bins, cells) in table.bins.iter().zip(cells.chunks_exact_mut(table.most_bins())) {
        for &row in rows {
            let cell = &mut cells[usize::from(bins[row as usize])];
            cell.0 += gradients[row as usize];
            cell.1 += 1;
        }
    }
    cells
}

/// The split after which the gradients of both sides are told apart best: most `sum² / count`.
fn best_split(table: &Table, histogram: &[(f32, u32)], rows: usize, least_rows: usize) -> Option<Split> {
    let score = |sum: f64, count: usize| sum * sum / count as f64;
    let mut best: Option<Split> = None;
    for (column, cells) in histogram.chunks_exact(table.most_bins()).enumerate() {
        let total: f64 = cells.iter().map(|cell| f64::from(cell.0)).sum();
        let (mut sum, mut count) = (0.0, 0);
        for (bin, cell) in cells.iter().enumerate().take(table.edges[column].len()) {
            sum += f64::from(cell.0);
            count += cell.1 as usize;
            if count < least_rows || rows - count < least_rows {
                continue;
            }
            let gain = score(sum, count) + score(total - sum, rows - count) - score(total, rows);
            if gain > best.map_or(1e-6, |split| split.gain) {
                best = Some(Split { gain, column, bin });
            }
        }
    }
    best
}
