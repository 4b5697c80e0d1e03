import { parseUrl } from '../../src/domain/url';

it('knows an address with an umlaut as often as it is asked', () => {
  let unknown = 0;
  for (let nth = 0; nth < 30_000; nth += 1) if (parseUrl('https://bühne.example') === null) unknown += 1;
  expect(unknown).toBe(0);
  expect(parseUrl('https://bühne.example')?.hostname).toBe('xn--bhne-0ra.example');
});

it.each(['', 'bühne', 'http://', 'http://a b'])('knows %j as none', (text) => {
  expect(parseUrl(text)).toBeNull();
});
