/*
 * The page of order-monitor. Twice a second it asks for the samples since the last one and draws the new ones. When the
 * monitor does not answer, it says so and keeps asking. A monitor that was restarted is recognised by its "started".
 *
 * The other files, which this one uses: texts.js (what it says), headline.js (whether all is well), log.js (the lanes) and
 * lookup.js (orders, quarantine, conflicts). Text that others may have written goes into the page as textContent only.
 */
'use strict';

const POLL_MS = 500, TIMEOUT_MS = 5000, SAMPLES_MAX = 900, MOMENTS_MAX = 200, LINES_MAX = 12, ROWS_MAX = 30, SPAN_MIN_MS = 30000;

/* Lines are told apart by dashes too. The legend shows both. */
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
const LINE_COLOURS = 6;

/* kind of a moment → its sign, and its colour, which tells nothing that the sign does not */
const SIGNS = {
  'joined': ['+', 2], 'left': ['−', 0], 'died': ['†', 1], 'gone': ['×', 0], 'stalled': ['?', 4], 'rebalance': ['⇄', 3],
  'kafka-away': ['K↓', 1], 'kafka-back': ['K↑', 2], 'postgres-away': ['P↓', 1], 'postgres-back': ['P↑', 2],
  'topic-gone': ['T↓', 1], 'topic-new': ['T↑', 2],
};

const element = id => document.getElementById(id);
const colour = index => getComputedStyle(document.documentElement).getPropertyValue(`--c${index}`).trim();

let samples = [], moments = [], last = 0, started = 0, latest = null;

/* --- tables */

/*
 * Fills a table. A cell is a text or an element; the first of a row is its head. `foot` is a last row of totals. On a phone each row
 * is a card. A table whose content is as before is left alone, so that what is selected or focused stays so.
 */
function fill(table, caption, heads, rows, { isText = () => false, foot = null } = {}) {
  const key = JSON.stringify([caption, heads, rows.map(row => row.map(cell => cell instanceof Node ? cell.textContent : cell)), foot]);
  if (table.dataset.key === key) return;
  table.dataset.key = key;
  const make = (kind, content, column, role) => {
    const cell = document.createElement(kind);
    cell.append(content);
    cell.setAttribute('role', role);
    if (role === 'columnheader') cell.scope = 'col';
    else cell.dataset.head = heads[column];
    if (role === 'rowheader') cell.scope = 'row';
    if (isText(column)) cell.className = 'text';
    return cell;
  };
  const line = (cells, group) => {
    const row = document.createElement('tr');
    row.setAttribute('role', 'row');
    row.append(...cells);
    group.append(row);
  };
  const body = row => row.map((content, column) => make(column ? 'td' : 'th', content, column, column ? 'cell' : 'rowheader'));
  const parts = ['thead', 'tbody', 'tfoot'].map(kind => {
    const group = document.createElement(kind);
    group.setAttribute('role', 'rowgroup');
    return group;
  });
  line(heads.map((content, column) => make('th', content, column, 'columnheader')), parts[0]);
  for (const row of rows) line(body(row), parts[1]);
  if (foot) line(body(foot), parts[2]);
  table.className = 'cards';
  table.setAttribute('role', 'table');
  table.replaceChildren(...foot ? parts : parts.slice(0, 2));
  if (caption) {
    const title = document.createElement('caption');
    title.textContent = caption;
    table.prepend(title);
  }
}

/* A short name, with the whole one when it is pointed at or focused. */
function nameCell(short, whole) {
  const name = document.createElement('span'), full = document.createElement('span');
  name.className = 'name';
  name.tabIndex = 0;
  name.textContent = short;
  full.className = 'full';
  full.textContent = ` ${whole}`;
  name.append(full);
  return name;
}

/* --- moments: their texts, and the marks on the charts */

function momentText({ kind, text: english, numbers, reason, member, client, host }) {
  const base = `moment_${kind.replaceAll('-', '_')}`, key = kind === 'topic-new' ? `${base}_${numbers.length}` : base;
  if (!(key in TEXTS.en)) return english; /* of a newer monitor */
  const name = member ? memberName({ member, client, host }) : '';
  return t(key, { ...numbers.map(number), name, reason });
}

const signOf = kind => SIGNS[kind] || ['·', 0];

const lines = { /* a vertical line at each moment; its sign is a button above the chart */
  id: 'lines',
  beforeDatasetsDraw(chart) {
    const { ctx, chartArea: area, scales: { x } } = chart;
    ctx.save();
    ctx.setLineDash([4, 3]);
    for (const { kind, at } of moments) {
      if (at < x.min || at > x.max) continue;
      ctx.strokeStyle = colour(signOf(kind)[1]);
      ctx.beginPath();
      ctx.moveTo(x.getPixelForValue(at), area.top);
      ctx.lineTo(x.getPixelForValue(at), area.bottom);
      ctx.stroke();
    }
    ctx.restore();
  },
};

const marks = new Map(); /* moment → button */

function makeMark(moment) {
  const mark = document.createElement('button'), [sign, tone] = signOf(moment.kind);
  mark.type = 'button';
  mark.className = `mark tone${tone}`;
  mark.dataset.kind = moment.kind;
  mark.textContent = sign;
  mark.tabIndex = -1;
  const tell = () => write(element('mark-text'), `${time(moment.at)} ${momentText(moment)}`);
  mark.setAttribute('aria-label', `${time(moment.at)} ${momentText(moment)}`);
  mark.addEventListener('mouseenter', tell);
  mark.addEventListener('focus', tell);
  return mark;
}

function placeMarks() {
  const { x } = charts.lag.scales, list = element('marks'), shown = moments.filter(({ at }) => at >= x.min && at <= x.max);
  for (const [moment, mark] of marks) {
    if (shown.includes(moment)) continue;
    mark.remove();
    marks.delete(moment);
  }
  let right = -Infinity; /* of the last mark, which the next one must not cover */
  for (const moment of shown) {
    if (!marks.has(moment)) {
      marks.set(moment, makeMark(moment));
      list.append(marks.get(moment));
    }
    right = Math.max(x.getPixelForValue(moment.at), right + 16);
    marks.get(moment).style.left = `${Math.min(right, list.clientWidth - 12)}px`;
  }
  if (shown.length && ![...marks.values()].some(mark => mark.tabIndex === 0)) marks.get(shown[shown.length - 1]).tabIndex = 0;
}

function showMoments() {
  const list = element('moments');
  if (list.dataset.last === `${started} ${moments.length} ${moments.length && moments[moments.length - 1].number}`) return;
  list.dataset.last = `${started} ${moments.length} ${moments.length && moments[moments.length - 1].number}`;
  list.replaceChildren(...moments.slice().reverse().map(moment => {
    const item = document.createElement('li'), at = document.createElement('time'), sign = document.createElement('b');
    at.textContent = time(moment.at);
    at.dateTime = new Date(moment.at).toISOString();
    sign.textContent = signOf(moment.kind)[0];
    sign.className = `tone${signOf(moment.kind)[1]}`;
    sign.setAttribute('aria-hidden', 'true');
    item.dataset.kind = moment.kind;
    item.append(at, ' ', sign, ` ${momentText(moment)}`);
    if (moment.member) item.title = moment.member;
    return item;
  }));
  if (!moments.length) {
    const item = document.createElement('li');
    item.textContent = t('nothingHappened');
    list.append(item);
  }
}

/* --- charts */

const charts = {};

const line = (label, index) => ({
  label, data: [], index, borderDash: DASHES[Math.floor(index / 2) % DASHES.length], borderWidth: 2, pointRadius: 0, spanGaps: false,
});
const totalLine = label => ({ ...line(label, 0), index: -1, borderWidth: 3 }); /* in the colour of the text */

const lineColour = index => index < 0 ? getComputedStyle(document.documentElement).getPropertyValue('--text').trim() : colour(index % LINE_COLOURS);

/* The tooltip keeps to the side where the pointer is not, so that it does not cover what one looks at. */
Chart.Tooltip.positioners.aside = function aside(items, at) {
  const { left, right, top } = this.chart.chartArea, isLeft = at.x < (left + right) / 2;
  return items.length ? { x: isLeft ? right : left, y: top, xAlign: isLeft ? 'right' : 'left', yAlign: 'top' } : false;
};

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

/* Ticks at round times, as many as there is room for. */
function roundTicks(axis) {
  const room = Math.max(2, Math.floor(axis.width / 90)), { min, max } = axis;
  const step = 1000 * (STEPS_S.find(seconds => (max - min) / 1000 / seconds <= room) || STEPS_S[STEPS_S.length - 1]);
  const zone = new Date(min).getTimezoneOffset() * 60000;
  axis.ticks = [];
  for (let at = Math.ceil((min - zone) / step) * step + zone; at <= max; at += step) axis.ticks.push({ value: at });
}

function chartOptions() {
  const style = getComputedStyle(document.documentElement), text = style.getPropertyValue('--text').trim(), grid = { color: style.getPropertyValue('--line').trim() };
  return {
    animation: false, responsive: true, maintainAspectRatio: false, parsing: false, normalized: true,
    interaction: { mode: 'index', intersect: false },
    plugins: {
      legend: { display: false },
      tooltip: { position: 'aside', caretSize: 0, callbacks: { title: items => items.length ? time(items[0].parsed.x) : '' } },
    },
    scales: {
      x: { type: 'linear', afterBuildTicks: roundTicks, grid, ticks: { color: text, callback: at => time(at), maxRotation: 0, autoSkip: false } },
      y: { beginAtZero: true, suggestedMax: 10, grid, ticks: { color: text, precision: 0 } },
    },
  };
}

function makeCharts() {
  for (const name of ['lag', 'rate'])
    charts[name] = new Chart(element(`${name}-chart`), { type: 'line', data: { datasets: [] }, options: chartOptions(), plugins: [lines] });
  charts.rate.data.datasets = ['rateInflow', 'rateApplied', 'rateDuplicate'].map((key, i) => line(t(key), i * 2));
}

/* The legend shows the lines as they are drawn. */
function showLegend(name, datasets) {
  element(`${name}-legend`).replaceChildren(...datasets.map(({ label, index, borderDash, borderWidth }) => {
    const item = document.createElement('li'), picture = svg('svg', { width: 36, height: 8, 'aria-hidden': 'true' }, item);
    const stroke = svg('line', { x1: 0, x2: 36, y1: 4, y2: 4, 'stroke-width': borderWidth, 'stroke-dasharray': borderDash.join(' ') }, picture);
    stroke.style.stroke = lineColour(index);
    item.append(label);
    return item;
  }));
}

function draw(name, from, to, empty, flat) {
  const chart = charts[name], { datasets } = chart.data, { x } = chart.options.scales, note = chart.canvas.parentElement.querySelector('.empty');
  for (const dataset of datasets) dataset.borderColor = dataset.backgroundColor = lineColour(dataset.index);
  x.min = from;
  x.max = to;
  chart.update();
  const values = datasets.flatMap(dataset => dataset.data.map(point => point.y)).filter(y => !isNaN(y));
  note.hidden = values.some(y => y > 0);
  write(note, t(values.length ? flat : empty));
  const legend = JSON.stringify(datasets.map(({ label, borderColor }) => [label, borderColor]));
  if (chart.legendShown !== legend) showLegend(name, datasets);
  chart.legendShown = legend;
}

/* Records a second between two samples, or null if it is unknown in one of them. */
function rate(before, now, at, value) {
  if (!before || !before[at] || !now[at] || now[at] <= before[at]) return null;
  const records = value(now) - value(before);
  return records < 0 ? null : records * 1000 / (now[at] - before[at]);
}

const RATES = [
  ['kafkaAt', sample => sum(sample.high)],
  ['postgresAt', sample => sample.applied],
  ['postgresAt', sample => sample.duplicate],
];

const rates = index => RATES.map(([at, value]) => rate(samples[index - 1], samples[index], at, value));

/* The sum first. With many partitions at any time shown, a curve for each would be unreadable: then only the largest. */
function lagCurves(sample, partitions) {
  if (!sample.lag || !sample.lag.length) return null;
  return [sum(sample.lag), ...partitions <= LINES_MAX ? sample.lag : [Math.max(...sample.lag)]];
}

function drawLag(from, to) {
  const shown = samples.filter(sample => sample.at >= from);
  const partitions = Math.max(0, ...samples.map(sample => sample.lag ? sample.lag.length : 0));
  const names = partitions <= LINES_MAX ? Array.from({ length: partitions }, (_, n) => t('partition', { n })) : [t('theLargest')];
  const chart = charts.lag;
  if (chart.data.datasets.length !== names.length + 1) chart.data.datasets = [totalLine(t('sumOfAll')), ...names.map(line)];
  chart.data.datasets.forEach((dataset, i) => {
    dataset.data = shown.map(sample => {
      const lag = lagCurves(sample, partitions);
      return { x: sample.at, y: lag && i < lag.length ? lag[i] : NaN };
    });
  });
  draw('lag', from, to, 'emptyLag', 'flatLag');
  placeMarks();
  if (element('lag-details').open)
    fill(element('lag-table'), t('lagTable'), [t('time'), t('sumOfAll'), ...names],
      samples.slice(-ROWS_MAX).reverse().map(sample => [time(sample.at), ...(lagCurves(sample, partitions) || []).map(number)]));
}

function drawRates(from, to) {
  const points = samples.map((sample, i) => ({ at: sample.at, rates: rates(i) }));
  charts.rate.data.datasets.forEach((dataset, i) => {
    dataset.data = points.filter(point => point.at >= from)
      .map(point => ({ x: point.at, y: point.rates[i] === null ? NaN : point.rates[i] }));
  });
  draw('rate', from, to, 'emptyRates', 'flatRates');
  if (element('rate-details').open)
    fill(element('rate-table'), t('rateTable'), [t('time'), t('rateInflow'), t('rateApplied'), t('rateDuplicate')],
      points.slice(-ROWS_MAX).reverse().map(point => [time(point.at), ...point.rates.map(number)]));
}

function drawHistory() {
  if (!samples.length) return;
  const to = samples[samples.length - 1].at;
  const from = Math.max(to - element('span').value * 60000, Math.min(samples[0].at, to - SPAN_MIN_MS)); /* no empty half */
  drawLag(from, to);
  drawRates(from, to);
}

/* --- the latest snapshot */

const RARE = ['retired', 'absent', 'deleted']; /* shown only if there are any */

/* A server that is away: its cards say so instead of a number, and below what the number was, and when. */
function showAge(status) {
  for (const [name, view] of [['kafka', status.kafka], ['postgres', status.postgres]]) {
    for (const card of document.querySelectorAll(`[data-from=${name}]`)) {
      const value = card.querySelector('dd'), note = card.querySelector('.note');
      card.classList.toggle('away', !view.up);
      if (view.up) {
        if (note.id !== 'lag-time') write(note, '');
        continue;
      }
      write(note, view.at ? t('lastValue', { value: value.textContent, time: time(view.at) }) : '');
      value.textContent = t(`${name}IsAway`);
    }
  }
}

function lagText(status) {
  const left = timeLeft(status, samples);
  if (left === null) return '';
  return left === 0 ? t('nothingWaits') : left === Infinity ? t('notAtThisRate') : t('readIn', { time: duration(left) });
}

function showNumbers(status) {
  const [inflow, applied] = samples.length > 1 ? rates(samples.length - 1) : [null, null];
  const show = (id, value) => write(element(id), number(value));
  show('lag', status.kafka.at ? sum(status.kafka.partitions.map(partition => partition.lag)) : null);
  show('inflow', inflow);
  show('rate', applied);
  show('member-count', status.kafka.at && seesMembers(status.kafka) ? status.kafka.members.length : null);
  for (const name of ['applied', 'duplicate', 'redelivered', 'quarantined', ...RARE]) show(name, outcome(status, name));
  for (const name of RARE) element(name).parentElement.hidden = !outcome(status, name);
  show('conflicts', status.postgres.at ? status.postgres.conflicts : null);
  if (status.kafka.up) write(element('lag-time'), lagText(status));
  showAge(status);
}

function showPartitions(status) {
  const outcomes = new Map(status.postgres.partitions.map(partition => [partition.partition, partition]));
  const names = ['applied', 'duplicate', 'redelivered', 'quarantined', ...RARE.filter(name => outcome(status, name))];
  const { partitions } = status.kafka, of = (partition, name) => (outcomes.get(partition.partition) || {})[name];
  const total = name => number(sum(partitions.map(partition => of(partition, name) || 0)));
  fill(element('partitions'), partitions.length ? t('partitionsCaption') : t('partitionsEmpty'),
    [t('partitionHead'), ...['begins', 'ends', 'committed', 'next', 'lagShort'].map(key => t(key)), ...names.map(name => t(`${name}Short`))],
    partitions.map(partition => [`${partition.partition}`, number(partition.low), number(partition.high), number(partition.committed),
      number(of(partition, 'next')), number(partition.lag), ...names.map(name => number(of(partition, name) || 0))]),
    { foot: partitions.length ? [t('total'), '', '', '', '', number(sum(partitions.map(each => each.lag))), ...names.map(total)] : null });
}

/* Records a second that the group reads of these partitions, over the last RATE_MS. */
function readRate(partitions) {
  const seen = samples.filter(sample => sample.kafkaAt), now = seen[seen.length - 1];
  const before = now && seen.find(sample => sample.kafkaAt >= now.kafkaAt - RATE_MS);
  if (!before || before === now || before.high.length !== now.high.length) return 0;
  const read = sample => sum(partitions.map(i => sample.high[i] - sample.lag[i]));
  return (read(now) - read(before)) * 1000 / (now.kafkaAt - before.kafkaAt);
}

function stateOf(member, waiting) {
  if (member.stalled) return `? ${t('memberStalled')}`;
  if (!member.partitions.length) return t('memberSpare');
  const records = readRate(member.partitions);
  if (records >= 0.5) return t('memberReads', { n: number(records) });
  return waiting ? t('memberWaits') : t('memberDone');
}

function showMembers(status) {
  const { members, partitions, groupState } = status.kafka, names = shortNames(members);
  const waiting = member => sum(member.partitions.map(i => partitions[i] ? partitions[i].lag : 0));
  fill(element('members'), members.length ? t('groupIs', { state: groupState }) : t(seesMembers(status.kafka) ? 'noMembers' : 'membersUnknown'),
    [t('member'), t('partitions'), t('waiting'), t('state')],
    members.map(member => [nameCell(names.get(member.id), member.id), member.partitions.join(' ') || t('none'), number(waiting(member)),
      stateOf(member, waiting(member))]),
    { isText: column => column !== 2 });
}

function showTypes(status) {
  const { types } = status.postgres, most = Math.max(1, ...types.map(total => total.events));
  const bar = total => {
    const cell = document.createElement('span'), stroke = document.createElement('span');
    stroke.className = 'bar';
    stroke.style.width = `${100 * total.events / most}%`;
    cell.append(total.type, stroke);
    return cell;
  };
  fill(element('types'), types.length ? t('typesCaption') : t('typesEmpty'), [t('type'), t('events')],
    types.map(total => [bar(total), number(total.events)]),
    { isText: column => column === 0, foot: types.length ? [t('total'), number(sum(types.map(total => total.events)))] : null });
}

function showStatus(status) {
  const at = view => view.at ? time(view.at) : '–';
  write(element('topic'), status.topic);
  write(element('group'), status.group);
  write(element('version'), t('version', status));
  write(element('seen'), t('seen', { kafka: at(status.kafka), postgres: at(status.postgres) }));
  drawLog(status, samples); /* first: it learns the members' names */
  showHeadline(judge(status, samples, moments), status.topic);
  showNumbers(status);
  showPartitions(status);
  showMembers(status);
  showTypes(status);
  showQuarantine(outcome(status, 'quarantined'));
  showConflicts(status.postgres.at ? status.postgres.conflicts : null);
}

/* --- asking */

async function get(path) {
  const answer = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/* Whether there is something new. */
async function askHistory() {
  let news = false, history;
  do {
    history = await get(`api/history?since=${last}`);
    if (history.started !== started) { /* another monitor: its numbers start again */
      const again = started !== 0;
      samples = [], moments = [], last = 0, started = history.started;
      if (again) return askHistory();
    }
    samples = samples.concat(history.samples).slice(-SAMPLES_MAX);
    moments = moments.concat(history.moments).slice(-MOMENTS_MAX);
    last = history.last;
    news = news || history.samples.length > 0;
  } while (history.more);
  return news;
}

const NO_MONITOR = { level: 'bad', title: t('noMonitor'), detail: t('noMonitorDetail'), problems: [] };
let isConnected = false;

/* Whether there is something to draw. */
async function ask() {
  try {
    if (!await askHistory() && isConnected) return false;
    latest = await get('api/status');
    return isConnected = true;
  } catch (error) {
    showHeadline(NO_MONITOR, latest && latest.topic);
    return isConnected = false;
  }
}

async function poll() {
  try {
    if (!await ask()) return;
    showStatus(latest);
    showMoments();
    drawHistory();
  } finally {
    setTimeout(poll, POLL_MS);
  }
}

function repaint() { /* light or dark, or another width */
  for (const chart of Object.values(charts)) chart.options = chartOptions();
  drawHistory();
  if (latest) drawLog(latest, samples);
}

document.documentElement.lang = LANGUAGE;
translate(document);
makeLogLegend();
makeCharts();
element('span').addEventListener('change', drawHistory);
element('marks').addEventListener('keydown', event => walk(event.currentTarget, '.mark', event));
for (const name of ['lag-details', 'rate-details']) element(name).addEventListener('toggle', drawHistory);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
addEventListener('resize', repaint);
poll();
