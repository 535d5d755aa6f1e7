//! Draws operators by weights that follow their success (Ropke & Pisinger 2006).

/// Steps after which the weights follow the scores.
const SEGMENT: u32 = 100;
/// The part of a weight that follows the last segment.
const REACTION: f64 = 0.2;
/// No operator is ever given up.
const LEAST: f64 = 0.1;

pub(crate) struct Wheel<T> {
    items: Vec<Item<T>>,
    drawn: usize,
    steps: u32,
}

struct Item<T> {
    operator: T,
    weight: f64,
    score: f64,
    uses: u32,
}

impl<T: Copy> Wheel<T> {
    pub fn new(operators: &[T]) -> Self {
        let items = operators.iter().map(|&operator| Item { operator, weight: 1.0, score: 0.0, uses: 0 }).collect();
        Self { items, drawn: 0, steps: 0 }
    }

    pub fn draw(&mut self, rng: &mut fastrand::Rng) -> T {
        let whole: f64 = self.items.iter().map(|item| item.weight).sum();
        let mut point = rng.f64() * whole;
        self.drawn = self.items.len() - 1;
        for (index, item) in self.items.iter().enumerate() {
            point -= item.weight;
            if point < 0.0 {
                self.drawn = index;
                break;
            }
        }
        self.items[self.drawn].operator
    }

    /// Says how well the operator did that was drawn last.
    pub fn credit(&mut self, score: f64) {
        let item = &mut self.items[self.drawn];
        item.score += score;
        item.uses += 1;
        self.steps += 1;
        if self.steps.is_multiple_of(SEGMENT) {
            self.turn();
        }
    }

    fn turn(&mut self) {
        for item in &mut self.items {
            if item.uses > 0 {
                let mean = item.score / f64::from(item.uses);
                item.weight = ((1.0 - REACTION) * item.weight + REACTION * mean).max(LEAST);
            }
            (item.score, item.uses) = (0.0, 0);
        }
    }
}
