#!/usr/bin/python3
"""test-search-provider.py QUARRY: the Shell's search, asked over D-Bus as the Shell asks it

Quarry is started as the service that the bus starts, on a library of its own.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import driver
from gi.repository import Gio, GLib

NAME, PATH, INTERFACE = 'org.quarry.Quarry', '/org/quarry/Quarry/SearchProvider', 'org.gnome.Shell.SearchProvider2'

quarry = sys.argv[1]
folder = pathlib.Path(tempfile.mkdtemp(prefix='quarry-provider-'))
environment = dict(os.environ, G_DEBUG='fatal-warnings', XDG_DATA_HOME=str(folder / 'data'))
notes = folder / 'notes'
notes.mkdir()
(notes / 'bees.md').write_text('# Keeping bees\n\nA colony of honeybees lives in a hive. The queen lays eggs in wax cells.\n')
(notes / 'ships.md').write_text('# Sailing ships\n\nA schooner carries fore and aft sails on two masts.\n')
(notes / 'bread.md').write_text('# Baking bread\n\nKneading develops gluten, and the loaf rises in a warm kitchen.\n')
bus = Gio.bus_get_sync(Gio.BusType.SESSION)
process = None
step = 0


def ok(what):
    global step
    step += 1
    print(f'ok {step} {what}', flush=True)


def call(method, parameters, reply):
    answer = bus.call_sync(NAME, PATH, INTERFACE, method, parameters, GLib.VariantType(reply), Gio.DBusCallFlags.NO_AUTO_START,
                           30000, None)
    return answer.unpack()


def initial(*terms):
    return call('GetInitialResultSet', GLib.Variant('(as)', (list(terms),)), '(as)')[0]


def metas(*ids):
    return call('GetResultMetas', GLib.Variant('(as)', (list(ids),)), '(aa{sv})')[0]


def run():
    global process
    subprocess.run([quarry + '-cli', 'import', str(notes)], env=environment, check=True, stdout=subprocess.DEVNULL,
                   timeout=60)
    process = subprocess.Popen([quarry, '--gapplication-service'], env=environment)
    driver.wait_for('the service', lambda: bus.call_sync(
        'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'NameHasOwner',
        GLib.Variant('(s)', (NAME,)), None, 0, -1, None).unpack()[0])

    ids = initial('honeybees', 'hive')
    assert ids, 'nothing found'
    first = metas(*ids)[0]
    assert first['id'] == ids[0] and first['name'] == 'Keeping bees', first
    assert 'honeybees' in first['description'] and 'queen' in first['clipboardText'], first
    # The Shell has the icons of the desktop's theme, not those in Quarry's resources.
    assert first['icon'][0] == 'themed' and not any(n.startswith('quarry') for n in first['icon'][1]), first
    ok('the first question waits for the library, and is answered')

    ids = call('GetSubsearchResultSet', GLib.Variant('(asas)', (ids, ['schoon'])), '(as)')[0]
    assert metas(*ids)[0]['name'] == 'Sailing ships'
    ok('a word half typed finds')
    assert initial('zqxv', 'wvvkq') == []
    ok('what is not there is not made up')

    # As fast as keys come: each question gets an answer, in any order, and the newest one the true one.
    answers = {}
    for text in ('k', 'kn', 'kne', 'knea', 'knead', 'kneading'):
        bus.call(NAME, PATH, INTERFACE, 'GetInitialResultSet', GLib.Variant('(as)', ([text],)), None, 0, 30000, None,
                 lambda source, result, asked: answers.update({asked: source.call_finish(result).unpack()[0]}), text)
    end = time.monotonic() + 30
    while len(answers) < 6 and time.monotonic() < end:
        GLib.MainContext.default().iteration(False)
        time.sleep(.005)
    assert len(answers) == 6, f'answers to {sorted(answers)}'
    assert metas(*answers['kneading'])[0]['name'] == 'Baking bread', answers
    ok('questions overtake each other')

    assert initial() == [] and initial('') == []
    assert metas('', '-1', '99999999999999999999', 'x' * 100000) == []
    initial('x' * 200000)
    initial(*['type:pdf', 'in:', '"'] * 5000)
    call('ActivateResult', GLib.Variant('(sasu)', ('404', ['schooner'], 0)), '()')
    ok('odd callers do no harm')

    # What GApplication exports for us: files that are none, options of other types, actions that are not there.
    def tell(interface, method, types, *arguments):
        try:
            bus.call_sync(NAME, '/org/quarry/Quarry', interface, method, GLib.Variant(types, arguments), None,
                          Gio.DBusCallFlags.NO_AUTO_START, 30000, None)
        except GLib.Error as error:
            assert not error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT), (method, error.message)

    tell('org.freedesktop.Application', 'Open', '(asa{sv})',
         ['', 'no address', 'http://example.invalid/a', 'file:///no/such/file', 'file://%00', 'x' * 100000], {})
    tell('org.freedesktop.Application', 'ActivateAction', '(sava{sv})', 'nothing', [GLib.Variant('i', 1)], {})
    tell('org.gtk.Actions', 'Activate', '(sava{sv})', 'about', [GLib.Variant('as', ['x'])], {})
    tell('org.gtk.Actions', 'SetState', '(sva{sv})', 'quit', GLib.Variant('i', 1), {})
    for value in (GLib.Variant('i', 5), GLib.Variant('as', ['x']), GLib.Variant('ay', b'\xff\xfe\0'),
                  GLib.Variant('s', 'x' * 100000)):
        tell('org.gtk.Application', 'CommandLine', '(oaaya{sv})', '/x', [b'quarry\0', b'\xff\0'],
             {'options': GLib.Variant('a{sv}', {name: value for name in ('search', 'launcher', '')}), 'cwd': value})
    assert process.poll() is None, f'ended with {process.returncode}'
    assert initial('honeybees', 'hive')
    ok('nor do odd files, options and actions')

    window = driver.Window('Quarry')
    driver.wait_for('hits for an unknown result', lambda: any('Sailing' in row for row in window.rows()))
    call('LaunchSearch', GLib.Variant('(asu)', (['honeybees'], 0)), '()')
    driver.wait_for('the search in the window', lambda: window.rows() and 'Keeping bees' in window.rows()[0])
    ok('the search goes on in the window')
    window.activate()
    window.keys('ctrl+q')
    assert process.wait(20) == 0, f'exit status {process.returncode}'
    ok('quits')


status = 0
try:
    run()
except Exception as error:
    status = 1
    print(f'not ok {step + 1} {type(error).__name__}: {error}')
finally:
    if process and process.poll() is None:
        process.terminate()
        process.wait(20)
    shutil.rmtree(folder, ignore_errors=True)
print(f'1..{step + (status != 0)}')
sys.exit(status)
