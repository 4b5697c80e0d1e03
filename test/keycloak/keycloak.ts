import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithUs } from '../support/guard';
import type { Visit, WebVisitor } from '../support/web-visitor';
import { pickPort } from '../support/ports';
import { eventually } from '../support/eventually';

const START_MS = 4 * 60_000;
const ADMIN = 'admin';
const REALM = 'haus';
const CLIENT = { clientId: 'absage', clientSecret: 'geheim-im-test' };
const PASSWORD = 'egal';

/** Somebody with an account, and the roles of the client that they have, by themselves or by their group. */
export interface KeycloakPerson {
  username: string;
  firstName: string;
  lastName: string;
  roles?: readonly string[];
  group?: string;
}

export interface KeycloakRealm {
  /** Of Absage. */
  publicUrl: string;
  people: readonly KeycloakPerson[];
  /** The roles of each group. */
  groups: Readonly<Record<string, readonly string[]>>;
}

/**
 * A real Keycloak on this machine, with a realm as docs/log-in.md says to set it up. It keeps its accounts and log-ins in a file,
 * so it can go down and come up again.
 */
export class Keycloak {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  get settings() {
    return { ...CLIENT, issuer: `${this.url}/realms/${REALM}`, rolesClaim: 'roles', scope: 'openid profile' };
  }

  /** Unpacks the archive, which it writes into, and starts it with the realm. */
  static async start(archive: string, realm: KeycloakRealm): Promise<Keycloak> {
    const folder = mkdtempSync(join(tmpdir(), 'absage-keycloak-'));
    execFileSync('tar', ['-xzf', archive, '-C', folder, '--strip-components=1']);
    const keycloak = new Keycloak(folder, await pickPort());
    try {
      await keycloak.comeUp();
      await keycloak.ask('POST', '', realmOf(realm), '/admin/realms');
      return keycloak;
    } catch (error) {
      await keycloak.stop();
      throw error;
    }
  }

  async comeUp(): Promise<void> {
    const log = openSync(join(this.folder, 'said.log'), 'a');
    const options = ['--http-host=127.0.0.1', `--http-port=${this.port}`];
    this.child = spawn(join(this.folder, 'bin', 'kc.sh'), ['start-dev', ...options], {
      env: {
        ...process.env,
        KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN,
        KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN,
        JAVA_OPTS_KC_HEAP: '-Xms128m -Xmx512m',
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    endWithUs(this.child, 'KILL');
    await eventually(
      () =>
        fetch(`${this.url}/realms/master`).then(
          ({ ok }) => ok,
          () => false,
        ),
      (isUp) => isUp || this.child?.exitCode !== null,
      START_MS,
    );
    if (this.child.exitCode !== null) throw new Error(readFileSync(join(this.folder, 'said.log'), 'utf8'));
  }

  /** In order, so that what it knows is in its file. */
  async goDown(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  async stop(): Promise<void> {
    await this.goDown();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Logs in on Keycloak's page; where the browser is known there, it shows none. */
  async logIn(visitor: WebVisitor, username: string, start = '/anmelden/konto'): Promise<Visit> {
    const page = await visitor.get(start);
    if (page.url.startsWith(visitor.home)) return page;
    const action = /<form [^>]*action="([^"]+)"/.exec(page.body)?.[1] ?? '';
    const url = new URL(action.replaceAll('&amp;', '&'), page.url).href;
    return visitor.post(url, { username, password: PASSWORD });
  }

  /** As an administrator at Keycloak's console. */
  async takeRole(username: string, role: string): Promise<void> {
    const { user, client } = await this.find(username);
    const roles = `/users/${user}/role-mappings/clients/${client}`;
    const granted = await this.ask<{ name: string }[]>('GET', roles);
    await this.ask(
      'DELETE',
      roles,
      granted.filter(({ name }) => name === role),
    );
  }

  async leaveGroups(username: string): Promise<void> {
    const { user } = await this.find(username);
    for (const { id } of await this.ask<{ id: string }[]>('GET', `/users/${user}/groups`))
      await this.ask('DELETE', `/users/${user}/groups/${id}`);
  }

  async disable(username: string): Promise<void> {
    const { user } = await this.find(username);
    await this.ask('PUT', `/users/${user}`, { enabled: false });
  }

  /** Ends all log-ins of somebody. */
  async logOut(username: string): Promise<void> {
    const { user } = await this.find(username);
    await this.ask('POST', `/users/${user}/logout`);
  }

  async changeRealm(changes: object): Promise<void> {
    await this.ask('PUT', '', changes);
  }

  /** What Keycloak calls somebody in its tokens. */
  async subjectOf(username: string): Promise<string> {
    return (await this.find(username)).user;
  }

  private get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  private async find(username: string): Promise<{ user: string; client: string }> {
    const [user] = await this.ask<{ id: string }[]>('GET', `/users?exact=true&username=${username}`);
    const [client] = await this.ask<{ id: string }[]>('GET', `/clients?clientId=${CLIENT.clientId}`);
    return { user: user?.id ?? '', client: client?.id ?? '' };
  }

  private async ask<T>(
    method: string,
    path: string,
    body?: unknown,
    base = `/admin/realms/${REALM}`,
  ): Promise<T> {
    const answer = await fetch(`${this.url}${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.token()}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  private async token(): Promise<string> {
    const answer = await fetch(`${this.url}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: 'admin-cli',
        username: ADMIN,
        password: ADMIN,
      }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  }
}

/** As Keycloak imports it. */
function realmOf({ publicUrl, people, groups }: KeycloakRealm) {
  const roles = [...people.flatMap(({ roles = [] }) => roles), ...Object.values(groups).flat()];
  const ofClient = (names: readonly string[]) => ({ [CLIENT.clientId]: names });
  return {
    realm: REALM,
    enabled: true,
    clients: [clientOf(publicUrl)],
    roles: { client: { [CLIENT.clientId]: [...new Set(roles)].map((name) => ({ name })) } },
    groups: Object.entries(groups).map(([name, granted]) => ({ name, clientRoles: ofClient(granted) })),
    users: people.map(({ roles: granted = [], group, ...person }) => ({
      ...person,
      enabled: true,
      email: `${person.username}@haus.example`,
      credentials: [{ type: 'password', value: PASSWORD }],
      clientRoles: ofClient(granted),
      // As whoever is made at Keycloak's console has.
      realmRoles: [`default-roles-${REALM}`],
      groups: group === undefined ? [] : [`/${group}`],
    })),
  };
}

function clientOf(publicUrl: string) {
  return {
    clientId: CLIENT.clientId,
    secret: CLIENT.clientSecret,
    publicClient: false,
    standardFlowEnabled: true,
    redirectUris: [`${publicUrl}/anmelden/antwort`],
    attributes: {
      'pkce.code.challenge.method': 'S256',
      'post.logout.redirect.uris': `${publicUrl}/anmelden`,
      'backchannel.logout.url': `${publicUrl}/anmelden/abgemeldet`,
      'backchannel.logout.session.required': 'true',
    },
    protocolMappers: [
      {
        name: 'roles',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-usermodel-client-role-mapper',
        config: {
          'usermodel.clientRoleMapping.clientId': CLIENT.clientId,
          'claim.name': 'roles',
          'jsonType.label': 'String',
          multivalued: 'true',
          'id.token.claim': 'true',
          'userinfo.token.claim': 'true',
        },
      },
    ],
  };
}
