import { partEnvironment, type PartName } from '../settings/parts';
import type { Stack } from './stack';

/** What a part of the stack is started with. */
export function environmentOf(
  part: PartName,
  { environment, config, hasMailCatcher }: Pick<Stack, 'environment' | 'config' | 'hasMailCatcher'>,
): NodeJS.ProcessEnv {
  const own = partEnvironment(part, environment);
  if (part !== 'server' || hasMailCatcher) return own;
  // The server asks only whether mail goes to the mail catcher.
  const { ABSAGE_SMTP_URL_FILE: _secret, ...others } = own;
  return { ...others, ABSAGE_SMTP_URL: config.smtp.server.shownUrl };
}
