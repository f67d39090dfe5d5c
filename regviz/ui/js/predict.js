// Predict, then reveal: a page's question; the panels that show its answer stay covered until there is a prediction.

import { make, page } from "./data.js";
import { keepOwn, own } from "./history.js";
import { describe } from "./panels.js";

const choiceOf = (quiz, k) => quiz.choices[k];

function distance(quiz, said) {
  if (!quiz.slider) return said === quiz.right ? "Right." : "Not so.";
  const off = Math.abs(said - quiz.right), steps = `${off} ${off === 1 ? "step" : "steps"} of the slider`;
  if (!off) return "Exactly right.";
  const [a, b] = [Number(choiceOf(quiz, said)), Number(choiceOf(quiz, quiz.right))];
  const ratio = a > 0 && b > 0 ? `, a factor of ${(Math.max(a, b) / Math.min(a, b)).toPrecision(2)}` : "";
  return `You are ${steps} off${ratio}.`;
}

// Covers what shows the answer, or uncovers it.
function cover(group) {
  const { question, quiz } = group, hidden = Boolean(quiz && !quiz.open);
  for (const chart of group.charts.values()) {
    chart.covered = hidden && question.covers.includes(chart.name);
    chart.cell.classList.toggle("rv-covered", chart.covered);
    if (chart.figure) describe(chart);
  }
  group.root.classList.toggle("rv-guessing", hidden);
  // while the answer lies on a slider that would show it, the slider waits
  for (const slider of document.querySelectorAll('[class*="st-key-scrubs"]')) slider.toggleAttribute("inert", hidden && Boolean(question?.slider));
}

function answered(group) {
  const { question, quiz } = group, right = choiceOf(question, question.right);
  const yours = quiz.said === null ? "" : `You said ${choiceOf(question, quiz.said)}. `;
  const off = quiz.said === null ? "" : ` ${distance(question, quiz.said)}`;
  return make("p", { className: "rv-answer" }, make("strong", { textContent: `${yours}The answer is ${right}.` }), `${off} ${question.why}`);
}

function chooser(group, reveal) {
  const { question, quiz } = group;
  if (!question.slider) {
    return make("div", { className: "rv-choices" }, ...question.choices.map((choice, k) => make("button", { type: "button", textContent: choice, onclick: () => reveal(k) })));
  }
  const shown = make("output", { textContent: choiceOf(question, quiz.guess) });
  const range = make("input", { type: "range", min: 0, max: question.choices.length - 1, value: quiz.guess, ariaLabel: question.label });
  range.oninput = () => {
    quiz.guess = Number(range.value);
    range.ariaValueText = shown.textContent = choiceOf(question, quiz.guess);
  };
  range.ariaValueText = shown.textContent;
  return make("div", { className: "rv-choices" }, make("label", {}, question.label, " ", shown), range, make("button", { type: "button", textContent: "This is my prediction", onclick: () => reveal(quiz.guess) }));
}

function writeCard(group) {
  const { question, quiz, root } = group;
  let card = root.querySelector(".rv-quiz");
  if (!quiz) return card?.remove();
  if (!card) root.prepend((card = make("section", { className: "rv-quiz", ariaLabel: "Predict, then reveal" })));
  const reveal = (said) => {
    Object.assign(quiz, { said, open: true });
    refresh(group);
  };
  const close = make("button", { type: "button", className: "rv-close", textContent: "Close", onclick: () => guess(group) });
  const asked = make("p", { className: "rv-asked", textContent: question.text });
  if (quiz.open) card.replaceChildren(asked, answered(group), make("button", { type: "button", textContent: "Once more", onclick: () => begin(group) }), close);
  else card.replaceChildren(asked, chooser(group, reveal), make("button", { type: "button", textContent: "Show the answer", onclick: () => reveal(null) }), close);
}

function refresh(group) {
  writeCard(group);
  cover(group);
}

function begin(group) {
  group.quiz = { said: null, open: false, guess: Math.floor(group.question.choices.length / 2) };
  refresh(group);
}

// Asks the page's question, or takes it away.
export function guess(group) {
  if (group.quiz || !group.question) group.quiz = null;
  else group.quiz = {};
  keepOwn("predict", group.quiz ? "1" : null);
  if (group.quiz) begin(group);
  else refresh(group);
}

// Hides and shows the answer, after a show of hands.
export function turn(group) {
  if (!group.quiz) return guess(group);
  group.quiz.open = !group.quiz.open;
  refresh(group);
}

// New figures may have another question, or another answer: it is covered anew.
export function ask(slug) {
  const group = page(slug), { question } = group.data, before = JSON.stringify(group.question ?? null);
  group.question = question ?? null;
  if (!question) group.quiz = null;
  if (question && (group.quiz ? before !== JSON.stringify(question) : own("predict") !== null)) return begin(group);
  refresh(group);
}
