#!/usr/bin/python3
"""test-window.py QUARRY XDND-DROP: a person's way through the real window, from another process

Starts Quarry on an empty library, drops real files on it, types, reads the hits off the accessibility
tree, moves the slider, opens the launcher, quits. SHOTS=FOLDER keeps screenshots.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import driver
from driver import Atspi

quarry, drop = sys.argv[1:3]
folder = pathlib.Path(tempfile.mkdtemp(prefix='quarry-window-'))
library = folder / 'library'
files = folder / 'My files'
files.mkdir()

BEES = ('# Keeping bees\n\nA colony of honeybees lives in a hive. The queen lays eggs in wax cells. Workers '
        'gather nectar and pollen from flowers, and make honey that feeds the colony through winter.\n')
SHIPS = ('<html><head><title>Sailing ships</title></head><body><h1>Rigging</h1><p>A schooner carries fore and aft '
         'sails on two masts. The captain reads the wind and the tide, and the crew hauls on ropes.</p></body></html>')
BREAD = ('Baking bread\n\nFlour, water, salt and yeast make a dough. Kneading develops gluten, and the loaf rises '
         'in a warm kitchen for two hours before it goes into the oven.\n')


def mercury(number, subject):
    return f'# Note {number}\n\nMercury {subject}\n'


NOTES = [mercury(i, f'is the planet nearest to the sun; its orbit of {80 + i} days was seen by telescope and spacecraft.')
         for i in range(12)]
NOTES += [mercury(20, 'is a liquid metal that fills thermometers and is poisonous to breathe.'),
          mercury(21, 'is the messenger of the Roman gods, with wings on his sandals and a staff.'),
          mercury(22, 'was a make of motor car, sold by dealers in America with a large engine.')]

def pdf(pages):
    """Pages, each a heading and lines."""
    objects = ['<</Type/Catalog/Pages 2 0 R>>', f'<</Type/Pages/Count {len(pages)}/Kids['
               + ' '.join(f'{4 + 2 * i} 0 R' for i in range(len(pages))) + ']>>',
               '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>']
    for i, (heading, *lines) in enumerate(pages):
        text = f'BT /F 20 Tf 60 720 Td ({heading}) Tj ET\n' + ''.join(
            f'BT /F 12 Tf 60 {690 - 16 * k} Td ({line}) Tj ET\n' for k, line in enumerate(lines))
        objects.append('<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>'
                       f'/Contents {5 + 2 * i} 0 R>>')
        objects.append(f'<</Length {len(text)}>>stream\n{text}endstream')
    return '%PDF-1.4\n' + ''.join(f'{i + 1} 0 obj{o} endobj\n' for i, o in enumerate(objects)) \
        + 'trailer<</Root 1 0 R>>\n%%EOF\n'


LIGHTS = ['Lighthouses', 'A keeper trims the wick of the lamp at dusk and winds the clockwork.',
          'The lens throws its beam twenty miles out over the sea, and ships steer by it.',
          'In fog he sounds a horn every minute until the morning comes.']
GLACIERS = ['Glaciers', 'Snow that lasts through many summers is pressed into ice by its own weight.',
            'The ice creeps down the valley, carves its walls and carries boulders with it.',
            'Where it melts, a moraine of gravel and clay is left behind for good.']

(files / 'bees.md').write_text(BEES)
(files / 'ships.html').write_text(SHIPS)
(files / 'bread ümlaut.txt').write_text(BREAD)
(files / 'broken.pdf').write_bytes(b'%PDF-1.7 nothing follows')
(folder / 'notes').mkdir()
for i, note in enumerate(NOTES):
    (folder / 'notes' / f'{i:02}.md').write_text(note)

environment = dict(os.environ, G_DEBUG='fatal-warnings')
process = subprocess.Popen([quarry, '--library', str(library)], env=environment)
step = 0


def ok(what):
    global step
    step += 1
    print(f'ok {step} {what}', flush=True)


def shot(window, name):
    if os.environ.get('SHOTS'):
        window.screenshot(os.path.join(os.environ['SHOTS'], name + '.png'))


def first_row(window, *words):
    driver.wait_for(f'a first row with {words}',
                    lambda: window.rows() and all(w in window.rows()[0] for w in words))


def told(window):
    """What a screen reader is told of the entry, which has the focus."""
    return window.entry().get_description()


def search(window, text):
    window.keys('ctrl+f', 'ctrl+a')
    window.type(text)


def run():
    window = driver.Window('Quarry')
    window.activate()
    driver.wait_for('the focus in the search entry',
                    lambda: window.focused() is not None and window.focused().get_role_name() in ('text', 'entry'))
    ok('starts with the search entry focused')
    driver.wait_for('an invitation to drop files', lambda: any('rop' in label for label in window.labels()))
    shot(window, 'first-start')
    ok('an empty library invites')

    uris = [p.as_uri() for p in sorted(files.iterdir())]
    subprocess.run([drop, window.xid, *uris], check=True, timeout=60)
    driver.wait_for('the recently added documents',
                    lambda: any('Keeping bees' in label for label in window.labels()))
    shot(window, 'imported')
    ok('files dropped from another process are imported')

    driver.wait_for('what was not added', lambda: window.find('Details'))
    assert not window.misnamed(), window.misnamed()
    search(window, 'queen of the hive')
    first_row(window, 'Keeping bees', 'queen')
    driver.wait_for('the reader', lambda: window.find('See Also'))
    assert not window.misnamed(), window.misnamed()
    shot(window, 'hit')
    ok('typing finds the passage')
    driver.wait_for('the hit in what is told of the entry', lambda: told(window).startswith('Keeping bees, similarity '))
    search(window, 'schooner')
    first_row(window, 'Sailing ships', 'schooner')
    search(window, 'kneading')
    first_row(window, 'Kneading')
    ok('each key searches anew')

    window.keys('Down')
    driver.wait_for('the document beside its hits',
                    lambda: any(n.get_name() == 'Document' for n in window.walk()))
    ok('the reader shows the document')

    subprocess.run([quarry, '--library', str(library), str(folder / 'notes')], env=environment, check=True, timeout=60)
    search(window, 'mercury ')
    driver.wait_for('hits about mercury', lambda: len(window.rows()) >= 3)
    first = driver.wait_for('the first hit in what is told', lambda: told(window) if 'Note' in told(window) else '')
    window.keys('Down')
    driver.wait_for('the second hit in what is told', lambda: told(window) not in ('', first))
    assert window.entry_focused(), 'the focus left the entry'
    driver.wait_for('all notes', lambda: subprocess.run(
        [quarry + '-cli', '--library', str(library), 'status', '--json'], capture_output=True,
        text=True).stdout.count('"documents":18') == 1)
    ok('a second start hands its files to the first')

    for wrong in [''], ['--library', ''], ['--model', '']:
        refused = subprocess.run([os.path.abspath(quarry), *wrong], cwd=folder, capture_output=True, text=True, timeout=60)
        assert refused.returncode == 2 and 'empty' in refused.stderr, f'{wrong}: {refused}'
    ok('an empty name is refused, as it would stand for the working directory')

    slider = window.find('Variety', 'slider')
    window.keys(*['ctrl+bracketleft'] * 20)
    driver.wait_for('the slider at its start', lambda: Atspi.Value.get_current_value(slider) <= 0.001)
    relevant = json.loads(subprocess.run(
        [quarry + '-cli', '--library', str(library), 'search', '--json', '--limit', '4', '--diversity', '0', 'mercury'],
        capture_output=True, check=True, timeout=60).stdout)['hits']
    plain = driver.wait_for('the most relevant hits, in their order', lambda: next(
        (rows for rows in [window.rows()] if len(rows) >= 4
         and all(hit['title'] in row.split('  ')[0] for hit, row in zip(relevant, rows))), None))
    window.keys(*['ctrl+bracketright'] * 20)
    driver.wait_for('the slider at its end', lambda: Atspi.Value.get_current_value(slider) >= 0.999)
    driver.wait_for('another order of hits', lambda: window.rows() and window.rows()[:4] != plain[:4])
    shown = ' '.join(window.rows()[:5])
    others = sum(word in shown for word in ('thermometers', 'sandals', 'dealers'))
    assert others >= 2, f'variety shows {others} other subjects: {window.rows()}'
    shot(window, 'variety')
    ok('variety brings other subjects forward')

    sidebar = window.find('Library')
    driver.wait_for('the number of notes in the sidebar',
                    lambda: any(n.get_name() == 'notes, 15 documents' for n in window.walk(sidebar)))
    search(window, 'planet type:html ')
    driver.wait_for('a pill', lambda: any(n.get_name() == 'Type: HTML: take away' for n in window.walk()))
    driver.wait_for('the filtered hits', lambda: window.rows() and all('Sailing' in row for row in window.rows()))
    shot(window, 'filter')
    window.keys('Home', 'BackSpace')
    driver.wait_for('the filter as text again', lambda: not any('take away' in n.get_name() for n in window.walk()))
    window.keys('ctrl+a')
    window.type('mercury type:md type:pdf ')
    driver.wait_for('hits of one of both types', lambda: len(window.rows()) >= 3)
    window.keys('Escape')
    driver.wait_for('one filter less', lambda: sum('take away' in n.get_name() for n in window.walk()) == 1)
    ok('filters become pills, and text again')

    window.keys('Escape')
    search(window, 'mercury in:notes type:html ')
    driver.wait_for('what each filter hides', lambda: sum(label.startswith('Hides ') for label in window.labels()) == 2)
    assert told(window) == 'Nothing Found', told(window)
    assert not window.misnamed(), window.misnamed()
    shot(window, 'nothing')
    window.keys('ctrl+a', 'BackSpace')
    driver.wait_for('that documents were looked for', lambda: 'No document meets all of the filters.' in window.labels())
    window.type('mercury ')
    driver.wait_for('that passages were looked for', lambda: any('No passage that the' in n for n in window.labels()))
    driver.wait_for('what each filter hides', lambda: sum(label.startswith('Hides ') for label in window.labels()) == 2)
    # The pill comes first, then the row on the page.
    lift = [n for n in window.walk() if n.get_name() == 'In: notes: take away'][-1]
    Atspi.Action.do_action(lift, 0)
    driver.wait_for('the hits of the other filter', lambda: window.rows() and 'Sailing' in window.rows()[0])
    assert window.entry_focused(), 'the focus went with the button'
    window.keys('Escape')
    ok('where filters hide everything, it is said which')

    window.keys('Escape', 'Escape')
    driver.wait_for('an empty entry', lambda: not window.rows())
    ok('Escape steps back')

    every = driver.wait_for('all documents in the sidebar', lambda: next(
        n for n in window.walk() if n.get_name() == 'All Documents, 18 documents'))
    Atspi.Action.do_action(every, 0)
    driver.wait_for('a row for each document', lambda: sum(
        n.get_name().endswith((' passage', ' passages')) for n in window.walk(window.find('Documents'))) == 18)
    shot(window, 'documents')
    window.keys('End', 'Home')
    window.type('schooner')
    first_row(window, 'Sailing ships', 'schooner')
    window.keys('Escape')
    driver.wait_for('an empty entry', lambda: not window.rows())
    ok('all documents are listed, and typing leaves the list')

    window.type('mercury ')
    driver.wait_for('hits about mercury', lambda: len(window.rows()) >= 3)
    window.keys('Right')
    driver.wait_for('the focus in the reader', lambda: window.focused() and not window.entry_focused())
    window.type('is poison in it')
    driver.wait_for('the whole of it in the entry', lambda: window.entry_text() == 'mercury is poison in it')
    assert window.entry_focused(), 'the focus stayed behind'
    ok('what is typed beside the entry comes into it')

    printed = folder / 'printed.pdf'
    printed.write_text(pdf([LIGHTS, GLACIERS]))
    subprocess.run([quarry, '--library', str(library), str(printed)], env=environment, check=True, timeout=60)
    search(window, 'keeper trims the wick ')
    first_row(window, 'wick')
    driver.wait_for('the document', lambda: any(n.endswith('/printed.pdf · page 1 of 2') for n in window.labels()))
    window.keys('ctrl+t')

    def page(name):
        return any(n.get_name() == name and n.get_role_name() == 'image' for n in window.walk())

    driver.wait_for('the page of the hit', lambda: page('Page 1 of 2'))
    shot(window, 'page')
    search(window, 'moraine of gravel ')
    first_row(window, 'moraine')
    driver.wait_for('the page of another hit', lambda: page('Page 2 of 2'))
    window.keys('Right', 'Prior')
    driver.wait_for('the page before', lambda: page('Page 1 of 2'))
    window.keys('Next')
    driver.wait_for('the page after', lambda: page('Page 2 of 2'))
    assert not window.misnamed(), window.misnamed()
    window.keys('ctrl+f', 'ctrl+t')
    driver.wait_for('the text again', lambda: not page('Page 2 of 2'))
    ok('a PDF document shows its pages')

    window.keys('Escape')
    driver.wait_for('an empty entry', lambda: not window.rows())
    driver.xdotool('windowsize', '--sync', window.xid, 700, 600)
    search(window, 'mercury ')
    driver.wait_for('hits about mercury', lambda: len(window.rows()) >= 3)
    window.keys('Right')
    driver.wait_for('the focus in the reader', lambda: window.focused() and not window.entry_focused())
    shot(window, 'narrow-reader')
    window.keys('Escape')
    driver.wait_for('the hits again', lambda: window.entry_focused())
    ok('the reader takes the place of the hits in a narrow window')
    window.keys('Escape')
    driver.wait_for('an empty entry', lambda: not window.rows())

    subprocess.run([quarry, '--launcher'], env=environment, check=True, timeout=60)
    launcher = driver.Window('Quarry Launcher')
    launcher.activate()
    launcher.type('honey from flowers')
    first_row(launcher, 'Keeping bees')
    driver.wait_for('the hit in what is told of its entry', lambda: told(launcher).startswith('Keeping bees, similarity '))
    shot(launcher, 'launcher')
    ok('the launcher finds')
    launcher.keys('Escape')
    driver.wait_for('the launcher hidden', lambda: not launcher.shown())
    subprocess.run([quarry, '--launcher'], env=environment, check=True, timeout=60)
    driver.wait_for('the launcher again', launcher.shown)
    subprocess.run([quarry, '--launcher'], env=environment, check=True, timeout=60)
    driver.wait_for('the launcher hidden by a second call', lambda: not launcher.shown())
    ok('the launcher toggles')

    window.activate()
    window.keys('ctrl+q')
    assert process.wait(60) == 0, f'exit status {process.returncode}'
    ok('quits without a warning')

    again = subprocess.Popen([quarry, '--library', str(library)], env=environment)
    try:
        driver.Window('Quarry')
        again.terminate()
        assert again.wait(60) == 0, f'exit status {again.returncode}'
        assert not (library / 'library.db-wal').exists(), 'the library was left open'
    finally:
        if again.poll() is None:
            again.kill()
    ok('the end of the session closes it in order')

    foreign, place = folder / 'foreign', folder / 'Papers'
    foreign.mkdir()
    place.mkdir()
    (foreign / 'library.db').write_text('This is no library.')
    lost = subprocess.Popen([quarry, '--library', str(foreign)], env=environment)

    def choose(chosen):
        Atspi.Action.do_action(driver.Window('Quarry').find('Use Another Folder…'), 0)
        chooser = driver.Window('Folder for the Library')
        chooser.activate()
        chooser.type(str(chosen))
        # The chooser may add a slash.
        driver.wait_for('the name in the chooser', lambda: chooser.entry_text().rstrip('/') == str(chosen))
        chooser.keys('Return')
        driver.wait_for('the chooser to go', lambda: not chooser.shown())

    try:
        choose(foreign)  # again: nothing else comes
        for chosen, shown in (place, 'Drop Your Documents Here'), (library, '19 documents, '):
            choose(chosen)
            driver.wait_for('the other library', lambda: any(shown in label for label in driver.Window('Quarry').labels()))
            driver.wait_for('one window', lambda: len(driver.xdotool('search', '--onlyvisible', '--name', '^Quarry$')) == 1)
            # The folder chosen is meant where none is named; the one that fails is asked for by name.
            # In another window the text would be there, and not here.
            subprocess.run([quarry, '--search', 'schooner'], env=environment, check=True, timeout=60)
            driver.wait_for('the text in this window', lambda: driver.Window('Quarry').entry_text() == 'schooner')
            assert len(driver.xdotool('search', '--onlyvisible', '--name', '^Quarry$')) == 1, 'another window came'
            driver.Window('Quarry').keys('ctrl+w')
            lost.wait(60)
            lost = subprocess.Popen([quarry, '--library', str(foreign)], env=environment)
        assert (place / 'Quarry' / 'library.db').exists(), 'the library is not in a folder of its own'
    finally:
        if lost.poll() is None:
            lost.terminate()
            lost.wait(60)
    ok('where the library is none, another folder may be chosen')

    # A home of its own, whose library is none.
    home = dict(environment, XDG_DATA_HOME=str(folder / 'data'), XDG_CONFIG_HOME=str(folder / 'config'))
    shutil.copytree(pathlib.Path(os.environ.get('XDG_CONFIG_HOME', '/nowhere')) / 'gtk-4.0', folder / 'config' / 'gtk-4.0')
    usual = folder / 'data' / 'quarry' / 'library'
    usual.mkdir(parents=True)
    (usual / 'library.db').write_text('This is no library.')

    def meant():
        return json.loads(subprocess.run([quarry + '-cli', 'status', '--json'], env=home, capture_output=True,
                                         timeout=60).stdout or '{}').get('library')

    def start():
        return subprocess.Popen([quarry], env=home)

    def end(running):
        driver.Window('Quarry').activate()
        driver.Window('Quarry').keys('ctrl+q')
        assert running.wait(60) == 0, f'exit status {running.returncode}'

    running = start()
    try:
        driver.Window('Quarry').find('Use Another Folder…')
        assert not any(n.get_name() == 'Back to the Usual Folder' for n in driver.Window('Quarry').walk())
        choose(library)
        driver.wait_for('the other library', lambda: any('19 documents, ' in label for label in driver.Window('Quarry').labels()))
        end(running)
        running = start()
        driver.wait_for('it again', lambda: any('19 documents, ' in label for label in driver.Window('Quarry').labels()))
        assert meant() == str(library), f'quarry-cli means {meant()}'
        driver.Window('Quarry').activate()
        driver.Window('Quarry').keys('ctrl+comma')
        preferences = driver.Window('Preferences')
        # Images in it are libadwaita's.
        unnamed = [name for name in preferences.misnamed() if not name.startswith('image in')]
        assert not unnamed, unnamed
        Atspi.Action.do_action(preferences.find('Library'), 0)
        driver.wait_for('the way back', lambda: Atspi.Component.get_extents(
            preferences.find('Back to the Usual Folder'), Atspi.CoordType.WINDOW).height > 0)
        Atspi.Action.do_action(preferences.find('Back to the Usual Folder'), 0)
        driver.wait_for('the usual library, which is none', lambda: 'This Is No Library of Quarry' in driver.Window('Quarry').labels())
        end(running)
        assert meant() != str(library), 'the choice is still kept'
        running = start()
        driver.Window('Quarry').find('Use Another Folder…')
        end(running)
    finally:
        if running.poll() is None:
            running.terminate()
            running.wait(60)
    ok('the folder chosen is kept, also for quarry-cli, until the usual one is wanted')


status = 0
try:
    run()
except Exception as error:
    status = 1
    print(f'not ok {step + 1} {type(error).__name__}: {error}')
    if process.poll() is not None:
        print(f'# Quarry ended with {process.returncode}')
finally:
    if process.poll() is None:
        process.terminate()
        process.wait(60)
    shutil.rmtree(folder, ignore_errors=True)
print(f'1..{step + (status != 0)}')
sys.exit(status)
