import { casePage } from '../../src/domain/addresses';
import { createSmtpMail } from '../../src/mail/smtp-mail';
import { readSmtpUrl } from '../../src/settings/smtp';
import { remainingByHand } from '../../src/domain/house-tasks';
import { readMailedProof } from '../../src/protocol/mail-file';
import { endLine, readLines } from '../../src/domain/lines';
import type { CaseEnd } from '../../src/domain/vocabulary';
import { startMailCatcher } from '../../src/up/mail-catcher';
import type { CaughtMail } from '../../src/up/mail-store';
import { RECONCILER } from '../../src/activities/scheduled';
import {
  ActivityStage,
  anEnvironment,
  aScheduledEnvironment,
  freezeAtLine,
  type StagedCase,
} from '../support/activity-stage';
import { ScriptedSmtp, silence } from '../support/scripted-smtp';
import { SILENT } from '../support/simulator';

let stage: ActivityStage;
beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

/** Closes a case as the workflow does. */
const close = ({ ref, head, worker }: StagedCase, end: CaseEnd, by = worker) =>
  anEnvironment(ref).run(by.closeCase, { ref, actor: 'clerk', head, end });

/** The kind and outcome of each line about the mail. */
async function noticeLines(aCase: StagedCase): Promise<[string, string | null][]> {
  const entries = await aCase.entries();
  const end = entries.findIndex(({ kind }) => kind === 'end');
  return entries.slice(end + 1).map(({ kind, outcome }) => [kind, outcome]);
}

async function aborted(): Promise<StagedCase> {
  const aCase = await stage.prepare();
  await aCase.runThrough('markTitles');
  await aCase.perform('claimAbort');
  await aCase.perform('restoreTitles');
  return aCase;
}

it('tells the house what is left to do, after the end is written down', async () => {
  const aCase = await stage.prepare();
  await aCase.runThrough();
  expect(stage.mail.ends).toEqual(['completed']);
  expect(stage.mail.alerts[0]?.text).toMatch(
    /^Absage abgeschlossen: [^]*\nMit dem Zusatz im Titel war die Vorstellung noch im Verkauf: [^]*\nEinlass[^]*\nKäufer:innen[^]*\nBei Ö-Ticket die Bestätigung abwarten/,
  );
  expect(await noticeLines(aCase)).toEqual([
    ['intent', null],
    ['outcome', 'accepted'],
  ]);
});

it('names a performance that was moved after the Storno with both values', async () => {
  const aCase = await stage.prepare();
  await aCase.runThrough('verifyChannel');
  await aCase.edit({ venue: 'Studiobühne' });
  for (const name of ['grantExtendedRight', 'sendPartnerNotice', 'closeCase'] as const)
    await aCase.perform(name);
  const text = stage.mail.alerts[0]?.text ?? '';
  expect(text).toContain('Spielstätte: bisher Großer Saal, jetzt Studiobühne.');
  expect(text).toContain('Die E-Mail an Ö-Ticket nennt den neuen Stand.');
});

it('tells the house that a case was aborted, and from when to when the marker stood there', async () => {
  const aCase = await aborted();
  await close(aCase, 'aborted');
  expect(stage.mail.ends).toEqual(['aborted']);
  const text = stage.mail.alerts[0]?.text;
  expect(text).toMatch(/^Absage abgebrochen: [^]*\nDer Zusatz stand im Titel: /);
  expect(text).toContain('Abgebrochen von clerk. Begründung: ');
  expect(text).toContain('kann dort noch der Zusatz zu sehen sein.');
});

it('tells it once, however often the end is carried out again', async () => {
  const aCase = await aborted();
  for (let nth = 1; nth <= 3; nth += 1) await close(aCase, 'aborted');
  expect(stage.mail.ends).toEqual(['aborted']);
});

describe('what was not sent', () => {
  const search = () => aScheduledEnvironment(RECONCILER).run(stage.worker().tellEnds);

  // The mail used to be tried once, at the moment of the end: a mail server that was away left the house untold.
  it('is tried again by the hourly search, until it was accepted', async () => {
    const aCase = await aborted();
    stage.mail.houseAnswers.push('not-sent', 'not-sent');
    await close(aCase, 'aborted');
    expect(await search()).toEqual({ untold: 1 });
    expect(stage.mail.ends).toEqual([]);
    expect(await search()).toEqual({ untold: 0 });
    expect(await search()).toEqual({ untold: 0 });
    expect(stage.mail.ends).toEqual(['aborted']);
    expect(await noticeLines(aCase)).toEqual([
      ['intent', null],
      ['outcome', 'not-sent'],
      ['intent', null],
      ['outcome', 'not-sent'],
      ['intent', null],
      ['outcome', 'accepted'],
    ]);
  });

  it('is not tried again where it may have arrived', async () => {
    const aCase = await aborted();
    stage.mail.houseAnswers.push('in-doubt');
    await close(aCase, 'aborted');
    expect(await search()).toEqual({ untold: 0 });
    expect(await noticeLines(aCase)).toEqual([
      ['intent', null],
      ['outcome', 'in-doubt'],
    ]);
  });
});

it('does not send again when its process died before it had an answer', async () => {
  const aCase = await aborted();
  const { frozen, reached, thaw } = freezeAtLine(stage.journal, 'before', 'outcome', 'alert-house');
  const dead = close(aCase, 'aborted', stage.worker({ journal: frozen }));
  await reached;
  await close(aCase, 'aborted');
  expect(stage.mail.ends).toEqual(['aborted']);
  thaw();
  await dead;
  expect(stage.mail.ends).toEqual(['aborted']);
});

// This used to be the end without a mail, and it is the one that leaves most to be done.
it('tells the house of a case that a person has closed: who, why, and everything that is left', async () => {
  const aCase = await stage.prepare();
  await aCase.runThrough('setStatusStorno');
  await aCase.record({ action: 'close-by-hand', step: 'verify-channel' });
  await close(aCase, 'closed-by-hand');
  expect(stage.mail.ends).toEqual(['closed-by-hand']);
  const text = stage.mail.alerts[0]?.text ?? '';
  expect(text).toContain('Geschlossen von clerk. Begründung: so entschieden');
  expect(text).toContain('Der Storno ist gesetzt, in Connect Online ist er noch nicht gesehen.');
  for (const left of ['In Connect Online nachsehen', 'Stornoberechtigung gesondert', 'Ö-Ticket verständigen'])
    expect(text).toContain(left);
});

it('leaves to the mail and to the Protokoll the same list', async () => {
  const aCase = await stage.prepare();
  await aCase.runThrough();
  const lines = readLines(await aCase.entries());
  const text = stage.mail.alerts[0]?.text ?? '';
  expect(text.endsWith(remainingByHand(lines!).join('\n'))).toBe(true);
});

it('closes the case of a house that is not configured any more', async () => {
  const aCase = await aborted();
  await close(aCase, 'aborted', stage.worker({ houses: new Map() }));
  expect((await aCase.entries()).at(-1)).toMatchObject({ kind: 'end', outcome: 'aborted' });
});

it('closes the case in time when the mail server says nothing, and writes that down', async () => {
  const aCase = await aborted();
  const server = await ScriptedSmtp.start({ greeting: [silence] });
  const mail = createSmtpMail({ server: readSmtpUrl(server.url()), rehearsalTo: null, isRehearsal: true });
  const begunAt = Date.now();
  await close(aCase, 'aborted', stage.worker({ mail }));
  expect(Date.now() - begunAt).toBeLessThan(8_000);
  expect(await noticeLines(aCase)).toEqual([
    ['intent', null],
    ['outcome', 'not-sent'],
  ]);
  await server.stop();
});

it('arrives as people read it', async () => {
  const aCase = await aborted();
  const { journalPath } = stage;
  const ports = { mail: 0, mailUi: 0 };
  const catcher = await startMailCatcher({ dataDir: `${journalPath}.mails`, ports }, SILENT);
  const publicUrl = 'https://absage.example';
  const mail = createSmtpMail({
    server: readSmtpUrl(catcher.smtpUrl),
    rehearsalTo: null,
    isRehearsal: true,
    publicUrl,
  });
  await close(aCase, 'aborted', stage.worker({ mail }));
  const response = await fetch(`${catcher.url}/messages`);
  const { messages } = (await response.json()) as { messages: CaughtMail[] };
  expect(messages).toMatchObject([{ to: ['dienst@festspielhaus.example'] }]);
  const [caught] = messages;
  expect(caught?.subject).toMatch(/^\[PROBE\] Absage abgebrochen: Der Besuch der alten Dame, /);
  expect(caught?.text).toContain(`Stand ansehen: https://absage.example${casePage(aCase.ref)}\n`);
  const { seq, hash } = endLine(await aCase.entries())!;
  const { caseId } = aCase.ref;
  const { fingerprint } = stage.journal.signer!.publicKey;
  expect(caught?.text).toContain(`\n${hash}\n`);
  expect(await readMailedProof(Buffer.from(caught?.source ?? ''))).toEqual({
    proof: { caseId, seq, hash, fingerprint },
  });
  await catcher.stop();
});
