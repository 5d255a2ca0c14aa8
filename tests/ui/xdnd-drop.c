/* xdnd-drop.c: drops files on another program's window, as a file manager does
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   xdnd-drop WINDOW-ID URI...
 *
 * The source's side of the XDND protocol, version 5 (freedesktop.org/wiki/Specifications/XDND), with
 * messages alone: no pointer has to move. Exit status 0 where the target says that it took the drop.
 */
#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XDND_VERSION 5
#define PATIENCE_MS 5000

static Display *display;
static Window source, target;
static Atom enter, position, status, drop, finished, selection, action_copy, uri_list;

static void
send_message (Atom type, long a, long b, long c, long d)
{
  XClientMessageEvent event = {
    .type = ClientMessage, .display = display, .window = target, .message_type = type, .format = 32,
  };

  event.data.l[0] = (long) source;
  event.data.l[1] = a;
  event.data.l[2] = b;
  event.data.l[3] = c;
  event.data.l[4] = d;
  XSendEvent (display, target, False, NoEventMask, (XEvent *) &event);
  XFlush (display);
}

/* Sends the list of URIs to whoever requests the selection. */
static void
answer_request (const XSelectionRequestEvent *request, const char *uris)
{
  XSelectionEvent event = {
    .type = SelectionNotify,
    .display = display,
    .requestor = request->requestor,
    .selection = request->selection,
    .target = request->target,
    .property = request->property,
    .time = request->time,
  };

  if (request->target == uri_list)
    XChangeProperty (display, request->requestor, request->property, uri_list, 8, PropModeReplace,
                     (const unsigned char *) uris, (int) strlen (uris));
  else
    event.property = None;
  XSendEvent (display, request->requestor, False, NoEventMask, (XEvent *) &event);
  XFlush (display);
}

/* Waits for a message of @type, and answers requests for the selection meanwhile. */
static int
wait_for (Atom type, const char *uris, XClientMessageEvent *message)
{
  for (;;)
    {
      XEvent event;

      if (XPending (display) == 0)
        {
          struct pollfd fd = { .fd = ConnectionNumber (display), .events = POLLIN };

          if (poll (&fd, 1, PATIENCE_MS) <= 0)
            return 0;
          continue;
        }
      XNextEvent (display, &event);
      if (event.type == SelectionRequest)
        answer_request (&event.xselectionrequest, uris);
      if (event.type == ClientMessage && event.xclient.message_type == type)
        {
          *message = event.xclient;
          return 1;
        }
    }
}

int
main (int argc, char **argv)
{
  static char uris[1 << 20];
  XClientMessageEvent message;
  XWindowAttributes attributes;
  Window child;
  int x, y;

  if (argc < 3 || (display = XOpenDisplay (NULL)) == NULL)
    return 2;
  target = (Window) strtoul (argv[1], NULL, 0);
  for (int i = 2; i < argc; i++)
    {
      strncat (uris, argv[i], sizeof uris - strlen (uris) - 3);
      strcat (uris, "\r\n");
    }

  enter = XInternAtom (display, "XdndEnter", False);
  position = XInternAtom (display, "XdndPosition", False);
  status = XInternAtom (display, "XdndStatus", False);
  drop = XInternAtom (display, "XdndDrop", False);
  finished = XInternAtom (display, "XdndFinished", False);
  selection = XInternAtom (display, "XdndSelection", False);
  action_copy = XInternAtom (display, "XdndActionCopy", False);
  uri_list = XInternAtom (display, "text/uri-list", False);

  source = XCreateSimpleWindow (display, DefaultRootWindow (display), 0, 0, 1, 1, 0, 0, 0);
  XSetSelectionOwner (display, selection, source, CurrentTime);
  XGetWindowAttributes (display, target, &attributes);
  XTranslateCoordinates (display, target, DefaultRootWindow (display), attributes.width / 2,
                         attributes.height / 2, &x, &y, &child);

  send_message (enter, (long) XDND_VERSION << 24, (long) uri_list, 0, 0);
  /* The first answer may be negative, because the target is still looking at what is offered. */
  for (int i = 0; i < 10; i++)
    {
      send_message (position, 0, (long) x << 16 | y, CurrentTime, (long) action_copy);
      if (!wait_for (status, uris, &message))
        return 3;
      if (message.data.l[1] & 1)
        break;
    }
  if (!(message.data.l[1] & 1))
    return 4;
  send_message (drop, 0, CurrentTime, 0, 0);
  if (!wait_for (finished, uris, &message))
    return 5;

  return message.data.l[1] & 1 ? 0 : 6;
}
