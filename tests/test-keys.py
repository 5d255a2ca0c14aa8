#!/usr/bin/python3
"""test-keys.py SOURCE-FOLDER: the window of shortcuts, the code and the handbook in each language name the same keys

SPDX-License-Identifier: GPL-3.0-or-later
"""
import html
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])
failures = 0
step = 0

# What the handbooks call the keys, and how accelerators name them.
NAMES = {
    'en': {'Ctrl': 'Control', 'Enter': 'Return', 'Space': 'space', 'Page Up': 'Page_Up', 'Page Down': 'Page_Down'},
    'de': {'Strg': 'Control', 'Umschalt': 'Shift', 'Eingabe': 'Return', 'Leertaste': 'space', 'Entf': 'Delete',
           'Esc': 'Escape', 'Bild auf': 'Page_Up', 'Bild ab': 'Page_Down', 'Pfeil nach oben': 'Up',
           'Pfeil nach unten': 'Down', 'Pfeil nach rechts': 'Right'},
    'es': {'Ctrl': 'Control', 'Mayús': 'Shift', 'Intro': 'Return', 'Espacio': 'space', 'Supr': 'Delete',
           'Esc': 'Escape', 'Re Pág': 'Page_Up', 'Av Pág': 'Page_Down', 'Flecha arriba': 'Up', 'Flecha abajo': 'Down',
           'Flecha derecha': 'Right'},
    'fr': {'Ctrl': 'Control', 'Maj': 'Shift', 'Entrée': 'Return', 'Espace': 'space', 'Suppr': 'Delete',
           'Échap': 'Escape', 'Page préc.': 'Page_Up', 'Page suiv.': 'Page_Down', 'Flèche haut': 'Up',
           'Flèche bas': 'Down', 'Flèche droite': 'Right'},
}
SIGNS = {'plus': '+', 'minus': '-', 'comma': ',', 'question': '?', 'bracketleft': '[', 'bracketright': ']'}


def check(what, problems):
    global failures, step
    step += 1
    print(f'{"not ok" if problems else "ok"} {step} {what}')
    for problem in problems:
        print(f'# {problem}')
    failures += bool(problems)


def key(modifiers, name):
    name = SIGNS.get(name, name)
    return '+'.join([*sorted(modifiers), name.upper() if len(name) == 1 else name])


def read_accelerator(text):
    """The keys of an accelerator as GTK writes it, “<Alt>1...9” for several."""
    name = re.sub('<[^>]*>', '', text)
    ends = re.fullmatch(r'(\d)\.\.\.(\d)', name)
    names = [str(n) for n in range(int(ends[1]), int(ends[2]) + 1)] if ends else [name]
    return {key(re.findall('<([^>]*)>', text), n) for n in names}


def read_kbd(text, names):
    *modifiers, name = re.fullmatch(r'((?:[^+]+\+)*)(.+)', text).groups()
    modifiers = [m for m in modifiers[0].split('+') if m]
    return key([names.get(m, m) for m in modifiers], names.get(name, name))


def read_handbook(language):
    page = (top / f'data/help/{language}/handbook/keys.html').read_text()
    keys = set()
    for cell in re.findall(r'<tr><td>(.*?)</td>', page):
        found = [read_kbd(html.unescape(k), NAMES[language]) for k in re.findall('<kbd>(.*?)</kbd>', cell)]
        # From the first to the last of a range, which are the only digits.
        if re.search(r'1</kbd> \w+ <kbd>', cell):
            found = [found[0][:-1] + str(n) for n in range(1, int(found[1][-1]) + 1)]
        keys.update(found)
    return keys


window = html.unescape((top / 'ui/window/quarry-shortcuts.ui').read_text())
shown = set().union(*(read_accelerator(part) for text in re.findall('name="accelerator">(.*?)</property>', window)
                      for part in text.split()))
code = '\n'.join(p.read_text() for p in sorted((top / 'ui').rglob('*.c')))
entries = re.findall(r'\{ "(\w+\.[\w-]+)", \{ ("[^}]*") \} \}', (top / 'ui/quarry-application.c').read_text())
accelerators = [re.findall('"([^"]*)"', keys) for _, keys in entries]
triggers = [html.unescape(t) for p in sorted((top / 'ui').rglob('*.ui'))
            for t in re.findall('name="trigger">(.*?)</property>', p.read_text())]
bound = set().union(*(read_accelerator(text) for several in accelerators for text in several),
                    *(read_accelerator(text) for trigger in triggers for text in trigger.split('|')))

check('the code gives actions their keys', [] if len(entries) > 10 else ['none was found'])
check('the first key of every action is in the window of shortcuts',
      sorted(set().union(*(read_accelerator(several[0]) for several in accelerators)) - shown))
handled = set(re.findall(r'GDK_KEY_(\w+)', code))
check('what the window of shortcuts shows is a key that the code knows',
      sorted(k for k in shown - bound if k.split('+')[-1] not in {*handled, *map(str, range(1, 10))}
             and k.split('+')[-1].lower() not in handled))
for language in sorted(p.name for p in (top / 'data/help').iterdir() if p.is_dir()):
    keys = read_handbook(language)
    check(f'the handbook ({language}) names the keys of the window of shortcuts',
          [f'{k} is not in the handbook' for k in sorted(shown - keys)]
          + [f'{k} is not in the window of shortcuts' for k in sorted(keys - shown)])
print(f'1..{step}')
sys.exit(failures > 0)
