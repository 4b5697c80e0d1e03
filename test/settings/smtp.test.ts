import { readSmtpUrl } from '../../src/settings/smtp';

it('reads an address with everything', () => {
  expect(readSmtpUrl('smtp://karten%40haus:ge%2Fheim@mail.haus.example:2525')).toEqual({
    host: 'mail.haus.example',
    address: 'mail.haus.example',
    port: 2525,
    isImplicitTls: false,
    isStartTlsRequired: true,
    credentials: { user: 'karten@haus', pass: 'ge/heim' },
    shownUrl: 'smtp://mail.haus.example:2525',
  });
});

it('knows the usual ports', () => {
  expect(readSmtpUrl('smtp://mail.haus.example').port).toBe(587);
  expect(readSmtpUrl('smtps://mail.haus.example/').port).toBe(465);
});

it('needs no STARTTLS where all is encrypted from the start', () => {
  expect(readSmtpUrl('smtps://mail.haus.example')).toMatchObject({
    isImplicitTls: true,
    isStartTlsRequired: false,
  });
});

it.each(['127.0.0.1', '127.8.8.8', '[::1]', 'localhost', 'LocalHost'])('needs no STARTTLS at %s', (host) => {
  expect(readSmtpUrl(`smtp://${host}:25`).isStartTlsRequired).toBe(false);
});

it.each([
  'mail.haus.example',
  '10.0.0.1',
  '0.0.0.0',
  '[::ffff:10.0.0.1]',
  'localhost.haus.example',
  '127.0.0.1.haus.example',
])('needs STARTTLS at %s', (host) => {
  expect(readSmtpUrl(`smtp://${host}:25`).isStartTlsRequired).toBe(true);
});

it('asks no name server where this machine is', () => {
  expect(readSmtpUrl('smtp://localhost')).toMatchObject({ host: 'localhost', address: '127.0.0.1' });
});

it('takes the brackets off an address', () => {
  expect(readSmtpUrl('smtps://[2001:db8::1]')).toMatchObject({ host: '2001:db8::1', address: '2001:db8::1' });
});

it('writes a name in ASCII', () => {
  expect(readSmtpUrl('smtp://mail.bühne.example').host).toBe('mail.xn--bhne-0ra.example');
});

it('takes a per cent sign in a password for itself', () => {
  expect(readSmtpUrl('smtp://u:100%@mail.haus.example').credentials).toEqual({ user: 'u', pass: '100%' });
});

it.each([
  '',
  'mail.haus.example',
  'mail.haus.example:25',
  'http://mail.haus.example',
  'smtp:mail.haus.example',
  'smtp://',
  'smtp://mail.haus.example:0',
  'smtp://mail.haus.example:65536',
  'smtp://mail.haus.example:smtp',
  'smtp://mail.haus.example/postfach',
  'smtp://mail.haus.example?requireTLS=false',
  'smtp://mail.haus.example#x',
  'smtp://:geheim@mail.haus.example',
  'smtp://300.1.1.1',
])('refuses %j', (url) => {
  expect(() => readSmtpUrl(url)).toThrow(TypeError);
});

it('does not repeat a password in its refusal', () => {
  expect(() => readSmtpUrl('smtp://karten:geheim@mail.haus.example:0')).toThrow(
    expect.objectContaining({ message: expect.not.stringMatching(/geheim|karten/) }),
  );
});
