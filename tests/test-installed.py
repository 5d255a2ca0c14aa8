#!/usr/bin/python3
"""test-installed.py BUILD-FOLDER QUARRY-CLI: what is installed makes a proper application of the desktop

SPDX-License-Identifier: GPL-3.0-or-later
"""
import configparser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

build, cli = sys.argv[1:3]
folder = pathlib.Path(tempfile.mkdtemp(prefix='quarry-installed-'))
step = failures = 0


def check(what, problem):
    global step, failures
    step += 1
    print(f'{"not ok" if problem else "ok"} {step} {what}' + (f': {problem}' if problem else ''))
    failures += bool(problem)


def find(pattern):
    found = sorted(folder.rglob(pattern))
    check(f'installs {pattern}', None if found else 'is missing')
    return found[0] if found else None


def validate(*command):
    if shutil.which(command[0]) is None:
        print(f'# {command[0]} is not installed')
        return
    run = subprocess.run(command, capture_output=True, text=True)
    check(f'{command[0]} agrees', (run.stdout + run.stderr).strip() if run.returncode else None)


def read_handbook(index):
    """What is wrong with the handbook that begins there."""
    pages = {page: page.read_text(encoding='utf-8') for page in index.parent.iterdir()}
    linked = set()
    for page, text in pages.items():
        for target in re.findall(r'(?:href|src)="([^"]+)"', text):
            if not (page.parent / target).is_file():
                return f'{page.name}: {target} is missing'
            linked.add((page.parent / target).resolve())
        if f'<html lang="{index.parent.parent.name}">' not in text:
            return f'{page.name} is in another language'
    return ' '.join(page.name for page in pages if page.resolve() not in linked) or None


def read_help(program, *command):
    return subprocess.run([program, *command, '--help'], capture_output=True, text=True,
                          env=dict(os.environ, LC_ALL='C.UTF-8')).stdout


def keys(path, section):
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(path)
    return dict(parser[section])


try:
    subprocess.run(['meson', 'install', '--no-rebuild', '--quiet', '-C', build, '--destdir', folder], check=True,
                   stdout=subprocess.DEVNULL)
    find('quarry-revenge.so')
    desktop, metainfo = find('org.quarry.Quarry.desktop'), find('org.quarry.Quarry.metainfo.xml')
    provider, service = find('search-providers/*.ini'), find('dbus-1/services/org.quarry.Quarry.service')
    interface = find('dbus-1/interfaces/org.quarry.Quarry.Library1.xml')
    window_page, cli_page = find('man1/quarry.1*'), find('man1/quarry-cli.1*')
    find('scalable/apps/org.quarry.Quarry.svg'), find('model/model.safetensors')
    find('bash-completion/completions/quarry-cli'), find('site-functions/_quarry-cli')
    find('help/en/handbook/index.html')
    for index in sorted(folder.rglob('handbook/index.html')):
        check(f'the handbook is whole: {index.parent.parent.name}', read_handbook(index))
    if failures == 0:
        validate('desktop-file-validate', desktop)
        validate('appstreamcli', 'validate', '--no-net', metainfo)
        said = keys(provider, 'Shell Search Provider')
        check('the Shell finds the application', None if (desktop.parent / said['DesktopId']).exists() else said)
        started = keys(service, 'D-BUS Service')
        check('the bus starts what owns the name', None if started['Name'] == said['BusName'] else started)
        program = pathlib.Path(str(folder) + started['Exec'].split()[0])
        check('what the bus starts is there', None if os.access(program, os.X_OK) else program)
        page = cli_page.read_text()
        commands = re.findall(r'^  ([a-z]+) ?.*  \S', read_help(cli), re.M)
        lacking = [c for c in commands if not re.search(rf'^\.BI? {c}\b', page, re.M)]
        check(f'the page tells of all {len(commands)} commands', lacking if lacking or len(commands) < 10 else None)
        measures = re.findall(r'quarry-cli eval (\w+) \[', read_help(cli, 'eval'))
        helps = [read_help(cli, c) for c in commands] + [read_help(cli, 'eval', m) for m in measures]
        options = {o.replace('-', r'\-') for text in helps for o in re.findall(r'^  (?:-\w, )?(--[a-z-]+)', text, re.M)}
        lacking = sorted(o for o in options - {r'\-\-help'} if not re.search(rf'{re.escape(o)}(?![\\a-z])', page))
        check(f'the page tells of all {len(options)} options', lacking if lacking or len(options) < 15 else None)
        options = re.findall(r'^  --([a-z]+)', read_help(build + '/app/quarry'), re.M)
        page = window_page.read_text()
        lacking = [o for o in options if rf'\-\-{o}' not in page]
        check('the page tells of all options', lacking or None)
        offered = re.findall(r'<(?:method|signal) name="(\w+)"', interface.read_text())
        lacking = [name for name in offered if not re.search(rf'^\.BI? {name}\b', page, re.M)]
        check('the page tells of all that is offered over D-Bus', lacking if lacking or len(offered) != 5 else None)
finally:
    shutil.rmtree(folder, ignore_errors=True)
print(f'1..{step}')
sys.exit(failures > 0)
