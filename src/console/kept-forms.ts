import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { toInstant, toMs } from '../domain/clock';
import { EVENT_NUMBER, HOUSE_KEY } from '../domain/input';
import { parseUrl } from '../domain/url';
import type { FormStore } from '../cases/sources';
import { keptTicks, toDraft, type Draft } from './forms';
import { openText, sealText } from '../cases/sealed-text';

/** A form that was sent and not carried out. */
export interface KeptForm {
  id: string;
  /** Where it was sent to. */
  path: string;
  /** The page on which the person can look at it and send it again. */
  page: string;
  fields: Draft;
}

const KEPT_MS = 30 * 60_000;
const MOST_PER_BROWSER = 10;
/** A stranger can send forms, too: together they hold no more of the database than this, in characters. */
const MOST_TOGETHER = 8 * 1024 * 1024;

/** What is sealed of a form. */
type Content = Pick<KeptForm, 'page' | 'fields'>;

/**
 * Forms that wait for a person: to log in again, or to check an order. They lie in the database, so that every server has
 * them, for half an hour and for the browser that sent them alone: its cookie holds the name under which they are kept, and
 * an address holds nothing but an id. What was typed is sealed with the key of the cookies, because an order names people.
 * Nothing in here is ever carried out: the person gets the form back, filled in, and sends it.
 */
export class KeptForms {
  constructor(
    private readonly store: FormStore,
    private readonly key: Buffer,
    private readonly nowMs: () => number = Date.now,
  ) {}

  async keep(browser: string, { path, ...content }: Omit<KeptForm, 'id'>): Promise<KeptForm> {
    const id = randomUUID();
    const nowMs = this.nowMs();
    const sealed = sealText(this.key, contextOf(id, browser), JSON.stringify(content));
    await this.store.keep(
      { id, browser, path, sealed, keptAt: toInstant(nowMs) },
      { since: toInstant(nowMs - KEPT_MS), perBrowser: MOST_PER_BROWSER, size: MOST_TOGETHER },
    );
    return { id, path, ...content };
  }

  /** `null`: there is no such form, or another browser sent it. */
  async find(browser: string | undefined, id: unknown): Promise<KeptForm | null> {
    if (browser === undefined || typeof id !== 'string') return null;
    const form = await this.store.find(id);
    if (!form || form.browser !== browser || toMs(form.keptAt) <= this.nowMs() - KEPT_MS) return null;
    const content = openText(this.key, contextOf(id, browser), form.sealed);
    return content === null ? null : { id, path: form.path, ...(JSON.parse(content) as Content) };
  }

  /** The browser has sent a form to this path again: what was kept of it has served its purpose. */
  async forget(browser: string | undefined, path: string): Promise<void> {
    if (browser !== undefined) await this.store.forget(browser, path);
  }
}

const contextOf = (id: string, browser: string) => `absage/form\n${id}\n${browser}`;

/** The form in a request; `null`: it is none whose text is worth keeping. */
export function formIn({ url, body }: FastifyRequest): Omit<KeptForm, 'id'> | null {
  const path = pathOf(url);
  const fields = toDraft(body);
  const page = pageOf(path, fields);
  const action = /^\/(?:absagen|serien)\/.*\/([a-z-]+)$/.exec(path)?.[1];
  return page === null
    ? null
    : { path, page, fields: { ...fields, ...keptTicks(body), ...(action && { action }) } };
}

export function pathOf(url: string): string {
  return url.split('?')[0] ?? '';
}

const ORDER_FORM = /^\/absagen\/neu\/[A-Z0-9]{2,8}\/[1-9][0-9]{0,9}$/;
const TYPED_FOR_SERIES = /^\/serien\/neu\/von-hand\/[A-Z0-9]{2,8}\/[1-9][0-9]{0,9}$/;
const ACTION_OF_CASE = /^(\/absagen\/[A-Z0-9]{2,8}\/[1-9][0-9]{0,9}(\/[0-9a-f-]{36})?)\/[a-z-]+$/;
const WORD_OF_APPROVAL = /^(\/serien\/[0-9a-f-]{36})\/(?:approve|reject|override)$/;
const ACTION_OF_SERIES = /^(\/serien\/[0-9a-f-]{36})\/[a-z-]+$/;

/** The page that shows a form again; an order that was about to be placed goes back to its form, to be checked anew. */
function pageOf(path: string, { house = '', eventNumber = '' }: Draft): string | null {
  if (path === '/absagen') {
    const isWellFormed = HOUSE_KEY.test(house) && EVENT_NUMBER.test(eventNumber);
    return isWellFormed ? `/absagen/neu/${house}/${eventNumber}` : null;
  }
  const series = WORD_OF_APPROVAL.exec(path)?.[1];
  if (series && HOUSE_KEY.test(house)) return `${series}/freigabe/${house}`;
  if (ORDER_FORM.test(path) || TYPED_FOR_SERIES.test(path) || path === '/serien/neu') return path;
  return (ACTION_OF_CASE.exec(path) ?? ACTION_OF_SERIES.exec(path))?.[1] ?? null;
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
