import type { NewEntry, NewOpening } from '../../src/domain/journal';

export const REF = { caseId: 'case-1', house: 'FSP', eventNumber: '104233' };
export const OTHER_REF = { ...REF, caseId: 'case-2' };

/** A line of a case. The journal does not look at its content, so the content need not be what a step would write. */
export function line(
  effectKey: string,
  changes: { kind?: NewEntry['kind']; before?: unknown; after?: unknown; outcome?: string } = {},
): NewEntry {
  const entry = {
    actor: 'test',
    actorId: 'token:test',
    kind: 'intent',
    step: 'mark-titles',
    operation: 'save',
    effectKey,
    ...changes,
  };
  return entry as unknown as NewEntry;
}

export const OPENING = line('opening', { kind: 'opening' }) as NewOpening;
export const REFUSAL = line('refusal', { kind: 'refusal' });

export function ending(outcome: string): NewEntry {
  return line('end', { kind: 'end', outcome });
}

/** A line that cannot be written, because its content is no JSON. */
export function unwritable(effectKey: string): NewEntry {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  return line(effectKey, { after: cyclic });
}
