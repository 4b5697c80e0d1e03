import { PATIENCE_MS, simulateHalf } from './own-process';

test(
  'every rule holds in the second half of the schedules, and everything that can happen has happened in them',
  async () => {
    expect(await simulateHalf(1)).toMatchObject({ code: 0, stderr: '' });
  },
  PATIENCE_MS,
);
