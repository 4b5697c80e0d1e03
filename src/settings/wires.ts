import { isLoopback } from '../domain/loopback';

/**
 * What production does not do: send a token or a session through a network in the clear. A server on this machine may be
 * reached without TLS, be it the proxy that speaks TLS for it.
 */
export function findOpenWires({
  host,
  jet,
  publicUrl,
}: {
  host: string;
  jet: { url: string };
  publicUrl: string;
}): string[] {
  const faults: string[] = [];
  if (isPlain(jet.url)) {
    faults.push(
      'ABSAGE_JET_URL muss in production mit https:// beginnen, denn das Gateway ist nicht auf diesem Rechner',
    );
  }
  if (isPlain(publicUrl) || (!isLoopback(host) && !publicUrl.startsWith('https:'))) {
    faults.push(
      'ABSAGE_PUBLIC_URL muss in production mit https:// beginnen, wenn Absage von anderen Rechnern aus erreicht wird',
    );
  }
  return faults;
}

/** Node then takes any certificate for right, also that of a stranger between us and the gateway. */
export function findBlindTrust(environment: Readonly<Record<string, string | undefined>>): string[] {
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return [];
  return [
    'NODE_TLS_REJECT_UNAUTHORIZED=0 prüft keine Zertifikate, das gibt es in production nicht: bitte weglassen und die eigene Zertifizierungsstelle mit NODE_EXTRA_CA_CERTS nennen',
  ];
}

function isPlain(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
}
