# Converts a CSV file to physical lines that COPY reads unchanged (GNU sed, LC_ALL=C: bytes, in any encoding).
# Control characters become 0x01. A text with any of them is rejected anyway, and COPY's delimiter, quote and NULL
# marks (0x02-0x04) can then not occur. Tabs stay, as they may separate the fields. Where they do not, read_csv.sql treats them
# as control characters. A NUL makes its whole row bad, and so does a quote in the middle of a field.
# A line of \. alone would end COPY; as a CSV row it has too few fields anyway.
1s/^\xef\xbb\xbf//
s/\r$//
s/\r/\n/g
s/\x00/\x01"\x01/g
s/[\x01-\x08\x0b-\x1f\x7f]/\x01/g
s/^\\\.$/\x01/Mg
