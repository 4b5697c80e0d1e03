import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { importJWK, SignJWT, type JWK, type JWTPayload } from 'jose';
import { samplePeople, sampleRules, type SamplePerson } from '../../src/sample-log-in/people';
import { makeSigningKey } from '../../src/sample-log-in/provider';
import type { OidcSettings } from '../../src/settings/oidc';
import type { PeopleRule } from '../../src/domain/people';
import { endWithUs } from './guard';
import type { Order, Start } from './oidc-process';
import { pickPort } from './ports';

const ROOT = join(__dirname, '..', '..');
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** The rules for the sample people, as the people file would hold them. */
export const RULES: readonly PeopleRule[] = sampleRules('FSP').people.map((rule) => ({
  ...rule,
  houses: rule.houses === '*' ? 'all' : new Set(rule.houses),
}));

/** A real provider on this machine, in a process of its own, with people of every role. */
export class TestProvider {
  readonly settings: Omit<OidcSettings, 'peopleFile'>;
  private people = samplePeople('FSP');

  private constructor(
    private readonly child: ChildProcess,
    private readonly start: Start,
  ) {
    const { clientId, clientSecret } = start;
    this.settings = {
      issuer: this.issuer,
      clientId,
      clientSecret,
      rolesClaim: 'roles',
      scope: 'openid profile',
    };
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.start.port}`;
  }

  /** `publicUrl`: of Absage. */
  static async start(publicUrl: string, { isRenewable = true } = {}): Promise<TestProvider> {
    const child = fork(join(__dirname, 'oidc-process.ts'), {
      execArgv: ['--require', join(ROOT, 'scripts', 'register-swc.js')],
      // It says on every start that this Node is not the newest one.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    endWithUs(child, 'KILL');
    const start = {
      port: await pickPort(),
      clientId: 'absage',
      clientSecret: 'geheim-im-test',
      publicUrl,
      isRenewable,
      signingKey: await makeSigningKey(),
      people: samplePeople('FSP'),
    };
    const provider = new TestProvider(child, start);
    await provider.order({ order: 'start', ...start });
    return provider;
  }

  /** The roles of somebody; `null`: the provider does not know them any more. */
  async setRoles(subject: string, roles: readonly string[] | null): Promise<void> {
    this.people = this.people.flatMap((person): SamplePerson[] => {
      if (person.subject !== subject) return [person];
      return roles === null ? [] : [{ ...person, roles }];
    });
    await this.order({ order: 'people', people: this.people });
  }

  /** Everybody as in the beginning, and everything answered. */
  async heal(): Promise<void> {
    this.people = samplePeople('FSP');
    await this.order({ order: 'people', people: this.people });
    await this.answerWith(null);
    await this.order({ order: 'hang', isHanging: false });
  }

  async answerWith(status: number | null): Promise<void> {
    await this.order({ order: 'status', status });
  }

  async hang(): Promise<void> {
    await this.order({ order: 'hang', isHanging: true });
  }

  async goDown(): Promise<void> {
    await this.order({ order: 'down' });
  }

  async comeUp(): Promise<void> {
    await this.order({ order: 'up' });
  }

  /** How often it was asked for tokens. */
  questions(): Promise<number> {
    return this.order({ order: 'count' });
  }

  /** A logout token as the provider signs it, changed as a test needs it. */
  async logoutToken(
    claims: JWTPayload & Record<string, unknown>,
    { key = this.start.signingKey, typ = 'logout+jwt' } = {},
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const whole = {
      iss: this.issuer,
      aud: this.start.clientId,
      iat: now,
      exp: now + 120,
      jti: `${Math.random()}`,
      events: { [LOGOUT_EVENT]: {} },
      ...claims,
    };
    return new SignJWT(whole)
      .setProtectedHeader({ alg: 'RS256', typ, ...(key.kid !== undefined && { kid: key.kid }) })
      .sign(await importJWK(key as JWK, 'RS256'));
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }

  private async order(order: Order): Promise<number> {
    this.child.send(order);
    const [{ count = 0, error }] = (await once(this.child, 'message')) as [
      { count?: number; error?: string },
    ];
    if (error !== undefined) throw new Error(`the provider: ${error}`);
    return count;
  }
}
