#!/usr/bin/env python3
"""Measures hotcold beside other ways to move documents, on the servers of a sandbox. scripts/bench calls it.

usage: scripts/bench [--rounds N] [--scale F] [--no-repeat] [--json FILE] [SCENARIO]...

    scripts/bench                       everything: about an hour
    scripts/bench one-cluster           one scenario, three rounds
    scripts/bench --scale 0.05          everything with a twentieth of the documents: whether it works, no figures

  --rounds N    rounds of each scenario (3)
  --scale F     factor for the number of documents (1)
  --no-repeat   take a turn as it was, whatever else was running
  --json FILE   all measurements, for machines
  --against FILE
                another build of hotcold, which alone is measured beside this one: what a change costs

Scenarios: one-cluster, two-clusters, scattered-dates (documents lie in another order than their dates), small-documents
(200 B), large-documents (16 kB), growth (200,000 and 1,000,000), growth-in-cache (the same on a server that needn't write
anything before the next checkpoint), few-cold (as many cold documents in a large collection as in a small one, the
oldest of it), few-cold-spread (and they lie all over it), pace (numbers of workers and sizes of batches), far-servers
(each command waits 20 ms before the server turns to it), neighbour (what an application does in a second, alone and with
hotcold beside it).

In a round every contestant of a scenario has its turn, on data loaded afresh; the next round starts with another one.
A turn in which other processes of this machine took more than 5 % of its processors' time is repeated, at most three
times. Figures are medians over the rounds, with the lowest and the highest; ratios are medians of the ratios within a
round.

Exit status: 0, 1 when a contestant failed or left documents in the wrong place, 64 for wrong usage.
"""

import argparse
import contextlib
import copy
import dataclasses
import datetime
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import bson
import bson.raw_bson
import pymongo

# More of the machine's processor time than this for anything else spoils a turn.
TOLERATED_OTHER = 0.05
ATTEMPTS = 4
CUTOFF = datetime.datetime(2020, 1, 1)
# What the seed of hotcold, a script in Python, moves at a time.
SCRIPT_BATCH = 1000

# All that hotcold and the script ask of a server.
COMMANDS = """
    abortTransaction aggregate buildInfo collStats commitTransaction connectionStatus count create createIndexes dbStats delete
    distinct explain find findAndModify getCmdLineOpts getDiagnosticData getMore getParameter hello hostInfo insert killCursors
    killSessions listCollections listDatabases listIndexes ping replSetGetConfig replSetGetStatus serverStatus update
""".split()

# The cache of each server as scripts/bench starts it, with WiredTiger's default limits: from 5 % of it changed on, pages
# are written in the background, from 20 % on by whoever changes one.
USUAL_CACHE = (
    "cache_size=3G,eviction_dirty_target=5,eviction_dirty_trigger=20,eviction_updates_target=0,eviction_updates_trigger=0"
)
# Nothing is written before the next checkpoint.
ROOMY_CACHE = (
    "cache_size=12G,eviction_dirty_target=80,eviction_dirty_trigger=90,"
    "eviction_updates_target=70,eviction_updates_trigger=80"
)


# --- Data -------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Data:
    """A collection with three indexes besides the one on _id; a share of it is older than the cutoff.

    The dates are in the order of the documents, as creation dates are, or scattered, as dates of last access are. Cold
    documents come first, or one in so many of the others is cold.
    """

    documents: int
    size: int  # Bytes of BSON for each document.
    cold_share: float = 1.0
    is_scattered: bool = False
    is_spread: bool = False

    @property
    def cold(self):
        return int(self.documents * self.cold_share)

    def __str__(self):
        share = "" if self.cold_share == 1 else f", {self.cold_share:.0%} cold"
        places = f"{', scattered' if self.is_scattered else ''}{', spread' if self.is_spread else ''}"
        return f"{self.documents:,} × {self.size:,} B{share}{places}"

    def generate(self):
        """Yields encoded documents."""
        numbers = random.Random(1)
        text = "".join(numbers.choices("abcdefghijklmnopqrstuvwxyz     ", k=self.size + 997))
        empty = len(bson.encode(self.document(0, "", numbers)))
        for index in range(self.documents):
            start = index * 31 % 997
            yield bson.raw_bson.RawBSONDocument(
                bson.encode(self.document(index, text[start : start + max(self.size - empty, 0)], numbers))
            )

    def document(self, index, padding, numbers):
        if self.is_spread:
            is_cold = int((index + 1) * self.cold_share) > int(index * self.cold_share)
        else:
            is_cold = index < self.cold
        place = numbers.randrange(self.documents) if self.is_scattered else index
        date = CUTOFF + datetime.timedelta(days=0 if is_cold else 365, seconds=10 * (place - self.documents))
        return {
            "_id": bson.ObjectId(),
            "d": date,
            "customer": numbers.randrange(10**5),
            "state": numbers.choice(["new", "paid", "sent", "done"]),
            "total": numbers.random() * 1000,
            "text": padding,
        }


INDEXES = [pymongo.IndexModel("d"), pymongo.IndexModel("customer"), pymongo.IndexModel([("state", 1), ("total", 1)])]


# --- Servers and tiers ------------------------------------------------------------------------------------------------


class Tiers:
    """Hot and cold collection, in one cluster or two, and what the machine spends while something is done to them."""

    def __init__(self, uris, cache, delay):
        self.uris = uris
        self.delay = delay  # Milliseconds that each command waits while a contestant has its turn.
        self.clients = [pymongo.MongoClient(uri) for uri in uris]
        for client in self.clients:
            client.admin.command({"setParameter": 1, "wiredTigerEngineRuntimeConfig": cache})
            # As servers do; scripts/sandbox starts them without.
            client.admin.command({"setParameter": 1, "diagnosticDataCollectionEnabled": True})
        self.processes = sorted({client.admin.command("serverStatus")["pid"] for client in self.clients})

    @property
    def hot(self):
        return self.clients[0].bench_hot.items

    @property
    def cold(self):
        return self.clients[-1].bench_cold.items_archive

    def load(self, data, is_archived=False):
        """Makes one tier anew and empties the other. Nothing is left for a checkpoint to write."""
        client, full = (self.clients[-1], self.cold) if is_archived else (self.clients[0], self.hot)
        template = self.template(client, data)
        self.drop("bench_hot", "bench_cold", "bench_state")
        template.aggregate([{"$out": {"db": full.database.name, "coll": full.name}}])
        self.hot.create_indexes(INDEXES)
        self.cold.create_indexes(INDEXES)
        self.settle()

    def template(self, client, data):
        """A collection with the data that lasts through a scenario: to copy it takes less than to make it."""
        template = client.bench_template[str(data)]
        if template.estimated_document_count() == data.documents:
            return template
        batch = []
        for document in data.generate():
            batch.append(document)
            if len(batch) * data.size > 8 << 20:
                template.insert_many(batch, ordered=False)
                batch = []
        if batch:
            template.insert_many(batch, ordered=False)
        return template

    @contextlib.contextmanager
    def held_up(self):
        """Meanwhile servers are as far away as the scenario has it."""
        data = {"failCommands": COMMANDS, "blockConnection": True, "blockTimeMS": self.delay}
        try:
            self.set_fail_point({"mode": "alwaysOn", "data": data} if self.delay else {"mode": "off"})
            yield
        finally:
            self.set_fail_point({"mode": "off"})

    def set_fail_point(self, setting):
        for client in self.clients:
            client.admin.command({"configureFailPoint": "failCommand", **setting})

    def drop(self, *databases):
        for client in self.clients:
            for name in databases:
                client.drop_database(name)

    def settle(self):
        for client in self.clients:
            client.admin.command("fsync")

    def server_seconds(self):
        return sum(process_seconds(pid) for pid in self.processes)

    def oplog_time(self):
        return [client.admin.command("hello")["lastWrite"]["opTime"]["ts"] for client in self.clients]

    def oplog_bytes(self, since):
        """Bytes written to the oplogs since then; None where the oldest of them are gone."""
        total = 0
        for client, start in zip(self.clients, since):
            oplog = client.local["oplog.rs"]
            if oplog.find_one(sort=[("$natural", 1)])["ts"] > start:
                return None
            sum_up = [{"$match": {"ts": {"$gt": start}}}, {"$group": {"_id": None, "n": {"$sum": {"$bsonSize": "$$ROOT"}}}}]
            total += sum(group["n"] for group in oplog.aggregate(sum_up))
        return total

    def expect(self, data, moved):
        """That everything is where it should be, by number."""
        cold = data.cold if moved else 0
        found = (self.hot.count_documents({}), self.cold.count_documents({}))
        if found != (data.documents - cold, cold):
            raise Failure(f"{found[0]:,} documents in hot and {found[1]:,} in cold, of {data}")


class Failure(Exception):
    pass


# --- The machine's time -----------------------------------------------------------------------------------------------

TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count()


def process_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def machine_seconds():
    """Processor time that the whole machine has spent on anything, also outside of it."""
    fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    user, nice, system, _, _, irq, soft, steal = fields[:8]
    return (user + nice + system + irq + soft + steal) / TICKS


@dataclasses.dataclass
class Measurement:
    documents: int
    bytes: int
    seconds: float
    client_seconds: float  # Processor time of what asked the servers.
    server_seconds: float  # Processor time of the servers.
    other_share: float  # Of the machine's processor time, for anything else.
    client_megabytes: float | None = None  # Peak resident memory.
    oplog_bytes: float | None = None  # For each document.
    phases: dict | None = None

    @property
    def rate(self):
        return self.documents / self.seconds


class Meter:
    """Measures what happens between its start and its stop."""

    def __init__(self, tiers):
        self.tiers = tiers
        self.oplog = tiers.oplog_time()
        self.server = tiers.server_seconds()
        self.own = sum(os.times()[:2])
        self.machine = machine_seconds()
        self.start = time.monotonic()

    def stop(self, data, child=None):
        seconds = time.monotonic() - self.start
        machine = machine_seconds() - self.machine
        client = sum(os.times()[:2]) - self.own + (child["seconds"] if child else 0)
        server = self.tiers.server_seconds() - self.server
        return Measurement(
            documents=data.cold,
            bytes=data.cold * data.size,
            seconds=seconds,
            client_seconds=child["seconds"] if child else client,
            server_seconds=server,
            other_share=max(machine - client - server, 0) / (seconds * CORES),
            client_megabytes=child["megabytes"] if child else None,
        )


# --- Contestants ------------------------------------------------------------------------------------------------------


class Contestant:
    title = ""
    moves = True  # Documents, from hot to cold.

    def prepare(self, tiers, data):
        tiers.load(data)

    def run(self, tiers, data):
        raise NotImplementedError

    def measure(self, tiers, data):
        self.prepare(tiers, data)
        with tiers.held_up():
            meter = Meter(tiers)
            child = self.run(tiers, data)
            measurement = meter.stop(data, child)
        self.check(tiers, data)
        if self.moves:
            written = tiers.oplog_bytes(meter.oplog)
            measurement.oplog_bytes = None if written is None else written / data.cold
        if child:
            measurement.phases = child["phases"]
        return measurement

    def check(self, tiers, data):
        tiers.expect(data, moved=self.moves)


class Hotcold(Contestant):
    arguments = []
    binary = os.environ.get("HOTCOLD_BENCH_BINARY")

    def run(self, tiers, data):
        return hotcold(self.binary, tiers, *self.arguments)

    def of(self, binary):
        """The same by another build."""
        other = copy.copy(self)
        other.binary = binary
        other.title += " (other build)"
        return other


class Migrate(Hotcold):
    def __init__(self, *options):
        self.title = " ".join(["hotcold migrate", *options])
        self.arguments = ["migrate", "--all", *options]


class DryRun(Migrate):
    moves = False

    def __init__(self):
        super().__init__("--dry-run")


class Analyze(Hotcold):
    title = "hotcold analyze"
    arguments = ["analyze"]
    moves = False


class Restore(Hotcold):
    title = "hotcold restore"
    arguments = ["restore", "--collection", "items", "--query", "{}"]

    def prepare(self, tiers, data):
        tiers.load(data, is_archived=True)

    def check(self, tiers, data):
        tiers.expect(data, moved=False)


class MergeAndDelete(Contestant):
    """The recipe of MongoDB's manual ("Archive Pattern"): $merge into the archive, then deleteMany. Within one cluster."""

    title = "$merge, deleteMany"
    merge = {"on": "_id"}

    def run(self, tiers, data):
        cold = {"d": {"$lt": CUTOFF}}
        into = {"db": "bench_cold", "coll": "items_archive"}
        tiers.hot.aggregate([{"$match": cold}, {"$merge": {"into": into, **self.merge}}])
        tiers.hot.delete_many(cold)


class OnceOnlyMergeAndDelete(MergeAndDelete):
    """The fastest form of $merge, which can't be repeated: after an interruption it fails at what is there already."""

    title = "$merge once only, deleteMany"
    merge = {"on": "_id", "whenMatched": "fail"}


class Script(Contestant):
    """What a script with a driver does: find, insert_many, count, delete_many."""

    title = "pymongo script"

    def run(self, tiers, data):
        while batch := list(tiers.hot.find({"d": {"$lt": CUTOFF}}).limit(SCRIPT_BATCH)):
            ids = [document["_id"] for document in batch]
            tiers.cold.insert_many(batch)
            if tiers.cold.count_documents({"_id": {"$in": ids}}) != len(ids):
                raise Failure("the script's own check failed")
            tiers.hot.delete_many({"_id": {"$in": ids}})


class Application(Contestant):
    """An application that reads and changes hot documents, four operations in five being reads, with hotcold beside it."""

    moves = False
    threads = 2
    documents = 50_000

    def __init__(self, scale, *beside):
        self.seconds = 15 * scale
        self.beside = beside
        self.title = f"beside hotcold {' '.join(beside)}" if beside else "application alone"

    def measure(self, tiers, data):
        self.prepare(tiers, data)
        ids = [each["_id"] for each in tiers.hot.find({"d": {"$gte": CUTOFF}}, {"_id": 1}).limit(self.documents)]
        with self.hotcold(tiers) as spent:
            meter, before = Meter(tiers), spent()
            operations = self.work(tiers.hot, ids)
            measurement = meter.stop(data)
            # Not the application's, and not a stranger's.
            measurement.other_share -= (spent() - before) / (measurement.seconds * CORES)
        measurement.documents, measurement.bytes = operations, operations * data.size
        return measurement

    def work(self, collection, ids):
        counts = [0] * self.threads
        end = time.monotonic() + self.seconds

        def loop(thread):
            numbers = random.Random(thread)
            while time.monotonic() < end:
                query = {"_id": numbers.choice(ids)}
                if numbers.randrange(5):
                    collection.find_one(query)
                else:
                    collection.update_one(query, {"$inc": {"changes": 1}})
                counts[thread] += 1

        threads = [threading.Thread(target=loop, args=[thread]) for thread in range(self.threads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts)

    @contextlib.contextmanager
    def hotcold(self, tiers):
        """Runs hotcold meanwhile, and yields what tells its processor time."""
        if not self.beside:
            yield lambda: 0
            return
        with policies(tiers) as file:
            command = [os.environ["HOTCOLD_BENCH_BINARY"], *self.beside, "--config", file, "--quiet"]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            try:
                while not tiers.cold.estimated_document_count():  # It moves.
                    time.sleep(0.01)
                yield lambda: process_seconds(process.pid)
                # With few documents nothing is measured, and it is done in a moment.
                if process.poll() is not None and self.seconds >= 15:
                    raise Failure(f"{self.title} ended before the application did")
            finally:
                process.terminate()
                process.wait()


@contextlib.contextmanager
def policies(tiers):
    """A configuration by which everything older than the cutoff is cold."""
    today = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    cold_after = (today - CUTOFF).days
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "policies.json")
        file.write_text(
            json.dumps(
                {
                    "schema_version": 1,
                    "hot": {"uri": tiers.uris[0], "database": "bench_hot"},
                    "cold": {"uri": tiers.uris[-1], "database": "bench_cold"},
                    "state_database": "bench_state",
                    "defaults": {"unusual_share_percent": 100},
                    "collections": {
                        "items": {"policy": "time_based", "date_field": "d", "cold_threshold_days": cold_after}
                    },
                }
            )
        )
        yield file


def hotcold(binary, tiers, *arguments):
    """Runs hotcold to its end; returns its processor time, its memory and the phases of its report."""
    with policies(tiers) as file:
        usage = file.with_name("usage")
        command = ["/usr/bin/time", "--output", usage, "--format", "%U %S %M", binary]
        result = subprocess.run(
            [*command, *arguments, "--config", file, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if result.returncode != 0:
            raise Failure(f"hotcold {' '.join(arguments)} ended with {result.returncode}: {result.stderr}{result.stdout}")
        user, system, kilobytes = usage.read_text().split()
    # What does not move has no such thing as phases.
    collections = json.loads(result.stdout)["collections"]
    return {
        "seconds": float(user) + float(system),
        "megabytes": int(kilobytes) * 1024 / 1e6,
        "phases": collections[0].get("phases") if isinstance(collections, list) else None,
    }


# --- Scenarios --------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Scenario:
    """Contestants in turns; the first one is what the others are held against."""

    name: str
    clusters: int
    turns: list
    cache: str = USUAL_CACHE
    delay: int = 0  # Milliseconds that each command waits.
    repeats: int = 1  # For each round that is asked for: short turns vary more.

    def turn_titles(self):
        titles = [contestant.title for contestant, _ in self.turns]
        return [
            title if titles.count(title) == 1 else f"{title}, {data}" for title, (_, data) in zip(titles, self.turns)
        ]


def scenarios(scale):
    def data(documents, size, cold_share=1.0, **places):
        return Data(max(round(documents * scale), 100), size, cold_share, **places)

    def few_cold(**places):
        # As many documents move; the others are to cost nothing.
        return [(Migrate(), data(200_000, 1_000, 0.05, **places)), (Migrate(), data(1_000_000, 1_000, 0.01, **places))]

    usual, large = data(200_000, 1_000), data(1_000_000, 1_000)
    small_documents, large_documents = data(200_000, 200), data(50_000, 16_000)
    movers = [Migrate(), MergeAndDelete(), OnceOnlyMergeAndDelete(), Script()]
    everyone = [*movers, Restore(), DryRun(), Analyze()]
    growth = [(Migrate(), usual), (Migrate(), large), (MergeAndDelete(), usual), (MergeAndDelete(), large)]
    workers = [Migrate("--workers", str(number)) for number in (1, 2, 4)]
    paces = [Migrate(), *workers, *(Migrate("--batch-size", str(size)) for size in (250, 500, 2000, 4000))]
    neighbours = [Application(scale, *beside) for beside in ([], ["migrate", "--all", "--nice", "10"], ["migrate", "--all"])]
    far = [Migrate(), Migrate("--workers", "8"), Script()]
    return [
        Scenario("one-cluster", 1, [(each, usual) for each in everyone]),
        Scenario("two-clusters", 2, [(each, usual) for each in everyone]),
        Scenario("scattered-dates", 1, [(each, data(200_000, 1_000, is_scattered=True)) for each in movers]),
        Scenario("small-documents", 1, [(each, small_documents) for each in movers]),
        Scenario("large-documents", 1, [(each, large_documents) for each in movers]),
        Scenario("growth", 1, growth),
        Scenario("growth-in-cache", 1, growth, cache=ROOMY_CACHE),
        Scenario("few-cold", 1, few_cold(), repeats=3),
        Scenario("few-cold-spread", 1, few_cold(is_spread=True), repeats=3),
        Scenario("pace", 1, [(each, usual) for each in paces]),
        Scenario("neighbour", 1, [(each, data(600_000, 1_000, 0.9)) for each in neighbours]),
        Scenario("far-servers", 1, [(each, data(400_000, 1_000)) for each in far], cache=ROOMY_CACHE, delay=20),
    ]


def against(scenario, binary):
    """Scenarios of two turns: what hotcold does in this one, by this build and by another."""
    for contestant, data in scenario.turns:
        if isinstance(contestant, Hotcold):
            turns = [(contestant, data), (contestant.of(binary), data)]
            yield dataclasses.replace(scenario, name=f"{scenario.name}, {contestant.title}, {data}", turns=turns)


def measure(contestant, tiers, data, attempts):
    """One turn, again where something else was running."""
    for attempt in range(attempts):
        measurement = contestant.measure(tiers, data)
        if measurement.other_share <= TOLERATED_OTHER or attempt == attempts - 1:
            return measurement
        progress(f"    other processes took {measurement.other_share:.0%} of the machine; again")


def play(scenario, uris, options):
    """Every round's measurements, in the order of the scenario's turns."""
    tiers = {count: Tiers(uris[:count], scenario.cache, scenario.delay) for count in (1, 2)}
    played = []
    for number in range(options.rounds * scenario.repeats):
        measurements = {}
        for offset in range(len(scenario.turns)):
            index = (offset + number) % len(scenario.turns)
            contestant, data = scenario.turns[index]
            # Nothing can $merge into another cluster: its figure is that within one.
            clusters = 1 if isinstance(contestant, MergeAndDelete) else scenario.clusters
            measurements[index] = measure(contestant, tiers[clusters], data, 1 if options.no_repeat else ATTEMPTS)
            progress(f"    {scenario.turn_titles()[index]}: {measurements[index].seconds:.2f} s")
        played.append([measurements[index] for index in range(len(scenario.turns))])
    tiers[2].drop("bench_hot", "bench_cold", "bench_state", "bench_template")
    return played


# --- Telling ----------------------------------------------------------------------------------------------------------


def progress(text):
    print(text, file=sys.stderr, flush=True)


def spread(values, form):
    """Median, lowest and highest."""
    values = [value for value in values if value is not None]
    if not values:
        return "-"
    middle, low, high = (form.format(value) for value in (statistics.median(values), min(values), max(values)))
    return middle if low == high else f"{middle} ({low}-{high})"


COLUMNS = [
    ("docs/s", lambda m: m.rate, "{:,.0f}"),
    ("MB/s", lambda m: m.bytes / m.seconds / 1e6, "{:.1f}"),
    ("seconds", lambda m: m.seconds, "{:.2f}"),
    ("client CPU", lambda m: 100 * m.client_seconds / (m.seconds * CORES), "{:.1f} %"),
    ("mongod CPU", lambda m: 100 * m.server_seconds / (m.seconds * CORES), "{:.1f} %"),
    ("other", lambda m: 100 * m.other_share, "{:.1f} %"),
    ("peak MB", lambda m: m.client_megabytes, "{:.1f}"),
    ("oplog B/doc", lambda m: m.oplog_bytes, "{:,.0f}"),
]


def tell(scenario, played):
    titles = scenario.turn_titles()
    places = "one cluster" if scenario.clusters == 1 else "two clusters"
    same = len({data for _, data in scenario.turns}) == 1
    rounds = "one round" if len(played) == 1 else f"{len(played)} rounds"
    print(f"\n{scenario.name}: {places}{', ' + str(scenario.turns[0][1]) if same else ''}, {rounds}")
    table = [["", *(name for name, _, _ in COLUMNS), "first / this"]]
    for index, title in enumerate(titles):
        turns = [each[index] for each in played]
        cells = [spread([value(turn) for turn in turns], form) for _, value, form in COLUMNS]
        ratio = spread([each[0].rate / each[index].rate for each in played], "{:.2f}") if index else ""
        table.append([title, *cells, ratio])
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        print("  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]))
    phases = [each[0].phases for each in played if each[0].phases]
    if phases:
        parts = (f"{name} {spread([each[name] for each in phases], '{:.2f}')}" for name in phases[0])
        print(f"  seconds of movers in {titles[0]}: {', '.join(parts)}")
    sys.stdout.flush()


def machine():
    model = next((line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"processors": CORES, "model": model, "memory_gib": round(memory, 1), "kernel": os.uname().release}


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--no-repeat", action="store_true")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--against")
    parser.add_argument("scenario", nargs="*")
    parser.error = lambda message: usage_error(message)
    options = parser.parse_args()
    known = scenarios(options.scale)
    unknown = set(options.scenario) - {each.name for each in known}
    if unknown:
        usage_error(f"no scenario {', '.join(sorted(unknown))}; there are {', '.join(each.name for each in known)}")
    chosen = [each for each in known if not options.scenario or each.name in options.scenario]
    if options.against:
        chosen = [pair for each in chosen for pair in against(each, options.against)]
    uris = [os.environ["HOTCOLD_BENCH_URI"], os.environ["HOTCOLD_BENCH_URI_2"]]
    version = pymongo.MongoClient(uris[0]).server_info()["version"]
    about = {"machine": machine(), "mongodb": version, "pymongo": pymongo.version, "scenarios": {}}
    print(f"{CORES} processors ({about['machine']['model']}), MongoDB {version}, pymongo {pymongo.version}")
    for scenario in chosen:
        progress(f"{scenario.name}:")
        played = play(scenario, uris, options)
        tell(scenario, played)
        about["scenarios"][scenario.name] = [
            {"contestant": title, "data": dataclasses.asdict(data), "rounds": [dataclasses.asdict(r[i]) for r in played]}
            for i, (title, (_, data)) in enumerate(zip(scenario.turn_titles(), scenario.turns))
        ]
        if options.json:
            options.json.write_text(json.dumps(about, indent=1) + "\n")
    return 0


def usage_error(message):
    print(f"bench: {message}", file=sys.stderr)
    sys.exit(64)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Failure, pymongo.errors.PyMongoError) as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(1)
