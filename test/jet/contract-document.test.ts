import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createHttpJet } from '../../src/jet/http-jet';
import { RawGateway } from '../support/raw-gateway';

const FILE = join(__dirname, '../../docs/jet-gateway.openapi.yaml');
const { paths } = parse(readFileSync(FILE, 'utf8')) as { paths: Record<string, Record<string, object>> };

const OPERATIONS = Object.entries(paths).flatMap(([path, item]) =>
  ['get', 'put', 'post', 'patch', 'delete']
    .filter((method) => method in item)
    .map((method) => `${method} ${path}`),
);

/** The operation of a call, by its path without the prefix and the query. */
function operationOf({ method, url }: { method: string; url: string }): string | undefined {
  const segments = url
    .replace(/^\/jet\/v1/, '')
    .replace(/\?.*/, '')
    .split('/');
  return OPERATIONS.find((operation) => {
    const [wanted = '', template = ''] = operation.split(' ');
    const parts = template.split('/');
    return (
      wanted === method.toLowerCase() &&
      parts.length === segments.length &&
      parts.every((part, index) => part.startsWith('{') || part === segments[index])
    );
  });
}

it('has exactly the calls that Absage makes', async () => {
  const gateway = await RawGateway.start();
  gateway.answerWith(500, {});
  const jet = createHttpJet({ url: gateway.url, token: 'Geheimnis', timeoutMs: 5_000 });
  const precondition = { version: 'v1', idempotencyKey: 'key' };
  const texts = { title: 'Faust', customerTitle: null, externalMemo: null };
  await Promise.allSettled([
    jet.health(),
    jet.findEvents({ house: 'FSP' }),
    jet.readEvent('1'),
    jet.saveAnnouncement('1', texts, precondition),
    jet.setStatusStorno('1', precondition),
    jet.readChannelInfo('1'),
    jet.readRight('A/B', '1'),
    jet.grantRight('A/B', '1', { validFrom: '2027-01-01', validUntil: '2027-01-02' }, 'key'),
  ]);
  await gateway.stop();
  expect(gateway.requests).toHaveLength(Object.keys(jet).length);
  expect(gateway.requests.map(operationOf).toSorted()).toEqual(OPERATIONS.toSorted());
});
