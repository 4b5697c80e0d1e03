import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A key with the certificate that an authority has given it; both are files. */
export interface Certified {
  keyFile: string;
  certificateFile: string;
}

/**
 * An authority of a test's own, which vouches for whatever it is asked to.
 *
 * @example
 * const authority = new OwnAuthority(folder);
 * const { keyFile, certificateFile } = authority.certify('IP:127.0.0.1');
 */
export class OwnAuthority {
  readonly certificateFile: string;
  private readonly keyFile: string;
  private certified = 0;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.keyFile = join(folder, 'authority-key.pem');
    this.certificateFile = join(folder, 'authority.pem');
    const subject = ['-subj', '/CN=Authority of a test'];
    const files = ['-keyout', this.keyFile, '-out', this.certificateFile];
    openssl(['req', '-x509', ...NEW_KEY, '-days', '2', ...subject, ...files]);
  }

  /** `names`: as OpenSSL writes them, `DNS:db.example,IP:127.0.0.1`. `days`: negative for one that has ended. */
  certify(names: string, days = 2): Certified {
    this.certified += 1;
    const path = (what: string) => join(this.folder, `${this.certified}-${what}`);
    const [keyFile, certificateFile] = [path('key.pem'), path('certificate.pem')];
    writeFileSync(path('names.txt'), `subjectAltName=${names}`);
    openssl(['req', '-new', ...NEW_KEY, '-subj', '/CN=Server', '-keyout', keyFile, '-out', path('wish.pem')]);
    const signer = ['-CA', this.certificateFile, '-CAkey', this.keyFile, '-CAcreateserial'];
    const files = ['-in', path('wish.pem'), '-extfile', path('names.txt'), '-out', certificateFile];
    openssl(['x509', '-req', '-days', String(days), ...signer, ...files]);
    return { keyFile, certificateFile };
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
