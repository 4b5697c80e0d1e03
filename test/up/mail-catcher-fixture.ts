import { pino } from 'pino';
import { startMailCatcher } from '../../src/up/mail-catcher';

/** A mail catcher in a process of its own, which a test can kill. */
async function main(dataDir: string): Promise<void> {
  const { smtpUrl } = await startMailCatcher(
    { dataDir, ports: { mail: 0, mailUi: 0 } },
    pino({ level: 'silent' }),
  );
  process.send?.(smtpUrl);
}

void main(process.argv[2] ?? '');
