import { FAILURES } from '../../src/domain/failures';
import { decideUpdate, retryNowUpdate } from '../../src/workflows/messages';
import { MINUTE, QUICK, TimeSkippingStage } from '../support/time-skipping-stage';
import { SITUATIONS, type Situation } from './situations';

const ROWS = Object.entries(SITUATIONS) as [keyof typeof SITUATIONS, Situation][];

describe('a case that is stuck', () => {
  let stage: TimeSkippingStage;

  beforeAll(async () => {
    stage = await TimeSkippingStage.open();
  }, 120_000);
  afterAll(() => stage.close());
  beforeEach(() => stage.reset());
  afterEach(() => stage.settle());

  it.each(ROWS.map(([code, situation]) => [code, situation.goesOn, situation.what, situation] as const))(
    'asks for a person with %s and goes on %s when %s',
    async (code, goesOn, _what, { step, actions, choices = [], when, disturb, isSilent = false }) => {
      stage.jet.transferAfterMs = MINUTE / 2;
      const input = await stage.prepare({ policy: QUICK });
      let heal = when === 'at first' ? await disturb(stage) : null;
      const handle = await stage.start(input);
      if (!heal) {
        await stage.until(handle, ({ state }) => state === 'waiting');
        heal = await disturb(stage);
      }

      const attention = await stage.untilAsked(handle, code);
      expect(attention).toMatchObject({ code, step, actions });
      // What was seen stands before it.
      expect(attention.text.endsWith(FAILURES[code].text)).toBe(true);
      expect(attention.choices.map(({ choice }) => choice)).toEqual(choices);
      expect(await stage.status(handle)).toMatchObject({ state: 'needs-attention', allowedActions: actions });
      expect(await stage.needsAttention(handle)).toBe(true);
      await stage.env.sleep(3 * MINUTE);
      const told = isSilent ? [] : ['attention'];
      expect(stage.mail.told).toEqual(told);

      await heal();
      if (code === 'mail-in-doubt') {
        await stage.act(handle, decideUpdate, { attentionId: attention.id, choice: 'treat-as-sent' });
      } else if (goesOn === 'when told') await stage.act(handle, retryNowUpdate, {});
      expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
      expect(stage.mail.told).toEqual(isSilent || goesOn === 'when told' ? told : [...told, 'all-clear']);
      expect(await stage.needsAttention(handle)).toBe(false);
    },
  );
});
