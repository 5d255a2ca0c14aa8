#!/usr/bin/python3
"""test-completions.py QUARRY-CLI COMPLETIONS: what the shells complete is what quarry-cli takes

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

cli, completions = sys.argv[1], pathlib.Path(sys.argv[2])
step = failures = 0
COMMANDS = 'import search similar suggest segment status why remove rebuild check eval bench'
cases = [
    ('quarry-cli ', COMMANDS),
    ('quarry-cli s', 'search similar suggest segment status'),
    ('quarry-cli help se', 'search segment'),
    ('quarry-cli --library /x re', 'remove rebuild'),
    ('quarry-cli --library = /x re', 'remove rebuild'),
    ('quarry-cli --', '--help --version --library --model'),
    ('quarry-cli search --as', '--as-typed'),
    ('quarry-cli search --mo', '--mode --model --more'),
    ('quarry-cli search word --li', '--limit --library'),
    ('quarry-cli search --mode ', 'hybrid dense lexical'),
    ('quarry-cli search --method = m', 'mmr mixture'),
    ('quarry-cli search --limit ', ''),
    ('quarry-cli search wor', ''),
    ('quarry-cli eval ', 'own retrieval variety segmentation confidence'),
    ('quarry-cli eval segmentation --ba', '--baselines'),
    ('quarry-cli rebuild --re', '--recall'),
]


def check(what, found, expected):
    global step, failures
    step += 1
    is_right = sorted(found.split()) == sorted(expected.split())
    print(f'{"ok" if is_right else "not ok"} {step} {what!r}' + ('' if is_right else f': {found!r}, not {expected!r}'))
    failures += not is_right


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def complete(line):
    """What bash completes at the end of the line, whose words are separated by single blanks."""
    words = line.split(' ')
    return run('bash', '-c', '. "$1"; shift; compopt () { :; }; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _quarry_cli;'
               ' echo "${COMPREPLY[@]}"', 'bash', str(completions / 'quarry-cli.bash'), cli, *words[1:])


for line, expected in cases:
    done = complete(line)
    check(line, done.stdout + done.stderr, expected)

# Every option that takes a value is one that the files know to take one, so that no option is completed as its value.
for shell in ('quarry-cli.bash', '_quarry-cli'):
    text = (completions / shell).read_text(encoding='utf-8')
    for command in COMMANDS.split() + ['eval ' + kind for kind in cases[-3][1].split()]:
        for option in re.findall(r'(--[a-z-]+)=', run(cli, *command.split(), '--help').stdout):
            check(f'{shell}, {command}: {option}', option if re.search(rf'{option}\b(?!-)', text) else '', option)
if shutil.which('zsh') is not None:
    check('zsh parses _quarry-cli', run('zsh', '-n', str(completions / '_quarry-cli')).stderr, '')

# In Turkish, i is none of the letters from a to z. (The language's definition comes with the C library's locales.)
with tempfile.TemporaryDirectory(prefix='quarry-test-') as folder:
    run('localedef', '-i', 'tr_TR', '-f', 'UTF-8', folder + '/tr_TR.UTF-8')
    if os.path.isdir(folder + '/tr_TR.UTF-8'):
        os.environ.update(LOCPATH=folder, LC_ALL='tr_TR.UTF-8')
    for line, expected in cases[:2]:
        check('in Turkish: ' + line, complete(line).stdout, expected)

print(f'1..{step}')
sys.exit(1 if failures else 0)
