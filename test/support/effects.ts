import { Context } from '@temporalio/activity';
import type { CaseRef } from '../../src/domain/types';
import type { TimeSkippingStage } from './time-skipping-stage';

/** The methods of the journal that may add lines to the case that their first argument names. */
const MAY_ADD_LINES = /^(openCase|append|claim)/;

/** By activity, in their order: each call to Jet, each new line and each mail since `watch`. */
export type SeenEffects = Record<string, string[]>;

/** Notes what the activities do from now on, at the ports, where everything passes that can be seen from outside. */
export function watchEffects(stage: TimeSkippingStage): SeenEffects {
  const seen: SeenEffects = {};
  const note = (effect: string) => void (seen[Context.current().info.activityType] ??= []).push(effect);

  stage.jet = onEachCall(stage.jet, (method, given, call) => {
    note(method);
    return call();
  });
  stage.mail = onEachCall(stage.mail, (method, given, call) => {
    if (method === 'send') note(`mail to ${(given[1] as string[]).length}`);
    return call();
  });
  stage.watched = (journal) =>
    onEachCall(journal, async (method, given, call) => {
      if (!MAY_ADD_LINES.test(method)) return call();
      const { caseId } = given[0] as CaseRef;
      const { length: before } = await journal.entries(caseId);
      const result = await call();
      const { length: after } = await journal.entries(caseId);
      for (let line = before; line < after; line += 1) note('line');
      return result;
    });
  return seen;
}

function onEachCall<T extends object>(
  target: T,
  handle: (method: string, given: unknown[], call: () => unknown) => unknown,
): T {
  return new Proxy(target, {
    get(_target, name) {
      const member = (target as Record<PropertyKey, unknown>)[name];
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) =>
        handle(String(name), given, () => (member as (...all: unknown[]) => unknown).apply(target, given));
    },
  });
}
