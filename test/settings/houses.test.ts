import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/settings/environment';
import { loadHouses } from '../../src/settings/houses';

const folder = mkdtempSync(join(tmpdir(), 'absage-houses-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HOUSE = {
  key: 'TST',
  name: 'Testhaus',
  connectOnlineUser: 'CONNECTONLINE',
  boxOffice: { name: 'Kassa', email: 'kassa@haus.example', phone: '+43 1 234' },
  partnerNotice: { to: 'partner@example.org' },
  alerts: { to: 'leitung@haus.example' },
  company: { name: 'Haus', legalForm: 'GmbH', seat: 'Wien', registerNumber: 'FN 1a', court: 'HG Wien' },
};

function load(content: unknown) {
  const file = join(folder, 'houses.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadHouses(file);
}

function faultsOf(content: unknown): readonly string[] {
  try {
    load(content);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

it('has six sample houses, FSP and one without a gateway among them', () => {
  const houses = loadHouses(null);
  expect(houses.size).toBe(6);
  const guided = [...houses.values()].filter(({ backend }) => backend === 'guided');
  expect(guided.map(({ key }) => key)).toEqual(['GUID']);
  expect(houses.get('FSP')?.connectOnlineUser).toBe('CONNECTONLINE');
});

it('fills in what a house leaves out', () => {
  expect(load({ houses: [HOUSE] }).get('TST')).toMatchObject({
    backend: 'gateway',
    marker: { position: 'suffix', separator: ' – ' },
    rightReserveMonths: 6,
    retention: { contactMonths: 36 },
    partnerNotice: { to: 'partner@example.org', from: 'kassa@haus.example', cc: ['kassa@haus.example'] },
  });
});

it('takes what the masks of a house without a gateway hold, the same for both titles', () => {
  const house = { ...HOUSE, backend: 'guided', maskLimits: { title: 60, externalMemo: 1_000 } };
  expect(load({ houses: [house] }).get('TST')?.maskLimits).toEqual({
    title: 60,
    customerTitle: 60,
    externalMemo: 1_000,
  });
  expect(load({ houses: [HOUSE] }).get('TST')?.maskLimits).toBeNull();
  expect(loadHouses(null).get('GUID')?.maskLimits).toMatchObject({ title: 60, externalMemo: 1_000 });
});

it('keeps an empty list of copies', () => {
  const house = { ...HOUSE, partnerNotice: { to: 'partner@example.org', cc: [] } };
  expect(load({ houses: [house] }).get('TST')?.partnerNotice.cc).toEqual([]);
});

it('lists every fault with its place', () => {
  const faults = faultsOf({ houses: [{ ...HOUSE, key: 'x', alerts: { to: 'a@b.example, c@d.example' } }] });
  expect(faults).toHaveLength(2);
  expect(faults.join('\n')).toMatch(/houses\.0\.alerts\.to ist keine einzelne E-Mail-Adresse/);
});

it('refuses what it does not know', () => {
  expect(faultsOf({ houses: [{ ...HOUSE, boxoffice: {} }] })).toHaveLength(1);
});

it('refuses two houses with one key', () => {
  expect(faultsOf({ houses: [HOUSE, HOUSE] }).join()).toMatch(/ein key kommt zweimal vor/);
});

it('says in German what is missing', () => {
  expect(faultsOf({ houses: [{ ...HOUSE, name: undefined }] }).join()).toMatch(/houses\.0\.name fehlt/);
});

it('names a file that is missing or not JSON', () => {
  expect(() => loadHouses(join(folder, 'none.json'))).toThrow(
    /none\.json kann nicht als JSON gelesen werden/,
  );
  expect(faultsOf('{"houses": [')).toHaveLength(1);
});

it.each(['Connect Online Kassierer', 'Kassierer für Ö-Ticket (Süd)', 'x'.repeat(64)])(
  'takes the user as the mask shows it: %s',
  (connectOnlineUser) => {
    expect(load({ houses: [{ ...HOUSE, connectOnlineUser }] }).get('TST')?.connectOnlineUser).toBe(
      connectOnlineUser,
    );
  },
);

it.each([
  [{ connectOnlineUser: 'x'.repeat(65) }, 'connectOnlineUser darf höchstens 64 Zeichen lang sein'],
  [{ connectOnlineUser: ' ' }, 'connectOnlineUser darf nicht leer sein'],
  [{ connectOnlineUser: 'Connect\nOnline' }, 'connectOnlineUser darf nur eine Zeile haben'],
  [{ name: 'Haus\u202e' }, 'name enthält ein Steuerzeichen für die Schreibrichtung'],
  [
    { marker: { separator: ' x ' } },
    'marker.separator braucht 1 bis 8 Zeichen, darunter keine Buchstaben, Ziffern und Steuerzeichen, z. B. " – "',
  ],
  [
    { partnerNotice: { to: 'büro@haus.example' } },
    'partnerNotice.to enthält vor dem @ das Zeichen „ü“ (U+00FC), erlaubt ist dort nur ASCII',
  ],
  [
    { maskLimits: { title: 60, externalMemo: 1_000 } },
    'maskLimits gibt es nur bei einem Haus ohne Gateway ("backend": "guided"): sonst sagt das Gateway, wie viel Platz ist',
  ],
  [
    { backend: 'guided', maskLimits: { title: 12, externalMemo: 1_000 } },
    'maskLimits.title Zu klein: erwartet, dass number >=24 ist',
  ],
])('refuses %j in German', (change, fault) => {
  const faults = faultsOf({ houses: [{ ...HOUSE, ...change }] });
  expect(faults).toEqual([expect.stringContaining(`houses.0.${fault}`)]);
});

it.each([0, 121, 1.5, '36'])('keeps contacts for 1 to 120 whole months, not for %j', (contactMonths) => {
  const faults = faultsOf({ houses: [{ ...HOUSE, retention: { contactMonths } }] });
  expect(faults).toEqual([expect.stringContaining('houses.0.retention.contactMonths ')]);
});
