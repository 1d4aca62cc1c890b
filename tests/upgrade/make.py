#!/usr/bin/env python3
"""Writes a fixture of tests/path/upgrade.rs: a small demo folder and a tablet, as the programs of one version leave them.

    make.py PROGRAMS NAME COMMIT

PROGRAMS holds `hailong-district` and `hailong-swarm` of that version. Written beside this file: NAME.district.sql,
NAME.identity.sql, NAME.outbox.sql (dumps with their schema number) and NAME.json, what the folder holds as counted here
from the ballots' own bytes, by no code of the project.
"""

import json, pathlib, sqlite3, subprocess, sys, tempfile

FROM, LATER = "2026-10-05", "2026-10-20"


def run(*words, ok=True):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True)
    if (done.returncode == 0) != ok:
        sys.exit(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def dump(source, target):
    db = sqlite3.connect(source)
    (schema,) = db.execute("pragma user_version").fetchone()
    lines = "\n".join(db.iterdump())
    target.write_text(f"{lines}\npragma user_version = {schema};\n", encoding="utf-8")
    return schema


def unpacked(stored):
    """A record's bytes, from what lies in `body` (docs/protocol.md §14)."""
    if not stored.startswith(b"\n1"):
        return stored
    unpack = ["zstd", "-dc", "-D", pathlib.Path(__file__).parents[2] / "assets/bodies/1.dict"]
    return subprocess.run(unpack, input=stored[2:], capture_output=True, check=True).stdout


def counted(data):
    """Ballots by state, and the counted ones' levels, from the bytes that the tablets signed."""
    db = sqlite3.connect(data)
    states, levels = {}, [0] * 5
    rows = "select r.state, b.bytes from record r join body b using (epoch_no, seq) where r.kind = 1"
    for state, line in db.execute(rows):
        states[str(state)] = states.get(str(state), 0) + 1
        answers = json.loads(unpacked(line))["answers"]
        if state == 1:
            (level,) = [a for a in answers.values() if isinstance(a, int)]
            levels[level - 1] += 1
    (entries,) = db.execute("select count(*) from log").fetchone()
    return {"states": states, "levels": levels, "entries": entries}


def main(programs, name, commit):
    programs, here = pathlib.Path(programs), pathlib.Path(__file__).parent
    district, swarm = programs / "hailong-district", programs / "hailong-swarm"
    with tempfile.TemporaryDirectory() as home:
        home = pathlib.Path(home)
        data, tablets = home / "data", home / "tablets"
        run(district, "init", "--demo=empty", "--data", data)
        shown = run(district, "show", "counters", "--json", "--data", data).splitlines()
        counters = [json.loads(line)["id"] for line in shown]
        codes = []
        for number, counter in enumerate([counters[0], counters[3], counters[1]]):
            file = home / f"code{number}"
            file.write_text(run(district, "code", "--json", "--counter", counter, "--data", data))
            codes.append(file)
        serving = subprocess.Popen(
            [district, "serve", "--data", data, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True
        )
        url = serving.stdout.readline().split()[-1].rstrip("/")

        def rate(tablet, ballots, day, seed, to=url, ok=True):
            words = [swarm, "--district", to, "--codes", codes[tablet], "--ballots", ballots, "--from", day]
            run(*words, "--seed", seed, "--keep", tablets / str(tablet), ok=ok)

        rate(0, 12, FROM, 1)
        rate(1, 8, FROM, 2)
        rate(2, 4, FROM, 3)
        devices = [json.loads(line) for line in run(district, "show", "devices", "--json", "--data", data).splitlines()]
        (lost,) = [device["id"] for device in devices if device["counter"] == counters[1]]
        run(district, "revoke", "--device", lost, "--data", data)
        # What a revoked tablet still sends waits for a decision.
        rate(2, 3, LATER, 4)
        serving.terminate()
        serving.wait()
        # Nobody is there: five ballots stay on the first tablet.
        rate(0, 5, LATER, 5, to="http://127.0.0.1:9", ok=False)
        note = {"commit": commit, "schema": dump(data / "district.sqlite", here / f"{name}.district.sql")}
        note |= counted(data / "district.sqlite")
        note["identity_schema"] = dump(tablets / "0/0/identity.db", here / f"{name}.identity.sql")
        note["outbox_schema"] = dump(tablets / "0/0/outbox-1.db", here / f"{name}.outbox.sql")
        note["waiting"] = 5
        (here / f"{name}.json").write_text(json.dumps(note, indent=2) + "\n")


main(*sys.argv[1:])
