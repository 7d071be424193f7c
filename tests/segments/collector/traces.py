"""Stack traces as the languages print them, whole and damaged."""

from __future__ import annotations

import random

JAVA = """shop.OutOfStock: nothing left
\tat shop.Stock.take(Stock.java:31)
\tat java.base/jdk.internal.reflect.Invoker.invoke0(Native Method)
\tat shop//org.Loader.load(Loader.java: 12)
\tat app//shop.Main.<init>(Main.java)
\tSuppressed: shop.Shelf$CloseFailed: shelf 2
\t\tat shop.Shelf.close(Shelf.java:26)
\t... 5 more
Caused by: shop.BadItem: no such item
in two lines
\tat shop.Item.find(Item.java:99999999999999999999)
\tat shop.Item.unfinished(Item.java:5
Caused by: java.io.IOException
\tat shop.Disk.read(Disk.java:-7)
\t... 61 common frames omitted"""

PYTHON = """Traceback (most recent call last):
  File "shop.py", line 14, in order
    take(item)
  File "/a,b/shop.py", line 5, in take
    return stock[item], item
  File "shop.py", line 9, in <module>
    raise KeyError('x')
KeyError: 'x: y'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "shop.py", line 20, in handler
    1 / 0
    ~~^~~
  File "shop.py", line x7, in <listcomp>
    price(1,
ZeroDivisionError: division by zero
in two lines

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "shop.py", line 28, in <module>
    order([1, 2])
  [Previous line repeated 3 more times]
ValueError: no order"""

PYTHON_FROM = """Traceback (most recent call last):
  File "a.py", line 3, in f
    g()
LookupError: gone

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "a.py", line 7, in <module>
    f()
RuntimeError: no"""

JAVASCRIPT = """TypeError: item is null
    at take (/srv/stock.js:6:11)
    at order (/srv/shop.js:5:3)
    at Object.<anonymous> (/srv/shop.js:10:1)
    at node.js:906:3
    at Array.forEach (native)
    at native
    at new Promise (<anonymous>)
    at broken (/srv/shop.js:3
    at one (/srv/shop.js:3)
   at indented (/srv/shop.js:1:1)
    at C:\\app\\main.js:7:8"""

DOTNET = """Shop.OutOfStock: nothing left
\tat Shop.Numbers.Throw(Status status, Code code)
\tat System.Int32.Parse(String s)
\tat Shop.Stock.Take(String s) in C:\\apps\\Shop\\Stock.cs:line 11
   at Shop.Program.Main(String[] args) in C:\\apps\\Program.cs:12
   at Nowhere.Known in somewhere
   at Without.Parenthesis
 ---> System.Exception: inner
   at Inner.Method() in /src/in side/Inner.cs:line x"""

GO = """goroutine 19 [running]:
shop/stock.take(0x0, 0x0)
\t/srv/shop/stock/stock.go:323 +0x9b
shop/stock.(*shelf).Close(0xc0003a6000, 0x14a5f00)
\t/srv/shop/stock/shelf.go:302 +0x3fc
goroutine 20 [running, locked to thread]:
main.main()
\tC:\\src\\main.go:17
created by nobody
no place at all
shop.order(0xc00038c100, 0x1484410)
\t/srv/shop/order.go:1108 +0xef"""

TRACES = {
    "java": (JAVA,),
    "php": (JAVA,),
    "python": (PYTHON, PYTHON_FROM),
    "javascript": (JAVASCRIPT,),
    "dotnet": (DOTNET,),
    "go": (GO,),
    "nodejs": (JAVASCRIPT,),
}
ALL = tuple(text for texts in TRACES.values() for text in texts)

_DURING = "During handling of the above exception, another exception occurred:"


def stack_trace(chance: random.Random, language: str) -> str:
    """Return a stack trace: of *language* mostly, sometimes of another one, often damaged."""
    own = TRACES.get(language, ALL)
    text = chance.choice(own if chance.random() < 0.9 else ALL)
    if chance.random() < 0.3:
        return text
    damaged = damage(chance, text)
    return damaged if not any(fails(damaged, other) for other in TRACES) else text


def damage(chance: random.Random, text: str) -> str:
    """Return *text* with lines lost, repeated, exchanged or cut."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, chance.choice(lines))
            case 2:
                lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
            case 3:
                lines[at] = chance.choice(chance.choice(ALL).split("\n"))
            case 4:
                lines[at] += chance.choice(["\r", "", " ", ")", ": x", "é"])
            case _:
                del lines[at:]
        if not lines:
            return ""
    return "\n".join(lines)


def fails(text: str, language: str) -> bool:
    """Say whether the exporter's own code would fail on *text*, which ends the collector."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if language in ("java", "php"):
        named = (line[len("Caused by: ") :] for line in lines if line.startswith("Caused by: "))
        return any(name.find(":") == len(name) - 1 for name in named if ":" in name)
    if language == "dotnet":
        return any(_dotnet_fails(line.strip()) for line in lines)
    return language == "python" and _python_fails(text.split("\n"))


def _dotnet_fails(line: str) -> bool:
    if not line.startswith("at ") or " in " not in line:
        return False
    label, place = line.split(" in ")[:2]
    return len(label) < 3 or (":" in place and place.rpartition(":")[2] == "line")


def _python_fails(lines: list[str]) -> bool:
    for line in lines:
        if line.startswith("  File ") and line.count(",") == 2 and line.find(",") < 9:
            return True
    for at, line in enumerate(lines):
        above = [n for n in range(at) if lines[n].startswith("  File ")]
        if line.startswith(_DURING) and above:
            message = "\n".join(lines[above[-1] + 2 : at - 1])
            if above[-1] + 2 > at - 1 or message.find(":") == len(message) - 1 >= 0:
                return True
    return False
