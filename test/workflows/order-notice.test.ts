import { tasksOfHouse } from '../../src/domain/house-tasks';
import { abortUpdate } from '../../src/workflows/messages';
import { aHouse } from '../support/examples';
import { TimeSkippingStage, type CaseChanges } from '../support/time-skipping-stage';

let stage: TimeSkippingStage;

beforeAll(async () => {
  stage = await TimeSkippingStage.open();
}, 120_000);
afterAll(() => stage.close());
beforeEach(() => stage.reset());
afterEach(() => stage.settle());

const isWaiting = ({ state }: { state: string }) => state === 'waiting';

async function order(changes: CaseChanges = {}) {
  return stage.start({ ...(await stage.prepare(changes)), isOrderMailed: true });
}

describe('the mail at the order', () => {
  it('says until when it is sold, whom the messages go to, and what the house does meanwhile', async () => {
    const handle = await order();
    await stage.until(handle, isWaiting);
    // It goes out beside the steps, so it may come after them.
    await stage.untilTold(handle);
    const [mail, ...more] = stage.mail.alerts;
    expect(more).toEqual([]);
    expect(mail?.to).toEqual(['dienst@festspielhaus.example']);
    const time = '\\d\\d\\.\\d\\d Uhr';
    expect(mail?.text).toMatch(
      new RegExp(
        `Diese Vorstellung wurde um ${time} abgesagt \\(ENTFÄLLT\\), von test\\. Um ca\\. ${time} wird der Status auf Storno gesetzt: bis dahin wird weiter verkauft, und bis dahin können Sie abbrechen\\. Bei Ö-Ticket kann noch bis ca\\. ${time} verkauft werden\\.`,
      ),
    );
    expect(mail?.text).toContain(
      'Die E-Mail vom Storno geht danach von selbst an absagen@oeticket.example, in Kopie an karten@festspielhaus.example.',
    );
    // The list of the page, and nothing of what is only left when a case has ended.
    expect(mail?.text.split('\n').slice(1)).toEqual(tasksOfHouse(aHouse()).map(({ text }) => text));
  });

  it('does not hold the case up, and is tried again, while the mail server takes nothing', async () => {
    stage.mail.houseAnswers.push('not-sent', 'not-sent');
    const handle = await order();
    await stage.until(handle, isWaiting);
    expect(stage.mail.told).toEqual([]);
    await stage.until(handle, () => stage.mail.told.length > 0);
    await stage.untilTold(handle);
    expect(stage.mail.told).toEqual(['ordered']);
    const entries = await stage.entries(handle);
    expect(
      entries.filter(({ operation }) => operation === 'alert-house').map(({ outcome }) => outcome),
    ).toEqual([null, 'not-sent', null, 'not-sent', null, 'accepted']);
  });

  it('is not sent any more when the case was aborted meanwhile', async () => {
    stage.mail.houseAnswers.push('not-sent');
    const handle = await order();
    // Otherwise the mail about the end could be the one that is not taken.
    await stage.until(handle, (status) => isWaiting(status) && stage.mail.houseAnswers.length === 0);
    await stage.act(handle, abortUpdate, {});
    expect(await stage.untilEnd(handle)).toBe('CANCELLED aborted');
    expect(stage.mail.told).toEqual([]);
    expect(stage.mail.ends).toEqual(['aborted']);
  });

  it('speaks of a Storno that was there already', async () => {
    const input = await stage.prepare();
    await stage.jet.edit({ status: 'CANCELLED', statusText: 'Storno' });
    const handle = await stage.start({ ...input, isOrderMailed: true });
    await stage.until(handle, () => stage.mail.told.includes('ordered'));
    expect(stage.mail.alerts[0]?.text).toContain('Sie war in Jet schon Storno');
    expect(stage.mail.alerts[0]?.text).not.toContain('können Sie abbrechen');
  });

  it('tells a guided house that it is needed again', async () => {
    await stage.until(await order({ seen: {} }), () => stage.mail.told.includes('ordered'));
    expect(stage.mail.alerts[0]?.text).toContain('Die Schritte in Jet machen Sie selbst');
  });
});
