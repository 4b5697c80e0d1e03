import { Metrics } from '../../src/metrics/metrics';

const warned: object[] = [];
let metrics: Metrics;
beforeEach(() => {
  warned.length = 0;
  metrics = new Metrics({ warn: (line: object) => void warned.push(line) } as never);
});

it('leaves out a gauge that cannot be read, says so once, and shows it again', async () => {
  let isReadable = false;
  metrics.onScrape('absage_disk_free_bytes', async () => {
    if (!isReadable) throw new Error('no disk');
    return [{ value: 7 }];
  });
  metrics.onScrape('absage_writes_on', async () => [{ value: 1 }]);
  expect(await metrics.text()).not.toContain('absage_disk_free_bytes');
  expect(await metrics.text()).toContain('absage_writes_on 1');
  expect(warned).toEqual([expect.objectContaining({ metric: 'absage_disk_free_bytes' })]);
  isReadable = true;
  expect(await metrics.text()).toContain('absage_disk_free_bytes 7');
});

it('forgets what a gauge no longer has', async () => {
  let code = 'mail-in-doubt';
  metrics.onScrape('absage_attention', async () => [{ labels: { code }, value: 1 }]);
  await metrics.text();
  code = 'jet-unavailable';
  expect(await metrics.text()).not.toContain('mail-in-doubt');
});

it('measures work that fails, and lets it fail', async () => {
  const work = metrics.time(
    'absage_jet_request_seconds',
    () => Promise.reject(new Error('away')),
    (failure) => ({ operation: 'health', outcome: failure === null ? 'ok' : 'defect' }),
  );
  await expect(work).rejects.toThrow('away');
  expect(await metrics.text()).toContain(
    'absage_jet_request_seconds_count{operation="health",outcome="defect"} 1',
  );
});

it('shows a counter before it counts', async () => {
  metrics.expect('absage_mail_total', [{ outcome: 'in-doubt' }]);
  expect(await metrics.text()).toContain('absage_mail_total{outcome="in-doubt"} 0');
});
