import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { SessionTimes } from '../../src/cases/sessions';
import { buildApp } from '../../src/api/app';
import { type AppDependencies } from '../../src/api/dependencies';
import { consolePages } from '../../src/console/console';
import type { TrainingSettings } from '../../src/settings/training';
import { casePage } from '../../src/domain/addresses';
import { ApiStage } from './api-stage';
import { consoleSession } from './console-session';
import { launchChromium } from './chromium';

/** A browser that takes longer than this hangs. */
const PATIENCE_MS = 60_000;

/** The rules that a page must meet: all of WCAG 2.2, levels A and AA, that a machine can test. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 320, height: 640 };

/** What a test changes in the server; how long its log-ins last, and what there is to practise with, too. */
type ServerChanges = Partial<AppDependencies> & { times?: SessionTimes; training?: TrainingSettings };

/**
 * The console on a real port, with all of Absage behind it and a real browser before it. A test fails on every message
 * in the browser's console that it does not expect.
 *
 * @example
 * const page = await stage.page();
 * await page.goto('/');
 */
export class ConsoleStage {
  private readonly contexts: BrowserContext[] = [];
  private complaints: string[] = [];

  private constructor(
    readonly api: ApiStage,
    /** The API and its pages. */
    private console: FastifyInstance,
    readonly url: string,
    private readonly browser: Browser,
    private readonly build: (changes?: ServerChanges) => Promise<FastifyInstance>,
  ) {}

  static async open(changes: Partial<AppDependencies> = {}): Promise<ConsoleStage> {
    const browser = await launchChromium();
    const opened: { close(): Promise<unknown> }[] = [browser];
    try {
      const api = await ApiStage.open(changes);
      opened.push(api);
      const sessionKey = randomBytes(32);
      const build = ({ times, training, ...different }: ServerChanges = {}) => {
        const deps = { ...api.deps, ...different };
        const session = consoleSession(deps, { sessionKey, times });
        return buildApp(deps, consolePages({ ...deps, ...session, training }));
      };
      const app = await build();
      opened.push(app);
      const url = await app.listen({ host: '127.0.0.1', port: 0 });
      return new ConsoleStage(api, app, url, browser, build);
    } catch (error) {
      for (const part of opened.reverse()) await part.close().catch(() => undefined);
      throw error;
    }
  }

  /** The server, for a test that calls it without a browser. */
  get app(): FastifyInstance {
    return this.console;
  }

  /** A new browser context, with its own cookies. */
  async context(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext({
      baseURL: this.url,
      locale: 'de-AT',
      timezoneId: 'Europe/Vienna',
      viewport: DESKTOP,
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    context.on('weberror', (failure) => this.complaints.push(String(failure.error())));
    this.contexts.push(context);
    return context;
  }

  async page(options: BrowserContextOptions = {}): Promise<Page> {
    return (await this.context(options)).newPage();
  }

  /** The messages in the browsers' consoles since the last call. */
  takeComplaints(): string[] {
    return this.complaints.splice(0);
  }

  /** Closes everything that a test opened. */
  async clear(): Promise<void> {
    for (const context of this.contexts.splice(0)) await context.close();
  }

  /** Stops the server. */
  async stopServer(): Promise<void> {
    await this.console.close();
  }

  /** Starts the server again with the same key at the same address, and with the given changes. */
  async startServer(changes: ServerChanges = {}): Promise<void> {
    this.console = await this.build(changes);
    await this.console.listen({ host: '127.0.0.1', port: Number(new URL(this.url).port) });
  }

  async close(): Promise<void> {
    await this.clear();
    await this.browser.close();
    await this.console.close();
    await this.api.close();
  }
}

/** The rules that a page breaks as it is now, one line for each. */
export async function violations(page: Page): Promise<string[]> {
  // A press leads to the next page as soon as that begins to arrive, and half a page breaks rules that the whole one keeps.
  await page.waitForLoadState();
  // Evaluated, because the policy of the pages forbids a script element.
  await page.evaluate(AXE);
  return runRules(page, { type: 'tag', values: RULES });
}

/** The rules that the same page breaks in other colours and sizes, after `violations` has looked at it. */
export function violationsOfLook(page: Page): Promise<string[]> {
  return runRules(page, { type: 'rule', values: ['color-contrast', 'link-in-text-block', 'target-size'] });
}

function runRules(page: Page, runOnly: { type: string; values: string[] }): Promise<string[]> {
  return page.evaluate(`
    axe.run({ runOnly: ${JSON.stringify(runOnly)} }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))
  `);
}

/** The number of pixels by which a page overflows its right side. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** The page of a case; of an order: of the newest case of its event. */
export const pathOf = casePage;
