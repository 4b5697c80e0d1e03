import type { Page } from 'playwright-core';
import type { CaseState } from '../../src/domain/vocabulary';
import type { StepName } from '../../src/domain/vocabulary';
import { toInstant } from '../../src/domain/clock';
import type { Order } from '../../src/domain/types';
import type { Timing } from '../../src/cases/orders';
import {
  ConsoleStage,
  DESKTOP,
  overflow,
  pathOf,
  PHONE,
  violations,
  violationsOfLook,
} from '../support/console-stage';

const MINUTE_MS = 60_000;
/** A wait that lasts as long as the tests do. */
const LONG: Partial<Timing> = { syncIntervalMs: 10 * MINUTE_MS, attentionAfterMs: 10 * MINUTE_MS };

let stage: ConsoleStage;
let page: Page;

beforeAll(async () => {
  stage = await ConsoleStage.open();
}, 120_000);
afterAll(() => stage.close());
beforeEach(async () => {
  page = await stage.page();
});
afterEach(async () => {
  await stage.clear();
  await stage.api.startWorkers();
  expect(stage.takeComplaints()).toEqual([]);
});

const NOTHING_WRONG = { found: [], sticksOut: 0 };

/** What is wrong with a page, with everything unfolded: in light colours on a wide screen, in dark ones on a phone. */
async function judge(shown: Page) {
  await shown.evaluate('for (const part of document.querySelectorAll("details")) part.open = true');
  const found: unknown[] = await violations(shown);
  let sticksOut = await overflow(shown);
  await shown.emulateMedia({ colorScheme: 'dark' });
  await shown.setViewportSize(PHONE);
  found.push(...(await violationsOfLook(shown)));
  sticksOut += await overflow(shown);
  await shown.emulateMedia({ colorScheme: 'light' });
  await shown.setViewportSize(DESKTOP);
  return { found, sticksOut };
}

async function expectUsable(): Promise<void> {
  expect(await judge(page)).toEqual(NOTHING_WRONG);
}

/** Of one event, and never taken back: a case that has been judged stays where it is, and comes in no other one's way. */
const arm = (eventNumber: string, operation: string, nth: number) =>
  stage.api.simulator.control('POST', '/faults', [
    { operation, kind: 'maintenance', eventNumber, nth, count: 1_000 },
  ]);

const act = ({ house, eventNumber }: Order, action: string, body: object = {}) =>
  stage.api.post(`/v1/cancellations/${house}/${eventNumber}/${action}`, { reason: 'Probe', ...body });

const reachStep = (order: Order, step: StepName) => stage.api.until(order, (view) => view.step === step);

let guidedNumber = 880_000;

/** Starts a case of the house without a gateway, up to its first task. */
async function startGuided(): Promise<Order> {
  const seen = {
    title: 'Der Talisman',
    customerTitle: 'Nestroy: Der Talisman',
    externalMemo: null,
    status: 'Verkaufsfreigabe',
    startsAt: '2027-05-05T19:30:00.000+02:00',
    venue: 'Stadtsaal',
    location: 'Krems',
    organiser: 'Gastspiele GmbH',
  };
  guidedNumber += 1;
  const rest = { marker: 'ENTFÄLLT', reason: 'Leider entfallen.', seen };
  const order = { house: 'GUID', eventNumber: String(guidedNumber), ...rest } as unknown as Order;
  await stage.api.start(order);
  await stage.api.untilState(order, 'needs-attention');
  return order;
}

async function confirmTitles(order: Order): Promise<void> {
  await act(order, 'confirm-step', {
    step: 'mark-titles',
    readBack: {
      title: 'Der Talisman – ENTFÄLLT',
      customerTitle: 'Nestroy: Der Talisman – ENTFÄLLT',
      externalMemo: 'Leider entfallen.',
    },
  });
  await stage.api.until(order, ({ attention }) => attention?.step === 'set-storno');
}

it('the overview while there is nothing can be used by everybody', async () => {
  await page.goto('/');
  await page.getByText('Im Moment nichts.').waitFor();
  await expectUsable();
});

/** Brings a case into each state, and keeps it there. */
const CASES: [string, CaseState, () => Promise<Order>][] = [
  [
    'in its first wait',
    'waiting',
    async () => {
      const order = await stage.api.prepare();
      await stage.api.startWaiting(order);
      return order;
    },
  ],
  [
    'in its second wait',
    'waiting',
    async () => {
      const order = await stage.api.prepare();
      await stage.api.startWaiting(order);
      await stage.api.skipWait(order);
      await reachStep(order, 'wait-for-storno-transfer');
      return order;
    },
  ],
  [
    'that Ö-Ticket does not show yet',
    'running',
    async () => {
      const order = await stage.api.prepare();
      await arm(order.eventNumber, 'read-channel', 2);
      await stage.api.start(order, { attentionAfterMs: 10 * MINUTE_MS });
      await reachStep(order, 'verify-channel');
      return order;
    },
  ],
  [
    'with a title that a colleague has changed',
    'needs-attention',
    async () => {
      const order = await stage.api.prepare();
      await stage.api.startWaiting(order);
      await stage.api.edit(order.eventNumber, { title: order.expected.title });
      await stage.api.skipWait(order);
      return order;
    },
  ],
  [
    'with a mail in doubt',
    'needs-attention',
    async () => {
      const order = await stage.api.prepare();
      stage.api.mail.answersAbout.set(order.eventNumber, ['in-doubt']);
      await stage.api.start(order);
      return order;
    },
  ],
  [
    'that is stuck at the right',
    'needs-attention',
    async () => {
      const order = await stage.api.prepare();
      await arm(order.eventNumber, 'grant-right', 1);
      await stage.api.start(order, { attentionAfterMs: 4_000 });
      return order;
    },
  ],
  ['with the first task of a guided house', 'needs-attention', startGuided],
  [
    'with the task to set Storno',
    'needs-attention',
    async () => {
      const order = await startGuided();
      await confirmTitles(order);
      return order;
    },
  ],
  [
    'that is being aborted',
    'aborting',
    async () => {
      const order = await stage.api.prepare();
      await arm(order.eventNumber, 'save-announcement', 2);
      await stage.api.start(order, LONG);
      await stage.api.untilState(order, 'waiting');
      await act(order, 'abort');
      return order;
    },
  ],
  [
    'that was aborted',
    'aborted',
    async () => {
      const order = await stage.api.prepare();
      await stage.api.startWaiting(order);
      await act(order, 'abort');
      return order;
    },
  ],
  [
    'that was refused',
    'refused',
    async () => {
      const order = await stage.api.prepare({ event: await stage.api.event({ status: 'Abschluss' }) });
      await stage.api.start(order);
      return order;
    },
  ],
  [
    'that is completed',
    'completed',
    async () => {
      const order = await stage.api.prepare();
      await stage.api.start(order);
      return order;
    },
  ],
  [
    'that was closed by hand',
    'closed-by-hand',
    async () => {
      const order = await startGuided();
      await confirmTitles(order);
      await act(order, 'close-by-hand');
      return order;
    },
  ],
  [
    'that was interrupted',
    'interrupted',
    async () => {
      const order = await stage.api.prepare();
      await stage.api.startWaiting(order);
      await stage.api.handle(order).terminate('Versehen');
      return order;
    },
  ],
];

describe('a case can be used by everybody:', () => {
  it.each(CASES)('one %s', async (_which, state, bringAbout) => {
    const order = await bringAbout();
    await stage.api.untilState(order, state, 'running');
    await stage.api.untilState(order, state);
    await page.goto(pathOf(order));
    await page.locator(`#stand.${state}`).waitFor();
    await expectUsable();
  });
});

describe('the pages of an order can be used by everybody:', () => {
  const reason = (text: string) => page.getByLabel('Hinweis für Ö-Ticket').fill(text);
  const goOn = () => page.getByRole('button', { name: 'Weiter: prüfen' }).click();

  async function check(changes: Parameters<typeof stage.api.event>[0] = {}): Promise<void> {
    const { eventNumber } = await stage.api.event({ customerTitle: 'Für die Kundschaft', ...changes });
    await page.goto(`/absagen/neu/FSP/${eventNumber}`);
    await reason('Sturm');
    await goOn();
  }

  it('the programme', async () => {
    await page.goto('/absagen/neu?haus=FSP');
    await expectUsable();
  });

  it('a search that finds nothing', async () => {
    await page.goto('/absagen/neu?haus=FSP&text=gibt-es-nicht');
    await page.getByText('Keine Vorstellung gefunden.').waitFor();
    await expectUsable();
  });

  it('the number of a guided house', async () => {
    await page.goto('/absagen/neu?haus=GUID');
    await expectUsable();
  });

  it('what stands in the mask of a guided house', async () => {
    await page.goto('/absagen/neu/GUID/880999');
    await expectUsable();
  });

  it('the form', async () => {
    const { eventNumber } = await stage.api.event();
    await page.goto(`/absagen/neu/FSP/${eventNumber}`);
    await expectUsable();
  });

  it('the form with something to mend', async () => {
    const { eventNumber } = await stage.api.event();
    await page.goto(`/absagen/neu/FSP/${eventNumber}`);
    await reason(' \n ');
    await goOn();
    await page.getByText('Bitte ergänzen oder ändern').waitFor();
    stage.takeComplaints();
    await expectUsable();
  });

  it('the check', async () => {
    await check();
    await page.getByText('Alles bereit.').waitFor();
    await expectUsable();
  });

  it('the check of a performance that begins soon', async () => {
    await check({ startsAt: toInstant(Date.now() + 15 * MINUTE_MS) });
    await page.getByRole('button', { name: 'Diese Vorstellung jetzt absagen' }).waitFor();
    await expectUsable();
  });

  it('the check of one that cannot be cancelled', async () => {
    const { eventNumber } = await stage.api.event();
    await page.goto(`/absagen/neu/FSP/${eventNumber}`);
    await stage.api.edit(eventNumber, { status: 'Abschluss' });
    await reason('Sturm');
    await goOn();
    await page.getByText('Diese Vorstellung kann so nicht abgesagt werden').waitFor();
    await expectUsable();
  });

  it('the choice of one that cannot be cancelled', async () => {
    const { eventNumber } = await stage.api.event({ status: 'Abschluss' });
    await page.goto(`/absagen/neu/FSP/${eventNumber}`);
    await page.getByText('Diese Vorstellung kann nicht abgesagt werden').waitFor();
    await expectUsable();
  });
});

/** Each of these pages waits for an answer that does not come, so they are opened beside each other. */
describe('while no worker answers, can be used by everybody:', () => {
  const verdicts = new Map<string, Awaited<ReturnType<typeof judge>>>();

  async function open(name: string, path: string, selector: string): Promise<void> {
    const own = await stage.page();
    await own.goto(path);
    await own.locator(selector).waitFor();
    verdicts.set(name, await judge(own));
  }

  async function openCase(name: string, order: Order, state: CaseState): Promise<void> {
    await stage.api.untilState(order, state);
    await open(name, pathOf(order), `#stand.${state}`);
  }

  beforeAll(async () => {
    const waiting = await stage.api.prepare();
    await stage.api.startWaiting(waiting);
    await stage.api.stopWorkers();
    const checking = await stage.api.prepare();
    await stage.api.start(checking);
    await Promise.all([
      openCase('a case that is being checked', checking, 'checking'),
      openCase('a case in its first wait', waiting, 'waiting'),
      open('a search', '/absagen/neu?haus=FSP', '[role=alert]'),
    ]);
  });

  it.each(['a case that is being checked', 'a case in its first wait', 'a search'])('%s', (name) =>
    expect(verdicts.get(name)).toEqual(NOTHING_WRONG),
  );
});

describe('all other pages can be used by everybody:', () => {
  it.each([
    ['the overview with everything in it', '/'],
    ['the overview of a house and a day', '/?haus=KREMS&tag=2027-01-01'],
    ['the log-in', '/anmelden'],
    ['a case that there is not', '/absagen/FSP/1'],
    ['a house that there is not', '/absagen/NICHT/1'],
    ['a faulty address', '/absagen/FSP/0'],
  ])('%s', async (_which, path) => {
    await page.goto(path);
    stage.takeComplaints();
    await expectUsable();
  });

  it('a refused action', async () => {
    const order = await startGuided();
    await page.goto(pathOf(order));
    await page.locator('[id="readBack.title"]').fill('Der Talisman');
    await page.getByRole('button', { name: 'Erledigt, das steht jetzt da' }).click();
    await page.getByText('Das wurde nicht ausgeführt').waitFor();
    stage.takeComplaints();
    await expectUsable();
  });
});
