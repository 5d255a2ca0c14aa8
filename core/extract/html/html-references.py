"""Writes the names of characters in HTML as an array of C, from what Python knows of the standard.

SPDX-License-Identifier: GPL-3.0-or-later
"""

from html.entities import html5
from sys import argv

# With a semicolon each; some stand without one too.
names = sorted(name[:-1] for name in html5 if name.endswith(";"))

with open(argv[1], "w", encoding="ascii") as out:
    for name in names:
        bytes = "".join(f"\\{byte:03o}" for byte in html5[name + ";"].encode())
        out.write(f'{{ "{name}", "{bytes}", {int(name in html5)} }},\n')
