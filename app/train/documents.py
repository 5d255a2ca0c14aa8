#!/usr/bin/python3
# documents.py: documents with headings out of Debian's packages, repositories, books and meetings, for
# `quarry-train segment`
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   apt-get download rust-doc …; for p in *.deb; do dpkg -x "$p" unpacked/"${p%%_*}"; done
#   documents.py --packages unpacked --repositories repositories --books books --meetings QMSum --output documents
#
# One file a kind: lines of D (document), H (heading), P (paragraph), a tab and text. --books names a folder
# of checkouts of Standard Ebooks' repositories, --repositories one of checkouts whose pages are marked up in Markdown,
# reStructuredText, AsciiDoc or OpenStax's CNXML, --meetings a checkout of QMSum (documents.list names them). With --ref
# the same as reference segmentations (a sentence a line, ten = between segments), a folder a kind, for
# `quarry-cli eval segmentation`.
import argparse
import glob
import gzip
import json
import os
import random
import re
from html.parser import HTMLParser

# Kind: pages of which each is a document, cut at these headings; or runs of so many short pages.
PAGES = {
    'rust': (['rust-doc/**/html/book/ch*.html', 'rust-doc/**/html/reference/**/*.html',
              'rust-doc/**/html/nomicon/*.html', 'rust-doc/**/html/rustc/**/*.html',
              'rust-doc/**/html/cargo/**/*.html'], 'h2 h3'),
    'postgres': (['postgresql-doc-15/**/*.html'], 'h2 h3 h4'),
    'python': (['python3.11-doc/**/html/**/*.html'], 'h2 h3'),
    'manuals': (['git-doc/**/*.html', 'exim4-doc-html/**/*.html', 'renpy-doc/**/*.html',
                 'apache2-doc/**/en/**/*.html', 'debian-reference-en/**/*.html',
                 'maxima-doc/**/*.html'], 'h2 h3'),
    'policy': (['debian-policy/**/policy.html/*.html', 'developers-reference/**/*.html',
                'debian-faq/**/*.en.html', 'debian-history/**/*.en.html'], 'h2 h3'),
    'anarchism': (['anarchism/**/*.html'], 'h1 h2 h3'),
}
RUNS = {
    'gnucash': (['gnucash-docs/**/gnucash-guide-en/*.html', 'gnucash-docs/**/gnucash-help-en/*.html'], 8),
    'octave': (['octave-doc/**/*.html'], 9),
    'lilypond': (['lilypond-doc-html/**/notation/*[!.][!.].html'], 9),
    'gimp': (['gimp-help-en/**/*.html'], 6),
    'office': (['libreoffice-help-en-us/**/*.html'], 8),
    'installation': (['installation-guide-amd64/**/en/*.html'], 8),
    'handbook': (['debian-handbook/**/en-US/*.html'], 9),
}
# Of any other package so many pages, evenly.
MOST_PAGES = 500
SKIPPED = {'hgroup', 'pre', 'table', 'nav', 'script', 'style', 'head', 'footer', 'sup', 'svg', 'math'}
# OpenStax's markup beside that of pages.
PARAGRAPHS = {'p', 'li', 'dd', 'para', 'item'}
BLOCKS = PARAGRAPHS | {'dt', 'blockquote', 'div', 'section', 'article', 'note', 'exercise', 'figure'}


class Page(HTMLParser):
    """Headings and paragraphs of a page, in order: [('h2', text), ('p', text), …]."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.items, self.words, self.kind, self.skipped, self.navigation = [], [], None, 0, False
        self.feed(text)
        self.flush()

    def flush(self):
        text = ' '.join(''.join(self.words).split())
        if text and self.kind:
            self.items.append((self.kind, text))
        self.words, self.kind = [], None

    def handle_starttag(self, tag, attributes):
        names = (dict(attributes).get('class') or '').split()
        if tag == 'ul' and 'docnav' in names:
            self.flush()
            self.navigation = True
            self.skipped += 1
        elif tag in SKIPPED:
            if tag != 'sup':
                self.flush()
            self.skipped += 1
        elif not self.skipped and re.fullmatch('h[1-6]|title', tag):
            self.flush()
            self.kind = tag
        elif not self.skipped and tag in BLOCKS:
            self.flush()
            # Publican, which makes the Handbook, writes <div class="para">.
            self.kind = 'p' if tag in PARAGRAPHS or 'para' in names else None

    def handle_endtag(self, tag):
        if tag == 'ul' and self.navigation:
            self.navigation = False
            self.skipped = max(0, self.skipped - 1)
        elif tag in SKIPPED:
            self.skipped = max(0, self.skipped - 1)
        elif not self.skipped and (tag in BLOCKS or re.fullmatch('h[1-6]|title', tag)):
            self.flush()

    def handle_data(self, data):
        if not self.skipped:
            self.words.append(data)


def is_prose(text):
    letters = sum(c.isalpha() or c == ' ' for c in text)
    return len(text.split()) >= 5 and letters > .75 * len(text)


def read(path):
    with (gzip.open if path.endswith('.gz') else open)(path, 'rb') as file:
        data = file.read()
    named = re.search(rb'charset=["\']?([\w-]+)', data[:4000])
    try:
        return data.decode(named.group(1).decode() if named else 'utf-8', 'replace')
    except LookupError:
        return data.decode('utf-8', 'replace')


def find(folder, patterns, wanted=os.path.isfile):
    """The files that match, each once: packages have links to files, and to folders, also to those that they are in."""
    found, seen = [], set()
    for pattern in patterns:
        for path in sorted(glob.glob(os.path.join(folder, pattern), recursive=True)):
            if wanted(path) and os.path.realpath(path) not in seen:
                seen.add(os.path.realpath(path))
                found.append(path)
    return found


def sections(items, headings):
    found = [('', [])]
    for kind, text in items:
        if kind in headings:
            found.append((text, []))
        elif kind == 'p' and is_prose(text):
            found[-1][1].append(text)
    return found


def html_documents(folder):
    for kind, (patterns, headings) in PAGES.items():
        yield kind, [sections(Page(read(path)).items, headings.split()) for path in find(folder, patterns)]
    for kind, (patterns, size) in RUNS.items():
        generator, paths, documents = random.Random(5), find(folder, patterns), []
        while paths:
            n = generator.randint(max(4, size // 2), size * 3 // 2)
            documents.append([sections(Page(read(path)).items, [])[0] for path in paths[:n]])
            paths = paths[n:]
        yield kind, documents


def varied(documents, generator):
    """Short ones in runs, as one document; a paragraph that was seen before is left out."""
    seen, run, size = set(), [], generator.randint(4, 12)
    for document in documents:
        fresh = []
        for heading, paragraphs in document:
            fresh.append((heading, [p for p in paragraphs if p not in seen]))
            seen.update(paragraphs)
        fresh = [s for s in fresh if sum(len(p.split()) for p in s[1]) >= 25]
        if len(fresh) >= 3:
            yield fresh
        elif fresh:
            run.append(('', [p for _, paragraphs in fresh for p in paragraphs]))
            if len(run) == size:
                yield run
                run, size = [], generator.randint(4, 12)
    yield run


def other_packages(folder):
    """Any package's pages."""
    named = {pattern.split('/')[0] for patterns, _ in [*PAGES.values(), *RUNS.values()] for pattern in patterns}
    for package in sorted(set(os.listdir(folder)) - named - {'linux-doc-6.1', 'perl-doc'}):
        paths = find(folder, [package + '/**/*.htm', package + '/**/*.html'])
        paths = paths[::len(paths) // MOST_PAGES + 1]
        pages = (sections(Page(read(path)).items, ('h2', 'h3')) for path in paths)
        yield package, list(varied(pages, random.Random(6)))


MARKDOWN = re.compile(r'(#{2,6}|={2,6}) (.*)')
UNDERLINE = re.compile(r'([=\-~^"#*+.])\1{2,}\s*')
# Legal texts, lists of changes, and other languages.
LEFT_OUT = re.compile('(?i)/(license|changelog|code_of_conduct)|translations|locale'
                      '|/(zh|ja|fr|de|es|pt|ko|ru|it|pl|tr)/')


def marked_up(text):
    """Markdown, reStructuredText or AsciiDoc: headings and paragraphs."""
    found, lines, fenced = [('', [])], [], None
    text = re.sub(r'\A(---|\+\+\+)\n.*?\n\1\n|<!--.*?-->|<(script|style|pre|table)\b.*?</\2>', '', text,
                  flags=re.DOTALL)
    for line in text.split('\n') + ['']:
        fence = re.match(r'\s*(```|~~~|-{4,}\s*$|\.{4,}\s*$|\|===)', line)
        if fenced is not None:
            if line.strip().startswith(fenced):
                fenced = None
            continue
        heading = MARKDOWN.match(line)
        if UNDERLINE.fullmatch(line) and len(lines) == 1:
            found.append((lines[0].strip(), []))
            lines = []
        elif fence and fence.group(1)[0] in '`~|' or fence and not lines:
            fenced, lines = fence.group(1).strip()[:4], []
        elif heading:
            found.append((heading.group(2).strip('# '), []))
            lines = []
        elif line.strip() and not re.match(r'\s*([*+-]|\d+[.)]) ', line):
            lines.append(line)
        else:
            if lines and not lines[0].startswith(('    ', '|', '.. ', ':', '<', '{', '[')):
                plain = re.sub(r'!?\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])|<[^<>]*>|[`*]|:\w+:|{[{%].*?[%}]}',
                               lambda match: match.group(1) or '', ' '.join(x.strip() for x in lines))
                if is_prose(plain):
                    found[-1][1].append(' '.join(plain.split()))
            lines = [re.sub(r'^\s*([*+-]|\d+[.)]) +', '', line)] if line.strip() else []
    return found


def repository_documents(folder):
    """Pages of documentation in repositories, and textbooks of OpenStax."""
    for repository in sorted(os.listdir(folder)):
        paths = find(folder, [repository + '/**/*.' + x for x in ('md', 'mdx', 'markdown', 'rst', 'asciidoc', 'adoc')])
        texts = [marked_up(read(path)) for path in paths if not LEFT_OUT.search(path)]
        modules = find(folder, [repository + '/modules/*/index.cnxml'])
        texts += [sections(Page(read(path)).items, ('title',)) for path in modules]
        yield repository, list(varied(texts, random.Random(7)))


def kernel_documents(folder):
    """reStructuredText: a line of marks under a line of its own makes it a heading."""
    for path in find(folder, ['linux-doc-6.1/**/*.rst.gz']):
        found, lines = [('', [])], []
        for line in read(path).split('\n') + ['']:
            if re.fullmatch(r'([=\-~^"#*])\1{3,}\s*', line):
                if len(lines) == 1:
                    found.append((lines[0].strip(), []))
                lines = []
            elif line.strip():
                lines.append(line)
            elif lines:
                text = re.sub(r'[`*]|:\w+:', '', ' '.join(x.strip() for x in lines))
                if is_prose(text) and not lines[0].startswith('    '):
                    found[-1][1].append(text)
                lines = []
        if 'translations' not in path:
            yield found


def perl_documents(folder):
    for path in find(folder, ['perl-doc/**/*.pod']):
        found = [('', [])]
        for block in re.split(r'\n\s*\n', read(path)):
            if re.match(r'=head[12]', block):
                found.append((' '.join(block.split()[1:]), []))
            elif not block.startswith((' ', '\t', '=')):
                text = re.sub(r'[A-Z]<+\s?([^<>]*?)\s?>+', r'\1', ' '.join(block.split()))
                if is_prose(text):
                    found[-1][1].append(text)
        yield found


def runs_of_chapters(chapters, generator):
    """Three to nine chapters in a row; each run begins within the one before it."""
    while len(chapters) > 2:
        n = generator.randint(3, 9)
        yield chapters[:n]
        chapters = chapters[max(1, n * 2 // 3):]


def book_documents(folder):
    generator = random.Random(4)
    for book in find(folder, ['*'], os.path.isdir):
        paths = find(book, ['src/epub/text/chapter-*.xhtml'])
        paths.sort(key=lambda path: [int(n) for n in re.findall(r'\d+', os.path.basename(path))])
        chapters = [('', [text for kind, text in Page(read(path)).items if kind == 'p']) for path in paths]
        yield from runs_of_chapters(chapters, generator)


def meeting_documents(folder):
    """QMSum's meetings but those of committees, cut where its topics begin; a turn is a paragraph."""
    for path in find(folder, ['data/Academic/all/*.json', 'data/Product/all/*.json']):
        meeting = json.loads(read(path))
        starts = sorted({int(span[0]) for topic in meeting['topic_list'] for span in topic['relevant_text_span']})
        turns = [re.sub(r'\{\w+\}', '', turn['content']).strip() for turn in meeting['meeting_transcripts']]
        yield [('', [turn for turn in turns[start:end] if turn])
               for start, end in zip(starts, starts[1:] + [len(turns)])]


def write(output, kind, documents, as_ref):
    documents = [[(h, p) for h, p in d if sum(len(x.split()) for x in p) >= 25] for d in documents]
    documents = [d for d in documents if len(d) >= 3]
    if not documents:
        return
    if as_ref:
        os.makedirs(os.path.join(output, kind), exist_ok=True)
        for number, document in enumerate(documents):
            with open(os.path.join(output, kind, '%04d.ref' % number), 'w', encoding='utf-8') as file:
                for heading, paragraphs in document:
                    file.write('=' * 10 + '\n')
                    for paragraph in paragraphs:
                        file.write('\n'.join(re.split(r'(?<=[.!?])\s+(?=["“(]*[A-Z0-9])', paragraph)) + '\n')
    else:
        with open(os.path.join(output, kind + '.txt'), 'w', encoding='utf-8') as file:
            for document in documents:
                file.write('D\t%s\n' % kind)
                for heading, paragraphs in document:
                    file.write('H\t%s\n' % heading)
                    file.writelines('P\t%s\n' % paragraph for paragraph in paragraphs)
    print(kind, len(documents), flush=True)


def main():
    parser = argparse.ArgumentParser(description='Documents with headings, for quarry-train segment.')
    parser.add_argument('--packages', required=True, help='folder of unpacked packages')
    parser.add_argument('--books', help="folder of Standard Ebooks' repositories")
    parser.add_argument('--repositories', help='folder of other checkouts')
    parser.add_argument('--meetings', help='repository of QMSum')
    parser.add_argument('--output', required=True)
    parser.add_argument('--ref', action='store_true', help='reference segmentations instead')
    arguments = parser.parse_args()

    os.makedirs(arguments.output, exist_ok=True)
    kinds = dict(html_documents(arguments.packages))
    kinds['kernel'] = list(kernel_documents(arguments.packages))
    kinds['perl'] = list(perl_documents(arguments.packages))
    kinds.update(other_packages(arguments.packages))
    if arguments.repositories:
        kinds.update(repository_documents(arguments.repositories))
    if arguments.books:
        # Each run repeats chapters of the one before it, so every second one is enough.
        kinds['books'] = list(book_documents(arguments.books))[::2]
    if arguments.meetings:
        kinds['meetings'] = list(meeting_documents(arguments.meetings))
    for kind, documents in kinds.items():
        write(arguments.output, kind, documents, arguments.ref)


if __name__ == '__main__':
    main()
