import { ApplicationFailure } from '@temporalio/common';
import type { FailureFacts } from '../../src/domain/failures';
import { composePartnerNotice } from '../../src/mail/partner-notice-text';
import { ActivityStage, anEnvironment, type CaseActivity, type StagedCase } from '../support/activity-stage';

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

/** One attempt, and what it says when it fails. */
async function failureOf(aCase: StagedCase, name: CaseActivity) {
  const error: unknown = await aCase.attempt(name).catch((failure: unknown) => failure);
  if (!(error instanceof ApplicationFailure)) throw new Error(`${name} succeeded: ${JSON.stringify(error)}`);
  const [facts] = error.details as [FailureFacts];
  return { code: error.type, isAtOnce: error.nonRetryable, found: facts.found.join(' ') };
}

/** One look at the event, right before the mail. */
const look = (aCase: StagedCase, told?: string) =>
  anEnvironment(aCase.ref).run(aCase.worker.lookAtEvent, {
    ref: aCase.ref,
    actor: aCase.input.orderedBy,
    head: null,
    ...(told !== undefined && { told }),
  });

async function looks(aCase: StagedCase) {
  const entries = await aCase.entries();
  return entries.filter(({ operation }) => operation === 'read-event').map(({ outcome }) => outcome);
}

const STATUSES = ['Abschluss', 'Bereitstellung', 'Verkaufsfreigabe', 'Gesperrt', 'deleted'] as const;
const MOMENTS = ['setStatusStorno', 'verifyChannel', 'grantExtendedRight'] as const satisfies CaseActivity[];

/** F1: after our Storno nobody looked at Jet's status again. */
describe.each(STATUSES)('the status %s after our Storno', (status) => {
  const change = (aCase: StagedCase) => (status === 'deleted' ? aCase.delete() : aCase.edit({ status }));
  const named = status === 'deleted' ? 'gibt es in Jet nicht mehr' : `„${status}“`;

  it.each(MOMENTS)('is told at once when it is read by %s, and nothing more is done', async (moment) => {
    const aCase = await stage.prepare();
    await aCase.runUpTo(moment === 'setStatusStorno' ? 'verifyChannel' : moment);
    const counts = await aCase.writeCounts();
    await change(aCase);
    const failure = await failureOf(aCase, moment);
    expect(failure).toMatchObject({ code: 'status-changed-after-storno', isAtOnce: true });
    expect(failure.found).toContain(named);
    expect(await aCase.writeCounts()).toEqual(counts);
    expect(stage.mail.conversations).toEqual([]);
    expect((await looks(aCase)).at(-1)).toBe(status === 'deleted' ? 'gone' : 'not-storno');
  });

  it('is told once, and then looked at quietly, until it is another one', async () => {
    const aCase = await (await stage.prepare()).runThrough('grantExtendedRight');
    await change(aCase);
    const told = status === 'deleted' ? 'deleted' : `status/${status}`;
    const known = (situation: string) => look(aCase, situation).catch((error: unknown) => error);
    expect(await known(told)).toMatchObject({ nonRetryable: false });
    expect(await known('status/Storniert')).toMatchObject({ nonRetryable: true });
    const lines = await looks(aCase);
    await known(told);
    expect(await looks(aCase)).toEqual(lines);
  });
});

describe('a status that is set back to Storno', () => {
  async function setBack() {
    const aCase = await (await stage.prepare()).runThrough('verifyChannel');
    await aCase.edit({ status: 'Abschluss' });
    await aCase.stopOf('grantExtendedRight');
    await aCase.edit({ status: 'Storno' });
    return aCase;
  }

  it('makes the wait and the proof begin anew, and the case goes on', async () => {
    const aCase = await setBack();
    const { savedAt } = await aCase.event();
    const again = await aCase.perform('grantExtendedRight');
    expect(again).toMatchObject({ kind: 'storno-again', savedAt });
    // As the workflow does: it waits for the rest of the interval, and looks again.
    while ('kind' in (await aCase.perform('verifyChannel')));
    const proofs = (await aCase.entries()).filter(({ outcome }) => outcome === 'verified');
    expect(proofs).toHaveLength(2);
    for (const { after } of proofs.slice(1))
      expect(Date.parse(Object(after).transferredAt as string)).toBeGreaterThanOrEqual(Date.parse(savedAt));
    await aCase.perform('grantExtendedRight');
    await aCase.perform('sendPartnerNotice');
    expect(stage.mail.conversations).toHaveLength(1);
    expect(await looks(aCase)).toEqual(['storno', 'not-storno', 'storno-again', 'storno', 'storno']);
  });

  it('is known as set back also by an attempt that comes after a crash', async () => {
    const aCase = await setBack();
    await aCase.attempt('grantExtendedRight');
    expect(await aCase.attempt('grantExtendedRight')).toMatchObject({ kind: 'storno-again' });
    expect((await looks(aCase)).filter((outcome) => outcome === 'storno-again')).toHaveLength(1);
  });
});

// It used to say of a mail in doubt what is said of none.
it('a status that was changed after a mail in doubt is told with the mail, also where that was waived', async () => {
  const aCase = await stage.prepare();
  await aCase.runUpTo('sendPartnerNotice');
  stage.mail.script.push(['in-doubt', 'in-doubt']);
  expect(await aCase.stopOf('sendPartnerNotice')).toBe('mail-in-doubt');
  await aCase.edit({ status: 'Abschluss' });
  const told = 'Die E-Mail vom Storno kann Ö-Ticket erreicht haben: bitte auch dort anrufen.';
  const failure = { details: [expect.objectContaining({ found: [expect.any(String), told] })] };
  await expect(look(aCase)).rejects.toMatchObject(failure);
  await aCase.record({ action: 'waive-step', step: 'notify-partner' });
  await expect(look(aCase)).rejects.toMatchObject(failure);
});

it('an event that was Storno before the case is not marked when it is no longer Storno', async () => {
  const aCase = await stage.prepare({ event: { status: 'Storno' } });
  await aCase.perform('checkEvent');
  await aCase.edit({ status: 'Verkaufsfreigabe' });
  expect(await failureOf(aCase, 'markTitles')).toMatchObject({ code: 'status-changed-after-storno' });
  expect(await aCase.writes()).toEqual([]);
});

/** F17: the mail had the place and the date of the order, whatever stood in Jet when it was sent. */
describe('a performance that was moved after the Storno', () => {
  const MOVED = { venue: 'Studiobühne', location: 'Krems', organiser: 'Andere Bühnen GmbH' };

  it.each(['setStatusStorno', 'verifyChannel'] as const)(
    'is named in the mail as it was read last, when it was moved after %s',
    async (moment) => {
      const aCase = await (await stage.prepare()).runThrough(moment);
      const startsAt = new Date(Date.now() + 90 * 24 * 3_600_000).toISOString();
      await aCase.edit({ ...MOVED, startsAt });
      const facts: unknown[] = [];
      const mail = Object.assign(Object.create(stage.mail) as typeof stage.mail, {
        composePartnerNotice: (...given: Parameters<typeof stage.mail.composePartnerNotice>) => {
          facts.push(given[1]);
          return composePartnerNotice(...given, { isRehearsal: true });
        },
      });
      aCase.worker = stage.worker({ mail });
      await aCase.untilTransferred();
      for (const name of ['verifyChannel', 'grantExtendedRight', 'sendPartnerNotice'] as const)
        await aCase.perform(name);
      expect(facts).toEqual([expect.objectContaining(MOVED)]);
      expect(Date.parse(Object(facts[0]).startsAt as string)).toBe(Date.parse(startsAt));
    },
  );

  it('has a right that covers its new date', async () => {
    const aCase = await (await stage.prepare()).runThrough('verifyChannel');
    const { validUntil: planned } = Object((await aCase.entries())[0]?.after).right as { validUntil: string };
    await aCase.edit({ startsAt: new Date(Date.now() + 90 * 24 * 3_600_000).toISOString() });
    const granted = await aCase.perform('grantExtendedRight');
    expect(Object(granted).validUntil > planned).toBe(true);
  });
});

/** F18: where Ö-Ticket drops the event, the only way on was to say what is not true. */
describe('what Connect Online shows instead of the Storno', () => {
  async function shown(prepare: (aCase: StagedCase) => Promise<unknown>) {
    const aCase = await stage.prepare();
    // So that nothing is transferred before the test has prepared what is shown.
    await stage.simulator.control('PUT', '/sync', { paused: true });
    await aCase.runThrough('setStatusStorno');
    await prepare(aCase);
    return failureOf(aCase, 'verifyChannel');
  }

  it('is told letter by letter', async () => {
    const { code, found } = await shown(async ({ eventNumber }) => {
      await stage.simulator.control('PUT', '/sync', { paused: false, reportStatus: 'Storno\u00a0' });
      const row = () => stage.simulator.jet().readChannelInfo(eventNumber);
      while ((await row())?.status !== 'Storno\u00a0');
    });
    await stage.simulator.control('PUT', '/sync', {});
    expect(code).toBe('channel-not-showing-storno');
    expect(found).toContain('In Connect Online steht „Storno[U+00A0]“');
  });

  it('is told as not sold there any more', async () => {
    const { found } = await shown((aCase) => aCase.edit({ soldViaPartner: false }));
    expect(found).toContain('wird die Veranstaltung nicht mehr über Ö-Ticket verkauft');
  });

  it('is told as no row at all', async () => {
    const { found } = await shown((aCase) => {
      const jet = Object.assign(
        Object.create(stage.simulator.jet()) as ReturnType<typeof stage.simulator.jet>,
        {
          readChannelInfo: () => Promise.resolve(null),
        },
      );
      aCase.worker = stage.worker({ jet });
      return Promise.resolve();
    });
    expect(found).toContain('keine Zeile');
  });

  it('can be vouched for by a person, and the mail does not say that it was seen', async () => {
    const aCase = await (await stage.prepare()).runThrough('setStatusStorno');
    const jet = Object.assign(
      Object.create(stage.simulator.jet()) as ReturnType<typeof stage.simulator.jet>,
      {
        readChannelInfo: () => Promise.resolve(null),
      },
    );
    const texts: string[] = [];
    const mail = Object.assign(Object.create(stage.mail) as typeof stage.mail, {
      composePartnerNotice: (...given: Parameters<typeof stage.mail.composePartnerNotice>) => {
        const message = composePartnerNotice(...given, { isRehearsal: true });
        texts.push(message.text);
        return message;
      },
    });
    aCase.worker = stage.worker({ jet, mail });
    await aCase.record({ step: 'verify-channel', action: 'decide', choice: 'adopt' });
    for (const name of ['verifyChannel', 'grantExtendedRight', 'sendPartnerNotice'] as const)
      await aCase.perform(name);
    expect((await aCase.entries()).filter(({ outcome }) => outcome === 'adopted')).toHaveLength(1);
    expect(texts.join()).toContain('nicht als Storno gesehen');
  });
});
