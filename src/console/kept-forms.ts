import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { EVENT_NUMBER, HOUSE_KEY } from '../domain/input';
import { parseUrl } from '../domain/url';
import { toDraft, type Draft } from './forms';

/** A form that was sent and not carried out, because its log-in had ended. */
export interface KeptForm {
  id: string;
  /** Where it was sent to. */
  path: string;
  /** The page on which the person can look at it and send it again. */
  page: string;
  fields: Draft;
}

type Stored = KeptForm & { browser: string; atMs: number; size: number };

const KEPT_MS = 30 * 60_000;
const MOST_PER_BROWSER = 10;
/** A stranger can send forms, too: together they hold no more memory than this, in characters. */
const MOST_TOGETHER = 8 * 1024 * 1024;

/**
 * Forms that wait for a person to log in again. In memory only, for half an hour, and for the browser that sent them
 * alone: its cookie holds the name under which they are kept, and an address holds nothing but an id. Nothing in here is
 * ever carried out: the person gets the form back, filled in, and sends it.
 */
export class KeptForms {
  private stored: Stored[] = [];

  constructor(private readonly nowMs: () => number = Date.now) {}

  keep(browser: string, { path, page, fields }: Omit<KeptForm, 'id'>): KeptForm {
    this.dropOld();
    const size = JSON.stringify(fields).length;
    const form = { id: randomUUID(), path, page, fields, browser, atMs: this.nowMs(), size };
    const own = this.stored.filter((one) => one.browser === browser);
    const tooMany = new Set(own.slice(0, Math.max(0, own.length + 1 - MOST_PER_BROWSER)));
    this.stored = [...this.stored.filter((one) => !tooMany.has(one)), form];
    while (this.stored.reduce((sum, one) => sum + one.size, 0) > MOST_TOGETHER) this.stored.shift();
    return form;
  }

  /** `null`: there is no such form, or another browser sent it. */
  find(browser: string | undefined, id: unknown): KeptForm | null {
    this.dropOld();
    return this.stored.find((one) => one.id === id && one.browser === browser) ?? null;
  }

  /** The browser has sent a form to this path again: what was kept of it has served its purpose. */
  forget(browser: string | undefined, path: string): void {
    this.stored = this.stored.filter((one) => one.browser !== browser || one.path !== path);
  }

  private dropOld(): void {
    const oldestMs = this.nowMs() - KEPT_MS;
    this.stored = this.stored.filter(({ atMs }) => atMs > oldestMs);
  }
}

/** The form in a request; `null`: it is none whose text is worth keeping. */
export function formIn({ url, body }: FastifyRequest): Omit<KeptForm, 'id'> | null {
  const path = pathOf(url);
  const fields = toDraft(body);
  const page = pageOf(path, fields);
  const action = /^\/absagen\/.*\/([a-z-]+)$/.exec(path)?.[1];
  return page === null ? null : { path, page, fields: { ...fields, ...(action && { action }) } };
}

export function pathOf(url: string): string {
  return url.split('?')[0] ?? '';
}

const ORDER_FORM = /^\/absagen\/neu\/[A-Z0-9]{2,8}\/[1-9][0-9]{0,9}$/;
const ACTION_OF_CASE = /^(\/absagen\/[A-Z0-9]{2,8}\/[1-9][0-9]{0,9}(\/[0-9a-f-]{36})?)\/[a-z-]+$/;

/** The page that shows a form again; an order that was about to be placed goes back to its form, to be checked anew. */
function pageOf(path: string, { house = '', eventNumber = '' }: Draft): string | null {
  if (path === '/absagen') {
    const isWellFormed = HOUSE_KEY.test(house) && EVENT_NUMBER.test(eventNumber);
    return isWellFormed ? `/absagen/neu/${house}/${eventNumber}` : null;
  }
  if (ORDER_FORM.test(path)) return path;
  return ACTION_OF_CASE.exec(path)?.[1] ?? null;
}

/**
 * Whether a page of this console sent the form. A form of another site is never kept: it could put words into the mouth
 * of whoever logs in next.
 */
export function isFromHere({ headers, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  return origin !== undefined && parseUrl(origin)?.host === host;
}
