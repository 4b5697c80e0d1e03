import { createSecretKey, randomUUID } from 'node:crypto';
import type { MakeSeal } from '../../src/client';
import type { SealedFor } from '../../src/domain/seal';
import type { NamedRun, RunNotes } from '../../src/journal/port';
import { makeSeal } from '../../src/trust/seals';
import { createTrust, type Trust, type TrustSettings } from '../../src/trust/trust';

/** The ring that the API and the workers of a test share. */
export const RING = ringOf('test', 'a secret of the tests, 32 bytes.');

export const BY: SealedFor = { actorId: 'token:test', role: 'lead' };

export const seal: MakeSeal = (request, by) => makeSeal(RING, request, by);

export function ringOf(id: string, secret: string = randomUUID()) {
  const key = createSecretKey(Buffer.from(secret));
  return { current: { id, key }, find: (wanted: string) => (wanted === id ? key : undefined) };
}

/** Believes what every request states, for tests that are about something else. */
export const CREDULOUS: Trust = {
  proveStart: () => Promise.resolve({ isProven: true, actorId: BY.actorId, isTrusted: true }),
  mayActFor: () => Promise.resolve(true),
  proveUpdate: (_run, _caseId, _action, { request }) => ({ actor: request.actor, actorId: BY.actorId }),
};

/** Judges as a rehearsal does, with notes in memory. Every run is the first of its chain, and was started just now. */
export function aTrust(changes: Partial<TrustSettings> = {}): Trust {
  return createTrust({
    ring: RING,
    notes: notesInMemory(),
    isProduction: false,
    chainOf: ({ runId }) => Promise.resolve({ firstRunId: runId, startedAt: new Date().toISOString() }),
    inputOf: () => Promise.resolve(null),
    ...changes,
  });
}

export function notesInMemory(sealedSince = '1970-01-01T00:00:00.000Z'): RunNotes {
  const named: NamedRun[] = [];
  return {
    nameRun: (run) => {
      const first = named.find(({ seal: known }) => known === run.seal);
      if (!first) named.push(run);
      return Promise.resolve((first ?? run).firstRunId === run.firstRunId);
    },
    namedRuns(caseIds) {
      const runsOf = (caseId: string) => named.filter((run) => run.caseId === caseId);
      const known = caseIds.filter((caseId) => runsOf(caseId).length > 0);
      return Promise.resolve(
        new Map(known.map((caseId) => [caseId, runsOf(caseId).map(({ firstRunId }) => firstRunId)])),
      );
    },
    sealedSince: () => Promise.resolve(sealedSince),
  };
}
