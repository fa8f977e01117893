/* What the monitor asks Postgres for only when somebody wants to see it: one order, the quarantine and the conflicts. */
'use strict';

const LOOKUP_TIMEOUT_MS = 10000, LOOKUP_EVERY_MS = 5000;

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

function showOrder(found) {
  const { events, conflicts, quarantined } = found, list = document.getElementById('order-events');
  const known = events.length + conflicts.length + quarantined.length;
  write(document.getElementById('order-text'), known ? t('orderEvents', { id: found.order, n: number(events.length) }) : t('orderUnknown', { id: found.order }));
  list.replaceChildren(
    ...events.map(event => timelineItem(event.eventType, eventTime(event.eventAt), t('orderPlace', event))),
    ...conflicts.map(event => timelineItem(`${event.eventType}. ${t('orderConflict')}`, ownTime(event.notedAt), t('orderOffset', event), true)),
    ...quarantined.map(record => timelineItem(`${t('orderQuarantined')}: ${record.reason}`, ownTime(record.quarantinedAt), t('orderOffset', record), true)));
}

async function searchOrder(id) {
  const text = document.getElementById('order-text');
  document.getElementById('order-id').value = id;
  document.getElementById('order-events').replaceChildren();
  if (!/^[!-~]{1,64}$/.test(id)) {
    write(text, t('orderInvalid'));
    return;
  }
  write(text, t('searching'));
  try {
    showOrder(await lookUp(`api/order?id=${encodeURIComponent(id)}`));
  } catch (error) {
    write(text, t('failed', { reason: error.message }));
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
