"""The programs under test: the built ones, or those of a copy of the sources with a planted bug."""
import json
import re
import shutil
import subprocess
from pathlib import Path

from stack import ROOT, Failed, run

BUGS = Path(__file__).resolve().parent / 'bugs'
SOURCES = ['Makefile', 'producer', 'consumer', 'monitor', 'shared', 'lifecycles', 'sql', 'scripts', 'tests/data']
AS_OF = '--as-of=2018-12-01'  # in the middle of the sample: orders are late that nobody delivered



class Programs:
    def __init__(self, root, build, data):
        self.root, self.data = Path(root), data
        self.producer, self.consumer = build / 'order-producer', build / 'order-consumer'
        self.all_events = []
        self.shim = data / 'timespec_get.so'
        run('cc', '-shared', '-fPIC', '-O2', '-o', self.shim, Path(__file__).with_name('timespec_get.c'))

    def shifted_clock(self):
        """What to preload for it."""
        return f'{self.shim}:{next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))}'

    def events(self):
        """Of the data, as the producer sends them."""
        if not self.all_events:
            self.all_events = [json.loads(line) for line in run(self.producer, '--dry-run', '--log-events', AS_OF, self.data).splitlines()]
        return self.all_events


def copy_sources(root):
    for source in SOURCES:
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        (root / source).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / source, root / source)


def with_bug(name, build):
    """The root of a built copy with that bug. An existing copy is updated."""
    patch = BUGS / f'{name}.patch'
    if not patch.exists():
        raise Failed(f'there is no bug {name}: {", ".join(sorted(path.stem for path in BUGS.glob("*.patch")))}')
    root = build / 'bugs' / name
    shutil.rmtree(root, ignore_errors=True)
    copy_sources(root)
    run('patch', '--strip=1', '--fuzz=0', '--input', patch, cwd=root)
    run('make', '--no-print-directory', 'programs', 'BUILD=build', cwd=root, limit=600)
    return root
