//! The buckets in a database with a limit for each partition, and items that a transaction holds for a while.

/// Microseconds since the rush began.
pub type Time = u64;

/// Units that a partition takes in a second.
const UNITS: f64 = 1_000.0;

/// What a transaction costs the bucket's partition: one unit to prepare, one to commit.
const PREPARE: f64 = 1.0;
const COMMIT: f64 = 1.0;

/// How long a transaction holds an item.
const HELD: Time = 3_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Taken,
    /// Another transaction holds the bucket.
    Conflict,
    Throttled,
    /// The condition failed; the bucket has so many.
    Has(u32),
}

#[derive(Debug)]
struct Partition {
    available: u32,
    held_until: Time,
    /// Units that are left of the second, and when that was so.
    units: f64,
    at: Time,
}

#[derive(Debug)]
pub struct Database {
    partitions: Vec<Partition>,
    pub prepared: u64,
    pub committed: u64,
}

impl Database {
    pub fn new(buckets: u16, bottles: u32) -> Self {
        let (each, rest) = (bottles / u32::from(buckets), bottles % u32::from(buckets));
        let partition = |number: u16| Partition {
            available: each + u32::from(u32::from(number) < rest),
            held_until: 0,
            units: UNITS,
            at: 0,
        };
        Self { partitions: (0..buckets).map(partition).collect(), prepared: 0, committed: 0 }
    }

    pub fn available(&self, bucket: u16) -> u32 {
        self.partitions[usize::from(bucket)].available
    }

    pub fn left(&self) -> u32 {
        self.partitions.iter().map(|partition| partition.available).sum()
    }

    pub fn take(&mut self, bucket: u16, quantity: u32, now: Time) -> Answer {
        let partition = &mut self.partitions[usize::from(bucket)];
        let refilled = partition.units + (now - partition.at) as f64 * UNITS / 1e6;
        (partition.units, partition.at) = (refilled.min(UNITS), now);
        if partition.units < PREPARE + COMMIT {
            return Answer::Throttled;
        }
        partition.units -= PREPARE;
        self.prepared += 1;
        if now < partition.held_until {
            return Answer::Conflict;
        }
        if partition.available < quantity {
            return Answer::Has(partition.available);
        }
        partition.units -= COMMIT;
        self.committed += 1;
        partition.available -= quantity;
        partition.held_until = now + HELD;
        Answer::Taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_held_and_a_partition_has_its_limit() {
        let mut database = Database::new(1, 2_000);
        assert_eq!(database.take(0, 1, 0), Answer::Taken);
        assert_eq!(database.take(0, 1, HELD - 1), Answer::Conflict);
        assert_eq!(database.take(0, 1, HELD), Answer::Taken);
        assert_eq!(database.take(0, 9_999, 2 * HELD), Answer::Has(1_998));

        let mut asked = 0;
        while database.take(0, 9_999, 2 * HELD) != Answer::Throttled {
            asked += 1;
        }
        assert!((990..1_000).contains(&asked), "{asked} units were left of the second");
    }
}
