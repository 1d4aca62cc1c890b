// Arrow keys go from answer to answer; Tab, Enter and Space work without us. Nothing is chosen by moving.

const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const group = step && event.target.closest?.('[role="group"]');
  if (!group) return;
  const answers = [...group.querySelectorAll("button")];
  const next = (answers.indexOf(event.target) + step + answers.length) % answers.length;
  answers[next]?.focus();
  event.preventDefault();
});
