# Hashes fields of lines: `xxh3-64:HEX` becomes the XXH3-64 of these bytes, `xxh3-128:HEX` the XXH3-128, as hex in canonical
# form; fields are separated by tabs, and the others stay as they are.
#
# Written from the specification (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md), seed 0, and sharing nothing
# with the library that the programs use: what both agree on is right. Of XXH3-128 only the lengths that the facts of events
# have, 17 to 240 bytes. Only what Debian's perl-base has is used.
use strict;
use warnings;
use integer; # 64 bits that wrap around. Shifts to the right keep the sign, so what they give is masked.

my $secret = pack 'H*', join '', qw(
    b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f
    cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c
    3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8
    a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364
    eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e
    2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e);
my @secret = map { unpack 'Q<', substr $secret, $_, 8 } 0 .. 184; # by offset in bytes

my ($P32_1, $P32_2, $P32_3) = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D);
my ($P1, $P2, $P3, $P4, $P5) = map { unpack 'Q>', pack 'H*', $_ }
    qw(9E3779B185EBCA87 C2B2AE3D27D4EB4F 165667B19E3779F9 85EBCA77C2B2AE63 27D4EB2F165667C5);
my ($AVALANCHE, $RRMXMX) = map { unpack 'Q>', pack 'H*', $_ } qw(165667919E3779F9 9FB21C651E98DF25);
my $LOW = 0xFFFFFFFF;

sub shift_right { ($_[0] >> $_[1]) & ((1 << 64 - $_[1]) - 1) }
sub rotate_left { $_[0] << $_[1] | shift_right($_[0], 64 - $_[1]) }
sub swap64 { unpack 'Q>', pack 'Q<', $_[0] }

# The two halves of the 128-bit product, combined by XOR.
sub fold {
    my ($a, $b) = @_;
    my ($al, $ah, $bl, $bh) = ($a & $LOW, $a >> 32 & $LOW, $b & $LOW, $b >> 32 & $LOW);
    my $middle = $ah * $bl;
    my $cross = ($al * $bl >> 32 & $LOW) + ($middle & $LOW) + $al * $bh;
    return $a * $b ^ ($middle >> 32 & $LOW) + ($cross >> 32 & $LOW) + $ah * $bh;
}

sub avalanche { # of XXH3
    my $h = ($_[0] ^ $_[0] >> 37 & 0x7FFFFFF) * $AVALANCHE;
    return $h ^ $h >> 32 & $LOW;
}

sub avalanche64 { # of XXH64
    my $h = ($_[0] ^ shift_right($_[0], 33)) * $P2;
    $h = ($h ^ shift_right($h, 29)) * $P3;
    return $h ^ shift_right($h, 32);
}

sub short { # 0 to 16 bytes
    my ($bytes, $length) = @_;
    return avalanche64($secret[56] ^ $secret[64]) if !$length;
    if ($length < 4) {
        my @byte = unpack 'C*', $bytes;
        my $combined = $byte[0] << 16 | $byte[$length / 2] << 24 | $byte[-1] | $length << 8;
        return avalanche64($combined ^ ($secret[0] ^ $secret[4]) & $LOW);
    }
    if ($length <= 8) {
        my $h = unpack('L<', substr $bytes, -4) + (unpack('L<', $bytes) << 32) ^ $secret[8] ^ $secret[16];
        $h = ($h ^ rotate_left($h, 49) ^ rotate_left($h, 24)) * $RRMXMX;
        $h = ($h ^ shift_right($h, 35) + $length) * $RRMXMX;
        return $h ^ shift_right($h, 28);
    }
    my $low = unpack('Q<', $bytes) ^ $secret[24] ^ $secret[32];
    my $high = unpack('Q<', substr $bytes, -8) ^ $secret[40] ^ $secret[48];
    return avalanche($length + swap64($low) + $high + fold($low, $high));
}

# The words of some bytes, counted from their beginning and from their end.
sub words { [unpack 'Q<*', $_[0]] }
sub words_to_end { [unpack 'Q<*', substr $_[0], length($_[0]) % 8] }

sub middle { # 17 to 240 bytes
    my ($bytes, $length) = @_;
    my ($words, $end) = (words($bytes), words_to_end($bytes));
    my $acc = $length * $P1;
    my $mix = sub { fold($_[0][$_[1]] ^ $secret[$_[2]], $_[0][$_[1] + 1] ^ $secret[$_[2] + 8]) };
    if ($length <= 128) {
        for my $i (0 .. ($length - 1) / 32) {
            $acc += $mix->($words, 2 * $i, 32 * $i) + $mix->($end, -2 * $i - 2, 32 * $i + 16);
        }
        return avalanche($acc);
    }
    $acc += $mix->($words, 2 * $_, 16 * $_) for 0 .. 7;
    $acc = avalanche($acc);
    $acc += $mix->($words, 2 * $_, 16 * ($_ - 8) + 3) for 8 .. $length / 16 - 1;
    return avalanche($acc + $mix->($end, -2, 136 - 17));
}

sub long { # from 241 bytes: stripes of 64, blocks of 16 stripes
    my ($bytes, $length) = @_;
    my @acc = ($P32_3, $P1, $P2, $P3, $P4, $P32_2, $P5, $P32_1);
    my $add = sub {
        my ($words, $at, $key) = @_;
        for my $i (0 .. 7) {
            my $keyed = $words->[$at + $i] ^ $secret[$key + 8 * $i];
            $acc[$i ^ 1] += $words->[$at + $i];
            $acc[$i] += ($keyed & $LOW) * ($keyed >> 32 & $LOW);
        }
    };
    my ($words, $stripes) = (words($bytes), ($length - 1) / 64);
    for my $stripe (0 .. $stripes - 1) {
        $add->($words, 8 * $stripe, 8 * ($stripe % 16));
        next if $stripe % 16 < 15;
        $acc[$_] = ($acc[$_] ^ shift_right($acc[$_], 47) ^ $secret[128 + 8 * $_]) * $P32_1 for 0 .. 7;
    }
    $add->(words(substr $bytes, -64), 0, 192 - 64 - 7);
    my $h = $length * $P1;
    $h += fold($acc[2 * $_] ^ $secret[11 + 16 * $_], $acc[2 * $_ + 1] ^ $secret[19 + 16 * $_]) for 0 .. 3;
    return avalanche($h);
}

sub xxh3_64 {
    my $length = length $_[0];
    return unpack 'H*', pack 'Q>', ($length <= 16 ? \&short : $length <= 240 ? \&middle : \&long)->($_[0], $length);
}

sub xxh3_128 {
    my $length = length $_[0];
    die "xxh3.pl: no XXH3-128 of $length bytes\n" if $length < 17 || $length > 240;
    my ($words, $end) = (words($_[0]), words_to_end($_[0]));
    my ($low, $high) = ($length * $P1, 0);
    my $mix = sub {
        my ($w1, $i1, $w2, $i2, $key) = @_;
        my ($a, $b, $c, $d) = ($w1->[$i1], $w1->[$i1 + 1], $w2->[$i2], $w2->[$i2 + 1]);
        $low = $low + fold($a ^ $secret[$key], $b ^ $secret[$key + 8]) ^ $c + $d;
        $high = $high + fold($c ^ $secret[$key + 16], $d ^ $secret[$key + 24]) ^ $a + $b;
    };
    if ($length <= 128) {
        $mix->($words, 2 * $_, $end, -2 * $_ - 2, 32 * $_) for reverse 0 .. ($length - 1) / 32;
    } else {
        $mix->($words, 4 * $_, $words, 4 * $_ + 2, 32 * $_) for 0 .. 3;
        ($low, $high) = (avalanche($low), avalanche($high));
        $mix->($words, 4 * $_, $words, 4 * $_ + 2, 3 + 32 * ($_ - 4)) for 4 .. $length / 32 - 1;
        $mix->($end, -2, $end, -4, 136 - 17 - 16);
    }
    return unpack 'H*', pack 'Q>2', -avalanche($low * $P1 + $high * $P4 + $length * $P2), avalanche($low + $high);
}

my ($field, $hash) = ('', ''); # the events of an order stand together, and carry the same payload
while (my $line = <STDIN>) {
    $line =~ s/(xxh3-128:)([0-9a-f]*)/xxh3_128(pack 'H*', $2)/e;
    $line =~ s/(xxh3-64:[0-9a-f]*)/($field, $hash) = ($1, xxh3_64(pack 'H*', substr $1, 8)) if $1 ne $field; $hash/e;
    print $line or die "xxh3.pl: $!\n";
}
close STDOUT or die "xxh3.pl: $!\n";
