import type { Role } from './roles';
import type { SeriesAction } from './series-vocabulary';
import type { RunAction } from './vocabulary';

/*
 * Whoever reaches Temporal's namespace can start a run and send it updates. What Absage itself has sent carries a seal: an
 * authenticated digest that only the holders of the seal key can make. Names, memo and update ids prove nothing.
 */

/** The type of the failure of an update that would have needed a seal. */
export const NOT_PROVEN = 'NotProven';

/** The type of the failure of an update that nobody may ask for, or that comes too late; its message says which. */
export const NOT_POSSIBLE = 'ActionNotPossible';

/** The proof that a request came through Absage, and for whom. It holds no secret. */
export interface Seal {
  /** Which key of the ring made it. */
  key: string;
  /** Who asked, as the log-in has proven it: compared, never shown. */
  actorId: string;
  role: Role;
  /** In base64url. */
  mac: string;
}

/** The person or program on whose behalf a request is sealed. */
export type SealedFor = Pick<Seal, 'actorId' | 'role'>;

/** An update as it was sent. What it says beside actor and reason is its action's own. */
export interface AskedUpdate {
  updateId: string;
  request: { actor: string; reason: string; seal?: unknown };
}

/** The start of a run, as a seal vouches for it. */
export function sealedStart<I extends { seal?: Seal }>(workflowId: string, { seal: _seal, ...input }: I) {
  return { start: workflowId, input };
}

/** An update, as a seal vouches for it: of this case and with this id, and so once. */
export function sealedUpdate(
  workflowId: string,
  caseId: string,
  action: RunAction | SeriesAction,
  { updateId, request: { seal: _seal, ...request } }: AskedUpdate,
) {
  return { update: action, workflowId, caseId, updateId, request };
}

/** Anything may stand where a seal is expected. */
export function isSeal(value: unknown): value is Seal {
  const { key, actorId, role, mac } = (value ?? {}) as Partial<Record<keyof Seal, unknown>>;
  return [key, actorId, role, mac].every((member) => typeof member === 'string');
}
