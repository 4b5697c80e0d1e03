import { DefaultLogger, Runtime } from '@temporalio/worker';

let isInstalled = false;

/** For replays in this process: the library's own log would stand between the lines of the bench. */
export function installQuietRuntime(): void {
  if (isInstalled) return;
  isInstalled = true;
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR' } } });
}
