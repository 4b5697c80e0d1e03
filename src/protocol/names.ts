import { shownName, withShownNames } from '../domain/names';
import type { ProtocolDocument } from './document';

/** The document as its pages show it. The journal's lines are shown as they are: see `journalBlocks`. */
export function withNames(document: ProtocolDocument): ProtocolDocument {
  const { order, outcome, steps, waits, acts, decisions, evidence, right, notice, toDo, tasks } = document;
  const named = <T extends { actor: string }>(each: T): T => ({ ...each, actor: shownName(each.actor) });
  return {
    ...document,
    order: { ...order, orderedBy: shownName(order.orderedBy) },
    outcome: { ...outcome, summary: withShownNames(outcome.summary) },
    steps: steps.map((step) => ({ ...step, detail: withShownNames(step.detail) })),
    waits: waits.map((wait) => ({ ...wait, skipped: wait.skipped && named(wait.skipped) })),
    acts: acts.map(named),
    decisions: decisions.map(named),
    evidence: evidence.map(named),
    right: right && { ...right, text: withShownNames(right.text) },
    notice: notice && { ...notice, byHand: notice.byHand && named(notice.byHand) },
    toDo: toDo.map(withShownNames),
    ...(tasks && {
      tasks: tasks.map((task) => ({
        ...task,
        text: withShownNames(task.text),
        done: task.done && { ...task.done, by: shownName(task.done.by) },
      })),
    }),
  };
}
