//! The reader of instances, on one made up here: three orders, two restaurants, one courier.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

use sipstr_dispatch::Policy;
use sipstr_dispatch::sim::{Greedy, ReadError, Rolling, check, read, report, simulate};

const FILES: [(&str, &str); 4] = [
    (
        "instance_parameters.txt",
        "meters_per_minute\tpickup service minutes\tdropoff service minutes\ttarget click-to-door\tmaximum click-to-door\t\
         pay per order\tguaranteed pay per hour\n300\t4\t4\t40\t90\t10\t15\n",
    ),
    ("restaurants.txt", "restaurant\tx\ty\nr1\t0\t0\nr2\t3000\t4000\n"),
    (
        "orders.txt",
        "order\tx\ty\tplacement_time\trestaurant\tready_time\no1\t300\t0\t10\tr1\t20\no2\t3000\t4301\t12\tr2\t25\n\
         o3\t0\t0\t500\tr1\t510\n",
    ),
    ("couriers.txt", "courier\tx\ty\ton_time\toff_time\nc1\t0\t600\t0\t120\n"),
];

fn folder(name: &str, change: impl Fn(&str, &str) -> Option<String>) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("mdrp-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (file, text) in FILES {
        if let Some(text) = change(file, text) {
            fs::write(folder.join(file), text).unwrap();
        }
    }
    folder
}

#[test]
fn a_day_of_three_orders_is_read_and_played_to_the_minute() {
    let day = read(&folder("sound", |_, text| Some(text.to_owned()))).unwrap();
    // o1: ready 20, leaves 22, one minute, two more; o2: ready 25, leaves 27, 301 metres are two minutes, two more; o3 likewise.
    assert_eq!(day.lower_bound(), ((25 - 10) + (31 - 12) + (514 - 500)) as f64 / 3.0);
    let log = simulate(&day, &mut Greedy { policy: Policy::for_mdrp(day.pay, day.service) }, 1).unwrap();
    assert_eq!(check(&day, &log), []);
    let report = report(&day, &log);
    // Nobody is on shift for the third. 27 + 17 minutes to r2, there at 44, fetched at 46, left at 48, at the door at 50, handed over at 52.
    assert_eq!(report.undelivered, 1);
    assert_eq!(report.click_to_door.mean, ((25 - 10) + (52 - 12)) as f64 / 2.0);
    // Two hours guaranteed are more than two orders.
    assert_eq!(report.pay, 3_000);
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line() {
    let line = |name: &str, file: &'static str, from: &'static str, to: &'static str| {
        let folder =
            folder(name, |this, text| Some(if this == file { text.replace(from, to) } else { text.to_owned() }));
        read(&folder).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(line("nan", "orders.txt", "300\t0", "NaN\t0").ends_with("orders.txt, line 2: a number is out of range"));
    assert!(line("word", "orders.txt", "300\t0", "far\t0").ends_with("orders.txt, line 2: a number was expected"));
    assert!(line("short", "couriers.txt", "\t120", "").ends_with("couriers.txt, line 2: a column is missing"));
    assert!(line("shift", "couriers.txt", "\t120", "\t-5").ends_with("line 2: a shift ends before it starts"));
    assert!(line("away", "restaurants.txt", "3000\t", "900000000\t").ends_with("line 3: a number is out of range"));
    assert!(line("still", "instance_parameters.txt", "\n300", "\n0").ends_with("line 2: a number is out of range"));
    assert!(line("unknown", "orders.txt", "r2", "r9").ends_with("restaurant r9 is not in restaurants.txt"));
    let missing = folder("missing", |file, text| (file != "couriers.txt").then(|| text.to_owned()));
    assert!(matches!(read(&missing), Err(ReadError::File { path, .. }) if path.ends_with("couriers.txt")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// One field of one file becomes anything: the day is played, or the reader says what is wrong.
    #[test]
    fn no_field_can_break_the_day(file in 0..4_usize, field in 0..40_usize, text in "(-?[0-9]{1,12}|[^\t\n]{0,6}|NaN|1e308)") {
        let broken = folder("hostile", |this, sound| {
            if this != FILES[file].0 {
                return Some(sound.to_owned());
            }
            let mut lines = sound.lines();
            let header = lines.next().unwrap_or_default();
            let rows: Vec<String> = lines.map(str::to_owned).collect();
            let mut fields: Vec<String> = rows.join("\n\t").split('\t').map(str::to_owned).collect();
            let at = field % fields.len();
            fields[at] = if fields[at].ends_with('\n') { format!("{text}\n") } else { text.clone() };
            Some(format!("{header}\n{}\n", fields.join("\t").replace("\n\t", "\n")))
        });
        if let Ok(day) = read(&broken) {
            let policy = Policy { rounds: 2, ..Policy::for_mdrp(day.pay, day.service) };
            let days = [simulate(&day, &mut Greedy { policy }, 1), simulate(&day, &mut Rolling { policy }, 1)];
            for log in days.iter().flatten() {
                prop_assert_eq!(check(&day, log), []);
                report(&day, log);
            }
        }
    }
}
