import { destination, pino, stdSerializers, type Logger } from 'pino';

export type { Logger };

/** The log of one process: one JSON line per event on standard error, never a secret. */
export function createLogger(
  role: string,
  environment: Readonly<Record<string, string | undefined>>,
): Logger {
  return pino(
    {
      base: { role },
      level: environment.ABSAGE_LOG_LEVEL || 'info',
      // Temporal's library logs its errors under this name. Without a serializer only the name of the error would
      // appear.
      serializers: { error: stdSerializers.err },
      redact: ['*.authorization', '*.token', '*.password', 'headers.authorization'],
    },
    destination({ dest: 2, sync: true }),
  );
}
