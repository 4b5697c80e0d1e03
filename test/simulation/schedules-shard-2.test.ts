import { PATIENCE_MS, simulateShard } from './own-process';

test(
  'every rule holds in the second shard of the schedules, and everything that can happen has happened in them',
  async () => {
    expect(await simulateShard(2)).toMatchObject({ code: 0, stderr: '' });
  },
  PATIENCE_MS,
);
