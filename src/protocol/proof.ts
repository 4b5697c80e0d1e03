import type { ChainRow } from '../domain/case-chain';
import { keyLinesOf, type InstallationLine } from '../domain/installation';
import type { ProtocolProof } from './document';

/** The journal, as far as it proves a document. */
interface ProofSource {
  caseRow(caseId: string): Promise<ChainRow | null>;
  installationLines(): Promise<InstallationLine[]>;
}

/** What proves these lines. To be read after them, so that it knows every key that has signed one. */
export async function readProof(
  journal: ProofSource,
  entries: readonly { caseId: string }[],
): Promise<ProtocolProof> {
  const [caseRow, lines] = await Promise.all([
    journal.caseRow(entries[0]?.caseId ?? ''),
    journal.installationLines(),
  ]);
  return { caseRow, signingKeys: keyLinesOf(lines) };
}
