"""Read a public corpus of agents: the share named right, every miss, and what a reading costs.

``python -m bench.agents`` prints one JSON line last; ``--misses FILE`` writes each agent that was
read otherwise than the corpus says. The reference is `user-agents` as it is shipped, in the same
run: the matcher that it calls by itself.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import ua_parser

from collector.coarsen.agent import read_agent, refine
from tests.support.agent_corpus import BOT, PERSON, Known, corpus

PARTS = ("browser", "os", "device")
TIMED = 1000
ROUNDS = 3


def shares(known: Sequence[Known]) -> tuple[dict[str, float], list[str]]:
    """Return the share read right by part, and a line for each miss."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    misses: list[str] = []
    for each in known:
        read = refine(read_agent.__wrapped__(each.agent), each.hints)
        refused = read.program or read.headless
        total[each.kind] += 1
        if refused == (each.kind == BOT):
            right[each.kind] += 1
        else:
            misses.append(f"{each.kind}\t{'refused' if refused else 'counted'}\t{each.agent}")
        for part in PARTS:
            wanted, told = getattr(each, part), getattr(read, part)
            if wanted:
                total[part] += 1
                right[part] += wanted == told
                if wanted != told:
                    misses.append(f"{part}\t{wanted}\t{told}\t{each.agent}")
    return {name: right[name] / total[name] for name in total}, misses


def microseconds(read: Callable[[str], object], agents: Sequence[str]) -> float:
    """Return what one reading costs, the median of the rounds."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for agent in agents:
            read(agent)
        rounds.append((time.perf_counter() - began) / len(agents) * 1e6)
    return statistics.median(rounds)


def as_shipped() -> Callable[[str], object]:
    """Return `user-agents`' own reading: the plain matcher, and no cache before it."""
    import user_agents.parsers
    from ua_parser import Parser, user_agent_parser
    from ua_parser.basic import Resolver
    from ua_parser.loaders import load_builtins

    plain = Parser(Resolver(load_builtins()))
    ours = user_agents.parsers.user_agent_parser

    def read(agent: str) -> object:
        user_agents.parsers.user_agent_parser = user_agent_parser
        ua_parser.parser = plain
        try:
            parsed = user_agents.parsers.UserAgent(agent)
            return parsed.is_bot, parsed.is_mobile, parsed.is_tablet, parsed.is_pc
        finally:
            user_agents.parsers.user_agent_parser = ours

    return read


def main() -> int:
    """Print the shares and the times; return the exit status."""
    arguments = argparse.ArgumentParser(description="Read a public corpus of agents.")
    arguments.add_argument("--misses", type=Path, help="write every miss to this file")
    options = arguments.parse_args()
    known = list(corpus())
    found, misses = shares(known)
    if options.misses:
        options.misses.write_text("\n".join(misses) + "\n", "utf-8")
    common = Counter(
        " -> ".join(miss.split("\t")[1:3]) for miss in misses if miss.split("\t")[0] in PARTS
    )
    for pair, count in common.most_common(25):
        print(f"  {count:5}  {pair}")
    sample = random.Random(1).sample([each.agent for each in known if each.kind == PERSON], TIMED)
    read_agent(sample[0])
    ours = microseconds(read_agent.__wrapped__, sample)
    shipped = microseconds(as_shipped(), sample)
    print(
        json.dumps(
            {
                "agents": len(known),
                "right": {name: round(share, 4) for name, share in found.items()},
                "misses": len(misses),
                "microseconds": round(ours, 1),
                "user_agents_as_shipped": round(shipped, 1),
                "times_as_fast": round(shipped / ours, 1),
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
