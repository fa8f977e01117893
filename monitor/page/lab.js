/*
 * The buttons of order-monitor --lab. Without --lab the server sends an empty script instead of this one. Once a second it
 * asks which programs run. A command is a POST with the token of that answer, which pages of other sites cannot read.
 */
'use strict';

(() => {
  const POLL_MS = 1000, TIMEOUT_MS = 5000;

  const TEXTS = {
    en: {
      title: 'Lab',
      about: 'These buttons start and end programs next to the monitor. Watch the page to see what follows.',
      start: 'Start a consumer',
      replay: 'Replay', speed: 'Replay speed', duplicates: 'send 10 % twice',
      rewind: 'Set offsets back', records: 'Records per partition',
      kill: 'Kill', stop: 'Stop', killOf: name => `Kill ${name}`, stopOf: name => `Stop ${name}`,
      rates: { '': 'as fast as possible', 'rate=50': '50 events per second', 'rate=500': '500 events per second',
        'rate=2000': '2,000 events per second', 'speed=86400': 'a day per second', 'speed=604800': 'a week per second' },
      amounts: { 'records=100': '100', 'records=1000': '1,000', '': 'all' },
      caption: 'Programs that this page has started', none: 'This page has started no program yet',
      heads: ['program', 'state', 'last line of its log', 'actions'],
      consumer: 'consumer', replayName: 'replay', process: 'process',
      running: 'running', stopping: 'stopping', ended: 'ended', killed: 'killed (SIGKILL)',
      signal: number => `ended by signal ${number}`, status: number => `ended with status ${number}`,
      phases: { 'stopping consumers': 'The consumers stop: Kafka changes only the offsets of a group without members.',
        'setting offsets': 'Setting the offsets back. Kafka may still count a killed consumer as a member for a few seconds.' },
      rewound: records => `The offsets were set back by ${records.toLocaleString('en')} records. They are redelivered, and change no result.`,
      failed: reason => `Not done: ${reason}`,
      away: 'No connection to the monitor.',
    },
    ko: {
      title: '실습',
      about: '이 버튼들은 모니터가 있는 컴퓨터에서 프로그램을 시작하고 종료합니다. 무슨 일이 일어나는지 이 페이지에서 지켜보세요.',
      start: '컨슈머 시작',
      replay: '재생', speed: '재생 속도', duplicates: '10 %를 두 번 전송',
      rewind: '오프셋 되돌리기', records: '파티션당 레코드 수',
      kill: '강제 종료', stop: '정상 종료', killOf: name => `${name} 강제 종료`, stopOf: name => `${name} 정상 종료`,
      rates: { '': '최대한 빠르게', 'rate=50': '초당 이벤트 50개', 'rate=500': '초당 이벤트 500개',
        'rate=2000': '초당 이벤트 2,000개', 'speed=86400': '하루를 1초에', 'speed=604800': '일주일을 1초에' },
      amounts: { 'records=100': '100', 'records=1000': '1,000', '': '전부' },
      caption: '이 페이지에서 시작한 프로그램', none: '이 페이지에서 시작한 프로그램이 아직 없습니다',
      heads: ['프로그램', '상태', '로그의 마지막 줄', '동작'],
      consumer: '컨슈머', replayName: '재생', process: '프로세스',
      running: '실행 중', stopping: '종료하는 중', ended: '종료됨', killed: '강제 종료됨 (SIGKILL)',
      signal: number => `시그널 ${number}(으)로 종료됨`, status: number => `종료됨 (종료 코드 ${number})`,
      phases: { 'stopping consumers': '컨슈머를 종료하는 중입니다. Kafka는 멤버가 없는 그룹의 오프셋만 바꿀 수 있습니다.',
        'setting offsets': '오프셋을 되돌리는 중입니다. 강제 종료된 컨슈머는 몇 초 동안 그룹의 멤버로 남아 있을 수 있습니다.' },
      rewound: records => `오프셋을 레코드 ${records.toLocaleString('ko')}개만큼 되돌렸습니다. 이 레코드들은 다시 전달되지만 결과는 바뀌지 않습니다.`,
      failed: reason => `실행하지 못했습니다: ${reason}`,
      away: '모니터에 연결할 수 없습니다.',
    },
  };
  const text = TEXTS[(navigator.language || '').toLowerCase().startsWith('ko') ? 'ko' : 'en'];
  const SIGKILL = 9;

  const section = document.getElementById('lab');
  const rows = new Map(); /* number of a program → its row, which stays the same element, so that a button keeps the focus */
  let token = '', rewinds = null, body, table, caption, said, consumerButton, replayButton, rewindButton;

  function make(kind, properties = {}, ...children) {
    const made = Object.assign(document.createElement(kind), properties);
    made.append(...children);
    return made;
  }

  const button = (words, act) => {
    const made = make('button', { type: 'button', textContent: words });
    made.addEventListener('click', act);
    return made;
  };

  function choice(label, choices) {
    const select = make('select', {}, ...Object.entries(choices).map(([value, words]) => make('option', { value, textContent: words })));
    return [make('label', {}, `${label} `, select), select];
  }

  function say(words) { /* only if it changed, because screen readers read it aloud */
    if (said.textContent !== words) said.textContent = words;
  }

  /* --- requests */

  const request = (path, options = {}) => fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS), ...options });

  async function command(path) {
    try {
      const answer = await request(`lab/${path}`, { method: 'POST', headers: { 'X-Lab-Token': token }, referrerPolicy: 'same-origin' });
      const json = await answer.json();
      if (!answer.ok) {
        say(text.failed(json.error));
        return;
      }
      say('');
      show(json);
    } catch (error) {
      say(text.away);
    }
  }

  /* --- what runs */

  const nameOf = program => `${program.kind === 'consumer' ? text.consumer : text.replayName} ${program.number}`;

  function stateOf(program) {
    if (program.state !== 'ended') return text[program.state];
    if (program.signal === SIGKILL) return text.killed;
    return program.signal === null ? text.status(program.status) : text.signal(program.signal);
  }

  function makeRow(program) {
    const name = nameOf(program), kill = button(text.kill, () => command(`kill?number=${program.number}`));
    const stop = button(text.stop, () => command(`stop?number=${program.number}`));
    const cells = { state: make('td', { className: 'text' }), line: make('td', { className: 'text' }) };
    kill.setAttribute('aria-label', text.killOf(name));
    stop.setAttribute('aria-label', text.stopOf(name));
    const title = make('th', { className: 'text', scope: 'row', textContent: name, title: `${text.process} ${program.process}` });
    const row = make('tr', {}, title, cells.state, cells.line, make('td', { className: 'text' }, kill, ' ', stop));
    row.dataset.number = program.number;
    row.dataset.kind = program.kind;
    return { row, cells, kill, stop };
  }

  function showProgram(program) {
    if (!rows.has(program.number)) {
      rows.set(program.number, makeRow(program));
      body.prepend(rows.get(program.number).row);
    }
    const { row, cells, kill, stop } = rows.get(program.number);
    row.dataset.state = program.state;
    cells.state.textContent = stateOf(program);
    cells.line.textContent = program.line;
    kill.disabled = program.state === 'ended';
    stop.disabled = program.state !== 'running';
  }

  function showRewind(state) {
    const { count, done, records, text: reason } = state.rewind;
    if (text.phases[state.phase]) say(text.phases[state.phase]);
    else if (rewinds !== null && count > rewinds) say(done ? text.rewound(records) : text.failed(reason));
    rewinds = count;
  }

  function show(state) {
    const numbers = new Set(state.programs.map(program => program.number));
    token = state.token;
    for (const [number, { row }] of rows) {
      if (numbers.has(number)) continue;
      row.remove();
      rows.delete(number);
    }
    state.programs.forEach(showProgram);
    caption.textContent = state.programs.length ? text.caption : text.none;
    table.tHead.hidden = !state.programs.length;
    const consumers = state.programs.filter(program => program.kind === 'consumer' && program.state !== 'ended').length;
    consumerButton.disabled = state.phase !== 'ready' || consumers >= state.consumersMax;
    replayButton.disabled = !state.hasData || state.programs.some(program => program.kind === 'replay' && program.state !== 'ended');
    rewindButton.disabled = state.phase !== 'ready';
    showRewind(state);
  }

  /* --- the section */

  function makeTools() {
    const [speedLabel, speed] = choice(text.speed, text.rates);
    const [recordsLabel, records] = choice(text.records, text.amounts);
    const duplicates = make('input', { type: 'checkbox' });
    speed.value = 'rate=500';
    consumerButton = button(text.start, () => command('consumers'));
    replayButton = button(text.replay, () => command(`replay?${[speed.value, duplicates.checked ? 'duplicates=10' : ''].filter(Boolean).join('&')}`));
    rewindButton = button(text.rewind, () => command(`rewind?${records.value}`));
    for (const [id, made] of [['lab-start', consumerButton], ['lab-replay', replayButton], ['lab-rewind', rewindButton]]) made.id = id;
    return [
      make('p', { className: 'tools' }, consumerButton),
      make('p', { className: 'tools' }, replayButton, speedLabel, make('label', {}, duplicates, ` ${text.duplicates}`)),
      make('p', { className: 'tools' }, rewindButton, recordsLabel),
    ];
  }

  function makeSection() {
    const head = make('thead', {}, make('tr', {}, ...text.heads.map(words => make('th', { className: 'text', scope: 'col', textContent: words }))));
    body = make('tbody', { id: 'lab-programs' });
    caption = make('caption');
    table = make('table', {}, caption, head, body);
    said = make('p', { id: 'lab-said' });
    said.setAttribute('role', 'status');
    const scroll = make('div', { className: 'scroll', tabIndex: 0 }, table);
    scroll.setAttribute('role', 'region');
    scroll.setAttribute('aria-label', text.caption);
    section.lang = text === TEXTS.ko ? 'ko' : 'en';
    section.replaceChildren(make('h2', { id: 'lab-title', textContent: text.title }), make('p', { textContent: text.about }),
      ...makeTools(), said, scroll);
  }

  async function poll() {
    try {
      const answer = await request('api/lab');
      if (answer.ok) {
        show(await answer.json());
        section.hidden = false;
      }
    } catch (error) {
      say(text.away);
    }
    setTimeout(poll, POLL_MS);
  }

  makeSection();
  poll();
})();
