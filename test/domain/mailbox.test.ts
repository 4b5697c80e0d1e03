import { isAsciiMailbox, mailboxKey, toAsciiMailbox, uniqueMailboxes } from '../../src/domain/mailbox';

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
])('refuses %j', (address) => {
  expect(isAsciiMailbox(toAsciiMailbox(address)) && isAsciiMailbox(address)).toBe(false);
});
