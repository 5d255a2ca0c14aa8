/* quarry-html-tags.h: the elements of HTML that the parser knows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of tags: for each its name in constants, its name in HTML, and its traits
 * (QuarryHtmlTraits). Sorted by name.
 *
 * Source: HTML Living Standard, WHATWG, 13.2 (Parsing HTML documents).
 */
#pragma once

/* clang-format off */
#define QUARRY_HTML_TAGS(tag) \
  tag (A, "a", INLINE) \
  tag (ADDRESS, "address", SPECIAL | ENDS_P) \
  tag (ANNOTATION, "annotation", 0) \
  tag (ANNOTATION_XML, "annotation-xml", 0) \
  tag (APPLET, "applet", SPECIAL | SCOPE) \
  tag (AREA, "area", SPECIAL | VOID) \
  tag (ARTICLE, "article", SPECIAL | ENDS_P) \
  tag (ASIDE, "aside", SPECIAL | ENDS_P) \
  tag (AUDIO, "audio", 0) \
  tag (B, "b", INLINE | FOREIGN_ENDS) \
  tag (BASE, "base", SPECIAL | VOID) \
  tag (BASEFONT, "basefont", SPECIAL | VOID) \
  tag (BGSOUND, "bgsound", SPECIAL | VOID) \
  tag (BIG, "big", INLINE | FOREIGN_ENDS) \
  tag (BLOCKQUOTE, "blockquote", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (BODY, "body", SPECIAL | FOREIGN_ENDS) \
  tag (BR, "br", SPECIAL | VOID | FOREIGN_ENDS) \
  tag (BUTTON, "button", SPECIAL) \
  tag (CANVAS, "canvas", 0) \
  tag (CAPTION, "caption", SPECIAL | SCOPE) \
  tag (CENTER, "center", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (CODE, "code", INLINE | FOREIGN_ENDS) \
  tag (COL, "col", SPECIAL | VOID) \
  tag (COLGROUP, "colgroup", SPECIAL) \
  tag (DATALIST, "datalist", 0) \
  tag (DD, "dd", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (DESC, "desc", 0) \
  tag (DETAILS, "details", SPECIAL | ENDS_P) \
  tag (DIALOG, "dialog", ENDS_P) \
  tag (DIR, "dir", SPECIAL | ENDS_P) \
  tag (DIV, "div", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (DL, "dl", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (DT, "dt", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (EM, "em", INLINE | FOREIGN_ENDS) \
  tag (EMBED, "embed", SPECIAL | VOID | FOREIGN_ENDS) \
  tag (FIELDSET, "fieldset", SPECIAL | ENDS_P) \
  tag (FIGCAPTION, "figcaption", SPECIAL | ENDS_P) \
  tag (FIGURE, "figure", SPECIAL | ENDS_P) \
  tag (FONT, "font", INLINE) \
  tag (FOOTER, "footer", SPECIAL | ENDS_P) \
  tag (FOREIGNOBJECT, "foreignobject", 0) \
  tag (FORM, "form", SPECIAL | ENDS_P) \
  tag (FRAME, "frame", SPECIAL | VOID) \
  tag (FRAMESET, "frameset", SPECIAL) \
  tag (H1, "h1", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (H2, "h2", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (H3, "h3", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (H4, "h4", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (H5, "h5", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (H6, "h6", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (HEAD, "head", SPECIAL | FOREIGN_ENDS) \
  tag (HEADER, "header", SPECIAL | ENDS_P) \
  tag (HGROUP, "hgroup", SPECIAL | ENDS_P) \
  tag (HR, "hr", SPECIAL | VOID | ENDS_P | FOREIGN_ENDS) \
  tag (HTML, "html", SPECIAL | SCOPE) \
  tag (I, "i", INLINE | FOREIGN_ENDS) \
  tag (IFRAME, "iframe", SPECIAL | RAW) \
  tag (IMAGE, "image", VOID) \
  tag (IMG, "img", SPECIAL | VOID | FOREIGN_ENDS) \
  tag (INPUT, "input", SPECIAL | VOID) \
  tag (KEYGEN, "keygen", SPECIAL | VOID) \
  tag (LEGEND, "legend", 0) \
  tag (LI, "li", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (LINK, "link", SPECIAL | VOID) \
  tag (LISTING, "listing", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (MAIN, "main", SPECIAL | ENDS_P) \
  tag (MARQUEE, "marquee", SPECIAL | SCOPE) \
  tag (MATH, "math", 0) \
  tag (MENU, "menu", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (META, "meta", SPECIAL | VOID | FOREIGN_ENDS) \
  tag (MI, "mi", 0) \
  tag (MN, "mn", 0) \
  tag (MO, "mo", 0) \
  tag (MS, "ms", 0) \
  tag (MTEXT, "mtext", 0) \
  tag (NAV, "nav", SPECIAL | ENDS_P) \
  tag (NOBR, "nobr", INLINE | FOREIGN_ENDS) \
  tag (NOEMBED, "noembed", SPECIAL | RAW) \
  tag (NOFRAMES, "noframes", SPECIAL | RAW) \
  tag (NOSCRIPT, "noscript", SPECIAL | RAW) \
  tag (OBJECT, "object", SPECIAL | SCOPE) \
  tag (OL, "ol", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (OPTGROUP, "optgroup", 0) \
  tag (OPTION, "option", 0) \
  tag (P, "p", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (PARAM, "param", SPECIAL | VOID) \
  tag (PLAINTEXT, "plaintext", SPECIAL | ENDS_P | RAW) \
  tag (PRE, "pre", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (RB, "rb", 0) \
  tag (RP, "rp", 0) \
  tag (RT, "rt", 0) \
  tag (RTC, "rtc", 0) \
  tag (RUBY, "ruby", FOREIGN_ENDS) \
  tag (S, "s", INLINE | FOREIGN_ENDS) \
  tag (SCRIPT, "script", SPECIAL | RAW) \
  tag (SECTION, "section", SPECIAL | ENDS_P) \
  tag (SELECT, "select", SPECIAL) \
  tag (SMALL, "small", INLINE | FOREIGN_ENDS) \
  tag (SOURCE, "source", SPECIAL | VOID) \
  tag (SPAN, "span", FOREIGN_ENDS) \
  tag (STRIKE, "strike", INLINE | FOREIGN_ENDS) \
  tag (STRONG, "strong", INLINE | FOREIGN_ENDS) \
  tag (STYLE, "style", SPECIAL | RAW) \
  tag (SUB, "sub", FOREIGN_ENDS) \
  tag (SUMMARY, "summary", SPECIAL | ENDS_P) \
  tag (SUP, "sup", FOREIGN_ENDS) \
  tag (SVG, "svg", 0) \
  tag (TABLE, "table", SPECIAL | SCOPE | ENDS_P | TABLE_PART | FOREIGN_ENDS) \
  tag (TBODY, "tbody", SPECIAL | TABLE_PART) \
  tag (TD, "td", SPECIAL | SCOPE) \
  tag (TEMPLATE, "template", SPECIAL | SCOPE) \
  tag (TEXTAREA, "textarea", SPECIAL | RAW | REFERENCES) \
  tag (TFOOT, "tfoot", SPECIAL | TABLE_PART) \
  tag (TH, "th", SPECIAL | SCOPE) \
  tag (THEAD, "thead", SPECIAL | TABLE_PART) \
  tag (TITLE, "title", SPECIAL | RAW | REFERENCES) \
  tag (TR, "tr", SPECIAL | TABLE_PART) \
  tag (TRACK, "track", SPECIAL | VOID) \
  tag (TT, "tt", INLINE | FOREIGN_ENDS) \
  tag (U, "u", INLINE | FOREIGN_ENDS) \
  tag (UL, "ul", SPECIAL | ENDS_P | FOREIGN_ENDS) \
  tag (VAR, "var", FOREIGN_ENDS) \
  tag (VIDEO, "video", 0) \
  tag (WBR, "wbr", SPECIAL | VOID) \
  tag (XMP, "xmp", SPECIAL | ENDS_P | RAW)
/* clang-format on */
