import { PATIENCE_MS, simulateShard } from './own-process';

test(
  'every rule holds in the first shard of the schedules, and everything that can happen has happened in them',
  async () => {
    expect(await simulateShard(1)).toMatchObject({ code: 0, stderr: '' });
  },
  PATIENCE_MS,
);
