#!/usr/bin/python3
"""count.py JUNIT-FILE STATUS: 'N passed, N failed' of what meson test wrote.

A program that died before its plan ended counts as one failure more than its cases say; where
meson test failed (STATUS) and no case did, that is one failure too.

What a program printed stands in the file as it was, also what XML does not allow: control
characters and bytes that are no UTF-8 are left out.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import re
import sys
import xml.etree.ElementTree as ET

path, status = sys.argv[1], int(sys.argv[2])
passed = failed = 0
try:
    with open(path, encoding='utf-8', errors='ignore') as file:
        text = re.sub('[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]', '', file.read())
    suites = list(ET.fromstring(text.encode()).iter('testsuite'))
except (OSError, ET.ParseError):
    suites = []
for suite in suites:
    cases = list(suite.iter('testcase'))
    bad = [c for c in cases if c.find('failure') is not None or c.find('error') is not None]
    skipped = [c for c in cases if c.find('skipped') is not None]
    passed += len(cases) - len(bad) - len(skipped)
    failed += len(bad)
    failed += max(0, int(suite.get('errors', 0)) - sum(c.find('error') is not None for c in cases))
if (status != 0 or not suites) and failed == 0:
    failed = 1
print(f'{passed} passed, {failed} failed')
