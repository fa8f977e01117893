/* What the monitor looks up only when somebody wants to see it: one order, in Postgres and in the log, the quarantine and the conflicts. */
'use strict';

const LOOKUP_TIMEOUT_MS = 10000, LOOKUP_EVERY_MS = 5000, OFFSETS_SHOWN = 12;

/* The answer, or an error whose message is for people. */
async function lookUp(path) {
  const answer = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(LOOKUP_TIMEOUT_MS) });
  if (answer.ok) return answer.json();
  const type = answer.headers.get('content-type') || '';
  throw new Error(type.includes('json') ? (await answer.json()).reason : (await answer.text()).trim());
}

const eventTime = text => text ? text.replace('T', ' ').replace(/(\.\d+)?([+-]\d\d(:\d\d)?)?$/, '') : '–';
const ownTime = text => text ? new Date(text).toLocaleString('sv-SE') : '–';

function timelineItem(title, when, place, isOdd = false) {
  const item = document.createElement('li'), name = document.createElement('b'), at = document.createElement('time');
  name.textContent = title;
  at.textContent = when;
  if (isOdd) item.className = 'odd';
  item.append(name, at, ` · ${place}`);
  return item;
}

/* Where the records of an event are: once for each partition, though all are in one if the order id is their key. */
function places(records) {
  const partitions = [...new Set(records.map(record => record.partition))];
  return partitions.map(partition => {
    const offsets = records.filter(record => record.partition === partition).map(record => number(record.offset));
    const shown = offsets.slice(0, OFFSETS_SHOWN).join(', ') + (offsets.length > OFFSETS_SHOWN ? ', …' : '');
    return t(offsets.length > 1 ? 'orderOffsets' : 'orderOffset', { partition, offset: shown });
  }).join('; ');
}

function eventPlace(event, log) {
  if (!log) return t('orderPlace', event);
  const records = log.records.filter(record => record.eventId === event.eventId);
  const isComplete = log.searched >= log.held && log.found === log.records.length;
  return records.length ? places(records) : t(isComplete ? 'orderGone' : 'orderNotFound', event);
}

/* Records of the order that the database knows neither as an event nor as quarantined. */
function recordsNotApplied({ events, quarantined }, log) {
  const isKnown = record => events.some(event => event.eventId === record.eventId) ||
    quarantined.some(({ topic, partition, offset }) => topic === log.topic && partition === record.partition && offset === record.offset);
  return log ? log.records.filter(record => !isKnown(record)) : [];
}

function orderText(found, log) {
  const { events, conflicts, quarantined } = found;
  const isKnown = events.length + conflicts.length + quarantined.length > 0;
  const parts = [isKnown ? t('orderEvents', { id: found.order, n: number(events.length) }) : t('orderUnknown', { id: found.order })];
  if (log) parts.push(t(log.searched < log.held ? 'orderSearched' : 'orderRecords', { n: number(log.found), searched: number(log.searched), held: number(log.held) }));
  return parts.join('. ');
}

/* `log` is null until the log has been searched. */
function showOrder(found, log) {
  const { events, conflicts, quarantined } = found;
  write(document.getElementById('order-text'), orderText(found, log));
  document.getElementById('order-events').replaceChildren(
    ...events.map(event => timelineItem(event.eventType, eventTime(event.eventAt), eventPlace(event, log))),
    ...conflicts.map(event => timelineItem(`${event.eventType}. ${t('orderConflict')}`, ownTime(event.notedAt), t('orderOffset', event), true)),
    ...quarantined.map(record => timelineItem(`${t('orderQuarantined')}: ${record.reason}`, ownTime(record.quarantinedAt), t('orderOffset', record), true)),
    ...recordsNotApplied(found, log).map(record => timelineItem(`${record.eventType ?? '–'}. ${t('orderNotApplied')}`, ownTime(record.timestamp), places([record]), true)));
}

let searches = 0;

/* Postgres answers at once; the search of the log may take seconds, and may be impossible. */
async function searchOrder(id) {
  const text = document.getElementById('order-text'), query = `?id=${encodeURIComponent(id)}`, search = ++searches;
  const isCurrent = () => search === searches;
  document.getElementById('order-id').value = id;
  document.getElementById('order-events').replaceChildren();
  if (!/^[!-~]{1,64}$/.test(id)) {
    write(text, t('orderInvalid'));
    return;
  }
  write(text, t('searching'));
  const records = lookUp(`api/records${query}`).catch(error => ({ error }));
  try {
    const found = await lookUp(`api/order${query}`);
    if (!isCurrent()) return;
    showOrder(found, null);
    const log = await records;
    if (!isCurrent()) return;
    if (log.error) write(text, `${orderText(found, null)}. ${t('orderNotSearched', { reason: log.error.message })}`);
    else showOrder(found, log);
  } catch (error) {
    if (isCurrent()) write(text, t('failed', { reason: error.message }));
  }
}

function orderButton(id) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'link';
  button.textContent = id;
  button.addEventListener('click', () => {
    searchOrder(id);
    document.getElementById('order-id').focus();
  });
  return button;
}

/* A list that is asked for again when its count has changed, and not more often than every LOOKUP_EVERY_MS. */
function makeList({ name, path, empty, table, show }) {
  let asked = null, askedAt = -Infinity;
  return async count => {
    if (count === null || count === asked || performance.now() - askedAt < LOOKUP_EVERY_MS) return;
    const before = asked, text = document.getElementById(`${name}-text`);
    asked = count;
    askedAt = performance.now();
    if (!count) {
      write(text, t(empty));
      document.getElementById(table).replaceChildren();
      return;
    }
    try {
      show(await lookUp(path));
      write(text, '');
    } catch (error) {
      asked = before;
      write(text, t('failed', { reason: error.message }));
    }
  };
}

const showQuarantine = makeList({
  name: 'quarantine', path: 'api/quarantine', empty: 'quarantineEmpty', table: 'quarantine',
  show: ({ records }) => fill(document.getElementById('quarantine'), '',
    [t('partitionHead'), t('offset'), t('reason'), t('key'), t('payload'), t('quarantinedAt'), t('requeuedAt')],
    records.map(record => [record.partition, number(record.offset), record.reason, record.key ?? '–', record.payloadStart ?? '–',
      ownTime(record.quarantinedAt), ownTime(record.requeuedAt)]),
    { isText: column => column >= 2 }),
});

const showConflicts = makeList({
  name: 'conflicts', path: 'api/conflicts', empty: 'conflictsEmpty', table: 'conflict-table',
  show: ({ conflicts }) => fill(document.getElementById('conflict-table'), '',
    [t('orderId'), t('type'), t('time'), t('appliedPayload'), t('otherPayload'), t('place'), t('noted')],
    conflicts.map(conflict => [orderButton(conflict.order), conflict.eventType, eventTime(conflict.eventAt), conflict.appliedPayload,
      conflict.otherPayload, `${conflict.topic} ${conflict.partition}:${conflict.offset}`, ownTime(conflict.notedAt)]),
    { isText: () => true }),
});

document.getElementById('order-form').addEventListener('submit', event => {
  event.preventDefault();
  searchOrder(document.getElementById('order-id').value.trim());
});
