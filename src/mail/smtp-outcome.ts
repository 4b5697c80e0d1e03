import type { NodemailerError } from 'nodemailer';
import type { RecipientOutcome } from '../domain/line-content';
import type { SmtpConversation } from './smtp-conversation';

/** The end of a conversation as the library reports it: the last reply, or an error. */
export type SmtpEnd = { response: string } | { error: NodemailerError };

export type Outcome = Omit<RecipientOutcome, 'address'>;

/** Codes of Node and OpenSSL for a server whose identity cannot be verified, or that does not speak TLS. */
const TLS_DISTRUST =
  /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_)/;

/**
 * The outcome for the recipient at this place of the envelope. Both yes and no have to be certain, or the outcome is
 * `in-doubt`: a wrong `not-sent` leads to a second mail, a wrong `accepted` to no mail at all.
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

/** Only a complete reply with three digits counts. After anything else it is open what the server did with the text. */
function outcomeOfFinalReply(reply: string, { isTextAskedFor }: SmtpConversation): Outcome {
  if (/^[45]\d\d([ \n-]|$)/.test(reply)) return refusalBy(reply);
  const isAccepted = isTextAskedFor && /^250([ \n-]|$)/.test(reply);
  return { outcome: isAccepted ? 'accepted' : 'in-doubt', reply };
}

function outcomeBeforeText(error: NodemailerError): Outcome {
  if (error.response) return refusalBy(error.response);
  return { outcome: needsPerson(error) ? 'refused' : 'not-sent', reply: error.message };
}

/** A retry would end the same way: the server cannot be trusted, or our own request is incomplete. */
function needsPerson({ code, originalCode, command }: NodemailerError): boolean {
  if (TLS_DISTRUST.test(originalCode ?? '')) return true;
  return command === 'API' && (code === 'EAUTH' || code === 'EENVELOPE');
}

/** 5xx is final; 4xx, and a reply that is no SMTP at all, may be different next time. */
function refusalBy(reply: string): Outcome {
  return { outcome: /^5\d\d([ \n-]|$)/.test(reply) ? 'refused' : 'not-sent', reply };
}
