/*
 * The view of the log: a lane for each partition, drawn as SVG from the answers of /api/status and /api/history. Offsets run from left to
 * right, in the same scale in all lanes. A lane shows a part of its partition. When the end comes near the right edge, the part moves on.
 *
 *     drawLog(status, samples)
 *
 * Where a record has room, each is drawn; otherwise a block is what one or more looks found appended. What repeats is drawn where it
 * arrived: at the next offset of the database. The numbers beside a lane are those of the database.
 */
'use strict';

const ROOM_PX = 4; /* a record, or a block of records, is not narrower */
const FILL = 0.95, TURN = 0.6; /* the end moves up to FILL of the width, and then to TURN of it */
const SPAN_LEAST = 50; /* offsets */
const REPEATS_MAX = 40, MOVED_MS = 6000, MANY_LANES = 12, OWNER_COLOURS = 8;
const SVG = 'http://www.w3.org/2000/svg';

/* Shapes, centred at 0,0. They are those of the legend, too. */
const SHAPES = {
  end: 'M-1 -13 H1 V13 H-1 Z M1 -13 L8 -9.5 L1 -6 Z',
  next: 'M0 2 L6 12 H-6 Z',
  committed: 'M0 -5 L5 0 L0 5 L-5 0 Z',
  duplicate: 'M0 -5 L5 4 H-5 Z',
  redelivered: 'M-4 -4 H4 V4 H-4 Z',
  hands: 'M0 -13 V13',
};

const lanes = new Map(); /* by partition */
const ownerColours = new Map(); /* by member id */
let span = SPAN_LEAST;

function svg(kind, attributes = {}, parent = null) {
  const part = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
  if (parent) parent.append(part);
  return part;
}

function text(kind, className, parent) {
  const part = document.createElement(kind);
  part.className = className;
  parent.append(part);
  return part;
}

/* --- a lane */

function makeLane(partition) {
  const row = document.createElement('li'), who = text('div', 'who', row);
  row.className = 'lane';
  row.tabIndex = lanes.size ? -1 : 0;
  row.dataset.partition = partition;
  text('b', '', who).textContent = partition;
  const lane = { partition, row, start: null, repeats: [], hands: null, owner: undefined, before: null, duplicate: null, redelivered: null };
  who.append(' ');
  lane.name = text('span', 'owner', who);
  lane.was = text('span', 'was', who);
  lane.svg = svg('svg', { 'aria-hidden': 'true' }, row);
  for (const name of ['track', 'read', 'waiting', 'hands', 'duplicate', 'redelivered'])
    lane[`${name}Shape`] = svg(name === 'track' ? 'rect' : 'path', { class: name }, lane.svg);
  for (const name of ['end', 'next', 'committed'])
    lane[`${name}Mark`] = svg('path', { class: `move ${name}`, d: SHAPES[name] }, lane.svg);
  const repeats = text('div', 'repeats', row);
  lane.duplicates = text('span', 'of-duplicate', repeats);
  lane.redeliveries = text('span', 'of-redelivered', repeats);
  return lane;
}

function colourOf(id) {
  if (!ownerColours.has(id)) ownerColours.set(id, ownerColours.size % OWNER_COLOURS);
  return `var(--c${ownerColours.get(id)})`;
}

const nameOf = id => id === null ? t('nobody') : ownerNames.get(id) || id;

function showOwner(lane, state, end) {
  const { owner } = state;
  if (owner !== lane.owner) {
    if (lane.owner !== undefined) { /* not the first look */
      lane.hands = { offset: end, at: performance.now() };
      lane.row.dataset.changes = Number(lane.row.dataset.changes || 0) + 1;
      if (lane.owner) lane.before = lane.owner; /* between two owners a lane may have none for a moment */
      lane.was.textContent = lane.before && lane.before !== owner ? `← ${t('wasOwnedBy', { name: nameOf(lane.before) })}` : '';
    }
    lane.owner = owner;
    lane.row.dataset.owner = owner || '';
    if (owner) lane.row.style.setProperty('--owner', colourOf(owner));
    else lane.row.style.removeProperty('--owner');
  }
  const moved = lane.hands !== null && performance.now() - lane.hands.at < MOVED_MS;
  lane.row.classList.toggle('moved', moved);
  if (!moved) lane.was.textContent = '';
  write(lane.name, nameOf(owner));
  lane.name.title = owner || '';
}

/* A glyph that flies off where a repeated record arrived. It is removed when the animation is over. */
function bounce(lane, kind, x, y) {
  const glyph = svg('path', { class: `${kind} bounce`, d: SHAPES[kind], transform: `translate(${x} ${y})` }, lane.svg);
  setTimeout(() => glyph.remove(), 1200);
}

function noteRepeats(lane, outcomes, place) {
  for (const kind of ['duplicate', 'redelivered']) {
    const count = outcomes ? outcomes[kind] : null;
    if (count !== null && lane[kind] !== null && count > lane[kind]) {
      lane.repeats.push({ kind, offset: place, n: count - lane[kind] });
      lane.repeats = lane.repeats.slice(-REPEATS_MAX);
      lane.bounces = [...(lane.bounces || []), kind];
    }
    if (count !== null) lane[kind] = count;
  }
  write(lane.duplicates, `▲ ${number(lane.duplicate)}`);
  write(lane.redeliveries, `■ ${number(lane.redelivered)}`);
  lane.row.dataset.duplicate = lane.duplicate ?? '';
  lane.row.dataset.redelivered = lane.redelivered ?? '';
}

/* --- what a lane shows */

/* Ends of the partition as the looks found them, oldest first, and without repetitions. */
function endsOf(partition, samples, low) {
  const ends = [low];
  for (const sample of samples) {
    const end = sample.high && sample.high[partition];
    if (end > ends[ends.length - 1]) ends.push(end);
  }
  return ends;
}

/* The blocks of records as SVG paths, those before `done` and the others. */
function blocks(lane, state, done, ends, x, height) {
  const unit = x(1) - x(0), edge = lane.start + span, paths = ['', ''];
  const put = (from, to) => { paths[from < done ? 0 : 1] += `M${x(from).toFixed(1)} 4V${height - 4}H${Math.max(x(from) + 1, x(to) - 1).toFixed(1)}V4Z`; };
  const add = (from, to) => { /* cut where the two meet */
    if (from < done && done < to) {
      put(from, done);
      put(done, to);
    } else put(from, to);
  };
  const first = Math.max(lane.start, state.low), last = Math.min(edge, state.high);
  if (unit >= ROOM_PX) {
    for (let offset = Math.floor(first); offset < last; offset++) add(offset, offset + 1);
    return paths;
  }
  let from = first;
  for (const end of [...ends, state.high]) {
    const to = Math.min(end, last);
    if (to <= from || ((to - from) * unit < ROOM_PX && to < last)) continue;
    add(from, to);
    from = to;
  }
  return paths;
}

function glyphs(lane, kind, x, y) {
  return lane.repeats.filter(repeat => repeat.kind === kind && repeat.offset >= lane.start && repeat.offset <= lane.start + span)
    .map(repeat => shifted(SHAPES[kind], x(repeat.offset), y)).join('');
}

/* A path whose absolute coordinates are moved. */
function shifted(path, dx, dy) {
  return path.replace(/([MLHV])(-?[\d.]+)(?: (-?[\d.]+))?/g, (whole, letter, a, b) =>
    letter === 'H' ? `H${+a + dx}` : letter === 'V' ? `V${+a + dy}` : `${letter}${+a + dx} ${+b + dy}`);
}

function place(mark, x, y) {
  mark.style.display = x === null ? 'none' : '';
  if (x !== null) mark.style.transform = `translate(${x.toFixed(1)}px, ${y}px)`;
}

/* Moves the part that the lane shows, if it has to. True if it moved. */
function turn(lane, state, leftmost) {
  const before = lane.start;
  if (lane.start === null || state.high > lane.start + span * FILL || state.high < lane.start) lane.start = state.high - span * TURN;
  if (leftmost < lane.start) lane.start = leftmost - span * 0.02;
  lane.start = Math.max(Math.min(state.low, state.high), lane.start);
  if (state.high - state.low < span * FILL) lane.start = state.low;
  return before !== lane.start;
}

function drawLane(lane, state, outcomes, ends, rescaled) {
  const width = lane.svg.clientWidth, height = lane.svg.clientHeight, middle = height / 2;
  const next = outcomes ? Math.min(outcomes.next, state.high) : null, committed = state.committed;
  const marks = [next, committed].filter(offset => offset !== null);
  const jumped = turn(lane, state, Math.max(state.low, Math.min(state.high, ...marks)));
  const x = offset => (offset - lane.start) / span * (width - 12) + 2;
  const [read, waiting] = blocks(lane, state, next ?? committed ?? state.low, ends, x, height);
  lane.svg.classList.toggle('still', jumped || rescaled);
  for (const [name, value] of [['x', 0], ['y', 2], ['width', width], ['height', Math.max(0, height - 4)], ['rx', 3]]) lane.trackShape.setAttribute(name, value);
  lane.readShape.setAttribute('d', read);
  lane.waitingShape.setAttribute('d', waiting);
  const inside = offset => offset === null ? null : Math.max(3, Math.min(width - 9, x(offset)));
  place(lane.endMark, inside(state.high), middle);
  place(lane.nextMark, inside(next), middle);
  place(lane.committedMark, inside(committed), middle);
  lane.duplicateShape.setAttribute('d', glyphs(lane, 'duplicate', x, 8));
  lane.redeliveredShape.setAttribute('d', glyphs(lane, 'redelivered', x, height - 7));
  lane.handsShape.setAttribute('d', lane.hands && lane.hands.offset >= lane.start ? shifted(SHAPES.hands, x(lane.hands.offset), middle) : '');
  for (const kind of lane.bounces || []) bounce(lane, kind, inside(next ?? state.high), middle);
  lane.bounces = [];
  for (const [name, value] of [['end', state.high], ['committed', committed], ['next', next]]) lane.row.dataset[name] = value ?? '';
  lane.row.setAttribute('aria-label', t('laneLabel', {
    partition: lane.partition, end: number(state.high), committed: number(committed), next: number(next), owner: nameOf(state.owner),
    duplicate: number(lane.duplicate), redelivered: number(lane.redelivered),
  }));
}

/* --- all lanes */

/* Offsets that all lanes need room for, as 1, 2 or 5 times a power of ten. It shrinks only if far less would do. */
function chooseSpan(status, samples) {
  const recent = samples.find(sample => sample.at > status.at - 20000 && sample.high);
  const needed = Math.max(SPAN_LEAST, ...status.kafka.partitions.map(({ partition, high, lag }) =>
    Math.max(lag, recent && recent.high[partition] !== undefined ? high - recent.high[partition] : 0) * 1.15));
  const power = 10 ** Math.floor(Math.log10(needed));
  const nice = [1, 2, 5, 10].map(factor => factor * power).find(value => value >= needed);
  if (nice <= span && nice > span / 5) return false;
  span = nice;
  return true;
}

function drawLog(status, samples) {
  const list = document.getElementById('lanes'), { partitions, members } = status.kafka;
  learnNames(members);
  for (const [partition, lane] of lanes) {
    if (partition < partitions.length) continue;
    lane.row.remove();
    lanes.delete(partition);
  }
  for (const { partition } of partitions) {
    if (lanes.has(partition)) continue;
    lanes.set(partition, makeLane(partition));
    list.append(lanes.get(partition).row);
  }
  list.classList.toggle('lanes-many', partitions.length > MANY_LANES);
  const rescaled = chooseSpan(status, samples);
  const outcomes = new Map(status.postgres.partitions.map(each => [each.partition, each]));
  const known = status.postgres.at > 0;
  for (const state of partitions) {
    const lane = lanes.get(state.partition), own = outcomes.get(state.partition) || null;
    showOwner(lane, state, state.high);
    noteRepeats(lane, own || (known ? { duplicate: 0, redelivered: 0 } : null), own ? own.next : state.low);
    drawLane(lane, state, own, endsOf(state.partition, samples, state.low), rescaled);
  }
  write(document.getElementById('log-scale'), partitions.length ? t('scale', { n: number(span) }) : t('partitionsEmpty'));
}

/* The arrow keys go from lane to lane; Tab leaves the list. */
function walk(list, selector, event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const items = [...list.querySelectorAll(selector)], at = items.indexOf(document.activeElement);
  if (!step || at < 0) return;
  event.preventDefault();
  const next = items[Math.max(0, Math.min(items.length - 1, at + step))];
  for (const item of items) item.tabIndex = item === next ? 0 : -1;
  next.focus();
}

function makeLogLegend() {
  const list = document.getElementById('log-legend');
  for (const [shape, key] of [['read', 'laneRead'], ['waiting', 'laneWaiting'], ['end', 'laneEnd'], ['next', 'laneNext'], ['committed', 'laneCommitted'],
    ['duplicate', 'laneDuplicate'], ['redelivered', 'laneRedelivered'], ['hands', 'laneHands']]) {
    const item = text('li', '', list), picture = svg('svg', { width: 20, height: 28, viewBox: '-10 -14 20 28', 'aria-hidden': 'true' }, item);
    svg('path', { class: shape, d: SHAPES[shape] || 'M-9 -8H9V8H-9Z' }, picture);
    text('span', '', item).textContent = t(key);
  }
  document.getElementById('lanes').addEventListener('keydown', event => walk(event.currentTarget, '.lane', event));
}
