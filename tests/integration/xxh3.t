#!/usr/bin/env bash
# xxh3.t - verify's own XXH3 (sql/verify/xxh3.pl) gives what the library gives, for every length.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
echo 1..3
/usr/bin/python3 - <<'PYTHON'
import random, subprocess, xxhash

seed = random.randrange(1 << 32)
source = random.Random(seed)
lengths = [*range(1101), 2047, 2048, 2049, 4096, 10000]
texts = [source.randbytes(n) for n in lengths] + [b'\xff' * n for n in lengths] + [bytes(n) for n in lengths]
facts = [text for text in texts if 17 <= len(text) <= 240]
lines = [f'\\N\txxh3-64:{text.hex()}\tx:y\n' for text in texts] + [f'{{"a\\\\b"}}\txxh3-128:{fact.hex()}\txxh3-64:61\n' for fact in facts]
wanted = [f'\\N\t{xxhash.xxh3_64_hexdigest(text)}\tx:y\n' for text in texts] + \
    [f'{{"a\\\\b"}}\t{xxhash.xxh3_128_hexdigest(fact)}\t{xxhash.xxh3_64_hexdigest(b"a")}\n' for fact in facts]
run = subprocess.run(['perl', 'sql/verify/xxh3.pl'], input=''.join(lines), capture_output=True, text=True)
wrong = [line for line, right in zip(run.stdout.splitlines(keepends=True), wanted) if line != right]
good = run.returncode == 0 and run.stdout.count('\n') == len(lines) and not wrong
print(f'{"ok" if good else "not ok"} 1 - {len(lines)} texts of 0 to 10,000 bytes have the hashes that the library gives')
if not good:
    print(f'# seed {seed}, status {run.returncode}, {len(wrong)} wrong, the first: {wrong[:1]} {run.stderr}')
for number, length in (2, 16), (3, 241):
    run = subprocess.run(['perl', 'sql/verify/xxh3.pl'], input=f'xxh3-128:{"00" * length}\n', capture_output=True, text=True)
    good = run.returncode != 0 and f'no XXH3-128 of {length} bytes' in run.stderr
    print(f'{"ok" if good else "not ok"} {number} - {length} bytes are no fact of an event')
PYTHON
