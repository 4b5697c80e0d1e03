import type { CancellationInput } from '../../src/domain/case';
import { sealedStart, sealedUpdate, type AskedUpdate } from '../../src/domain/seal';
import { HOUSE_ROLES, ROLES, suffices, type Role } from '../../src/domain/roles';
import { ACTION_ROWS, RUN_ACTIONS, type RunAction } from '../../src/domain/vocabulary';
import type { Trust, TrustSettings } from '../../src/trust/trust';
import { anInput } from '../support/examples';
import { aTrust, BY, notesInMemory, seal } from '../support/trust';

const WORKFLOW_ID = 'cancel-performance/FSP/104305';
const CASE_ID = anInput().caseId;
const START = Date.parse('2026-11-29T18:00:00.000Z');
const run = (runId: string) => ({ workflowId: WORKFLOW_ID, runId });

/** Runs named `first`, `reset-of-first`, … belong to one chain. */
const trustIn = (isProduction: boolean, changes: Partial<TrustSettings> = {}) =>
  aTrust({
    isProduction,
    chainOf: ({ runId }) =>
      Promise.resolve({
        firstRunId: runId.replace('reset-of-', ''),
        startedAt: new Date(START).toISOString(),
      }),
    ...changes,
  });

const sealed = (input: CancellationInput = anInput(), role: Role = BY.role) => ({
  ...input,
  seal: seal(sealedStart(WORKFLOW_ID, input), { ...BY, role }),
});

describe('a start', () => {
  it.each([true, false])(
    'is trusted from those only who may order (production: %p)',
    async (isProduction) => {
      const proofs = ROLES.map(async (role) => {
        const { isTrusted } = await trustIn(isProduction).proveStart(run('first'), sealed(anInput(), role));
        return [role, isTrusted];
      });
      expect(Object.fromEntries(await Promise.all(proofs))).toEqual({
        ...{ viewer: false, clerk: true, lead: true, admin: false },
      });
    },
  );

  it.each([true, false])('with a seal is believed (production: %s)', async (isProduction) => {
    const proof = await trustIn(isProduction).proveStart(run('first'), sealed());
    expect(proof).toEqual({ isProven: true, actorId: BY.actorId, isTrusted: true });
  });

  it('without one is marked in a rehearsal, and refused in production', async () => {
    expect(await trustIn(false).proveStart(run('first'), anInput())).toEqual({
      isProven: false,
      actorId: null,
      isTrusted: true,
    });
    expect(await trustIn(true).proveStart(run('first'), anInput())).toEqual({
      isProven: false,
      actorId: null,
      isTrusted: false,
    });
  });

  it('with the seal of another order proves nothing', async () => {
    const changed = { ...sealed(), order: { ...anInput().order, reason: 'Etwas anderes' } };
    expect(await trustIn(true).proveStart(run('first'), changed)).toMatchObject({ isTrusted: false });
  });

  it('whose seal was copied out of another run proves nothing, and a reset of that run does', async () => {
    const trust = trustIn(true);
    const input = sealed();
    await trust.proveStart(run('first'), input);
    expect(await trust.proveStart(run('reset-of-first'), input)).toMatchObject({
      actorId: BY.actorId,
      isTrusted: true,
    });
    expect(await trust.proveStart(run('second'), input)).toEqual({
      isProven: false,
      actorId: null,
      isTrusted: false,
    });
  });

  it('of before there were seals keeps its actor, whose identity nobody has proven', async () => {
    const notes = notesInMemory(new Date(START + 1).toISOString());
    const proof = await trustIn(true, { notes }).proveStart(run('first'), anInput());
    expect(proof).toEqual({ isProven: true, actorId: null, isTrusted: true });
  });

  it('right after that needs one', async () => {
    const notes = notesInMemory(new Date(START).toISOString());
    expect(await trustIn(true, { notes }).proveStart(run('first'), anInput())).toMatchObject({
      isTrusted: false,
    });
  });
});

describe('a step of a case', () => {
  const mayAct = async (trust: Trust, runId: string) => trust.mayActFor(CASE_ID, run(runId));

  it('is done in a run that the journal names, and in a reset of it', async () => {
    const trust = trustIn(true);
    await trust.proveStart(run('first'), sealed());
    expect([await mayAct(trust, 'first'), await mayAct(trust, 'reset-of-first')]).toEqual([true, true]);
    expect(await trust.mayActFor('another-case', run('first'))).toBe(false);
  });

  it('is not done in another one, and in a rehearsal it is', async () => {
    const inputOf = () => Promise.resolve(sealed());
    const trust = trustIn(true, { inputOf });
    await trust.proveStart(run('first'), sealed());
    expect(await mayAct(trust, 'second')).toBe(false);
    expect(await mayAct(trustIn(true), 'second')).toBe(false);
    expect(await mayAct(trustIn(false), 'second')).toBe(true);
  });

  it('is done in a run of before there were seals', async () => {
    const notes = notesInMemory(new Date(START + 1).toISOString());
    expect(await mayAct(trustIn(true, { notes }), 'first')).toBe(true);
  });

  it('is done before the check has named its run, if that was sealed for this case', async () => {
    const trust = trustIn(true, { inputOf: () => Promise.resolve(sealed()) });
    expect(await trust.mayActFor('another-case', run('first'))).toBe(false);
    expect(await mayAct(trust, 'first')).toBe(true);
    expect(await mayAct(trust, 'second')).toBe(false);
  });

  it('asks Temporal once for each run', async () => {
    const chainOf = jest.fn(({ runId }: { runId: string }) =>
      Promise.resolve({ firstRunId: runId, startedAt: new Date(START).toISOString() }),
    );
    const trust = trustIn(true, { chainOf });
    await trust.proveStart(run('first'), sealed());
    chainOf.mockClear();
    for (let step = 0; step < 5; step += 1) await mayAct(trust, 'first');
    expect(chainOf).toHaveBeenCalledTimes(1);
  });
});

describe('an action', () => {
  const asked = (
    action: RunAction,
    changes: Partial<AskedUpdate['request']> = {},
    role: Role = BY.role,
  ): AskedUpdate => {
    const request = { actor: 'Eva Muster', reason: 'Telefonisch besprochen' };
    const content = sealedUpdate(WORKFLOW_ID, CASE_ID, action, { updateId: 'api/1', request });
    return { updateId: 'api/1', request: { ...request, seal: seal(content, { ...BY, role }), ...changes } };
  };
  const prove = (isProduction: boolean, action: RunAction, request: AskedUpdate, caseId = CASE_ID) =>
    trustIn(isProduction).proveUpdate(run('first'), caseId, action, request);

  it.each(RUN_ACTIONS)('%s with a seal is that of whom it names', (action) => {
    expect(prove(true, action, asked(action))).toEqual({ actor: 'Eva Muster', actorId: BY.actorId });
  });

  it.each(RUN_ACTIONS)('%s is taken from no role that does not suffice, in a rehearsal neither', (action) => {
    for (const isProduction of [true, false]) {
      const taken = ROLES.filter((role) => prove(isProduction, action, asked(action, {}, role)) !== null);
      expect(taken).toEqual(HOUSE_ROLES.filter((role) => suffices(role, ACTION_ROWS[action].role)));
    }
  });

  it('is not that of a role that its seal was not made for', () => {
    const { request, updateId } = asked('close-by-hand', {}, 'viewer');
    const raised = { updateId, request: { ...request, seal: { ...(request.seal as object), role: 'lead' } } };
    expect(prove(true, 'close-by-hand', raised)).toBeNull();
  });

  it.each(RUN_ACTIONS)('%s without one is marked in a rehearsal, whatever its id says', (action) => {
    expect(prove(false, action, asked(action, { seal: undefined }))).toEqual({
      actor: 'web-ui:Eva Muster',
      actorId: 'web-ui:Eva Muster',
    });
  });

  it('without one is taken in production only where it can do no harm', () => {
    const taken = RUN_ACTIONS.filter(
      (action) => prove(true, action, asked(action, { seal: undefined })) !== null,
    );
    expect(taken).toEqual(['abort', 'retry']);
  });

  it.each<[string, AskedUpdate, string]>([
    ['another name', asked('skip-wait', { actor: 'Die Direktion' }), CASE_ID],
    ['another reason', asked('skip-wait', { reason: 'Ein anderer Grund' }), CASE_ID],
    ['another action', asked('close-by-hand'), CASE_ID],
    ['another update', { ...asked('skip-wait'), updateId: 'api/2' }, CASE_ID],
    ['another case', asked('skip-wait'), 'another-case'],
  ])('with the seal of %s is not proven', (_what, request, caseId) => {
    expect(prove(true, 'skip-wait', request, caseId)).toBeNull();
  });
});
