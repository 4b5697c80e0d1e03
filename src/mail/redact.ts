/** The longest reply that is kept, in characters. */
const LONGEST = 200;

/**
 * Makes a mail server's words safe to show and store: one short line without user and password, which some servers
 * repeat in their answers, plain or in base64.
 */
export function createRedactor(credentials: { user: string; pass: string } | null): (text: string) => string {
  const secrets = secretsOf(credentials);
  return (text) => {
    const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
    const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), line);
    const characters = [...clean];
    return characters.length <= LONGEST ? clean : `${characters.slice(0, LONGEST - 1).join('')}…`;
  };
}

/** The longest secret first, because a shorter one may be a part of it. */
function secretsOf(credentials: { user: string; pass: string } | null): string[] {
  if (!credentials) return [];
  const { user, pass } = credentials;
  const plain = [user, pass].flatMap((secret) => [secret, encodeURIComponent(secret), base64(secret)]);
  return [...plain, base64(`\0${user}\0${pass}`)]
    .filter((secret) => secret !== '')
    .sort((a, b) => b.length - a.length);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
