"""page.py FILE.md - runs the commands of a page as they stand, and compares what they print with what it shows.

The blocks ```sh run in their order in one bash, which ends at the first command that fails. A block ```text is what
the ```sh block before it prints, all of it, where there is no title between them: `[…]` in a line stands for anything,
as a line of its own for any lines. Blanks at line ends do not count. Prints what the commands printed, and what differs.
Exit status: 0 all is as shown, 1 it is not.
"""

import difflib
import re
import subprocess
import sys
import tempfile

MARK = "=== page.py: block "


def blocks(text):
    """[line number, commands, expected output or None] of each block of commands."""
    found = []
    is_under_title = False
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$|^#+ [^\n]*$", text, re.MULTILINE | re.DOTALL):
        language, body = match.groups()
        if body is None:
            is_under_title = True
        elif language == "sh":
            found.append([text.count("\n", 0, match.start()) + 1, body, None])
            is_under_title = False
        elif language == "text" and found and found[-1][2] is None and not is_under_title:
            found[-1][2] = body
    return found


def lines(text):
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def matches(expected, printed):
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == "[…]" else re.escape(line).replace(re.escape("[…]"), ".*") + r"\n"
        for line in lines(expected)
    )
    return re.fullmatch(pattern, "".join(line + "\n" for line in lines(printed)))


def main(path):
    with open(path, encoding="utf-8") as file:
        page = blocks(file.read())
    script = "set -e\n" + "".join(f"echo '{MARK}{i}'\n{block[1]}" for i, block in enumerate(page))
    # stdin is empty: `bash -s` would let the programs read the script. A file, not a pipe: programs that the page left running in the
    # background would keep a pipe open.
    with tempfile.TemporaryFile() as output:
        shell = subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False)
        output.seek(0)
        stdout = output.read().decode("utf-8", "replace")
    print(stdout)
    printed = re.split(rf"^{MARK}\d+\n", stdout, flags=re.MULTILINE)[1:]
    good = bool(page)
    for (line, commands, expected), got in zip(page, printed):
        if expected is not None and not matches(expected, got):
            good = False
            print(f"{path}:{line}: prints something else")
            print("\n".join(difflib.unified_diff(lines(expected), lines(got), "shown", "printed", lineterm="")))
    if shell.returncode:
        line, commands, _ = page[len(printed) - 1]
        print(f"{path}:{line}: status {shell.returncode} from these commands, which printed\n{commands}\n{printed[-1]}")
        good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
