/* quarry-language.c: which language a text is in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A script that only one language uses decides at once. Otherwise the small words of each language are
 * counted in samples of the text, and the language with clearly the most of them is taken.
 */
#include "core/document/quarry-language.h"

#include <string.h>
#include <unicode/uloc.h>

#include "core/document/quarry-words.h"

/* The text is sampled at three places, so that a preface or a licence in another language does not decide. */
#define SAMPLES 3u
#define SAMPLE_BYTES 1500u
#define MAX_WORD 24u
/* What is required to recognize a language: how many words the samples must have, how many of them must be small
 * words of the language, what fraction of all words these must be, and how many times as many as those of any other
 * language. */
#define MIN_WORDS 12u
#define MIN_HITS 4.0
#define MIN_PART 0.07
#define MIN_LEAD 1.25
/* What is required for a part of a text to be in another language than English: what fraction of all words its small
 * words must be, and how many times as many as those of English. More samples are taken, since parts stand anywhere. */
#define PART_SAMPLES 24u
#define PART_SAMPLE_BYTES 400u
#define MIN_PART_OF_PART 0.06
#define MIN_OF_ENGLISH 0.5

/* Passages are short, and most are in the language of their document; so taking one to be in another language requires
 * stronger evidence. */
#define PASSAGE_BYTES 400u
#define MIN_PASSAGE_HITS 6.0
#define MIN_PASSAGE_PART 0.12
#define MIN_PASSAGE_LEAD 2.0

/* The small words of each language, folded, most frequent ones first. */
static const struct
{
  const char *code;
  const char *words;
} languages[] = {
  { "en",
    "the of and to in is that for it with as was on are by this be at from or an have not which "
    "but they his "
    "has were had their will been would there what when who more can if its you your we our she he "
    "these" },
  { "de",
    "der die und das den von zu des mit dem sich ist im auf nicht ein eine als auch es an werden "
    "aus er hat "
    "dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder "
    "aber vor zur "
    "wenn kann durch ich wir diese dieser ihr sein" },
  { "fr",
    "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont "
    "avec ou son "
    "aux mais comme cette ont été leur nous vous être fait ces même si sans elle ses peut deux où "
    "dont à" },
  { "es",
    "de la que el en y los se del las un por con una para es su al lo como más pero sus le ha este "
    "sí porque "
    "esta son entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante "
    "ni contra está" },
  { "it",
    "di e il la che in un per è una del non si della con le i dei da al come sono ha più alla nel "
    "anche gli delle "
    "lo ma essere questo dal se cui suo ai stato era nella tra degli loro quando questa o ed può" },
  { "pt",
    "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à "
    "seu sua ou quando "
    "muito nos já também só pelo pela até isso ela entre depois sem mesmo aos seus são está pode "
    "você foi ser" },
  { "nl",
    "de van een het en in is dat op te zijn met voor niet aan er om ook als dan maar bij door uit "
    "naar nog wordt "
    "over worden hij deze heeft hebben werd die kan tot meer was ze dit geen zich wel u kunt uw "
    "of" },
  { "sv",
    "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi "
    "så kan när år "
    "under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade alla "
    "andra mycket än" },
  { "da",
    "og i at det er en til af på den for med der de ikke som har et han var om jeg fra men sig kan "
    "vi så ved nu "
    "skal være eller blev havde også hun efter over når ud op hvis bliver mange hvor alle vil min "
    "disse" },
  { "nb",
    "og i det er en til av på for den som med at de ikke har et han var om jeg fra men seg kan vi "
    "så ved nå skal "
    "være eller ble hadde også hun etter over når ut opp hvis blir mange hvor alle vil noen dette "
    "mer mellom" },
  { "fi",
    "ja on ei että se oli hän mutta ovat joka kun myös niin tai kuin mukaan sen ole voi jos olla "
    "nyt mitä ollut "
    "jotka vain sitä siitä ne hänen tämä sekä mutta vielä ennen jälkeen kanssa jo tämän joita "
    "olisi kuitenkin" },
  { "pl",
    "i w na z do się nie jest że o jak to po od za dla przez co są który ale oraz przy jego być "
    "może tym został "
    "tylko ze tego jako już lub które tak przed jej było która tej ma można także czy pod by" },
  { "cs",
    "a v na se je že z s o do i to ve za k pro ale by jako jsou po byl jeho při bylo od jeho který "
    "být nebo když "
    "není tak také jen až podle si mezi která které ze již už kde však pak své může lze pokud" },
  { "sk",
    "a v na sa je že z s o do i to vo za k pre ale by ako sú po bol jeho pri bolo od ktorý byť "
    "alebo keď nie tak "
    "tiež len až podľa si medzi ktorá ktoré zo už kde však potom môže možno ak ho aby boli" },
  { "hu",
    "a az és hogy nem is egy volt meg ez csak de ha már mint el vagy még ki kell lehet azt be "
    "minden sem amely "
    "után majd pedig azonban lesz illetve szerint ezt ami nagy mert között van olyan volna ezek" },
  { "ro",
    "de și în a la cu din care pe o nu că se un pentru sunt mai este al ale prin dar sau fi fost "
    "au ca lui le "
    "după ce era poate până dacă fără între această acest cei acestea când numai avea" },
  { "hr",
    "i u je na se da su za od s o kao koji iz a nije bi ili do što koja što bio po koje sam ali te "
    "samo može će "
    "nakon ne prema između bila to biti već kada bilo jer ako uz pri svoje koju još tako" },
  { "sl",
    "in je v na se da za so ki z pa po s tudi od bil pri ne kot do iz bi o kar ali še bilo lahko "
    "bila več ter med "
    "ker če biti zaradi leta sta ima svoje sem jih tem kako pred nekaj" },
  { "tr",
    "ve bir bu da de için ile olarak çok daha olan gibi ne kadar sonra var ya en değil o olduğu "
    "ancak her iki "
    "tarafından ise veya ilk göre şekilde olduğunu kendi diye bunu yeni ki içinde üzerinde" },
  { "id",
    "yang dan di dari untuk dengan pada ini itu dalam tidak adalah oleh ke akan sebagai juga atau "
    "tersebut telah "
    "dapat ada lebih bisa karena mereka saya menjadi anda kami saat seperti bahwa setelah secara" },
  { "vi",
    "và của là có được cho không trong người với các một những này đã để từ khi đến về như ra tôi "
    "nhiều cũng "
    "lại trên sẽ đó vào thì năm theo sau tại nhưng phải bị" },
  { "ca",
    "de la i el que en a les del un per amb una els és al no es dels són ha més com seva va als o "
    "pel seu també "
    "aquest aquesta ser han entre fins però quan sobre sense on si molt tot cada pot perquè" },
  { "et",
    "ja on ei et see oli mis kui ka oma ta või nii aga seda selle ning kes pole välja siis üks "
    "kuid veel mida "
    "ainult olla pärast enne juures vaid kuni need saab olid tema võib kas mitte peab" },
  { "lv",
    "un ir par ar no ka uz kas tas bet arī tika pēc kā bija lai vai tiek ļoti kad viņš nav gada "
    "līdz pie tā var "
    "kuru šis jo ja gan to šo vēl būt kopā viņa savu starp" },
  { "lt",
    "ir yra į kad su iš tai bet kaip ar už jis buvo po tik apie nuo jau prie dar gali kuris labai "
    "metų jo taip "
    "pat arba per savo ne turi bus kai jei kurie tačiau nėra būti dėl" },
  { "ru",
    "и в не на что с по это как а к из у за от для то его но все было он они или так же быть был "
    "при если только "
    "до может мы вы была также этого когда бы чтобы уже я она о об которые который" },
  { "uk",
    "і в не на що з та у до за як це від про для його але й або так було він вони який якщо по "
    "може при під є "
    "також бути щоб вже цього коли ще лише був із зі які має ми ви її" },
  { "be",
    "і ў не на што з у па да за як гэта ад пра для яго але або так было ён яны які калі можа пры "
    "таксама быць каб "
    "ужо гэтага быў іх яе мы вы са якія ці" },
  { "bg",
    "на и в да се от за с не е по са като до това че при който или през като може след само си към "
    "му бе но така "
    "които ще тя той са има беше както още един ако във" },
  { "sr",
    "и у је на се да су за од с као који из а није би или до што која био по које али те само може "
    "ће након "
    "према између била то бити већ када било јер ако уз при своје коју још тако" },
  { "mk",
    "на и во да се од за со не е по како до тоа што при кој или може само си кон му но така кои ќе "
    "таа тој има "
    "беше уште еден ако сè биле низ според оваа овој" },
  { "ar",
    "من في على إلى أن هذا التي عن مع هذه كان ما الذي لا أو بين كما هو هي وقد قد ذلك كل بعد لم غير "
    "عند حيث وهو أنه كانت" },
  { "fa",
    "و در به از که این را با است برای آن یک می های بر تا شده خود هم شود ها کرد است یا بود دارد نیز "
    "اند هر اما" },
  { "ur",
    "کے کی میں ہے اور سے کا کو نے اس پر یہ کہ ہیں ایک بھی تھا جو گیا ان کر ہو نہیں تھے لیے وہ ہی "
    "تک" },
};

#define N_LANGUAGES G_N_ELEMENTS (languages)

/* More function words. Texts can do without these, and they do not tell a language from its neighbours, so they are not
 * used to recognize it. */
static const struct
{
  const char *code;
  const char *words;
} function_words[] = {
  { "de",
    "ab alle allem allen aller alles allerdings also andere anderem anderen anderer anderes andernfalls "
    "anhand anstatt aufgrund außer außerdem außerhalb bereits beim bevor bezüglich bis bisher bzw da "
    "dabei dadurch dafür dagegen daher dahin damit danach daneben dann daran darauf daraus darf darüber "
    "darum darunter dasselbe davon davor dazu dein deine demnach denen denn dennoch deren derselbe "
    "derselben derzeit deshalb dessen desto deswegen dich dies diesem diesen dieses dir doch dort du "
    "durften dürfen ebenfalls ebenso eher einander einige einigen einiger einiges einmal entsprechend "
    "entsprechende entsprechenden entweder etwa etwas euch euer falls fast folgende folgendem folgenden "
    "folgender folgendes für ganz ganze ganzen gegen gegenüber gemäß gerade gewesen habe hatte hatten "
    "hätte hätten hier hierbei hierdurch hierfür hierzu hin hinter ihm ihn ihnen ihre ihrem ihren ihrer "
    "ihres immer indem infolge innerhalb ins insbesondere ja je jede jedem jeden jeder jedes jedoch "
    "jemand jene jenem jenen jener jenes jetzt kein keine keinem keinen keiner keines können könnte "
    "könnten lassen lässt man manche manchen mancher manchmal mehr mehrere mehreren meine meist meisten "
    "mich mir mittels möchte möglicherweise muss müssen müsste nachdem nämlich natürlich neben nein "
    "nicht nichts nie niemals noch nun ob oben oberhalb obwohl oft ohne sämtliche sämtlichen schon sehr "
    "seid seien seine seinem seinen seiner seines seit seitdem selbst selten siehe sobald sodass sofern "
    "sofort sogar solange solch solche solchen solcher soll sollen sollte sollten somit sondern sonst "
    "soweit sowie sowohl später statt stattdessen stets trotz trotzdem überhaupt unser unsere unter "
    "unterhalb viel viele vielen vieler vielleicht vom vorher während wann warum was weder wegen weil "
    "weiter weitere weiteren weiterer weiterhin welche welchem welchen welcher welches wem wen wenig "
    "wenige weniger wenigstens wer wie wieder will wo wobei wodurch wofür wollen womit woraus worden "
    "wurde wurden würde würden zuerst zudem zuletzt zumindest zunächst zurück zusammen zwar zwischen" },
  { "fr",
    "afin ai ainsi alors après assez au aucun aucune auquel aura aurait auront aussi autant autre autres "
    "autour auxquelles auxquels avaient avait avant avez avons bien car ceci cela celle celles celui "
    "cependant certain certaine certaines certains ceux chacun chacune chaque chez ci combien comment "
    "contre davantage déjà depuis derrière dès desquelles desquels dessous dessus devant devez devra "
    "devrait divers diverses doit doivent donc dont duquel durant également elles encore enfin ensuite "
    "entre envers environ est étaient était étant eu eux excepté fois font furent fut hors ici ils "
    "jamais je jusqu jusque là laquelle lequel lesquelles lesquels leurs lors lorsque lui ma mais malgré "
    "me mes mien moi moins mon néanmoins ni non nos notamment notre ont or outre parce parfois parmi "
    "pendant peu peut peuvent plupart plusieurs plutôt pourquoi pourra pourrait pourtant près presque "
    "puis puisque quand quant quel quelle quelles quelque quelques quels qui quoi quoique sa sauf selon "
    "sera serait seront seulement sinon soi soient soit sont sous souvent suivante suivantes suivants "
    "surtout ta tandis tant te tel telle telles tellement tels tes ton toujours tous tout toute "
    "toutefois toutes très trop tu va vers via voici voilà voir vos votre y" },
  { "es",
    "además ahora algo algún alguna algunas alguno algunos allí ambas ambos ante antes apenas aquel "
    "aquella aquellas aquellos aquí así aun aún aunque bajo bastante bien cada casi cierta ciertas "
    "cierto ciertos cómo con cual cuál cuales cualquier cualquiera cuándo cuanto cuanta cuantas cuantos "
    "cuya cuyas cuyo cuyos da dan de debajo debe deben debería del demás dentro después detrás dicha "
    "dichas dicho dichos dos e él ella ellas ello ellos encima entonces era eran eres es esa esas ese "
    "eso esos estaba estaban están estas esto estos fue fuera fueron ha había habían haber hace hacen "
    "hacia han haya he hemos hubo incluso jamás junto le les luego mediante menos mi mía mientras mis "
    "misma mismas mismo mismos mucha muchas mucho muchos nada nadie ningún ninguna ninguno no nosotros "
    "nuestra nuestras nuestro nuestros nunca o os otra otras otro otros poca pocas poco pocos podemos "
    "podrá podría pues pueda puede pueden qué quién quienes según sea sean será serán sería si sido "
    "siempre siendo sino sola solamente sólo somos sus suya suyo tal tales tampoco tan tanta tantas "
    "tanto tantos te tener tenía tiene tienen toda todas todavía todos tras tu tus tú u una unas uno "
    "unos usted ustedes va van varias varios vez veces ya yo" },
};

/* Scripts that only one of the languages known here uses. */
static const struct
{
  GUnicodeScript script;
  const char *code;
} scripts[] = {
  { G_UNICODE_SCRIPT_GREEK, "el" },     { G_UNICODE_SCRIPT_HEBREW, "he" },
  { G_UNICODE_SCRIPT_HANGUL, "ko" },    { G_UNICODE_SCRIPT_HIRAGANA, "ja" },
  { G_UNICODE_SCRIPT_KATAKANA, "ja" },  { G_UNICODE_SCRIPT_HAN, "zh" },
  { G_UNICODE_SCRIPT_THAI, "th" },      { G_UNICODE_SCRIPT_DEVANAGARI, "hi" },
  { G_UNICODE_SCRIPT_BENGALI, "bn" },   { G_UNICODE_SCRIPT_TAMIL, "ta" },
  { G_UNICODE_SCRIPT_TELUGU, "te" },    { G_UNICODE_SCRIPT_ARMENIAN, "hy" },
  { G_UNICODE_SCRIPT_GEORGIAN, "ka" },  { G_UNICODE_SCRIPT_LAO, "lo" },
  { G_UNICODE_SCRIPT_KHMER, "km" },     { G_UNICODE_SCRIPT_MYANMAR, "my" },
  { G_UNICODE_SCRIPT_ETHIOPIC, "am" },  { G_UNICODE_SCRIPT_GUJARATI, "gu" },
  { G_UNICODE_SCRIPT_GURMUKHI, "pa" },  { G_UNICODE_SCRIPT_KANNADA, "kn" },
  { G_UNICODE_SCRIPT_MALAYALAM, "ml" }, { G_UNICODE_SCRIPT_SINHALA, "si" },
  { G_UNICODE_SCRIPT_TIBETAN, "bo" },
};

typedef struct
{
  guint64 languages; /* a bit for each language that has the word */
  guint64 telling;   /* those of them that the word is counted for when recognizing a language */
} Owners;

static void
add_owner (GHashTable *words, const char *word, guint language, gboolean tells)
{
  Owners *owners = g_hash_table_lookup (words, word);

  if (owners == NULL)
    {
      owners = g_new0 (Owners, 1);
      g_hash_table_insert (words, g_strdup (word), owners);
    }
  owners->languages |= (guint64) 1 << language;
  if (tells)
    owners->telling |= (guint64) 1 << language;
}

/* Small words and the languages that have them, in a hash table written for the purpose: every word of a text is looked
 * up in it. */
#define N_SMALL_SLOTS 4096u

typedef struct
{
  const char *word;
  gsize length;
  guint64 hash;
  guint64 languages; /* a bit each; 0: free */
  double share;      /* what the word counts for each of its languages */
} SmallWord;

typedef struct
{
  SmallWord words[N_SMALL_SLOTS / 2];
  guint16 slots[N_SMALL_SLOTS]; /* 1 + index of the word; 0: free */
  guint n;
} SmallWords;

/* The slot that holds the word, or the free one to put it into. */
static guint16 *
find_small_word (SmallWords *self, guint64 hash, const char *word, gsize length)
{
  guint at = hash % N_SMALL_SLOTS;

  for (; self->slots[at] != 0; at = (at + 1) % N_SMALL_SLOTS)
    {
      const SmallWord *found = &self->words[self->slots[at] - 1];

      if (found->hash == hash && found->length == length && memcmp (found->word, word, length) == 0)
        break;
    }
  return &self->slots[at];
}

static void
add_small_word (SmallWords *self, const char *word, gsize length, guint language)
{
  guint64 hash = quarry_words_hash (word, length);
  guint16 *slot = find_small_word (self, hash, word, length);
  SmallWord *small;

  if (*slot == 0)
    {
      g_assert (self->n < G_N_ELEMENTS (self->words));
      self->words[self->n] = (SmallWord) { word, length, hash, 0, 0 };
      *slot = (guint16) ++self->n;
    }
  small = &self->words[*slot - 1];
  small->languages |= (guint64) 1 << language;
  /* A word that several languages share is weak evidence for each of them. */
  small->share = 1.0 / __builtin_popcountll (small->languages);
}

static SmallWords *
small_words (void)
{
  static gsize is_made = 0;
  static SmallWords words;

  if (g_once_init_enter (&is_made))
    {
      for (guint i = 0; i < N_LANGUAGES; i++)
        for (const char *word = languages[i].words; *word != '\0';)
          {
            gsize length = strcspn (word, " ");

            add_small_word (&words, word, length, i);
            word += length + (word[length] == ' ');
          }
      g_once_init_leave (&is_made, 1);
    }
  return &words;
}

/* Maps folded words to the languages that have them. A bit array indexed by the words' hashes comes first: most words
 * that are asked about are not in the table, and need no lookup then. */
#define N_SMALL_BITS 32768u

typedef struct
{
  GHashTable *words;
  guint64 bits[N_SMALL_BITS / 64];
} FoldedSmallWords;

static void
add_folded (FoldedSmallWords *self, const char *words, guint language, gboolean tell)
{
  g_auto (QuarryWords) list = { 0 };
  const char *folded;
  gsize length;

  quarry_words_init (&list, words, -1);
  while (quarry_words_next (&list, NULL, &folded, &length))
    {
      guint32 bit = (guint32) (quarry_words_hash (folded, length) % N_SMALL_BITS);

      add_owner (self->words, folded, language, tell);
      self->bits[bit / 64] |= G_GUINT64_CONSTANT (1) << (bit % 64);
    }
}

static const FoldedSmallWords *
folded_small_words (void)
{
  static gsize is_made = 0;
  static FoldedSmallWords folded_words;

  if (g_once_init_enter (&is_made))
    {
      folded_words.words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      for (guint i = 0; i < N_LANGUAGES; i++)
        {
          add_folded (&folded_words, languages[i].words, i, TRUE);
          for (guint more = 0; more < G_N_ELEMENTS (function_words); more++)
            if (strcmp (function_words[more].code, languages[i].code) == 0)
              add_folded (&folded_words, function_words[more].words, i, FALSE);
        }
      g_once_init_leave (&is_made, 1);
    }
  return &folded_words;
}

typedef struct
{
  SmallWords *small;
  double scores[N_LANGUAGES];
  guint n_words;
  guint by_script[G_N_ELEMENTS (scripts)]; /* letters */
  guint n_letters;
} Count;

static void
count_word (Count *self, const char *word, gsize length)
{
  const SmallWord *found;
  guint16 place = *find_small_word (self->small, quarry_words_hash (word, length), word, length);

  self->n_words++;
  if (place == 0)
    return;
  found = &self->small->words[place - 1];
  for (guint64 left = found->languages; left != 0; left &= left - 1)
    self->scores[__builtin_ctzll (left)] += found->share;
}

static void
count_letter (Count *self, gunichar c)
{
  GUnicodeScript script;

  self->n_letters++;
  if (c < 0x370)
    return;
  script = g_unichar_get_script (c);
  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    if (scripts[i].script == script)
      self->by_script[i]++;
}

static void
count_sample (Count *self, const char *p, const char *end)
{
  char word[MAX_WORD + 8];
  gsize n = 0;

  for (; p <= end; p = p < end ? g_utf8_next_char (p) : p + 1)
    {
      gunichar c;

      /* Most letters are ASCII, which needs no decoding. */
      for (; p < end && g_ascii_isalpha (*p); p++)
        {
          self->n_letters++;
          if (n < MAX_WORD)
            word[n++] = (char) (*p | 0x20);
        }
      c = p < end ? g_utf8_get_char (p) : ' ';
      if (c >= 0x80 && (g_unichar_isalpha (c) || (n > 0 && g_unichar_ismark (c))))
        {
          count_letter (self, c);
          if (n < MAX_WORD)
            n += (gsize) g_unichar_to_utf8 (g_unichar_tolower (c), word + n);
          continue;
        }
      if (n > 0)
        count_word (self, word, n);
      n = 0;
    }
}

static const char *
find_script (const Count *self)
{
  guint han = 0, kana = 0, best = 0;
  gboolean is_signs;

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      if (strcmp (scripts[i].code, "ja") == 0)
        kana += self->by_script[i];
      else if (strcmp (scripts[i].code, "zh") == 0)
        han += self->by_script[i];
      if (self->by_script[i] > self->by_script[best])
        best = i;
    }
  /* Japanese is written with both Kana and Han; Chinese with Han alone. */
  if (kana * 10 > han + kana && (han + kana) * 4 > self->n_letters)
    return "ja";
  /* A word of Chinese or Korean is one or two characters, a word of other languages several letters; so fewer of them
   * are enough. */
  is_signs = scripts[best].script == G_UNICODE_SCRIPT_HAN
             || scripts[best].script == G_UNICODE_SCRIPT_HANGUL;
  return self->by_script[best] * (is_signs ? 4 : 2) > self->n_letters ? scripts[best].code : NULL;
}

/* The fewest function words that tell the language of a query, and the words of it that are looked at. */
#define LEAST_OF_QUERY 2u
#define MOST_OF_QUERY 64u

/* The evidence required to recognize a language, as defined above. */
typedef struct
{
  double hits, part, lead;
} Evidence;

/* The language whose small words are clearly more frequent than those of any other; NULL if there is none. */
static const char *
find_by_words (const Count *count, Evidence least)
{
  guint best = 0;
  double second = 0.0;

  if (count->n_words < MIN_WORDS)
    return NULL;
  for (guint i = 1; i < N_LANGUAGES; i++)
    if (count->scores[i] > count->scores[best])
      best = i;
  for (guint i = 0; i < N_LANGUAGES; i++)
    if (i != best)
      second = MAX (second, count->scores[i]);
  if (count->scores[best] < least.hits || count->scores[best] < least.part * count->n_words
      || count->scores[best] < least.lead * second)
    return NULL;
  return languages[best].code;
}

/* Counts the text or, if it is long, @most samples of @size bytes, evenly. */
static void
count_samples (Count *count, const char *text, gsize length, guint most, guint size)
{
  guint n_samples = length > (gsize) most * size ? most : 1;

  for (guint i = 0; i < n_samples; i++)
    {
      const char *start = text + (n_samples > 1 ? (length - size) / (most - 1) * i : 0);
      const char *end = n_samples > 1 ? MIN (start + size, text + length) : text + length;

      while (start < end && (*start & 0xc0) == 0x80)
        start++;
      while (end < text + length && (*end & 0xc0) == 0x80)
        end++;
      count_sample (count, start, end);
    }
}

const char *
quarry_language_recognize (const char *text, gsize length)
{
  Count count = { small_words () };
  const char *code;

  count_samples (&count, text, length, SAMPLES, SAMPLE_BYTES);
  if (count.n_letters >= 24 && (code = find_script (&count)) != NULL)
    return code;
  return find_by_words (&count, (Evidence) { MIN_HITS, MIN_PART, MIN_LEAD });
}

const char *
quarry_language_of_part (const char *text, gsize length)
{
  Count count = { small_words () };
  const char *code;
  double english;

  count_samples (&count, text, length, PART_SAMPLES, PART_SAMPLE_BYTES);
  english = count.scores[0]; /* it is the first */
  count.scores[0] = 0;
  code = find_by_words (&count, (Evidence) { MIN_HITS, MIN_PART_OF_PART, MIN_LEAD });
  for (guint i = 1; code != NULL && i < N_LANGUAGES; i++)
    if (strcmp (languages[i].code, code) == 0)
      return count.scores[i] >= MIN_OF_ENGLISH * english ? code : NULL;
  return NULL;
}

static gboolean
is_code (const char *tag, const char *code)
{
  gsize n = strcspn (tag, "-_");

  return strlen (code) == n && g_ascii_strncasecmp (code, tag, n) == 0;
}

const char *
quarry_language_of_passage (const char *text, gsize length, const char *document)
{
  Count count = { small_words () };
  const char *end = text + MIN (length, PASSAGE_BYTES);
  const char *code = NULL;

  while (end < text + length && (*end & 0xc0) == 0x80)
    end++;
  count_sample (&count, text, end);
  if (count.n_letters >= 24)
    code = find_script (&count);
  if (code == NULL)
    code = find_by_words (&count,
                          document == NULL ? (Evidence) { MIN_HITS, MIN_PART, MIN_LEAD }
                                           : (Evidence) { MIN_PASSAGE_HITS, MIN_PASSAGE_PART, MIN_PASSAGE_LEAD });
  /* Keep the document's own tag if it is the same language: it may name a dialect too. */
  return code == NULL || (document != NULL && is_code (document, code)) ? document : code;
}

gboolean
quarry_language_is_known (const char *tag)
{
  for (guint i = 0; i < N_LANGUAGES; i++)
    if (is_code (tag, languages[i].code))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    if (is_code (tag, scripts[i].code))
      return TRUE;
  return FALSE;
}

gboolean
quarry_language_may_be (const char *tag, const char *text, gsize length)
{
  guint latin = 0, others = 0;

  for (guint i = 0; i < N_LANGUAGES; i++)
    {
      const char *end = text + MIN (length, SAMPLE_BYTES);

      if (!is_code (tag, languages[i].code))
        continue;
      if (g_unichar_get_script (g_utf8_get_char (languages[i].words)) != G_UNICODE_SCRIPT_LATIN)
        return TRUE;
      for (const char *p = text; p < end; p = g_utf8_next_char (p))
        if (g_unichar_isalpha (g_utf8_get_char (p)))
          *(g_unichar_get_script (g_utf8_get_char (p)) == G_UNICODE_SCRIPT_LATIN ? &latin : &others) += 1;
      return others <= 4 * latin;
    }
  return TRUE;
}

/* The languages that have this word; NULL: none. */
static const Owners *
find_owners (guint64 hash, const char *folded)
{
  const FoldedSmallWords *small = folded_small_words ();
  guint32 bit = (guint32) (hash % N_SMALL_BITS);

  return (small->bits[bit / 64] >> (bit % 64) & 1) != 0 ? g_hash_table_lookup (small->words, folded) : NULL;
}

static gboolean
is_of_language (const char *tag, const char *folded, gboolean tells)
{
  const Owners *owners = find_owners (quarry_words_hash (folded, strlen (folded)), folded);

  for (guint i = 0; owners != NULL && i < N_LANGUAGES; i++)
    if ((((tells ? owners->telling : owners->languages) >> i) & 1) != 0
        && (tag != NULL ? is_code (tag, languages[i].code) : strcmp (languages[i].code, "en") != 0))
      return TRUE;
  return FALSE;
}

gboolean
quarry_language_is_small_word (const char *tag, const char *folded)
{
  return is_of_language (tag, folded, TRUE);
}

gboolean
quarry_language_is_function_word (const char *tag, const char *folded)
{
  return g_strcmp0 (tag, "*") == 0 ? is_of_language (NULL, folded, FALSE) : is_of_language (tag, folded, tag == NULL);
}

guint64
quarry_language_list_of_function_word_hashed (guint64 hash, const char *folded)
{
  const Owners *owners = find_owners (hash, folded);

  return owners != NULL ? owners->languages : 0;
}

guint64
quarry_language_list_of_function_word (const char *folded)
{
  return quarry_language_list_of_function_word_hashed (quarry_words_hash (folded, strlen (folded)), folded);
}

guint64
quarry_language_get_bit (const char *tag)
{
  for (guint i = 0; i < N_LANGUAGES; i++)
    if (is_code (tag, languages[i].code))
      return (guint64) 1 << i;
  return 0;
}

guint64
quarry_language_of_query (const char *text)
{
  g_auto (QuarryWords) words = { NULL };
  guint counts[N_LANGUAGES] = { 0 };
  guint n_english = 0, n_words = 0, most = LEAST_OF_QUERY;
  guint seen[MOST_OF_QUERY];
  guint64 found = 0;
  const char *folded;
  gsize length;

  quarry_words_init (&words, text, -1);
  while (n_words < MOST_OF_QUERY && quarry_words_next (&words, NULL, &folded, &length))
    {
      gboolean again = FALSE;

      seen[n_words] = g_str_hash (folded);
      for (guint i = 0; i < n_words && !again; i++)
        again = seen[i] == seen[n_words];
      n_words++;
      n_english += quarry_words_is_stop_word (folded, length);
      /* "La la land" says no more of its language than "La land". */
      if (again)
        continue;
      for (guint64 left = quarry_language_list_of_function_word (folded) & ~(guint64) 1; left != 0; left &= left - 1)
        counts[__builtin_ctzll (left)]++;
    }
  for (guint i = 1; i < N_LANGUAGES; i++)
    most = MAX (most, counts[i]);
  for (guint i = 1; i < N_LANGUAGES && most > n_english; i++)
    if (counts[i] == most)
      found |= (guint64) 1 << i;
  return found;
}

char *
quarry_language_dup_name (const char *tag, const char *locale)
{
  UChar name[64];
  UErrorCode status = U_ZERO_ERROR;
  int32_t length = uloc_getDisplayLanguage (tag, locale, name, G_N_ELEMENTS (name), &status);
  char *told = NULL;

  if (U_SUCCESS (status) && length > 0 && length < (int32_t) G_N_ELEMENTS (name))
    told = g_utf16_to_utf8 ((const gunichar2 *) name, length, NULL, NULL, NULL);
  return told != NULL ? told : g_strdup (tag);
}
