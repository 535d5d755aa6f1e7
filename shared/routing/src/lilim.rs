//! Files of the Li & Lim benchmark (Li & Lim 2001): pickups and deliveries in pairs, one depot, hard windows.

use crate::error::FormatError;
use crate::matrix::Exact;
use crate::model::{Courier, End, Job, Origin, Problem, Skills, Stop, Window};

/// The objective of the benchmark is vehicles first, then distance: a vehicle costs more than any way, a task more than
/// any vehicle.
const VEHICLE: f64 = 1e6;
const TASK: f64 = 1e9;
/// The largest instances of the family have 1,000 tasks and 250 vehicles.
const MOST: usize = 2_000;

/// Reads a file: the first line has vehicles, capacity and speed (which is 1), the second the depot, and each other
/// line a task: number, x, y, demand, window, service, and the task that is its pickup or its delivery.
pub fn parse(text: &str) -> Result<Problem<Exact>, FormatError> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (line, head) = lines.next().ok_or(FormatError::Empty)?;
    let [vehicles, capacity, _speed] = numbers::<3>(line, head)?;
    let rows = lines.map(|(line, text)| numbers::<9>(line, text)).collect::<Result<Vec<_>, _>>()?;
    let depot = rows.first().ok_or(FormatError::Empty)?;
    if vehicles > MOST as f64 || rows.len() > MOST {
        return Err(FormatError::TooLarge { vehicles: vehicles as usize, tasks: rows.len() });
    }
    let courier = Courier {
        start: 0,
        end: End::At(0),
        shift: Window::hard(depot[4], depot[5]),
        capacity: capacity as u32,
        skills: Skills::NONE,
        fixed_cost: VEHICLE,
    };
    let mut jobs = Vec::with_capacity(rows.len() / 2);
    for (task, row) in rows.iter().enumerate().skip(1) {
        let (pickup, delivery) = (row[7] as usize, row[8] as usize);
        let partner = if delivery > 0 { delivery } else { pickup };
        let back = rows.get(partner).map_or(0.0, |other| if delivery > 0 { other[7] } else { other[8] });
        if partner == 0 || back as usize != task {
            return Err(FormatError::Unpaired { task });
        }
        if delivery > 0 {
            jobs.push(job(task, row, delivery, &rows[delivery]));
        }
    }
    let points = rows.iter().map(|row| (row[1], row[2])).collect();
    Ok(Problem::new(vec![courier; vehicles as usize], jobs, Exact { points }))
}

fn job(pickup: usize, from: &[f64; 9], delivery: usize, to: &[f64; 9]) -> Job {
    let stop = |place, row: &[f64; 9]| Stop { place, window: Window::hard(row[4], row[5]), service: row[6] };
    Job {
        origin: Origin::Pickup(stop(pickup, from)),
        delivery: stop(delivery, to),
        demand: from[3].abs() as u32,
        skills: Skills::NONE,
        only: None,
        penalty: TASK,
    }
}

fn numbers<const N: usize>(line: usize, text: &str) -> Result<[f64; N], FormatError> {
    let wrong = || FormatError::Line { line: line + 1, expected: N };
    let mut row = [0.0; N];
    let mut words = text.split_whitespace();
    for value in &mut row {
        *value = words.next().and_then(|word| word.parse().ok()).ok_or_else(wrong)?;
    }
    if words.next().is_some() { Err(wrong()) } else { Ok(row) }
}
