import { request as sendPlain } from 'node:http';
import { request as sendEncrypted } from 'node:https';

/** An answer, and where it was given. */
export interface Visit {
  url: string;
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

interface Cookie {
  value: string;
  path: string;
}

/**
 * A browser without a picture: keeps the cookies of each host, follows redirects, and sends the forms of pages. Hosts are told
 * apart with their port, which a browser would not do.
 */
export class WebVisitor {
  readonly jars = new Map<string, Map<string, Cookie>>();

  /** `stopsAt`: the origin that it is sent to and does not visit, because nobody is there. */
  constructor(
    readonly home: string,
    private readonly stopsAt: string | null = null,
    /** The certificates that it believes; without them, those that every program believes. */
    private readonly ca?: Buffer,
  ) {}

  /** `isFollowing`: goes on to where it is sent. */
  async get(address: string, { isFollowing = true } = {}): Promise<Visit> {
    return this.go('GET', new URL(address, this.home), undefined, isFollowing);
  }

  /** Sends fields, with the secret of the page that was visited last there. */
  async post(
    address: string,
    fields: Record<string, string>,
    { isFollowing = true, from = '' } = {},
  ): Promise<Visit> {
    const csrf = /name="_csrf" value="([^"]+)"/.exec(from)?.[1];
    const body = new URLSearchParams({ ...fields, ...(csrf && { _csrf: csrf }) }).toString();
    return this.go('POST', new URL(address, this.home), body, isFollowing);
  }

  /** Logs in as somebody of the sample provider, on the page of its log-in; a provider that knows the browser shows none. */
  async logInAs(subject: string, start = '/anmelden/konto'): Promise<Visit> {
    const page = await this.get(start);
    if (isAt(page.url, this.home)) return page;
    const action = /<form method="post" action="([^"]+)"/.exec(page.body)?.[1] ?? '';
    return this.post(new URL(action, page.url).href, { subject, password: 'egal' });
  }

  /** What the browser has of the console: nothing of it may be worth anything after the log-out. */
  copy(): WebVisitor {
    const copy = new WebVisitor(this.home, null, this.ca);
    for (const [host, jar] of this.jars) copy.jars.set(host, new Map(jar));
    return copy;
  }

  cookiesFor({ host, pathname }: URL): string {
    return [...(this.jars.get(host) ?? [])]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`)
      .join('; ');
  }

  private async go(method: string, url: URL, body: string | undefined, isFollowing: boolean): Promise<Visit> {
    const visit = await this.ask(method, url, body);
    const { location } = visit.headers;
    if (!isFollowing || typeof location !== 'string') return visit;
    const next = new URL(location, url);
    if (this.stopsAt !== null && isAt(next.href, this.stopsAt)) return { ...visit, url: next.href };
    return this.go('GET', next, undefined, true);
  }

  private ask(method: string, url: URL, body?: string): Promise<Visit> {
    return new Promise((resolve, reject) => {
      const headers = {
        accept: 'text/html',
        cookie: this.cookiesFor(url),
        ...(body !== undefined && {
          'content-type': 'application/x-www-form-urlencoded',
          'sec-fetch-site': 'same-origin',
        }),
      };
      const send = url.protocol === 'https:' ? sendEncrypted : sendPlain;
      const sent = send(url, { method, headers, ca: this.ca }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          this.keep(url, answer.headers['set-cookie'] ?? []);
          resolve({
            url: url.href,
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(parts).toString('utf8'),
          });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  private keep({ host }: URL, cookies: readonly string[]): void {
    const jar = this.jars.get(host) ?? new Map<string, Cookie>();
    this.jars.set(host, jar);
    for (const cookie of cookies) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      const path = /;\s*path=([^;]+)/i.exec(cookie)?.[1] ?? '/';
      const key = `${pair.slice(0, at)} ${path}`;
      const isGone = /max-age=0|expires=Thu, 01 Jan 1970/i.test(cookie);
      if (isGone) jar.delete(key);
      else jar.set(key, { value: pair.slice(at + 1), path });
    }
  }
}

/** By origin: as text, the address of port 1 is the beginning of port 15000's. */
const isAt = (address: string, origin: string) => new URL(address).origin === new URL(origin).origin;
