"""
The page of order-monitor in a headless Chromium, for page.t. Takes commands from standard input, one a line, and
answers each with one line of JSON:

    open URL          goes there; true once it has drawn
    text SELECTOR     what an element shows; empty if there is no such element
    rows SELECTOR     the cells of a table's body, row by row
    record            from now on notes each number that it shows as the lag
    recorded          lags [[when, lag] …], when in ms since 1970, and waits [[when, ms] …], where the machine let it wait
    lag               what the chart of the lag has drawn: the points of all partitions together, oldest first
    curves            the curves of that chart: [[name, its largest number] …]
    bars CHART        what a chart of bars has drawn: its numbers, kind by kind
    types COUNT       draws that many types with names of 63 letters: how many rows the table has, how many of them are cut
                      off, how many bars are named in full, and the pixels for each bar: its height, and its greatest width
    scheme dark|light
    size WIDTH HEIGHT
    overflows         whether the page is wider than the window
    focus             how many elements Tab reaches
    shot FILE         a picture of the window
    click SELECTOR    as with the mouse; true if there is such an element, and it can be clicked
    language NAME     what the browser prefers from now on, such as ko; then open the page again
    errors            what the browser has complained of since the last time
"""
import json
import os
import sys

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

LAG = """
const sets = charts.lag.data.datasets.map(set => set.data);
return sets.length ? sets[0].map((_, i) => sets.reduce((sum, points) => sum + points[i].y, 0)) : [];
"""
CURVES = """
return charts.lag.data.datasets.map(set => [set.label, Math.max(...set.data.map(point => point.y).filter(y => !isNaN(y)))]);
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
return section && section.getAttribute('aria-labelledby') + ' ' + element.tagName;
"""
ROWS = """
return [...document.querySelectorAll(arguments[0] + ' tbody tr')].map(row => [...row.cells].map(cell => cell.textContent));
"""
TYPES = """
const types = Array.from({ length: arguments[0] }, (_, i) => ({ type: `TYPE_${i}_`.padEnd(63, 'W'), events: i }));
showTypes({ postgres: { types } });
charts.types.resize();
const rows = [...document.querySelectorAll('#types tbody tr')], area = charts.types.chartArea, ticks = charts.types.scales.y.ticks;
return { rows: rows.length, cut: rows.filter(row => row.cells[0].scrollWidth > row.cells[0].clientWidth).length,
  names: ticks.filter((tick, i) => [tick.label].flat().join('') === types[i].type).length,
  height: Math.floor(area.height / ticks.length), width: Math.floor(area.width) };
"""


def start():
    options = webdriver.ChromeOptions()
    for argument in ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]:
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium refuses to run as root with it
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def run(driver, command, *arguments):
    if command == "open":
        driver.get(arguments[0])
        return True
    if command == "text":
        return driver.execute_script("const found = document.querySelector(arguments[0]); return found ? found.innerText : ''", *arguments)
    if command == "rows":
        return driver.execute_script(ROWS, *arguments)
    if command == "record":
        return driver.execute_script(RECORD)
    if command == "recorded":
        return driver.execute_script("return recorded")
    if command == "lag":
        return driver.execute_script(LAG)
    if command == "curves":
        return driver.execute_script(CURVES)
    if command == "bars":
        return driver.execute_script("return charts[arguments[0]].data.datasets.map(set => set.data)", *arguments)
    if command == "types":
        return driver.execute_script(TYPES, int(arguments[0]))
    if command == "scheme":
        feature = {"name": "prefers-color-scheme", "value": arguments[0]}
        return driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    if command == "size":
        width, height = map(int, arguments)
        return driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                      {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
    if command == "overflows":
        return driver.execute_script("return document.documentElement.scrollWidth > innerWidth")
    if command == "focus":
        reached = set()
        for _ in range(20):
            driver.switch_to.active_element.send_keys(Keys.TAB)
            reached.add(driver.execute_script(REACHED))
        return len(reached - {None})
    if command == "click":
        found = [button for button in driver.find_elements(By.CSS_SELECTOR, " ".join(arguments)) if button.is_displayed() and button.is_enabled()]
        for button in found[:1]:
            button.click()
        return bool(found)
    if command == "language":
        agent = driver.execute_script("return navigator.userAgent")
        return driver.execute_cdp_cmd("Emulation.setUserAgentOverride", {"userAgent": agent, "acceptLanguage": arguments[0]})
    if command == "shot":
        return driver.save_screenshot(arguments[0])
    if command == "errors":
        return [entry["message"] for entry in driver.get_log("browser")]
    raise ValueError(command)


def main():
    driver = start()
    try:
        for line in sys.stdin:
            print(json.dumps(run(driver, *line.split(maxsplit=2))), flush=True)
    finally:
        driver.quit()


main()
