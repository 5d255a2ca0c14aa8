#!/usr/bin/python3
"""test-translations.py SOURCE-FOLDER: what people read can be translated, and is so where it has been

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

top = pathlib.Path(sys.argv[1])
MARKED = re.compile(r'\b(?:N?C?_|n?gettext) ?\(\s*"|translatable="yes"')
CUT = re.compile(r'\b(?:_|ngettext) ?\((?:\s*"(?:[^"\\]|\\.)*"|\s*,)*\s*G_G?\w+_FORMAT')
failures = 0
step = 0


def check(what, problems):
    global failures, step
    step += 1
    print(f'{"not ok" if problems else "ok"} {step} {what}')
    for problem in problems:
        print(f'# {problem}')
    failures += bool(problems)


sources = [p for folder in ('app', 'core', 'ui') for p in sorted((top / folder).rglob('*')) if p.suffix in ('.c', '.h', '.ui')]
marked = {str(p.relative_to(top)): p.read_text() for p in sources}
marked = {name: text for name, text in marked.items() if MARKED.search(text)}
listed = [line for line in (top / 'po/POTFILES').read_text().split('\n') if line and not line.startswith('#')]

check('every file with text that people read is in po/POTFILES', sorted(set(marked) - set(listed)))
check('po/POTFILES names files that are there', [name for name in listed if not (top / name).exists()])
# xgettext cannot look into these, and ends the string before them. PRIu64 it knows.
check('no message is cut by a macro', [name for name, text in marked.items() if CUT.search(text)])

languages = (top / 'po/LINGUAS').read_text().split()
languages = [language for language in languages if not language.startswith('#')]
check('po/LINGUAS names the translations there are',
      sorted({p.stem for p in (top / 'po').glob('*.po')} ^ set(languages)))
problems = []
for language in languages:
    run = subprocess.run(['msgfmt', '--check', '--output-file=/dev/null', str(top / 'po' / f'{language}.po')],
                         capture_output=True, text=True, env=dict(os.environ, LC_ALL='C.UTF-8'))
    if run.returncode:
        problems += run.stderr.strip().split('\n')
check('translations keep the formats of what they translate', problems)

with tempfile.TemporaryDirectory() as folder:
    template = f'{folder}/quarry.pot'
    subprocess.run(['xgettext', '--from-code=UTF-8', '--keyword=_', '--keyword=N_', '--keyword=C_:1c,2', '--keyword=NC_:1c,2',
                    '--files-from=po/POTFILES', f'--output={template}'], cwd=top, check=True)
    problems = []
    for language in languages:
        run = subprocess.run(['msgcmp', str(top / 'po' / f'{language}.po'), template],
                             capture_output=True, text=True, env=dict(os.environ, LC_ALL='C.UTF-8'))
        if run.returncode:
            problems += run.stderr.strip().split('\n')
    check('all messages are translated', problems)

print(f'1..{step}')
sys.exit(failures > 0)
