# A CSV file -> physical lines that COPY takes as they are (GNU sed, LC_ALL=C: bytes, whatever the encoding).
# Control characters become 0x01: a text with one is rejected whichever it was, and COPY's delimiter, quote and NULL
# marks (0x02-0x04) cannot occur then. Tabs stay: they may be what separates the fields, and read_csv.sql treats them as
# control characters where they are not. A NUL makes its whole row bad, and so does a quote in the middle of a field.
# A line of \. alone would end COPY; as a CSV row it has too few fields anyway.
1s/^\xef\xbb\xbf//
s/\r$//
s/\r/\n/g
s/\x00/\x01"\x01/g
s/[\x01-\x08\x0b-\x1f\x7f]/\x01/g
s/^\\\.$/\x01/Mg
