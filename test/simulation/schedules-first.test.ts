import { PATIENCE_MS, simulateHalf } from './own-process';

test(
  'every rule holds in the first half of the schedules, and everything that can happen has happened in them',
  async () => {
    expect(await simulateHalf(0)).toMatchObject({ code: 0, stderr: '' });
  },
  PATIENCE_MS,
);
