import { OrderPage } from '../../src/console/order';
import type { MaskLimits } from '../../src/domain/types';

/** The form of a house without a gateway: nobody has read the event. */
function form(maskLimits: MaskLimits | null): string {
  return String(
    OrderPage({
      house: 'GUID',
      eventNumber: '800001',
      event: null,
      style: { position: 'suffix', separator: ' – ' },
      inTheWay: null,
      draft: {},
      csrfToken: 'x',
      maskLimits,
      contacts: [],
    }),
  );
}

it('says how much the masks of Jet hold where the house has named it', () => {
  const page = form({ title: 60, customerTitle: 60, externalMemo: 1_000 });
  expect(page).toContain('Höchstens 1000 Zeichen: im Externen Memotext haben 1000 Platz, gemeinsam mit');
  expect(page).toContain('maxlength="1000"');
});

it('says that the limit of Jet is not known where nobody has named it', () => {
  const page = form(null);
  expect(page).toContain(
    'Höchstens 2000 Zeichen. Wie viele davon die Maske von Jet annimmt, ist Absage nicht',
  );
  expect(page).toContain('maxlength="2000"');
});
