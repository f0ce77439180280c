// The page of the search at the door. Without this file it works all the same:
// what is here narrows the list while one types, and carries the desk over a cut
// of the network. Names are kept in this page's memory alone, once somebody has
// asked for it; nothing is stored on the device.
(() => {
  'use strict';
  const door = document.getElementById('door');
  if (!door) return;
  const get = (id) => document.getElementById(id);
  const form = door.querySelector('form[role=search]');
  const input = form.elements.q;
  const results = get('results');
  const prepare = get('door-prepare');

  let names = null; // who is expected in this half of the day, once asked for
  let away = false; // the network
  let queue = []; // arrivals that the site does not know yet
  let sending = false;
  let turn = 0; // of searches: an answer that comes late is passed over

  // Words come with the page, in its language; {name} stands for a value. What
  // say says is heard; what show shows is seen besides.
  const words = {};
  for (const w of get('door-words').content.children) words[w.dataset.word] = w.textContent;
  const word = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const say = (text) => { get('door-said').textContent = text; };
  function show(text) {
    get('door-shown').textContent = text;
    get('door-shown').hidden = false;
    get('door-shown').classList.toggle('late', away);
    say(text);
  }

  // What a device takes for the hour may be wrong, and may be set at any moment;
  // the clock that counts up may stop while the device sleeps. So each answer of
  // the site is a mark by which both are judged.
  const mark = (site = NaN) => ({ up: performance.now(), clock: Date.now(), site });
  const passed = (from, to, by) => to[by] - from[by]; // in milliseconds
  const agree = (a, b) => Math.abs(a - b) < 10000;
  let first = null, last = mark(); // answers

  function age(item) {
    const up = passed(item.at, last, 'up'), clock = passed(item.at, last, 'clock');
    const site = passed(item.before, last, 'site');
    const since = passed(last, mark(), 'up');
    if (agree(up, clock) || Number.isNaN(site) || agree(passed(item.before, last, 'up'), site)) return up + since;
    if (agree(passed(item.before, last, 'clock'), site)) return clock + since;
    return Math.min(Math.max(up, clock), site) + since; // it slept, and was set
  }

  // ask sends a request and returns the answer; null if somebody has to sign in
  // once more. An error is that of the network.
  async function ask(url, options = {}) {
    let response;
    try {
      response = await fetch(url, { credentials: 'same-origin', ...options });
    } catch (e) {
      setAway(true);
      throw e;
    }
    last = mark(Date.parse(response.headers.get('Date')));
    first ??= last;
    setAway(false);
    const signedOut = response.redirected && !new URL(response.url).pathname.startsWith(new URL(form.action).pathname);
    get('door-signin').hidden = !signedOut;
    if (signedOut) say(get('door-signin').textContent);
    return signedOut ? null : response;
  }
  const post = (item) => ask(item.url, { method: 'POST', body: item.body, headers: { Accept: 'application/json' } });
  // Whatever the site could not look at now is sent again.
  const later = (response) => !response || response.status >= 500 || response.status === 429;
  const isJSON = (response) => (response.headers.get('Content-Type') || '').startsWith('application/json');

  function setAway(now) {
    if (now === away) return;
    away = now;
    if (!away) {
      show(word('back'));
      if (input.value) search(); // what was found here may be known better there
    } else show(names ? word('away', { n: names.people.length }) : word('away_unprepared'));
  }

  // load takes the results and the counters of the search's page for a query.
  async function load(query, into) {
    const mine = turn, url = new URL(form.action);
    url.search = new URLSearchParams({ rencontre: form.elements.rencontre.value, ...query });
    const response = await ask(url);
    if (!response) return false;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    for (const id of into) {
      const now = page.getElementById(id);
      if (now && get(id) && (id !== 'results' || mine === turn)) get(id).replaceChildren(...now.childNodes);
    }
    keepHere();
    return mine === turn;
  }
  const refresh = () => load({ auto: '' }, ['counts']);

  // Searching.
  const letters = { œ: 'oe', æ: 'ae', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ß: 'ss', ı: 'i' };
  const fold = (text) => text.normalize('NFKD').replace(/\p{Mn}/gu, '').toLowerCase().replace(/[œæøłđðþßı]/g, (c) => letters[c]);
  const split = (text) => fold(text).split(/[^\p{L}\p{Nd}]+/u).filter(Boolean);
  function terms(p) {
    const together = [...`${p.family} ${p.given} ${p.organisation}`.split(/\s+/), p.family].map((t) => split(t).join(''));
    return [...split(`${p.code} ${p.family} ${p.given} ${p.organisation}`), ...together];
  }

  async function search() {
    turn++;
    get('door-shown').hidden = !away;
    const query = input.value.trim();
    if ([...query].length < Number(door.dataset.least)) { results.replaceChildren(); say(''); return; }
    if (away) { searchHere(query); return; }
    const mine = turn;
    try {
      if (!await load({ q: query }, ['results', 'counts'])) return;
    } catch {
      if (mine === turn) searchHere(query);
      return;
    }
    const n = results.querySelectorAll('.found > li').length;
    say(n ? found(n) : results.textContent.trim());
  }
  const found = (n) => word(n === 1 ? 'found_one' : 'found', { n });

  function searchHere(query) {
    if (!names) { results.replaceChildren(); show(word('away_unprepared')); return; }
    const typed = split(query), whole = typed.join(''), most = Number(door.dataset.most);
    const begins = (p, text) => p.terms.some((t) => t.startsWith(text));
    const people = names.people.filter((p) => typed.length && (typed.every((t) => begins(p, t)) || fold(p.code).startsWith(whole)));
    const list = document.createElement('ul'), note = document.createElement('p');
    list.className = 'found';
    list.append(...people.slice(0, most).map(line));
    note.textContent = people.length ? word('more') : word('nobody_here');
    results.replaceChildren(...(people.length ? [list] : []), ...(people.length && people.length <= most ? [] : [note]));
    say(people.length ? found(people.length) : word('nobody_here'));
  }

  const nameOf = (p) => `${p.given} ${p.family}`.trim();
  function line(p) {
    const li = get('door-line').content.firstElementChild.cloneNode(true), it = li.querySelector('form');
    li.querySelector('.family').textContent = p.family;
    li.querySelector('.given').textContent = p.given;
    li.querySelector('.organisation').textContent = p.organisation;
    li.querySelector('.assistance').hidden = !p.assistance;
    li.querySelector('.photographs').hidden = !p.noPhotographs;
    li.querySelector('.signs').hidden = !p.assistance && !p.noPhotographs;
    if (p.arrived || queue.some((item) => item.code === p.code)) it.remove();
    else {
      li.querySelector('.status').remove();
      it.action = door.dataset.person + p.code;
      it.dataset.name = nameOf(p);
      it.elements.arrival.setAttribute('aria-label', word('in_of', { name: nameOf(p) }));
    }
    return li;
  }

  // Arrivals.
  document.addEventListener('submit', (event) => {
    const it = event.target, button = event.submitter;
    if (it === form) { event.preventDefault(); search(); return; }
    if (button?.name !== 'arrival' || it.elements.from?.value !== 'search') return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(it));
    body.set('arrival', button.value);
    button.disabled = true; // a second press is the same one
    press({ code: it.action.split('/').pop(), url: it.action, body, name: it.dataset.name, at: mark(), before: last });
  });

  async function press(item) {
    if (!away) {
      try {
        const response = await post(item);
        if (!later(response)) { await recorded(item, response); return; }
      } catch { /* kept below */ }
    }
    ready();
    if (item.body.get('arrival') !== 'in') { show(word('away_undo')); return; }
    if (!queue.some((i) => i.code === item.code)) queue.push(item);
    list();
    show(word('noted', { name: item.name }));
  }

  // recorded says what became of an arrival; the page is ready for the next person.
  async function recorded(item, response) {
    const answer = isJSON(response) ? await response.json() : { text: word('failed', { name: item.name }) };
    ready();
    say(answer.text);
    if (!answer.state) { show(answer.text); return; }
    try {
      await load({ fait: answer.state, code: item.code }, ['results', 'counts']);
    } catch { /* it is recorded all the same */ }
  }

  function ready() {
    turn++;
    input.value = '';
    results.replaceChildren();
    atTop();
  }

  // list shows the arrivals that wait for the network, each with a way back.
  function list() {
    get('door-waiting').hidden = !queue.length;
    get('door-waiting').querySelector('ul').replaceChildren(...queue.map((item) => {
      const li = document.createElement('li'), name = document.createElement('bdi'), undo = document.createElement('button');
      name.textContent = item.name;
      undo.type = 'button';
      undo.className = 'quiet';
      undo.textContent = word('undo');
      undo.setAttribute('aria-label', word('undo_of', { name: item.name }));
      undo.addEventListener('click', () => {
        queue = queue.filter((i) => i !== item);
        list();
        show(word('undone', { name: item.name }));
        input.focus();
      });
      li.append(name, ' ', undo);
      return li;
    }));
  }

  // send sends what waits, one after the other, and tells what the site knew
  // already or cannot take.
  async function send() {
    if (sending) return;
    sending = true;
    let sent = 0;
    try {
      while (queue.length) {
        const item = queue[0];
        item.body.set('ago', Math.max(0, Math.round(age(item) / 1000)));
        const response = await post(item);
        if (later(response)) break;
        const answer = isJSON(response) ? await response.json() : { text: word('failed', { name: item.name }) };
        queue = queue.filter((i) => i !== item);
        list();
        if (answer.state === 'in') sent++;
        else tell(answer.text);
      }
    } catch { /* away again */ }
    sending = false;
    if (sent) show(word(sent === 1 ? 'sent_one' : 'sent', { n: sent }));
    if (sent) refresh().catch(() => {});
  }

  function tell(text) {
    const li = document.createElement('li');
    li.textContent = text;
    get('door-told').hidden = false;
    get('door-told').querySelector('ul').append(li);
    say(text);
  }

  // Names.
  async function fetchNames(again) {
    try {
      const response = await ask(door.dataset.names + (again ? '&auto' : ''));
      if (!response) return;
      const answer = isJSON(response) ? await response.json() : {};
      if (!answer.people) { show(answer.text || word('not_prepared')); return; }
      for (const p of answer.people) p.terms = terms(p);
      names = { people: answer.people, at: mark() };
      prepare.hidden = true;
      keepHere();
      if (!again) show(word('prepared', { n: names.people.length }));
    } catch {
      if (!again) show(word('not_prepared'));
    }
  }
  // Whoever leaves this page loses what it keeps: others open beside it.
  function keepHere() {
    if (!names && !queue.length) return;
    for (const it of document.querySelectorAll('a[href]:not(.skip), #door details form')) it.target = '_blank';
  }

  // A page that was left open overnight says so and forgets its names.
  function old() {
    const now = mark(), since = Math.max(passed(last, now, 'up'), away ? passed(last, now, 'clock') : 0);
    if (!first || passed(first, last, 'site') + since < Number(door.dataset.midnight) * 1000) return;
    names = null;
    prepare.hidden = true;
    if (get('door-old').hidden) say(get('door-old').textContent);
    get('door-old').hidden = false;
  }

  async function beat() {
    if (document.hidden && !queue.length) return;
    try {
      await refresh();
      await send();
      if (names && !away && passed(names.at, mark(), 'up') > 300000) await fetchNames(true);
    } catch { /* away */ }
    old();
  }

  // On a phone the keyboard leaves half of the screen: the search goes to its top.
  function atTop() {
    input.focus({ preventScroll: true });
    if (innerWidth < 768) form.scrollIntoView();
  }
  input.addEventListener('focus', () => { if (innerWidth < 768) form.scrollIntoView(); });
  if (document.activeElement === input) {
    atTop();
    input.select(); // a code that led nowhere
  }

  let delay, beats = 0;
  input.addEventListener('input', () => { clearTimeout(delay); delay = setTimeout(search, 150); });
  window.addEventListener('offline', () => setAway(true));
  window.addEventListener('online', beat);
  document.addEventListener('visibilitychange', beat);
  window.addEventListener('beforeunload', (event) => { if (queue.length) event.preventDefault(); });
  if (door.dataset.names) {
    prepare.hidden = false;
    prepare.addEventListener('click', () => fetchNames(false));
  }
  setInterval(() => { if (away || queue.length || ++beats % 6 === 0) beat(); }, 5000);
  beat();
})();
