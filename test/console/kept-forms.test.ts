import { KeptForms } from '../../src/console/kept-forms';

const MINUTE_MS = 60_000;
const FORM = { path: '/absagen/FSP/104233/abort', page: '/absagen/FSP/104233', fields: { reason: 'Irrtum' } };

let nowMs = 0;
let forms: KeptForms;

beforeEach(() => {
  nowMs = 0;
  forms = new KeptForms(() => nowMs);
});

it('gives a form back to the browser that sent it, as often as it asks', () => {
  const { id } = forms.keep('a', FORM);
  expect(forms.find('a', id)).toMatchObject(FORM);
  expect(forms.find('a', id)).toMatchObject(FORM);
});

it.each([
  ['another browser', 'b'],
  ['one without a name', undefined],
])('gives it to nobody else: %s', (_who, browser) => {
  const { id } = forms.keep('a', FORM);
  expect(forms.find(browser, id)).toBeNull();
});

it.each([undefined, '', 'x', ['x'], {}])('knows no form by %j', (id) => {
  forms.keep('a', FORM);
  expect(forms.find('a', id)).toBeNull();
});

it('keeps it for half an hour', () => {
  const { id } = forms.keep('a', FORM);
  nowMs = 30 * MINUTE_MS - 1;
  expect(forms.find('a', id)).not.toBeNull();
  nowMs += 1;
  expect(forms.find('a', id)).toBeNull();
});

it('forgets what was sent again, and nothing else', () => {
  const sent = forms.keep('a', FORM);
  const other = forms.keep('a', { ...FORM, path: '/absagen' });
  const foreign = forms.keep('b', FORM);
  forms.forget('a', FORM.path);
  expect(forms.find('a', sent.id)).toBeNull();
  expect(forms.find('a', other.id)).not.toBeNull();
  expect(forms.find('b', foreign.id)).not.toBeNull();
});

it('keeps the newest ten of a browser, whatever other browsers send', () => {
  const first = forms.keep('b', FORM);
  const ids = Array.from({ length: 12 }, () => forms.keep('a', FORM).id);
  expect(ids.map((id) => forms.find('a', id) !== null)).toEqual([false, false, ...Array(10).fill(true)]);
  expect(forms.find('b', first.id)).not.toBeNull();
});

it('holds a bounded amount of what strangers send', () => {
  const fields = { reason: 'x'.repeat(100_000) };
  const ids = Array.from(
    { length: 200 },
    (_, index) => forms.keep(`browser ${index}`, { ...FORM, fields }).id,
  );
  const held = ids.filter((id, index) => forms.find(`browser ${index}`, id));
  expect(held.length).toBeLessThanOrEqual(84);
  expect(held.at(-1)).toBe(ids.at(-1));
});
