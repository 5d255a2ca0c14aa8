# packages.sh: which of Debian's packages Quarry needs, and how they get here; what of a build is of use. Sourced by
# app/run and tests/run.
#
# SPDX-License-Identifier: GPL-3.0-or-later

# To build.
BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkg-config gettext
  libgtk-4-dev libadwaita-1-dev libsqlite3-dev libzstd-dev nettle-dev libopenblas-dev libjson-glib-dev libicu-dev
  libstemmer-dev libpoppler-glib-dev libxml2-dev libcmark-dev libarchive-dev
  libgsf-1-dev libseccomp-dev libgexiv2-dev libmobi-dev
  libdjvulibre-dev libmspack-dev g++ librevenge-dev libwpd-dev libwps-dev libvisio-dev libmspub-dev"

# To run well: icons, text of East Asian PDF files, file types, settings that last, text in pictures (in
# English: a tesseract-ocr-… for each other language), PostScript.
RUN_PACKAGES="adwaita-icon-theme librsvg2-common poppler-data shared-mime-info
  dconf-gsettings-backend libtesseract5 tesseract-ocr-eng tesseract-ocr-osd libgs10"

# To test: a private display, a driver for it, and what validates the desktop files.
TEST_PACKAGES="xvfb xauth openbox xdotool x11-utils x11-xserver-utils dbus-daemon dbus-x11 at-spi2-core
  python3-gi gir1.2-atspi-2.0 imagemagick fonts-dejavu-core desktop-file-utils appstream git"

# need_packages PACKAGE...: installs those that are missing, after saying which; stops where it may
# not.
need_packages () {
  local missing="" package
  local installed
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    case "
$installed
" in
      *"
$package installed
"*) ;;
      *) missing="$missing $package" ;;
    esac
  done
  [ -n "$missing" ] || return 0

  echo "Quarry needs these packages of Debian's, which are not installed yet:$missing" >&2
  local apt="apt-get install -y --no-install-recommends$missing"
  if [ "$(id -u)" -eq 0 ]; then
    set -- env DEBIAN_FRONTEND=noninteractive
  elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    echo "They are installed with sudo, which may ask for your password." >&2
    set -- sudo env DEBIAN_FRONTEND=noninteractive
  else
    echo "You may not install packages here. Have an administrator run, then start again:" >&2
    echo "  apt-get update && $apt" >&2
    return 1
  fi
  "$@" apt-get update -qq >&2 && "$@" $apt >&2 || {
    echo "The packages could not be installed. Look at what apt-get said above, then start again." >&2
    return 1
  }
}

# forget_moved BUILD TOP: removes a build folder that was made where the sources were before they were moved or copied
# to TOP: it looks for them, and the programs in it for each other, where they were.
forget_moved () {
  if [ -f "$1/place" ] && [ "$(cat "$1/place")" != "$2" ]; then
    rm -rf "$1"
  fi
}
