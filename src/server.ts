import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from './api/app';
import { type AppDependencies } from './api/dependencies';
import { EventPages } from './cases/event-pages';
import { Sessions } from './cases/sessions';
import { logInByName, logInByToken } from './cases/log-in';
import { PROBLEMS } from './cases/problems';
import { createCancellationClient } from './client';
import { watchGateway, type GatewayWatch } from './jet/gateway-kind';
import { createComposer } from './mail/composer';
import { PdfThread } from './protocol/pdf-thread';
import { SIMULATOR_TOKEN, type Config } from './settings/environment';
import { consolePages } from './console/console';
import { requireFittingGateway } from './settings/gateway';
import { loadHouses } from './settings/houses';
import { openPeopleLogIn, type PeopleLogIn } from './start/people-log-in';
import { openSignedJournal } from './start/signed-journal';
import type { Logger } from './observability';
import { noteCurrentKey, requireKeysOfOpenRuns } from './start/payload-keys';
import { ownHosts } from './own-hosts';
import { warnOfProxy } from './settings/proxy';
import { loadSessionKey } from './settings/session-key';
import { createMetrics, measureApi, showCases } from './start/metrics';
import { watchOwnNamespace } from './start/own-namespace';
import { peersOfServer } from './start/peers';
import { switchWritesAtStart } from './start/writes-at-start';
import { loadSealKeys } from './settings/seal-keys';
import { loadTemporalSettings } from './settings/temporal';
import { hashToken } from './settings/tokens';
import { TokensFile } from './settings/tokens-file';
import { findTraining } from './settings/training';
import { createClient } from './temporal/connect';
import { sealedStart } from './domain/seal';
import type { CancellationInput } from './domain/case';
import { findGenuine, makeSeal } from './trust/seals';
import { createPayloadCodec } from './temporal/payload-codec';

/** API and console, listening. Connects to Temporal at the first request that needs it. */
export async function startServer(config: Config, logger: Logger): Promise<{ stop(): Promise<void> }> {
  const temporalSettings = loadTemporalSettings(config, process.env);
  warnOfProxy(logger, 'Temporal', temporalSettings.proxy);
  const houses = loadHouses(config.housesFile);
  const tokens =
    config.apiTokensFile === null
      ? null
      : new TokensFile(config.apiTokensFile, houses, logger, {
          guardedFor: config.mode === 'production' ? config.dataDir : undefined,
        });
  // With accounts a request to the API needs a token, too, even where there is none.
  const logIn = tokens || config.oidc ? logInByToken(tokens ?? [], hashToken) : logInByName;
  const gateway = await watchItsGateway(config);
  const temporal = createClient(temporalSettings);
  const journal = await openSignedJournal(config);
  await requireKeysOfOpenRuns(journal, temporalSettings);
  await switchWritesAtStart(config, journal, logger);
  const { payloadKeys } = temporalSettings;
  const forgetKey = await noteCurrentKey(journal, payloadKeys, logger);
  const sealKeys = loadSealKeys(config);
  const sessionKey = loadSessionKey(config.dataDir);
  const people = openPeopleLogIn(config, { houses, store: journal.sessions, key: sessionKey, logger });
  const training = findTraining(config);
  const pdf = new PdfThread();
  const shown = createMetrics(config, peersOfServer(config, process.env), logger);
  // Temporal may not answer yet, and pages are shown all the same.
  const namespace = watchOwnNamespace(temporalSettings, journal, logger);
  const deps: AppDependencies = {
    begun: namespace.asked,
    client: createCancellationClient(temporal, (request, by) => makeSeal(sealKeys, request, by)),
    journal,
    houses,
    eventPages: new EventPages(),
    composeNotice: createComposer({
      isRehearsal: config.mode === 'rehearsal',
      rehearsalTo: config.smtp.rehearsalTo,
    }).composePartnerNotice,
    logIn,
    isRehearsal: config.mode === 'rehearsal',
    // As the check judges it: a rehearsal takes a run that was started by hand.
    ...(config.mode === 'production' && {
      isSealed: (workflowId: string, input: CancellationInput) =>
        findGenuine(sealKeys, sealedStart(workflowId, input), input.seal) !== null,
    }),
    isSimulator: gateway.isSimulator,
    isLogInMissing: () => logIn.by === 'name' && !gateway.isSimulator(),
    arePeopleKnown: config.oidc !== null,
    temporalUiUrl: config.temporalUiUrl,
    namespace: temporalSettings.namespace,
    timing: {
      syncIntervalMs: config.syncIntervalMs,
      pollIntervalMs: config.pollIntervalMs,
      attentionAfterMs: config.attentionAfterMs,
      jetTimeoutMs: config.jet.timeoutMs,
    },
    jetPerSecond: config.jet.ratePerSecond,
    drawPdf: pdf.draw,
    ownHosts: ownHosts(config),
    version: readVersion(),
    security: { contact: config.securityContact, publicUrl: config.publicUrl },
    payloads: payloadKeys ? createPayloadCodec(payloadKeys) : null,
    limits: config.limits,
    trustedProxies: config.trustedProxies,
    findWarnings: () => warningsOf(deps, tokens, people),
    ...(shown && { measure: measureApi(shown.metrics) }),
    logger,
  };
  if (shown) showCases(shown.metrics, temporal, deps, async () => (await journal.writesState()).on);
  const session = {
    forms: journal.forms,
    sessionKey,
    isSecure: config.publicUrl.startsWith('https:'),
    sessions: new Sessions(journal.sessions, logIn, config.session, Date.now, people?.sessions ?? null),
    provider: people?.provider ?? null,
    rules: people?.rules,
    rolesClaim: people?.rolesClaim,
    hasTokens: tokens !== null,
  };
  const app = await buildApp(deps, consolePages({ ...deps, ...session, training }));
  await app.listen({ host: config.host, port: config.port });
  logger.info({ host: config.host, port: config.port }, 'API and console listen');
  await shown?.show();
  return {
    async stop() {
      gateway.stop();
      namespace.stop();
      await shown?.stop();
      await app.close();
      forgetKey();
      await pdf.close();
      tokens?.stop();
      people?.stop();
      await journal.close();
      await temporal.connection.close();
    },
  };
}

/**
 * Rejects with a `ConfigError` where a real gateway stands behind an installation without a log-in; where it says so only
 * later, that ends the process.
 */
async function watchItsGateway(config: Config): Promise<GatewayWatch> {
  // Behind production there is no simulator. Elsewhere the server, which does not know Jet's token, asks with a public one.
  const known = config.mode === 'production' ? false : null;
  const gateway = watchGateway({ ...config.jet, token: SIMULATOR_TOKEN }, known);
  if (config.apiTokensFile !== null || config.oidc !== null) return gateway;
  await gateway.asked;
  const requireLogIn = () => requireFittingGateway(config, gateway.isSimulator(), 'server');
  if (gateway.isKnown()) requireLogIn();
  else void gateway.known.then(requireLogIn);
  return gateway;
}

function warningsOf(
  { isLogInMissing }: AppDependencies,
  tokens: TokensFile | null,
  people: PeopleLogIn | null,
): string[] {
  const faults = [tokens?.fault, people?.fault()].filter((fault) => typeof fault === 'string');
  return [...faults, ...(isLogInMissing() ? [PROBLEMS['gateway-unknown'].title] : [])];
}

function readVersion(): string {
  const manifest = readFileSync(join(__dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
