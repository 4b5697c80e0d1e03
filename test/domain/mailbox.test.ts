import {
  isAsciiMailbox,
  mailboxFault,
  mailboxKey,
  toAsciiMailbox,
  uniqueMailboxes,
} from '../../src/domain/mailbox';

it('writes a domain in ASCII and lower case, and leaves the rest', () => {
  expect(toAsciiMailbox('Karten@BÜHNE.example')).toBe('Karten@xn--bhne-0ra.example');
});

it('knows one mailbox in all its spellings', () => {
  expect(mailboxKey('Karten@BÜHNE.example')).toBe(mailboxKey('karten@xn--bhne-0ra.example'));
});

it('keeps the order and drops what comes twice', () => {
  expect(uniqueMailboxes(['b@x.example', 'A@x.example', 'a@X.example', 'c@x.example'])).toEqual([
    'b@x.example',
    'A@x.example',
    'c@x.example',
  ]);
});

it('drops those that others have', () => {
  expect(uniqueMailboxes(['a@x.example', 'b@x.example'], ['B@x.example'])).toEqual(['a@x.example']);
});

it.each(['karten@haus.example', 'o.neill+karten@a.b-c.example', 'karten@xn--bhne-0ra.example'])(
  'takes %s',
  (address) => expect(isAsciiMailbox(address)).toBe(true),
);

it.each([
  '',
  'karten',
  '@haus.example',
  'karten@',
  'karten@bühne.example',
  'karten@haus.example,b@x.example',
  'karten@haus.example;b@x.example',
  'a@b@haus.example',
  'Kartenbüro <karten@haus.example>',
  'kar ten@haus.example',
  'karten@haus.example\r\nBcc: b@x.example',
  'karten@haus.example\n',
  'kar\u0000ten@haus.example',
  '"kar ten"@haus.example',
  'karten@[127.0.0.1]',
  'karten@haus.example>',
  'karten@-haus.example-',
  'büro@haus.example',
  'k\u0430rten@haus.example',
  'kar\u200bten@haus.example',
  'kar\u00adten@haus.example',
  'karten@ha\u00adus.example',
  'karten@haus..example',
  'karten@haus.example.',
  'karten@.haus.example',
  '.karten@haus.example',
  'karten.@haus.example',
  'kar..ten@haus.example',
  `${'a'.repeat(65)}@haus.example`,
  `karten@${'a'.repeat(64)}.example`,
  `karten@${'a.'.repeat(130)}example`,
  'karten@haus.example/x',
  'karten@ha%75s.example',
  'karten@haus.example:25',
  'karten@haus',
  'karten@127.1',
  'karten@192.168.1.1',
])('refuses %j', (address) => {
  expect(isAsciiMailbox(toAsciiMailbox(address)) && isAsciiMailbox(address)).toBe(false);
});

it.each([
  ['büro@haus.example', 'enthält vor dem @ das Zeichen „ü“ (U+00FC), erlaubt ist dort nur ASCII'],
  ['k\u0430rten@haus.example', 'enthält vor dem @ das Zeichen „\u0430“ (U+0430), erlaubt ist dort nur ASCII'],
  ['kar\u200bten@haus.example', 'enthält ein Zeichen, das man nicht sieht (U+200B)'],
  ['kar\u00adten@haus.example', 'enthält ein Zeichen, das man nicht sieht (U+00AD)'],
  ['kar\u00a0ten@haus.example', 'enthält ein Zeichen, das man nicht sieht (U+00A0)'],
  ['karten@haus.example\u{e0041}', 'enthält ein Zeichen, das man nicht sieht (U+E0041)'],
  ['karten@haus.example\r\nBcc: b@x.example', 'enthält ein Zeichen, das man nicht sieht (U+000D)'],
  [`${'a'.repeat(65)}@haus.example`, 'hat vor dem @ mehr als 64 Zeichen'],
  ['.karten@haus.example', 'hat vor dem @ einen Punkt am Rand oder zwei hintereinander'],
  ['karten@haus..example', 'hat nach dem @ keinen gültigen Rechnernamen'],
  ['karten', 'ist keine einzelne E-Mail-Adresse'],
  ['Kartenbüro <karten@haus.example>', 'ist keine einzelne E-Mail-Adresse'],
])('says what is wrong with %j', (address, fault) => expect(mailboxFault(address)).toBe(fault));

it.each(['karten@bühne.example', 'Karten@BÜHNE.example', `${'a'.repeat(64)}@haus.example`])(
  'takes %s from a person',
  (address) => expect(mailboxFault(address)).toBeNull(),
);
