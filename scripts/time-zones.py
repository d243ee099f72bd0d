#!/usr/bin/env python3
# Writes the table of time zones that budgets use, and what it is tested against, from the released tz database.
"""Usage: pip install tzdata==2026.6 && python3 scripts/time-zones.py

Reads the package `tzdata` from PyPI, which is the tz database (IANA, public domain) as compiled files, and
writes two files. `zones.txt` holds names and rules, taken from the rule at the end of each compiled file. `changes.txt`
holds each change of the clock as Python's own `zoneinfo` finds it, for the tests. With `--check` nothing is
written: the exit code is 1 where a file would change.
"""
import datetime
import importlib.resources
import io
import pathlib
import re
import struct
import sys
import zoneinfo

import tzdata

ROOT = pathlib.Path(__file__).resolve().parent.parent
HERE = ROOT / "extension/budget/src/window"
# What is listed and tested: from here, until here. The first is when the table was made.
FROM = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
UNTIL = datetime.datetime(2046, 1, 1, tzinfo=datetime.UTC)
# Names that are no place's time.
LEFT_OUT = {"Factory", "localtime"}
NAME = r"(?:<[^>]+>|[A-Za-z]+)"
CLOCK = r"[+-]?\d+(?::\d\d)?"
POSIX = re.compile(rf"{NAME}({CLOCK})(?:{NAME}({CLOCK})?,M([\d.]+)(?:/({CLOCK}))?,M([\d.]+)(?:/({CLOCK}))?)?")


def minutes(clock):
    hours, _, rest = clock.lstrip("+-").partition(":")
    return (-1 if clock.startswith("-") else 1) * (int(hours) * 60 + int(rest or 0))


def rule(footer):
    """`60 120 3.5.0/120 10.5.0/180`: minutes east of UTC, then those of summer, and when it begins and ends."""
    match = POSIX.fullmatch(footer)
    if match is None:
        sys.exit(f"cannot read the rule `{footer}`")
    standard, summer, begins, at, ends, until = match.groups()
    east = -minutes(standard)
    if begins is None:
        return f"{east}"
    summer = -minutes(summer) if summer else east + 60
    at, until = (minutes(clock) if clock else 120 for clock in (at, until))
    return f"{east} {summer} {begins}/{at} {ends}/{until}"


def offset(zone, moment):
    return int(moment.astimezone(zone).utcoffset().total_seconds()) // 60


def changes(zone):
    """Each change of the clock: the minute since 1970, and the minutes east of UTC from then on."""
    found, step = [], datetime.timedelta(days=4)
    at = FROM
    while at < UNTIL:
        after = at + step
        if offset(zone, at) != offset(zone, after):
            low, high = at, after
            while high - low > datetime.timedelta(minutes=1):
                middle = low + (high - low) / 2
                middle = middle.replace(second=0, microsecond=0)
                if offset(zone, middle) == offset(zone, low):
                    low = middle
                else:
                    high = middle
            found.append((int(high.timestamp()) // 60, offset(zone, high)))
        at = after
    return offset(zone, FROM), found


def posix_changes(footer):
    """The same by the rule alone, as Python's `zoneinfo` follows it."""
    return changes(bare(footer))


def bare(footer):
    """A compiled file that holds nothing but a rule."""
    head = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    body = struct.pack(">lbb", 0, 0, 0) + b"UTC\0"
    return zoneinfo.ZoneInfo.from_file(io.BytesIO((head + body) * 2 + b"\n" + footer.encode() + b"\n"))


def until_alike(found, by_rule):
    """The changes up to the first one from which on the rule says the same."""
    alike = 0
    while found[-1 - alike :] == by_rule[-1 - alike :] and alike < len(found):
        alike += 1
    return found[: len(found) - alike + 1]


def shown_changes(found):
    return ",".join(f"{at}={east}" for at, east in found)


def zones():
    base = importlib.resources.files("tzdata") / "zoneinfo"
    names = (importlib.resources.files("tzdata") / "zones").read_text().split()
    for name in sorted(set(names) - LEFT_OUT):
        compiled = base.joinpath(name).read_bytes()
        yield name, compiled.rstrip(b"\n").rpartition(b"\n")[2].decode(), base.joinpath(name)


def texts():
    table, expected, listed = {}, {}, {}
    for name, footer, path in zones():
        with path.open("rb") as file:
            seen = changes(zoneinfo.ZoneInfo.from_file(file, name))
        if footer not in listed:
            listed[footer] = posix_changes(footer)
        first, found = seen
        line = rule(footer)
        if seen != listed[footer]:
            line += f" {first} " + shown_changes(until_alike(found, listed[footer][1]))
        table.setdefault(line, []).append(name)
        expected.setdefault(f"{first} {shown_changes(found)}".strip(), []).append(name)
    version = f"the tz database {tzdata.IANA_VERSION} (IANA, public domain; PyPI: tzdata {tzdata.__version__})"
    by = "written by scripts/time-zones.py"
    head = [
        f"# Time zones by their rules, from {version}, {by}.",
        "# Minutes east of UTC; of summer; when it begins and ends (month.week.weekday/minute of the clock until then).",
        "# Where the coming years are listed: minutes at first, then changes (minute since 1970=minutes) before the rule.",
    ]
    rules = head + [f"{rule}: {' '.join(names)}" for rule, names in sorted(table.items())]
    head = [f"# Changes of the clock until 2046 as Python finds them in {version}, {by}."]
    found = head + [f"{found}: {' '.join(names)}" for found, names in sorted(expected.items())]
    return {HERE / "zones.txt": rules, HERE / "changes.txt": found}


def main():
    stale = 0
    for path, lines in texts().items():
        text = "\n".join(lines) + "\n"
        if "--check" in sys.argv[1:]:
            if path.read_text() != text:
                print(f"{path.relative_to(ROOT)}: differs from {tzdata.IANA_VERSION}", file=sys.stderr)
                stale = 1
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            print(f"{path.relative_to(ROOT)}: {len(text)} bytes", file=sys.stderr)
    sys.exit(stale)


main()
