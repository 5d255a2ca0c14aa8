#!/usr/bin/env python3
# model-reference.py FOLDER: static models of every kind, and what their vectors are
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Writes models in the Model2Vec layout into folders of FOLDER, each with a file "expected": a line a
# text, the text as JSON, then its vector. What is computed here shares nothing with Quarry's own
# code: plain definitions, as slow as they like, by Python's own library.
import base64, json, math, os, random, struct, sys, unicodedata

TEXTS = ['', ' ', 'the stone mason', 'The Stone-Mason’s house, 1987!', 'Café ÉCOLE naïve', 'unaffable words',
         'a  b   c', '東京 tower', 'don\'t we\'ll see 42nd', 'straße İstanbul', 'new\nline\ttab', 'x' * 40,
         'stone, stone. (stone) stone?', 'emoji 😀 here', '  leading and trailing  ', 'low lower newest widest',
         'e\u0301te\u0301', '½ ﬁne ²', 'a_b snake_case', 'under score…',
         'T\u0301op te\u0301\u0302\u0303n', 'bell\x07\x02s ring\u200bing▁here\ufeff!']
DIMS = 8


# --- Tokenizers ----------------------------------------------------------------------------------

def is_punctuation(c):
    return (ord(c) < 128 and 33 <= ord(c) and not c.isalnum()) or unicodedata.category(c).startswith('P')


def bert_words(text):
    out = ''
    for c in text:
        if c == '\ufffd' or unicodedata.category(c) in ('Cc', 'Cf', 'Co', 'Cs', 'Cn') and c not in '\t\n\r':
            continue
        out += ' ' if c.isspace() else f' {c} ' if 0x4e00 <= ord(c) <= 0x9fff else c
    out = ''.join(c for c in unicodedata.normalize('NFD', out) if unicodedata.category(c) != 'Mn')
    out = ''.join(c.lower() for c in out)
    words = []
    for part in out.split():
        word = ''
        for c in part:
            if is_punctuation(c):
                words += [word, c]
                word = ''
            else:
                word += c
        words.append(word)
    return [w for w in words if w]


def word_piece(word, vocabulary):
    start, out = 0, []
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = ('##' if start else '') + word[start:end]
            if piece in vocabulary:
                out.append(piece)
                start = end
                break
        else:
            return []
    return out


def unigram(piece, scores, byte_fallback):
    worst = min(scores.values()) - 10
    best = [(0, [])] + [None] * len(piece)
    for end in range(1, len(piece) + 1):
        for start in range(end):
            part = piece[start:end]
            if part in scores:
                way = (best[start][0] + scores[part], best[start][1] + [part])
            elif end - start == 1:
                raw = [f'<0x{b:02X}>' for b in part.encode()] if byte_fallback else []
                way = (best[start][0] + worst, best[start][1] + raw)
            else:
                continue
            if best[end] is None or way[0] > best[end][0]:
                best[end] = way
    return best[-1][1]


def metaspace(text):
    text = text.replace(' ', '▁')
    if not text.startswith('▁'):
        text = '▁' + text
    out = []
    for c in text:
        if c == '▁' or not out:
            out.append(c)
        else:
            out[-1] += c
    return out


def byte_letters():
    printed = list(range(0x21, 0x7f)) + list(range(0xa1, 0xad)) + list(range(0xae, 0x100))
    letters, n = {b: chr(b) for b in printed}, 256
    for b in range(256):
        if b not in letters:
            letters[b] = chr(n)
            n += 1
    return letters


def gpt2_pieces(text):
    # 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
    def kind(c):
        category = unicodedata.category(c)[0]
        return 's' if c.isspace() else 'L' if category == 'L' else 'N' if category == 'N' else 'o'
    out, at = [], 0
    while at < len(text):
        short = next((s for s in ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d") if text.startswith(s, at)), None)
        if short:
            end = at + len(short)
        else:
            start = at + (text[at] == ' ' and at + 1 < len(text) and kind(text[at + 1]) != 's')
            end = start + 1
            if kind(text[start]) == 's':
                while end < len(text) and kind(text[end]) == 's':
                    end += 1
                if end < len(text) and end - start > 1:
                    end -= 1
            else:
                while end < len(text) and kind(text[end]) == kind(text[start]):
                    end += 1
        out.append(text[at:end])
        at = end
    return out


def bpe(piece, ranks, vocabulary, byte_fallback):
    parts = list(piece)
    while True:
        pairs = [(ranks[p], i) for i, p in enumerate(zip(parts, parts[1:])) if p in ranks]
        if not pairs:
            break
        _, i = min(pairs)
        parts[i:i + 2] = [parts[i] + parts[i + 1]]
    out = []
    for p in parts:
        if p in vocabulary:
            out.append(p)
        elif byte_fallback:
            out += [f'<0x{b:02X}>' for b in p.encode()]
    return out


def clusters(text):
    out = []
    for c in text:
        if out and (unicodedata.category(c)[0] == 'M' or c == '\u200d' and out[-1] != ' '):
            out[-1] += c
        else:
            out.append(c)
    return out


def by_rules(text, rules):
    # Short clusters as a whole, by the shortest rule that they begin with; all else by character.
    def replaced(part):
        first = next((part[:n] for n in range(1, len(part) + 1) if part[:n] in rules), None)
        return None if first is None else rules[first]
    out = ''
    for cluster in clusters(text):
        whole = replaced(cluster) if len(cluster.encode()) < 6 else None
        if whole is not None:
            out += whole
        else:
            out += ''.join(c if replaced(c) is None else replaced(c) for c in cluster)
    return out


def nmt(text):
    out = ''
    for c in text:
        n = ord(c)
        if c in '\t\n\f\r' or n in (0x1680, 0x2028, 0x2029, 0x2581, 0xfeff, 0xfffd) or 0x200b <= n <= 0x200f:
            out += ' '
        elif n >= 32 and n not in (0x7f, 0x8f, 0x9f):
            out += c
    return out


def charsmap(rules):
    # A double array: a node's children stand where its base, crossed with their byte, says; the unit of
    # the base itself is the value of a sequence that ends there.
    texts, places = b'', {}
    for source, target in rules.items():
        places[source.encode()] = len(texts)
        texts += target.encode() + b'\0'
    units, taken, todo = {}, {0}, [(b'', 0, 0)]
    while todo:
        prefix, place, label = todo.pop(0)
        follow = sorted({k[len(prefix)] for k in places if k.startswith(prefix) and len(k) > len(prefix)})
        ends = prefix in places
        # A stride of 256, as far arrays need it, for every other node.
        step = 256 if len(units) % 2 else 1
        offset = next(o for o in range(step, 1 << 20, step)
                      if not {(place ^ o) ^ b for b in follow + [0]} & taken)
        base = place ^ offset
        taken |= {base ^ b for b in follow + [0]}
        units[place] = (offset >> 8 << 10 | 1 << 9 if step == 256 else offset << 10) | ends << 8 | label
        if ends:
            units[base] = 1 << 31 | places[prefix]
        todo += [(prefix + bytes([b]), base ^ b, b) for b in follow]
    array = [units.get(i, 0) for i in range(max(units) + 1)]
    return base64.b64encode(struct.pack(f'<I{len(array)}I', 4 * len(array), *array) + texts).decode()


# --- Files ---------------------------------------------------------------------------------------

dice = random.Random(7)


def half(x):
    return struct.unpack('<e', struct.pack('<e', x))[0]


def bfloat(x):
    return struct.unpack('<f', b'\0\0' + struct.pack('<f', x)[2:])[0]


def write(folder, name, tokens, tokenizer, tokenize, dtype, weights=False, mapping=False):
    path = os.path.join(folder, name)
    os.makedirs(path)
    n_rows = len(tokens) // 2 + 1 if mapping else len(tokens)
    places = [dice.randrange(n_rows) for _ in tokens] if mapping else list(range(n_rows))
    rows = [[dice.gauss(0, 1) for _ in range(DIMS)] for _ in range(n_rows)]
    if dtype == 'F32':
        data = b''.join(struct.pack(f'<{DIMS}f', *r) for r in rows)
        rows = [list(struct.unpack(f'<{DIMS}f', struct.pack(f'<{DIMS}f', *r))) for r in rows]
    elif dtype == 'F16':
        rows = [[half(x) for x in r] for r in rows]
        data = b''.join(struct.pack(f'<{DIMS}e', *r) for r in rows)
    elif dtype == 'BF16':
        rows = [[bfloat(x) for x in r] for r in rows]
        data = b''.join(struct.pack('<f', x)[2:] for r in rows for x in r)
    else:
        rows = [[max(-127, min(127, round(x * 40))) for x in r] for r in rows]
        data = b''.join(struct.pack(f'<{DIMS}b', *r) for r in rows)
    header = {'embeddings': {'dtype': dtype, 'shape': [n_rows, DIMS], 'data_offsets': [0, len(data)]}}
    own = [1.0] * len(tokens)
    if weights:
        own = [struct.unpack('<f', struct.pack('<f', dice.uniform(.1, 2)))[0] for _ in tokens]
        data += b'\0' * (-len(data) % 8)
        header['weights'] = {'dtype': 'F32', 'shape': [len(tokens)], 'data_offsets': [len(data), len(data) + 4 * len(own)]}
        header['embeddings']['data_offsets'][1] = n_rows * DIMS * {'F32': 4, 'F16': 2, 'BF16': 2, 'I8': 1}[dtype]
        if header['embeddings']['data_offsets'][1] != len(data):
            header['pad'] = {'dtype': 'U8', 'shape': [len(data) - header['embeddings']['data_offsets'][1]],
                             'data_offsets': [header['embeddings']['data_offsets'][1], len(data)]}
        data += struct.pack(f'<{len(own)}f', *own)
    if mapping:
        data += b'\0' * 0
        header['mapping'] = {'dtype': 'I64', 'shape': [len(tokens)], 'data_offsets': [len(data), len(data) + 8 * len(places)]}
        data += struct.pack(f'<{len(places)}q', *places)
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(os.path.join(path, 'model.safetensors'), 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text + data)
    with open(os.path.join(path, 'tokenizer.json'), 'w', encoding='utf-8') as f:
        json.dump({'version': '1.0', 'added_tokens': [], **tokenizer}, f)
    with open(os.path.join(path, 'config.json'), 'w') as f:
        json.dump({'model_type': 'model2vec', 'hidden_dim': DIMS, 'normalize': True}, f)
    ids = {t: i for i, t in enumerate(tokens)}
    with open(os.path.join(path, 'expected'), 'w', encoding='utf-8') as f:
        for s in TEXTS:
            v = [0.0] * DIMS
            for t in tokenize(s):
                if t in ids and t not in ('[UNK]', '<unk>'):
                    for d in range(DIMS):
                        v[d] += own[ids[t]] * rows[places[ids[t]]][d]
            norm = math.sqrt(sum(x * x for x in v))
            f.write(json.dumps([s] + [x / norm if norm > 1e-12 else 0.0 for x in v]) + '\n')


def words_of(texts):
    return sorted({w for t in texts for w in bert_words(t)})


def main(folder):
    letters = sorted({c for t in TEXTS for c in ''.join(bert_words(t))} - {'東', '😀'})
    pieces = ['[UNK]'] + letters + ['##' + c for c in letters if c != 'q'] + ['stone', 'mason', '##able', 'un', 'the', '##est', 'low']
    bert = {'normalizer': {'type': 'BertNormalizer', 'clean_text': True, 'handle_chinese_chars': True,
                           'strip_accents': None, 'lowercase': True},
            'pre_tokenizer': {'type': 'BertPreTokenizer'},
            'model': {'type': 'WordPiece', 'unk_token': '[UNK]', 'continuing_subword_prefix': '##',
                      'max_input_chars_per_word': 30, 'vocab': {p: i for i, p in enumerate(pieces)}}}

    def run_bert(text):
        return [p for w in bert_words(text) if len(w) <= 30 for p in word_piece(w, set(pieces))]

    write(folder, 'wordpiece-f32', pieces, bert, run_bert, 'F32')
    write(folder, 'wordpiece-f16-weights', pieces, bert, run_bert, 'F16', weights=True)
    write(folder, 'wordpiece-i8-mapping', pieces, bert, run_bert, 'I8', mapping=True)

    vocabulary = words_of(TEXTS[:12])
    level = {'normalizer': {'type': 'Sequence', 'normalizers': [{'type': 'NFD'}, {'type': 'StripAccents'}, {'type': 'Lowercase'}]},
             'pre_tokenizer': {'type': 'Sequence', 'pretokenizers': [{'type': 'WhitespaceSplit'},
                               {'type': 'Punctuation', 'behavior': 'Isolated'}]},
             'model': {'type': 'WordLevel', 'unk_token': '[UNK]', 'vocab': {w: i for i, w in enumerate(['[UNK]'] + vocabulary)}}}

    def run_level(text):
        text = ''.join(c for c in unicodedata.normalize('NFD', text) if unicodedata.category(c) != 'Mn')
        out = []
        for word in ''.join(c.lower() for c in text).split():
            part = ''
            for c in word:
                if is_punctuation(c):
                    out += [part, c]
                    part = ''
                else:
                    part += c
            out.append(part)
        return [w for w in out if w in vocabulary]

    write(folder, 'word-level-bf16', ['[UNK]'] + vocabulary, level, run_level, 'BF16')

    # Ties between cuts are left to chance by no rule: all sums differ.
    scores = {'<unk>': 0.0}
    for c in sorted({c for t in TEXTS for c in unicodedata.normalize('NFKC', t)} - {'😀', '東', ' '}):
        scores[c] = -6 - dice.random()
    for p in ('▁', '▁stone', '▁the', 'mason', 'able', '▁un', 'est', '▁low', 'er', 'in', 'ing', 'st', '▁a', 'tower', '▁see'):
        scores[p] = -2 - 2 * dice.random()
    raw = {f'<0x{b:02X}>': -20.0 for b in range(256)}
    for name, fallback, dtype in (('unigram', False, 'F32'), ('unigram-bytes', True, 'F16')):
        known = {**scores, **raw} if fallback else scores
        usable = {k: v for k, v in known.items() if k != '<unk>'}
        file = {'normalizer': {'type': 'Sequence', 'normalizers': [{'type': 'NFKC'},
                               {'type': 'Replace', 'pattern': {'Regex': ' {2,}'}, 'content': ' '}]},
                'pre_tokenizer': {'type': 'Metaspace', 'replacement': '▁', 'prepend_scheme': 'always', 'split': True},
                'model': {'type': 'Unigram', 'unk_id': 0, 'byte_fallback': fallback, 'vocab': [[k, v] for k, v in known.items()]}}

        def run_unigram(text, usable=usable, fallback=fallback):
            text = unicodedata.normalize('NFKC', text)
            while '  ' in text:
                text = text.replace('  ', ' ')
            return [t for p in (metaspace(text) if text else []) for t in unigram(p, usable, fallback)]

        write(folder, name, list(known), file, run_unigram, dtype)

    # Rules of its own, compiled, after those for controls.
    rules = {chr(c): chr(c + 32) for c in range(65, 91)}
    rules |= {'e\u0301': 'é', 'T\u0301': 'x', '’': "'", '…': '...', 'ﬁ': 'fi', '²': '2', '\u0302': '', '½': '1/2'}
    file = {'normalizer': {'type': 'Sequence', 'normalizers': [{'type': 'Nmt'},
                           {'type': 'Precompiled', 'precompiled_charsmap': charsmap(rules)},
                           {'type': 'Replace', 'pattern': {'Regex': ' {2,}'}, 'content': ' '}]},
            'pre_tokenizer': {'type': 'Metaspace', 'replacement': '▁', 'prepend_scheme': 'always', 'split': True},
            'model': {'type': 'Unigram', 'unk_id': 0}}

    def prepare(text):
        text = by_rules(nmt(text), rules)
        while '  ' in text:
            text = text.replace('  ', ' ')
        return text

    scores = {'<unk>': 0.0}
    for c in sorted({c for t in TEXTS for c in prepare(t)} - {' '}):
        scores[c] = -6 - dice.random()
    for p in ('▁', '▁stone', '▁the', 'mason', 'able', '▁un', 'est', 'to', 'rin', '▁here', 'én', 'fin'):
        scores[p] = -2 - 2 * dice.random()
    file['model']['vocab'] = [[k, v] for k, v in scores.items()]
    usable = {k: v for k, v in scores.items() if k != '<unk>'}
    write(folder, 'unigram-charsmap', list(scores), file,
          lambda text: [t for p in (metaspace(prepare(text)) if text else []) for t in unigram(p, usable, False)], 'F32')

    # Byte-level BPE, as GPT-2's and its kin.
    letters = byte_letters()
    alphabet = [letters[b] for b in range(256)]
    merges = [('Ġ', 's'), ('s', 't'), ('Ġs', 't'), ('o', 'n'), ('on', 'e'), ('Ġst', 'one'), ('st', 'one'), ('e', 'r'), ('Ġ', 't'),
              ('h', 'e'), ('Ġt', 'he'), ('w', 'er'), ('Ġl', 'o'), ('Ġ', 'l'), ('Ġlo', 'wer'), ('x', 'x'), ('xx', 'xx'), ('Ã', '©')]
    tokens = list(alphabet)
    for a, b in merges:
        for t in (a, b, a + b):
            if t not in tokens:
                tokens.append(t)
    ranks = {m: i for i, m in enumerate(merges)}
    for name, prefix, listed in (('bpe-bytes', False, False), ('bpe-bytes-prefix', True, True)):
        file = {'normalizer': None,
                'pre_tokenizer': {'type': 'ByteLevel', 'add_prefix_space': prefix, 'trim_offsets': True, 'use_regex': True},
                'model': {'type': 'BPE', 'vocab': {t: i for i, t in enumerate(tokens)},
                          'merges': [list(m) if listed else ' '.join(m) for m in merges]}}

        def run_bytes(text, prefix=prefix):
            if prefix and text and not text[0].isspace():
                text = ' ' + text
            return [t for p in gpt2_pieces(text)
                    for t in bpe(''.join(letters[b] for b in p.encode()), ranks, set(tokens), False)]

        write(folder, name, tokens, file, run_bytes, 'I8' if prefix else 'F32', weights=prefix)

    # BPE over characters with bytes for the rest, as SentencePiece's.
    merges = [('▁', 's'), ('t', 'o'), ('▁s', 'to'), ('n', 'e'), ('▁sto', 'ne'), ('l', 'o'), ('lo', 'w')]
    plain = ['<unk>'] + [f'<0x{b:02X}>' for b in range(256)] + ['▁'] + list('abcdefghijklmnopqrstuvwxyz')
    for a, b in merges:
        if a + b not in plain:
            plain.append(a + b)
    ranks = {m: i for i, m in enumerate(merges)}
    file = {'normalizer': {'type': 'Sequence', 'normalizers': [{'type': 'Prepend', 'prepend': '▁'},
                           {'type': 'Replace', 'pattern': {'String': ' '}, 'content': '▁'}]},
            'pre_tokenizer': None,
            'model': {'type': 'BPE', 'unk_token': '<unk>', 'byte_fallback': True, 'fuse_unk': True,
                      'vocab': {t: i for i, t in enumerate(plain)}, 'merges': [' '.join(m) for m in merges]}}
    write(folder, 'bpe-fallback', plain, file,
          lambda text: bpe(('▁' + text).replace(' ', '▁'), ranks, set(plain), True) if text else [], 'F32')


main(sys.argv[1])
