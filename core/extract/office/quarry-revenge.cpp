/* quarry-revenge.cpp: what LibreOffice's import libraries read (a module)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/office/quarry-revenge.h"

#include <cmath>
#include <cstring>
#include <string>
#include <vector>
#include <libmspub/libmspub.h>
#include <librevenge-generators/librevenge-generators.h>
#include <librevenge-stream/librevenge-stream.h>
#include <libvisio/libvisio.h>
#include <libwpd/libwpd.h>
#include <libwps/libwps.h>

using librevenge::RVNGPropertyList;
using librevenge::RVNGString;

namespace
{

/* Cells that are passed over in a row stay cells, up to here. */
const int MAX_COLUMNS = 1024;
const size_t ROWS_PER_BLOCK = 200;

/* Where text goes. What stands aside of a paragraph, as a note, comes behind it. */
class Blocks
{
public:
  explicit Blocks (QuarryDocumentBuilder *builder) : m_builder (builder) {}

  /* What a broken file left open. */
  ~Blocks ()
  {
    while (!m_aside.empty ())
      closeAside ();
    m_tables = MIN (m_tables, 1);
    closeTable ();
    close ();
  }

  void open (QuarryBlockKind kind, guint level)
  {
    /* A cell's paragraphs are one text. */
    if (m_tables > 0)
      {
        if (!m_text.empty () && m_text.back () != '\t' && m_text.back () != '\n')
          m_text += ' ';
        return;
      }
    close ();
    m_kind = kind;
    m_level = level;
  }

  void close ()
  {
    if (m_tables > 0)
      return;
    add (m_kind, m_level, m_text);
    m_text.clear ();
    m_kind = QUARRY_BLOCK_PARAGRAPH;
    m_level = 0;
    if (!m_aside.empty ())
      return;
    for (const std::string &note : m_notes)
      add (QUARRY_BLOCK_PARAGRAPH, 0, note);
    m_notes.clear ();
  }

  void text (const char *text)
  {
    if (m_muted == 0)
      m_text += text;
  }

  void mute () { m_muted++; }
  void unmute () { m_muted -= m_muted > 0; }

  void openAside ()
  {
    m_aside.push_back ({ m_text, m_kind, m_level, m_tables });
    m_text.clear ();
    m_tables = 0;
  }

  void closeAside ()
  {
    if (m_aside.empty ())
      return;
    close ();
    m_text = m_aside.back ().text;
    m_kind = m_aside.back ().kind;
    m_level = m_aside.back ().level;
    m_tables = m_aside.back ().tables;
    m_aside.pop_back ();
  }

  void openTable ()
  {
    if (m_tables == 0)
      close ();
    m_tables++;
    m_rows = 0;
  }

  void closeCell () { text ("\t"); }

  void closeRow ()
  {
    text ("\n");
    if (++m_rows % ROWS_PER_BLOCK == 0 && m_tables == 1)
      flushTable ();
  }

  void closeTable ()
  {
    if (m_tables == 0 || --m_tables > 0)
      return;
    flushTable ();
    /* Its cells' notes. */
    close ();
  }

  void page () { quarry_document_builder_begin_page (m_builder, ++m_page); }

  void metadata (const RVNGPropertyList &properties)
  {
    static const struct
    {
      const char *property, *key;
    } keys[] = { { "dc:creator", "author" },
                 { "meta:initial-creator", "author" },
                 { "meta:keyword", "keywords" },
                 { "dc:language", "language" },
                 { "meta:creation-date", "created" } };

    if (properties["dc:title"])
      quarry_document_builder_set_title (m_builder, properties["dc:title"]->getStr ().cstr ());
    for (const auto &key : keys)
      if (properties[key.property] && !properties[key.property]->getStr ().empty ())
        quarry_document_builder_set_metadata (m_builder, key.key, properties[key.property]->getStr ().cstr ());
  }

private:
  struct Aside
  {
    std::string text;
    QuarryBlockKind kind;
    guint level;
    size_t tables;
  };

  void flushTable ()
  {
    quarry_document_builder_add (m_builder, QUARRY_BLOCK_TABLE, 0, m_text.data (), static_cast<gssize> (m_text.size ()));
    m_text.clear ();
  }

  void add (QuarryBlockKind kind, guint level, const std::string &text)
  {
    if (text.empty ())
      return;
    if (!m_aside.empty ())
      m_notes.push_back (text);
    else
      quarry_document_builder_add (m_builder, kind, level, text.data (), static_cast<gssize> (text.size ()));
  }

  QuarryDocumentBuilder *m_builder;
  std::string m_text;
  QuarryBlockKind m_kind = QUARRY_BLOCK_PARAGRAPH;
  guint m_level = 0, m_page = 0;
  size_t m_tables = 0, m_rows = 0, m_muted = 0;
  std::vector<Aside> m_aside;
  std::vector<std::string> m_notes;
};

/* What the three kinds of documents have in common. librevenge's own generators of text do nothing with what is not
 * listened to here; what they would write is not asked for. */
template <class Generator, class Output> class Listener : private Output, public Generator
{
public:
  template <class... Arguments>
  Listener (Blocks &blocks, Arguments... arguments)
      : Output (), Generator (static_cast<Output &> (*this), arguments...), m_blocks (blocks)
  {
  }

  void setDocumentMetaData (const RVNGPropertyList &properties) override { m_blocks.metadata (properties); }

  void openParagraph (const RVNGPropertyList &properties) override
  {
    int level = properties["text:outline-level"] ? properties["text:outline-level"]->getInt () : 0;

    if (level > 0)
      m_blocks.open (QUARRY_BLOCK_HEADING, static_cast<guint> (MIN (level, 6)));
    else
      m_blocks.open (QUARRY_BLOCK_PARAGRAPH, 0);
  }
  void closeParagraph () override { m_blocks.close (); }

  void openOrderedListLevel (const RVNGPropertyList &) override { m_lists++; }
  void openUnorderedListLevel (const RVNGPropertyList &) override { m_lists++; }
  void closeOrderedListLevel () override { m_lists -= m_lists > 0; }
  void closeUnorderedListLevel () override { m_lists -= m_lists > 0; }
  void openListElement (const RVNGPropertyList &) override { m_blocks.open (QUARRY_BLOCK_LIST_ITEM, CLAMP (m_lists, 1, 9)); }
  void closeListElement () override { m_blocks.close (); }

  void insertText (const RVNGString &text) override { m_blocks.text (text.cstr ()); }
  void insertTab () override { m_blocks.text (" "); }
  void insertSpace () override { m_blocks.text (" "); }
  void insertLineBreak () override { m_blocks.text (" "); }
  void insertField (const RVNGPropertyList &) override {}

  void openTableRow (const RVNGPropertyList &) override {}
  void closeTableRow () override { m_blocks.closeRow (); }
  void openTableCell (const RVNGPropertyList &) override {}
  void closeTableCell () override { m_blocks.closeCell (); }
  void insertCoveredTableCell (const RVNGPropertyList &) override { m_blocks.closeCell (); }

protected:
  Blocks &m_blocks;
  guint m_lists = 0;
};

/* Of texts and sheets: both have notes, headers and footers, the last two on each page. */
template <class Generator, class Output> class Writing : public Listener<Generator, Output>
{
public:
  explicit Writing (Blocks &blocks) : Listener<Generator, Output> (blocks, true) {}

  void openHeader (const RVNGPropertyList &) override { this->m_blocks.mute (); }
  void closeHeader () override { this->m_blocks.unmute (); }
  void openFooter (const RVNGPropertyList &) override { this->m_blocks.mute (); }
  void closeFooter () override { this->m_blocks.unmute (); }
  void openFootnote (const RVNGPropertyList &) override { this->m_blocks.openAside (); }
  void closeFootnote () override { this->m_blocks.closeAside (); }
  void openComment (const RVNGPropertyList &) override { this->m_blocks.openAside (); }
  void closeComment () override { this->m_blocks.closeAside (); }
  void openTextBox (const RVNGPropertyList &) override { this->m_blocks.openAside (); }
  void closeTextBox () override { this->m_blocks.closeAside (); }
  void openTable (const RVNGPropertyList &) override { this->m_blocks.openTable (); }
  void closeTable () override { this->m_blocks.closeTable (); }
};

class Text : public Writing<librevenge::RVNGTextTextGenerator, RVNGString>
{
public:
  using Writing::Writing;

  void openEndnote (const RVNGPropertyList &) override { m_blocks.openAside (); }
  void closeEndnote () override { m_blocks.closeAside (); }
};

class Sheets : public Writing<librevenge::RVNGTextSpreadsheetGenerator, librevenge::RVNGStringVector>
{
public:
  using Writing::Writing;

  void openSheet (const RVNGPropertyList &properties) override
  {
    if (properties["librevenge:sheet-name"])
      {
        m_blocks.open (QUARRY_BLOCK_HEADING, 1);
        m_blocks.text (properties["librevenge:sheet-name"]->getStr ().cstr ());
        m_blocks.close ();
      }
    m_blocks.openTable ();
  }
  void closeSheet () override { m_blocks.closeTable (); }

  void openSheetRow (const RVNGPropertyList &) override { m_column = 0; }
  void closeSheetRow () override { m_blocks.closeRow (); }

  void openSheetCell (const RVNGPropertyList &properties) override
  {
    int column = properties["librevenge:column"] ? properties["librevenge:column"]->getInt () : m_column;

    for (; m_column < column && m_column < MAX_COLUMNS; m_column++)
      m_blocks.closeCell ();
    if (properties["librevenge:year"] && properties["librevenge:month"] && properties["librevenge:day"])
      {
        char date[64];

        g_snprintf (date,
                    sizeof date,
                    "%04d-%02d-%02d",
                    properties["librevenge:year"]->getInt (),
                    properties["librevenge:month"]->getInt (),
                    properties["librevenge:day"]->getInt ());
        m_blocks.text (date);
      }
    else if (properties["librevenge:value"] && properties["librevenge:value-type"]
             && strncmp (properties["librevenge:value-type"]->getStr ().cstr (), "string", 6) != 0)
      {
        double value = properties["librevenge:value"]->getDouble ();
        char number[G_ASCII_DTOSTR_BUF_SIZE];

        if (std::isfinite (value))
          m_blocks.text (g_ascii_formatd (number, sizeof number, "%.10g", value));
      }
  }
  void closeSheetCell () override
  {
    m_blocks.closeCell ();
    m_column++;
  }

private:
  int m_column = 0;
};

class Drawing : public Listener<librevenge::RVNGTextDrawingGenerator, librevenge::RVNGStringVector>
{
public:
  explicit Drawing (Blocks &blocks) : Listener (blocks) {}

  void startPage (const RVNGPropertyList &properties) override
  {
    m_blocks.page ();
    if (properties["draw:name"])
      {
        m_blocks.open (QUARRY_BLOCK_HEADING, 1);
        m_blocks.text (properties["draw:name"]->getStr ().cstr ());
        m_blocks.close ();
      }
  }
  void startTextObject (const RVNGPropertyList &) override { m_blocks.close (); }
  void endTextObject () override { m_blocks.close (); }
  void startTableObject (const RVNGPropertyList &) override { m_blocks.openTable (); }
  void endTableObject () override { m_blocks.closeTable (); }
};

QuarryRevengeResult
readWordPerfect (librevenge::RVNGInputStream &input, Blocks &blocks)
{
  libwpd::WPDConfidence confidence = libwpd::WPDocument::isFileFormatSupported (&input);
  Text text (blocks);

  if (confidence == libwpd::WPD_CONFIDENCE_SUPPORTED_ENCRYPTION || confidence == libwpd::WPD_CONFIDENCE_UNSUPPORTED_ENCRYPTION)
    return QUARRY_REVENGE_ENCRYPTED;
  return confidence != libwpd::WPD_CONFIDENCE_NONE
                 && libwpd::WPDocument::parse (&input, &text, nullptr) == libwpd::WPD_OK
             ? QUARRY_REVENGE_READ
             : QUARRY_REVENGE_DAMAGED;
}

QuarryRevengeResult
readWorks (librevenge::RVNGInputStream &input, Blocks &blocks)
{
  libwps::WPSKind kind;
  libwps::WPSCreator creator;
  bool needsEncoding;
  libwps::WPSConfidence confidence = libwps::WPSDocument::isFileFormatSupported (&input, kind, creator, needsEncoding);
  libwps::WPSResult result;

  if (confidence == libwps::WPS_CONFIDENCE_SUPPORTED_ENCRYPTION)
    return QUARRY_REVENGE_ENCRYPTED;
  if (confidence == libwps::WPS_CONFIDENCE_NONE)
    return QUARRY_REVENGE_DAMAGED;
  if (kind == libwps::WPS_TEXT)
    {
      Text text (blocks);
      result = libwps::WPSDocument::parse (&input, &text);
    }
  else
    {
      Sheets sheets (blocks);
      result = libwps::WPSDocument::parse (&input, &sheets);
    }
  if (result == libwps::WPS_ENCRYPTION_ERROR)
    return QUARRY_REVENGE_ENCRYPTED;
  return result == libwps::WPS_OK ? QUARRY_REVENGE_READ : QUARRY_REVENGE_DAMAGED;
}

}

QuarryRevengeResult
quarry_revenge_module_read (QuarryRevengeKind kind, const guint8 *bytes, gsize length, QuarryDocumentBuilder *builder)
try
  {
    librevenge::RVNGStringStream input (bytes, static_cast<unsigned int> (MIN (length, G_MAXINT32)));
    Blocks blocks (builder);
    Drawing drawing (blocks);
    bool ok = false;

    switch (kind)
      {
      case QUARRY_REVENGE_WORDPERFECT:
        return readWordPerfect (input, blocks);
      case QUARRY_REVENGE_WORKS:
        return readWorks (input, blocks);
      case QUARRY_REVENGE_VISIO:
        ok = libvisio::VisioDocument::isSupported (&input) && libvisio::VisioDocument::parse (&input, &drawing);
        break;
      case QUARRY_REVENGE_PUBLISHER:
        ok = libmspub::MSPUBDocument::isSupported (&input) && libmspub::MSPUBDocument::parse (&input, &drawing);
        break;
      }
    return ok ? QUARRY_REVENGE_READ : QUARRY_REVENGE_DAMAGED;
  }
catch (...)
  {
    return QUARRY_REVENGE_DAMAGED;
  }
