/*
 * The headline: whether all is well, and if not what is wrong, the worst first, and since when. judge() only looks at what it is given:
 * the answer of /api/status, and the samples and moments of /api/history. Times are the monitor's, not the browser's.
 *
 *     judge(status, samples, moments) → { level: 'bad' | 'warn' | 'good' | 'idle', title, detail, problems: [{ level, key, title, detail, since }] }
 */
'use strict';

const RATE_MS = 10000; /* rates for forecasts are averages over this time */
const GROWS_MS = 20000; /* a lag that grew for this time grows */
const DIED_MS = 30000; /* how long the headline tells that a consumer died */
const STEADY_S = 2; /* a lag of less than this is what a group at work has */
const SIGNS_OF_LEVELS = { bad: '✖', warn: '⚠', good: '✔', idle: '…' };

const sum = values => values.reduce((total, value) => total + value, 0);
const outcome = (status, name) => status.postgres.at ? sum(status.postgres.partitions.map(partition => partition[name])) : null;
const lagOf = sample => sum(sample.lag);

/* The short name of each member by its id: client and host, and the beginning of the id where these are the same. */
function shortNames(members) {
  const plain = member => `${member.client || member.id || member.member}@${(member.host || '').replace(/^\//, '')}`;
  const counts = new Map();
  for (const member of members) counts.set(plain(member), (counts.get(plain(member)) || 0) + 1);
  return new Map(members.map(member => {
    const own = member.id.startsWith(`${member.client}-`) ? member.id.slice(member.client.length + 1) : member.id;
    return [member.id, counts.get(plain(member)) > 1 ? `${plain(member)} #${own.slice(0, 4)}` : plain(member)];
  }));
}

const ownerNames = new Map(); /* the short names of all members that were seen, by id */

function learnNames(members) {
  for (const [id, name] of shortNames(members)) ownerNames.set(id, name);
}

/* The short name of a moment's member. */
const memberName = ({ member, client, host }) => ownerNames.get(member) || shortNames([{ id: member, client, host }]).get(member);

/* Records a second that come in, and that the group reads, over the last RATE_MS; null if unknown. */
function flow(samples) {
  const seen = samples.filter(sample => sample.kafkaAt);
  const last = seen[seen.length - 1];
  const first = last && seen.find(sample => sample.kafkaAt >= last.kafkaAt - RATE_MS);
  if (!first || first.kafkaAt >= last.kafkaAt || first.high.length !== last.high.length) return null;
  const seconds = (last.kafkaAt - first.kafkaAt) / 1000, inflow = (sum(last.high) - sum(first.high)) / seconds;
  return { inflow, read: inflow - (lagOf(last) - lagOf(first)) / seconds };
}

/* Seconds until no record waits, at this rate; Infinity if the lag does not fall, null if unknown. */
function timeLeft(status, samples) {
  const lag = sum(status.kafka.partitions.map(partition => partition.lag)), now = flow(samples);
  if (lag === 0) return 0;
  if (!now) return null;
  if (lag < STEADY_S * now.read) return lag / now.read;
  return now.read > now.inflow ? lag / (now.read - now.inflow) : Infinity;
}

/* Since when the latest samples are so: { at, open }, open if the history does not go back to the beginning of it. */
function sinceWhen(samples, isSo) {
  let at = null;
  for (let i = samples.length - 1; i >= 0; i--) {
    const so = isSo(samples[i]); /* null: the sample does not tell */
    if (so === false) return { at, open: false };
    if (so) at = samples[i].at;
  }
  return { at, open: true };
}

const ofLastMoment = (moments, kind, isIt = () => true) => {
  const moment = moments.filter(each => each.kind === kind && isIt(each)).pop();
  return { at: moment ? moment.at : null, open: false };
};

/* The time at which a count rose last, or null if it did not within the history. */
function roseAt(samples, name) {
  let at = null, before = null;
  for (const sample of samples) {
    if (!sample.postgresAt) continue;
    if (before !== null && sample[name] > before) at = sample.at;
    before = sample[name];
  }
  return at;
}

function lagGrows(samples) {
  const seen = samples.filter(sample => sample.kafkaAt), last = seen[seen.length - 1];
  if (!last) return null;
  const window = seen.filter(sample => sample.at > last.at - GROWS_MS), third = Math.floor(window.length / 3), now = flow(samples);
  if (third < 2 || last.at - window[0].at < GROWS_MS * 0.6 || !now) return null;
  const early = Math.max(...window.slice(0, third).map(lagOf)), late = Math.min(...window.slice(-third).map(lagOf));
  if (late <= early || lagOf(last) < Math.max(200, 5 * now.read)) return null;
  return sinceWhen(seen, sample => lagOf(sample) > lagOf(last) / 10);
}

const away = (view, kind, key, moments) => view.up ? null : {
  level: 'bad', key, detail: t('awayDetail', { reason: view.reason }),
  since: ofLastMoment(moments, kind).at ? ofLastMoment(moments, kind) : { at: view.at || null, open: false },
};

/* The members of a group with the newer protocol cannot be seen. */
const seesMembers = kafka => kafka.groupState !== 'Unknown';

function noConsumer(status, samples) {
  const { kafka, group } = status, lag = sum(kafka.partitions.map(partition => partition.lag));
  if (!kafka.up || kafka.members.length || !seesMembers(kafka) || !lag) return null;
  return {
    level: 'bad', key: 'noConsumer', detail: t('noConsumerDetail', { lag: number(lag), group }),
    since: sinceWhen(samples, sample => sample.kafkaAt ? sample.members === 0 && lagOf(sample) > 0 : null),
  };
}

function deadConsumers(status, moments) {
  const dead = moments.filter(moment => moment.kind === 'died' && moment.at > status.at - DIED_MS);
  if (!dead.length) return null;
  const names = dead.map(memberName).join(', ');
  return { level: 'bad', key: 'died', detail: t('diedDetail', { names }), since: { at: dead[0].at, isEvent: true } };
}

function stalledConsumers(status, moments) {
  const { members, up } = status.kafka, stalled = members.filter(member => member.stalled);
  if (!up || !stalled.length) return null;
  const names = shortNames(members);
  return {
    level: 'bad', key: 'stalled', detail: t('stalledDetail', { names: stalled.map(member => names.get(member.id)).join(', ') }),
    since: ofLastMoment(moments, 'stalled', moment => moment.member === stalled[0].id),
  };
}

function counted(status, name) { /* a count that should be 0 */
  const n = outcome(status, name);
  return n ? { n: number(n) } : null;
}

/* All that is wrong, the worst first. */
function findProblems(status, samples, moments) {
  const found = [away(status.kafka, 'kafka-away', 'kafkaAway', moments), away(status.postgres, 'postgres-away', 'postgresAway', moments)];
  const ofCount = (key, name, level) => {
    const values = counted(status, name);
    if (values) found.push({ level, key, detail: t(`${key}Detail`, values), since: sinceWhen(samples, sample => sample.postgresAt ? sample[name] > 0 : null) });
  };
  ofCount('uncounted', 'uncounted', 'bad');
  found.push(noConsumer(status, samples), deadConsumers(status, moments), stalledConsumers(status, moments));
  ofCount('deleted', 'deleted', 'warn');
  const grows = status.kafka.up && lagGrows(samples);
  if (grows) found.push({ level: 'warn', key: 'grows', since: grows, detail: t('growsDetail', { lag: number(sum(status.kafka.partitions.map(each => each.lag))) }) });
  if (status.postgres.conflicts)
    found.push({
      level: 'warn', key: 'conflicts', detail: t('conflictsDetail', { n: number(status.postgres.conflicts) }),
      since: sinceWhen(samples, sample => sample.postgresAt ? sample.conflicts > 0 : null),
    });
  const quarantined = counted(status, 'quarantined'), at = roseAt(samples, 'quarantined');
  if (quarantined && at) found.push({ level: 'warn', key: 'quarantined', detail: t('quarantinedDetail', quarantined), since: { at, isEvent: true } });
  return found.filter(problem => problem);
}

const sinceText = ({ at, open, isEvent }) => !at ? '' : t(isEvent ? 'at' : open ? 'sinceBefore' : 'since', { time: time(at) });

function whenWell(status, samples) {
  const { topic, kafka } = status, lag = sum(kafka.partitions.map(partition => partition.lag));
  const records = sum(kafka.partitions.map(partition => partition.high));
  if (!kafka.hasTopic) return { level: 'idle', title: t('noTopic', { topic }), detail: t('emptyDetail') };
  if (!records) return { level: 'idle', title: t('emptyTopic', { topic }), detail: t('emptyDetail') };
  const left = timeLeft(status, samples), old = counted(status, 'quarantined');
  const first = left === 0 ? t('everythingRead')
    : left === null || left === Infinity ? t('records_wait', { lag: number(lag) })
      : t('catchingUp', { lag: number(lag), time: duration(left) });
  const second = old && samples.length ? `. ${t('quarantinedBefore', { time: time(samples[0].at), n: old.n })}` : '';
  return { level: 'good', title: t('allIsWell'), detail: first + second };
}

function judge(status, samples, moments) {
  if (!status.number) return { level: 'idle', title: t('starting'), detail: t('startingDetail'), problems: [] };
  const problems = findProblems(status, samples, moments);
  for (const problem of problems) problem.title = [t(problem.key), sinceText(problem.since)].filter(text => text).join(', ');
  const [worst, ...others] = problems;
  if (!worst) return { ...whenWell(status, samples), problems: [] };
  return { level: worst.level, title: worst.title, detail: worst.detail, problems: others };
}

/* --- showing it */

const ICON = document.getElementById('icon').href;
const ICON_COLOURS = { bad: 'C1272D', warn: 'B07800', good: '00835C', idle: '0072B2' };

/* Only what changed is written: screen readers read the headline aloud. */
function write(part, text) {
  if (part.textContent !== text) part.textContent = text;
}

function showHeadline({ level, title, detail, problems }, topic) {
  const state = document.getElementById('state');
  if (state.dataset.level !== level) document.getElementById('icon').href = ICON.replace('0072B2', ICON_COLOURS[level]);
  state.dataset.level = level;
  write(document.getElementById('state-sign'), SIGNS_OF_LEVELS[level]);
  write(document.getElementById('headline'), title);
  write(document.getElementById('headline-detail'), detail);
  const list = document.getElementById('problems'), lines = problems.map(problem => `${problem.title}. ${problem.detail}`);
  if (list.dataset.lines !== lines.join('\n')) {
    list.dataset.lines = lines.join('\n');
    list.replaceChildren(...lines.map(text => {
      const line = document.createElement('li');
      line.textContent = text;
      return line;
    }));
  }
  document.title = `${SIGNS_OF_LEVELS[level]} ${title} – ${topic || 'order-monitor'}`;
}
