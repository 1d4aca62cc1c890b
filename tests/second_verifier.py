#!/usr/bin/env python3
"""Checks an evidence export of a Hài Lòng district from docs/protocol.md alone (mainly section 15).

    second_verifier.py EVIDENCE.ndjson [--key HEX] [--checkpoints FILE]

Python 3 and its standard library only; it shares no code with the district, Ed25519 included (RFC 8032). `--key` is the
district's public key as somebody outside wrote it down, `--checkpoints` what outsiders kept of the log: checkpoints or
`diem-chot.json` files, one JSON object a line. Without them the export is only checked against itself.

Ends 0 when all holds, 1 when something is broken (each line names the place), 2 when it could not run.
"""

import argparse
import hashlib
import json
import sys
import unicodedata
from datetime import datetime, timedelta, timezone

# --- Ed25519 (RFC 8032, section 5.1), strict: canonical encodings, no small-order points ------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def add(a, b):
    """Adds two points in extended coordinates."""
    x = (a[1] - a[0]) * (b[1] - b[0]) % P
    y = (a[1] + a[0]) * (b[1] + b[0]) % P
    z = 2 * a[3] * b[3] * D % P
    t = 2 * a[2] * b[2] % P
    e, f, g, h = y - x, t - z, t + z, y + x
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, point):
    """n times a point."""
    total = NEUTRAL
    while n:
        if n & 1:
            total = add(total, point)
        point = add(point, point)
        n >>= 1
    return total


def same(a, b):
    """Whether two points are one."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point(encoded):
    """The point of 32 bytes, or None."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    found = (x, y, 1, x * y % P)
    return None if same(times(8, found), NEUTRAL) else found


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    """Whether the signature of the message is this key's."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return same(times(s, BASE), add(r, times(k, a)))


# --- Bytes (section 1) ------------------------------------------------------------------------------------------------


def sha(context, *parts):
    """SHA-256 over a context and data."""
    return hashlib.sha256(context.encode() + b"\0" + b"".join(parts)).digest()


def canonical(value):
    """A value as canonical JSON."""

    def composed(value):
        if isinstance(value, str):
            return unicodedata.normalize("NFC", value)
        if isinstance(value, list):
            return [composed(item) for item in value]
        if isinstance(value, dict):
            return {name: composed(item) for name, item in value.items()}
        return value

    text = json.dumps(composed(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def holds(key, context, line, signature):
    """Whether a signature over a line is this key's, in a context."""
    try:
        message = context.encode() + b"\0" + hashlib.sha256(line).digest()
        return signed(key, message, bytes.fromhex(signature))
    except (TypeError, ValueError):
        return False


def unhex(text, length):
    """Bytes of a hex text in its one spelling; None if it has another."""
    try:
        found = bytes.fromhex(text)
    except (TypeError, ValueError):
        return None
    return found if len(found) == length and found.hex() == text else None


def big(*numbers):
    """Numbers as big-endian 64-bit integers."""
    return b"".join(n.to_bytes(8, "big", signed=True) for n in numbers)


STATES = {
    0: "none",
    1: "counted",
    4: "practice",
    5: "undated",
    21: "unread(survey)",
    31: "quarantined(revoked)",
    32: "quarantined(counter)",
    33: "quarantined(conflict)",
    34: "quarantined(malformed)",
}
BALLOT, HOLE = 1, 6
LOCAL = timezone(timedelta(hours=7))


def date(day):
    """The calendar date of a local day."""
    return (datetime(1970, 1, 1) + timedelta(days=day)).date().isoformat()


# --- The export (section 15) ------------------------------------------------------------------------------------------


class Verifier:
    """Reads one export and gathers what is broken."""

    def __init__(self, lines):
        self.broken = []
        self.listed = []
        self.rows = []
        self.district = None
        self.counters = {}
        self.surveys = {}
        self.log = []
        self.records = {}
        self.conflicts = {}
        self.numbers = {}
        self.decisions = {}
        self.heads = [bytes(32)]
        self.bodies = {}
        self.seen = set()
        self.states = {}
        self.read(lines)

    def bad(self, place, why):
        """Something that can't have come about by honest working."""
        self.broken.append((place, why))

    def read(self, lines):
        epoch, proofs, end = None, 0, None
        for number, text in enumerate(lines, 1):
            try:
                line = json.loads(text)
                what = line.get("proof")
            except (ValueError, AttributeError):
                self.bad(f"line/{number}", "it is not a JSON object")
                continue
            if what is None:
                self.rows.append(line)
                continue
            proofs += 1
            if end is not None:
                self.bad(f"line/{number}", "it stands after the end")
            if what == "district":
                self.district = line
            elif what == "counter":
                self.counters[line["no"]] = line
            elif what == "survey":
                self.surveys[line["id"]] = line["document"]
            elif what == "log":
                self.log.append(line)
            elif what == "epoch":
                epoch = (line["device"], line["epoch"])
                self.numbers[line["no"]] = epoch
            elif what in ("record", "conflict"):
                line["epoch"] = epoch
                line["no"] = next((no for no, name in self.numbers.items() if name == epoch), None)
                self.line(line)
            elif what == "decision":
                self.decisions[line["pos"]] = line["rows"]
            elif what == "end":
                end = line["lines"]
        if end != proofs or self.district is None:
            self.bad("end", "the export was cut short, or lines were taken out")

    def line(self, line):
        """Keeps a line of a chain."""
        key = (*line["epoch"], line["seq"])
        if line["proof"] == "conflict":
            self.conflicts[(*key, line["leaf"])] = line
        elif key in self.records:
            self.bad(self.place(line), "the record is there twice")
        else:
            self.records[key] = line

    @staticmethod
    def place(line):
        """Where in a chain."""
        device, epoch = line["epoch"]
        return f"{device}/{epoch}/{line['seq']}"

    def check(self, key, checkpoints):
        """Everything."""
        if self.district is None:
            return
        own = unhex(self.district["key"], 32)
        if own is None or hashlib.sha256(own).digest()[:16].hex() != self.district["district"]:
            self.bad("district", "its id is not that of its key")
            return
        if key is not None and key != own:
            self.bad("district", "it is not the district whose key you gave")
        # What is signed must be signed with the key that somebody outside vouches for.
        self.key = key or own
        self.check_surveys()
        self.check_log()
        for made in checkpoints:
            self.checkpoint(made, f"checkpoint/{made.get('size')}")
        self.check_entries()
        self.check_decisions()
        self.check_rows()

    def check_surveys(self):
        for name, document in list(self.surveys.items()):
            try:
                survey = json.loads(document)
            except ValueError:
                survey = None
            if survey is None or sha("hailong/1/survey", canonical(survey)).hex() != name:
                self.bad(f"survey/{name}", "the document is not the one of this name")
            self.surveys[name] = survey

    def check_log(self):
        """The log's chain: section 11."""
        for expected, line in enumerate(self.log, 1):
            place = f"log/{expected}"
            if line["pos"] != expected:
                self.bad(place, f"this position is missing, or out of order: log/{line['pos']} stands here")
                return
            body = line.get("body")
            leaf = sha("hailong/1/logleaf", body.encode()) if body is not None else unhex(line.get("leaf"), 32)
            if leaf is None:
                self.bad(place, "it has neither a body nor a leaf")
                return
            head = sha("hailong/1/loglink", self.heads[-1], leaf)
            if head.hex() != line["head"]:
                self.bad(place, "the entry is not the one that was logged: the chain does not lead here")
                head = unhex(line["head"], 32) or head
            self.heads.append(head)
            if body is not None:
                try:
                    self.bodies[expected] = json.loads(body)
                except ValueError:
                    self.bad(place, "its body is not JSON")

    def checkpoint(self, made, place):
        """A copy of the log's size and head, signed: section 11."""
        try:
            members = {name: value for name, value in made.items() if name != "sig"}
            size, head, generation = made["size"], made["head"], made["generation"]
            signature = made["sig"]
        except (KeyError, AttributeError):
            self.bad(place, "it is not a checkpoint")
            return
        if not holds(self.key, "hailong/1/checkpoint", canonical(members), signature):
            self.bad(place, "the checkpoint is not signed by the district")
            return
        if size < len(self.heads) and self.heads[size].hex() == head:
            return
        restores = [body for body in self.bodies.values() if body.get("kind") == "restore"]
        lost = any(body.get("from") == generation and size > body.get("entries", 0) for body in restores)
        if generation != self.district["generation"] and lost:
            self.listed.append((place, "it names entries that were lost when a backup was restored"))
        elif size >= len(self.heads):
            self.bad(place, f"the checkpoint names {size} entries, the log has {len(self.heads) - 1}")
        else:
            self.bad(place, "the log is not the one this checkpoint was made of")

    def check_entries(self):
        """Enrolments, checkpoints and bundles, in the order of the log."""
        keys = {}
        for pos, body in sorted(self.bodies.items()):
            place, kind = f"log/{pos}", body.get("kind")
            if kind == "enrol":
                key = unhex(body.get("key"), 32)
                if key is None or hashlib.sha256(key).digest()[:16].hex() != body.get("device"):
                    self.bad(place, "an enrolment whose key is not its device's")
                else:
                    keys[body["device"]] = key
            elif kind == "checkpoint":
                self.checkpoint(body.get("checkpoint"), place)
            elif kind == "bundle":
                self.bundle(pos, body, keys.get(body.get("device")))
        for line in [*self.records.values(), *self.conflicts.values()]:
            if (line["proof"], line["epoch"], line["seq"], line["leaf"]) not in self.seen:
                self.bad(self.place(line), f"log/{line['pos']} did not bring it")

    def bundle(self, pos, body, key):
        """A bundle's entry: the device's signature, the receipt, each run, and the rows it added."""
        place = f"log/{pos}"
        try:
            header = json.loads(body["header"])
            device, runs = body["device"], body["runs"]
            if key is None or not holds(key, "hailong/1/bundle", body["header"].encode(), body["sig"]):
                self.bad(place, "the device's signature does not hold")
                return
            plain = [{name: value for name, value in run.items() if name != "other"} for run in runs]
            if header["device"] != device or header["runs"] != plain:
                self.bad(place, "its runs are not those the device signed")
            self.receipt(pos, header, body["receipt"])
            if header.get("checkpoint"):
                self.checkpoint_of_device(header["checkpoint"], place)
            rows = b""
            for run in runs:
                rows += self.run(pos, device, run)
            if sha("hailong/1/rows", rows).hex() != body["rows"]:
                self.bad(place, "the rows this bundle added are not what they were")
        except (KeyError, ValueError, TypeError) as error:
            self.bad(place, f"the entry can't be read: {error!r}")

    def checkpoint_of_device(self, made, place):
        """What a tablet repeats: another district's is only worth a word."""
        members = {name: value for name, value in made.items() if name != "sig"}
        if holds(self.key, "hailong/1/checkpoint", canonical(members), made.get("sig")):
            self.checkpoint(made, place)
        else:
            self.listed.append((place, "the device repeats a checkpoint that is not this district's"))

    def receipt(self, pos, header, text):
        """The signed answer: section 6."""
        place = f"log/{pos}"
        lines = text.split("\n")
        signature = json.loads(lines[1])["sig"]
        if not holds(self.key, "hailong/1/answer", lines[0].encode(), signature):
            self.bad(place, "the receipt's signature does not hold")
            return
        answer = json.loads(lines[0])
        told = [(run["epoch"], run["first"], run["last"], run["head"]) for run in answer["runs"]]
        asked = [
            (run["epoch"], run["first"], run["first"] + run["count"] - 1, run["head"]) for run in header["runs"]
        ]
        if (answer["type"], answer["nonce"], answer["position"]) != ("receipt", header["nonce"], pos) or told != asked:
            self.bad(place, "the receipt is for something else: the entry is not where it was")

    def run(self, pos, device, run):
        """A run's leaves must lead to the head that the device signed: section 4. Answers the rows it added."""
        epoch, head, rows = run["epoch"], run["from"], b""
        head = None if head is None else unhex(head, 32)
        for seq in range(run["first"], run["first"] + run["count"]):
            other = run.get("other", {}).get(str(seq))
            key = (device, epoch, seq)
            line = self.records.get(key) if other is None else self.conflicts.get((*key, other))
            if line is None:
                self.bad(f"{device}/{epoch}/{seq}", f"the record is missing; log/{pos} brought it")
                return rows
            leaf = unhex(line["leaf"], 32)
            if head is None:
                head = sha("hailong/1/open", bytes.fromhex(device), bytes.fromhex(epoch), leaf)
            else:
                head = sha("hailong/1/link", head, leaf)
            mark = (line["proof"], line["epoch"], seq, line["leaf"])
            if line["pos"] == pos and mark not in self.seen:
                self.seen.add(mark)
                names = ("seq", "kind", "state", "day", "hour", "counter", "marks")
                rows += leaf + big(line["no"], *(line[name] for name in names))
        if head != unhex(run["head"], 32):
            self.bad(f"{device}/{epoch}/{run['first']}", f"the leaves from here do not lead to the head in log/{pos}")
        return rows

    def check_decisions(self):
        """Later states: section 15."""
        for pos, body in self.bodies.items():
            if body.get("kind") == "decision" and pos not in self.decisions:
                self.bad(f"log/{pos}", "the rows of this decision are missing")
        for key, line in self.records.items():
            self.states[key] = (line["state"], line["day"], line["hour"])
        for pos, rows in sorted(self.decisions.items()):
            body = self.bodies.get(pos, {})
            digest = sha("hailong/1/decisions", *(big(*row) for row in rows)).hex()
            if body.get("kind") != "decision" or body.get("rows") != digest:
                self.bad(f"log/{pos}", "the decisions are not those that were logged")
                continue
            for no, seq, before, after, day, hour in rows:
                key = (*self.numbers.get(no, (None, None)), seq)
                # Records of devices that this export is not about.
                if key not in self.states:
                    continue
                if self.states[key][0] != before:
                    self.bad(f"{key[0]}/{key[1]}/{seq}", f"log/{pos} decides about another state")
                self.states[key] = (after, day, hour)

    def in_scope(self, line, day):
        """Whether a line belongs to what was exported."""
        first, last = self.district["from"], self.district["to"]
        if (first is not None and day < first) or (last is not None and day > last):
            return False
        return self.district["node"] is None or line["counter"] in self.counters

    def check_rows(self):
        """The rows against the chains, both ways."""
        wanted = {}
        for key, line in self.records.items():
            state, day, hour = self.states[key]
            if state > 0 and self.in_scope(line, day):
                wanted[(*key, line["leaf"])] = (line, state, day, hour)
        for key, line in self.conflicts.items():
            if line["state"] > 0 and self.in_scope(line, line["day"]):
                wanted[key] = (line, line["state"], line["day"], line["hour"])
        if self.district["rows"] != len(self.rows):
            self.bad("rows", f"there are {len(self.rows)} rows, {self.district['rows']} were written")
        for row in self.rows:
            place = f"{row.get('device')}/{row.get('epoch')}/{row.get('seq')}"
            found = wanted.pop((row.get("device"), row.get("epoch"), row.get("seq"), row.get("leaf")), None)
            if found is None:
                self.bad(place, "the row is not in the chain, not of this scope, or there twice")
            else:
                self.row(place, row, *found)
        for line, *_ in wanted.values():
            self.bad(self.place(line), "the row of this record is missing")

    def row(self, place, row, line, state, day, hour):
        """A row against its record's bytes and its line."""
        said = (row.get("status"), row.get("day"), row.get("hour"), row.get("log"))
        if said != (STATES.get(state), date(day), hour, line["pos"]):
            self.bad(place, "status, day, hour or log position are not what the log says")
        record = row.get("record")
        if record is None:
            gone = any(
                body.get("kind") == "retention"
                and body.get("before_day", -1) > line["day"]
                and body.get("upto", -1) >= line["pos"]
                for body in self.bodies.values()
            )
            if line["kind"] != HOLE and not gone:
                self.bad(place, "its bytes are missing, and no retention explains it")
            return
        raw = bytes.fromhex(record[4:]) if record.startswith("hex:") else record.encode()
        if sha("hailong/1/leaf", raw).hex() != line["leaf"]:
            self.bad(place, "the bytes of the record are not those of its leaf")
            return
        if line["kind"] == BALLOT:
            self.ballot(place, row, json.loads(raw))

    def ballot(self, place, row, ballot):
        """The columns against the ballot: section 3."""
        at = datetime.fromtimestamp(ballot["at"] * 900, LOCAL).isoformat()
        survey = self.surveys.get(ballot["survey"])
        level = None
        if survey is not None and survey.get("kind", "counter") == "counter":
            level = ballot["answers"].get(survey["headline"])
            level = level if isinstance(level, int) and 1 <= level <= 5 else None
        expected = {
            "salt": ballot["salt"],
            "survey": ballot["survey"],
            "app": ballot["app"],
            "field": ballot.get("field"),
            "sent": "có" if ballot["ended"] == "sent" else "không",
            "at": at,
            "level": level,
        }
        for name, value in expected.items():
            if row.get(name) != value:
                self.bad(place, f"the column {name} says {row.get(name)!r}, the ballot {value!r}")


def kept(path):
    """Checkpoints that somebody kept: one JSON object a line."""
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.strip()]
    return [line.get("checkpoint", line) for line in lines if line.get("checkpoint", line) is not None]


def main():
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("evidence")
    parser.add_argument("--key", help="the district's public key, 64 hex digits")
    parser.add_argument("--checkpoints", help="what outsiders kept, one JSON object a line")
    args = parser.parse_args()
    try:
        key = None if args.key is None else unhex(args.key, 32)
        if args.key is not None and key is None:
            raise ValueError("--key takes 64 hex digits")
        checkpoints = kept(args.checkpoints) if args.checkpoints else []
        with open(args.evidence, encoding="utf-8", newline="\n") as file:
            verifier = Verifier(file)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"could not run: {error}", file=sys.stderr)
        return 2
    try:
        verifier.check(key, checkpoints)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        verifier.bad("export", f"it can't be read: {error!r}")
    for place, why in verifier.listed:
        print(f"listed {place}: {why}")
    for place, why in verifier.broken:
        print(f"BROKEN {place}: {why}")
    if verifier.broken:
        return 1
    print(
        f"all holds: {len(verifier.rows)} rows, {len(verifier.records)} records, {len(verifier.log)} log entries, "
        f"{len(checkpoints)} kept checkpoints"
    )
    if key is None:
        print("note: the key is the export's own; give --key to know whose it is")
    return 0


if __name__ == "__main__":
    sys.exit(main())
