#!/usr/bin/env python3
"""Made `1.dict`, the dictionary of packed bodies (docs/adr/0004-packed-bodies.md). It is shipped and never changes: a later one is another file.

`python3 assets/bodies/make.py OUT` writes it again, with libzstd 1.5.4 the same bytes. It is made of what every district has: the
members of records and the built-in surveys' ids. Everything that differs from ballot to ballot is drawn at random here;
no citizen's ballot was used.
"""

import ctypes
import hashlib
import json
import pathlib
import random
import sys
import unicodedata

SURVEYS = pathlib.Path(__file__).parent.parent / "surveys"
NONE = "0" * 32


def line(value):
    return unicodedata.normalize("NFC", json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def survey(name):
    document = json.loads((SURVEYS / f"{name}.json").read_text(encoding="utf-8"))
    return document, hashlib.sha256(b"hailong/1/survey\0" + line(document).encode()).hexdigest()


DEFAULT, ND61, SIPAS = survey("mac-dinh"), survey("nd61"), survey("sipas-2640")


def uuid(text):
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])


def ballot(answers, survey, moment="result", field=None, counter=NONE, salt=NONE, **other):
    found = {
        "answers": answers, "app": "0.1.0", "at": 1990000, "counter": uuid(counter), "ended": "sent", "kind": "ballot",
        "moment": moment, "pace": "calm", "practice": False, "salt": salt, "step": 0, "survey": survey, "ticketed": False,
        "took": "normal",
    }
    return found | ({"field": field} if field else {}) | other


def content():
    """What matches are found in; what is common comes last, where it costs least to point at."""
    place = {"ballots": 10, "epoch": "0" * 16, "head": NONE * 2, "seq": 10}
    others = [{"kind": "open", "mark": place, "prev": place, "why": why} for why in ["rolled_back", "damaged", "start"]]
    others.append({"kind": "open", "prev": None, "why": "new"})
    notes = ["practice_began", "damaged", "counter_changed", "counter_wanted", "unlocked", "erased", "clock_step",
             "counting_began"]
    others += [{"at": 1990000, "kind": "note", "step": 0, "what": what} for what in notes]
    others.append({"at": 1990000, "kind": "note", "languages": {"en": "<5", "vi": 25}, "month": "2026-11", "step": 0,
                   "what": "languages"})
    others.append({"abandoned": 0, "cast": 10, "comments": 1, "day": 20700, "kind": "day", "started": 10, "step": 0})
    others.append({"abandoned": 0, "cast": 10, "day": 20700, "kind": "day", "started": 10, "step": 0})
    tiles = [tile["id"] for question in DEFAULT[0]["questions"] for tile in question.get("tiles", [])]
    fields = ["Hộ tịch", "Chứng thực", "Đất đai"]
    return "".join(line(one) for one in [
        *others[:3],
        ballot({question["id"]: 4 for question in SIPAS[0]["questions"]}, SIPAS[1], "returned", took="slow"),
        ballot({"chi_so_3": 0, "chi_so_4": ["khong"], "chi_so_6": ["ca_hai"], "chi_so_7": ["dung"], "chung": 4}, ND61[1],
               took="slow", pace="first", ticketed=True, practice=True),
        ["hon_mot", "mot_noi", "phan_anh", "som", "quick", "burst"],
        *others[3:],
        *[[tile, "ket_qua"] for tile in tiles],
        ballot({"hai_long": 1, "ly_do": ["noi_cho"]}, DEFAULT[1], "returned", fields[0], ended="silent", pace="brisk"),
        ballot({"hai_long": 3, "ly_do": ["giay_to"]}, DEFAULT[1], "reception", fields[1], took="quick"),
        ballot({"hai_long": 4, "ly_do": ["thai_do"]}, DEFAULT[1], "result", fields[2], pace="brisk"),
        ballot({"hai_long": 5}, DEFAULT[1], "reception"),
        ballot({"hai_long": 5}, DEFAULT[1]),
    ]).encode()


def samples():
    """Ballots as they may come, for the frequencies."""
    draw = random.Random(1)
    tiles = [tile["id"] for question in DEFAULT[0]["questions"] for tile in question.get("tiles", [])]
    for _ in range(20000):
        answers = {"hai_long": draw.choices([1, 2, 3, 4, 5], [2, 4, 10, 34, 50])[0]}
        if draw.random() < 0.4:
            answers["ly_do"] = draw.sample(tiles, draw.choice([1, 1, 2]))
        yield line(ballot(
            answers, DEFAULT[1], draw.choice(["reception", "returned", "result", "result"]),
            draw.choice([None, None, "Hộ tịch", "Chứng thực", "Đất đai"]),
            counter=f"{draw.getrandbits(128):032x}", salt=f"{draw.getrandbits(128):032x}", at=draw.randrange(1970000, 2120000),
            ended=draw.choices(["sent", "silent"], [11, 1])[0],
            pace=draw.choices(["calm", "brisk", "first"], [8, 3, 1])[0],
            took=draw.choices(["normal", "quick", "slow"], [8, 1, 1])[0],
        )).encode()


class Parameters(ctypes.Structure):
    _fields_ = [("level", ctypes.c_int), ("notify", ctypes.c_uint), ("id", ctypes.c_uint)]


def make():
    zstd = ctypes.CDLL("libzstd.so.1")
    zstd.ZDICT_finalizeDictionary.restype = ctypes.c_size_t
    zstd.ZDICT_isError.argtypes = [ctypes.c_size_t]
    found, body = list(samples()), content()
    sizes = (ctypes.c_size_t * len(found))(*map(len, found))
    out = ctypes.create_string_buffer(2 * len(body))
    size = zstd.ZDICT_finalizeDictionary(
        out, ctypes.c_size_t(len(out)), body, ctypes.c_size_t(len(body)), b"".join(found), sizes,
        ctypes.c_uint(len(found)), Parameters(1, 0, 1))
    assert not zstd.ZDICT_isError(size)
    return out.raw[:size]


if __name__ == "__main__":
    pathlib.Path(sys.argv[1]).write_bytes(make())
