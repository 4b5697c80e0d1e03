import { exemptThisMachine, findFetchProxy, findGrpcProxy } from '../../src/settings/proxy';

const PROXY = 'http://anna:geheim@proxy.example:3128';

it.each(['127.0.0.1:7233', '127.8.9.1:7233', 'localhost:7233', '[::1]:7233'])(
  'asks %s, this machine, through no proxy',
  (address) => {
    expect(findGrpcProxy(address, { grpc_proxy: PROXY, https_proxy: PROXY, http_proxy: PROXY })).toBeNull();
    expect(findFetchProxy(`http://${address}/jet/v1`, { http_proxy: PROXY }, true)).toBeNull();
  },
);

it.each(['grpc_proxy', 'https_proxy', 'http_proxy'])('finds the proxy to a Temporal server in %s', (name) => {
  expect(findGrpcProxy('temporal.example:7233', { [name]: PROXY })).toMatchObject({
    name,
    address: 'proxy.example:3128',
    credentials: { username: 'anna', password: 'geheim' },
  });
});

it.each(['temporal.example', '.example', 'other.example,example', ''])(
  'minds the exceptions for gRPC: %j',
  (no_proxy) => {
    const proxy = findGrpcProxy('temporal.example:7233', { http_proxy: PROXY, no_proxy });
    expect(proxy === null).toBe(no_proxy !== '');
  },
);

it('minds ranges of addresses for gRPC', () => {
  const environment = { http_proxy: PROXY, no_proxy: '10.0.0.0/8' };
  expect(findGrpcProxy('10.20.30.40:7233', environment)).toBeNull();
  expect(findGrpcProxy('11.20.30.40:7233', environment)).not.toBeNull();
});

it('takes no proxy for gRPC that gRPC itself does not take', () => {
  expect(findGrpcProxy('temporal.example:7233', { https_proxy: 'https://proxy.example' })).toBeNull();
  expect(findGrpcProxy('temporal.example:7233', { HTTPS_PROXY: PROXY })).toBeNull();
});

it('finds the proxy to a gateway only where calls follow the environment', () => {
  const url = 'https://jet.example/jet/v1';
  expect(findFetchProxy(url, { HTTPS_PROXY: PROXY }, false)).toBeNull();
  expect(findFetchProxy(url, { HTTPS_PROXY: PROXY }, true)).toMatchObject({ name: 'HTTPS_PROXY' });
  expect(findFetchProxy(url, { http_proxy: PROXY }, true)).toMatchObject({ name: 'http_proxy' });
  expect(findFetchProxy('http://jet.example/', { HTTPS_PROXY: PROXY }, true)).toBeNull();
});

it.each(['*', 'jet.example', '.example', '*.example', 'other.example jet.example:443'])(
  'minds the exceptions for calls: %s',
  (no_proxy) =>
    expect(findFetchProxy('https://jet.example/jet/v1', { HTTPS_PROXY: PROXY, no_proxy }, true)).toBeNull(),
);

it('takes this machine out of both variables, and keeps what they except already', () => {
  const environment: Record<string, string | undefined> = { NO_PROXY: 'jet.example' };
  exemptThisMachine(environment);
  expect(environment.no_proxy).toBe('jet.example,localhost,127.0.0.1,::1,[::1]');
  expect(environment.NO_PROXY).toBe(environment.no_proxy);
});
