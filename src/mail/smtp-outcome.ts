import type { NodemailerError } from 'nodemailer';
import type { RecipientOutcome } from '../domain/line-content';
import type { SmtpConversation } from './smtp-conversation';

/** How the library says that a conversation ended: with the last reply, or with an error. */
export type SmtpEnd = { response: string } | { error: NodemailerError };

export type Outcome = Omit<RecipientOutcome, 'address'>;

/** Codes of Node and OpenSSL for a partner that is not who it should be, or does not speak TLS. */
const TLS_DISTRUST =
  /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_)/;

/**
 * What became of the mail for the recipient at this place of the envelope. Certain in both directions, or else
 * `in-doubt`: the price of a wrong `not-sent` is a second mail, that of a wrong `accepted` is none.
 */
export function outcomeFor(place: number, conversation: SmtpConversation, end: SmtpEnd): Outcome {
  if (conversation.mailRefusal !== null) return refusalBy(conversation.mailRefusal);
  const ownReply = conversation.recipientReplies[place];
  if (ownReply !== undefined && !ownReply.startsWith('2')) return refusalBy(ownReply);
  if ('response' in end) return outcomeOfFinalReply(end.response, conversation);

  const { error } = end;
  if (!conversation.isTextBegun) return outcomeBeforeText(error);
  const isFinalReply = error.code === 'EMESSAGE' && error.response !== undefined;
  if (isFinalReply) return outcomeOfFinalReply(error.response ?? '', conversation);
  return { outcome: 'in-doubt', reply: error.message };
}

/** Only whole replies of three digits count. Anything else after the text leaves it open what the server did. */
function outcomeOfFinalReply(reply: string, { isTextAskedFor }: SmtpConversation): Outcome {
  if (/^[45]\d\d([ \n-]|$)/.test(reply)) return refusalBy(reply);
  const isAccepted = isTextAskedFor && /^250([ \n-]|$)/.test(reply);
  return { outcome: isAccepted ? 'accepted' : 'in-doubt', reply };
}

function outcomeBeforeText(error: NodemailerError): Outcome {
  if (error.response) return refusalBy(error.response);
  return { outcome: needsPerson(error) ? 'refused' : 'not-sent', reply: error.message };
}

/** Trying again would end the same way: an untrusted partner, or what we ask for is incomplete. */
function needsPerson({ code, originalCode, command }: NodemailerError): boolean {
  if (TLS_DISTRUST.test(originalCode ?? '')) return true;
  return command === 'API' && (code === 'EAUTH' || code === 'EENVELOPE');
}

/** 5xx is for good; 4xx, and what is no SMTP at all, may be different next time. */
function refusalBy(reply: string): Outcome {
  return { outcome: /^5\d\d([ \n-]|$)/.test(reply) ? 'refused' : 'not-sent', reply };
}
