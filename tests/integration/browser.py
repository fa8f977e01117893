"""
The page of order-monitor in a headless Chromium, for page.t. Takes commands from standard input, one a line, and
answers each with one line of JSON:

    open URL          goes there; true once it has drawn
    text SELECTOR     what an element shows; empty if there is no such element
    click SELECTOR    as with the mouse; true if there is such an element, and it can be clicked
    content SELECTOR  the text of an element, whether it is in sight or not
    title             of the tab
    rows SELECTOR     the cells of a table's body, row by row
    record            from now on notes each number that it shows as the lag
    recorded          lags [[when, lag] …], when in ms since 1970, and waits [[when, ms] …], where the machine let it wait
    lag               what the chart of the lag has drawn: the points of all partitions together, oldest first
    curves            the curves of that chart: [[name, its largest number] …]
    legend            of that chart: [[name, dashes, colour] …]; and what the chart draws: [[name, dashes, colour] …]
    ticks             of that chart: the times on its axis, in ms
    lanes             of the view of the log: {partition: {owner, end, next, committed, duplicate, redelivered, changes, x, glyphs}}, where x
                      has the places of the three markers on the screen, and glyphs the lengths of the paths of what repeats
    lane_heights      of one lane and of the list, with 60 partitions
    types COUNT       draws that many types with names of 63 letters: how many rows the table has, and how many are cut off
    judge FILE        the headline of {status, samples, moments} in the file
    show FILE SELECTOR    what an element shows when the status in the file is the latest
    texts             what differs between the languages: keys, values, and texts that are empty
    untranslated      texts of the page that are not those of its language
    search ID         types an order id into the form and sends it
    mark KIND         focuses the mark of such a moment, and says what it tells; null if there is none
    scheme dark|light
    motion reduce|no-preference
    language LANGUAGE     of the browser, from the next `open` on
    size WIDTH HEIGHT
    overflows         what is wider than its place, on the page and in its tables and lists
    contrast FILE     violations that axe-core, which is in the file, finds
    focus             how many sections Tab reaches
    keys SELECTOR     focuses an element, presses the down arrow, and says what then has the focus: its data-partition
    glides            how long a marker takes to its next place
    full SELECTOR     focuses an element and says what it shows
    frames SECONDS    the longest time between two frames, and the median, in ms
    top               goes to the beginning of the page; nothing has the focus any more
    shot FILE         a picture of the window
    language NAME     what the browser prefers from now on, such as ko; then open the page again
    errors            what the browser has complained of since the last time
"""
import inspect
import json
import os
import sys

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

LAG = """
const [total] = charts.lag.data.datasets;
return total ? total.data.map(point => point.y) : [];
"""
CURVES = """
return charts.lag.data.datasets.map(set => [set.label, Math.max(...set.data.map(point => point.y).filter(y => !isNaN(y)))]);
"""
LEGEND = """
const items = [...document.querySelectorAll('#lag-legend li')], probe = document.body;
const colour = text => { probe.style.caretColor = text; const plain = getComputedStyle(probe).caretColor; probe.style.caretColor = ''; return plain; };
return {
  shown: items.map(item => [item.textContent, item.querySelector('line').getAttribute('stroke-dasharray'), getComputedStyle(item.querySelector('line')).stroke]),
  drawn: charts.lag.data.datasets.map(set => [set.label, set.borderDash.join(' '), colour(set.borderColor)]),
};
"""
LANES = """
return Object.fromEntries([...document.querySelectorAll('.lane')].map(row => {
  const x = name => row.querySelector(`svg .move.${name}`).style.display === 'none' ? null : row.querySelector(`svg .move.${name}`).getBoundingClientRect().x;
  const glyphs = kind => (row.querySelector(`svg path.${kind}:not(.bounce)`).getAttribute('d') || '').length;
  return [row.dataset.partition, { ...row.dataset, name: row.querySelector('.owner').textContent, text: row.querySelector('.repeats').innerText,
    colour: getComputedStyle(row).borderLeftColor, x: [x('end'), x('next'), x('committed')], glyphs: [glyphs('duplicate'), glyphs('redelivered')] }];
}));
"""
RECORD = """
const shown = document.getElementById('lag'), every = 50;
window.recorded = { lags: [], waits: [] };
new MutationObserver(() => recorded.lags.push([Date.now(), Number(shown.textContent.replaceAll(',', ''))]))
  .observe(shown, { childList: true });
let due = performance.now() + every;
setInterval(() => {
  if (performance.now() > due + every) recorded.waits.push([Date.now(), Math.round(performance.now() - due)]);
  due = performance.now() + every;
}, every);
"""
REACHED = """
const element = document.activeElement, section = element.closest('section');
return section && section.getAttribute('aria-labelledby');
"""
ROWS = """
return [...document.querySelectorAll(arguments[0] + ' tbody tr')].map(row => [...row.cells].map(cell => cell.textContent));
"""
TYPES = """
const types = Array.from({ length: arguments[0] }, (_, i) => ({ type: `TYPE_${i}_`.padEnd(63, 'W'), events: i }));
showTypes({ postgres: { types } });
const rows = [...document.querySelectorAll('#types tbody tr')];
return { rows: rows.length, cut: rows.filter(row => row.cells[0].scrollWidth > row.cells[0].clientWidth).length };
"""
MANY_LANES = """
const status = structuredClone(latest), { kafka, postgres } = status;
kafka.partitions = Array.from({ length: 60 }, (_, partition) => ({ partition, low: 0, high: 100 * partition, committed: null, lag: 0, owner: null }));
showStatus(status);
const list = document.getElementById('lanes');
const heights = { lane: list.firstElementChild.offsetHeight, list: list.offsetHeight, table: document.getElementById('partitions').parentElement.offsetHeight };
showStatus(latest);
return heights;
"""
TEXTS = """
const [en, ko] = [TEXTS.en, TEXTS.ko], values = text => (text.match(/[{]\\w+[}]/g) || []).sort().join(' ');
return [
  ...Object.keys(en).filter(key => !(key in ko)).map(key => `ko has no ${key}`), ...Object.keys(ko).filter(key => !(key in en)).map(key => `en has no ${key}`),
  ...Object.keys(en).filter(key => key in ko && values(en[key]) !== values(ko[key])).map(key => `${key}: other values`),
  ...Object.keys(en).filter(key => !en[key] || !ko[key]).map(key => `${key} is empty`),
  ...Object.keys(en).filter(key => /[\\u3131-\\uD79D]/.test(en[key])).map(key => `${key} is Korean in English`),
];
"""
UNTRANSLATED = """
const texts = TEXTS[document.documentElement.lang];
return [
  ...[...document.querySelectorAll('[data-t]')].filter(part => part.textContent !== texts[part.dataset.t]).map(part => part.dataset.t),
  ...[...document.querySelectorAll('[data-label]')].filter(part => part.getAttribute('aria-label') !== texts[part.dataset.label]).map(part => part.dataset.label),
];
"""
SEARCH = """
document.getElementById('order-id').value = arguments[0];
document.getElementById('order-form').requestSubmit();
"""
MARK = """
const mark = document.querySelector(`.mark[data-kind=${arguments[0]}]`);
if (!mark) return null;
mark.focus();
return `${mark.textContent} ${document.getElementById('mark-text').textContent}`;
"""
OVERFLOWS = """
const wide = part => part.scrollWidth > part.clientWidth + 1, name = part => part.id || part.closest('[id]')?.id || part.closest('section')?.getAttribute('aria-labelledby') || part.tagName;
const found = document.documentElement.scrollWidth > innerWidth ? ['page'] : [];
for (const part of document.querySelectorAll('section, .bounded, .bounded td, .bounded th, .who, .legend, .numbers dd'))
  if (part.offsetParent && wide(part)) found.push(name(part));
for (const part of document.querySelectorAll('main *'))
  if (part.offsetParent && !part.closest('svg') && part.getBoundingClientRect().right > innerWidth + 1) found.push(`${part.tagName} in ${name(part)}`);
return [...new Set(found)];
"""
CONTRAST = """
const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] })
  .then(({ violations }) => done(violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.target.join(' ')}: ${node.failureSummary.split('\\n')[1]}`))))
  .catch(error => done([String(error)]));
"""
FRAMES = """
const done = arguments[arguments.length - 1], until = performance.now() + arguments[0] * 1000, times = [];
let before = performance.now();
requestAnimationFrame(function frame(now) {
  times.push(now - before);
  before = now;
  if (now < until) return requestAnimationFrame(frame);
  times.sort((a, b) => a - b);
  done({ frames: times.length, median: Math.round(times[Math.floor(times.length / 2)]), longest: Math.round(times[times.length - 1]) });
});
"""


class Browser:
    def __init__(self):
        options = webdriver.ChromeOptions()
        for argument in ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]:
            options.add_argument(argument)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")  # Chromium refuses to run as root with it
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.features = {}
        self.driver.execute_cdp_cmd("Emulation.setFocusEmulationEnabled", {"enabled": True})

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def press(self, key):  # whatever has the focus: an element may be replaced at any time
        ActionChains(self.driver, duration=0).send_keys(key).perform()

    def emulate(self, feature, value):
        self.features[feature] = value
        features = [{"name": name, "value": chosen} for name, chosen in self.features.items()]
        return self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def open(self, url):
        self.driver.get(url)
        return True

    def text(self, selector):
        return self.script("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def click(self, selector):
        found = [button for button in self.driver.find_elements(By.CSS_SELECTOR, selector) if button.is_displayed() and button.is_enabled()]
        for button in found[:1]:
            button.click()
        return bool(found)

    def content(self, selector):
        return self.script("return document.querySelector(arguments[0]).textContent", selector)

    def title(self):
        return self.driver.title

    def rows(self, selector):
        return self.script(ROWS, selector)

    def record(self):
        return self.script(RECORD)

    def recorded(self):
        return self.script("return recorded")

    def lag(self):
        return self.script(LAG)

    def curves(self):
        return self.script(CURVES)

    def legend(self):
        return self.script(LEGEND)

    def ticks(self):
        return self.script("return charts.lag.scales.x.ticks.map(tick => tick.value)")

    def lanes(self):
        return self.script(LANES)

    def lane_heights(self):
        return self.script(MANY_LANES)

    def types(self, count):
        return self.script(TYPES, int(count))

    def judge(self, file):
        with open(file, encoding="utf-8") as opened:
            return self.script("const { status, samples, moments } = arguments[0]; return judge(status, samples, moments)", json.load(opened))

    def show(self, file, selector):
        with open(file, encoding="utf-8") as opened:
            return self.script("showStatus(arguments[0]); return document.querySelector(arguments[1]).innerText", json.load(opened), selector)

    def texts(self):
        return self.script(TEXTS)

    def untranslated(self):
        return self.script(UNTRANSLATED)

    def search(self, order):
        return self.script(SEARCH, order)

    def mark(self, kind):
        return self.script(MARK, kind)

    def scheme(self, value):
        return self.emulate("prefers-color-scheme", value)

    def motion(self, value):
        return self.emulate("prefers-reduced-motion", value)

    def language(self, language):
        agent = self.script("return navigator.userAgent")
        return self.driver.execute_cdp_cmd("Emulation.setUserAgentOverride", {"userAgent": agent, "acceptLanguage": language})

    def size(self, width, height):
        return self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": int(width), "height": int(height), "deviceScaleFactor": 1, "mobile": int(width) < 600})

    def overflows(self):
        return self.script(OVERFLOWS)

    def contrast(self, file):
        if not self.script("return 'axe' in window"):
            with open(file, encoding="utf-8") as opened:
                self.script(opened.read())
        return self.driver.execute_async_script(CONTRAST)

    def focus(self):
        reached = set()
        for _ in range(130):
            self.press(Keys.TAB)
            reached.add(self.script(REACHED))
        return sorted(reached - {None})

    def keys(self, selector):
        self.script("document.querySelector(arguments[0]).focus()", selector)
        self.press(Keys.ARROW_DOWN)
        return self.script("return document.activeElement.dataset.partition ?? null")

    def glides(self):
        return self.script("return getComputedStyle(document.querySelector('.lane svg:not(.still) .move')).transitionDuration")

    def full(self, selector):
        return self.script("const part = document.querySelector(arguments[0]); part.focus(); return part.innerText", selector)

    def frames(self, seconds):
        return self.driver.execute_async_script(FRAMES, float(seconds))

    def top(self):
        return self.script("document.activeElement.blur(); scrollTo(0, 0)")

    def shot(self, file):
        return self.driver.save_screenshot(file)

    def errors(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]


def main():
    browser = Browser()
    browser.driver.set_script_timeout(50)
    try:
        for line in sys.stdin:
            command, _, rest = line.strip().partition(" ")
            function = getattr(browser, command)
            count = len(inspect.signature(function).parameters)  # the last argument is the rest of the line
            print(json.dumps(function(*rest.split(maxsplit=count - 1) if count > 1 else [rest][:count])), flush=True)
    finally:
        browser.driver.quit()


main()
