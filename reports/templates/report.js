"use strict";
(async () => {
  // Where the data cannot be unpacked, the static table stays and a note says why there is no search.
  const unpacked = async () => {
    const packed = Uint8Array.from(atob(document.getElementById("data").textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };
  const data = await unpacked().catch(() => null);
  if (!data) {
    document.getElementById("packed").hidden = false;
    return;
  }
  const { values, columns, levels, sureness, rules } = data;
  const explorer = document.getElementById("explorer");
  const form = explorer.querySelector("form");
  const body = document.getElementById("rows");
  const PAGE = PAGE_SIZE; // the number is filled in where the page is rendered
  const PRINTED = 1000;
  const LOCALE = LANGUAGE;
  const SAID = TEXTS;
  const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
  const FIELDS = ["q", "rule", "space", "type", "confidence", "status", "rewritable", "standing", "accepted", "group"];
  const GROUPS = ["subject", "rule", "space"];
  let matches = [];
  let groups = null; // what is shown in place of the matches while they are grouped
  let page = 0;
  let person = "";
  let opened = new Set();

  const visible = (text) =>
    String(text).replace(UNSEEN, (c) => "[U+" + c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0") + "]");
  const many = (number) => number.toLocaleString(LOCALE);
  const say = (text, given) => (SAID[text] || text).replace(/%\((\w+)\)s/g, (_, name) => given[name]);
  const known = new Map(Object.entries(data.said));
  // A word or sentence of the data in the reader's language; one that has no translation says that it is English.
  const told = (text) => (known.get(text) === null ? make("span", { lang: "en" }, text) : known.get(text) || text);
  const words = (text) => known.get(text) || text;
  const make = (name, attributes, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    for (const child of children) node.append(typeof child === "string" ? visible(child) : child);
    return node;
  };

  const STANDINGS = { new: say("new"), unchanged: say("unchanged"), reappeared: say("reappeared") };
  const accepted = (number) => {
    if (number < 0) return null;
    const [until, owner, reason] = data.accepted[number];
    return { until: known.get(until) || until, owner, reason, ends: until };
  };
  const get = (i) => {
    const [type, id, version, status, title, url, parent, address] = values.object[columns.object[i]];
    const [kind, mask, hmac] = values.subject[columns.subject[i]];
    const [start, end, line, column] = columns.place[i];
    const rule = values.rule[columns.rule[i]];
    const facts = rules[rule] || { title: rule, why: "", remedy: "", articles: [] };
    return {
      rule, severity: levels[columns.severity[i]], confidence: sureness[columns.confidence[i]], articles: facts.articles,
      object: { type, id, version, space: values.space[columns.space[i]] }, status, parent, title, url, address,
      action: values.action[columns.action[i]], path: values.path[columns.path[i]], span: { start, end }, line, column, subject: { kind, mask, hmac },
      excerpt: values.excerpt[columns.excerpt[i]], reason: values.reason[columns.reason[i]],
      rewritable: columns.rewritable[i] === 1, fingerprint: columns.fingerprint[i], remedy: facts.remedy, facts,
      standing: values.standing[columns.standing[i]], accepted: accepted(columns.accepted[i]),
    };
  };

  // The state of the filter is the fragment of the address, so that a view can be shared and the back button works.
  const read = () => {
    const fields = new FormData(form);
    const state = {};
    for (const name of FIELDS) {
      const value = String(fields.get(name) || "").trim();
      if (value) state[name] = value;
    }
    const severities = fields.getAll("severity");
    if (severities.length) state.severity = severities.join(",");
    if (person) state.person = person;
    return state;
  };
  const write = (state) => {
    // Not form.reset(): its event means that the reader wants to see all.
    for (const name of FIELDS) {
      const field = form.elements.namedItem(name);
      if (field) field.value = state[name] || "";
    }
    const chosen = (state.severity || "").split(",");
    for (const box of form.querySelectorAll("[name=severity]")) box.checked = chosen.includes(box.value);
    person = state.person || "";
  };
  const share = (state) => {
    const query = new URLSearchParams(state);
    if (page) query.set("page", String(page + 1));
    const text = query.toString();
    history.replaceState(null, "", text ? "#" + text : "#findings");
  };

  const lower = {};
  const SEARCHED = ["rule", "space", "object", "path", "subject", "excerpt", "reason"];
  const lowered = (name) =>
    lower[name] ||= values[name].map((value) => (Array.isArray(value) ? value.join(" ") : String(value)).toLowerCase());
  const containing = (word) => {
    // A word is looked for once in each distinct value; the rows only look up the answer of their value.
    const found = new Uint8Array(data.count);
    for (const name of SEARCHED) {
      const texts = lowered(name);
      const hits = new Uint8Array(texts.length);
      for (let v = 0; v < texts.length; v += 1) if (texts[v].includes(word)) hits[v] = 1;
      const column = columns[name];
      if (hits.includes(1)) for (let i = 0; i < data.count; i += 1) if (hits[column[i]] === 1) found[i] = 1;
    }
    if (/^[0-9a-f]+$/.test(word))
      for (let i = 0; i < data.count; i += 1) if (columns.fingerprint[i].includes(word)) found[i] = 1;
    return found;
  };
  const select = (state) => {
    const tests = [];
    const code = (name, value) => values[name].indexOf(value === "(none)" ? "" : value);
    if (state.severity) {
      const wanted = state.severity.split(",").map((name) => levels.indexOf(name));
      tests.push((i) => wanted.includes(columns.severity[i]));
    }
    if (state.confidence) {
      const wanted = sureness.indexOf(state.confidence);
      tests.push((i) => columns.confidence[i] === wanted);
    }
    if (state.rewritable) {
      const wanted = state.rewritable === "yes" ? 1 : 0;
      tests.push((i) => columns.rewritable[i] === wanted);
    }
    if (state.accepted) tests.push((i) => columns.accepted[i] >= 0 === (state.accepted === "yes"));
    for (const name of ["rule", "space", "standing"])
      if (state[name]) {
        const wanted = code(name, state[name]);
        tests.push((i) => columns[name][i] === wanted);
      }
    if (state.type || state.status) {
      const fits = values.object.map((o) => (!state.type || o[0] === state.type) && (!state.status || o[3] === state.status));
      tests.push((i) => fits[columns.object[i]]);
    }
    if (state.person) {
      const fits = values.subject.map((subject) => subject[2] === state.person);
      tests.push((i) => fits[columns.subject[i]]);
    }
    if (state.q) {
      for (const word of new Set(state.q.toLowerCase().split(/\s+/).filter(Boolean))) {
        const found = containing(word);
        tests.push((i) => found[i] === 1);
      }
    }
    const found = [];
    for (let i = 0; i < data.count; i += 1) if (tests.every((test) => test(i))) found.push(i);
    return found;
  };

  const severity = (name) =>
    make("span", { class: "severity " + name }, make("span", { class: "icon", "aria-hidden": "true" }), told(name));
  const facts = (pairs) =>
    make("dl", { class: "facts" }, ...pairs.filter(([, value]) => value !== "").map(([name, value]) =>
      make("div", {}, make("dt", {}, name), make("dd", {}, value))));
  const spaced = (...parts) => make("span", {}, ...parts.flatMap((part) => [" ", part]).slice(1));
  const detail = (i, row) => {
    const only = make("button", { type: "button", class: "link" }, say("Show all places of this value"));
    only.addEventListener("click", () => { person = row.subject.hmac; page = 0; refresh(); });
    const list = facts([
      [say("Why it matters"), told(row.facts.why)],
      [say("GDPR"), row.articles.map((number) => say("Art. %(number)s", { number: words(number) })).join(", ")],
      [say("What to do"), spaced(told(row.remedy), row.rewritable ? say("This place can be rewritten by the tool.") : "")],
      [say("Why it was reported"), told(row.reason)],
      [say("Against the earlier run"), STANDINGS[row.standing] || ""],
      [say("Accepted"), row.accepted ? say("until %(until)s by %(owner)s: %(reason)s", row.accepted) : ""],
      [say("Value"), say("%(kind)s %(mask)s, keyed hash %(hash)s", { kind: words(row.subject.kind.replace("_", " ")), mask: row.subject.mask, hash: row.subject.hmac })],
      [say("Data subject"), words(data.persons[row.subject.kind])],
      [say("Bytes"), say("%(start)s to %(end)s", row.span)],
      [say("Link"), words(row.address)],
      [say("Planned change"), row.action ? make("a", { href: "#" + row.action }, row.action) : ""],
      [say("Fingerprint"), make("a", { href: "#F-" + row.fingerprint }, row.fingerprint)],
    ]);
    const cell = make("td", { colspan: "5" }, list, make("p", {}, only));
    return make("tr", { class: "detail", id: "D-" + i }, cell);
  };
  const standing = (row) => [STANDINGS[row.standing], row.accepted && say("accepted until %(until)s", row.accepted)].filter(Boolean);
  const draw = (i) => {
    const row = get(i);
    const thing = words(row.object.type) + " " + row.object.id;
    const name = row.title || thing;
    const about = [thing];
    if (row.object.version !== null) about.push(say("version %(version)s", row.object));
    if (row.object.space) about.push(say("space %(space)s", row.object));
    if (row.status !== "current") about.push(words(row.status));
    if (row.parent) about.push(say("on %(parent)s", { parent: words(row.parent) }));
    const toggle = make("button", { type: "button", class: "link toggle", "aria-expanded": String(opened.has(i)), "aria-label": say("Details of %(fingerprint)s", row) }, say("Details"));
    const tr = make("tr", { id: "F-" + row.fingerprint },
      make("td", {}, severity(row.severity), make("span", { class: "note" }, say("%(level)s confidence", { level: words(row.confidence) })),
        ...standing(row).map((text) => make("span", { class: "note standing" }, text))),
      make("th", { scope: "row" }, told(row.facts.title), make("span", { class: "note" }, row.rule)),
      make("td", {}, make("span", { class: "place" }, row.url ? make("a", { href: row.url, rel: "noopener noreferrer" }, name) : name),
        make("span", { class: "note" }, about.join(", ")),
        make("span", { class: "note path" }, row.path ? say("%(path)s, line %(line)s, column %(column)s", row) : "")),
      make("td", {}, make("code", {}, row.subject.mask), " ", make("span", { class: "excerpt" }, row.excerpt)),
      make("td", {}, toggle));
    toggle.addEventListener("click", () => {
      const open = opened.has(i);
      if (open) { opened.delete(i); document.getElementById("D-" + i).remove(); } else { opened.add(i); tr.after(detail(i, row)); }
      toggle.setAttribute("aria-expanded", String(!open));
    });
    return opened.has(i) ? [tr, detail(i, row)] : [tr];
  };
  const gather = (by) => {
    const found = new Map();
    for (const i of matches) {
      const code = columns[by][i];
      const one = found.get(code) || { by, code, size: 0, worst: 0, objects: new Set() };
      one.size += 1;
      one.worst = Math.max(one.worst, columns.severity[i]);
      const [type, id] = values.object[columns.object[i]];
      one.objects.add(type + " " + id);
      found.set(code, one);
    }
    return [...found.values()].sort((a, b) => b.size - a.size || a.code - b.code);
  };
  const choose = (state) => {
    matches = select(state);
    groups = GROUPS.includes(state.group) ? gather(state.group) : null;
  };
  const label = ({ by, code }) => {
    if (by === "subject") return [values.subject[code][1], words(values.subject[code][0].replace("_", " "))];
    if (by === "rule") return [words((rules[values.rule[code]] || { title: values.rule[code] }).title), values.rule[code]];
    return [values.space[code] || say("(none)"), ""];
  };
  const drawGroup = (one) => {
    const [name, note] = label(one);
    const only = make("button", { type: "button", class: "link", "aria-label": say("Show the places of %(name)s", { name }) }, say("Show its places"));
    only.addEventListener("click", () => {
      form.elements.namedItem("group").value = "";
      if (one.by === "subject") person = values.subject[one.code][2];
      else form.elements.namedItem(one.by).value = values[one.by][one.code] || "(none)";
      page = 0;
      refresh();
    });
    return make("tr", {},
      make("td", {}, severity(levels[one.worst])),
      make("th", { scope: "row" }, name, make("span", { class: "note" }, note)),
      make("td", {}, say("%(number)s objects", { number: many(one.objects.size) })),
      make("td", {}, say("%(number)s places", { number: many(one.size) })),
      make("td", {}, only));
  };
  const show = (from, to) =>
    body.replaceChildren(...(groups ? groups.slice(from, to).map(drawGroup) : matches.slice(from, to).flatMap(draw)));
  const paint = () => {
    const pages = Math.max(1, Math.ceil((groups || matches).length / PAGE));
    page = Math.min(page, pages - 1);
    show(page * PAGE, (page + 1) * PAGE);
    document.getElementById("tally").textContent = groups
      ? say("%(groups)s groups of %(some)s findings", { groups: many(groups.length), some: many(matches.length) })
      : matches.length === data.count
      ? say("%(all)s findings", { all: many(data.count) })
      : say("%(some)s of %(all)s findings", { some: many(matches.length), all: many(data.count) });
    document.getElementById("page").textContent = say("Page %(page)s of %(pages)s", { page: many(page + 1), pages: many(pages) });
    for (const button of explorer.querySelectorAll("[data-go]"))
      button.disabled = ["first", "previous"].includes(button.dataset.go) ? page === 0 : page === pages - 1;
    const box = document.getElementById("person");
    box.hidden = !person;
    const one = values.subject.find((subject) => subject[2] === person);
    box.querySelector("span").textContent = one
      ? say("Only %(kind)s %(mask)s.", { kind: words(one[0].replace("_", " ")), mask: visible(one[1]) }) : "";
  };
  const refresh = () => {
    complain([]);
    const state = read();
    choose(state);
    paint();
    share(state);
  };

  const reveal = (id) => {
    const index = columns.fingerprint.indexOf(id.replace(/^F-/, ""));
    if (index < 0) { complain([["F", id.replace(/^F-/, "")]]); return; }
    let position = groups ? -1 : matches.indexOf(index);
    if (position < 0) { write({}); choose({}); position = matches.indexOf(index); }
    page = Math.floor(position / PAGE);
    opened.add(index);
    paint();
    const row = document.getElementById(id);
    row.classList.add("hit");
    row.scrollIntoView({ block: "center", behavior: "instant" });
    row.querySelector("button").focus({ preventScroll: true });
  };
  // What an address asks for and this report does not have is said: the view is wider than whoever shared it saw.
  const unknown = (state) => {
    const has = (name, value) => {
      if (["q", "page"].includes(name)) return true;
      if (name === "severity") return value.split(",").every((level) => levels.includes(level));
      if (name === "person") return values.subject.some((subject) => subject[2] === value);
      const field = FIELDS.includes(name) && form.elements.namedItem(name);
      return Boolean(field) && [...field.options].some((option) => option.value === value);
    };
    return Object.entries(state).filter(([name, value]) => value !== "" && !has(name, value));
  };
  const complain = (asked) => {
    const box = document.getElementById("unknown");
    box.hidden = asked.length === 0;
    box.textContent = asked.length ? say("The address asks for what this report does not have, so that is left out of the filter: %(asked)s.", { asked: asked.map((pair) => visible(pair.join("=")).slice(0, 100)).join(", ") }) : "";
  };
  const follow = () => {
    const fragment = location.hash.slice(1);
    complain([]);
    if (fragment.startsWith("F-")) { reveal(fragment); return; }
    if (!location.hash.includes("=")) return;
    const state = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    const wrong = unknown(state);
    for (const [name, value] of wrong) {
      if (name === "severity") state.severity = value.split(",").filter((level) => levels.includes(level)).join(",");
      else delete state[name];
    }
    complain(wrong);
    write(state);
    page = Math.max(0, (parseInt(state.page, 10) || 1) - 1);
    choose(read());
    paint();
    document.getElementById("findings").scrollIntoView({ behavior: "instant" });
  };

  const CELLS = ["fingerprint", "severity", "confidence", "rule", "space", "object_type", "object_id", "object_version", "title", "url", "path", "line", "column", "subject_kind", "subject_mask", "subject_hmac", "excerpt", "rewritable", "remedy", "standing", "accepted_until", "run_status"];
  const cell = (value) => {
    const text = String(value === null ? "" : value);
    const inert = /^[\s\ufeff\u200b-\u200f\u2060\u0000]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]/.test(text) ? "'" + text : text;
    return '"' + inert.replaceAll('"', '""') + '"';
  };
  const csv = (rows) => "\ufeff" + [CELLS.map(cell), ...rows.map((r) => [
    r.fingerprint, r.severity, r.confidence, r.rule, r.object.space, r.object.type, r.object.id, r.object.version, r.title, r.url,
    r.path, r.line, r.column, r.subject.kind, r.subject.mask, r.subject.hmac, r.excerpt, r.rewritable ? "yes" : "no", r.remedy,
    r.standing, r.accepted ? r.accepted.ends : "", data.status,
  ].map(cell))].map((cells) => cells.join(",")).join("\n") + "\n";
  const save = (kind) => {
    const rows = matches.map(get);
    const json = () => JSON.stringify({ run: data.run, status: data.status, filter: read(), findings: rows.map(({ facts: _, ...row }) => row) }, null, 1) + "\n";
    const text = kind === "csv" ? csv(rows) : json();
    const address = URL.createObjectURL(new Blob([text], { type: kind === "csv" ? "text/csv" : "application/json" }));
    const link = make("a", { href: address, download: `findings-filtered.${kind}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };

  const fill = (name, list) => {
    const select_ = form.elements.namedItem(name);
    for (const [value, label] of list) select_.append(make("option", { value }, label));
  };
  const names = (list) => [...new Set(list)].sort().map((name) => [name || "(none)", name || say("(none)")]);
  const worded = (list) => names(list).map(([value, label]) => [value, words(label)]);
  fill("rule", values.rule.map((id) => [id, words((rules[id] || { title: id }).title)]).sort((a, b) => a[1].localeCompare(b[1], LOCALE)));
  fill("space", names(values.space));
  fill("type", worded(values.object.map((o) => o[0])));
  fill("status", worded(values.object.map((o) => o[3])));

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { page = 0; refresh(); });
  form.addEventListener("reset", () => setTimeout(() => { person = ""; page = 0; opened = new Set(); refresh(); }));
  document.querySelector("#person button").addEventListener("click", () => { person = ""; page = 0; refresh(); });
  explorer.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const pages = Math.max(1, Math.ceil((groups || matches).length / PAGE));
    const to = { first: 0, previous: page - 1, next: page + 1, last: pages - 1 }[button.dataset.go];
    if (to !== undefined) { page = Math.max(0, Math.min(pages - 1, to)); paint(); share(read()); document.getElementById("findings").scrollIntoView(); }
    if (button.dataset.save) save(button.dataset.save);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    event.preventDefault();
    form.elements.namedItem("q").focus();
  });
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => {
    show(0, PRINTED);
    const tally = document.getElementById("tally");
    if (groups && groups.length > PRINTED) tally.textContent = say("The first %(some)s of %(all)s groups", { some: many(PRINTED), all: many(groups.length) });
    if (!groups && matches.length > PRINTED) tally.textContent = say("The first %(some)s of %(all)s findings", { some: many(PRINTED), all: many(matches.length) });
    for (const fold of document.querySelectorAll("details")) { fold.dataset.was = String(fold.open); fold.open = true; }
  });
  addEventListener("afterprint", () => {
    paint();
    for (const fold of document.querySelectorAll("details")) fold.open = fold.dataset.was === "true";
  });

  document.getElementById("static").remove();
  explorer.hidden = false;
  choose({});
  paint();
  follow();
  // The first search need not wait for this.
  setTimeout(() => SEARCHED.forEach(lowered), 100);
})();
