# shellcheck shell=bash
# Makes untrusted text from Kafka, files or servers safe for a terminal. Source it:
#
#     kcat … | printable          # standard input, line by line
#     printable_errors kcat …     # runs it and filters its standard error; with pipefail, returns its status
#
# Line ends and tabs stay. Invalid UTF-8, and characters that control a terminal, change the text direction or are invisible become
# \xNN or \uNNNN: the same ones as in shared/text.c.

printable() {
    # In bytes: runs of those above ASCII are decoded one by one, so that a broken one does not affect the rest of its line.
    LC_ALL=C perl -pe '
        BEGIN { $| = 1 }
        s/[\x00-\x08\x0b-\x1f\x7f]/sprintf "\\x%02X", ord $&/ge;
        s{[\x80-\xff]+}{
            my $text = $&;
            if (utf8::decode($text)) {
                $text =~ s/[\x{80}-\x{9f}\x{ad}\x{61c}\x{180e}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{d800}-\x{dfff}\x{feff}\x{fff9}-\x{fffb}\x{e0000}-\x{e007f}\x{110000}-\x{7fffffff}]/sprintf "\\u%04x", ord $&/ge;
                utf8::encode($text);
                $text
            } else {
                join "", map { sprintf "\\x%02X", $_ } unpack "C*", $text
            }
        }ge'
}

printable_errors() { # printable_errors COMMAND…
    { "$@" 2>&1 >&3 3>&- | printable >&2; } 3>&1
}
