#!/usr/bin/python3
"""test-house.py SOURCE-FOLDER: arrows between the rooms point down only, as CONTRIBUTING.md draws them

SPDX-License-Identifier: GPL-3.0-or-later
"""
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])
BOTTOM = ['document', 'mapping', 'place', 'machine', 'files']
JOINED = ['extract', 'segment', 'embed', 'vector', 'lexical', 'store', 'rank']
# What the headers of each may be included by; a room knows itself, and nobody else's private headers.
KNOWS = {room: [] for room in BOTTOM} | {room: BOTTOM for room in JOINED}
KNOWS['library'] = BOTTOM + JOINED
KNOWS['eval'] = KNOWS['library'] + ['library']
KNOWS = {f'core/{room}': {f'core/{other}' for other in others} for room, others in KNOWS.items()}
KNOWS['ui'] = {'core/library', 'core/document', 'core/files', 'core/place', 'core/rank', 'core/segment', 'core/embed', 'core/store'}
KNOWS['app'] = set(KNOWS) | {'ui'}
# They measure and train what the library itself works with.
SEES_PRIVATE = {'core/eval', 'app'}
INCLUDE = re.compile(r'^#include "((?:app|core|ui)/[^"]+)"', re.M)


def room_of(name):
    parts = name.split('/')
    return '/'.join(parts[:2]) if parts[0] == 'core' else parts[0]


up, private, sql = [], [], []
for path in sorted(p for folder in ('app', 'core', 'ui') for p in (top / folder).rglob('*.[ch]')):
    name = str(path.relative_to(top))
    room = room_of(name)
    text = path.read_text()
    for header in INCLUDE.findall(text):
        other = room_of(header)
        if other != room and other not in KNOWS[room]:
            up.append(f'{name} includes {header}')
        if other != room and '-private.h' in header and room not in SEES_PRIVATE:
            private.append(f'{name} includes {header}')
    if '<sqlite3.h>' in text and room != 'core/store':
        sql.append(name)

step = 0
for what, problems in (('arrows point down only', up), ('private headers stay in their room', private),
                       ('only the store speaks SQL', sql)):
    step += 1
    print(f'{"not ok" if problems else "ok"} {step} {what}')
    for problem in problems:
        print(f'# {problem}')
print(f'1..{step}')
sys.exit(bool(up or private or sql))
