"use strict";
// The page of `copydesk serve`: sends the text to /v1/label, marks the sentences in place, and asks for reasons when one is
// pressed. Text reaches the page by textContent alone.

const UNSURE = "unsure";
const $ = (id) => document.getElementById(id);

// What is shown: the text as it was sent, the labels, and the sentences with the elements that mark them.
let shown = null;
// The text of an opened file: a text area would change its line ends, and offsets with them.
let opened = null;
let running = null;
let pressed = null;

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function say(message) { $("status").textContent = message; }

function complain(message) {
  $("problem").textContent = message;
  $("problem").hidden = !message;
}

async function ask(path, body, signal) {
  let response;
  try {
    response = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server does not answer. Is copydesk serve still running?");
  }
  let answer = null;
  try { answer = await response.json(); } catch { /* an answer without JSON has its status alone */ }
  if (!response.ok || !answer) throw new Error(answer?.error?.message ?? `The server answers with status ${response.status}.`);
  return answer;
}

async function mark(text) {
  running?.abort();
  const mine = running = new AbortController();
  const button = document.querySelector("button.main");
  complain("");
  closeReasons();
  if (!text.trim()) {
    $("result").hidden = true;
    complain("There is no text yet: paste one, drop a file or show the example.");
    return;
  }
  button.disabled = true;
  say("Marking the text.");
  try {
    const body = { text, context: $("context").checked, quotes: $("keep").checked ? "keep" : "split" };
    const answer = await ask("/v1/label", body, mine.signal);
    await show(text, answer, mine.signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    $("result").hidden = true;
    say("");
    complain(error.message);
  } finally {
    if (running === mine) button.disabled = false;
  }
}

// Marks are added in portions, so that a long text does not freeze the page.
const nextFrame = () => new Promise((resolve) => setTimeout(resolve));

async function show(text, answer, signal) {
  shown = { text, labels: answer.labels, off: new Set(), sentences: answer.sentences, marks: [] };
  const article = $("marked");
  article.replaceChildren();
  drawLegend();
  $("result").hidden = false;
  document.body.classList.add("marked");
  article.classList.toggle("long", answer.sentences.length > 500);
  let paragraph = element("div");
  let at = 0;
  for (const [index, sentence] of answer.sentences.entries()) {
    const gap = text.slice(at, sentence.utf16_start);
    const end = gap.lastIndexOf("\n") + 1;
    paragraph.append(gap.slice(0, end));
    if (end > 0 && index > 0) {
      article.append(paragraph);
      paragraph = element("div");
    }
    paragraph.append(gap.slice(end));
    const node = element("mark", { tabindex: "0", role: "button", "data-index": index }, text.slice(sentence.utf16_start, sentence.utf16_end));
    node.style.setProperty("--p", strength(sentence.confidence));
    shown.marks.push(node);
    dress(index);
    paragraph.append(node);
    at = sentence.utf16_end;
    if (index % 1000 === 999) {
      await nextFrame();
      if (signal.aborted) throw new DOMException("", "AbortError");
    }
  }
  paragraph.append(text.slice(at));
  article.append(paragraph);
  drawShares();
  say(summary());
}

// The least confidence that a most probable label can have is drawn faintest.
function strength(confidence) {
  const least = 1 / Math.max(shown.labels.length, 2);
  return Math.max(0, (confidence - least) / (1 - least)).toFixed(3);
}

function labelOf(sentence) { return sentence.confidence >= Number($("least").value) ? sentence.label : UNSURE; }

function formOf(label) {
  const place = shown.labels.indexOf(label);
  return place < 0 ? UNSURE : `c${place % 6}`;
}

// Gives a sentence's element the looks of its label.
function dress(index) {
  const sentence = shown.sentences[index];
  const node = shown.marks[index];
  const label = labelOf(sentence);
  const looks = formOf(label) + (shown.off.has(label) ? " off" : "") + (node === pressed ? " open" : "");
  if (node.className !== looks) node.className = looks;
  const tag = `${label} ${sentence.confidence.toFixed(2)}`;
  if (node.dataset.tag !== tag) node.dataset.tag = tag;
}

function dressAll() { shown.marks.forEach((_, index) => dress(index)); }

function counts() {
  const found = new Map([...shown.labels, UNSURE].map((label) => [label, 0]));
  for (const sentence of shown.sentences) {
    const label = labelOf(sentence);
    found.set(label, found.get(label) + 1);
  }
  return found;
}

const percent = (count) => `${shown.sentences.length ? Math.round((100 * count) / shown.sentences.length) : 0} %`;

function summary() {
  const parts = [...counts()].filter(([, count]) => count > 0).map(([label, count]) => `${count} ${label}`);
  const total = shown.sentences.length;
  return total ? `${total} ${total === 1 ? "sentence" : "sentences"}: ${parts.join(", ")}.` : "The text has no sentences.";
}

function drawLegend() {
  $("legend").replaceChildren(...[...shown.labels, UNSURE].map((label) => {
    const button = element("button", { type: "button", "aria-pressed": "true", class: formOf(label) },
      element("span", { class: "name" }, label), element("span", { class: "share" }));
    button.addEventListener("click", () => {
      if (!shown.off.delete(label)) shown.off.add(label);
      button.setAttribute("aria-pressed", String(!shown.off.has(label)));
      dressAll();
      say(shown.off.has(label) ? `${label} hidden` : `${label} shown`);
    });
    return element("li", {}, button);
  }));
}

function drawShares() {
  const found = [...counts()];
  $("shares-title").textContent = summary();
  found.forEach(([, count], place) => {
    $("legend").children[place].querySelector(".share").textContent = `${count} (${percent(count)})`;
  });
  // A model may call a label of its own "unsure"; otherwise that button is there only when it is needed.
  const last = found.length - 1;
  if (!shown.labels.includes(UNSURE)) $("legend").children[last].hidden = found[last][1] === 0;
  $("bar").replaceChildren(...found.filter(([, count]) => count > 0).map(([label, count]) => {
    const part = element("span", { class: formOf(label) });
    part.style.flexGrow = count;
    return part;
  }));
}

async function openReasons(node) {
  const sentence = shown.sentences[Number(node.dataset.index)];
  pressed?.classList.remove("open");
  pressed = node;
  node.classList.add("open");
  const text = shown.text.slice(sentence.utf16_start, sentence.utf16_end);
  const body = $("reasons-body");
  const quote = text.length > 300 ? `${[...text].slice(0, 300).join("")}…` : text;
  const label = labelOf(sentence);
  body.className = formOf(sentence.label);
  body.replaceChildren(element("blockquote", {}, quote), probabilities(sentence));
  $("reasons-title").textContent = label === UNSURE ? `Unsure; most probable: ${sentence.label}` : `Why ${label}`;
  $("reasons").hidden = false;
  document.body.classList.add("reading");
  $("reasons-title").focus({ preventScroll: true });
  node.scrollIntoView({ block: "nearest" });
  try {
    const answer = await ask("/v1/classify", { texts: [text], explain: sentence.label });
    if (pressed === node) body.append(...words(sentence, answer.answers[0].reasons));
  } catch (error) {
    if (pressed === node) body.append(element("p", { class: "problem", role: "alert" }, error.message));
  }
}

function closeReasons() {
  $("reasons").hidden = true;
  document.body.classList.remove("reading");
  if (!pressed) return;
  const node = pressed;
  pressed = null;
  node.classList.remove("open");
  if (node.isConnected) node.focus({ preventScroll: true });
}

function bar(share, looks) {
  const node = element("span", { class: looks });
  node.style.width = `${100 * share}%`;
  return node;
}

function probabilities(sentence) {
  const rows = Object.entries(sentence.probabilities).sort((a, b) => b[1] - a[1]).map(([label, p]) => element("tr", {},
    element("th", { scope: "row" }, label),
    element("td", { "aria-hidden": "true", class: formOf(label) }, bar(p, "amount")),
    element("td", { class: "number" }, p.toFixed(3))));
  return element("table", {}, element("caption", {}, "Probabilities"), ...rows);
}

const signed = (number) => (number < 0 ? "−" : "+") + Math.abs(number).toFixed(2);

// The reasons of the sentence alone, and what its neighbours changed.
function words(sentence, reasons) {
  const greatest = Math.max(...reasons.ngrams.map((n) => Math.abs(n.contribution)), Math.abs(reasons.rest), 1e-9);
  const row = (name, block, amount) => {
    return element("tr", {}, element("th", { scope: "row" }, name, " ", element("span", { class: "block" }, block)),
      element("td", { "aria-hidden": "true" }, bar(Math.abs(amount) / greatest, amount < 0 ? "amount against" : "amount")),
      element("td", { class: "number" }, signed(amount)));
  };
  const rows = reasons.ngrams.map((n) => row(n.ngram, n.block, n.contribution));
  rows.push(row("all others", "", reasons.rest), row("before any word", "", reasons.intercept));
  const table = element("table", {}, element("caption", {}, `What its words add for ${reasons.label}`), ...rows);
  const notes = [`Filled bars speak for ${reasons.label}, hollow ones against it. Together: ${signed(reasons.logit)}. N-grams stand as the model has them.`];
  const before = reasons.probability_alone;
  const after = sentence.probabilities[reasons.label];
  if (Math.abs(before - after) >= 0.0005) {
    notes.push(`By its words alone ${reasons.label} has a probability of ${before.toFixed(3)}; the neighbouring sentences make it ${after.toFixed(3)}.`);
  }
  return [table, ...notes.map((note) => element("p", { class: "faint" }, note))];
}

// One object a line, as `copydesk label --format jsonl` writes, without the file's name.
function jsonLines() {
  return shown.sentences.map((s) => JSON.stringify({
    index: s.index, start: s.start, end: s.end, char_start: s.char_start, char_end: s.char_end, text: s.text,
    label: labelOf(s), confidence: s.confidence, probabilities: s.probabilities, quoted: s.quoted,
  }) + "\n").join("");
}

async function copy() {
  try {
    await navigator.clipboard.writeText(jsonLines());
    say("Copied.");
    $("copy").textContent = "Copied";
  } catch {
    // Browsers give the clipboard to secure pages only, and this machine's own address counts as one.
    $("copy").textContent = "The browser does not let this page copy";
    say("The browser does not let this page copy.");
  }
  setTimeout(() => { $("copy").textContent = "Copy as JSON Lines"; }, 2500);
}

async function open(file) {
  if (!file) return;
  complain("");
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
  } catch {
    complain(`${file.name} is not text in UTF-8: convert it first, or paste the text.`);
    return;
  }
  $("text").value = text;
  opened = text;
  mark(text);
}

async function example() {
  let response;
  try {
    response = await fetch("/example.txt");
    $("text").value = await response.text();
  } catch {
    complain("The server does not answer. Is copydesk serve still running?");
    return;
  }
  opened = null;
  mark(current());
}

function current() { return opened ?? $("text").value; }

$("form").addEventListener("submit", (event) => { event.preventDefault(); mark(current()); });
$("text").addEventListener("input", () => { opened = null; });
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); mark(current()); }
});
$("file").addEventListener("change", (event) => { open(event.target.files[0]); event.target.value = ""; });
$("example").addEventListener("click", example);
for (const id of ["context", "keep"]) $(id).addEventListener("change", () => { if (shown && current().trim()) mark(current()); });
$("copy").addEventListener("click", copy);
$("close").addEventListener("click", closeReasons);

let waiting = false;
$("least").addEventListener("input", () => {
  $("least-shown").textContent = Number($("least").value).toFixed(2);
  if (waiting || !shown) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; dressAll(); drawShares(); });
});
$("least").addEventListener("change", () => { if (shown) say(summary()); });

$("marked").addEventListener("click", (event) => {
  const node = event.target.closest("mark");
  // Selecting text is not pressing.
  if (node && getSelection().isCollapsed) openReasons(node);
});
$("marked").addEventListener("keydown", (event) => {
  const node = event.target.closest("mark");
  if (!node) return;
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    openReasons(node);
  } else if (step && !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey) {
    const next = shown.marks[Number(node.dataset.index) + step];
    if (next) { event.preventDefault(); next.focus(); }
  }
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !$("reasons").hidden) closeReasons(); });

// dragleave comes for every element that is left, so that entries are counted.
let inside = 0;
document.addEventListener("dragenter", () => { inside += 1; document.body.classList.add("dropping"); });
document.addEventListener("dragleave", () => { inside -= 1; if (inside <= 0) document.body.classList.remove("dropping"); });
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  inside = 0;
  document.body.classList.remove("dropping");
  const file = event.dataTransfer.files[0];
  if (!file) return;
  event.preventDefault();
  open(file);
});

fetch("/v1/model").then((response) => response.json()).then((model) => {
  $("model").textContent = `${model.name}: ${model.labels.join(", ")}`;
}).catch(() => {});
// A link that shows what the page does.
if (location.hash === "#example") example();
