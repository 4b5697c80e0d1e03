import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, CannotTry, DEPLOY, type DeployCheck } from './check';

/** Resolved by compose itself, as it would start it; nothing is started. */
export const composeCheck: DeployCheck = {
  name: 'compose',
  needs: { docker: 'Docker with its compose plugin' },
  async run() {
    await call('docker', ['compose', 'version']).catch((error: unknown) => {
      throw new CannotTry(`docker has no compose plugin: ${(error as Error).message.split('\n').at(-1)}`);
    });
    const folder = mkdtempSync(join(tmpdir(), 'absage-compose-'));
    try {
      cpSync(join(DEPLOY, 'compose.yaml'), join(folder, 'compose.yaml'));
      cpSync(join(DEPLOY, 'compose'), join(folder, 'compose'), { recursive: true });
      cpSync(join(folder, 'compose', 'settings.env.sample'), join(folder, 'compose', 'settings.env'));
      mkdirSync(join(folder, 'compose', 'secrets'), { recursive: true });
      writeFileSync(join(folder, 'compose', 'houses.json'), '{}');
      const { services } = JSON.parse(
        await call('docker', ['compose', 'config', '--format', 'json'], {
          cwd: folder,
          env: {
            ...process.env,
            ABSAGE_VERSION: '0.1.0',
            ABSAGE_PUBLIC_URL: 'https://absage.example',
            ABSAGE_SMTP_URL_WITHOUT_PASSWORD: 'smtp://mail.example:587',
          },
        }),
      ) as { services: object };
      for (const script of readdirSync(join(folder, 'compose')).filter((name) => name.endsWith('.sh')))
        await call('bash', ['-n', join(folder, 'compose', script)]);
      return `${Object.keys(services).length} services resolved; their scripts can be read`;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
