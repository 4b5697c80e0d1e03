import { randomUUID } from 'node:crypto';
import type { CheckResult } from '../../src/activities/check';
import { whoMay } from '../../src/domain/rights';
import type { Role } from '../../src/domain/roles';
import { NOT_POSSIBLE, sealedStart, sealedUpdate } from '../../src/domain/seal';
import type { RunAction } from '../../src/domain/vocabulary';
import { ActivityStage, anEnvironment, type StagedCase } from '../support/activity-stage';
import { aTrust, BY, notesInMemory, seal } from '../support/trust';

let stage: ActivityStage;
beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

const identities = async (aCase: StagedCase) => (await aCase.entries()).map(({ actorId }) => actorId);

/** The start of the case as the API seals it, for whoever resumes it if anybody does. */
function sealed({ input, ref }: StagedCase, resumption?: { actor: string; reason: string; id: string }) {
  const start = { ...input, ...(resumption && { resumption }) };
  const { workflowId } = anEnvironment(ref).context.info.workflowExecution!;
  return { ...start, seal: seal(sealedStart(workflowId, start), BY) };
}

function check(aCase: StagedCase, input: object, trust = aTrust()): Promise<CheckResult> {
  const { checkEvent } = stage.worker({ trust });
  return anEnvironment(aCase.ref).run(checkEvent, { input, head: null } as Parameters<typeof checkEvent>[0]);
}

it('of a case is the one that its seal has proven, and the run gets to know it', async () => {
  const aCase = await stage.prepare();
  expect(await check(aCase, sealed(aCase))).toMatchObject({
    actor: aCase.input.orderedBy,
    actorId: BY.actorId,
  });
  expect(await identities(aCase)).toEqual([BY.actorId]);
});

it('of a case that was begun before there were seals is not known', async () => {
  const aCase = await stage.prepare();
  const trust = aTrust({ notes: notesInMemory(new Date(Date.now() + 60_000).toISOString()) });
  expect(await check(aCase, aCase.input, trust)).toMatchObject({ actorId: null });
  expect(await identities(aCase)).toEqual([null]);
});

it('is that of the opening, also for a run that does not pass it on', async () => {
  const aCase = await stage.prepare();
  await aCase.runThrough('markTitles');
  expect(await identities(aCase)).toEqual([BY.actorId, BY.actorId, BY.actorId]);
});

it('of somebody who resumes is theirs alone, and not that of the orderer', async () => {
  const aCase = await stage.prepare();
  const resumption = { actor: 'Karl Gruber', reason: 'Weiter', id: randomUUID() };
  expect(await check(aCase, sealed(aCase, resumption))).toMatchObject({
    actor: aCase.input.orderedBy,
    actorId: null,
  });
  const lines = await aCase.entries();
  expect(lines.map(({ actor, actorId }) => [actor, actorId])).toEqual([
    [aCase.input.orderedBy, null],
    ['Karl Gruber', BY.actorId],
  ]);
  expect(await check(aCase, sealed(aCase, resumption))).toMatchObject({ actorId: null });
  expect(await aCase.entries()).toEqual(lines);
});

it('of somebody who resumes a case that was not opened yet stands in its second line, which the run knows', async () => {
  const aCase = await stage.prepare();
  const resumption = { actor: 'Karl Gruber', reason: 'Der erste Versuch kam nicht an.', id: randomUUID() };
  const { head } = await check(aCase, sealed(aCase, resumption));
  const [opening, resumed, ...others] = await aCase.entries();
  expect(others).toEqual([]);
  expect([opening?.kind, resumed]).toMatchObject([
    'opening',
    {
      operation: 'resume',
      effectKey: `resume/${resumption.id}`,
      actor: 'Karl Gruber',
      actorId: BY.actorId,
      after: { reason: 'Der erste Versuch kam nicht an.' },
    },
  ]);
  expect(head).toEqual({ seq: 2, hash: resumed?.hash });
});

it('of the end is whoever aborted a case that nobody has opened, and not whom its run names', async () => {
  const aCase = await stage.prepare();
  const { claimAbort, closeCase } = stage.worker({ trust: aTrust() });
  const run = anEnvironment(aCase.ref);
  const stated = { ref: aCase.ref, actor: 'Die Direktion', actorId: null, head: null };
  const asked = { updateId: 'api/forged', request: { actor: 'Somebody', reason: 'Irrtum' } };
  await run.run(claimAbort, { ...stated, actor: 'Somebody', reason: 'Irrtum', asked });
  await run.run(closeCase, { ...stated, end: 'aborted' as const });
  expect((await aCase.entries()).map(({ actor, actorId, operation }) => [operation, actor, actorId])).toEqual(
    [
      ['abort', 'web-ui:Somebody', 'web-ui:Somebody'],
      ['close', 'web-ui:Somebody', 'web-ui:Somebody'],
    ],
  );
});

it('of an action is nobody whose proven role does not suffice: nothing is written', async () => {
  const aCase = await stage.prepare();
  await check(aCase, sealed(aCase));
  const before = await aCase.entries();
  const { claimAbort, recordAction } = stage.worker({ trust: aTrust() });
  const run = anEnvironment(aCase.ref);
  const { workflowId } = run.context.info.workflowExecution!;
  const stated = { ref: aCase.ref, actor: 'Eva Einsicht', actorId: null, head: null, reason: 'Irrtum' };
  const askedFor = (action: RunAction, role: Role) => {
    const request = { actor: 'Eva Einsicht', reason: 'Irrtum' };
    const content = sealedUpdate(workflowId, aCase.ref.caseId, action, { updateId: 'api/1', request });
    return { updateId: 'api/1', request: { ...request, seal: seal(content, { ...BY, role }) } };
  };
  const abort = run.run(claimAbort, { ...stated, asked: askedFor('abort', 'viewer') });
  await expect(abort).rejects.toMatchObject({ message: whoMay('abort'), type: NOT_POSSIBLE });
  const close = {
    ...stated,
    action: 'close-by-hand',
    step: 'mark-titles',
    effectKey: 'close-by-hand',
  } as const;
  const closing = run.run(recordAction, { ...close, asked: askedFor('close-by-hand', 'clerk') });
  await expect(closing).rejects.toMatchObject({ message: whoMay('close-by-hand'), type: NOT_POSSIBLE });
  expect(await aCase.entries()).toEqual(before);
  await run.run(recordAction, { ...close, asked: askedFor('close-by-hand', 'lead') });
  expect((await aCase.entries()).at(-1)).toMatchObject({ operation: 'close-by-hand', actorId: BY.actorId });
});

it('of somebody whom nobody has checked is what they have stated', async () => {
  const aCase = await stage.prepare();
  const stated = `web-ui:${aCase.input.orderedBy}`;
  expect(await check(aCase, aCase.input)).toMatchObject({ actor: stated, actorId: stated });
});
