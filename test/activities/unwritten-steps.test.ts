import type { StepInput } from '../../src/activities/activity';
import type { CaseEnd } from '../../src/domain/vocabulary';
import { ActivityStage, anEnvironment, PROCEDURE, type StagedCase } from '../support/activity-stage';

/*
 * Whoever reaches Temporal can tell a run that a step is done (`temporal activity complete`), with a result of the right
 * shape. What comes after it goes by the journal, and begins nothing that rests on the run's word alone.
 */

let stage: ActivityStage;
beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

const inputOf = (aCase: StagedCase, more: object = {}): StepInput & object => ({
  ref: aCase.ref,
  actor: 'Die Direktion',
  head: aCase.head,
  ...more,
});

/** Carries out an activity with an input of the test's own, and resolves to its result or the code of its failure. */
async function ask(
  aCase: StagedCase,
  name: 'lookAtEvent' | 'closeCase' | 'openTask' | 'sendPartnerNotice',
  more: object = {},
): Promise<unknown> {
  const work = aCase.worker[name] as (input: unknown) => Promise<unknown>;
  const input = inputOf(aCase, more);
  return anEnvironment(aCase.ref)
    .run(work, input)
    .catch((error: { type?: string; details?: { situation?: string }[] }) => [
      error.type,
      error.details?.[0]?.situation ?? null,
    ]);
}

const NOT_WRITTEN = ['journal-behind', 'not-written'];

async function unchanged(aCase: StagedCase, work: () => Promise<unknown>): Promise<void> {
  const before = [await aCase.entries(), await aCase.writes(), stage.mail.sent.length];
  await work();
  expect([await aCase.entries(), await aCase.writes(), stage.mail.sent.length]).toEqual(before);
}

test.each(['checkEvent', 'markTitles', 'setStatusStorno'] as const)(
  'no right is granted when %s was the last step that was done',
  async (last) => {
    const aCase = await stage.prepare();
    if (last === 'setStatusStorno') await aCase.runThrough(last);
    else await aCase.runThrough(last);
    await unchanged(aCase, async () =>
      expect(await aCase.failureOf('grantExtendedRight')).toBe('journal-behind'),
    );
  },
);

test('an event that is not Storno is not noted as seen so', async () => {
  const aCase = await (await stage.prepare()).runThrough('markTitles');
  await unchanged(aCase, async () => expect(await ask(aCase, 'lookAtEvent')).toEqual(NOT_WRITTEN));
});

test.each(PROCEDURE.slice(0, -1).map((last, index) => [last, PROCEDURE.length - 2 - index] as const))(
  'a case whose last step was %s has completed only if none is missing',
  async (last, missing) => {
    const aCase = await stage.prepare();
    await aCase.runThrough(last === 'setStatusStorno' ? 'setStatusStorno' : last);
    if (missing === 0) {
      await ask(aCase, 'closeCase', { end: 'completed' });
      expect((await aCase.entries()).map(({ operation }) => operation)).toContain('close');
      return;
    }
    await unchanged(aCase, async () =>
      expect(await ask(aCase, 'closeCase', { end: 'completed' })).toEqual(NOT_WRITTEN),
    );
  },
);

test.each<CaseEnd>(['aborted', 'closed-by-hand', 'refused'])(
  'a case that nobody has ended so is not %s',
  async (end) => {
    const aCase = await (await stage.prepare()).runThrough('markTitles');
    await unchanged(aCase, async () => expect(await ask(aCase, 'closeCase', { end })).toEqual(NOT_WRITTEN));
  },
);

test('a case whose titles still carry the marker is not aborted', async () => {
  const aCase = await (await stage.prepare()).runThrough('markTitles');
  await aCase.perform('claimAbort');
  await unchanged(aCase, async () =>
    expect(await ask(aCase, 'closeCase', { end: 'aborted' })).toEqual(NOT_WRITTEN),
  );
  await aCase.perform('restoreTitles');
  await ask(aCase, 'closeCase', { end: 'aborted' });
  expect((await aCase.entries()).at(-1)).toMatchObject({ operation: 'alert-house' });
});

test('titles are not restored while nobody has aborted', async () => {
  const aCase = await (await stage.prepare()).runThrough('markTitles');
  await unchanged(aCase, async () => expect(await aCase.failureOf('restoreTitles')).toBe('journal-behind'));
});

test('a mail does not go by a look that no line tells of', async () => {
  const aCase = await (await stage.prepare()).runThrough('grantExtendedRight');
  const anHourLater = Date.now() + 3_600_000;
  const clock = jest.spyOn(Date, 'now').mockReturnValue(anHourLater);
  const environment = anEnvironment(aCase.ref, undefined, {
    currentAttemptScheduledTimestampMs: anHourLater,
  });
  await unchanged(aCase, async () => {
    const sending = environment.run(
      aCase.worker.sendPartnerNotice,
      inputOf(aCase, { lookedAtMs: anHourLater }) as never,
    );
    await expect(sending).rejects.toMatchObject({ details: [{ isLookNeeded: true }] });
  });
  clock.mockRestore();
});

test('the lines name whom the opening names, whatever name the run was told', async () => {
  const aCase = await (await stage.prepare()).runThrough('checkEvent');
  const [{ actor, actorId } = { actor: '', actorId: '' }] = await aCase.entries();
  const { markTitles } = aCase.worker;
  await anEnvironment(aCase.ref).run(markTitles, inputOf(aCase, { actorId: 'oidc:somebody' }) as never);
  const named = (await aCase.entries()).map((line) => [line.actor, line.actorId]);
  expect(named.length).toBeGreaterThan(2);
  expect(named).toEqual(named.map(() => [actor, actorId]));
});

test('a house with a gateway is given no task', async () => {
  const aCase = await (await stage.prepare()).runThrough('checkEvent');
  await unchanged(aCase, async () =>
    expect(await ask(aCase, 'openTask', { task: 'mark-titles' })).toEqual(NOT_WRITTEN),
  );
});
