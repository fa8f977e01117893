/*
 * The page of order-monitor. Twice a second it asks for the samples since the last one and draws the new ones. When the
 * monitor does not answer, it says so and keeps asking. A monitor that was restarted is recognised by its "started".
 */
'use strict';

const POLL_MS = 500, TIMEOUT_MS = 5000, SAMPLES_MAX = 900, MOMENTS_MAX = 200, LINES_MAX = 12, ROWS_MAX = 30, SPAN_MIN_MS = 30000;

/* Okabe and Ito's colours, which colour-blind people can distinguish; dashes and points for those who see no colours. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9'];
const DASHES = [[], [8, 4], [2, 3]];
const POINTS = ['circle', 'triangle', 'rect', 'rectRot', 'cross', 'star'];

/* kind of a moment → its sign and colour */
const SIGNS = {
  'joined': ['+', 2], 'left': ['−', 0], 'died': ['†', 1], 'gone': ['×', 0], 'stalled': ['?', 4], 'rebalance': ['R', 3],
  'kafka-away': ['K', 1], 'kafka-back': ['K', 2], 'postgres-away': ['P', 1], 'postgres-back': ['P', 2],
  'topic-gone': ['T', 1], 'topic-new': ['T', 2],
};

const element = id => document.getElementById(id);
const number = value => value === null || value === undefined ? '–' : Math.round(value).toLocaleString('en');
const time = at => new Date(at).toLocaleTimeString('en-GB');
const sum = values => values.reduce((total, value) => total + value, 0);

let samples = [], moments = [], last = 0, started = 0;

/* --- tables */

function fill(table, caption, heads, rows, isText = () => false) {
  const make = (kind, text, column, scope) => {
    const cell = document.createElement(kind);
    cell.textContent = text;
    if (scope) cell.scope = scope;
    if (isText(column)) cell.className = 'text';
    return cell;
  };
  const line = cells => {
    const row = document.createElement('tr');
    row.append(...cells);
    return row;
  };
  const title = document.createElement('caption'), head = document.createElement('thead'), body = document.createElement('tbody');
  title.textContent = caption;
  head.append(line(heads.map((text, column) => make('th', text, column, 'col'))));
  body.append(...rows.map(row => line(row.map((text, column) => make(column ? 'td' : 'th', text, column, column ? '' : 'row')))));
  table.replaceChildren(title, head, body);
}

/* --- charts */

const markers = { /* a vertical line at each moment, with its sign */
  id: 'markers',
  afterDatasetsDraw(chart) {
    const { ctx, chartArea: area, scales: { x } } = chart;
    ctx.save();
    ctx.font = 'bold 13px system-ui, sans-serif';
    ctx.textAlign = 'center';
    let right = -Infinity; /* of the last sign, which another one there would cover */
    for (const moment of moments) {
      if (moment.at < x.min || moment.at > x.max) continue;
      const [sign, colour] = SIGNS[moment.kind] || ['·', 0], at = x.getPixelForValue(moment.at);
      ctx.strokeStyle = ctx.fillStyle = COLOURS[colour];
      ctx.setLineDash([4, 3]);
      ctx.beginPath();
      ctx.moveTo(at, area.top);
      ctx.lineTo(at, area.bottom);
      ctx.stroke();
      const place = Math.max(at, right + 12);
      ctx.fillText(sign, place, area.top - 3);
      right = place;
    }
    ctx.restore();
  },
};

const curve = (label, index) => ({
  label, data: [], borderColor: COLOURS[index % 6], backgroundColor: COLOURS[index % 6],
  borderDash: DASHES[Math.floor(index / 2) % 3], borderWidth: 2, pointRadius: 0, pointStyle: POINTS[index % 6], spanGaps: false,
});

function theme() {
  const style = getComputedStyle(document.documentElement);
  return { text: style.getPropertyValue('--text'), line: style.getPropertyValue('--line') };
}

function options(extra) {
  const { text, line } = theme();
  const axis = more => ({ ticks: { color: text, ...more.ticks }, grid: { color: line }, ...more.axis });
  return {
    animation: false, responsive: true, maintainAspectRatio: false, parsing: false, normalized: true,
    interaction: { mode: 'index', intersect: false },
    plugins: { legend: { position: 'bottom', labels: { color: text, usePointStyle: true } } },
    ...extra(axis),
  };
}

const overTime = axis => ({
  layout: { padding: { top: 16 } },
  scales: {
    x: axis({ ticks: { callback: at => time(at), includeBounds: false, maxRotation: 0 }, axis: { type: 'linear' } }),
    y: axis({ ticks: { precision: 0 }, axis: { beginAtZero: true } }),
  },
});
const inBars = axis => ({
  parsing: true, scales: { x: axis({ axis: { stacked: true } }), y: axis({ ticks: { precision: 0 }, axis: { beginAtZero: true, stacked: true } }) },
});
/* Horizontal bars have room for long names. The height of the chart grows with their number. */
const horizontalBars = axis => ({
  parsing: true, indexAxis: 'y', interaction: { mode: 'index', axis: 'y', intersect: false },
  scales: { x: axis({ ticks: { precision: 0 }, axis: { beginAtZero: true } }), y: axis({ ticks: { autoSkip: false } }) },
});

const charts = {};

function makeChart(name, type, shape, datasets, plugins = []) {
  charts[name] = new Chart(element(`${name}-chart`), { type, data: { labels: [], datasets }, options: options(shape), plugins });
  charts[name].shape = shape;
}

function makeCharts() {
  const tooltip = shape => axis => {
    const made = shape(axis);
    return { ...made, plugins: { ...options(() => ({})).plugins, tooltip: { callbacks: { title: items => items.length ? time(items[0].parsed.x) : '' } } } };
  };
  const bar = (label, colour) => ({ label, data: [], backgroundColor: COLOURS[colour], borderColor: theme().text, borderWidth: 1 });
  makeChart('lag', 'line', tooltip(overTime), [], [markers]);
  makeChart('rate', 'line', tooltip(overTime),
    [curve('inflow', 0), curve('applied', 2), curve('duplicate', 4)], [markers]);
  makeChart('types', 'bar', horizontalBars, [bar('events', 0)]);
  makeChart('outcomes', 'bar', inBars, [bar('duplicate', 4), bar('redelivered', 3)]);
  makeChart('partitions', 'bar', inBars, [bar('read by the group', 2), bar('still to read', 1)]);
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

/* With many partitions at any time shown, a curve for each would be unreadable: then only the sum and the largest. */
function lagCurves(sample, partitions) {
  if (!sample.lag) return null;
  return partitions <= LINES_MAX ? sample.lag : [sum(sample.lag), Math.max(...sample.lag)];
}

function drawLag(from, to) {
  const shown = samples.filter(sample => sample.at >= from);
  const partitions = Math.max(0, ...samples.map(sample => sample.lag ? sample.lag.length : 0));
  const names = partitions <= LINES_MAX ? Array.from({ length: partitions }, (_, i) => `partition ${i}`) : ['all together', 'the largest'];
  const chart = charts.lag;
  if (chart.data.datasets.length !== names.length) chart.data.datasets = names.map(curve);
  chart.data.datasets.forEach((dataset, i) => {
    dataset.data = shown.map(sample => {
      const lag = lagCurves(sample, partitions);
      return { x: sample.at, y: lag && i < lag.length ? lag[i] : NaN };
    });
  });
  draw(chart, from, to);
  if (element('lag-details').open)
    fill(element('lag-table'), 'Lag, latest first', ['time', ...names],
      samples.slice(-ROWS_MAX).reverse().map(sample => [time(sample.at), ...(lagCurves(sample, partitions) || []).map(number)]));
}

function drawRates(from, to) {
  const points = samples.map((sample, i) => ({ at: sample.at, rates: rates(i) }));
  charts.rate.data.datasets.forEach((dataset, i) => {
    dataset.data = points.filter(point => point.at >= from)
      .map(point => ({ x: point.at, y: point.rates[i] === null ? NaN : point.rates[i] }));
  });
  draw(charts.rate, from, to);
  if (element('rate-details').open)
    fill(element('rate-table'), 'Records a second, latest first', ['time', 'inflow', 'applied', 'duplicate'],
      points.slice(-ROWS_MAX).reverse().map(point => [time(point.at), ...point.rates.map(number)]));
}

function draw(chart, from, to) {
  chart.options.scales.x.ticks.stepSize = (to - from) / 4;
  chart.options.scales.x.min = from;
  chart.options.scales.x.max = to;
  chart.update();
}

function drawBars(name, labels, ...values) {
  charts[name].data.labels = labels;
  values.forEach((data, i) => { charts[name].data.datasets[i].data = data; });
  charts[name].update();
}

function drawHistory() {
  if (!samples.length) return;
  const to = samples[samples.length - 1].at;
  const from = Math.max(to - element('span').value * 60000, Math.min(samples[0].at, to - SPAN_MIN_MS)); /* no empty half */
  drawLag(from, to);
  drawRates(from, to);
}

function showMoments() {
  element('moments').replaceChildren(...moments.slice().reverse().map(moment => {
    const item = document.createElement('li'), at = document.createElement('time'), sign = document.createElement('b');
    at.textContent = time(moment.at);
    at.dateTime = new Date(moment.at).toISOString();
    sign.textContent = (SIGNS[moment.kind] || ['·'])[0];
    sign.setAttribute('aria-hidden', 'true');
    item.dataset.kind = moment.kind;
    item.append(at, ' ', sign, ` ${moment.text}`);
    return item;
  }));
}

/* --- the latest snapshot */

/* The sum over the partitions, or null if Postgres has never answered. */
const outcome = (status, name) => status.postgres.at ? sum(status.postgres.partitions.map(partition => partition[name])) : null;
const RARE = ['retired', 'absent', 'deleted']; /* shown only if there are any */

function showNumbers(status) {
  const [inflow, applied] = samples.length > 1 ? rates(samples.length - 1) : [null, null];
  element('lag').textContent = number(status.kafka.at ? sum(status.kafka.partitions.map(partition => partition.lag)) : null);
  element('inflow').textContent = number(inflow);
  element('rate').textContent = number(applied);
  element('member-count').textContent = number(status.kafka.at ? status.kafka.members.length : null);
  for (const name of ['applied', 'duplicate', 'redelivered', 'quarantined', ...RARE]) element(name).textContent = number(outcome(status, name));
  for (const name of RARE) element(name).parentElement.hidden = !outcome(status, name);
  element('conflicts').textContent = number(status.postgres.at ? status.postgres.conflicts : null);
}

function showPartitions(status) {
  const outcomes = new Map(status.postgres.partitions.map(partition => [partition.partition, partition]));
  const names = ['received', 'applied', 'duplicate', 'redelivered', 'quarantined', ...RARE.filter(name => outcome(status, name))];
  const labels = status.kafka.partitions.map(partition => partition.partition);
  const of = name => labels.map(label => outcomes.has(label) ? outcomes.get(label)[name] : 0);
  fill(element('partitions'), 'Offsets in Kafka, and outcomes of the records in Postgres',
    ['partition', 'records', 'begins', 'ends', 'committed', 'lag', ...names],
    status.kafka.partitions.map(partition => [partition.partition, number(partition.high - partition.low), number(partition.low),
      number(partition.high), number(partition.committed), number(partition.lag),
      ...names.map(name => number((outcomes.get(partition.partition) || {})[name] || 0))]));
  drawBars('partitions', labels, status.kafka.partitions.map(p => p.high - p.low - p.lag), status.kafka.partitions.map(p => p.lag));
  drawBars('outcomes', labels, of('duplicate'), of('redelivered'));
}

function showMembers(status) {
  const { members, groupState } = status.kafka;
  fill(element('members'), members.length ? `The group is ${groupState}` : 'Nobody reads: the group has no members',
    ['member', 'host', 'partitions', 'state'],
    members.map(member => [member.id, member.host, member.partitions.join(' ') || 'none', member.stalled ? '? stalled' : 'works or waits']),
    () => true);
}

/* A name in lines that fit beside the bars: Chart.js truncates names wider than half of the chart. */
const inLines = name => name.match(/.{1,17}(_|$)|.{1,18}/g) || [''];

function showTypes(status) {
  const { types } = status.postgres;
  fill(element('types'), 'Distinct events in the database', ['type', 'events'],
    types.map(total => [total.type, number(total.events)]), column => column === 0);
  const names = types.map(total => inLines(total.type)), lines = Math.max(1, ...names.map(name => name.length));
  element('types-chart').parentElement.style.height = `max(13rem, ${names.length * (lines * 15 + 8) + 60}px)`;
  drawBars('types', names, types.map(total => total.events));
}

function trouble(status) {
  const words = [];
  for (const [name, view] of [['Kafka', status.kafka], ['Postgres', status.postgres]]) {
    if (!view.up) words.push(`${name} is away: ${view.reason}. ${view.at ? `Its numbers are of ${time(view.at)}.` : ''} Trying again.`);
  }
  const deleted = outcome(status, 'deleted');
  if (deleted) words.push(`${number(deleted)} records were deleted before they were read: scripts/verify names the events that are missing, replay their files.`);
  if (status.kafka.up && !status.kafka.hasTopic) words.push(`There is no topic ${status.topic}. Waiting for it.`);
  return words;
}

function showBanner(words) { /* only if it changed, because screen readers read it aloud */
  if ((element('banner').dataset.words || '') === words.join('\n')) return;
  element('banner').dataset.words = words.join('\n');
  element('banner').replaceChildren(...words.map(text => {
    const line = document.createElement('p');
    line.textContent = text;
    return line;
  }));
}

function showStatus(status) {
  element('topic').textContent = status.topic;
  element('group').textContent = status.group;
  element('seen').textContent = `Seen at ${time(status.at)}.`;
  showBanner(trouble(status));
  showNumbers(status);
  showPartitions(status);
  showMembers(status);
  showTypes(status);
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

async function poll() {
  try {
    if (await askHistory() || element('banner').dataset.words) {
      const status = await get('api/status');
      showMoments();
      showStatus(status);
      drawHistory();
    }
  } catch (error) {
    showBanner(['No connection to the monitor, trying again.']);
  }
  setTimeout(poll, POLL_MS);
}

function repaint() { /* light or dark */
  for (const chart of Object.values(charts)) chart.options = options(chart.shape);
  drawHistory();
}

makeCharts();
element('span').addEventListener('change', drawHistory);
for (const name of ['lag-details', 'rate-details']) element(name).addEventListener('toggle', drawHistory);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
poll();
