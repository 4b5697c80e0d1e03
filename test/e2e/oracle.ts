import type { UpProcess } from '../support/up-process';
import { REASON, type Shown, type StagedCase } from './staged-case';

/**
 * Judges by what Jet, Ö-Ticket and the mail server saw: each effect once, in order, a whole interval between marker and
 * Storno, and nothing else touched.
 */
export async function expectCancelledOnce(
  staged: StagedCase,
  before: Shown,
  syncIntervalMs: number,
): Promise<void> {
  const [save, storno, ...others] = await staged.writes();
  expect([save, storno, ...others].map((write) => write?.operation)).toEqual([
    'save-announcement',
    'set-storno',
    'grant-right',
  ]);
  expect(['title', 'customerTitle', 'externalMemo']).toEqual(
    expect.arrayContaining(Object.keys(save?.after ?? { missing: true })),
  );
  expect(storno).toMatchObject({ before: { status: 'Verkaufsfreigabe' }, after: { status: 'Storno' } });
  expect(Object.keys(storno?.after ?? {})).toEqual(['status']);
  expect(Date.parse(storno?.at ?? '') - Date.parse(save?.at ?? '')).toBeGreaterThanOrEqual(syncIntervalMs);

  const { title, customerTitle, externalMemo, ...rest } = await staged.event();
  const { title: _t, customerTitle: _c, externalMemo: oldMemo, ...restBefore } = before;
  expect(rest).toEqual({ ...restBefore, status: 'Storno' });
  expect(title).toMatch(/ – ENTFÄLLT$/);
  expect(customerTitle ?? ' – ENTFÄLLT').toMatch(/ – ENTFÄLLT$/);
  expect(externalMemo).toBe(oldMemo === null ? REASON : `${REASON}\n\n${oldMemo}`);

  expect(await staged.serviceMails()).toEqual([
    { eventNumber: staged.eventNumber, at: expect.any(String) as string, title, externalMemo },
  ]);
  expect(await staged.notices()).toHaveLength(1);
  expect(await staged.journal()).toMatchObject({ verified: true });
}

/** When the check fails, prints the last output of `absage up` and its parts. */
export function withEvidence(
  up: () => Pick<UpProcess, 'evidence'>,
  check: () => Promise<void>,
): () => Promise<void> {
  return async () => {
    try {
      await check();
    } catch (error) {
      process.stderr.write(`${up().evidence()}\n`);
      throw error;
    }
  };
}
