"use strict";
// The machine before step n is `start` with the changes of the first n steps. Going back undoes them: what each step replaced
// is noted when the page is opened.

const data = JSON.parse(document.getElementById("trace").textContent);
const at = (id) => document.getElementById(id);
const slot = Object.fromEntries(data.slots.map((name, number) => [name, number]));
const state = { n: 0, values: data.start.values.slice(), granules: new Map(), rings: [] };
const keyOf = ([level, segment, number]) => `${level}/${segment}/${number}`;
for (const granule of data.start.granules) state.granules.set(keyOf(granule), granule);

const undo = [];

function forward() {
  const [, , changes, granules] = data.steps[state.n];
  const replaced = { values: [], granules: [] };
  for (const [number, value] of changes) {
    replaced.values.push([number, state.values[number]]);
    state.values[number] = value;
  }
  for (const granule of granules) {
    const key = keyOf(granule);
    replaced.granules.push([key, state.granules.get(key)]);
    state.granules.set(key, granule);
  }
  undo[state.n] = replaced;
  state.n += 1;
}

function backward() {
  state.n -= 1;
  const replaced = undo[state.n];
  for (const [number, value] of replaced.values) state.values[number] = value;
  for (const [key, granule] of replaced.granules.slice().reverse()) {
    if (granule === undefined) state.granules.delete(key);
    else state.granules.set(key, granule);
  }
}

const capability = (number) => data.capabilities[state.values[number]];
const hue = (segment) => (segment * 67) % 360;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// What the last step changed, by the number of the slot: the values before.
function changes() {
  const replaced = state.n > 0 ? undo[state.n - 1] : { values: [], granules: [] };
  const granules = replaced.granules.filter(([, before]) => before !== undefined);
  return { values: new Map(replaced.values), granules: new Set(granules.map(([key]) => key)) };
}

let shownSource = null;

function showSource(place) {
  const source = at("source");
  const file = place ? place.source : null;
  if (file !== shownSource) {
    shownSource = file;
    source.replaceChildren();
    const lines = file === null ? [] : data.sources[file].lines;
    lines.forEach((text, number) => {
      const line = element("div");
      line.append(element("span", "number", number + 1), text);
      source.append(line);
    });
    if (lines.length === 0) source.append(element("div", "empty", "no source for this place"));
  }
  source.querySelectorAll(".here").forEach((line) => line.classList.remove("here"));
  const line = file === null ? null : source.children[place.line - 1];
  if (line) {
    line.classList.add("here");
    source.scrollTop = line.offsetTop - source.clientHeight / 2;
  }
}

function showTree() {
  const level = parseInt(state.values[slot.level], 16);
  const ring = capability(slot.pc).ring;
  state.rings.length = level + 1;
  state.rings[level] = ring;
  const root = at("tree");
  root.replaceChildren();
  let list = root;
  for (let machine = 0; machine <= level; machine += 1) {
    const item = element("li");
    const name = machine === 0 ? "machine 0, the outermost" : `machine ${machine}, a guest of ${machine - 1}`;
    if (machine < level) item.append(element("span", "asleep", `${name}, at its vmrun`));
    else {
      const rings = element("span", "rings", "");
      for (let number = 0; number < 8; number += 1) {
        rings.append(element("span", number === ring ? "ring here" : "ring", number));
      }
      item.append(`${name} `, rings);
    }
    list.append(item);
    if (machine < level) {
      const inner = element("ul");
      item.append(inner);
      list = inner;
    }
  }
}

function showNumbers(changed) {
  const numbers = at("numbers");
  numbers.replaceChildren();
  for (let number = 1; number < data.numbers; number += 1) {
    const name = data.slots[number];
    const isOwn = number === slot.clock || number === slot.masked;
    if (name === "r0" || (!isOwn && state.values[number] === "0" && !changed.has(number))) continue;
    const item = element("span", changed.has(number) && number !== slot.clock ? "changed" : "");
    item.append(element("b", "", name), " ", element("span", "value", decimal(number)));
    if (changed.has(number) && !isOwn) item.append(" ", element("span", "was", short(changed.get(number))));
    numbers.append(item);
  }
}

const short = (digits) => (digits.length < 8 ? parseInt(digits, 16).toString() : "0x" + digits);
const decimal = (number) => (number === slot.clock ? parseInt(state.values[number], 16) : short(state.values[number]));

function showCapabilities(changed) {
  const list = at("capabilities");
  list.replaceChildren();
  for (let number = data.numbers; number < data.slots.length; number += 1) {
    const held = capability(number);
    const name = data.slots[number];
    const isNull = held.text === "null" || held.text === "untagged 0x0";
    if (name === "c0" || (isNull && !changed.has(number))) continue;
    const isChanged = changed.has(number) && name !== "pc";
    const item = element("div", "capability" + (isChanged ? " changed" : "") + (held.is_tagged ? "" : " untagged"));
    item.dataset.register = name;
    const text = element("div", isChanged ? "text changed" : "text");
    text.append(element("b", "", name), element("span", "value", held.text));
    item.append(text);
    if (held.is_tagged && held.length > 0) item.append(bar(held));
    list.append(item);
  }
}

function bar(held) {
  const drawn = element("div", "bar");
  drawn.title = `segment ${held.segment}, ${held.length} bytes`;
  const share = (offset) => `${Math.min(100, (100 * offset) / held.length)}%`;
  const box = element("div", "box");
  box.style.left = share(held.base);
  box.style.width = share(held.limit - held.base);
  box.style.background = `hsl(${hue(held.segment)} 60% 55%)`;
  const cursor = element("div", "cursor");
  cursor.style.left = `min(${share(held.cursor)}, calc(100% - 2px))`;
  drawn.append(box, cursor);
  return drawn;
}

// The keys of the granules around the cursors, by level and segment.
function inView() {
  const keys = new Set();
  const [before, behind] = data.around;
  for (let number = data.numbers + 1; number < data.slots.length; number += 1) {
    const held = capability(number);
    if (!held.is_tagged || !held.is_data) continue;
    const first = Math.floor(Math.max(held.cursor - before, held.base, 0) / 16);
    const end = Math.ceil(Math.min(held.cursor + behind, held.limit) / 16);
    for (let granule = first; granule < end; granule += 1) keys.add(`${held.level}/${held.segment}/${granule}`);
  }
  return keys;
}

function showMemory(changed) {
  const keys = inView();
  for (const key of changed) keys.add(key);
  const shown = [...keys].map((key) => state.granules.get(key)).filter((granule) => granule !== undefined);
  shown.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  const list = at("granules");
  list.replaceChildren();
  let last = null;
  for (const granule of shown) {
    const [level, segment, number, bytes, tag, label, owner] = granule;
    const group = `${level}/${segment}`;
    if (group !== last) {
      last = group;
      const name = level === 0 ? data.segments[segment] : `segment ${segment} of machine ${level}`;
      const heading = element("h2", "", name || `segment ${segment}`);
      heading.style.color = `hsl(${hue(segment)} 60% 45%)`;
      list.append(heading);
    }
    const isChanged = changed.has(keyOf(granule));
    const row = element("span", "granule" + (tag ? " tagged" : "") + (isChanged ? " changed" : ""));
    row.append(element("span", "at", "0x" + (number * 16).toString(16).padStart(5, "0") + "  "));
    row.append(bytes.replace(/(.{8})(?=.)/g, "$1 "));
    if (label) {
      const chip = element("span", "label", `label ${label}`);
      chip.style.background = `hsl(${hue(label)} 55% 40%)`;
      row.append("  ", chip);
    }
    if (owner) row.append(element("span", "owner", `  owner ${owner > 0 ? owner + " deeper" : -owner + " further out"}`));
    list.append(row);
  }
  if (shown.length === 0) list.append(element("span", "empty", "no capability points to memory"));
}

function show() {
  const next = data.steps[state.n];
  const before = state.n > 0 ? data.steps[state.n - 1] : null;
  const changed = changes();
  const place = next ? data.places[next[1]] : before ? data.places[before[1]] : null;
  at("slider").value = state.n;
  at("step").textContent = `step ${data.start.step + state.n} of ${data.start.step + data.steps.length}`;
  at("next").textContent = next ? `${place.symbol}   ${data.texts[next[0]] || "an interrupt"}` : "the end";
  const note = before && before[4] >= 0 ? data.texts[before[4]] : "";
  at("note").textContent = note;
  at("note").className = note.startsWith("trap") ? "fault" : "";
  showSource(place);
  showTree();
  showNumbers(changed.values);
  showCapabilities(changed.values);
  showMemory(changed.granules);
  const printed = data.steps.slice(0, state.n).map((step) => step[5]).join("");
  at("console").textContent = data.start.console + printed;
  at("account").hidden = data.end === "" || next !== undefined;
}

function go(n) {
  const target = Math.max(0, Math.min(data.steps.length, n));
  while (state.n < target) forward();
  while (state.n > target) backward();
  show();
}

// The next step with a note, or the one before.
function goToNote(direction) {
  for (let n = state.n + direction; n > 0 && n <= data.steps.length; n += direction) {
    if (data.steps[n - 1][4] >= 0) return go(n);
  }
}

at("program").textContent = data.program || "A run, step by step";
document.title = `${data.program}: a run, step by step`;
at("slider").max = data.steps.length;
at("end").textContent = data.end;
at("slider").addEventListener("input", (event) => go(Number(event.target.value)));
at("first").addEventListener("click", () => go(0));
at("last").addEventListener("click", () => go(data.steps.length));
at("back").addEventListener("click", () => go(state.n - 1));
at("on").addEventListener("click", () => go(state.n + 1));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const by = event.shiftKey ? 10 : 1;
  const targets = {
    ArrowRight: () => go(state.n + by),
    ArrowLeft: () => go(state.n - by),
    PageDown: () => go(state.n + 100),
    PageUp: () => go(state.n - 100),
    Home: () => go(0),
    End: () => go(data.steps.length),
    n: () => goToNote(1),
    p: () => goToNote(-1),
  };
  const target = targets[event.key];
  if (target) {
    event.preventDefault();
    target();
  }
});
// A link with #n opens step n.
const wanted = Number(location.hash.slice(1));
go(Number.isInteger(wanted) && wanted > data.start.step ? wanted - data.start.step : 0);
