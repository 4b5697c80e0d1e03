import { composeHouseNotice } from '../../src/mail/house-notice-text';
import type { HouseNoticeFacts } from '../../src/mail/port';
import { aHouse } from '../support/examples';

const CASE = '7d2f7c1e-52f2-4a2a-9f3e-0d6c1c9b0a11';
const LINK = `https://absage.example/absagen/FSP/104233/${CASE}`;

function compose(
  changes: Partial<HouseNoticeFacts> = {},
  options: { isRehearsal?: boolean; publicUrl?: string } = { publicUrl: 'https://absage.example' },
) {
  const facts: HouseNoticeFacts = {
    kind: 'attention',
    noticeId: 'attention.1',
    house: 'FSP',
    eventNumber: '104233',
    caseId: CASE,
    title: 'Der Besuch der alten Dame',
    startsAt: '2027-01-05T19:30:00.000+01:00',
    venue: 'Großes Haus',
    text: 'Jet antwortet nicht.',
    actions: ['Noch einmal versuchen'],
    ...changes,
  };
  return composeHouseNotice(aHouse(), facts, { isRehearsal: false, ...options });
}

it('is marked as a mail by a program, so that absence notes do not answer it', () => {
  expect(compose().isAutomatic).toBe(true);
});

it.each([
  ['ordered', 'Absage begonnen'],
  ['attention', 'Absage braucht Sie'],
  ['all-clear', 'Absage läuft wieder'],
  ['completed', 'Absage abgeschlossen'],
  ['aborted', 'Absage abgebrochen'],
] as const)('says with its first words what it is about: %s', (kind, words) => {
  const performance = 'Der Besuch der alten Dame, Di., 05.01.2027, 19.30 Uhr, Großes Haus (VA-Nr. 104233)';
  expect(compose({ kind }).subject).toBe(`${words}: ${performance}`);
  const { subject, text } = compose({ kind }, { isRehearsal: true });
  expect(subject).toBe(`[PROBE] ${words}: ${performance}`);
  // What is not known counts as real.
  expect(text).toMatch(/^\*\*\* PROBE mit echtem Jet: /);
  expect(compose({ kind, isSimulator: true }, { isRehearsal: true }).text).toMatch(
    /^\*\*\* PROBE: Diese E-Mail ist eine Übung\./,
  );
});

it('says what happened, what can be done, and where to see it', () => {
  expect(compose().text).toBe(
    [
      'Der Besuch der alten Dame, Di., 05.01.2027, 19.30 Uhr, Großes Haus (VA-Nr. 104233)',
      '',
      'Jet antwortet nicht.',
      '',
      'Das können Sie tun:',
      '- Noch einmal versuchen',
      '',
      `Stand ansehen: ${LINK}`,
      '',
    ].join('\n'),
  );
});

it('says what is left to do when a case is completed', () => {
  const { text } = compose({ kind: 'completed', text: 'Fertig.', actions: ['Website berichtigen.'] });
  expect(text).toContain('Fertig.\n\nDas ist noch von Hand zu tun:\n- Website berichtigen.\n\n');
});

it('asks for no action with an all-clear', () => {
  const { text } = compose({ kind: 'all-clear' });
  expect(text).not.toContain('- ');
  expect(text).toContain(LINK);
});

it('names the command if no address of the pages is configured', () => {
  expect(compose({}, {}).text).toContain(`Stand ansehen: absage status FSP 104233 --case ${CASE}\n`);
});

it('goes to the house alone', () => {
  expect(compose({ kind: 'completed' })).toMatchObject({
    to: ['dienst@festspielhaus.example'],
    cc: [],
    from: 'karten@festspielhaus.example',
  });
});
