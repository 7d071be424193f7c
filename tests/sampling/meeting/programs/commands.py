"""What a sampler is told to do, on standard input: one command a line, one answer in JSON each."""

import json
import sys


def obey(fetch, decide, report, quota):
    """
    Obey until the input ends.

    ``fetch`` fetches the rules, ``decide N`` answers how many of N requests are recorded,
    ``report`` reports at once, ``quota`` answers the quota.
    """
    for line in sys.stdin:
        command, *arguments = line.split()
        answer = None
        if command == "fetch":
            fetch()
        elif command == "decide":
            answer = sum(bool(decide()) for _ in range(int(arguments[0])))
        elif command == "report":
            report()
        else:
            answer = quota()
        print(json.dumps(answer), flush=True)
