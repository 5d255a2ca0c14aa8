#!/usr/bin/python3
"""test-library-service.py QUARRY: the library for other programs, asked over D-Bus as they ask it

Quarry is started as the service that the bus starts, on a library of its own.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import driver
from gi.repository import Gio, GLib

NAME, PATH, INTERFACE = 'org.quarry.Quarry', '/org/quarry/Quarry', 'org.quarry.Quarry.Library1'
MOST_WAITING = 16
MOST_IMPORTS = 16

quarry = sys.argv[1]
folder = pathlib.Path(tempfile.mkdtemp(prefix='quarry-service-'))
environment = dict(os.environ, G_DEBUG='fatal-warnings', XDG_DATA_HOME=str(folder / 'data'))
notes = folder / 'notes'
notes.mkdir()
(notes / 'bees.md').write_text('# Keeping bees\n\nA colony of honeybees – Apis – lives in a hive. The queen lays eggs in wax cells.\n')
(notes / 'ships.md').write_text('# Sailing ships\n\nA schooner carries fore and aft sails on two masts.\n')
(notes / 'bread.md').write_text('# Baking bread\n\nKneading develops gluten, and the loaf rises in a warm kitchen.\n')
for number in range(6):
    (notes / f'jam{number}.md').write_text(f'# Jam {number}\n\nJam of kind {number} is boiled in summer, pot by pot, with sugar and fruit.\n')
for number in (1, 2):
    (notes / f'stone{number}.md').write_text('Granite cools slowly below the ground, and its crystals grow large.\n')
more = folder / 'more'
more.mkdir()
odd = os.fsencode(str(more)) + b'/caf\xe9.md'
with open(odd, 'w') as file:
    file.write('# Roasting coffee\n\nGreen beans turn brown in a drum, and crack twice.\n')
(more / 'void.pdf').write_bytes(b'%PDF-1.7 This is no such file.\n')
bus = Gio.bus_get_sync(Gio.BusType.SESSION)
process = None
step = 0
heard = []


def ok(what):
    global step
    step += 1
    print(f'ok {step} {what}', flush=True)


def connect(address):
    return Gio.DBusConnection.new_for_address_sync(
        address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)


def call(method, parameters, reply):
    return bus.call_sync(NAME, PATH, INTERFACE, method, parameters, GLib.VariantType(reply), Gio.DBusCallFlags.NO_AUTO_START,
                         30000, None).unpack()[0]


def search(query, **options):
    return call('Search', GLib.Variant('(sa{sv})', (query, options)), '(a{sv})')


def add(*paths):
    return call('Import', GLib.Variant('(as)', (list(map(str, paths)),)), '(o)')


def status():
    return call('Status', None, '(a{sv})')


def refused(code, ask, *arguments, **options):
    """The sentence with which it is; otherwise nothing."""
    try:
        ask(*arguments, **options)
    except GLib.Error as error:
        sentence = Gio.DBusError.strip_remote_error(error) and error.message
        if error.matches(Gio.DBusError.quark(), code) and len(sentence) > 10:
            return sentence
    return None


def listen(connection, sender, path, interface, signal, parameters):
    heard.append((signal, parameters.unpack()))


def wait_to_hear(what, look):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        GLib.MainContext.default().iteration(False)
        if look():
            return
        time.sleep(.005)
    raise driver.Late(f'waited for {what}, heard {heard}')


def progress(job):
    return [arguments[1] for signal, arguments in heard if signal == 'Progress' and arguments[0] == job]


def is_same(here, there):
    """Whether what is told here is told there, where what is absent here is null."""
    if isinstance(here, float):
        return math.isclose(here, there, abs_tol=1e-5)
    if isinstance(here, dict):
        return all(is_same(here[name], there[name]) if name in here else there[name] is None for name in set(here) | set(there))
    if isinstance(here, (list, tuple)):
        return len(here) == len(there) and all(map(is_same, here, there))
    return here == there


def test_search():
    answer = search('honeybees in a hive')
    hit = answer['hits'][0]
    assert hit['rank'] == 1 and hit['title'] == 'Keeping bees' and hit['heading'] == ['Keeping bees'], hit
    assert hit['path'] == str(notes / 'bees.md') and 'path-bytes' not in hit and 'page' not in hit, hit
    assert 0 < answer['confidence'] <= 1 and 0 < hit['similarity'] <= 1 and hit['score'] > 0, answer
    ok('the first question waits for the library, and is answered')

    told = json.loads(subprocess.run([quarry + '-cli', 'search', '--json', '--limit', '20', 'honeybees in a hive'], env=environment,
                                     check=True, capture_output=True, timeout=60).stdout)
    assert len(told['hits']) == len(answer['hits'])
    for name in ('confidence', 'corrections', 'hits', 'topics'):
        assert is_same(answer[name], told[name]), (name, answer[name], told[name])
    assert hit['words'] and hit['words'][0][3] == 'literal' and hit['lexical_rank'] == 1, hit
    copied = search('granite cools')['hits'][0]
    paths = {copied['path'], copied['copies'][0]['path']}
    assert copied['duplicates'] == 1 and paths == {str(notes / 'stone1.md'), str(notes / 'stone2.md')}, copied
    ok('the answer is that of the command line')

    assert len(search('sails', limit=GLib.Variant('u', 1))['hits']) == 1
    typed, whole = (search('sch', typing=GLib.Variant('b', typing))['hits'][0]['title'] for typing in (True, False))
    assert typed == 'Sailing ships' != whole, (typed, whole)
    alike, varied = ([hit['title'] for hit in search('jam of fruit in summer', variety=GLib.Variant('d', variety))['hits'][:3]]
                     for variety in (0, 1))
    assert all('Jam' in title for title in alike + varied) and alike != varied, (alike, varied)
    unlikely = [hit['unlikely'] for hit in search('jam of fruit in summer')['hits']]
    assert len(set(unlikely)) == 2 and unlikely == sorted(unlikely), unlikely
    meant = search('kneeding honybees')['corrections']
    assert {'typed': 'honybees', 'meant': 'honeybees'} in meant, meant
    assert search('')['hits'] == [] and search('x' * 8192)
    assert search('after:yesterdayish bees').get('hint')
    ok('options are heeded')

    invalid = Gio.DBusError.INVALID_ARGS
    for options in ({'limit': GLib.Variant('u', 0)}, {'limit': GLib.Variant('u', 101)}, {'limit': GLib.Variant('i', 5)},
                    {'variety': GLib.Variant('d', 1.01)}, {'variety': GLib.Variant('d', math.nan)},
                    {'variety': GLib.Variant('u', 1)}, {'typing': GLib.Variant('s', 'yes')}, {'speed': GLib.Variant('u', 1)}):
        assert refused(invalid, search, 'bees', **options), options
    assert refused(invalid, search, 'x' * 8193)
    assert refused(invalid, call, 'Search', GLib.Variant('(s)', ('bees',)), '(a{sv})')
    assert refused(invalid, call, 'Search', GLib.Variant('(sas)', ('bees', [])), '(a{sv})')
    ok('what is out of bounds is refused')


def test_many():
    answers, errors = [], []

    def answered(source, result):
        try:
            answers.append(source.call_finish(result).unpack()[0])
        except GLib.Error as error:
            errors.append(error)

    n = 50 * MOST_WAITING
    for _ in range(n):
        bus.call(NAME, PATH, INTERFACE, 'Search', GLib.Variant('(sa{sv})', ('gluten', {})), None, Gio.DBusCallFlags.NONE, 30000,
                 None, answered)
    wait_to_hear('the answers', lambda: len(answers) + len(errors) == n)
    assert len(answers) >= MOST_WAITING and errors, (len(answers), len(errors))
    assert all(error.matches(Gio.DBusError.quark(), Gio.DBusError.LIMITS_EXCEEDED) for error in errors), errors
    assert all(answer['hits'][0]['title'] == 'Baking bread' for answer in answers)
    assert search('gluten')['hits'], 'still full'
    ok('a caller that asks without end is told to wait')

    # Who leaves with its questions unanswered.
    for _ in range(5):
        other = connect(os.environ['DBUS_SESSION_BUS_ADDRESS'])
        for _ in range(MOST_WAITING):
            other.call(NAME, PATH, INTERFACE, 'Search', GLib.Variant('(sa{sv})', ('masts', {})), None, Gio.DBusCallFlags.NONE, 30000,
                       None, None)
        other.flush_sync(None)
        other.close_sync(None)
    assert search('masts')['hits'] and process.poll() is None
    ok('callers may leave')


def test_import():
    before = status()
    heard.clear()
    job, again = add(more), add(notes)
    assert job.startswith(PATH + '/jobs/') and again.startswith(PATH + '/jobs/') and job != again, (job, again)
    wait_to_hear('the ends of both', lambda: all(p and p[-1]['finished'] for p in (progress(job), progress(again))))
    last = progress(job)[-1]
    assert last['done'] == last['total'] == 2 and last['failed'] == 1 and 'error' not in last, last
    assert [p['finished'] for p in progress(job)].count(True) == 1, progress(job)
    assert all(isinstance(p['file'], str) for p in progress(job))
    ok('an import tells how it goes')

    wait_to_hear('the change', lambda: ('Changed', ()) in heard)
    hit = search('roasting coffee beans')['hits'][0]
    assert hit['title'] == 'Roasting coffee' and hit['path-bytes'] == list(odd) + [0], hit
    after = status()
    assert after['documents'] == before['documents'] + 1 and after['passages'] > before['passages'], (before, after)
    assert after['text_bytes'] > before['text_bytes'] and not after['importing'], after
    ok('what came is told, and found')

    invalid = Gio.DBusError.INVALID_ARGS
    for paths in ([], ['notes'], [''], [notes, '~'], ['/' + 'x' * 4096], ['/nowhere'] * 1001):
        assert refused(invalid, add, *paths), paths[:2]
    assert refused(invalid, call, 'Import', GLib.Variant('(s)', (str(notes),)), '(o)')
    assert status()['documents'] == after['documents']
    heard.clear()
    job = add('/nowhere')
    wait_to_hear('the end', lambda: progress(job) and progress(job)[-1]['finished'])
    assert progress(job)[-1]['failed'] == 1, heard
    ok('odd paths are refused')


def test_many_imports():
    heap = folder / 'heap'
    heap.mkdir()
    for i in range(3000):
        (heap / f'{i}.txt').write_text(f'Note {i}. ' + 'Potatoes are planted in spring and dug up in autumn. ' * 10)
    # To look through the folder once more takes longer than to ask for it.
    n = next((n for n in range(20 * MOST_IMPORTS) if refused(Gio.DBusError.LIMITS_EXCEEDED, add, heap)), 0)
    assert n >= MOST_IMPORTS, n
    assert status()['importing']
    ok('so is one that imports without end')


def is_there(connection):
    return connection.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'NameHasOwner',
                                GLib.Variant('(s)', (NAME,)), None, 0, -1, None).unpack()[0]


def start(connection, env, prefix=()):
    global process
    process = subprocess.Popen([*prefix, quarry, '--gapplication-service'], env=env)
    driver.wait_for('the service', lambda: is_there(connection))


def end(connection):
    connection.call_sync(NAME, PATH, 'org.freedesktop.Application', 'ActivateAction', GLib.Variant('(sava{sv})', ('quit', [], {})),
                         None, 0, 30000, None)
    assert process.wait(20) == 0, f'exit status {process.returncode}'
    driver.wait_for('the name to be free', lambda: not is_there(connection))


def test_read_only():
    library = folder / 'data/quarry/library'
    kept = [library, *library.iterdir()]
    modes = [path.stat().st_mode for path in kept]
    # To root too.
    rights = '-dac_override,-dac_read_search'
    prefix = ['setpriv', '--bounding-set', rights, '--inh-caps', rights] if os.geteuid() == 0 else []
    for path in kept:
        path.chmod(0o500 if path.is_dir() else 0o400)
    start(bus, environment, prefix)
    found = status()
    assert found['documents'] >= 10 and not found['writable'], found
    assert refused(Gio.DBusError.FAILED, add, notes)
    assert search('honeybees')['hits']
    end(bus)
    for path, mode in zip(kept, modes):
        path.chmod(mode)
    ok('a library that can only be read takes nothing')

    # No file may grow: to the library that is a full disk.
    start(bus, environment, ['prlimit', '--fsize=4096'])
    assert search('honeybees')['hits'] and not status()['writable']
    sentence = refused(Gio.DBusError.FAILED, add, notes)
    assert sentence and 'space' in sentence, sentence
    end(bus)
    ok('one that has no room says so')

    (folder / 'broken/quarry').mkdir(parents=True)
    (folder / 'broken/quarry/library').write_text('This is no folder.\n')
    start(bus, dict(environment, XDG_DATA_HOME=str(folder / 'broken')))
    for ask in (lambda: search('honeybees'), lambda: add(notes), status):
        assert refused(Gio.DBusError.FAILED, ask)
    end(bus)
    ok('a library that cannot be opened says why')


BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/></policy></busconfig>
"""


def test_other_user():
    """On a bus that lets everybody in."""
    socket, config = folder / 'bus', folder / 'bus.conf'
    address = f'unix:path={socket}'
    config.write_text(BUS % socket)
    folder.chmod(0o755)
    daemon = subprocess.Popen(['dbus-daemon', f'--config-file={config}', '--nofork', '--nopidfile'])
    try:
        other = driver.wait_for('the bus', lambda: connect(address))
        start(other, dict(environment, DBUS_SESSION_BUS_ADDRESS=address, GTK_A11Y='none'))
        command = ['gdbus', 'call', '--address', address, '--dest', NAME, '--object-path', PATH, '--method', INTERFACE + '.Search',
                   'honeybees', '{"limit": <uint32 1>}']
        own = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert own.returncode == 0 and 'Keeping bees' in own.stdout, own
        others = subprocess.run(command, capture_output=True, text=True, timeout=60, user=65534, group=65534, extra_groups=[])
        assert others.returncode != 0 and 'AccessDenied' in others.stderr and 'bees' not in others.stdout, others
        end(other)
    finally:
        daemon.terminate()
        daemon.wait(20)


def run():
    subprocess.run([quarry + '-cli', 'import', str(notes)], env=environment, check=True, stdout=subprocess.DEVNULL, timeout=60)
    start(bus, environment)
    bus.signal_subscribe(NAME, INTERFACE, None, PATH, None, Gio.DBusSignalFlags.NONE, listen)

    test_search()
    found = status()
    assert found['documents'] == 11 and found['passages'] >= 11 and found['text_bytes'] > 100, found
    assert found['library'] == str(folder / 'data/quarry/library') and found['writable'], found
    assert found['version'] in subprocess.run([quarry, '--version'], capture_output=True, text=True).stdout, found
    ok('the library tells what it holds')
    test_many()
    test_import()

    xml = bus.call_sync(NAME, PATH, 'org.freedesktop.DBus.Introspectable', 'Introspect', None, None, 0, 30000, None).unpack()[0]
    node = Gio.DBusNodeInfo.new_for_xml(xml)
    assert node.lookup_interface(INTERFACE) and node.lookup_interface('org.gtk.Application')
    ok('the interface is described where it is')
    test_many_imports()
    # What is still being worked on when it is to quit has the library open.
    for number in range(MOST_WAITING):
        bus.call(NAME, PATH, INTERFACE, 'Search', GLib.Variant('(sa{sv})', (f'potatoes in autumn {number} ' * 20, {})), None,
                 Gio.DBusCallFlags.NO_AUTO_START, 30000, None, None)
    end(bus)
    left = [path.name for path in (folder / 'data/quarry/library').iterdir() if path.name.startswith('library.db-')]
    assert not left, left
    ok('quits, imports or not')
    test_read_only()
    if os.geteuid() == 0:
        test_other_user()
        ok('other users are turned away')
    else:
        ok('other users are turned away # SKIP only root can be another user')


outcome = 0
try:
    run()
except Exception as error:
    outcome = 1
    print(f'not ok {step + 1} {type(error).__name__}: {error}')
finally:
    if process and process.poll() is None:
        process.terminate()
        process.wait(20)
    shutil.rmtree(folder, ignore_errors=True)
print(f'1..{step + (outcome != 0)}')
sys.exit(outcome)
