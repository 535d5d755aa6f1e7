//! All tours and the tasks that stand in none, with a journal that takes a step back.

use super::insertion::Spot;
use super::instance::Instance;
use super::tour::Tour;

/// The tour of a task that stands in none.
pub(crate) const NOBODY: u32 = u32::MAX;

pub(crate) struct State<'a> {
    pub instance: &'a Instance,
    /// One for each vehicle.
    pub tours: Vec<Tour>,
    /// The vehicle of each task.
    home: Vec<u32>,
    /// The vehicle that each task had before it was taken out.
    last: Vec<u32>,
    /// Tasks in no tour.
    pub pool: Vec<u32>,
    /// So many tours may be in use.
    pub most_used: usize,
    next_version: u64,
    /// A buffer.
    changed: Vec<u32>,
    journal: Journal,
}

#[derive(Default)]
struct Journal {
    open: bool,
    saved: Vec<Tour>,
    /// Tours that were saved before: their memory is used again.
    spare: Vec<Tour>,
    touched: Vec<bool>,
    pool: Vec<u32>,
}

/// What is worth keeping of a state.
#[derive(Clone)]
pub(crate) struct Snapshot {
    tours: Vec<Tour>,
    home: Vec<u32>,
    pool: Vec<u32>,
    pub cost: f64,
}

impl Snapshot {
    pub fn left_out(&self) -> usize {
        self.pool.len()
    }

    pub fn vehicles(&self) -> usize {
        self.tours.len()
    }
}

impl<'a> State<'a> {
    pub fn new(instance: &'a Instance) -> Self {
        let count = instance.vehicles.len();
        let tours = (0..count).map(|vehicle| Tour::new(instance, vehicle, vehicle as u64)).collect();
        let home = vec![NOBODY; instance.tasks.len()];
        let last = home.clone();
        let pool = (0..instance.tasks.len() as u32).collect();
        let journal = Journal { touched: vec![false; count], ..Journal::default() };
        Self {
            instance,
            tours,
            home,
            last,
            pool,
            most_used: count,
            next_version: count as u64,
            changed: Vec::new(),
            journal,
        }
    }

    pub fn cost(&self) -> f64 {
        let driven: f64 = self.tours.iter().map(|tour| tour.cost).sum();
        let left: f64 = self.pool.iter().map(|&task| self.instance.tasks[task as usize].penalty).sum();
        driven + left
    }

    pub fn used(&self) -> usize {
        self.tours.iter().filter(|tour| !tour.is_empty()).count()
    }

    pub fn home(&self, task: usize) -> Option<usize> {
        (self.home[task] != NOBODY).then_some(self.home[task] as usize)
    }

    pub fn last_home(&self, task: usize) -> u32 {
        self.last[task]
    }

    /// Puts a task of the pool into a tour.
    pub fn insert(&mut self, task: usize, vehicle: usize, spot: Spot) {
        self.touch(vehicle);
        let tour = &mut self.tours[vehicle];
        tour.insert(self.instance, task, spot.after_pickup as usize, spot.after_delivery as usize);
        tour.refresh(self.instance);
        tour.version = self.next_version;
        self.next_version += 1;
        self.home[task] = vehicle as u32;
        if let Some(index) = self.pool.iter().position(|&other| other as usize == task) {
            self.pool.swap_remove(index);
        }
    }

    /// Gives an idle vehicle these visits, if it can make them all in time.
    pub fn drive(&mut self, vehicle: usize, nodes: &[usize]) -> bool {
        if !self.tours[vehicle].is_empty() {
            return false;
        }
        let mut tour = Tour::new(self.instance, vehicle, self.next_version);
        tour.append(self.instance, nodes);
        if !tour.refresh(self.instance) {
            return false;
        }
        self.next_version += 1;
        for task in tour.tasks(self.instance) {
            self.home[task] = vehicle as u32;
        }
        self.tours[vehicle] = tour;
        let home = &self.home;
        self.pool.retain(|&task| home[task as usize] == NOBODY);
        true
    }

    /// Moves tasks from their tours to the pool. False when a tour is worse for it: where the way over a stop is
    /// shorter than the way past it, what comes behind may be too late. The caller then steps back.
    pub fn remove(&mut self, tasks: &[u32]) -> bool {
        let mut vehicles = std::mem::take(&mut self.changed);
        vehicles.clear();
        for &task in tasks {
            let vehicle = std::mem::replace(&mut self.home[task as usize], NOBODY);
            if vehicle != NOBODY {
                self.last[task as usize] = vehicle;
                vehicles.push(vehicle);
                self.pool.push(task);
            }
        }
        vehicles.sort_unstable();
        vehicles.dedup();
        let mut feasible = true;
        for &vehicle in &vehicles {
            self.touch(vehicle as usize);
            let tour = &mut self.tours[vehicle as usize];
            tour.retain(self.instance, |task| self.home[task] == vehicle);
            feasible &= tour.refresh(self.instance);
            tour.version = self.next_version;
            self.next_version += 1;
        }
        self.changed = vehicles;
        feasible
    }

    /// From here on changes can be taken back.
    pub fn open_journal(&mut self) {
        self.close_journal();
        self.journal.open = true;
        self.journal.pool.clone_from(&self.pool);
    }

    /// Keeps what was done since the journal was opened.
    pub fn close_journal(&mut self) {
        self.journal.open = false;
        for tour in self.journal.saved.drain(..) {
            self.journal.touched[tour.vehicle as usize] = false;
            self.journal.spare.push(tour);
        }
    }

    /// Takes back what was done since the journal was opened.
    pub fn step_back(&mut self) {
        let saved = std::mem::take(&mut self.journal.saved);
        for mut tour in saved {
            let vehicle = tour.vehicle as usize;
            std::mem::swap(&mut self.tours[vehicle], &mut tour);
            for task in self.tours[vehicle].tasks(self.instance) {
                self.home[task] = vehicle as u32;
            }
            self.journal.touched[vehicle] = false;
            self.journal.spare.push(tour);
        }
        self.pool.clone_from(&self.journal.pool);
        for &task in &self.pool {
            self.home[task as usize] = NOBODY;
        }
        self.journal.open = false;
    }

    pub fn snapshot(&self) -> Snapshot {
        Snapshot { tours: self.tours.clone(), home: self.home.clone(), pool: self.pool.clone(), cost: self.cost() }
    }

    /// Brings a snapshot up to date, copying only the tours that differ.
    pub fn save(&self, snapshot: &mut Snapshot, cost: f64) {
        for (old, new) in snapshot.tours.iter_mut().zip(&self.tours) {
            if old.version != new.version {
                old.clone_from_tour(new);
            }
        }
        snapshot.home.clone_from(&self.home);
        snapshot.pool.clone_from(&self.pool);
        snapshot.cost = cost;
    }

    pub fn restore(&mut self, snapshot: &Snapshot) {
        self.close_journal();
        for (new, old) in self.tours.iter_mut().zip(&snapshot.tours) {
            if old.version != new.version {
                new.clone_from_tour(old);
            }
        }
        self.home.clone_from(&snapshot.home);
        self.pool.clone_from(&snapshot.pool);
    }

    fn touch(&mut self, vehicle: usize) {
        if !self.journal.open || self.journal.touched[vehicle] {
            return;
        }
        self.journal.touched[vehicle] = true;
        let tour = &self.tours[vehicle];
        let mut copy = self.journal.spare.pop().unwrap_or_else(|| tour.clone());
        copy.clone_from_tour(tour);
        self.journal.saved.push(copy);
    }
}

impl Tour {
    /// A copy into memory that is there.
    fn clone_from_tour(&mut self, other: &Self) {
        self.vehicle = other.vehicle;
        self.cost = other.cost;
        self.version = other.version;
        self.halts.clone_from(&other.halts);
    }
}
