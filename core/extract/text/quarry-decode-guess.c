/* quarry-decode-guess.c: guesses the encoding of a text that does not state one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A sample of the text is decoded in each encoding. The result is scored by the letters and their
 * neighbours, and then for each language by how often that language uses the letters. The best pair of
 * encoding and language wins.
 */
#include "core/extract/text/quarry-decode-guess.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-language.h"
#include "core/extract/text/quarry-decode.h"

/* The number of bytes scored, and how many are searched for lines that are not plain ASCII. */
#define SAMPLE 3000u
#define SEARCHED (256u << 10)

/* Logarithms of the probabilities of: an ASCII byte, a letter that the language does not have, a letter of another
 * script, a punctuation character, a rare one, a half-width Katakana character, and bytes that are no character. */
#define PLAIN (-3.0)
#define FOREIGN_LETTER (-8.5)
#define FOREIGN_SCRIPT (-11.0)
#define SIGN (-5.0)
#define RARE_SIGN (-8.0)
#define HALF_KATAKANA (-9.5)
#define NO_CHARACTER (-25.0)
/* The bonus for a small word of the language. */
#define SMALL_WORD 2.0

/* Names as ICU knows them. If several encodings give the same text, the first of them is taken. @rarity is subtracted
 * for encodings in which files are seldom written. */
static const struct
{
  const char *name;
  double rarity;
} encodings[] = {
  { "windows-1252", 0 }, { "windows-1250", 1 }, { "windows-1251", 1 },  { "KOI8-R", 1 },
  { "Shift_JIS", 1 },    { "EUC-JP", 1 },       { "GB18030", 1 },       { "windows-949", 1 },
  { "Big5", 1 },         { "windows-1253", 1 }, { "windows-1254", 1 },  { "windows-1255", 1 },
  { "windows-1256", 1 }, { "windows-1257", 2 }, { "windows-874", 1 },   { "ISO-8859-2", 1 },
  { "ISO-8859-7", 2 },   { "ISO-8859-5", 2 },   { "ISO-8859-15", 2 },   { "KOI8-U", 2 },
  { "IBM850", 4 },       { "IBM852", 4 },       { "IBM866", 2 },        { "macintosh", 5 },
  { "ISO-8859-13", 3 },  { "ISO-8859-6", 3 },   { "IBM857", 4 },        { "IBM737", 4 },
  { "IBM862", 4 },       { "ibm-1125", 4 },     { "x-mac-cyrillic", 4 }, { "IBM869", 4 },
};

typedef enum
{
  LATIN,
  CYRILLIC,
  GREEK,
  HEBREW,
  ARABIC,
  THAI,
  SIGNS, /* Chinese, Japanese, Korean */
  OTHER,
} Writing;

/* The letters of each language beyond ASCII, most frequent ones first, counted in some ten thousand lines of translated
 * programs. For Chinese, Japanese and Korean, characters that are often used, with the fraction of all that they make
 * up. */
static const struct
{
  const char *code;
  Writing writing;
  double part;
  guint others; /* so many more characters may occur */
  const char *letters;
} languages[] = {
  { "en", LATIN, 1, 0, "éèüöñçïâêôáäóíøåæ" },
  { "de", LATIN, 1, 0, "üäößé" },
  { "fr", LATIN, 1, 0, "éèàêîôâçûùœëï" },
  { "es", LATIN, 1, 0, "óáíúéñü" },
  { "it", LATIN, 1, 0, "èàòùéì" },
  { "pt", LATIN, 1, 0, "ãçáíéóõúêàâôü" },
  { "nl", LATIN, 1, 0, "éëïèóöüá" },
  { "sv", LATIN, 1, 0, "äöåé" },
  { "da", LATIN, 1, 0, "æøåé" },
  { "nb", LATIN, 1, 0, "åøæéòô" },
  { "fi", LATIN, 1, 0, "äöåé" },
  { "is", LATIN, 1, 0, "ðáíóæúöþýé" },
  { "et", LATIN, 1, 0, "äõüöšž" },
  { "lv", LATIN, 1, 0, "āēīšūļņķžģč" },
  { "lt", LATIN, 1, 0, "šėųąįžūčę" },
  { "pl", LATIN, 1, 0, "łóąężśćńź" },
  { "cs", LATIN, 1, 0, "íáéřěčžýšůúóňťď" },
  { "sk", LATIN, 1, 0, "áíéýčúžťšľôóňäďĺŕ" },
  { "sl", LATIN, 1, 0, "čšžćđ" },
  { "hr", LATIN, 1, 0, "čšžćđ" },
  { "hu", LATIN, 1, 0, "áéöóőüíúű" },
  { "ro", LATIN, 1, 0, "ăîţşâțș" },
  { "tr", LATIN, 1, 0, "ıüşğçöİâî" },
  { "ca", LATIN, 1, 0, "óàéèíçòúïü·" },
  { "ru", CYRILLIC, 1, 0, "оеаинтсрлвкпдмуыьязйбчгжхюфцшщэёъ" },
  { "uk", CYRILLIC, 1, 0, "оанивіетрксдлпмузяьйбчгєжхцюшщїфґ" },
  { "bg", CYRILLIC, 1, 0, "аеиотнрсвдпзлкмъбяугчйжхцщшфюь" },
  { "sr", CYRILLIC, 1, 0, "аеионртсукдпвмјзлбгњшчцљжћхђфџ" },
  { "el", GREEK, 1, 0, "αοετνισρημπκυίςλδέγήάόχωφθύβώξζψϊΐ" },
  { "he", HEBREW, 1, 0, "יותהלמראשנבדקכעחפןםצסגטזךץף" },
  { "ar", ARABIC, 1, 0, "اليمترعوةندفبسحقأكصجخطغهىشإذّزثءُضئَظًِْآؤ" },
  { "th", THAI, 1, 0, "าอ่รกน้เงมดัลตแีไยบสขิวทหจพคปะืใชูำถ์ฟุ็ผโณซึญศษฉธภฐๆฎฏฑฒฌฆฬฮ๋๊ฤ" },
  { "zh", SIGNS, .72, 6000,
    "的一是不了在，。人有我他这个中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日"
    "军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相"
    "见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名"
    "真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市"
    "直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路"
    "记南品住告类求据程北边死该交规万取拉格望觉术领共确传师观清今切院让识候带导争运符字选项输列默误错、：；"
    "“”《》（）！？们" },
  { "zh", SIGNS, .72, 6000,
    "的一是不了在，。人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作"
    "裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實"
    "日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美"
    "相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水"
    "名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期"
    "市直德資命山金指許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路"
    "記南品住告類求據程北邊死該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運檔案字輸執碼符、：；「」"
    "『』《》（）！？" },
  { "ja", SIGNS, .88, 3000,
    "のいしたに、を。はるがとてンスでなルトーれすまりさらくイあっリこアもフクドかうシラせッ時年ロイレプタきよ"
    "んグマコ人けおテそジメわキバえデカどム日一大め本パ国ち行つ「」サ中会ダろ出チ事上ュオ自分だ者ウ見前エセ地"
    "合東ビみ後生学間部用ィナほや手ハ同動高新立入当場長ショブ定業作名所ミ的方体理数力文字表示指設使目実社物ノ"
    "モ度子対家気内化全明び下水ケニ小ネ現言取ェ話電回げ主発代不書思心今世私彼何無関成性最法通ポャァ意政べ語ヤ"
    "加山ワゴ要外先開田民ガザ海ばず道相教知経考近持女ベ万正木月連議保原安有食平記戦信市公以次計期選決結調変語"
    "必着多少重県受必続進画線番式件込付済除存格ペ・！？（）：" },
  { "ko", SIGNS, .9, 2200,
    "이다는을에의가은를하고로지기한도사습시니수스자리인어정일서해과대나그있부보제으전들트상아장주라음구성원게여"
    "면비조문만우생것용동적모오되공실화와국치선요안합미관무신학중소년세경방거드프때없명물중연유업할내레현크터러"
    "개출었말분입행회두려했체위력까당진계결설발파반재불마간차단금영람테같통코교식외심김직저르노환늘십작약더월목"
    "피양않느데호플디활던될집형민남바북배많란건될네등석접열버번함타변본능살활험름죄값본예감속복키여맞추색태류루"
    "법른축광밀별달쓰먹싶군술임박참처갈찾알른새몇순메즈슬난필질산급울큰길머여권최확천토독워편초절복링든살움황"
    "품렇였답음논달격블책찰손잘검삭택존추표될옵션" },
};

/* Characters that occur in texts of many languages. */
static const char quotes[] = "“”‘’„«»";
static const char common_signs[] = "“”‘’„‚–—…«»•·©®°§€£ªº¿¡´×½¼²³µ№\302\240\302\255";

typedef struct
{
  GHashTable *likelihoods; /* character -> index of its logarithm in @values */
  GArray *values;          /* of double */
} Language;

static Language *
make_languages (void)
{
  Language *all = g_new (Language, G_N_ELEMENTS (languages));

  for (guint l = 0; l < G_N_ELEMENTS (languages); l++)
    {
      glong n = g_utf8_strlen (languages[l].letters, -1);
      gboolean signs = languages[l].writing == SIGNS;
      double sum = 0;
      guint rank = 0;

      all[l].likelihoods = g_hash_table_new (NULL, NULL);
      all[l].values = g_array_new (FALSE, FALSE, sizeof (double));
      for (const char *p = languages[l].letters; *p != '\0'; p = g_utf8_next_char (p), rank++)
        {
          /* The frequencies of an alphabet's letters fall exponentially with the rank, those of Chinese characters by
           * Zipf's law. */
          double part = signs ? 1.0 / (rank + 12.0) : exp (-3.5 * rank / n);

          sum += part;
          g_array_append_val (all[l].values, part);
          if (!g_hash_table_contains (all[l].likelihoods, GUINT_TO_POINTER (g_utf8_get_char (p))))
            g_hash_table_insert (all[l].likelihoods, GUINT_TO_POINTER (g_utf8_get_char (p)),
                                 GUINT_TO_POINTER (rank));
        }
      for (guint i = 0; i < all[l].values->len; i++)
        g_array_index (all[l].values, double, i)
            = log (languages[l].part * g_array_index (all[l].values, double, i) / sum);
    }
  return all;
}

static const Language *
get_languages (void)
{
  static gsize once;
  static Language *all;

  if (g_once_init_enter (&once))
    {
      all = make_languages ();
      g_once_init_leave (&once, 1);
    }
  return all;
}

static Writing
writing_of (gunichar c)
{
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_LATIN:
      return LATIN;
    case G_UNICODE_SCRIPT_CYRILLIC:
      return CYRILLIC;
    case G_UNICODE_SCRIPT_GREEK:
      return GREEK;
    case G_UNICODE_SCRIPT_HEBREW:
      return HEBREW;
    case G_UNICODE_SCRIPT_ARABIC:
      return ARABIC;
    case G_UNICODE_SCRIPT_THAI:
      return THAI;
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_HANGUL:
      return SIGNS;
    default:
      return OTHER;
    }
}

static gboolean
is_letter (gunichar c)
{
  return g_unichar_isalpha (c) || g_unichar_ismark (c);
}

/* Punctuation, such as quotes, is likelier between words and at their ends than within them. */
static double
rate_sign (gunichar before, gunichar c, gunichar after)
{
  gboolean within = is_letter (before) && is_letter (after);

  /* “½uvre” is “œuvre” in ISO-8859-15, and so is what follows an apostrophe (“d’½il”); but “½cup” is half a cup. */
  if ((c == 0xbc || c == 0xbd) && is_letter (after)
      && (g_unichar_tolower (after) == 'u' || before == '\'' || before == 0x2019))
    within = TRUE;
  if (c == 0x2019 && is_letter (before))
    return -1.2;
  if (c == 0xa0 || c == 0xad)
    return c == 0xad && within ? -3.0 : -4.0;
  if ((c == 0x201c || c == 0x201e || c == 0xab || c == 0x2018) && !is_letter (before) && is_letter (after))
    return -1.5;
  if ((c == 0x201d || c == 0x201c || c == 0xbb) && !is_letter (after) && before > ' ')
    return -1.5;
  if ((c == 0x2013 || c == 0x2014) && before == ' ' && after == ' ')
    return -1.5;
  if (g_utf8_strchr (quotes, -1, c) != NULL && !within && !(c == 0x2019 && is_letter (after)))
    return -2.5;
  return (g_utf8_strchr (common_signs, -1, c) != NULL ? SIGN : RARE_SIGN) + (within ? -6.0 : 0.0);
}

/* How well a character goes with the one before it. */
static double
rate_place (gunichar before, gunichar c)
{
  double score = 0;

  if (g_unichar_isupper (c) && c >= 0x80)
    score += g_unichar_islower (before) ? -5.0 : g_unichar_isupper (before) ? -0.7 : -1.5;
  else if (g_unichar_isupper (c) && before >= 0x80 && g_unichar_islower (before))
    score += -5.0;
  if (is_letter (before) && (c >= 0x80 || before >= 0x80))
    {
      Writing a = writing_of (before), b = writing_of (c);

      /* Combining marks belong to the script of the character before them. */
      if (a != b && a != OTHER && b != OTHER)
        score += a == SIGNS || b == SIGNS ? -1.0 : -5.0;
    }
  return score;
}

/* The score of the text apart from its language. Its letters beyond ASCII are counted in @letters, and by script in
 * @n_by_writing. */
static double
rate_text (const char *text, GHashTable *letters, guint *n_by_writing)
{
  gunichar before = ' ';
  double score = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gunichar after = p[0] != '\0' ? g_utf8_get_char (g_utf8_next_char (p)) : 0;

      if (c < 0x80 && (c >= ' ' || g_ascii_isspace ((gchar) c)))
        score += PLAIN;
      else if (c == 0xfffd || c < 0xa0 || !g_unichar_isdefined (c)
               || g_unichar_type (c) == G_UNICODE_PRIVATE_USE)
        /* The sample may end within a character, which is not counted against the encoding. */
        score += after == 0 ? PLAIN : NO_CHARACTER;
      else if (c >= 0xff61 && c <= 0xff9f)
        score += HALF_KATAKANA;
      else if ((is_letter (c) && c != 0xaa && c != 0xba && c != 0xb5) || (c >= 0x3000 && c < 0xff61))
        {
          gunichar small = g_unichar_tolower (c);
          gpointer key = GUINT_TO_POINTER (small < 0x80 ? c : small);

          g_hash_table_insert (letters, key,
                               GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (letters, key)) + 1));
          n_by_writing[writing_of (c)]++;
        }
      else
        score += rate_sign (before, c, after);
      if (is_letter (c))
        score += rate_place (before, c);
      before = c;
    }
  return score;
}

static double
rate_letters (GHashTable *letters, guint l)
{
  const Language *language = &get_languages ()[l];
  double score = 0;
  GHashTableIter iter;
  gpointer key, n, place;

  g_hash_table_iter_init (&iter, letters);
  while (g_hash_table_iter_next (&iter, &key, &n))
    {
      double each;

      if (g_hash_table_lookup_extended (language->likelihoods, key, NULL, &place))
        each = g_array_index (language->values, double, GPOINTER_TO_UINT (place));
      else if (writing_of (GPOINTER_TO_UINT (key)) != languages[l].writing)
        each = FOREIGN_SCRIPT;
      else if (languages[l].others > 0)
        each = log ((1 - languages[l].part) / languages[l].others);
      else
        each = FOREIGN_LETTER;
      score += each * GPOINTER_TO_UINT (n);
    }
  return score;
}

/* Counts, for each language, those of its small words that are plain ASCII. */
static void
count_small_words (const char *bytes, gsize length, guint *counts)
{
  gsize start = 0;

  for (gsize i = 0; i <= length; i++)
    {
      char word[16];

      if (i < length && (g_ascii_isalpha (bytes[i]) || (guchar) bytes[i] >= 0x80))
        continue;
      if (i > start && i - start < sizeof word)
        {
          gboolean plain = TRUE;

          for (gsize j = start; j < i; j++)
            {
              word[j - start] = g_ascii_tolower (bytes[j]);
              plain = plain && (guchar) bytes[j] < 0x80;
            }
          word[i - start] = '\0';
          for (guint l = 0; plain && l < G_N_ELEMENTS (languages); l++)
            if (languages[l].writing == LATIN && quarry_language_is_small_word (languages[l].code, word))
              counts[l]++;
        }
      start = i + 1;
    }
}

/* Collects lines that are not plain ASCII, up to SAMPLE bytes. */
static GString *
take_sample (const guint8 *bytes, gsize length)
{
  GString *sample = g_string_new (NULL);
  gsize start = 0;

  length = MIN (length, SEARCHED);
  while (start < length && sample->len < SAMPLE)
    {
      gsize end = start;
      gboolean plain = TRUE;
      guint8 last = 0;

      /* Lines may end in a carriage return alone; a line that does not end is taken in parts. */
      while (end < length && last != '\n' && last != '\r' && (last != ' ' || end - start < SAMPLE))
        {
          last = bytes[end++];
          plain = plain && last < 0x80;
        }
      if (!plain)
        g_string_append_len (sample, (const char *) bytes + start, (gssize) MIN (end - start, SAMPLE - sample->len));
      start = end;
    }
  return sample;
}

const char *
quarry_decode_guess (const guint8 *bytes, gsize length)
{
  g_autoptr (GString) sample = take_sample (bytes, length);
  guint small_words[G_N_ELEMENTS (languages)] = { 0 };
  const char *best = encodings[0].name;
  double best_score = -G_MAXDOUBLE;

  count_small_words (sample->str, sample->len, small_words);
  for (guint e = 0; e < G_N_ELEMENTS (encodings); e++)
    {
      GString *text = quarry_decode_from ((const guint8 *) sample->str, sample->len, encodings[e].name);
      g_autoptr (GHashTable) letters = g_hash_table_new (NULL, NULL);
      guint n_by_writing[OTHER + 1] = { 0 };
      double base;

      if (text == NULL)
        continue;
      base = rate_text (text->str, letters, n_by_writing) - encodings[e].rarity;
      for (guint l = 0; l < G_N_ELEMENTS (languages); l++)
        {
          double score;

          if (languages[l].writing != LATIN && n_by_writing[languages[l].writing] == 0)
            continue;
          score = base + rate_letters (letters, l) + SMALL_WORD * small_words[l];
          if (score > best_score)
            {
              best_score = score;
              best = encodings[e].name;
            }
        }
      g_string_free (text, TRUE);
    }
  return best;
}
