#!/usr/bin/python3
"""count.py JUNIT-FILE STATUS: 'N passed, N failed' of what meson test wrote.

A program that died before its plan ended counts as one failure more than its cases say; where
meson test failed (STATUS) and no case did, that is one failure too.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys
import xml.etree.ElementTree as ET

path, status = sys.argv[1], int(sys.argv[2])
passed = failed = 0
try:
    suites = list(ET.parse(path).getroot().iter('testsuite'))
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
