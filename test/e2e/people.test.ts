import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { GATEWAY_OPERATIONS } from '../../src/simulator/operation-log';
import type { CaughtMail } from '../../src/up/mail-store';
import { freePorts, UpProcess } from '../support/up-process';
import { GUIDED_HOUSE, SEEN } from './guided-house';
import { expectCancelledOnce, withEvidence } from './oracle';
import { REASON, StagedCase, type Shown } from './staged-case';
import { eventually } from '../support/eventually';

/*
 * Cases that need an operator: under `absage up`, seen from the command line, the mail server and the simulator's log.
 */

/**
 * Long enough to start a command within a wait, on a machine with other work: a task that somebody confirms too early must still
 * be too early when the command has started.
 */
const SYNC_INTERVAL_MS = 10_000;
const TIMEOUT_MS = 240_000;

/** The exit codes of a command that has ended. */
const DONE = 0;
const FAILED = 1;
const NEEDS_PERSON = 3;

const dataDir = mkdtempSync(join(tmpdir(), 'absage-e2e-'));
let up: UpProcess;
let connection: Connection;
let temporal: Client;

beforeAll(async () => {
  up = UpProcess.start({
    dataDir,
    ports: await freePorts(),
    settings: {
      ABSAGE_SYNC_INTERVAL: `${SYNC_INTERVAL_MS}ms`,
      ABSAGE_POLL_INTERVAL: '500ms',
      ABSAGE_ATTENTION_AFTER: '6s',
    },
  });
  await up.ready();
  connection = await Connection.connect({ address: up.temporalAddress });
  temporal = new Client({ connection });
}, TIMEOUT_MS);

afterAll(async () => {
  await connection?.close();
  await up.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, TIMEOUT_MS);

const fact = (title: string, check: () => Promise<void>) =>
  it(
    title,
    withEvidence(() => up, check),
    TIMEOUT_MS,
  );
const scenario = (work: () => Promise<void>) =>
  beforeAll(
    withEvidence(() => up, work),
    TIMEOUT_MS,
  );

const caseOf = (house: string, eventNumber: string) =>
  new StagedCase(
    () => up,
    () => temporal,
    house,
    eventNumber,
  );

describe('while Jet is down, and while nothing is transferred to Ö-Ticket', () => {
  const down = caseOf('LTN', '205101');
  const late = caseOf('GRAF', '408811');
  const before = new Map<StagedCase, Shown>();
  const asked = new Map<StagedCase, { code: number | null; output: string }>();
  const told = new Map<StagedCase, CaughtMail[]>();

  const bothOf = <T>(work: (staged: StagedCase) => Promise<T>) => Promise.all([down, late].map(work));

  scenario(async () => {
    await bothOf(async (staged) => {
      before.set(staged, await staged.event());
      await staged.start();
    });
    await down.untilAt('wait-for-title-transfer');
    await down.arm(...GATEWAY_OPERATIONS.map((operation) => ({ operation, kind: 'maintenance' as const })));
    // Ö-Ticket gets the marker, and no transfer after it.
    await bothOf((staged) =>
      eventually(
        () => staged.log(),
        (entries) => entries.some(({ operation }) => operation === 'transfer'),
      ),
    );
    await up.simulator('PUT', '/sync', { paused: true });

    try {
      await Promise.all([down.untilAsked('jet-unavailable'), late.untilAsked('channel-not-showing-storno')]);
      await bothOf(async (staged) => {
        asked.set(staged, await up.command('status', staged.house, staged.eventNumber));
        const mails = await eventually(
          () => staged.houseMails(),
          ({ length }) => length > 0,
        );
        told.set(staged, mails);
      });
    } finally {
      await up.simulator('DELETE', '/faults');
      await up.simulator('PUT', '/sync', { paused: false });
    }
    await bothOf(async (staged) => {
      await staged.untilAt('completed');
      await eventually(
        () => staged.houseMails(),
        (mails) => mails.length > 1,
      );
    });
  });

  for (const [when, staged, sentence] of [
    ['when Jet is down', down, 'Jet meldet, dass es nicht verfügbar ist'],
    ['when Ö-Ticket does not show Storno', late, 'Ö-Ticket zeigt den Storno noch nicht.'],
  ] as const) {
    fact(`says what is the matter ${when}, with 3`, async () => {
      expect(asked.get(staged)).toMatchObject({ code: NEEDS_PERSON });
      expect(asked.get(staged)?.output).toContain(sentence);
    });

    fact(`writes to the house once ${when}, and once more when it goes on by itself`, async () => {
      const about = `(VA-Nr. ${staged.eventNumber})`;
      expect(told.get(staged)?.map(({ subject }) => subject)).toEqual([
        expect.stringMatching(/^\[PROBE\] Absage braucht Sie: /),
      ]);
      expect(told.get(staged)?.[0]?.text).toContain(sentence);
      const mails = await staged.houseMails();
      expect(mails.map(({ subject }) => subject)).toEqual([
        told.get(staged)?.[0]?.subject,
        expect.stringMatching(/^\[PROBE\] Absage läuft wieder: /),
      ]);
      expect(mails.map(({ subject }) => subject.endsWith(about))).toEqual([true, true]);
    });

    fact(`has done everything once after it went on ${when}`, async () => {
      expect(await staged.untilClosed()).toBe('COMPLETED');
      await expectCancelledOnce(staged, before.get(staged) as Shown, SYNC_INTERVAL_MS);
    });
  }
});

describe('a case whose run was terminated after Storno', () => {
  const staged = caseOf('FSP', '104233');
  const naming = ['FSP', '104233'];
  let before: Shown;
  let status: { code: number | null; output: string };
  let resume: { code: number | null; output: string };
  let watch: { code: number | null; output: string };

  scenario(async () => {
    before = await staged.event();
    await staged.start();
    await staged.untilAt('wait-for-storno-transfer');
    await staged.terminate();
    status = await up.command('status', ...naming);
    resume = await up.command('resume', ...naming, '--reason', 'war ein Versehen');
    watch = await up.command('watch', ...naming);
  });

  fact('is shown as interrupted, with 3', async () => {
    expect(status.output).toContain('unterbrochen');
    expect(status.output).toContain('absage resume FSP 104233');
    expect(status.code).toBe(NEEDS_PERSON);
  });

  fact('is taken up again from the command line, and completed', async () => {
    expect(resume.code).toBe(DONE);
    expect(watch).toMatchObject({
      code: DONE,
      output: expect.stringContaining('Absage abgeschlossen') as string,
    });
    expect(await staged.untilClosed()).toBe('COMPLETED');
  });

  fact('has nothing done twice', () => expectCancelledOnce(staged, before, SYNC_INTERVAL_MS));
});

describe('a house without a gateway, led through from the command line', () => {
  const eventNumber = '700001';
  const staged = caseOf(GUIDED_HOUSE, eventNumber);
  const marked = `${SEEN.title} – ENTFÄLLT`;
  const memo = `${REASON}\n\n${SEEN.externalMemo}`;
  const runs: { code: number | null; output: string }[] = [];
  let tooEarly: { code: number | null; output: string };

  const absage = async (command: string, ...options: string[]) => {
    const done = await up.command(command, GUIDED_HOUSE, eventNumber, ...options);
    runs.push(done);
    return done;
  };
  const confirm = (...readBack: string[]) => absage('confirm-step', '--reason', 'erledigt', ...readBack);

  scenario(async () => {
    const seenFile = join(dataDir, 'seen.json');
    writeFileSync(seenFile, JSON.stringify(SEEN));
    await absage('cancel', '--marker', 'ENTFAELLT', '--reason', REASON, '--seen', seenFile, '--yes');
    await confirm('--title', SEEN.title, '--external-memo', memo);
    await confirm('--title', marked, '--external-memo', memo);
    tooEarly = await up.command(
      'confirm-step',
      GUIDED_HOUSE,
      eventNumber,
      '--reason',
      'schon',
      '--status',
      'Storno',
    );
    await absage('watch');
    await confirm('--status', 'Storno', '--title', marked);
    await absage('watch');
    await confirm('--status', 'Storno');
    await absage('watch');
    await confirm('--valid-from', '2020-01-01', '--valid-until', '2099-12-31');
    await absage('watch');
  });

  fact('stops at each task with 3, takes what was read back with 0, and ends with 0', async () => {
    expect(runs.map(({ code }) => code)).toEqual([
      NEEDS_PERSON,
      FAILED,
      DONE,
      NEEDS_PERSON,
      DONE,
      NEEDS_PERSON,
      DONE,
      NEEDS_PERSON,
      DONE,
      DONE,
    ]);
    expect(runs.at(-1)?.output).toContain('Absage abgeschlossen');
  });

  fact('is told mask and text of each task', async () => {
    const [marking, , , storno, , channel, , right] = runs.map(({ output }) => output);
    expect(marking).toContain(`Titel                ${marked}`);
    expect(storno).toContain('AUF KEINEN FALL Bereitstellung oder Abschluss wählen');
    expect(channel).toContain('Connect Online Veranstaltungsinformationen');
    expect(right).toContain('Erweiterte Stornoberechtigungen');
  });

  fact('is told what is missing when the mask does not show the marker', async () => {
    expect(runs[1]?.output).toContain(`Titel: erwartet „${marked}“, gelesen „${SEEN.title}“.`);
  });

  fact('cannot confirm Storno before the wait is over', async () => {
    expect(tooEarly.code).not.toBe(DONE);
  });

  fact('has one mail to Ö-Ticket, a whole journal, and asks nothing of Jet', async () => {
    expect(await staged.untilClosed()).toBe('COMPLETED');
    expect(await staged.notices()).toHaveLength(1);
    expect(await up.command('journal', GUIDED_HOUSE, eventNumber)).toMatchObject({ code: DONE });
    expect(await staged.log()).toEqual([]);
  });

  fact('tells the house once that it is done, what is left to do, and where to see it', async () => {
    const [mail, ...more] = await staged.endMails();
    expect(more).toEqual([]);
    expect(mail?.subject).toMatch(/^\[PROBE\] Absage abgeschlossen: /);
    expect(mail?.text).toContain('Das ist noch von Hand zu tun:');
    expect(mail?.text).toMatch(
      new RegExp(`http://127\\.0\\.0\\.1:\\d+/absagen/${GUIDED_HOUSE}/${eventNumber}/[0-9a-f-]{36}\n`),
    );
  });

  fact('is called back for what follows a wait, and for nothing else', async () => {
    const subjects = (await staged.houseMails()).map(({ subject }) => subject);
    expect(subjects).toEqual([
      expect.stringMatching(/^\[PROBE\] Absage braucht Sie: /),
      expect.stringMatching(/^\[PROBE\] Absage braucht Sie: /),
    ]);
  });
});
