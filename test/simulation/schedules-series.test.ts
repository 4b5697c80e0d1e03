import { PATIENCE_MS, simulateSeries } from './own-process';

test(
  'every rule holds in the schedules of series, and everything that can happen has happened in them',
  async () => {
    expect(await simulateSeries()).toMatchObject({ code: 0, stderr: '' });
  },
  PATIENCE_MS,
);
