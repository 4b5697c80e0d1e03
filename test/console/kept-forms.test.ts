import { randomBytes } from 'node:crypto';
import { KeptForms } from '../../src/console/kept-forms';
import { openJournal } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import { describeInEachDatabase } from '../journal/places';

const MINUTE_MS = 60_000;
const KEY = randomBytes(32);
const FORM = { path: '/absagen/FSP/104233/abort', page: '/absagen/FSP/104233', fields: { reason: 'Irrtum' } };

describeInEachDatabase((makePlace) => {
  let nowMs = 0;
  let forms: KeptForms;
  let place: Awaited<ReturnType<typeof makePlace>>;
  let journal: JournalStore;

  beforeEach(async () => {
    nowMs = 0;
    place = await makePlace();
    journal = await openJournal(place.url);
    forms = new KeptForms(journal.forms, KEY, () => nowMs);
  });
  afterEach(async () => {
    await journal.close();
    await place.remove();
  });

  it('gives a form back to the browser that sent it, as often as it asks', async () => {
    const { id } = await forms.keep('a', FORM);
    expect(await forms.find('a', id)).toMatchObject(FORM);
    expect(await forms.find('a', id)).toMatchObject(FORM);
  });

  it.each([
    ['another browser', 'b'],
    ['one without a name', undefined],
  ])('gives it to nobody else: %s', async (_who, browser) => {
    const { id } = await forms.keep('a', FORM);
    expect(await forms.find(browser, id)).toBeNull();
  });

  it.each([undefined, '', 'x', ['x'], {}])('knows no form by %j', async (id) => {
    await forms.keep('a', FORM);
    expect(await forms.find('a', id)).toBeNull();
  });

  it('keeps it for half an hour', async () => {
    const { id } = await forms.keep('a', FORM);
    nowMs = 30 * MINUTE_MS - 1;
    expect(await forms.find('a', id)).not.toBeNull();
    nowMs += 1;
    expect(await forms.find('a', id)).toBeNull();
  });

  it('forgets what was sent again, and nothing else', async () => {
    const sent = await forms.keep('a', FORM);
    const other = await forms.keep('a', { ...FORM, path: '/absagen' });
    const foreign = await forms.keep('b', FORM);
    await forms.forget('a', FORM.path);
    expect(await forms.find('a', sent.id)).toBeNull();
    expect(await forms.find('a', other.id)).not.toBeNull();
    expect(await forms.find('b', foreign.id)).not.toBeNull();
  });

  it('keeps the newest ten of a browser, whatever other browsers send', async () => {
    const first = await forms.keep('b', FORM);
    const ids = [];
    for (let number = 0; number < 12; number += 1) {
      nowMs += 1;
      ids.push((await forms.keep('a', FORM)).id);
    }
    const kept = await Promise.all(ids.map((id) => forms.find('a', id)));
    expect(kept.map((form) => form !== null)).toEqual([false, false, ...Array(10).fill(true)]);
    expect(await forms.find('b', first.id)).not.toBeNull();
  });

  it('holds a bounded amount of what strangers send', async () => {
    const fields = { reason: 'x'.repeat(100_000) };
    const held = [];
    for (let number = 0; number < 100; number += 1) {
      nowMs += 1;
      const { id } = await forms.keep(`browser ${number}`, { ...FORM, fields });
      held.push(() => forms.find(`browser ${number}`, id));
    }
    const found = await Promise.all(held.map((find) => find()));
    expect(found.filter((form) => form !== null).length).toBeLessThanOrEqual(84);
    expect(found.at(-1)).not.toBeNull();
  });

  it('holds nothing that whoever reads the database could read, nor with another key', async () => {
    const { id } = await forms.keep('a', { ...FORM, fields: { reason: 'Kanarienvogel' } });
    expect(JSON.stringify(await journal.forms.find(id))).not.toContain('Kanarienvogel');
    expect(await new KeptForms(journal.forms, randomBytes(32), () => nowMs).find('a', id)).toBeNull();
  });

  it('gives it back from another server, too', async () => {
    const { id } = await forms.keep('a', FORM);
    const another = await openJournal(place.url);
    expect(await new KeptForms(another.forms, KEY, () => nowMs).find('a', id)).toMatchObject(FORM);
    await another.close();
  });
});
