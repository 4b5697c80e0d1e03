import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const PATH = '/.well-known/security.txt';
const POLICY_PATH = '/security.md';
const POLICY_FILE = join(__dirname, '..', '..', 'SECURITY.md');

/** Everybody may read them: who has found a weakness has no log-in. */
export const SECURITY_PATHS: readonly string[] = [PATH, POLICY_PATH];

/** The text is worth this long, counted from the day on which it is read: who keeps a copy asks again. */
const VALID_DAYS = 180;
const DAY_MS = 24 * 3_600_000;

/** Whom to tell of a weakness. */
export interface SecurityContact {
  /** The operator, as a URI; `null`: the policy says how to reach the project. */
  contact: string | null;
  publicUrl: string;
}

/** `/.well-known/security.txt` (RFC 9116), and the policy that it names. */
export function registerSecurityTxt(app: FastifyInstance, contact: SecurityContact): void {
  app.get(PATH, { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(securityTxt(contact, Date.now())),
  );
  app.get(POLICY_PATH, { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/markdown; charset=utf-8').send(await readFile(POLICY_FILE, 'utf8')),
  );
}

function securityTxt({ contact, publicUrl }: SecurityContact, nowMs: number): string {
  const expires = new Date(Math.floor(nowMs / DAY_MS + VALID_DAYS) * DAY_MS);
  return [
    `Contact: ${contact ?? publicUrl + POLICY_PATH}`,
    `Expires: ${expires.toISOString()}`,
    'Preferred-Languages: de, en',
    `Policy: ${publicUrl}${POLICY_PATH}`,
    '',
  ].join('\n');
}
