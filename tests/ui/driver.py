"""driver.py: looks at a running Quarry through its accessibility tree, and types to it

SPDX-License-Identifier: GPL-3.0-or-later

GTK 4.8 has faults to work around: Text.GetText(0, -1) is empty, rows out of view have no size,
and coordinates on the screen are those in the window.
"""
import functools
import subprocess
import time

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402


class Late(AssertionError):
    """Something did not come in time."""


def wait_for(what, look, seconds=60):
    """The first true value of look(), which may also raise while things are not there yet. A minute is longer than
    anything takes that works, on a busy machine too."""
    end = time.monotonic() + seconds
    problem = None
    while time.monotonic() < end:
        try:
            value = look()
            if value:
                return value
        except Exception as error:  # the tree changes under our feet
            problem = error
        time.sleep(0.05)
    raise Late(f'waited {seconds} s for {what}' + (f' ({problem})' if problem else ''))


def steady(look):
    """Looks again where what is looked at goes away meanwhile, as rows do when hits come."""
    @functools.wraps(look)
    def looks(*arguments):
        for _ in range(20):
            try:
                return look(*arguments)
            except (GLib.Error, Late):
                time.sleep(0.05)
        return look(*arguments)
    return looks


def xdotool(*arguments):
    run = subprocess.run(['xdotool', *map(str, arguments)], capture_output=True, text=True)
    return run.stdout.split()


class Window:
    """One window of the application, found by its title."""

    def __init__(self, title, seconds=60):
        self.title = title
        self.xid = wait_for(f'the window “{title}”', lambda: self._xid(), seconds)
        self.frame = wait_for(f'“{title}” in the accessibility tree', self._frame, seconds)

    def _xid(self):
        found = xdotool('search', '--onlyvisible', '--name', f'^{self.title}$')
        return found[-1] if found else None

    def shown(self):
        return self._xid() is not None

    def _frame(self):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(i)
            if application is None or application.get_name() != 'quarry':
                continue
            for j in range(application.get_child_count()):
                frame = application.get_child_at_index(j)
                if frame is not None and frame.get_name() == self.title:
                    return frame
        return None

    def walk(self, node=None):
        node = node or self._frame()
        if node is None:  # the window does not answer at the moment
            raise Late(f'“{self.title}” is not in the accessibility tree')
        yield node
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child is not None:
                yield from self.walk(child)

    def find(self, name, role=None):
        def look():
            for node in self.walk():
                if node.get_name() == name and (role is None or node.get_role_name() == role):
                    return node
            return None
        return wait_for(f'“{name}”', look)

    @steady
    def misnamed(self):
        """Buttons that a screen reader cannot name as they read, and images that say only that they are some."""
        wrong = []
        for node in self.walk():
            name, role = node.get_name(), node.get_role_name()
            if role == 'image' and name == 'GtkImage':
                wrong.append(f'{role} in “{node.get_parent().get_parent().get_name()}”')
            if 'button' in role and (not name or '_' in name or name.startswith(('Gtk', 'Adw', 'Quarry'))):
                parent = node.get_parent()
                wrong.append(f'{role} “{name}” in “{parent.get_name()}”')
        return wrong

    def labels(self, node=None):
        return [n.get_name() for n in self.walk(node) if n.get_role_name() == 'label' and n.get_name()]

    @steady
    def rows(self, name='Results'):
        """The words of each row that is in view."""
        rows = []
        for node in self.walk():
            if node.get_name() == name and node.get_role_name() == 'list':
                for i in range(node.get_child_count()):
                    row = node.get_child_at_index(i)
                    if row is None:
                        continue
                    box = Atspi.Component.get_extents(row, Atspi.CoordType.WINDOW)
                    if box.height > 0:
                        rows.append(' '.join(self.labels(row)))
        return rows

    @steady
    def focused(self):
        for node in self.walk():
            if node.get_state_set().contains(Atspi.StateType.FOCUSED):
                return node
        return None

    def entry(self):
        """The search entry: the first that there is."""
        return next((n for n in self.walk() if n.get_role_name() in ('text', 'entry')), None)

    @steady
    def entry_text(self):
        entry = self.entry()
        return Atspi.Text.get_text(entry, 0, Atspi.Text.get_character_count(entry))

    @steady
    def entry_focused(self):
        return self.entry().get_state_set().contains(Atspi.StateType.FOCUSED)

    def type(self, text):
        xdotool('type', '--delay', 25, text)

    def keys(self, *keys):
        xdotool('key', '--delay', 25, *keys)

    def activate(self):
        xdotool('windowactivate', '--sync', self.xid)

    def screenshot(self, path):
        subprocess.run(['import', '-window', self.xid, path], check=False)
