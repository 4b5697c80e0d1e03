import { isIP } from 'node:net';
import fc from 'fast-check';
import { isLoopback } from '../../src/domain/loopback';

it.each(['localhost', '127.0.0.1', '127.8.8.8', '127.255.255.255', '::1', '[::1]'])('knows %s', (host) => {
  expect(isLoopback(host)).toBe(true);
});

it.each([
  '',
  '0.0.0.0',
  '::',
  '::2',
  '10.0.0.1',
  '127.1',
  '127.0.0.256',
  '127.0.0.01',
  '127.0.0.1.1',
  '127.0.0.1.example.org',
  '127.evil.example',
  'localhost.example.org',
])('refuses %j', (host) => {
  expect(isLoopback(host)).toBe(false);
});

it('reads an IPv4 address as Node does', () => {
  const octet = fc.oneof(fc.nat(300).map(String), fc.stringMatching(/^[0-9]{0,4}$/));
  fc.assert(
    fc.property(fc.array(octet, { minLength: 2, maxLength: 4 }), (octets) => {
      const host = ['127', ...octets].join('.');
      expect(isLoopback(host)).toBe(isIP(host) === 4);
    }),
  );
});
