#!/usr/bin/python3
"""test-keyboard.py QUARRY: from the first start to a passage that is read and opened, and back, by the keyboard alone

Nothing here uses the pointer, or an action of the accessibility tree: only keys. SHOTS=FOLDER keeps screenshots.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import driver
from driver import Atspi

quarry = sys.argv[1]
folder = pathlib.Path(tempfile.mkdtemp(prefix='quarry-keyboard-'))
files = folder / 'Papers'
files.mkdir()
for name, text in (
        ('bees.md', '# Keeping bees\n\nA colony of honeybees lives in a hive. The queen lays eggs in wax cells.\n'),
        ('bread.md', '# Baking bread\n\nFlour, water, salt and yeast make a dough, which rises in a warm kitchen.\n'),
        ('ships.md', '# Sailing ships\n\nA schooner carries fore and aft sails on two masts, and the crew hauls ropes.\n')):
    (files / name).write_text(text)

# The application that documents are opened with writes down what it was given.
opened = folder / 'opened'
applications = pathlib.Path(os.environ['XDG_DATA_HOME']) / 'applications'
applications.mkdir(parents=True, exist_ok=True)
(folder / 'open').write_text(f'#!/bin/sh\nprintf %s "$1" > "{opened}.part"\nmv "{opened}.part" "{opened}"\n')
(folder / 'open').chmod(0o755)
(applications / 'opens.desktop').write_text(
    f'[Desktop Entry]\nType=Application\nName=Opens\nExec={folder}/open %f\nMimeType=text/markdown;text/plain;\n')
(applications / 'mimeapps.list').write_text(
    '[Default Applications]\ntext/markdown=opens.desktop\ntext/plain=opens.desktop\n')

environment = dict(os.environ, G_DEBUG='fatal-warnings')
process = subprocess.Popen([quarry, '--library', str(folder / 'library')], env=environment)
step = 0


def ok(what):
    global step
    step += 1
    print(f'ok {step} {what}', flush=True)


def shot(name):
    if os.environ.get('SHOTS'):
        subprocess.run(['import', '-window', 'root', os.path.join(os.environ['SHOTS'], name + '.png')], check=False)


@driver.steady
def menu(window):
    """The items of the menu that is open."""
    return [n.get_name() for n in window.walk() if n.get_role_name() == 'menu item'
            and Atspi.Component.get_extents(n, Atspi.CoordType.WINDOW).height > 0
            and n.get_state_set().contains(Atspi.StateType.VISIBLE)]


def documents(window):
    """The rows of the list of all documents."""
    return [n.get_name() for n in window.walk() if n.get_role_name() == 'table row' and ' passage' in n.get_name()]


def menu_by(window, key, item):
    window.keys(key)
    driver.wait_for(f'a menu with “{item}”, by {key}', lambda: item in menu(window))


def leave_menu(window, item):
    window.keys('Escape')
    driver.wait_for('the menu to close', lambda: item not in menu(window))


def add_folder(window):
    window.keys('ctrl+shift+o')
    chooser = driver.Window('Add Folders')
    chooser.activate()
    chooser.type(str(files))
    driver.wait_for('the name in the chooser', lambda: chooser.entry_text().rstrip('/') == str(files))
    chooser.keys('Return')
    driver.wait_for('the chooser to go', lambda: not chooser.shown())
    driver.wait_for('the documents', lambda: any('Keeping bees' in label for label in window.labels()))
    window.activate()


def read(window):
    window.type('queen of the hive')
    driver.wait_for('the hit', lambda: window.rows() and 'Keeping bees' in window.rows()[0])
    for key in 'Menu', 'shift+F10':
        menu_by(window, key, 'Copy Passage')
        shot('menu-' + key)
        leave_menu(window, 'Copy Passage')
        driver.wait_for(f'the focus to come back from the menu by {key}', window.entry_focused)
    ok('the menu of a hit opens by both of its keys, and gives the focus back')

    window.keys('Right')
    driver.wait_for('the focus in the document', lambda: window.focused() and window.focused().get_name() == 'Document')
    shot('read')
    window.keys('Escape')
    driver.wait_for('the focus in the entry', window.entry_focused)
    assert window.entry_text() == 'queen of the hive', window.entry_text()
    ok('a passage is read, and Escape leads back to the search')

    window.keys('Return')
    driver.wait_for('the document in its application', opened.exists)
    assert opened.read_text() == str(files / 'bees.md'), opened.read_text()
    assert window.entry_focused() and window.rows(), 'the search is gone'
    ok('Enter opens the document, and the search stays')


def take_out(window):
    window.keys('Escape', 'F10')
    driver.wait_for('the main menu', lambda: any('Documents' in item for item in menu(window)))
    shot('main-menu')
    window.keys('d')
    driver.wait_for('all documents', lambda: len(documents(window)) == 3)
    shot('documents')
    window.keys('Home', 'Delete')
    driver.wait_for('one less', lambda: len(documents(window)) == 2)
    window.keys('ctrl+z')
    driver.wait_for('it again', lambda: len(documents(window)) == 3)
    # In the entry too, which the list is filtered with.
    window.keys('Delete')
    driver.wait_for('one less', lambda: len(documents(window)) == 2)
    window.keys('shift+Tab', 'ctrl+z')
    driver.wait_for('it again', lambda: len(documents(window)) == 3)
    ok('what was taken out comes back by Ctrl+Z, from the list and beside it')

    window.keys('Tab')
    for rest in 2, 1, 0:
        window.keys('Delete')
        driver.wait_for(f'{rest} documents', lambda: len(documents(window)) == rest)
    driver.wait_for('the message of the last one', lambda: any('ships.md' in label and 'out of' in label
                                                               for label in window.labels()))
    shot('none')
    window.keys('ctrl+z')
    driver.wait_for('the last one again', lambda: len(documents(window)) == 1)
    shot('back')
    window.keys('Escape')
    driver.wait_for('the focus in the entry', window.entry_focused)
    ok('so does the last document of the library')


def run():
    window = driver.Window('Quarry')
    window.activate()
    driver.wait_for('an invitation', lambda: any('rop' in label for label in window.labels()))
    add_folder(window)
    ok('a folder is added')
    read(window)
    take_out(window)
    window.keys('ctrl+q')
    assert process.wait(60) == 0, f'exit status {process.returncode}'
    ok('quits without a warning')


status = 0
try:
    run()
except Exception as error:
    status = 1
    print(f'not ok {step + 1} {type(error).__name__}: {error}')
    shot('failed')
finally:
    if process.poll() is None:
        process.terminate()
        process.wait(60)
    shutil.rmtree(folder, ignore_errors=True)
print(f'1..{step + (status != 0)}')
sys.exit(status)
