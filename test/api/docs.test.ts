import type { FastifyInstance, InjectOptions } from 'fastify';
import { buildIdleApp } from '../support/api-stage';

let app: FastifyInstance;
beforeAll(async () => {
  app = await buildIdleApp();
});
afterAll(() => app.close());

const get = (url: string) => app.inject({ method: 'GET', url });

/** The addresses from which a page loads its parts. */
function referencesIn(html: string): string[] {
  return [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, address = '']) => address);
}

it('shows the document of the API', async () => {
  const { statusCode, headers, body } = await get('/docs');
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(body).toContain('<title>Absage – Schnittstelle</title>');
  const document = await get('/docs/json');
  expect(document.json()).toEqual((await get('/v1/openapi.json')).json());
});

it.each(['/docs', '/docs/'])('has everything that %s is made of', async (url) => {
  const { body } = await get(url);
  const addresses = referencesIn(body).map((address) => new URL(address, `http://absage${url}`));
  expect(addresses.length).toBeGreaterThan(4);
  for (const { host, pathname } of addresses) {
    expect([host, (await get(pathname)).statusCode]).toEqual(['absage', 200]);
  }
});

it.each([
  '/docs',
  '/docs/static/swagger-ui.css',
  '/docs/static/index.css',
  '/docs/static/swagger-initializer.js',
])('names no other host in %s', async (url) => {
  const { statusCode, body } = await get(url);
  expect(statusCode).toBe(200);
  const used = body.replaceAll(/^\s*\/\/.*$/gm, '');
  // The names of SVG and of its licence are addresses that no browser calls.
  const hosts = [...used.matchAll(/(?:https?:)?\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)/gi)].map(([, host]) => host);
  expect(hosts.filter((host) => host !== 'www.w3.org')).toEqual([]);
});

it.each(['/docs', '/docs/static/swagger-ui-bundle.js'])(
  'forbids the browser to ask another host, with %s',
  async (url) => {
    const { headers } = await get(url);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  },
);

it('lets nobody send anything from it', async () => {
  const { body } = await get('/docs/static/swagger-initializer.js');
  expect(body).toMatch(/"supportedSubmitMethods":\s*\[\]/);
});

it.each<[NonNullable<InjectOptions['method']>, string, number, string]>([
  ['POST', '/docs', 405, 'method-not-allowed'],
  ['DELETE', '/docs/static/swagger-ui.css', 405, 'method-not-allowed'],
  ['GET', '/docs/static/nowhere.js', 404, 'not-found'],
  ['GET', '/docs/static/..%2f..%2fpackage.json', 404, 'not-found'],
  ['GET', '/docs/static/%00', 404, 'not-found'],
  ['GET', '/documentation', 404, 'not-found'],
])('%s %s is a problem as everywhere: %s', async (method, url, status, code) => {
  const { statusCode, headers, body } = await app.inject({ method, url });
  expect(headers['content-type']).toBe('application/problem+json');
  expect([statusCode, (JSON.parse(body) as { code: string }).code]).toEqual([status, code]);
});
