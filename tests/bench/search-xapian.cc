/* search-xapian.cc: the same passages and queries in Xapian
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   search-xapian PASSAGES QUERIES FOLDER
 *
 * A passage a line, a query a line; makes its index in FOLDER and prints median and 99th percentile
 * in milliseconds of a search for the best 100, any of the words, as they pass and of the processor.
 */
#include <xapian.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

static void
print (std::vector<double> times, const char *end)
{
  std::sort (times.begin (), times.end ());
  std::printf ("%.3f %.3f%s", times[times.size () / 2], times[std::min (times.size () - 1, times.size () * 99 / 100)],
               end);
}

int
main (int argc, char **argv)
{
  if (argc != 4)
    return 2;

  Xapian::WritableDatabase database (argv[3], Xapian::DB_CREATE_OR_OVERWRITE);
  Xapian::TermGenerator generator;
  Xapian::Stem stem ("english");
  std::ifstream passages (argv[1]), queries (argv[2]);
  std::vector<double> times, cpu_times;
  std::string line;

  generator.set_stemmer (stem);
  generator.set_stemming_strategy (Xapian::TermGenerator::STEM_ALL);
  while (std::getline (passages, line))
    {
      Xapian::Document document;

      generator.set_document (document);
      generator.index_text_without_positions (line);
      database.add_document (document);
    }
  database.commit ();

  while (std::getline (queries, line))
    {
      std::istringstream words (line);
      std::vector<std::string> terms;
      std::string word;

      while (words >> word)
        terms.push_back (stem (word));

      std::clock_t cpu_start = std::clock ();
      auto start = std::chrono::steady_clock::now ();
      Xapian::Enquire enquire (database);

      enquire.set_query (Xapian::Query (Xapian::Query::OP_OR, terms.begin (), terms.end ()));
      Xapian::MSet found = enquire.get_mset (0, 100);
      auto end = std::chrono::steady_clock::now ();

      cpu_times.push_back (1e3 * (double) (std::clock () - cpu_start) / CLOCKS_PER_SEC);
      times.push_back (std::chrono::duration<double, std::milli> (end - start).count ());
    }
  if (times.empty ())
    return 1;
  print (times, " ");
  print (cpu_times, "\n");
  return 0;
}
