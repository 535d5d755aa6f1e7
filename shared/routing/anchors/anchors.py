#!/usr/bin/env python3
"""VROOM and OR-Tools on the same instances and the same machine as `cargo bench -p sipstr-routing`, one second each.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python anchors.py [--seconds 1] [FOLDER with Li & Lim files]

Both count in whole numbers: distances are rounded up to thousandths, and what is shown is measured anew in double precision.
"""
import argparse
import csv
import datetime
import math
from pathlib import Path

import vroom
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

SCALE = 1_000
VEHICLE = 10_000_000  # dearer than any way: fewer vehicles first


class Instance:
    def __init__(self, path: Path):
        rows = [[float(word) for word in line.split()] for line in path.read_text().splitlines() if line.strip()]
        self.vehicles, self.capacity = int(rows[0][0]), int(rows[0][1])
        # number, x, y, demand, ready, due, service, pickup, delivery
        self.stops = rows[1:]
        self.pairs = [(int(row[0]), int(row[8])) for row in self.stops if row[8] > 0]
        self.exact = [[math.dist(a[1:3], b[1:3]) for b in self.stops] for a in self.stops]
        self.whole = [[math.ceil(way * SCALE) for way in row] for row in self.exact]

    def window(self, stop: int) -> tuple[int, int]:
        return round(self.stops[stop][4] * SCALE), round(self.stops[stop][5] * SCALE)

    def service(self, stop: int) -> int:
        return round(self.stops[stop][6] * SCALE)

    def measured(self, routes: list[list[int]]) -> str:
        if sum(len(route) for route in routes) != 2 * len(self.pairs):
            return "not all served"
        ways = (self.exact[a][b] for route in routes for a, b in zip([0, *route], [*route, 0]))
        return f"{len(routes)}/{sum(ways):.2f}"


def by_vroom(instance: Instance, seconds: float) -> str:
    problem = vroom.Input()
    problem.set_durations_matrix("car", instance.whole)
    window = vroom.TimeWindow(*instance.window(0))
    for number in range(instance.vehicles):
        problem.add_vehicle(vroom.Vehicle(
            number, start=0, end=0, capacity=[instance.capacity], time_window=window, costs=vroom.VehicleCosts(fixed=VEHICLE),
        ))

    def step(stop: int) -> vroom.ShipmentStep:
        windows = [vroom.TimeWindow(*instance.window(stop))]
        return vroom.ShipmentStep(stop, stop, default_service=instance.service(stop), time_windows=windows)

    for pickup, delivery in instance.pairs:
        problem.add_shipment(step(pickup), step(delivery), amount=vroom.Amount([int(instance.stops[pickup][3])]))
    solution = problem.solve(exploration_level=5, nb_threads=1, timeout=datetime.timedelta(seconds=seconds))
    routes: dict[int, list[int]] = {}
    for _, row in solution.routes.iterrows():
        if row["type"] in ("pickup", "delivery"):
            routes.setdefault(int(row["vehicle_id"]), []).append(int(row["location_index"]))
    return instance.measured(list(routes.values()))


def by_ortools(instance: Instance, seconds: float) -> str:
    manager = pywrapcp.RoutingIndexManager(len(instance.stops), instance.vehicles, 0)
    model = pywrapcp.RoutingModel(manager)
    node = manager.IndexToNode
    way = model.RegisterTransitCallback(lambda a, b: instance.whole[node(a)][node(b)])
    time = model.RegisterTransitCallback(lambda a, b: instance.whole[node(a)][node(b)] + instance.service(node(a)))
    load = model.RegisterUnaryTransitCallback(lambda a: int(instance.stops[node(a)][3]))
    model.SetArcCostEvaluatorOfAllVehicles(way)
    model.SetFixedCostOfAllVehicles(VEHICLE)
    horizon = instance.window(0)[1]
    model.AddDimension(time, horizon, horizon, False, "time")
    model.AddDimension(load, 0, instance.capacity, True, "load")
    times = model.GetDimensionOrDie("time")
    for stop in range(1, len(instance.stops)):
        times.CumulVar(manager.NodeToIndex(stop)).SetRange(*instance.window(stop))
    for pickup, delivery in instance.pairs:
        a, b = manager.NodeToIndex(pickup), manager.NodeToIndex(delivery)
        model.AddPickupAndDelivery(a, b)
        model.solver().Add(model.VehicleVar(a) == model.VehicleVar(b))
        model.solver().Add(times.CumulVar(a) <= times.CumulVar(b))
    options = pywrapcp.DefaultRoutingSearchParameters()
    options.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    options.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    options.time_limit.FromMilliseconds(int(seconds * 1_000))
    found = model.SolveWithParameters(options)
    if found is None:
        return "nothing found"
    routes = []
    for vehicle in range(instance.vehicles):
        route, index = [], found.Value(model.NextVar(model.Start(vehicle)))
        while not model.IsEnd(index):
            route.append(node(index))
            index = found.Value(model.NextVar(index))
        routes.extend([route] if route else [])
    return instance.measured(routes)


def main() -> None:
    data = Path(__file__).resolve().parents[3] / "data" / "pdptw"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=data)
    parser.add_argument("--seconds", type=float, default=1.0)
    arguments = parser.parse_args()
    with (data / "best_known.csv").open() as table:
        best = {row["instance"]: f"{row['routes']}/{float(row['distance']):.2f}" for row in csv.DictReader(table)}
    print(f"{'instance':<12}{'best known':>16}{'VROOM':>18}{'OR-Tools':>18}   ({arguments.seconds:g} s each)")
    for path in sorted(arguments.folder.glob("l*.txt")):
        instance = Instance(path)
        found = [solve(instance, arguments.seconds) for solve in (by_vroom, by_ortools)]
        print(f"{path.stem:<12}{best.get(path.stem, ''):>16}{found[0]:>18}{found[1]:>18}", flush=True)


if __name__ == "__main__":
    main()
